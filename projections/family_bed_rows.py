"""Rows of family beds: papers, plans, rounds, stays in hospital, and deadlines that passed."""

from collections.abc import Iterator

from domain.family_bed.correction_events import (
    BedCorrection,
    BedDaysCorrected,
    BedOpeningAnnulled,
    BedReopened,
    BedRoundAnnulled,
)
from domain.family_bed.events import (
    BedAgreed,
    BedApplicationReturned,
    BedAppliedFor,
    BedAppliedForAgain,
    BedAssessed,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedOpened,
    BedPlanEvaluated,
    BedPlanSet,
    BedPlanStopped,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedRoundWrittenUp,
    BedSettled,
    BedTransferredToHospital,
    FamilyBedEvent,
)
from projections.changes import Change, Table, as_json, day_text, moment

FAMILY_BEDS_V1 = Table(
    "family_beds_v1",
    "family_bed_id",
    {
        "resident_id": "text",
        "team_id": "text",
        "kind": "text",
        "indications": "text",
        "opinion": "text",
        "status": "text",
        "return_reason": "text",
        "assess_by": "text",
        "assessed_on": "text",
        "fit": "int",
        "agreed_on": "text",
        "payment": "text",
        "bed_number": "text",
        "diagnoses": "text",
        "opened_on": "text",
        "cycle": "int",
        "cycle_ends_on": "text",
        "first_round_by": "text",
        "round_every_days": "int",
        "review_by": "text",
        "crowded": "int",
        "override_by": "text",
        "in_hospital_since": "text",
        "care_since": "text",
        "settled_on": "text",
        "amount_fen": "int",
        "insurance_fen": "int",
        "closed_on": "text",
        "outcome": "text",
        "doctor_id": "text",
        "nurse_id": "text",
    },
    indexes=(("team_id", "status"), ("resident_id",), ("opened_on", "closed_on")),
)
"""`status` is applied, returned, assessed, agreed, open or closed; `fit`: condition and dwelling both allow care.

A bed stays open while its resident is in hospital: `in_hospital_since` says so, `care_since` is the first day of care
without a break. `diagnoses` is JSON [{axis, code}], `indications` a JSON list of codes; sums are in fen.
"""

BED_ROUNDS_V1 = Table(
    "bed_rounds_v1",
    "bed_round_key",  # bed|visit
    {
        "family_bed_id": "text",
        "visit_id": "text",
        "kind": "text",
        "made_at": "text",
        "member_ids": "text",
        "findings": "text",
        "measured": "text",
        "complaints": "text",
        "tests": "text",
        "contact_talked": "int",
    },
    indexes=(("family_bed_id", "made_at"),),
)
"""`complaints` is empty until the round's record is written; JSON lists otherwise."""

BED_PLANS_V1 = Table(
    "bed_plans_v1",
    "bed_plan_key",  # bed|kind
    {
        "family_bed_id": "text",
        "kind": "text",
        "diagnoses": "text",
        "goals": "text",
        "measures": "text",
        "evaluated_on": "text",
        "result": "text",
        "stopped_on": "text",
        "stop_reason": "text",
    },
    indexes=(("family_bed_id",),),
)

BED_STAYS_V1 = Table(
    "bed_stays_v1",
    "bed_stay_key",  # bed|first day
    {"family_bed_id": "text", "since": "text", "until": "text", "referral_id": "text"},
    indexes=(("family_bed_id", "since"),),
)

BED_OVERDUE_V1 = Table(
    "bed_overdue_v1",
    "bed_overdue_key",  # bed|what|day
    {"family_bed_id": "text", "what": "text", "due_on": "text"},
    indexes=(("family_bed_id",),),
)
"""Deadlines that passed; `what` is assessment, first-round, review or cycle."""

Paper = BedAppliedFor | BedApplicationReturned | BedAppliedForAgain | BedAssessed | BedAgreed | BedOpened
Care = BedPlanSet | BedPlanEvaluated | BedPlanStopped | BedRoundRecorded | BedRoundWrittenUp | BedReviewed


def project(event: FamilyBedEvent) -> Iterator[Change]:
    """Follow a family bed."""
    match event:
        case (
            BedAppliedFor()
            | BedApplicationReturned()
            | BedAppliedForAgain()
            | BedAssessed()
            | BedAgreed()
            | BedOpened()
        ):
            yield from paper(event)
        case (
            BedPlanSet()
            | BedPlanEvaluated()
            | BedPlanStopped()
            | BedRoundRecorded()
            | BedRoundWrittenUp()
            | BedReviewed()
        ):
            yield from care(event)
        case BedRoundAnnulled() | BedOpeningAnnulled() | BedDaysCorrected() | BedReopened():
            yield corrected(event)
        case _:
            yield from course(event)


def corrected(event: BedCorrection) -> Change:
    """Let the rows be as if the right thing had been recorded."""
    bed = event.family_bed_id
    match event:
        case BedRoundAnnulled():
            return BED_ROUNDS_V1.drop(f"{bed}|{event.visit_id}")
        case BedOpeningAnnulled():
            return FAMILY_BEDS_V1.patch(
                bed, status="agreed", opened_on=None, cycle=None, cycle_ends_on=None, care_since=None
            )
        case BedDaysCorrected():
            cycle = {} if event.extended else {"cycle_ends_on": event.cycle_ends_on.isoformat()}
            return FAMILY_BEDS_V1.patch(
                bed,
                opened_on=event.opened_on.isoformat(),
                first_round_by=event.first_round_by.isoformat(),
                closed_on=day_text(event.closed_on),
                **cycle,
            )
        case BedReopened():
            return FAMILY_BEDS_V1.patch(bed, status="open", closed_on=None, outcome=None)


def paper(event: Paper) -> Iterator[Change]:
    """Follow a bed's papers until it is open."""
    bed = event.family_bed_id
    match event:
        case BedAppliedFor() | BedAppliedForAgain():
            yield FAMILY_BEDS_V1.put(
                bed,
                resident_id=event.resident_id,
                team_id=event.team_id,
                kind=event.kind,
                indications=as_json(event.indications),
                opinion=event.opinion,
                assess_by=day_text(event.assess_by),
                status="applied",
            )
        case BedApplicationReturned():
            yield FAMILY_BEDS_V1.patch(bed, status="returned", return_reason=event.reason)
        case BedAssessed():
            fit = int(event.condition_fits and event.dwelling_fits)
            status = {} if event.for_extension else {"status": "assessed"}
            yield FAMILY_BEDS_V1.patch(bed, fit=fit, assessed_on=event.assessed_on.isoformat(), **status)
        case BedAgreed():
            yield FAMILY_BEDS_V1.patch(
                bed, status="agreed", agreed_on=event.agreed_on.isoformat(), payment=event.payment
            )
        case BedOpened():
            yield FAMILY_BEDS_V1.patch(
                bed,
                status="open",
                team_id=event.team_id,
                bed_number=event.bed_number,
                diagnoses=as_json(event.diagnoses),
                opened_on=event.opened_on.isoformat(),
                cycle=1,
                cycle_ends_on=event.cycle_ends_on.isoformat(),
                first_round_by=event.first_round_by.isoformat(),
                round_every_days=event.round_every_days,
                review_by=day_text(event.review_by),
                crowded=int(event.crowded),
                override_by=event.override_by,
                care_since=event.opened_on.isoformat(),
                doctor_id=event.doctor_id,
                nurse_id=event.nurse_id,
            )


def care(event: Care) -> Iterator[Change]:
    """Follow what is planned and done at an open bed."""
    bed = event.family_bed_id
    match event:
        case BedPlanSet():
            yield BED_PLANS_V1.put(
                f"{bed}|{event.kind}",
                family_bed_id=bed,
                kind=event.kind,
                diagnoses=as_json(event.diagnoses),
                goals=as_json(event.goals),
                measures=as_json(event.measures),
            )
        case BedPlanEvaluated():
            yield BED_PLANS_V1.patch(
                f"{bed}|{event.kind}", evaluated_on=event.evaluated_on.isoformat(), result=event.result
            )
        case BedPlanStopped():
            yield BED_PLANS_V1.patch(
                f"{bed}|{event.kind}", stopped_on=event.stopped_on.isoformat(), stop_reason=event.reason
            )
        case BedRoundRecorded():
            yield BED_ROUNDS_V1.put(
                f"{bed}|{event.visit_id}",
                family_bed_id=bed,
                visit_id=event.visit_id,
                kind=event.kind,
                made_at=moment(event.made_at),
                member_ids=as_json(event.member_ids),
                findings=as_json(event.findings),
                measured=as_json(event.measured),
            )
        case BedRoundWrittenUp():
            yield BED_ROUNDS_V1.patch(
                f"{bed}|{event.visit_id}",
                complaints=as_json(event.complaints),
                tests=as_json(event.tests),
                contact_talked=int(event.contact_talked),
            )
        case BedReviewed():
            yield FAMILY_BEDS_V1.patch(bed, review_by=event.review_by.isoformat())


def course(
    event: BedExtended | BedTransferredToHospital | BedReturnedFromHospital | BedSettled | BedClosed | BedFellOverdue,
) -> Iterator[Change]:
    """Follow a bed from cycle to cycle, to a hospital and back, and to its end."""
    bed = event.family_bed_id
    match event:
        case BedExtended():
            yield FAMILY_BEDS_V1.patch(bed, cycle=event.cycle, cycle_ends_on=event.cycle_ends_on.isoformat())
        case BedTransferredToHospital():
            since = event.transferred_on.isoformat()
            yield FAMILY_BEDS_V1.patch(bed, in_hospital_since=since)
            yield BED_STAYS_V1.put(f"{bed}|{since}", family_bed_id=bed, since=since, referral_id=event.referral_id)
        case BedReturnedFromHospital():
            until = event.returned_on.isoformat()
            yield FAMILY_BEDS_V1.patch(
                bed, in_hospital_since=None, care_since=until, first_round_by=event.first_round_by.isoformat()
            )
            yield BED_STAYS_V1.patch(f"{bed}|{event.transferred_on.isoformat()}", until=until)
        case BedSettled():
            yield FAMILY_BEDS_V1.patch(
                bed,
                settled_on=event.settled_on.isoformat(),
                amount_fen=event.amount_fen,
                insurance_fen=event.insurance_fen,
            )
        case BedClosed():
            yield FAMILY_BEDS_V1.patch(
                bed,
                status="closed",
                closed_on=event.closed_on.isoformat(),
                outcome=event.outcome,
                in_hospital_since=None,
            )
        case BedFellOverdue():
            due_on = event.due_on.isoformat()
            yield BED_OVERDUE_V1.put(f"{bed}|{event.what}|{due_on}", family_bed_id=bed, what=event.what, due_on=due_on)
