"""The visit that is owed to a resident who came back from a hospital (A8)."""

from datetime import datetime, timedelta

from domain.care_plan.asked import PlanReferralFollowUp
from domain.care_plan.facts import CarePlanEvent, CareTaskScheduled
from domain.care_plan.state import CarePlan
from domain.care_plan.tasks import needs_of, new_and_open
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.referral import Referral

FOLLOW_UP_PRIORITY = 7


def plan_referral_follow_up(
    command: PlanReferralFollowUp, plan: CarePlan, *, now: datetime, pack: PolicyPack, referral: Referral
) -> list[CarePlanEvent]:
    """Owe a returned resident a visit by the day that was decided at the return (A8)."""
    requested = referral.requested
    if requested is None or referral.returned_on is None or referral.follow_up_by is None:
        raise Refused("referral-not-returned", referral=command.referral_id)
    if requested.resident_id != command.resident_id:
        raise Refused("referral-of-another-resident", referral=command.referral_id, resident=command.resident_id)
    task = CareTaskScheduled(
        resident_id=command.resident_id,
        care_task_id=f"{command.referral_id}.follow-up",
        kind="referral-follow-up",
        source="referral",
        source_id=command.referral_id,
        contract_id=requested.contract_id,
        family_bed_id=None,
        team_id=requested.team_id,
        needs=needs_of(("gp/nurse",), (pack.follow_up_minutes,), None, None),
        sync="single",
        at_home=True,
        priority=FOLLOW_UP_PRIORITY,
        window_from=referral.returned_on,
        window_to=referral.follow_up_by,
        lost_after=referral.follow_up_by + timedelta(days=pack.late_days),
    )
    return new_and_open(plan, [task], local_day(now))
