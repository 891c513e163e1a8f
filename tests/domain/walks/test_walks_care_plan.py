"""Laws of a care plan: no commands, in any order, lead to a forbidden history."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.care_plan import CARE_PLAN
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
from domain.care_plan.events import (
    CareAttemptFailed,
    CareReportedUpward,
    CareResumed,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskScheduled,
    CareTaskUnplanned,
    ContractLaidDown,
    ContractTakenUp,
    OpenVisitsMoved,
    ReferralAdvised,
)
from domain.care_plan.task_decisions import ENDED_EARLY
from domain.contract.events import ContractRenewed, ContractTransferred
from domain.finding import Finding
from domain.key_groups import KeyGroup
from domain.local_time import local_day
from tests.domain.builders import APPLIED, ATTENDED, BED_OPENED, REFERRED, RETURNED, SIGNED, TODAY, WANG, in_group
from tests.domain.walks.walking import OFTEN, Step, Walk, every_walk, near, steps_of
from tests.rules import holds
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
RENEWED = ContractRenewed(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=2,
    signed_on=TODAY,
    starts_on=date(2027, 3, 2),
    ends_on=date(2028, 3, 1),
    signed_by="resident",
    signed_at="desk",
)
SHORT_BED = [APPLIED, replace(BED_OPENED, cycle_ends_on=TODAY + timedelta(days=9))]


def being(*groups: KeyGroup) -> dict[str, Any]:
    """Return the resident as a member of these groups."""
    return {"resident": [replace(WANG, homebound=True), *map(in_group, groups)]}


ILL = being("hypertension", "diabetes")
PEOPLE = st.sampled_from([ILL, being(), being("hypertension", "mental-disorder"), being("tuberculosis", "elder")])
PLAN_FIRST: Step = (
    timedelta(0),
    PlanContractCare(resident_id="wang", contract_id="c1"),
    {"contract": [SIGNED], **being("hypertension", "diabetes", "mental-disorder", "tuberculosis")},
)
TASKS = st.sampled_from(
    [
        *OFTEN * ["c1.1.hypertension-follow-up.1", "c1.1.diabetes-follow-up.1", "c1.tuberculosis-first-visit.1"],
        *OFTEN * ["c1.1.hypertension-follow-up.2", "c1.1.mental-follow-up.1"],
        "c1.1.glucose-test.1",
        "c1.1.hypertension-exam.1",
        "c1.1.hypertension-follow-up.1.2",
        "r1.return-follow-up",
        "b1.bed-round.1",
    ]
)


def pressure(number: float) -> tuple[Finding, ...]:
    return (Finding(code="systolic-pressure", value=number, unit="mmHg"),)


FINDINGS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        *OFTEN * [{"measured": pressure(165)}],
        {"measured": pressure(120)},
        {"measured": pressure(190)},
        {"findings": ("mental-disorder-unstable",)},
        {},
    ]
)


@st.composite
def completions(draw: st.DrawFn) -> Any:
    """Return that a task is done today, with its findings."""
    task, findings = draw(TASKS), draw(FINDINGS)

    def done(now: datetime) -> CompleteCareTask:
        return CompleteCareTask(resident_id="wang", care_task_id=task, done_on=local_day(now), **findings)

    return done, draw(PEOPLE)


PLANS = st.sampled_from(
    [
        (PlanContractCare(resident_id="wang", contract_id="c1"), {"contract": [SIGNED, RENEWED], **ILL}),
        (PlanBedCare(resident_id="wang", family_bed_id="b1"), {"family_bed": SHORT_BED}),
        (PlanReferralFollowUp(resident_id="wang", referral_id="r1"), {"referral": [REFERRED, ATTENDED, RETURNED]}),
        (MoveCare(resident_id="wang", contract_id="c1"), {"contract": [SIGNED, MOVED_AWAY]}),
    ]
)
GROUPS: tuple[KeyGroup, ...] = ("hypertension", "diabetes", "tuberculosis", "mental-disorder")
ABOUT_A_TASK: tuple[tuple[Callable[..., Any], dict[str, Any]], ...] = (
    *OFTEN * [(FallDueCareTask, {})],
    *OFTEN * [(RecordCareTaskPlanned, {"day": near(TODAY, 300)})],
    (RecordCareTaskPlanned, {"day": st.none()}),
    *OFTEN * [(RecordFailedAttempt, {"attempt": st.integers(1, 3)})],
    (MissCareTask, {}),
    (CancelCareTask, {"cause": st.sampled_from(["no-longer-needed", "visit-cancelled", "consent-declined"])}),
)
CARE_STEPS = steps_of(
    PLANS,
    *OFTEN * [completions()],
    st.tuples(st.builds(PlanGroupCare, resident_id=st.just("wang"), group=st.sampled_from(GROUPS)), PEOPLE),
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
A_TASK = {"resident_id": "wang", "care_task_id": "c1.1.hypertension-follow-up.1"}
DUE: Step = (timedelta(days=90), FallDueCareTask(**A_TASK), {})
PLANNED: Step = (timedelta(0), RecordCareTaskPlanned(**A_TASK, day=TODAY + timedelta(days=90)), {})
UNPLANNED: Step = (timedelta(0), RecordCareTaskPlanned(**A_TASK, day=None), {})
WAYS: tuple[list[Step], ...] = (
    [],
    [DUE, PLANNED, UNPLANNED],
    [DUE, *((timedelta(days=1), RecordFailedAttempt(**A_TASK, attempt=number), {}) for number in (1, 2, 3))],
)
STEPS = st.builds(lambda way, rest: [*way, *rest], st.sampled_from(WAYS), CARE_STEPS)
"""Some walks begin where few would come to by chance."""

ENDS = (CareTaskDone, CareTaskDoneLate, CareTaskMissed, CareTaskLost, CareTaskCancelled)
OVER = {"done", "done-late", "missed", "lost", "cancelled"}


@holds("A5.27", "A5.33")
@every_walk(CARE_PLAN, PLAN_FIRST, STEPS, unmet=(CareResumed, OpenVisitsMoved))
def test_a_care_plan_keeps_its_laws(history):
    each_task_is_scheduled_once_falls_due_and_ends_once(history)
    windows_are_in_order_inside_the_contract_and_no_service_is_open_twice(history)
    a_referral_is_advised_for_a_reason_and_the_lost_were_looked_for(history)


def each_task_is_scheduled_once_falls_due_and_ends_once(history: Walk) -> None:
    stage: dict[str, str] = {}
    shares: dict[str, str] = {}
    ended_early: set[str] = set()
    for event in history.events:
        match event:
            case CareTaskScheduled(care_task_id=task):
                assert task not in stage
                stage[task] = "scheduled"
            case CareTaskFellDue(care_task_id=task):
                assert stage[task] == "scheduled" or stage[shares[task]] == "over", f"{task} is due twice"
                stage[task] = "due"
                if event.with_task is not None:
                    shares[task] = event.with_task
            case CareTaskPlanned(care_task_id=task) | CareTaskUnplanned(care_task_id=task):
                assert stage[task] == "due"
            case CareTaskMoved(care_task_id=task) | CareAttemptFailed(care_task_id=task):
                assert stage[task] != "over"
            case _ if isinstance(event, ENDS):
                late_record = isinstance(event, CareTaskDone | CareTaskDoneLate) and event.care_task_id in ended_early
                assert stage[event.care_task_id] != "over" or late_record, f"{event} after the end"
                stage[event.care_task_id] = "over"
                if isinstance(event, CareTaskCancelled) and event.cause in ENDED_EARLY:
                    ended_early.add(event.care_task_id)
    plan = folded(CARE_PLAN, *history.events)
    assert plan.tasks.keys() == stage.keys()
    for name, task in plan.tasks.items():
        assert (task.status in OVER) == (stage[name] == "over")
        assert task.status != "planned" or task.day is not None
        shared = task.with_task is not None and task.is_open
        assert not shared or plan.tasks[task.with_task].is_open, f"{name} waits for a trip that nobody makes"


def windows_are_in_order_inside_the_contract_and_no_service_is_open_twice(history: Walk) -> None:
    there: dict[tuple[str, date], str] = {}
    terms: dict[int, tuple[date, date]] = {}
    for event in history.events:
        match event:
            case ContractTakenUp():
                terms[event.term] = (event.starts_on, event.ends_on)
            case ContractLaidDown():
                terms = {term: (first, min(last, event.last_day)) for term, (first, last) in terms.items()}
            case CareTaskScheduled():
                assert event.window_from <= event.window_to <= event.lost_after
                if event.source == "contract":
                    assert any(first <= event.window_from <= event.window_to <= last for first, last in terms.values())
                if event.because is None:
                    assert (event.kind, event.window_from) not in there, f"{event.care_task_id} is owed twice"
                    there[event.kind, event.window_from] = event.care_task_id
            case _ if isinstance(event, ENDS):
                there = {window: task for window, task in there.items() if task != event.care_task_id}


def a_referral_is_advised_for_a_reason_and_the_lost_were_looked_for(history: Walk) -> None:
    outcomes: dict[str, list[str]] = defaultdict(list)
    attempts: dict[str, set[int]] = defaultdict(set)
    most: dict[str, int] = {}
    lost_for: set[str] = set()
    for event in history.events:
        match event:
            case CareTaskDone() | CareTaskDoneLate() if event.group is not None and event.outcome is not None:
                outcomes[event.group].append(event.outcome)
            case ReferralAdvised():
                assert event.criteria
                if "pressure-uncontrolled-twice" in event.criteria:
                    groups = ("hypertension", "elder", "everyone")
                    assert any(outcomes[group][-2:] == 2 * ["uncontrolled"] for group in groups)
            case CareAttemptFailed():
                assert event.attempt not in attempts[event.care_task_id]
                attempts[event.care_task_id].add(event.attempt)
                most[event.care_task_id] = event.most
            case CareTaskLost():
                lost_for.add(event.care_task_id)
                assert any(len(tried) == event.attempts == most[task] for task, tried in attempts.items())
            case CareReportedUpward():
                assert event.care_task_id in lost_for
