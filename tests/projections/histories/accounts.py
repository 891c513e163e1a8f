"""Accounts, receivers of events and adopted packs."""

from datetime import date
from typing import Any

from domain.account.events import (
    AccountDisabled,
    AccountEnabled,
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
from domain.policy import AdoptedPack, PacksAdopted
from domain.webhook import WebhookAdded, WebhookRemoved
from tests.domain import builders as b


def account(account_id: str) -> list[object]:
    """Return the life of an account: roles, proofs, an emergency, a pause."""
    whose: dict[str, Any] = {"account_id": account_id}
    why: dict[str, Any] = {**whose, "reason": "new-duty", "by": "admin"}
    role: dict[str, Any] = {**why, "role": "member", "scope": "team", "scope_id": "team-1"}
    linked: dict[str, Any] = {**why, "issuer": "https://sign-in.example", "subject": account_id}
    since = b.at(b.YESTERDAY, 8)
    return [
        AccountOpened(**why, member_id="he", resident_id=None, hospital_id=None, opened_at=since),
        PasswordChanged(**whose, by="admin", temporary=True, changed_at=since),
        RoleGranted(**role, until=None, granted_at=since),
        PasswordChanged(**whose, by=account_id, temporary=False, changed_at=b.at(b.YESTERDAY, 9)),
        SecondFactorAdded(**whose, by=account_id, factor="totp", added_at=b.at(b.YESTERDAY, 9)),
        SecondFactorAdded(**whose, by=account_id, factor="recovery-codes", added_at=b.at(b.YESTERDAY, 9)),
        IdentityLinked(**linked, linked_at=b.at(b.YESTERDAY, 10)),
        GlassBroken(
            **whose,
            resident_id="p0",
            reason="emergency-care",
            broken_at=b.at(b.YESTERDAY, 22),
            until=b.at(b.TODAY, 2),
        ),
        AccountDisabled(**why, enabled_at=since, disabled_at=b.at(b.TODAY, 9)),
        AccountEnabled(**why, enabled_at=b.at(b.TODAY, 11)),
        RoleRevoked(**role, granted_at=since, revoked_at=b.at(b.TODAY, 12)),
        RoleGranted(**role, until=b.at(b.TOMORROW, 0), granted_at=b.at(b.TODAY, 13)),
        SecondFactorRemoved(**why, factor="totp", removed_at=b.at(b.TODAY, 14)),
        IdentityUnlinked(**linked, unlinked_at=b.at(b.TODAY, 15)),
        BreakGlassSignedOff(
            **whose,
            resident_id="p0",
            broken_at=b.at(b.YESTERDAY, 22),
            verdict="not-in-order",
            reason="no-ground",
            by="auditor",
            signed_off_at=b.at(b.TODAY, 16),
        ),
    ]


def adoptions() -> list[object]:
    """Return the packs of the nation, and then those of a city."""
    nation = (AdoptedPack(version="CN-2017", from_day=date(2017, 1, 1)),)
    city = (*nation, AdoptedPack(version="SZ-2018", from_day=b.TODAY))
    why: dict[str, Any] = {"by": "admin", "reason": "set-up"}
    return [
        PacksAdopted(packs="CN", versions=nation, adopted_at=b.at(b.YESTERDAY, 7), **why),
        PacksAdopted(packs="SZ", versions=city, adopted_at=b.at(b.TODAY, 7), **why),
    ]


def receiver(webhook_id: str) -> list[object]:
    """Return a receiver of events that is added and removed."""
    why: dict[str, Any] = {"webhook_id": webhook_id, "reason": "set-up", "by": "admin"}
    return [
        WebhookAdded(
            **why,
            address="https://gateway.example/jiayi",
            event_names=("visit",),
            level="ids",
            added_at=b.at(b.YESTERDAY, 8),
        ),
        WebhookRemoved(**why, removed_at=b.at(b.TODAY, 8)),
    ]
