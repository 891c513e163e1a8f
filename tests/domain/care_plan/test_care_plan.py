from dataclasses import replace
from datetime import date

from domain.care_plan.commands import (
    CancelCare,
    CancelCareTask,
    CompleteCareTask,
    FallDueCareTask,
    MissCareTask,
    MoveCare,
    RecordCareTaskPlanned,
    RecordFailedAttempt,
)
from domain.care_plan.events import (
    CareAttemptFailed,
    CareReportedUpward,
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
    ContractMoved,
    ContractTakenUp,
    OpenCareEnded,
)
from domain.contract.events import ContractTransferred
from domain.finding import Finding
from domain.visit.commands import Need
from tests.domain.builders import LONG_AGO, SIGNED, TODAY, at
from tests.rules import holds
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
DONE = CareTaskDone(
    resident_id="wang",
    care_task_id="t1",
    source="contract",
    source_id="c1",
    done_on=LAST,
    visit_id="t1",
    kind="hypertension-follow-up",
    contract_id="c1",
)
DONE_LATE = CareTaskDoneLate(
    resident_id="wang",
    care_task_id="t1",
    source="contract",
    source_id="c1",
    done_on=date(2026, 4, 28),
    days_late=2,
    visit_id="t1",
    kind="hypertension-follow-up",
    contract_id="c1",
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
WENT = ContractMoved(resident_id="wang", contract_id="c1", team_id="team-2", doctor_id="chen", nurse_id="fang")
GONE = CareTaskLost(resident_id="wang", care_task_id="t1", team_id="team-1", attempts=3, asked=True)
OVER = (DONE, DONE_LATE, MISSED, CANCELLED, GONE)

FALL_DUE = FallDueCareTask(**OF_TASK)
PLAN_DAY = RecordCareTaskPlanned(**OF_TASK, day=FIRST)
COMPLETE = CompleteCareTask(resident_id="wang", care_task_id="t1", done_on=LAST, visit_id="t1")
LATER = at(date(2026, 4, 28), 18)
ATTEMPT = RecordFailedAttempt(resident_id="wang", care_task_id="t1", attempt=1)
FAILED = CareAttemptFailed(resident_id="wang", care_task_id="t1", attempt=1, most=3)
TERM = ContractTakenUp(
    resident_id="wang",
    contract_id="c1",
    term=1,
    team_id="team-1",
    doctor_id="li",
    nurse_id="he",
    starts_on=TODAY,
    ends_on=date(2027, 3, 1),
)
MISS = MissCareTask(**OF_TASK)
CANCEL = CancelCareTask(**OF_TASK, cause="no-longer-needed")
CANCEL_CARE = CancelCare(resident_id="wang", source_id="c1", last_day=TODAY, cause="contract-over")
MOVE = MoveCare(resident_id="wang", contract_id="c1")


def test_a_task_falls_due():
    given(TASK).when(FALL_DUE).then(DUE)


def test_a_task_falls_due_once():
    for past in ((TASK, DUE), (TASK, DUE, PLANNED), (TASK, DONE)):
        given(*past).when(FALL_DUE).then_nothing()


def test_a_task_that_nobody_planned_has_no_next_step():
    for step in (FALL_DUE, PLAN_DAY, COMPLETE, ATTEMPT, MISS, CANCEL):
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
    given(TASK, DUE, PLANNED).when(COMPLETE, now=LATER).then(DONE)


def test_after_its_window_it_is_done_late():
    given(TASK, DUE).when(replace(COMPLETE, done_on=date(2026, 4, 28)), now=LATER).then(DONE_LATE)


def test_what_was_found_stands_with_what_was_done():
    low = (Finding(code="systolic-pressure", value=128, unit="mmHg"),)
    swollen = replace(COMPLETE, findings=("oedema",), measured=low)
    given(TASK, DUE).when(swollen, now=LATER).then(replace(DONE, findings=("oedema",), measured=low))


def test_nothing_is_done_on_a_day_that_is_still_to_come():
    given(TASK, DUE).when(COMPLETE).then_refused("day-in-the-future", day=LAST)
    given(TASK, DUE).when(replace(COMPLETE, done_on=LONG_AGO)).then_refused("day-too-long-ago", day=LONG_AGO)


def test_nothing_is_done_under_a_contract_that_does_not_run():
    over = ContractLaidDown(resident_id="wang", contract_id="c1", last_day=FIRST)
    given(TERM, TASK, DUE, over).when(COMPLETE, now=LATER).then_refused("no-contract-on-that-day", task="t1", day=LAST)
    given(TERM, TASK, DUE).when(COMPLETE, now=LATER).then(DONE)
    last_day = ContractLaidDown(resident_id="wang", contract_id="c1", last_day=LAST)
    given(TERM, TASK, DUE, last_day).when(COMPLETE, now=LATER).then(DONE)


def test_what_was_measured_is_plausible():
    def measured(code: str, number: float, unit: str = "mmHg") -> CompleteCareTask:
        return replace(COMPLETE, measured=(Finding(code=code, value=number, unit=unit),))

    given(TASK).when(measured("mood", 3), now=LATER).then_refused("finding-unknown", code="mood")
    given(TASK).when(measured("systolic-pressure", 14, "kPa"), now=LATER).then_refused("finding-in-another-unit")
    given(TASK).when(measured("systolic-pressure", 1400), now=LATER).then_refused("finding-not-plausible")
    twice = replace(COMPLETE, measured=2 * (Finding(code="pain", value=1, unit="points"),))
    given(TASK).when(twice, now=LATER).then_refused("finding-told-twice", code="pain")


def test_done_again_it_says_nothing():
    given(TASK, DONE).when(COMPLETE).then_nothing()
    given(TASK, DONE_LATE).when(COMPLETE).then_nothing()


def test_what_was_missed_lost_or_cancelled_is_not_done():
    given(TASK, MISSED).when(COMPLETE).then_refused("care-task-over", task="t1", status="missed")
    given(TASK, CANCELLED).when(COMPLETE).then_refused("care-task-over", task="t1", status="cancelled")
    given(TASK, DUE, GONE).when(COMPLETE).then_refused("care-task-over", task="t1", status="lost")


def test_who_is_not_there_in_all_attempts_is_lost():
    second, third = (replace(FAILED, attempt=number) for number in (2, 3))
    given(TASK, DUE).when(ATTEMPT).then(FAILED)
    given(TASK, DUE, FAILED).when(replace(ATTEMPT, attempt=2)).then(second)
    given(TASK, DUE, FAILED, second).when(replace(ATTEMPT, attempt=3)).then(third, GONE)


def test_an_attempt_is_counted_once_and_not_when_all_is_over():
    given(TASK, DUE, FAILED).when(ATTEMPT).then_nothing()
    for end in OVER:
        given(TASK, DUE, end).when(ATTEMPT).then_nothing()


def test_attempts_are_counted_from_one():
    given(TASK, DUE).when(replace(ATTEMPT, attempt=0)).then_refused("attempt-unknown", attempt=0)


@holds("A5.24")
def test_tuberculosis_is_reported_upward_after_two_failed_attempts():
    visit = replace(TASK, kind="tuberculosis-first-visit", group="tuberculosis")
    failed = replace(FAILED, most=2)
    reported = CareReportedUpward(
        resident_id="wang",
        care_task_id="t1",
        team_id="team-1",
        kind="tuberculosis-first-visit",
        attempts=2,
        reported_on=TODAY,
    )
    given(visit, DUE).when(ATTEMPT).then(failed)
    given(visit, DUE, failed).when(replace(ATTEMPT, attempt=2)).then(
        replace(failed, attempt=2), replace(GONE, attempts=2), reported
    )


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


def test_an_early_end_lays_the_contract_down_and_the_end_of_its_term_does_not():
    down = ContractLaidDown(resident_id="wang", contract_id="c1", last_day=TODAY)
    left = OpenCareEnded(resident_id="wang", cause="contract-over", last_day=TODAY, source_id="c1", to_come=True)
    given(TERM).when(CANCEL_CARE).then(down, left)
    given(TERM, down, left).when(CANCEL_CARE).then_nothing()
    given(TERM).when(replace(CANCEL_CARE, last_day=TERM.ends_on)).then_nothing()


def test_what_it_owes_before_and_what_others_owe_stays():
    cut = OpenCareEnded(
        resident_id="wang", cause="contract-over", last_day=FIRST, source_id="c1", to_come=False, visit_ids=("t1",)
    )
    given(TASK, DUE).when(replace(CANCEL_CARE, last_day=FIRST)).then(cut)
    given(TASK).when(replace(CANCEL_CARE, last_day=FIRST)).then_nothing()
    given(TASK, DUE).when(replace(CANCEL_CARE, source_id="c2")).then_nothing()
    given(TASK, DONE).when(CANCEL_CARE).then_nothing()


def test_the_end_of_a_bed_cancels_all_that_is_open():
    bed_task = replace(TASK, source="family_bed", source_id="b1")
    close = CancelCare(resident_id="wang", source_id="b1", last_day=LAST, cause="bed-closed")
    given(bed_task, DUE).when(close).then(replace(CANCELLED, cause="bed-closed"))


def test_open_tasks_move_with_their_contract_to_the_doctor_of_the_new_team():
    given(TASK).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then(MOVED)
    given(TASK, DUE).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then(replace(MOVED, asked=True))
    given(TERM, TASK).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then(WENT, MOVED)


def test_what_has_moved_or_is_over_stays():
    given(TERM, WENT, TASK, MOVED).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then_nothing()
    given(TASK, MOVED).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then_nothing()
    given(TASK).when(MOVE, contract=[SIGNED]).then_nothing()
    for end in OVER:
        given(TASK, DUE, end).when(MOVE, contract=[SIGNED, MOVED_CONTRACT]).then_nothing()


def test_care_moves_with_a_contract_that_is_there():
    given(TASK).when(MOVE).then_refused("contract-unknown", contract="c1")
