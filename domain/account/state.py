"""The state of an account, and what it claims."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from domain.account.commands import Role, Scope, SecondFactor
from domain.account.events import (
    AccountDisabled,
    AccountEnabled,
    AccountEvent,
    AccountOpened,
    BreakGlassSignedOff,
    GlassBroken,
    IdentityLinked,
    IdentityUnlinked,
    PasswordChanged,
    RoleGranted,
    RoleRevoked,
    SecondFactorAdded,
    SecondFactorRemoved,
)
from domain.decider import FOREVER, Claim, Refused
from domain.event import value
from domain.local_time import local_day


@value
class Grant:
    """A role within a scope. `scope_id` names the district, institution or team; None everywhere."""

    role: Role
    scope: Scope = "everywhere"
    scope_id: str | None = None


@value
class Account:
    """An account.

    `grants` holds those that were not revoked, also those that are over by themselves. `enabled_at` is None while the
    account is disabled. `broken` holds the records that were opened in an emergency, oldest first, and `signed_off`
    what auditors said of them.
    """

    opened: AccountOpened | None = None
    enabled_at: datetime | None = None
    grants: tuple[RoleGranted, ...] = ()
    identities: tuple[IdentityLinked, ...] = ()
    password: PasswordChanged | None = None
    factors: frozenset[SecondFactor] = frozenset()
    broken: tuple[GlassBroken, ...] = ()
    signed_off: tuple[BreakGlassSignedOff, ...] = ()

    def held(self, grant: Grant, now: datetime) -> RoleGranted | None:
        """Return the event by which the account holds a role at a moment, None if it does not."""
        return next((each for each in self.grants if grant_of(each) == grant and lasts(each, now)), None)

    def identity_of(self, issuer: str) -> IdentityLinked | None:
        """Return the identity of an issuer that is linked, None if there is none."""
        return next((each for each in self.identities if each.issuer == issuer), None)


def grant_of(granted: RoleGranted) -> Grant:
    """Return the role and scope that were granted."""
    return Grant(role=granted.role, scope=granted.scope, scope_id=granted.scope_id)


def lasts(granted: RoleGranted, now: datetime) -> bool:
    """Say whether a grant is not over by itself."""
    return granted.until is None or now < granted.until


def evolve(account: Account, event: AccountEvent) -> Account:
    """Return the state after an event."""
    match event:
        case AccountOpened():
            return replace(account, opened=event, enabled_at=event.opened_at)
        case RoleGranted():
            others = (each for each in account.grants if grant_of(each) != grant_of(event))
            return replace(account, grants=(*others, event))
        case RoleRevoked():
            key = (event.role, event.scope, event.scope_id)
            others = (each for each in account.grants if (each.role, each.scope, each.scope_id) != key)
            return replace(account, grants=tuple(others))
        case AccountDisabled():
            return replace(account, enabled_at=None)
        case AccountEnabled():
            return replace(account, enabled_at=event.enabled_at)
        case IdentityLinked():
            return replace(account, identities=(*account.identities, event))
        case IdentityUnlinked():
            left = tuple(each for each in account.identities if each.issuer != event.issuer)
            return replace(account, identities=left)
        case PasswordChanged():
            return replace(account, password=event)
        case SecondFactorAdded():
            return replace(account, factors=account.factors | {event.factor})
        case SecondFactorRemoved():
            return replace(account, factors=account.factors - {event.factor})
        case GlassBroken() | BreakGlassSignedOff():
            return evolve_emergencies(account, event)


def evolve_emergencies(account: Account, event: GlassBroken | BreakGlassSignedOff) -> Account:
    """Return the state after a record was opened in an emergency, or an auditor signed that off."""
    if isinstance(event, GlassBroken):
        return replace(account, broken=(*account.broken, event))
    return replace(account, signed_off=(*account.signed_off, event))


def claims(account: Account, event: AccountEvent) -> Iterable[Claim]:  # noqa: ARG001 -- shared signature
    """Claim an identity for the account while it is linked: tokens of one subject stand for one account."""
    if isinstance(event, IdentityLinked):
        since = local_day(event.linked_at)
        yield Claim(key=identity_key(event), rule="identity-of-another-account", since=since, until=FOREVER)
    elif isinstance(event, IdentityUnlinked):
        since = local_day(event.unlinked_at)
        until = since - timedelta(days=1)
        yield Claim(key=identity_key(event), rule="identity-of-another-account", since=since, until=until)


def identity_key(event: IdentityLinked | IdentityUnlinked) -> str:
    """Return the key under which an identity is claimed; a subject may be long and of any letters."""
    identity = f"{event.issuer} {event.subject}"
    return f"identity:{sha256(identity.encode()).hexdigest()}"


def require_open(account: Account, account_id: str) -> AccountOpened:
    """Refuse an account that was never opened."""
    if account.opened is None:
        raise Refused("account-unknown", account=account_id)
    return account.opened


def require_enabled(account: Account, account_id: str) -> AccountOpened:
    """Refuse an account that is not there or is disabled."""
    opened = require_open(account, account_id)
    if account.enabled_at is None:
        raise Refused("account-disabled", account=account_id)
    return opened


def require_another(actor: str, account_id: str) -> None:
    """Refuse that somebody decides about their own account."""
    if actor == account_id:
        raise Refused("access-for-oneself", account=account_id)


def require_open_of_another(account: Account, account_id: str, actor: str) -> AccountOpened:
    """Refuse an account that is not there, and one's own."""
    opened = require_open(account, account_id)
    require_another(actor, account_id)
    return opened


def require_enabled_of_another(account: Account, account_id: str, actor: str) -> AccountOpened:
    """Refuse an account that is not there or is disabled, and one's own."""
    opened = require_enabled(account, account_id)
    require_another(actor, account_id)
    return opened
