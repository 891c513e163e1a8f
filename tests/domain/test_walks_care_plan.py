"""Whatever is asked of a care plan in whatever order, its history never holds what must not be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from domain.care_plan import (
    CARE_PLAN,
    CancelCare,
    CancelCareTask,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskScheduled,
    CareTaskUnplanned,
    CompleteCareTask,
    FallDueCareTask,
    MissCareTask,
    MoveCare,
    PlanBedCare,
    PlanContractCare,
    PlanReferralFollowUp,
    RecordCareTaskPlanned,
)
from domain.contract import ContractTransferred
from domain.local_time import local_day
from tests.domain.builders import APPLIED, ATTENDED, BED_OPENED, REFERRED, RETURNED, SIGNED, TODAY, WANG, in_group
from tests.domain.walking import OFTEN, Step, every_walk, near, steps_of
from tests.spec import folded

MOVED_AWAY = ContractTransferred(
    contract_id="c1",
    resident_id="wang",
    from_team_id="team-1",
    team_id="team-2",
    institution_id="fuhai",
    from_day=TODAY,
    doctor_id="chen",
    nurse_id="fang",
)
SHORT_BED = [APPLIED, replace(BED_OPENED, cycle_ends_on=TODAY + timedelta(days=9))]
TASKS = st.sampled_from(["c1.1.hypertension-follow-up.1", "r1.follow-up"])
PLAN_STEPS = st.sampled_from(
    [
        (
            PlanContractCare(resident_id="wang", contract_id="c1"),
            {"contract": [SIGNED], "resident": [WANG, in_group("hypertension")]},
        ),
        (PlanBedCare(resident_id="wang", family_bed_id="b1"), {"family_bed": SHORT_BED}),
        (PlanReferralFollowUp(resident_id="wang", referral_id="r1"), {"referral": [REFERRED, ATTENDED, RETURNED]}),
    ]
)
ABOUT_A_TASK: tuple[tuple[Callable[..., Any], dict[str, Any]], ...] = (
    *OFTEN * [(FallDueCareTask, {})],
    *OFTEN * [(RecordCareTaskPlanned, {"day": near(TODAY, 300)})],
    (RecordCareTaskPlanned, {"day": st.none()}),
    (CompleteCareTask, {"done_on": near(TODAY, 300)}),
    (lambda **told: lambda now: CompleteCareTask(done_on=local_day(now), **told), {}),
    (MissCareTask, {}),
    (CancelCareTask, {"cause": st.just("no-longer-needed")}),
)
CARE_STEPS = steps_of(
    PLAN_STEPS,
    st.just((MoveCare(resident_id="wang", contract_id="c1"), {"contract": [SIGNED, MOVED_AWAY]})),
    st.builds(
        CancelCare,
        resident_id=st.just("wang"),
        source_id=st.sampled_from(["c1", "b1"]),
        last_day=near(TODAY, 300),
        cause=st.sampled_from(["contract-over", "bed-closed"]),
    ),
    *(st.builds(command, resident_id=st.just("wang"), care_task_id=TASKS, **more) for command, more in ABOUT_A_TASK),
    days=30,
)
PLAN_FIRST: Step = (
    timedelta(0),
    PlanContractCare(resident_id="wang", contract_id="c1"),
    {"contract": [SIGNED], "resident": [WANG, in_group("hypertension")]},
)
ENDS = (CareTaskDone, CareTaskDoneLate, CareTaskMissed, CareTaskCancelled)


@every_walk(CARE_PLAN, PLAN_FIRST, CARE_STEPS)
def test_a_care_task_is_scheduled_once_falls_due_once_and_ends_once(history):
    stage: dict[str, str] = {}
    for fact in history.events:
        task = fact.care_task_id
        match fact:
            case CareTaskScheduled():
                assert task not in stage
                stage[task] = "scheduled"
            case CareTaskFellDue():
                assert stage[task] == "scheduled"
                stage[task] = "due"
            case CareTaskPlanned() | CareTaskUnplanned():
                assert stage[task] == "due"
            case CareTaskMoved():
                assert stage[task] != "over"
            case _:
                assert isinstance(fact, ENDS)
                assert stage[task] != "over", f"{fact} after the end"
                stage[task] = "over"
    plan = folded(CARE_PLAN, *history.events)
    assert plan.tasks.keys() == stage.keys()
    for name, task in plan.tasks.items():
        assert (task.status in {"done", "done-late", "missed", "cancelled"}) == (stage[name] == "over")
        assert task.status != "planned" or task.day is not None
