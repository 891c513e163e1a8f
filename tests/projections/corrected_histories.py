"""Corrections at the end of random histories, each where it can stand."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from domain.care_plan.events import CareEndMoved, CareReinstated, LeftAsEnded
from domain.contract.commands import AccountEntry
from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    EntitlementReturned,
    PackageEntryAnnulled,
    SigningCorrected,
)
from domain.resident.events import DepartureAnnulled, DepartureCorrected, ResidentDeparted
from domain.visit.correction_events import VisitReinstated
from domain.visit.events import VisitCancelled
from tests.domain import builders as b

WHY: dict[str, Any] = {"reason": "entered by mistake"}
ENDS_ON = b.SIGNED.ends_on


def of_signed(luck: Random, ids: dict[str, Any]) -> Iterator[object]:
    """Yield corrections of a contract that runs, of what was counted and paid under it, and of its signature."""
    days: dict[str, Any] = {"term": 1, "package": "basic", "entitlements": b.SIGNED.entitlements}
    if luck.random() < 0.3:
        yield EntitlementReturned(
            **ids, term=1, item="health-education", kind="health-education", service_id="s-0", served_on=b.TODAY, **WHY
        )
    entries: tuple[AccountEntry, ...] = ("payment", "settlement", "refund")
    for entry in luck.sample(entries, luck.randint(0, 3)):
        yield PackageEntryAnnulled(
            **ids, term=1, package="chronic", entry=entry, payer="resident", amount_fen=900, day=b.TODAY, **WHY
        )
    if luck.random() < 0.4:
        yield SigningCorrected(
            **ids,
            **days,
            first_team_id="team-1",
            institution_id="fuhai",
            signed_on=b.YESTERDAY,
            starts_on=b.YESTERDAY,
            ends_on=date(2027, 2, 28),
            package_guarded_until=None,
            remind_on=None,
            was_signed_on=b.TODAY,
            was_starts_on=b.TODAY,
            was_ends_on=ENDS_ON,
            was_package="basic",
            **WHY,
        )
    if luck.random() < 0.2:
        to_li = {**ids, "resident_id": "li", "from_resident_id": ids["resident_id"]}
        yield ContractMovedToResident(**to_li, **days, starts_on=b.TODAY, ends_on=ENDS_ON, key_groups=(), **WHY)


def of_ended(luck: Random, ids: dict[str, Any]) -> Iterator[object]:
    """Yield corrections of a contract that ended early."""
    if luck.random() < 0.4:
        yield ContractEndCorrected(
            **ids, was_last_day=date(2026, 12, 31), last_day=date(2026, 11, 30), end_reason="moved-out", **WHY
        )
    if luck.random() < 0.5:
        yield ContractReinstated(
            **ids,
            starts_on=b.TODAY,
            last_day=date(2026, 12, 31),
            ends_on=ENDS_ON,
            end_reason=luck.choice((None, "own-wish")),
            term=luck.choice((1, 2)),
            sign_by=luck.choice((None, ENDS_ON)),
            **WHY,
        )
    if luck.random() < 0.3:
        yield ContractAnnulled(**ids, term=2, starts_on=b.TODAY, ends_on=ENDS_ON, **WHY)


def of_resident(person: str) -> list[object]:
    """Return a death that was recorded on the wrong day, and then annulled."""
    died = ResidentDeparted(resident_id=person, reason="died", last_day=b.TODAY)
    return [
        died,
        DepartureCorrected(resident_id=person, departure="died", was_last_day=b.TODAY, last_day=b.YESTERDAY, **WHY),
        DepartureAnnulled(
            resident_id=person,
            departure="died",
            last_day=b.YESTERDAY,
            stands=None,
            stands_after=None,
            elder_on=date(2031, 5, 1),
            **WHY,
        ),
    ]


def of_care(person: str) -> list[object]:
    """Return what follows from them in the care plan."""
    parts: dict[str, Any] = {"visit_ids": (f"v-{person}",), "contract_ids": ("c1",), "family_bed_ids": ("b1",)}
    about: dict[str, Any] = {"resident_id": person, "cause": "died", "last_day": b.YESTERDAY}
    return [
        CareEndMoved(**about, was_last_day=b.TODAY, **parts, **WHY),
        CareReinstated(**about, **parts, referral_ids=("r1",), **WHY),
        LeftAsEnded(resident_id=person, part="contract", part_id="c1", reason="signed again"),
    ]


def of_visit(whose: dict[str, Any]) -> list[object]:
    """Return a visit that was cancelled by mistake."""
    return [
        VisitCancelled(**whose, care_task_id=None, reason="died", was_on=None, waited_for=b.TODAY),
        VisitReinstated(
            **whose, window_from=b.TODAY, window_to=b.TOMORROW, plan_from=b.TODAY, was="died", reason="by mistake"
        ),
    ]
