"""What-if over a range of days: days that are over as they were known before their work began, and the sums of all."""

from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.decider import Refused
from domain.local_time import at_local
from domain.visit.commands import CancelVisit, RequestVisit
from infra.planning.plan_day import plan_day
from infra.planning.what_if import Changes
from infra.planning.what_if_days import WhatIfDays, what_if_days
from infra.system import System
from tests.infra.planning.test_plan_day import QUICK, Here
from tests.small_town import MONDAY, centre, run_commands, signed, town

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=ahead) for ahead in (1, 2, 3))


@contextmanager
def here(workers: int) -> Any:
    assert workers
    yield Here()


def call(number: int, day: date, **window: Any) -> RequestVisit:
    return RequestVisit(
        visit_id=f"v{day.day}-{number}",
        resident_id="li",
        team_id="east",
        contract_id="contract-of-li",
        purpose="home-call",
        window_from=day,
        window_to=day,
        **window,
    )


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Monday and Wednesday had more calls at nine than one doctor could make; nobody wanted a visit on Tuesday."""
    folder = tmp_path_factory.mktemp("past")
    with town(folder) as system:
        run_commands(system, *centre(), *signed("li"))
        for day in (MONDAY, WEDNESDAY):
            run_commands(system, *(call(number, day, opens_at=540, closes_at=545) for number in range(3)))
            plan_day(system, day, budget=QUICK, solvers=here)
        system.clock.set(at_local(MONDAY, 9 * 60))
        run_commands(system, CancelVisit(visit_id="v2-2", reason="resident-asked"))
        plan_day(system, MONDAY, budget=QUICK, solvers=here)
    return folder


@pytest.fixture
def system(past: Path) -> Any:
    with town(past, at_local(THURSDAY, 8 * 60)) as opened:
        yield opened


def compared(system: System, changes: Changes, last: date = WEDNESDAY) -> WhatIfDays:
    return what_if_days(system, "east", MONDAY, last, changes, solvers=here)


def test_one_more_doctor_on_the_days_that_are_over_and_the_sums_of_all(system: System) -> None:
    position = system.store.last_position()
    days = compared(system, Changes(add=("gp",)))
    assert system.store.last_position() == position
    assert [(each.day, each.revision, each.present.work.visits) for each in days.days] == [
        (MONDAY, 1, 3),
        (WEDNESDAY, 1, 3),
    ]
    assert days.without_roster == (TUESDAY,)
    assert days.present.work.late_seconds > days.other.work.late_seconds
    assert days.present.costs["tardiness"] == sum(each.present.costs["tardiness"] for each in days.days)
    assert days.other.minus(days.present).work.visits == 0


def test_a_change_that_one_day_has_is_made_there_and_the_others_stay_as_they_are(system: System) -> None:
    days = compared(system, Changes(without=("v2-0",)))
    assert [(each.day, each.unchanged) for each in days.days] == [(MONDAY, False), (WEDNESDAY, True)]
    monday, wednesday = days.days
    assert (monday.present.work.visits, monday.other.work.visits) == (3, 2)
    assert wednesday.other == wednesday.present


def test_a_change_that_no_day_has_is_refused_by_name(system: System) -> None:
    with pytest.raises(Refused, match="visit-not-on-the-day"):
        compared(system, Changes(without=("nobody",)))
    with pytest.raises(Refused, match="member-not-in-team"):
        compared(system, Changes(ill=("nobody",)))


def test_days_to_come_are_compared_as_they_are_now(system: System) -> None:
    days = compared(system, Changes(ill=("gp-1",)), last=THURSDAY)
    assert [(each.day, each.stored) for each in days.days] == [(MONDAY, True), (WEDNESDAY, True), (THURSDAY, False)]
    assert [each.other.work.left_out for each in days.days] == [3, 3, 0]


@pytest.mark.parametrize(
    ("first", "last", "rule"),
    [
        (TUESDAY, MONDAY, "range-ends-before-it-begins"),
        (MONDAY, MONDAY + timedelta(days=366), "range-too-long"),
        (TUESDAY, TUESDAY, "no-rosters-in-the-range"),
    ],
)
def test_a_range_has_days_a_year_of_them_at_most_and_a_roster(
    system: System, first: date, last: date, rule: str
) -> None:
    with pytest.raises(Refused, match=rule):
        what_if_days(system, "east", first, last, Changes(), solvers=here)
