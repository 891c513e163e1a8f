"""A team's own days go before the working calendar; a leader is warned where nobody works."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.decider import TeamDay
from domain.team import TEAM
from domain.team.commands import SetTeamDay
from domain.team.events import AbsenceRecorded, TeamDaySet, TeamDisbanded, TeamFormed
from domain.team.shifts import shifts_of
from domain.team.state import OwnDay
from domain.team.working_days import weekdays_worked, window_warnings
from tests.domain.builders import HE, LI, TEAM_1, TODAY, YESTERDAY, at
from tests.rules import holds
from tests.spec import SZ_2018, folded, given, touched

SATURDAY = date(2026, 3, 7)
MAKE_UP, SUNDAY, LUNAR_YEAR = date(2026, 2, 14), date(2026, 2, 8), date(2026, 2, 17)
WORK = SetTeamDay(team_id="team-1", day=SATURDAY, kind="working", shifts_of=2)
WORKED = TeamDaySet(team_id="team-1", day=SATURDAY, kind="working", shifts_of=2)
CLOSED = replace(WORKED, kind="closed", shifts_of=None)
AS_CALENDAR = replace(CLOSED, kind="as-calendar")


@holds("A11.30")
def test_a_day_is_worked_with_the_shifts_of_a_weekday_closed_and_left_to_the_calendar_again():
    given(TEAM_1).when(WORK).then(WORKED)
    given(TEAM_1, WORKED).when(replace(WORK, kind="closed", shifts_of=None)).then(CLOSED)
    given(TEAM_1, CLOSED).when(replace(WORK, kind="as-calendar", shifts_of=None)).then(AS_CALENDAR)
    given(TEAM_1).when(replace(WORK, kind="as-calendar", shifts_of=None)).then_nothing()
    given(TEAM_1, WORKED, AS_CALENDAR).when(replace(WORK, kind="as-calendar", shifts_of=None)).then_nothing()
    given(TEAM_1, CLOSED).when(replace(WORK, kind="closed", shifts_of=None)).then_nothing()


@holds("A11.30")
def test_a_working_day_without_a_weekday_has_the_shifts_of_the_pack():
    wednesday = replace(SZ_2018, make_up_weekday=2)
    given(TEAM_1).when(replace(WORK, shifts_of=None), pack=wednesday).then(WORKED)


def test_only_a_working_day_to_come_has_the_shifts_of_a_weekday_that_there_is():
    given(TEAM_1).when(replace(WORK, shifts_of=7)).then_refused("weekday-unknown", weekday=7)
    given(TEAM_1).when(replace(WORK, kind="closed")).then_refused("shifts-of-a-day-off", day=SATURDAY)
    given(TEAM_1).when(replace(WORK, day=YESTERDAY)).then_refused("day-already-past", day=YESTERDAY)
    given().when(WORK).then_refused("team-not-formed", team="team-1")
    over = TeamDisbanded(team_id="team-1", institution_id="fuhai", last_day=TODAY)
    given(TEAM_1, over).when(WORK).then_refused("team-disbanded")


def test_the_day_is_planned_again():
    assert touched(TEAM, TEAM_1, CLOSED) == [TeamDay("team-1", SATURDAY)]


@holds("A11.30")
@pytest.mark.parametrize(
    ("day", "own", "weekdays"),
    [
        (date(2026, 2, 13), None, (4,)),
        (MAKE_UP, None, (0, 5)),
        (SUNDAY, None, (6,)),
        (LUNAR_YEAR, None, ()),
        (date(2026, 2, 22), None, ()),
        (LUNAR_YEAR, OwnDay(day=LUNAR_YEAR, shifts_of=1), (1,)),
        (MAKE_UP, OwnDay(day=MAKE_UP, shifts_of=3), (3,)),
        (MAKE_UP, OwnDay(day=MAKE_UP, shifts_of=None), ()),
        (date(2027, 1, 1), None, (4,)),
    ],
)
def test_the_weekdays_whose_shifts_are_worked(day, own, weekdays):
    assert weekdays_worked(day, own, SZ_2018) == weekdays


@holds("A11.30")
def test_a_make_up_day_has_mondays_shifts_and_for_those_without_one_their_own():
    monday, saturday = replace(LI.shifts[0], weekday=0), replace(LI.shifts[0], weekday=5)
    assert shifts_of((saturday, monday), (0, 5)) == (monday,)
    assert shifts_of((saturday,), (0, 5)) == (saturday,)
    assert shifts_of((replace(monday, weekday=1),), (0, 5)) == ()


@holds("A11.30")
@pytest.mark.parametrize(
    ("roles", "first", "days", "warned"),
    [
        ("nurse", date(2026, 3, 3), 1, ()),
        ("nurse", SATURDAY, 1, ("nobody-works",)),
        ("nurse", SATURDAY, 2, ("nobody-works-in-the-window",)),
        ("nurse", SATURDAY, 3, ()),
        ("nurse", date(2026, 4, 5), 1, ("national-day-off",)),
        ("rehab", date(2026, 3, 3), 1, ("nobody-with-the-role-works-that-day",)),
        ("nurse", date(2027, 1, 4), 1, ("no-calendar-of-that-year",)),
        ("nurse", date(2026, 12, 31), 5, ("no-calendar-of-that-year",)),
        ("nurse", date(2027, 1, 2), 1, ("nobody-works", "no-calendar-of-that-year")),
    ],
)
def test_whoever_wants_a_visit_is_warned_where_nobody_can_go(roles, first, days, warned):
    last = first + timedelta(days=days - 1)
    assert window_warnings(folded(TEAM, TEAM_1), [(roles,)], first, last, SZ_2018) == warned


@holds("A11.30")
def test_a_closed_day_and_the_absence_of_all_nurses_are_warned_of_and_an_unknown_team_is_not():
    def warned(*events: object) -> tuple[str, ...]:
        return window_warnings(folded(TEAM, *events), [("nurse",)], SATURDAY, SATURDAY, SZ_2018)

    assert warned(TEAM_1, CLOSED) == ("team-day-off",)
    assert warned(TEAM_1, WORKED) == ()
    away = AbsenceRecorded(
        team_id="team-1",
        absence_id="a1",
        member_id=LI.member_id if LI.role == "nurse" else HE.member_id,
        starts_at=at(SATURDAY, 0),
        ends_at=at(SATURDAY, 24),
        reason="leave",
    )
    assert warned(TEAM_1, WORKED, away) == ("nobody-with-the-role-works-that-day",)
    assert warned() == ()
    assert isinstance(TEAM_1, TeamFormed)
