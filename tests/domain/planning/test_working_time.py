"""Members work in their shifts, less breaks and absences; overtime ends with the pack or with an absence."""

from dataclasses import replace
from datetime import date

import pytest

from domain.local_time import at_local
from domain.planning.working_time import (
    after_midnight,
    all_at_work,
    booked_elsewhere,
    day_hours,
    on_the_next_day,
    overtime,
    overtime_under,
    reaches_next_day,
    rests,
    working_time,
)
from domain.policy_pack import pack_of
from domain.team.commands import Shift
from tests.rules import holds

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
SHIFT = Shift(weekday=0, starts=480, ends=1020, break_starts=720, break_ends=780)
HOUR = 3600
MORNING, AFTERNOON = (8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)
HALF_AN_HOUR = replace(pack_of("SZ-2018"), most_overtime_minutes=30)
MOST = 1800


@holds("A11.3")
@pytest.mark.parametrize(
    ("absences", "works"),
    [
        ([], (MORNING, AFTERNOON)),
        ([(0, 9 * HOUR)], ((9 * HOUR, 12 * HOUR), AFTERNOON)),
        ([(11 * HOUR, 14 * HOUR)], ((8 * HOUR, 11 * HOUR), (14 * HOUR, 17 * HOUR))),
        ([(9 * HOUR, 10 * HOUR)], ((8 * HOUR, 9 * HOUR), (10 * HOUR, 12 * HOUR), AFTERNOON)),
        ([(0, 24 * HOUR)], ()),
    ],
)
def test_members_work_in_their_shift_less_the_break_and_absences(absences, works):
    assert working_time([SHIFT], (0,), absences) == works


@holds("A11.3")
def test_nobody_works_on_a_weekday_without_a_shift():
    assert working_time([SHIFT], (1,), []) == ()


NIGHT = Shift(weekday=0, starts=1320, ends=360, break_starts=60, break_ends=90)


@holds("A11.32")
def test_the_night_belongs_to_the_day_on_which_it_begins():
    assert working_time([NIGHT], (0,), []) == ((22 * HOUR, 25 * HOUR), (25 * HOUR + 1800, 30 * HOUR))
    assert working_time([NIGHT], (1,), []) == ()
    assert after_midnight([NIGHT, SHIFT], (0,)) == ((0, 6 * HOUR),)
    assert after_midnight([NIGHT], (1,)) == after_midnight([SHIFT], (0,)) == ()
    assert working_time([replace(SHIFT, starts=240)], (0,), [(0, 6 * HOUR)])[0] == (6 * HOUR, 12 * HOUR)


@holds("A11.32")
def test_a_split_shift_is_worked_part_by_part_and_parts_that_touch_are_one():
    evening = Shift(weekday=0, starts=1140, ends=1260)
    late = replace(evening, starts=1020, ends=1140)
    assert working_time([evening, SHIFT], (0,), []) == (MORNING, AFTERNOON, (19 * HOUR, 21 * HOUR))
    assert working_time([evening, late], (0,), []) == ((17 * HOUR, 21 * HOUR),)


@holds("A11.32")
def test_overtime_of_a_night_ends_where_the_next_days_shift_begins():
    works = working_time([NIGHT], (0,), [])
    morning = on_the_next_day(((6 * HOUR + 600, 12 * HOUR),))
    assert overtime(works, works, morning, HALF_AN_HOUR) == 600
    assert overtime(works, works, (), HALF_AN_HOUR) == MOST


@holds("A11.32")
def test_a_night_reaches_the_next_day_and_so_may_the_overtime_of_an_evening():
    evening = replace(SHIFT, starts=900, ends=1411, break_starts=None, break_ends=None)
    assert [reaches_next_day([shift], HALF_AN_HOUR) for shift in (SHIFT, NIGHT)] == [False, True]
    assert [reaches_next_day([replace(evening, ends=ends)], HALF_AN_HOUR) for ends in (1410, 1411)] == [False, True]


@holds("A11.17")
def test_a_members_day_is_the_shift_less_absences_and_overtime_ends_where_the_next_days_work_begins():
    early = replace(SHIFT, weekday=1, starts=370)
    day = day_hours([NIGHT, early], (0,), (1,), [(22 * HOUR, 23 * HOUR)], HALF_AN_HOUR)
    assert day.works == ((23 * HOUR, 25 * HOUR), (25 * HOUR + 1800, 30 * HOUR))
    assert day.overtime == 600
    assert day_hours([NIGHT, early], (0,), (), [], HALF_AN_HOUR).overtime == MOST


SIX_HOURS = replace(HALF_AN_HOUR, longest_work_minutes=360, least_rest_minutes=30)


@holds("A11.33")
@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (480, 840, []),
        (480, 841, [(12, 0)]),
        (420, 1140, [(13, 0)]),
        (480, 1020, [(12, 0)]),
        (780, 1200, [(16, 15)]),
        (1320, 360, [(25, 45)]),
        (480, 1920, [(14, 0), (20, 30), (26, 15)]),
    ],
)
def test_a_shift_of_more_than_six_hours_without_a_break_has_a_rest(starts, ends, expected):
    shift = Shift(weekday=0, starts=starts, ends=ends)
    begins = [hour * HOUR + minute * 60 for hour, minute in expected]
    rest = rests([shift], (0,), SIX_HOURS)
    assert rest == tuple((begin, begin + 1800) for begin in begins)
    stretches = working_time([shift], (0,), rest)
    over = overtime(stretches, stretches, (), SIX_HOURS)
    assert all(end - begin <= 6 * HOUR for begin, end in (*stretches[:-1], (stretches[-1][0], stretches[-1][1] + over)))


@holds("A11.33")
def test_a_break_is_a_rest_and_overtime_does_not_make_a_stretch_too_long():
    assert rests([SHIFT], (0,), SIX_HOURS) == rests([SHIFT], (1,), SIX_HOURS) == ()
    works = ((8 * HOUR, 13 * HOUR + 2400),)
    assert overtime(works, works, (), SIX_HOURS) == 1200


@holds("A11.17")
@pytest.mark.parametrize(
    ("works", "absences", "seconds"),
    [
        ((MORNING, AFTERNOON), [], MOST),
        ((MORNING, AFTERNOON), [(17 * HOUR + 600, 24 * HOUR)], 600),
        (((15 * HOUR, 17 * HOUR),), [(0, 15 * HOUR)], MOST),
        ((MORNING,), [AFTERNOON], 0),
        ((MORNING, (13 * HOUR, 15 * HOUR)), [(15 * HOUR, 24 * HOUR)], 0),
        ((), [(0, 24 * HOUR)], 0),
    ],
)
def test_overtime_is_that_of_the_pack_and_none_for_members_who_leave_early(works, absences, seconds):
    assert overtime(works, (MORNING, AFTERNOON), absences, HALF_AN_HOUR) == seconds


@holds("A11.17")
def test_another_pack_changes_overtime_that_no_absence_cuts():
    hour, none = (replace(HALF_AN_HOUR, most_overtime_minutes=minutes) for minutes in (60, 0))
    assert [overtime_under(seconds, HALF_AN_HOUR, hour) for seconds in (MOST, 600, 0)] == [HOUR, 600, 0]
    assert [overtime_under(seconds, HALF_AN_HOUR, none) for seconds in (MOST, 600, 0)] == [0, 0, 0]


@holds("A11.18")
def test_a_guest_is_booked_from_the_way_to_a_visit_to_its_end():
    starts, ends = at_local(MONDAY, 9 * 60), at_local(MONDAY, 9 * 60 + 20)
    assert booked_elsewhere(MONDAY, starts, ends, 300) == (9 * HOUR - 300, 9 * HOUR + 1200)


@pytest.mark.parametrize(
    ("second", "at_work"),
    [(8 * HOUR - 1, False), (8 * HOUR, True), (12 * HOUR - 1, True), (12 * HOUR, False), (13 * HOUR, True)],
)
def test_members_are_at_work_from_the_first_second_of_their_hours_to_the_last(second, at_work):
    assert all_at_work({"gp-1": (MORNING, AFTERNOON)}, [("gp-1", second)]) == at_work
    assert not all_at_work({"gp-1": (MORNING, AFTERNOON)}, [("gp-1", second), ("nurse-1", second)])
