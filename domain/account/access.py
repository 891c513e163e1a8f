"""What an account may do: its roles, whether it can be used, and what it opens by breaking glass."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.account.commands import (
    BreakGlass,
    DisableAccount,
    EnableAccount,
    GrantRole,
    RevokeRole,
    Role,
    SignOffBreakGlass,
)
from domain.account.events import (
    AccountDisabled,
    AccountEnabled,
    AccountEvent,
    AccountOpened,
    BreakGlassSignedOff,
    GlassBroken,
    RoleGranted,
    RoleRevoked,
)
from domain.account.state import (
    Account,
    Grant,
    lasts,
    require_enabled,
    require_enabled_of_another,
    require_open,
    require_open_of_another,
)
from domain.decider import Refused
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident, require_known
from domain.sign_off import require_fitting

STANDS_FOR = {"member": "member_id", "resident": "resident_id", "hospital": "hospital_id"}
"""Roles that see what is somebody's own, and whom the account must stand for."""

BREAKS_GLASS: frozenset[Role] = frozenset({"member", "leader", "hospital"})
"""Roles that treat residents."""


def grant_role(command: GrantRole, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Grant a role to another's account that is enabled and stands for whom the role needs."""
    opened = require_enabled_of_another(account, command.account_id, actor)
    if (command.scope == "everywhere") != (command.scope_id is None):
        raise Refused("scope-half-named", scope=command.scope)
    if not stands_for(opened, command.role):
        raise Refused("role-without-person", account=command.account_id, role=command.role)
    if command.until is not None and command.until <= now:
        raise Refused("grant-over", until=command.until.isoformat())
    held = account.held(Grant(role=command.role, scope=command.scope, scope_id=command.scope_id), now)
    if held is not None:
        if held.until == command.until:
            return []
        raise Refused("role-already-held", account=command.account_id, role=command.role)
    return [
        RoleGranted(
            account_id=command.account_id,
            role=command.role,
            scope=command.scope,
            scope_id=command.scope_id,
            until=command.until,
            reason=command.reason,
            by=actor,
            granted_at=now,
        )
    ]


def stands_for(opened: AccountOpened, role: Role) -> bool:
    """Say whether an account stands for whom a role needs."""
    field = STANDS_FOR.get(role)
    return field is None or getattr(opened, field) is not None


def revoke_role(command: RevokeRole, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Revoke a role; one that is not held changes nothing. A role may be laid down by its holder."""
    require_open(account, command.account_id)
    held = account.held(Grant(role=command.role, scope=command.scope, scope_id=command.scope_id), now)
    if held is None:
        return []
    return [
        RoleRevoked(
            account_id=command.account_id,
            role=command.role,
            scope=command.scope,
            scope_id=command.scope_id,
            granted_at=held.granted_at,
            reason=command.reason,
            by=actor,
            revoked_at=now,
        )
    ]


def disable(command: DisableAccount, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Disable an account; nobody disables their own, so that somebody is left who can enable it."""
    require_open_of_another(account, command.account_id, actor)
    if account.enabled_at is None:
        return []
    return [
        AccountDisabled(
            account_id=command.account_id,
            enabled_at=account.enabled_at,
            reason=command.reason,
            by=actor,
            disabled_at=now,
        )
    ]


def enable(command: EnableAccount, account: Account, *, now: datetime, actor: str) -> list[AccountEvent]:
    """Enable an account of somebody else."""
    require_open_of_another(account, command.account_id, actor)
    if account.enabled_at is not None:
        return []
    return [AccountEnabled(account_id=command.account_id, reason=command.reason, by=actor, enabled_at=now)]


def break_glass(
    command: BreakGlass, account: Account, *, now: datetime, actor: str, pack: PolicyPack, resident: Resident
) -> list[AccountEvent]:
    """Let somebody who treats residents see one record for a few hours; while it is open, nothing is added."""
    require_enabled(account, command.account_id)
    if actor != command.account_id:
        raise Refused("break-glass-for-another", account=command.account_id)
    if not any(each.role in BREAKS_GLASS and lasts(each, now) for each in account.grants):
        raise Refused("break-glass-by-role", account=command.account_id)
    require_known(resident, command.resident_id)
    latest = now + timedelta(hours=pack.break_glass_hours)
    until = command.until or latest
    if not now < until <= latest:
        raise Refused("break-glass-too-long", until=until.isoformat(), hours=pack.break_glass_hours)
    before = next((each for each in reversed(account.broken) if each.resident_id == command.resident_id), None)
    if before is not None and now < before.until and (command.until is None or command.until <= before.until):
        return []
    return [
        GlassBroken(
            account_id=command.account_id,
            resident_id=command.resident_id,
            reason=command.reason,
            broken_at=now,
            until=until,
        )
    ]


def sign_off_break_glass(
    command: SignOffBreakGlass, account: Account, *, now: datetime, actor: str
) -> list[AccountEvent]:
    """Say of another's opening of a record whether it was in order; the same again changes nothing."""
    require_open(account, command.account_id)
    if actor == command.account_id:
        raise Refused("sign-off-for-oneself", account=command.account_id)
    require_fitting(command.verdict, command.reason)
    broken = next((each for each in account.broken if is_meant(each, command)), None)
    if broken is None:
        raise Refused("break-glass-unknown", account=command.account_id, resident=command.resident_id)
    signed = BreakGlassSignedOff(
        account_id=command.account_id,
        resident_id=command.resident_id,
        broken_at=broken.broken_at,
        verdict=command.verdict,
        reason=command.reason,
        by=actor,
        signed_off_at=now,
    )
    same = (each for each in reversed(account.signed_off) if each.broken_at == broken.broken_at)
    newest = next((each for each in same if each.resident_id == broken.resident_id), None)
    return [] if newest is not None and replace(newest, signed_off_at=now) == signed else [signed]


def is_meant(broken: GlassBroken, command: SignOffBreakGlass) -> bool:
    """Say whether a command means this opening. Rows tell its moment in whole seconds."""
    apart = abs(broken.broken_at.replace(microsecond=0) - command.broken_at.replace(microsecond=0))
    return broken.resident_id == command.resident_id and not apart
