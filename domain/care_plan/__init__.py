"""A resident's care plan owns care tasks: services due inside a window, done, missed or cancelled."""

from typing import get_args

from domain.care_plan.asked import (
    CancelCare,
    CancelCareTask,
    CancelCause,
    CompleteCareTask,
    FallDueCareTask,
    MissCareTask,
    MoveCare,
    PlanBedCare,
    PlanContractCare,
    PlanReferralFollowUp,
    RecordCareTaskPlanned,
)
from domain.care_plan.bed_care import plan_bed_care
from domain.care_plan.contract_care import plan_contract_care
from domain.care_plan.facts import (
    CarePlanEvent,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskScheduled,
    CareTaskUnplanned,
    Source,
)
from domain.care_plan.referral_care import plan_referral_follow_up
from domain.care_plan.state import (
    CarePlan,
    CareTask,
    TaskStatus,
    evolve,
)
from domain.care_plan.steps import (
    cancel_care,
    cancel_one,
    complete,
    fall_due,
    miss,
    move_care,
    record_planned,
)
from domain.decider import Decider

__all__ = [
    "CARE_PLAN",
    "CancelCare",
    "CancelCareTask",
    "CancelCause",
    "CarePlan",
    "CarePlanEvent",
    "CareTask",
    "CareTaskCancelled",
    "CareTaskDone",
    "CareTaskDoneLate",
    "CareTaskFellDue",
    "CareTaskMissed",
    "CareTaskMoved",
    "CareTaskPlanned",
    "CareTaskScheduled",
    "CareTaskUnplanned",
    "CompleteCareTask",
    "FallDueCareTask",
    "MissCareTask",
    "MoveCare",
    "PlanBedCare",
    "PlanContractCare",
    "PlanReferralFollowUp",
    "RecordCareTaskPlanned",
    "Source",
    "TaskStatus",
    "plan_bed_care",
]

CARE_PLAN: Decider[CarePlan, CarePlanEvent] = Decider(
    category="care_plan",
    initial=CarePlan(tasks={}),
    evolve=evolve,
    decisions={
        PlanContractCare: plan_contract_care,
        PlanBedCare: plan_bed_care,
        PlanReferralFollowUp: plan_referral_follow_up,
        FallDueCareTask: fall_due,
        RecordCareTaskPlanned: record_planned,
        CompleteCareTask: complete,
        MissCareTask: miss,
        CancelCareTask: cancel_one,
        CancelCare: cancel_care,
        MoveCare: move_care,
    },
    events=get_args(CarePlanEvent),
    identify=lambda command: command.resident_id,
)
