"""A visit that begins soon is not moved, nothing new begins sooner, and infectious residents are visited last."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.local_time import at_local
from domain.planning.visit_hours import (
    earliest_start,
    frozen_until,
    is_frozen,
    is_held,
    latest_start,
    latest_start_alone,
    wished_time,
)
from domain.policy_pack import pack_of
from tests.rules import holds

MONDAY = date(2026, 3, 2)
SZ = pack_of("SZ-2018")
HOUR = 3600
NINE = at_local(MONDAY, 9 * 60)


@holds("A11.19")
@pytest.mark.parametrize(("minutes", "second"), [(30, 9 * HOUR + 1800), (0, 9 * HOUR), (24 * 60, 33 * HOUR)])
def test_a_day_is_frozen_for_the_minutes_of_the_pack(minutes, second):
    assert frozen_until(MONDAY, NINE, replace(SZ, freeze_minutes=minutes)) == second


@holds("A11.19")
def test_a_day_to_come_is_not_frozen_and_a_day_that_is_over_is():
    assert frozen_until(MONDAY + timedelta(days=1), at_local(MONDAY, 24 * 60 - 1), SZ) == 0
    assert frozen_until(MONDAY - timedelta(days=1), NINE, SZ) == 33 * HOUR + SZ.freeze_minutes * 60


@holds("A11.19")
@pytest.mark.parametrize(
    ("status", "starts", "at_work", "frozen"),
    [
        ("assigned", [9 * HOUR], True, True),
        ("assigned", [9 * HOUR + 1], True, False),
        ("assigned", [9 * HOUR + 600, 9 * HOUR], True, True),
        ("assigned", [9 * HOUR], False, False),
        ("started", [12 * HOUR], False, True),
        ("completed", [12 * HOUR], False, True),
        ("requested", [], True, False),
    ],
)
def test_a_visit_stays_that_has_begun_or_begins_by_the_end_of_the_freeze(status, starts, at_work, frozen):
    assert is_frozen(status, starts, 9 * HOUR, at_work=at_work) == frozen


@pytest.mark.parametrize(
    ("starts", "at_work", "held"), [([8 * HOUR, 10 * HOUR], True, True), ([9 * HOUR], True, False), ([0], False, False)]
)
def test_a_leader_holds_the_visits_that_begin_before_an_hour(starts, at_work, held):
    assert is_held(starts, 9 * HOUR, at_work=at_work) == held


def test_a_visit_starts_inside_its_time_of_day_and_behind_the_freeze():
    assert [earliest_start(opens, 9 * HOUR) for opens in (None, 8 * 60, 10 * 60)] == [9 * HOUR, 9 * HOUR, 10 * HOUR]
    assert [latest_start(closes) for closes in (None, 10 * 60)] == [24 * HOUR, 10 * HOUR]
    assert [latest_start(closes, 26 * 60) for closes in (None, 27 * 60)] == [36 * HOUR, 27 * HOUR]


@holds("A6.8")
def test_an_infectious_resident_is_best_visited_in_the_last_minute_of_the_day():
    assert wished_time(infectious=True) == (24 * HOUR - 60, 24 * HOUR)
    assert wished_time(infectious=False) is None


@holds("A6.6")
@pytest.mark.parametrize(
    ("latest", "until", "closes"),
    [(24, 19, 24), (24, 30, 19), (21, 30, 21), (10, 30, 10)],
)
def test_a_visit_by_one_at_any_hour_is_late_at_night_where_somebody_works_then(latest, until, closes):
    evening = replace(SZ, night_from=19 * 60)
    assert latest_start_alone(latest * HOUR, until * HOUR, evening) == closes * HOUR
