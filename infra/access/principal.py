"""Who is at the door: an account that signed in, with the roles it holds and where they hold.

Whether an account is enabled and what it holds is read from the log, without waiting for the rows. In the distributed
system rows follow the log. Who may come in must not: an account that was disabled is out with the next request, and the
first administrator signs in before the parts that write rows have a service account to run under.
"""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from domain.account import ACCOUNT
from domain.account.commands import Role, Scope
from domain.account.events import AccountEvent, AccountOpened
from domain.account.state import Account, Grant, grant_of, lasts
from domain.event import value
from projections.accounts import account_with_identity

if TYPE_CHECKING:
    from infra.store.store import EventStore
    from infra.system import System

__all__ = ["Grant", "Principal", "Role", "Scope"]


@value
class Principal:
    """An account that signed in.

    `member_id`, `resident_id` and `hospital_id` say for whom the account stands; at most one of them is there.
    `methods` are how it proved itself, as in RFC 8176 (`pwd`, `otp`). `session_id` names the session in records and is
    not the token.
    """

    account_id: str
    grants: tuple[Grant, ...]
    member_id: str | None = None
    resident_id: str | None = None
    hospital_id: str | None = None
    methods: tuple[str, ...] = ()
    session_id: str | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that it holds anywhere."""
        return frozenset(grant.role for grant in self.grants)


@value
class RecordedAccount:
    """An account that was opened, and its state of now."""

    opened: AccountOpened
    state: Account

    @property
    def account_id(self) -> str:
        """The login name."""
        return self.opened.account_id

    @property
    def enabled_at(self) -> datetime | None:
        """When it was last opened or enabled; None while it is disabled."""
        return self.state.enabled_at

    def grants_at(self, now: datetime) -> tuple[Grant, ...]:
        """Return what it holds at a moment, sorted."""
        held = {grant_of(each) for each in self.state.grants if each.granted_at <= now and lasts(each, now)}
        return tuple(sorted(held, key=lambda each: (each.role, each.scope, each.scope_id or "")))


def recorded_account(store: "EventStore", account_id: str) -> RecordedAccount | None:
    """Return an account, None if nobody has opened one of this name."""
    state = ACCOUNT.fold([cast(AccountEvent, each.event) for each in store.read(ACCOUNT.stream(account_id))])
    return None if state.opened is None else RecordedAccount(opened=state.opened, state=state)


def account_of_identity(system: "System", issuer: str, subject: str) -> RecordedAccount | None:
    """Return the account for which a subject of an issuer stands, None for nobody.

    The rows find it; the log says whether it is linked still.
    """
    account_id = account_with_identity(system.rows, issuer, subject)
    account = None if account_id is None else recorded_account(system.store, account_id)
    linked = None if account is None else account.state.identity_of(issuer)
    return account if linked is not None and linked.subject == subject else None
