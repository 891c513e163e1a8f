from dataclasses import replace
from datetime import date, timedelta

from domain.care_plan import (
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
    PlanContractCare,
    RecordCareTaskPlanned,
)
from domain.contract import ContractTransferred
from domain.institution import KeyGroup
from domain.visit import Need
from tests.domain.builders import SIGNED, TODAY, WANG, at, in_group
from tests.spec import given

FIRST, LAST, LOST = date(2026, 4, 6), date(2026, 4, 26), date(2026, 5, 26)
TASK = CareTaskScheduled(
    resident_id="wang",
    care_task_id="t1",
    kind="hypertension-follow-up",
    source="contract",
    source_id="c1",
    contract_id="c1",
    family_bed_id=None,
    team_id="team-1",
    needs=(Need(roles=("gp",), minutes=20, named_id="li"),),
    sync="single",
    at_home=True,
    priority=5,
    window_from=FIRST,
    window_to=LAST,
    lost_after=LOST,
)
OF_TASK = {"resident_id": "wang", "care_task_id": "t1"}
DUE = CareTaskFellDue(
    **OF_TASK,
    kind=TASK.kind,
    contract_id="c1",
    family_bed_id=None,
    team_id="team-1",
    needs=TASK.needs,
    sync="single",
    at_home=True,
    priority=5,
    window_from=FIRST,
    window_to=LAST,
)
PLANNED = CareTaskPlanned(**OF_TASK, day=FIRST)
UNPLANNED = CareTaskUnplanned(**OF_TASK)
DONE = CareTaskDone(**OF_TASK, source="contract", source_id="c1", done_on=LAST, visit_id="t1")
DONE_LATE = CareTaskDoneLate(
    **OF_TASK, source="contract", source_id="c1", done_on=date(2026, 4, 28), days_late=2, visit_id="t1"
)
MISSED = CareTaskMissed(**OF_TASK, team_id="team-1", asked=True)
CANCELLED = CareTaskCancelled(**OF_TASK, team_id="team-1", cause="no-longer-needed", asked=True)
MOVED_CONTRACT = ContractTransferred(
    contract_id="c1",
    resident_id="wang",
    from_team_id="team-1",
    team_id="team-2",
    institution_id="fuhai",
    from_day=TODAY,
    doctor_id="chen",
    nurse_id="fang",
)
MOVED = CareTaskMoved(
    **OF_TASK, team_id="team-2", needs=(Need(roles=("gp",), minutes=20, named_id="chen"),), asked=False
)
OVER = (DONE, DONE_LATE, MISSED, CANCELLED)

PLAN_CARE = PlanContractCare(resident_id="wang", contract_id="c1")
FALL_DUE = FallDueCareTask(**OF_TASK)
PLAN_DAY = RecordCareTaskPlanned(**OF_TASK, day=FIRST)
COMPLETE = CompleteCareTask(**OF_TASK, done_on=LAST, visit_id="t1")
MISS = MissCareTask(**OF_TASK)
CANCEL = CancelCareTask(**OF_TASK, cause="no-longer-needed")
CANCEL_CARE = CancelCare(resident_id="wang", source_id="c1", last_day=TODAY, cause="contract-over")
MOVE = MoveCare(resident_id="wang", contract_id="c1")

HYPERTENSION = {"contract": [SIGNED], "resident": [WANG, in_group("hypertension")]}
QUARTERS = (
    (date(2026, 4, 6), date(2026, 4, 26)),
    (date(2026, 7, 6), date(2026, 7, 26)),
    (date(2026, 10, 5), date(2026, 10, 25)),
    (date(2027, 1, 5), date(2027, 1, 25)),
)


def quarterly(number: int, first: date, last: date) -> CareTaskScheduled:
    return replace(
        TASK,
        care_task_id=f"c1.1.hypertension-follow-up.{number}",
        at_home=False,
        window_from=first,
        window_to=last,
        lost_after=last + timedelta(days=30),
    )


FOLLOW_UPS = tuple(quarterly(number, *window) for number, window in enumerate(QUARTERS, start=1))


def said(command: object, **facts: object) -> list[CareTaskScheduled]:
    """What a plan for a resident without one says."""
    tasks = given().when(command, **facts).decide()
    assert isinstance(tasks, list)
    return tasks


def windows_of(kind: str, tasks: list[CareTaskScheduled]) -> list[tuple[date, date]]:
    return [(task.window_from, task.window_to) for task in tasks if task.kind == kind]


def test_hypertension_is_seen_in_four_windows_inside_the_term():
    given().when(PLAN_CARE, **HYPERTENSION).then(*FOLLOW_UPS)


def test_care_that_is_planned_is_not_planned_again():
    given(*FOLLOW_UPS).when(PLAN_CARE, **HYPERTENSION).then_nothing()


def test_who_is_in_no_key_group_is_owed_nothing():
    given().when(PLAN_CARE, contract=[SIGNED], resident=[WANG]).then_nothing()


def test_windows_that_are_over_are_not_owed():
    given().when(PLAN_CARE, now=at(date(2026, 7, 27), 9), **HYPERTENSION).then(*FOLLOW_UPS[2:])


def test_who_cannot_come_is_seen_at_home():
    facts = {**HYPERTENSION, "resident": [replace(WANG, homebound=True), in_group("hypertension")]}
    assert [task.at_home for task in said(PLAN_CARE, **facts)] == [True] * 4


def test_each_key_group_is_owed_its_services_a_year():
    owed: dict[KeyGroup, int] = {
        "hypertension": 4,
        "diabetes": 4,
        "elder": 1,
        "mental-disorder": 4,
        "tuberculosis": 12,
        "disabled": 2,
        "postpartum": 1,
        "child": 0,
    }
    for group, times in owed.items():
        tasks = said(PLAN_CARE, contract=[SIGNED], resident=[WANG, in_group(group)])
        assert len(tasks) == times, group
        days = [day for task in tasks for day in (task.window_from, task.window_to)]
        assert days == sorted(set(days)), group
        assert all(SIGNED.starts_on <= day <= SIGNED.ends_on for day in days), group


def test_care_is_owed_by_the_team_that_has_the_contract_now():
    tasks = said(PLAN_CARE, **{**HYPERTENSION, "contract": [SIGNED, MOVED_CONTRACT]})
    assert {(task.team_id, task.needs[0].named_id) for task in tasks} == {("team-2", "chen")}


def test_three_years_are_owed_three_times_as_much():
    contract = [replace(SIGNED, ends_on=date(2029, 3, 1))]
    tasks = said(PLAN_CARE, contract=contract, resident=[WANG, in_group("hypertension")])
    assert len(tasks) == 12
    assert tasks[-1].window_to <= date(2029, 3, 1)


def test_a_mother_is_seen_in_the_first_week():
    tasks = said(PLAN_CARE, contract=[SIGNED], resident=[WANG, in_group("postpartum")])
    assert windows_of("postpartum-visit", tasks) == [(TODAY, date(2026, 3, 8))]
    assert tasks[0].at_home


def test_severe_mental_disorder_is_visited_by_doctor_and_nurse_together():
    task = said(PLAN_CARE, contract=[SIGNED], resident=[WANG, in_group("mental-disorder")])[0]
    assert (task.sync, task.at_home) == ("simultaneous", True)
    assert [(need.roles, need.named_id) for need in task.needs] == [(("gp",), "li"), (("nurse",), "he")]


def test_care_is_planned_under_a_contract_of_the_resident():
    given().when(PLAN_CARE).then_refused("contract-unknown", contract="c1")
    given().when(PLAN_CARE, contract=[replace(SIGNED, resident_id="zhao")]).then_refused(
        "contract-of-another-resident", resident="wang"
    )


def test_a_task_falls_due():
    given(TASK).when(FALL_DUE).then(DUE)


def test_a_task_falls_due_once():
    for past in ((TASK, DUE), (TASK, DUE, PLANNED), (TASK, DONE)):
        given(*past).when(FALL_DUE).then_nothing()


def test_a_task_that_nobody_planned_has_no_next_step():
    for step in (FALL_DUE, PLAN_DAY, COMPLETE, MISS, CANCEL):
        given().when(step).then_refused("care-task-unknown", task="t1")


def test_a_due_task_gets_a_day():
    given(TASK, DUE).when(PLAN_DAY).then(PLANNED)
    given(TASK, DUE, PLANNED).when(replace(PLAN_DAY, day=LAST)).then(replace(PLANNED, day=LAST))


def test_a_planned_task_loses_its_day():
    given(TASK, DUE, PLANNED).when(replace(PLAN_DAY, day=None)).then(UNPLANNED)


def test_the_same_day_again_says_nothing_and_so_does_a_task_that_is_over():
    given(TASK, DUE, PLANNED).when(PLAN_DAY).then_nothing()
    given(TASK, DUE, PLANNED, UNPLANNED).when(replace(PLAN_DAY, day=None)).then_nothing()
    for end in OVER:
        given(TASK, DUE, end).when(PLAN_DAY).then_nothing()


def test_a_task_is_done_inside_its_window():
    given(TASK, DUE, PLANNED).when(COMPLETE).then(DONE)


def test_after_its_window_it_is_done_late():
    given(TASK, DUE).when(replace(COMPLETE, done_on=date(2026, 4, 28))).then(DONE_LATE)


def test_done_again_it_says_nothing():
    given(TASK, DONE).when(COMPLETE).then_nothing()
    given(TASK, DONE_LATE).when(COMPLETE).then_nothing()


def test_what_was_missed_or_cancelled_is_not_done():
    given(TASK, MISSED).when(COMPLETE).then_refused("care-task-over", task="t1", status="missed")
    given(TASK, CANCELLED).when(COMPLETE).then_refused("care-task-over", task="t1", status="cancelled")


def test_a_task_is_missed_when_it_is_not_worth_doing_any_more():
    given(TASK, DUE).when(MISS, now=at(date(2026, 5, 27), 0)).then(MISSED)
    given(TASK).when(MISS, now=at(date(2026, 5, 27), 0)).then(replace(MISSED, asked=False))


def test_until_then_it_may_be_done_late():
    given(TASK, DUE).when(MISS, now=at(LOST, 23, 59)).then_nothing()


def test_what_is_over_is_not_missed():
    for end in OVER:
        given(TASK, DUE, end).when(MISS, now=at(date(2026, 5, 27), 0)).then_nothing()


def test_a_task_is_cancelled():
    given(TASK, DUE, PLANNED).when(CANCEL).then(CANCELLED)
    given(TASK).when(CANCEL).then(replace(CANCELLED, asked=False))


def test_a_task_at_the_centre_asks_for_no_visit():
    given(replace(TASK, at_home=False), DUE).when(CANCEL).then(replace(CANCELLED, asked=False))


def test_what_is_over_is_not_cancelled():
    for end in OVER:
        given(TASK, DUE, end).when(CANCEL).then_nothing()


def test_the_end_of_a_contract_cancels_what_it_owes_after_its_last_day():
    given(TASK, DUE).when(CANCEL_CARE).then(replace(CANCELLED, cause="contract-over"))


def test_what_it_owes_before_and_what_others_owe_stays():
    given(TASK, DUE).when(replace(CANCEL_CARE, last_day=FIRST)).then_nothing()
    given(TASK, DUE).when(replace(CANCEL_CARE, source_id="c2")).then_nothing()
    given(TASK, DONE).when(CANCEL_CARE).then_nothing()


def test_the_end_of_a_bed_cancels_all_that_is_open():
    bed_task = replace(TASK, source="family_bed", source_id="b1")
    close = CancelCare(resident_id="wang", source_id="b1", last_day=LAST, cause="bed-closed")
    given(bed_task, DUE).when(close).then(replace(CANCELLED, cause="bed-closed"))


def test_open_tasks_move_with_their_contract_to_the_doctor_of_the_new_team():
    given(TASK).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then(MOVED)
    given(TASK, DUE).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then(replace(MOVED, asked=True))


def test_what_has_moved_or_is_over_stays():
    given(TASK, MOVED).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then_nothing()
    given(TASK).when(MOVE, contract=[SIGNED]).then_nothing()
    for end in OVER:
        given(TASK, DUE, end).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then_nothing()


def test_care_moves_with_a_contract_that_is_there():
    given(TASK).when(MOVE).then_refused("contract-unknown", contract="c1")
