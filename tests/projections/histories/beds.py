"""Family beds and their rounds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.family_bed.events import (
    BedApplicationReturned,
    BedAppliedForAgain,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedPlanEvaluated,
    BedPlanSet,
    BedPlanStopped,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedRoundWrittenUp,
    BedSettled,
    BedTransferredToHospital,
)
from tests.domain import builders as b
from tests.projections.histories import corrections as corrected
from tests.projections.histories.cutting import cut


def bed(luck: Random, bed_id: str, person: str) -> Iterator[tuple[str, object]]:
    whose: dict[str, Any] = {"family_bed_id": bed_id, "resident_id": person, "team_id": "team-1"}
    again = BedAppliedForAgain(
        **whose,
        kind="treatment",
        indications=("bedridden", "advanced-age"),
        opinion="fit-with-conditions",
        assess_by=date(2026, 3, 6),
    )
    events = [
        replace(b.APPLIED, family_bed_id=bed_id, resident_id=person),
        BedFellOverdue(family_bed_id=bed_id, what="assessment", due_on=date(2026, 3, 5)),
        BedApplicationReturned(family_bed_id=bed_id, reason="papers-incomplete"),
        again,
        replace(b.ASSESSED, family_bed_id=bed_id),
        replace(b.AGREED, family_bed_id=bed_id),
        replace(b.BED_OPENED, family_bed_id=bed_id, resident_id=person),
        BedPlanSet(
            family_bed_id=bed_id, kind="nursing", measures=("turning",), diagnoses=("sore-risk",), goals=("intact",)
        ),
        *(bed_round(bed_id, person, day) for day in (0, 7)),
        *bed_course(bed_id, whose),
        *(corrected.of_bed(whose) if luck.random() < 0.4 else []),
    ]
    return cut(luck, f"family_bed-{bed_id}", events, least=0)


def bed_round(bed_id: str, person: str, day: int) -> BedRoundRecorded:
    """Return a round so many days after the opening."""
    return BedRoundRecorded(
        family_bed_id=bed_id,
        resident_id=person,
        visit_id=f"{bed_id}-{day}",
        made_at=b.at(b.TODAY + timedelta(days=day), 9),
        member_ids=("li", "he"),
        findings=(),
    )


def bed_course(bed_id: str, whose: dict[str, Any]) -> list[object]:
    """Return what follows the first rounds: a review, a stay in hospital, another cycle, the end."""
    return [
        BedRoundWrittenUp(
            family_bed_id=bed_id,
            visit_id=f"{bed_id}-0",
            complaints=("poor-sleep",),
            tests=(),
            contact_talked=True,
        ),
        BedPlanEvaluated(family_bed_id=bed_id, kind="nursing", evaluated_on=date(2026, 3, 9), result="partly-met"),
        BedReviewed(family_bed_id=bed_id, reviewed_on=date(2026, 3, 9), reviewer_id="chen", review_by=date(2026, 4, 8)),
        BedTransferredToHospital(**whose, transferred_on=date(2026, 3, 10), referral_id=None),
        BedReturnedFromHospital(
            **whose,
            transferred_on=date(2026, 3, 10),
            returned_on=date(2026, 3, 14),
            first_round_by=date(2026, 3, 15),
        ),
        BedPlanStopped(family_bed_id=bed_id, kind="nursing", stopped_on=date(2026, 3, 15), reason="goal-met"),
        BedExtended(
            **whose,
            cycle=2,
            extended_on=date(2026, 3, 18),
            cycle_ends_on=date(2026, 8, 28),
            assessed_on=date(2026, 3, 18),
        ),
        BedSettled(**whose, settled_on=date(2026, 3, 20), amount_fen=100, insurance_fen=60),
        BedClosed(**whose, closed_on=date(2026, 3, 20), outcome="improved"),
    ]
