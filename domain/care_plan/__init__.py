"""A resident's care plan owns care tasks: services due inside a window, done, missed, lost or cancelled."""

from domain.care_plan.bed_care import plan_bed_care
from domain.care_plan.commands import (
    CancelCare,
    CancelCareTask,
    CarePlanCommand,
    CompleteCareTask,
    CorrectCareTask,
    EndCare,
    FallDueCareTask,
    LeaveAsEnded,
    MissCareTask,
    MoveCare,
    MoveCareEnd,
    PauseCare,
    PlanBedCare,
    PlanContractCare,
    PlanGroupCare,
    PlanReferralFollowUp,
    RecordCareTaskPlanned,
    RecordFailedAttempt,
    ReinstateCare,
    ReopenCareTask,
    ReplanContractCare,
    ResumeCare,
)
from domain.care_plan.contract_care import plan_contract_care, plan_group_care
from domain.care_plan.corrections import leave_as_ended, move_care_end, reinstate_care, replan_contract_care
from domain.care_plan.events import CarePlanEvent
from domain.care_plan.open_care import cancel_care, end_care, pause_care, resume_care
from domain.care_plan.referral_care import plan_referral_follow_up
from domain.care_plan.state import CarePlan, evolve
from domain.care_plan.task_corrections import correct, reopen
from domain.care_plan.task_decisions import complete, fall_due, record_planned
from domain.care_plan.task_endings import cancel_one, miss, move_care, record_failed_attempt
from domain.contract import CONTRACT
from domain.decider import Decider, decision, members_of
from domain.family_bed import FAMILY_BED
from domain.inputs import NOW, PACK, exists, held, one
from domain.referral import REFERRAL
from domain.resident import RESIDENT

__all__ = ["CARE_PLAN"]

OPEN_VISITS = held("open_visits", by="resident_id")
OPEN_BEDS = held("open_beds", by="resident_id")
OPEN_REFERRALS = held("open_referrals", by="resident_id")
"""What visits, beds and referrals claim to be open for the resident."""

DECISIONS = (
    decision(PlanContractCare, plan_contract_care, now=NOW, pack=PACK, contract=one(CONTRACT), resident=one(RESIDENT)),
    decision(PlanGroupCare, plan_group_care, now=NOW, pack=PACK, resident=one(RESIDENT)),
    decision(PlanBedCare, plan_bed_care, now=NOW, pack=PACK, family_bed=one(FAMILY_BED), resident=one(RESIDENT)),
    decision(PlanReferralFollowUp, plan_referral_follow_up, now=NOW, pack=PACK, referral=one(REFERRAL)),
    decision(FallDueCareTask, fall_due, now=NOW, pack=PACK, resident=one(RESIDENT)),
    decision(RecordCareTaskPlanned, record_planned),
    decision(
        CompleteCareTask,
        complete,
        now=NOW,
        pack=PACK,
        resident=one(RESIDENT),
        visit_exists=exists("visit", by="visit_id"),
    ),
    decision(CorrectCareTask, correct, now=NOW, pack=PACK, resident=one(RESIDENT)),
    decision(ReopenCareTask, reopen, now=NOW),
    decision(RecordFailedAttempt, record_failed_attempt, now=NOW, pack=PACK),
    decision(MissCareTask, miss, now=NOW, pack=PACK),
    decision(CancelCareTask, cancel_one, now=NOW),
    decision(CancelCare, cancel_care, now=NOW, open_visits=OPEN_VISITS, open_referrals=OPEN_REFERRALS),
    decision(
        EndCare,
        end_care,
        now=NOW,
        resident=one(RESIDENT),
        open_visits=OPEN_VISITS,
        open_beds=OPEN_BEDS,
        open_referrals=OPEN_REFERRALS,
    ),
    decision(PauseCare, pause_care, now=NOW, open_visits=OPEN_VISITS, open_beds=OPEN_BEDS),
    decision(ResumeCare, resume_care, now=NOW),
    decision(
        ReplanContractCare, replan_contract_care, now=NOW, pack=PACK, contract=one(CONTRACT), resident=one(RESIDENT)
    ),
    decision(ReinstateCare, reinstate_care, resident=one(RESIDENT)),
    decision(MoveCareEnd, move_care_end, resident=one(RESIDENT)),
    decision(LeaveAsEnded, leave_as_ended),
    decision(MoveCare, move_care, contract=one(CONTRACT), open_visits=OPEN_VISITS),
)

CARE_PLAN: Decider[CarePlan, CarePlanEvent, CarePlanCommand] = Decider(
    category="care_plan",
    initial=CarePlan(tasks={}, outcomes={}),
    evolve=evolve,
    commands=members_of(CarePlanCommand),
    events=members_of(CarePlanEvent),
    decisions=DECISIONS,
    identify=lambda command: command.resident_id,
)
