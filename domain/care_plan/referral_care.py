"""Follow-up of a referred resident: in hospital or at home, and after the return (A8)."""

from datetime import datetime, timedelta

from domain.care_plan.commands import PlanReferralFollowUp
from domain.care_plan.events import CarePlanEvent, CareTaskScheduled
from domain.care_plan.state import OPEN, CarePlan
from domain.care_plan.task_endings import cancellation_of
from domain.care_plan.tasks import needs_of, new_and_open
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.referral.commands import FollowUpStage
from domain.referral.events import ReferralRequested
from domain.referral.state import FollowUp, Referral

FOLLOW_UP_PRIORITY = 7

TRANSFER_KIND, HOSPITAL_KIND, RETURN_KIND = "referral-follow-up", "hospital-follow-up", "return-follow-up"
KINDS = (TRANSFER_KIND, HOSPITAL_KIND, RETURN_KIND)
"""The follow-ups of a referral: after the transfer, in hospital, and after the return."""


def plan_referral_follow_up(
    command: PlanReferralFollowUp, plan: CarePlan, *, now: datetime, pack: PolicyPack, referral: Referral
) -> list[CarePlanEvent]:
    """Schedule the follow-up that the referral requires, by its day; cancel those of earlier stages."""
    requested, due = referral.requested, referral.follow_up
    if requested is None or due is None:
        raise Refused("referral-not-attended", referral=command.referral_id)
    if requested.resident_id != command.resident_id:
        raise Refused("referral-of-another-resident", referral=command.referral_id, resident=command.resident_id)
    kind = kind_of(due)
    others = [plan.tasks.get(f"{command.referral_id}.{other}") for other in KINDS if due.done or other != kind]
    events: list[CarePlanEvent] = [
        cancellation_of(task, "no-longer-needed") for task in others if task is not None and task.status in OPEN
    ]
    if not due.done:
        events += new_and_open(plan, [task_of(requested, due, kind, pack)], local_day(now))
    return events


def kind_of(due: FollowUp) -> str:
    """Return which of the follow-ups this is."""
    if due.stage == "return":
        return RETURN_KIND
    return HOSPITAL_KIND if due.in_hospital else TRANSFER_KIND


def stage_of(care_task_id: str) -> FollowUpStage:
    """Return which follow-up of its referral a task is."""
    return "return" if care_task_id.endswith(RETURN_KIND) else "transfer"


def task_of(requested: ReferralRequested, due: FollowUp, kind: str, pack: PolicyPack) -> CareTaskScheduled:
    """Return the task of a follow-up: in hospital for an admitted resident, else at home."""
    return CareTaskScheduled(
        resident_id=requested.resident_id,
        care_task_id=f"{requested.referral_id}.{kind}",
        kind=kind,
        source="referral",
        source_id=requested.referral_id,
        contract_id=requested.contract_id,
        family_bed_id=None,
        team_id=requested.team_id,
        needs=needs_of(("gp/nurse",), (pack.follow_up_minutes,), None, None),
        sync="single",
        at_home=kind != HOSPITAL_KIND,
        priority=FOLLOW_UP_PRIORITY,
        window_from=due.since,
        window_to=due.by,
        lost_after=due.by + timedelta(days=pack.late_days),
    )
