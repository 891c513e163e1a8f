"""The rows of family beds: papers, plans, rounds, stays in hospital, and deadlines that passed."""

from collections.abc import Iterator

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


def project(fact: FamilyBedEvent) -> Iterator[Change]:
    """Follow a family bed."""
    match fact:
        case (
            BedAppliedFor()
            | BedApplicationReturned()
            | BedAppliedForAgain()
            | BedAssessed()
            | BedAgreed()
            | BedOpened()
        ):
            yield from paper(fact)
        case (
            BedPlanSet()
            | BedPlanEvaluated()
            | BedPlanStopped()
            | BedRoundRecorded()
            | BedRoundWrittenUp()
            | BedReviewed()
        ):
            yield from care(fact)
        case _:
            yield from course(fact)


def paper(fact: Paper) -> Iterator[Change]:
    """Follow a bed's papers until it is open."""
    bed = fact.family_bed_id
    match fact:
        case BedAppliedFor() | BedAppliedForAgain():
            yield FAMILY_BEDS_V1.put(
                bed,
                resident_id=fact.resident_id,
                team_id=fact.team_id,
                kind=fact.kind,
                indications=as_json(fact.indications),
                opinion=fact.opinion,
                assess_by=day_text(fact.assess_by),
                status="applied",
            )
        case BedApplicationReturned():
            yield FAMILY_BEDS_V1.patch(bed, status="returned", return_reason=fact.reason)
        case BedAssessed():
            fit = int(fact.condition_fits and fact.dwelling_fits)
            status = {} if fact.for_extension else {"status": "assessed"}
            yield FAMILY_BEDS_V1.patch(bed, fit=fit, assessed_on=fact.assessed_on.isoformat(), **status)
        case BedAgreed():
            yield FAMILY_BEDS_V1.patch(bed, status="agreed", agreed_on=fact.agreed_on.isoformat(), payment=fact.payment)
        case BedOpened():
            yield FAMILY_BEDS_V1.patch(
                bed,
                status="open",
                team_id=fact.team_id,
                bed_number=fact.bed_number,
                diagnoses=as_json(fact.diagnoses),
                opened_on=fact.opened_on.isoformat(),
                cycle=1,
                cycle_ends_on=fact.cycle_ends_on.isoformat(),
                first_round_by=fact.first_round_by.isoformat(),
                round_every_days=fact.round_every_days,
                review_by=day_text(fact.review_by),
                crowded=int(fact.crowded),
                override_by=fact.override_by,
                care_since=fact.opened_on.isoformat(),
                doctor_id=fact.doctor_id,
                nurse_id=fact.nurse_id,
            )


def care(fact: Care) -> Iterator[Change]:
    """Follow what is planned and done at an open bed."""
    bed = fact.family_bed_id
    match fact:
        case BedPlanSet():
            yield BED_PLANS_V1.put(
                f"{bed}|{fact.kind}",
                family_bed_id=bed,
                kind=fact.kind,
                diagnoses=as_json(fact.diagnoses),
                goals=as_json(fact.goals),
                measures=as_json(fact.measures),
            )
        case BedPlanEvaluated():
            yield BED_PLANS_V1.patch(
                f"{bed}|{fact.kind}", evaluated_on=fact.evaluated_on.isoformat(), result=fact.result
            )
        case BedPlanStopped():
            yield BED_PLANS_V1.patch(
                f"{bed}|{fact.kind}", stopped_on=fact.stopped_on.isoformat(), stop_reason=fact.reason
            )
        case BedRoundRecorded():
            yield BED_ROUNDS_V1.put(
                f"{bed}|{fact.visit_id}",
                family_bed_id=bed,
                visit_id=fact.visit_id,
                kind=fact.kind,
                made_at=moment(fact.made_at),
                member_ids=as_json(fact.member_ids),
                findings=as_json(fact.findings),
                measured=as_json(fact.measured),
            )
        case BedRoundWrittenUp():
            yield BED_ROUNDS_V1.patch(
                f"{bed}|{fact.visit_id}",
                complaints=as_json(fact.complaints),
                tests=as_json(fact.tests),
                contact_talked=int(fact.contact_talked),
            )
        case BedReviewed():
            yield FAMILY_BEDS_V1.patch(bed, review_by=fact.review_by.isoformat())


def course(
    fact: BedExtended | BedTransferredToHospital | BedReturnedFromHospital | BedSettled | BedClosed | BedFellOverdue,
) -> Iterator[Change]:
    """Follow a bed from cycle to cycle, to a hospital and back, and to its end."""
    bed = fact.family_bed_id
    match fact:
        case BedExtended():
            yield FAMILY_BEDS_V1.patch(bed, cycle=fact.cycle, cycle_ends_on=fact.cycle_ends_on.isoformat())
        case BedTransferredToHospital():
            since = fact.transferred_on.isoformat()
            yield FAMILY_BEDS_V1.patch(bed, in_hospital_since=since)
            yield BED_STAYS_V1.put(f"{bed}|{since}", family_bed_id=bed, since=since, referral_id=fact.referral_id)
        case BedReturnedFromHospital():
            until = fact.returned_on.isoformat()
            yield FAMILY_BEDS_V1.patch(
                bed, in_hospital_since=None, care_since=until, first_round_by=fact.first_round_by.isoformat()
            )
            yield BED_STAYS_V1.patch(f"{bed}|{fact.transferred_on.isoformat()}", until=until)
        case BedSettled():
            yield FAMILY_BEDS_V1.patch(
                bed,
                settled_on=fact.settled_on.isoformat(),
                amount_fen=fact.amount_fen,
                insurance_fen=fact.insurance_fen,
            )
        case BedClosed():
            yield FAMILY_BEDS_V1.patch(
                bed,
                status="closed",
                closed_on=fact.closed_on.isoformat(),
                outcome=fact.outcome,
                in_hospital_since=None,
            )
        case BedFellOverdue():
            due_on = fact.due_on.isoformat()
            yield BED_OVERDUE_V1.put(f"{bed}|{fact.what}|{due_on}", family_bed_id=bed, what=fact.what, due_on=due_on)
