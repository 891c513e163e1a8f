"""A week gives days to visits that may wait; calls come at once, and what has no place is carried on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.local_time import at_local
from domain.planning.neighbourhoods import areas_of_homes, rough_ways
from domain.planning.visit_days import (
    OpenDays,
    WeekVisit,
    days_to_carry_to,
    first_open_day,
    is_in_sight,
    is_made_sooner,
    may_wait,
    open_days,
    reserve_percent,
    slack_days,
    takes_visits,
)
from domain.policy_pack import pack_of
from domain.team_week import CHOSEN, VisitDay
from tests.rules import holds

MONDAY = date(2026, 3, 2)
SZ = pack_of("SZ-2018")
OFFICE_DAYS = frozenset(number for number in range(21) if number % 7 < 5)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def visit(first: int, last: int, *, attempt: int = 1, owed: bool = False, planned_on: date | None = None) -> WeekVisit:
    return WeekVisit(window_from=day(first), window_to=day(last), planned_on=planned_on, attempt=attempt, owed=owed)


def planned(number: int | None, because: str = "even") -> VisitDay:
    return VisitDay(visit_id="v", day=None if number is None else day(number), because=because)


def days_of(each: WeekVisit, known: VisitDay | None = None, first: int = 0) -> OpenDays:
    return open_days(each, known, MONDAY, first, OFFICE_DAYS, SZ)


@holds("A11.20")
@pytest.mark.parametrize(
    ("each", "waits"),
    [
        (visit(0, 3), True),
        (visit(0, 2), False),
        (visit(0, 0, owed=True), True),
        (visit(0, 6, attempt=2), False),
        (visit(0, 6, attempt=2, owed=True), False),
    ],
)
def test_a_care_task_or_a_visit_with_four_days_may_wait_and_one_tried_again_may_not(each, waits):
    assert may_wait(each, SZ) == waits


@holds("A11.20")
def test_a_call_takes_the_next_day_and_a_visit_that_may_wait_has_all_its_days():
    assert days_of(visit(1, 3)) == OpenDays(days=(1,))
    assert days_of(visit(1, 4)) == OpenDays(days=(1, 2, 3, 4))


@holds("A11.20")
def test_a_visit_in_a_roster_keeps_its_day_and_a_chosen_day_is_the_only_one():
    assert days_of(visit(0, 6, planned_on=day(3))) == OpenDays(days=(3,))
    assert days_of(visit(0, 4), planned(2, CHOSEN)) == OpenDays(days=(2,))
    assert days_of(visit(0, 4), planned(2, CHOSEN), first=3) == OpenDays(days=(3,))


@holds("A11.20")
def test_a_visit_whose_planned_day_has_passed_takes_the_next_day():
    assert days_of(visit(0, 4), planned(0), first=1) == OpenDays(days=(1,))
    assert days_of(visit(0, 4), planned(None), first=1) == OpenDays(days=(1, 2, 3, 4))


@holds("A11.20")
def test_days_off_are_taken_only_by_a_window_that_has_no_other_day():
    assert days_of(visit(3, 6)) == OpenDays(days=(3, 4))
    assert days_of(visit(5, 6)) == OpenDays(days=(5,))
    assert not days_of(visit(5, 8))
    assert not days_of(visit(7, 12, attempt=2))


@holds("A11.21")
@pytest.mark.parametrize(("last", "put_off"), [(8, False), (9, True)])
def test_a_visit_is_put_off_only_if_three_days_of_the_next_week_are_left(last, put_off):
    assert days_of(visit(3, last)) == OpenDays(days=(3, 4), put_off=put_off)
    assert days_of(visit(5, last)) == OpenDays(days=(), put_off=put_off)


@holds("A11.21")
def test_days_off_of_the_next_week_are_no_reason_to_put_a_visit_off():
    festival = frozenset(number for number in OFFICE_DAYS if not 7 <= number < 14)
    assert open_days(visit(3, 13), None, MONDAY, 0, festival, SZ) == OpenDays(days=(3, 4))
    assert open_days(visit(3, 16), None, MONDAY, 0, festival, SZ) == OpenDays(days=(3, 4), put_off=True)


@holds("A11.22")
@pytest.mark.parametrize(
    ("ahead", "minute", "first"),
    [(0, 0, 0), (0, 719, 0), (0, 720, 1), (2, 719, 2), (-3, 600, 0), (6, 720, 7), (9, 600, 7)],
)
def test_a_day_takes_visits_that_may_wait_until_noon(ahead, minute, first):
    assert first_open_day(MONDAY, at_local(day(ahead), minute), SZ) == first


@holds("A11.23")
def test_a_week_keeps_a_fifth_of_its_hours():
    assert reserve_percent(pack_of("SZ-2018")) == 20


@holds("A11.24")
def test_homes_within_five_minutes_of_the_first_one_lie_together():
    ways = ((0, 100, 400, 700), (100, 0, 300, 600), (400, 300, 0, 301), (700, 600, 301, 0))
    assert areas_of_homes(ways, SZ) == [0, 0, 1]
    for seconds, areas in ((300, [0, 0]), (301, [0, 1])):
        assert areas_of_homes(((0, 9, 9), (9, 0, seconds), (9, seconds, 0)), SZ) == areas
    assert areas_of_homes(ways, replace(SZ, neighbour_minutes=4)) == [0, 1, 2]


def test_the_rough_way_to_a_home_is_that_from_the_nearest_other_place():
    assert rough_ways(((0, 100, 400), (100, 0, 0), (400, 0, 0))) == [100, 400]
    assert rough_ways(((0, 0), (0, 0))) == [0]


@holds("A11.25")
def test_a_visit_without_a_place_is_carried_to_one_of_the_next_fourteen_days():
    assert list(days_to_carry_to(MONDAY, SZ)) == [day(ahead) for ahead in range(1, 15)]
    assert [slack_days(day(2), [day(each) for each in later]) for later in ((1, 2, 3), (2, 3), (3,), ())] == [
        2,
        1,
        0,
        0,
    ]


@holds("A11.31")
@pytest.mark.parametrize(
    ("known", "sooner", "left"),
    [
        (None, (1,), True),
        (None, (), False),
        (None, (0,), False),
        (planned(1), (1,), True),
        (planned(0), (1,), True),
        (planned(3), (1,), False),
        (planned(4), (1,), False),
        (planned(None), (1,), False),
    ],
)
def test_a_visit_is_left_to_a_day_before_the_one_that_is_planned_ahead(known, sooner, left):
    days = [day(number) for number in sooner]
    assert is_made_sooner(visit(1, 5), known, day(3), days) == left
    assert not is_made_sooner(visit(1, 5, planned_on=day(3)), known, day(3), days)


@holds("A11.31")
def test_four_weeks_are_in_sight_and_today_takes_visits_until_noon():
    noon = at_local(MONDAY, 12 * 60)
    assert [is_in_sight(day(number), noon, SZ) for number in (28, 29)] == [True, False]
    assert [takes_visits(day(number), noon, SZ) for number in (-1, 0, 1)] == [False, False, True]
    assert takes_visits(MONDAY, noon - timedelta(minutes=1), SZ)
