"""A resident's care plan owns care tasks: services due inside a window, done, missed, lost or cancelled."""

from typing import get_args

from domain.care_plan.bed_care import plan_bed_care
from domain.care_plan.commands import (
    CancelCare,
    CancelCareTask,
    CompleteCareTask,
    FallDueCareTask,
    MissCareTask,
    MoveCare,
    PlanBedCare,
    PlanContractCare,
    PlanGroupCare,
    PlanReferralFollowUp,
    RecordCareTaskPlanned,
    RecordFailedAttempt,
)
from domain.care_plan.contract_care import plan_contract_care, plan_group_care
from domain.care_plan.ending import cancel_care, cancel_one, miss, move_care, record_failed_attempt
from domain.care_plan.events import CarePlanEvent
from domain.care_plan.referral_care import plan_referral_follow_up
from domain.care_plan.state import CarePlan, evolve
from domain.care_plan.task_decisions import complete, fall_due, record_planned
from domain.decider import Decider

__all__ = ["CARE_PLAN"]

CARE_PLAN: Decider[CarePlan, CarePlanEvent] = Decider(
    category="care_plan",
    initial=CarePlan(tasks={}, outcomes={}),
    evolve=evolve,
    decisions={
        PlanContractCare: plan_contract_care,
        PlanGroupCare: plan_group_care,
        PlanBedCare: plan_bed_care,
        PlanReferralFollowUp: plan_referral_follow_up,
        FallDueCareTask: fall_due,
        RecordCareTaskPlanned: record_planned,
        CompleteCareTask: complete,
        RecordFailedAttempt: record_failed_attempt,
        MissCareTask: miss,
        CancelCareTask: cancel_one,
        CancelCare: cancel_care,
        MoveCare: move_care,
    },
    events=get_args(CarePlanEvent),
    identify=lambda command: command.resident_id,
)
