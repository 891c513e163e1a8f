"""Corrections at the end of random histories, each where it can stand."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from domain.care_plan.events import (
    CareEndMoved,
    CareReinstated,
    CareTaskCorrected,
    CareTaskReopened,
    LeftAsEnded,
    ReferralAdviceWithdrawn,
)
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
from domain.family_bed.correction_events import BedDaysCorrected, BedOpeningAnnulled, BedReopened, BedRoundAnnulled
from domain.resident.events import (
    DepartureAnnulled,
    DepartureCorrected,
    MergeAnnulled,
    MergeRecorded,
    ResidentDeparted,
    ResidentMerged,
)
from domain.visit.correction_events import VisitAnnulled, VisitCorrected, VisitNotMade, VisitReinstated
from domain.visit.events import VisitCancelled, VisitCompleted
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
        ResidentMerged(resident_id=person, kept_id="kept", merged_on=b.TODAY, reason="twice", allowed_by="head"),
        MergeRecorded(resident_id=person, merged_id="other", merged=True),
        MergeAnnulled(resident_id=person, kept_id="kept", annulled_on=b.TODAY, reason="no", allowed_by="head"),
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


def of_made(whose: dict[str, Any], luck: Random) -> list[object]:
    """Return a visit that was made and is then corrected, annulled, or found to be missed."""
    times: dict[str, Any] = {"entered_at": b.at(b.TODAY, 8), "left_at": b.at(b.TODAY, 8, 25), "member_ids": ("li",)}
    made = VisitCompleted(**whose, **times, care_task_id=None, family_bed_id=None, findings=(), day=b.TODAY)
    named: dict[str, Any] = {
        **whose,
        **times,
        "care_task_id": None,
        "family_bed_id": None,
        "contract_id": "c1",
        "purpose": "home-call",
        "day": b.TODAY,
        "parts": (),
        **WHY,
    }
    corrected = VisitCorrected(
        **named,
        findings=("wound-clean",),
        measured=(),
        short=False,
        far_shorter=False,
        was_entered_at=b.at(b.TODAY, 8),
        was_left_at=b.at(b.TODAY, 8, 25),
        was_findings=(),
        was_measured=(),
    )
    ends = [VisitAnnulled(**named), VisitNotMade(**named, missed="nobody-home", attempt=1)]
    return [made, corrected, *luck.sample(ends, 1)]


def of_task(about: dict[str, Any]) -> list[object]:
    """Return that the record of a task that was done is corrected, and then that it was not done."""
    source: dict[str, Any] = {"source": "contract", "source_id": "c1", "contract_id": "c1", "kind": "elder-exam"}
    return [
        CareTaskCorrected(
            **about,
            **source,
            done_on=b.TODAY,
            days_late=0,
            visit_id=None,
            findings=(),
            measured=(),
            group="elder",
            outcome="normal",
            was_done_on=b.TODAY,
            was_outcome=None,
            **WHY,
        ),
        CareTaskReopened(**about, **source, team_id="team-1", was_done_on=b.TODAY, lost_after=date(2026, 4, 7), **WHY),
        ReferralAdviceWithdrawn(**about),
    ]


def of_bed(ids: dict[str, Any]) -> list[object]:
    """Return corrections of an open bed at which a round was made by visit v1."""
    bed = {"family_bed_id": ids["family_bed_id"], "resident_id": ids["resident_id"]}
    first_round_by = b.BED_OPENED.first_round_by
    days: dict[str, Any] = {"cycle_ends_on": b.BED_OPENED.cycle_ends_on, "review_by": b.BED_OPENED.review_by}
    return [
        BedRoundAnnulled(**bed, visit_id="v1", kind="bed-round", day=b.TODAY, first_round_by=first_round_by, **WHY),
        BedReopened(**ids, **days, closed_on=b.TODAY, outcome="improved", **WHY),
        BedDaysCorrected(
            **ids,
            **days,
            opened_on=b.YESTERDAY,
            first_round_by=first_round_by,
            closed_on=None,
            extended=False,
            was_opened_on=b.TODAY,
            was_closed_on=None,
            **WHY,
        ),
        BedOpeningAnnulled(**ids, opened_on=b.YESTERDAY, **WHY),
    ]
