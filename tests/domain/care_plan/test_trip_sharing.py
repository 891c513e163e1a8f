"""One trip for two services (A5)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.care_plan.commands import (
    CancelCareTask,
    CompleteCareTask,
    FallDueCareTask,
    MissCareTask,
    PlanGroupCare,
    RecordCareTaskPlanned,
    RecordFailedAttempt,
)
from domain.care_plan.events import (
    CareTaskCancelled,
    CareTaskDone,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskPlanned,
    CareTaskScheduled,
    CareTaskUnplanned,
)
from domain.reactions import when_care_task_fell_due_request_its_visit
from domain.visit.commands import Need
from tests.domain.builders import WANG, at
from tests.domain.care_plan.test_care_plan import FAILED, FIRST, LAST, TASK, TERM
from tests.rules import holds
from tests.spec import given

GP, NURSE = Need(roles=("gp",), minutes=20, named_id="li"), Need(roles=("nurse",), minutes=30, named_id="he")
EITHER = Need(roles=("gp", "nurse"), minutes=10)
PRESSURE = replace(TASK, care_task_id="t1", needs=(GP,), group="hypertension")
SUGAR = replace(PRESSURE, care_task_id="t2", kind="diabetes-follow-up", group="diabetes")
FALL_DUE = FallDueCareTask(resident_id="wang", care_task_id="t1")


def together(first: CareTaskScheduled, second: CareTaskScheduled) -> list[CareTaskFellDue]:
    """Return the events of the first task falling due."""
    decided = given(first, second).when(FALL_DUE).decide()
    assert isinstance(decided, list)
    return decided


@holds("A5.32")
def test_two_services_of_one_doctor_share_a_trip_of_the_whole_and_half_the_minutes():
    leading, sharing = together(PRESSURE, SUGAR)
    assert leading.needs == (replace(GP, minutes=30),)
    assert (leading.with_task, sharing.with_task) == (None, "t1")
    assert sharing.needs == (GP,)
    assert len(list(when_care_task_fell_due_request_its_visit(leading))) == 1
    assert list(when_care_task_fell_due_request_its_visit(sharing)) == []


@holds("A5.32")
def test_the_trip_is_made_on_the_days_that_both_windows_have():
    later = replace(SUGAR, window_from=FIRST + timedelta(days=10), window_to=LAST + timedelta(days=10))
    leading, sharing = together(PRESSURE, later)
    assert (leading.window_from, leading.window_to) == (FIRST + timedelta(days=10), LAST)
    assert (sharing.window_from, sharing.window_to) == (leading.window_from, leading.window_to)


@pytest.mark.parametrize(("common", "shared"), [(5, True), (4, False)])
def test_the_windows_share_some_days(common, shared):
    later = replace(SUGAR, window_from=LAST - timedelta(days=common - 1), window_to=LAST + timedelta(days=30))
    assert (len(together(PRESSURE, later)) == 2) == shared


def test_a_short_window_is_shared_if_all_of_it_is():
    short = replace(SUGAR, window_from=FIRST, window_to=FIRST + timedelta(days=2))
    assert len(together(PRESSURE, short)) == 2
    assert len(together(replace(short, care_task_id="t1"), replace(PRESSURE, care_task_id="t2"))) == 2


@pytest.mark.parametrize(
    "other",
    [
        replace(SUGAR, kind=PRESSURE.kind),
        replace(SUGAR, contract_id="c2"),
        replace(SUGAR, team_id="team-2"),
        replace(SUGAR, at_home=False),
        replace(SUGAR, needs=(NURSE,)),
        replace(SUGAR, source="referral"),
        replace(SUGAR, needs=(replace(EITHER, qualifications=("wound-care",)),)),
    ],
    ids=["same-service", "contract", "team", "place", "people", "source", "qualification"],
)
def test_other_people_places_and_contracts_share_no_trip(other):
    assert len(together(PRESSURE, other)) == 1


def test_whoever_can_do_both_goes():
    assert together(PRESSURE, replace(SUGAR, needs=(EITHER,)))[0].needs == (replace(GP, minutes=25),)
    assert together(replace(PRESSURE, needs=(EITHER,)), SUGAR)[0].needs == (replace(GP, minutes=25),)
    both = replace(SUGAR, needs=(GP, NURSE), sync="simultaneous", priority=8)
    leading, _ = together(replace(PRESSURE, needs=(EITHER,)), both)
    assert leading.needs == (replace(GP, minutes=25), NURSE)
    assert (leading.sync, leading.priority) == ("simultaneous", 8)


def shared() -> list[Any]:
    """Return the history of a shared trip with a requested visit."""
    return [PRESSURE, SUGAR, *together(PRESSURE, SUGAR)]


OF = {"resident_id": "wang"}


@holds("A5.32")
def test_one_visit_completes_both():
    complete = CompleteCareTask(resident_id="wang", care_task_id="t1", done_on=LAST, visit_id="t1")
    decided = given(*shared()).when(complete, now=at(LAST, 18), resident=[WANG]).decide()
    assert isinstance(decided, list)
    assert [(type(event), event.care_task_id, event.kind, event.visit_id) for event in decided] == [
        (CareTaskDone, "t1", "hypertension-follow-up", "t1"),
        (CareTaskDone, "t2", "diabetes-follow-up", "t1"),
    ]


def test_both_follow_the_roster():
    planned = [CareTaskPlanned(**OF, care_task_id=name, day=FIRST) for name in ("t1", "t2")]
    given(*shared()).when(RecordCareTaskPlanned(**OF, care_task_id="t1", day=FIRST)).then(*planned)
    given(*shared(), *planned).when(RecordCareTaskPlanned(**OF, care_task_id="t1", day=None)).then(
        *(CareTaskUnplanned(**OF, care_task_id=name) for name in ("t1", "t2"))
    )


def test_what_shares_a_trip_may_be_done_by_itself_and_the_other_stays():
    complete = CompleteCareTask(resident_id="wang", care_task_id="t2", done_on=LAST)
    decided = given(*shared()).when(complete, now=at(LAST, 18), resident=[WANG]).decide()
    assert isinstance(decided, list)
    assert [event.care_task_id for event in decided] == ["t2"]


def cancelled(name: str, cause: Any, *, with_visit: bool) -> CareTaskCancelled:
    return CareTaskCancelled(**OF, care_task_id=name, team_id="team-1", cause=cause, asked=with_visit)


def test_a_visit_that_is_called_off_is_called_off_for_both():
    given(*shared()).when(CancelCareTask(**OF, care_task_id="t1", cause="visit-cancelled")).then(
        cancelled("t1", "visit-cancelled", with_visit=True), cancelled("t2", "visit-cancelled", with_visit=False)
    )


def alone(window_to: date = LAST) -> CareTaskFellDue:
    """Return that the second falls due by itself."""
    return replace(together(PRESSURE, SUGAR)[1], with_task=None, window_to=window_to)


def test_the_other_is_due_by_itself_if_the_first_is_not_wanted():
    given(*shared()).when(CancelCareTask(**OF, care_task_id="t1", cause="no-longer-needed")).then(
        cancelled("t1", "no-longer-needed", with_visit=True), alone()
    )


def test_the_other_is_due_by_itself_if_the_first_leaves_with_its_group():
    left = PlanGroupCare(resident_id="wang", group="hypertension")
    person = replace(WANG, personal=replace(WANG.personal, born_on=date(2000, 1, 1)))
    given(TERM, *shared()).when(left, resident=[person]).then(
        cancelled("t1", "group-changed", with_visit=True), alone()
    )


def test_what_is_still_worth_doing_is_due_by_itself_if_the_first_was_missed():
    longer = replace(SUGAR, lost_after=date(2026, 8, 1))
    past = [PRESSURE, longer, *together(PRESSURE, longer)]
    decided = given(*past).when(MissCareTask(**OF, care_task_id="t1"), now=at(date(2026, 5, 27), 0)).decide()
    assert isinstance(decided, list)
    assert decided[1] == alone(window_to=date(2026, 5, 28))


def test_whoever_is_not_there_is_lost_for_both():
    past = [*shared(), FAILED, replace(FAILED, attempt=2)]
    given(*past).when(RecordFailedAttempt(**OF, care_task_id="t1", attempt=3)).then(
        replace(FAILED, attempt=3),
        CareTaskLost(**OF, care_task_id="t1", team_id="team-1", attempts=3, asked=True),
        CareTaskLost(**OF, care_task_id="t2", team_id="team-1", attempts=3, asked=False),
    )
