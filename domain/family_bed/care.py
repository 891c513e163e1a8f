"""Care at an open bed: plans, rounds and their records, senior review, and stays in hospital (A7)."""

from datetime import datetime, timedelta

from domain.decider import Refused
from domain.family_bed.commands import (
    EvaluateBedPlan,
    RecordRound,
    ReturnBedFromHospital,
    ReviewBed,
    SetBedPlan,
    StopBedPlan,
    TransferBedToHospital,
    WriteUpRound,
)
from domain.family_bed.cycles import first_round_by
from domain.family_bed.events import (
    BedPlanEvaluated,
    BedPlanSet,
    BedPlanStopped,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedRoundWrittenUp,
    BedTransferredToHospital,
    FamilyBedEvent,
)
from domain.family_bed.state import FamilyBed, require_open, require_opened, require_past
from domain.finding import check_measured
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.referral.state import Referral, check_referral_of
from domain.team.state import check_known


def set_plan(command: SetBedPlan, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Replace a plan of an open bed; a nursing plan has diagnoses and goals."""
    require_open(bed, command.family_bed_id)
    if not command.measures:
        raise Refused("plan-without-measures", bed=command.family_bed_id)
    if command.kind == "nursing" and not (command.diagnoses and command.goals):
        raise Refused("nursing-plan-incomplete", bed=command.family_bed_id)
    plan = BedPlanSet(
        family_bed_id=command.family_bed_id,
        kind=command.kind,
        measures=command.measures,
        diagnoses=command.diagnoses,
        goals=command.goals,
    )
    return [] if plan in bed.plans else [plan]


def evaluate_plan(command: EvaluateBedPlan, bed: FamilyBed, *, now: datetime) -> list[FamilyBedEvent]:
    """Record how far the goals of a current plan are met."""
    require_plan(bed, command.family_bed_id, command.kind)
    evaluated = BedPlanEvaluated(
        family_bed_id=command.family_bed_id,
        kind=command.kind,
        evaluated_on=command.evaluated_on,
        result=command.result,
    )
    if evaluated in bed.evaluations:
        return []
    require_open(bed, command.family_bed_id, command.evaluated_on)
    require_past(command.evaluated_on, now)
    return [evaluated]


def stop_plan(command: StopBedPlan, bed: FamilyBed, *, now: datetime) -> list[FamilyBedEvent]:
    """Stop a current plan; any other is stopped already."""
    require_open(bed, command.family_bed_id)
    if all(plan.kind != command.kind for plan in bed.plans):
        return []
    require_open(bed, command.family_bed_id, command.stopped_on)
    require_past(command.stopped_on, now)
    return [
        BedPlanStopped(
            family_bed_id=command.family_bed_id,
            kind=command.kind,
            stopped_on=command.stopped_on,
            reason=command.reason,
        )
    ]


def record_round(
    command: RecordRound, bed: FamilyBed, *, now: datetime, visit_exists: bool, strangers: tuple[str, ...]
) -> list[FamilyBedEvent]:
    """Record each visit's round once, while the bed gives care."""
    opened = require_opened(bed, command.family_bed_id)
    if bed.made(command.visit_id) is not None:
        return []
    if not visit_exists:
        raise Refused("visit-unknown", visit=command.visit_id)
    check_known(strangers)
    day = local_day(command.made_at)
    if not bed.is_open(day):
        raise Refused("bed-not-open", bed=command.family_bed_id)
    if not bed.gives_care(day):
        raise Refused("bed-in-hospital", bed=command.family_bed_id)
    if command.made_at > now:
        raise Refused("moment-in-the-future", moment=command.made_at.isoformat())
    check_measured(command.measured)
    return [
        BedRoundRecorded(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            visit_id=command.visit_id,
            made_at=command.made_at,
            member_ids=command.member_ids,
            findings=command.findings,
            measured=command.measured,
            kind=command.kind,
        )
    ]


def write_up(command: WriteUpRound, bed: FamilyBed) -> list[FamilyBedEvent]:
    """Write a round's record once."""
    made = bed.made(command.visit_id)
    if made is None:
        raise Refused("round-unknown", bed=command.family_bed_id, visit=command.visit_id)
    record = BedRoundWrittenUp(
        family_bed_id=command.family_bed_id,
        visit_id=command.visit_id,
        complaints=command.complaints,
        tests=command.tests,
        contact_talked=command.contact_talked,
    )
    if made.written_up == record:
        return []
    if made.written_up is not None:
        raise Refused("round-already-written-up", bed=command.family_bed_id, visit=command.visit_id)
    return [record]


def review(
    command: ReviewBed, bed: FamilyBed, *, now: datetime, pack: PolicyPack, strangers: tuple[str, ...]
) -> list[FamilyBedEvent]:
    """Record a senior doctor's review of an open bed's care."""
    opened = require_open(bed, command.family_bed_id, command.reviewed_on)
    if bed.reviewed is not None and command.reviewed_on <= bed.reviewed.reviewed_on:
        return []
    require_past(command.reviewed_on, now)
    check_known(strangers)
    if command.reviewer_id == opened.doctor_id:
        raise Refused("reviewer-is-responsible", bed=command.family_bed_id, member=command.reviewer_id)
    return [
        BedReviewed(
            family_bed_id=command.family_bed_id,
            reviewed_on=command.reviewed_on,
            reviewer_id=command.reviewer_id,
            review_by=command.reviewed_on + timedelta(days=pack.senior_review_days),
        )
    ]


def transfer_to_hospital(
    command: TransferBedToHospital, bed: FamilyBed, *, now: datetime, referral: Referral
) -> list[FamilyBedEvent]:
    """Suspend care at an open bed while its resident is in hospital."""
    opened = require_open(bed, command.family_bed_id, command.transferred_on)
    if bed.in_hospital:
        if bed.stays[-1].since == command.transferred_on:
            return []
        raise Refused("bed-in-hospital", bed=command.family_bed_id)
    if command.referral_id is not None:
        check_referral_of(referral, command.referral_id, opened.resident_id)
    require_past(command.transferred_on, now)
    since = bed.care_since
    if since is not None and command.transferred_on < since:
        raise Refused("hospital-stays-overlap", bed=command.family_bed_id, day=since)
    return [
        BedTransferredToHospital(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            team_id=opened.team_id,
            transferred_on=command.transferred_on,
            referral_id=command.referral_id,
        )
    ]


def return_from_hospital(
    command: ReturnBedFromHospital, bed: FamilyBed, *, now: datetime, pack: PolicyPack
) -> list[FamilyBedEvent]:
    """Resume care at home; a doctor sees the resident within the hours of a first round."""
    opened = require_open(bed, command.family_bed_id)
    if not bed.in_hospital:
        if bed.stays and bed.stays[-1].until == command.returned_on:
            return []
        raise Refused("bed-not-in-hospital", bed=command.family_bed_id)
    require_past(command.returned_on, now)
    if command.returned_on < bed.stays[-1].since:
        raise Refused("returned-before-transferred", bed=command.family_bed_id, day=bed.stays[-1].since)
    return [
        BedReturnedFromHospital(
            family_bed_id=command.family_bed_id,
            resident_id=opened.resident_id,
            team_id=opened.team_id,
            transferred_on=bed.stays[-1].since,
            returned_on=command.returned_on,
            first_round_by=first_round_by(command.returned_on, pack),
        )
    ]


def require_plan(bed: FamilyBed, bed_id: str, kind: str) -> None:
    """Refuse a plan that is not current."""
    require_open(bed, bed_id)
    if all(plan.kind != kind for plan in bed.plans):
        raise Refused("plan-unknown", bed=bed_id)
