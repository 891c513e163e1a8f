"""Days off: nobody is planned for them, what falls on them is left out with its reason, and a request is warned of."""

import json
from dataclasses import replace
from datetime import date

import pytest

from domain.decider import TeamDay
from domain.team.commands import SetTeamDay, Shift
from infra.planning.plan_day import plan_day
from infra.planning.replan_day import replan_day
from tests.leader import worlds
from tests.leader.worlds import DOCTOR, N1, World, at, member

FRIDAY, MAKE_UP, SUNDAY, LUNAR_YEAR = (date(2026, 2, number) for number in (13, 14, 15, 17))
BEFORE = at("20:00", date(2026, 2, 12))


def left_out(world: World, day: date) -> dict[str, str]:
    return {each.visit_id: each.rule for each in world.plan(day, BEFORE).unplaced}


@pytest.fixture(scope="module")
def days_off(tmp_path_factory):
    return worlds.nobody_works(tmp_path_factory.mktemp("world"))


def test_a_visit_on_a_make_up_working_saturday_has_mondays_shifts(days_off):
    roster = days_off.plan(MAKE_UP, BEFORE)
    assert [(slot.visit_id, roster.unplaced) for slot in roster.slots] == [("V2", ())]


@pytest.mark.parametrize(("day", "visit"), [(SUNDAY, "V4"), (LUNAR_YEAR, "V3")])
def test_a_visit_on_a_day_of_the_spring_festival_is_left_out_as_on_a_national_day_off(days_off, day, visit):
    assert left_out(days_off, day) == {visit: "national-day-off"}


def test_a_visit_on_a_sunday_is_left_out_since_nobody_works_unless_its_window_has_a_later_working_day(tmp_path):
    world = World(tmp_path, (DOCTOR, N1))
    world.residents(2)
    sunday, monday = date(2026, 3, 8), date(2026, 3, 9)
    world.visit("V1", 1, day=sunday)
    world.visit("V2", 2, day=sunday, last=monday)
    saturday = at("20:00", date(2026, 3, 7))
    assert [(each.visit_id, each.rule) for each in world.plan(sunday, saturday).unplaced] == [("V1", "nobody-works")]
    assert [slot.visit_id for slot in world.plan(monday, saturday).slots] == ["V2"]


def test_a_window_that_ends_on_a_sunday_has_no_slack_on_its_friday(tmp_path):
    world = World(tmp_path, (DOCTOR, N1))
    world.residents(1)
    world.visit("V1", 1, day=date(2026, 3, 6), last=date(2026, 3, 8))
    with world.open(at("20:00", date(2026, 3, 5))) as system:
        plan_day(system, date(2026, 3, 6), team_id="t1", solvers=worlds.in_this_process)
    assert world.problem(date(2026, 3, 6)).demands[0].slack_days == 0


def test_the_teams_own_day_goes_before_the_calendar(tmp_path):
    long_wednesday = replace(worlds.WEEK[2], ends=1140)
    world = World(tmp_path, (DOCTOR, member("n1", "nurse", (*worlds.WEEK[:2], long_wednesday))))
    world.residents(2)
    world.visit("V1", 1, day=date(2026, 4, 6), opens_at=1060, closes_at=1090)
    world.visit("V2", 2)
    world.give(
        SetTeamDay(team_id="t1", day=date(2026, 4, 6), kind="working", shifts_of=2),
        SetTeamDay(team_id="t1", day=worlds.TUESDAY, kind="closed"),
    )
    assert [slot.visit_id for slot in world.plan(date(2026, 4, 6), at("20:00", date(2026, 3, 8))).slots] == ["V1"]
    closed = world.plan(worlds.TUESDAY, at("20:01", date(2026, 3, 8)))
    assert [(each.visit_id, each.rule) for each in closed.unplaced] == [("V2", "team-day-off")]


def test_a_team_with_sunday_shifts_works_on_sundays_but_not_on_a_sunday_off(tmp_path):
    shifts = (*worlds.WEEK, Shift(weekday=6, starts=480, ends=720))
    world = World(tmp_path, (DOCTOR, member("n1", "nurse", shifts)))
    world.residents(2)
    world.visit("V1", 1, day=date(2026, 3, 8))
    world.visit("V2", 2, day=date(2026, 4, 5))
    evening = at("20:00", date(2026, 3, 7))
    assert [slot.visit_id for slot in world.plan(date(2026, 3, 8), evening).slots] == ["V1"]
    festival = world.plan(date(2026, 4, 5), evening)
    assert [(each.visit_id, each.rule) for each in festival.unplaced] == [("V2", "national-day-off")]


def test_the_shown_roster_names_the_holiday_in_both_languages(days_off):
    days_off.plan(LUNAR_YEAR, BEFORE)
    shown = days_off.command_line("roster", "show", "t1", str(LUNAR_YEAR))
    assert "Spring Festival" in shown.output
    assert "春节" in days_off.command_line("--language", "zh", "roster", "show", "t1", str(LUNAR_YEAR)).output


def test_a_request_and_a_chosen_day_on_a_day_off_are_warned_of_and_done(days_off):
    needs = json.dumps([{"roles": ["nurse"], "minutes": 30}])

    def request(visit_id: str, first: str, last: str):
        return days_off.command_line(
            *("visit", "request", visit_id, "--resident-id", "r1", "--team-id", "t1", "--contract-id", "c1"),
            *("--purpose", "home-call", "--needs", needs, "--window-from", first, "--window-to", last),
            now="2026-02-12T20:00",
        )

    sunday = request("W1", "2026-02-15", "2026-02-15")
    assert sunday.exit_code == 0
    assert "Spring Festival" in sunday.stderr
    week = request("W2", "2026-02-12", "2026-02-16")
    assert (week.exit_code, week.stderr) == (0, "")
    chosen = days_off.command_line(
        *("visit", "choose-day", "W2", "--team-id", "t1", "--day", "2026-02-15", "--json"),
        now="2026-02-12T20:00",
    )
    assert [each["rule"] for each in json.loads(chosen.stdout)["warnings"]] == ["national-day-off"]


def test_planning_into_a_year_whose_days_off_are_not_known_warns(days_off):
    planned = days_off.command_line("roster", "plan", "t1", "2027-01-04", "--dry-run", now="2026-12-20T20:00")
    assert (planned.exit_code, "2027" in planned.stderr) == (0, True)
    known = days_off.command_line("roster", "plan", "t1", "2026-12-31", "--dry-run", now="2026-12-20T20:00")
    assert known.stderr == ""


def test_a_published_day_that_the_team_closes_leaves_its_visits_out_and_says_that_it_is_closed(tmp_path):
    world = worlds.overrun(tmp_path)
    world.plan()
    world.give(SetTeamDay(team_id="t1", day=worlds.TUESDAY, kind="closed"), now=at("21:00", worlds.MONDAY))
    with world.open(at("21:05", worlds.MONDAY)) as system:
        replanned = replan_day(system, TeamDay("t1", worlds.TUESDAY))
    assert {(move.cause, move.rule) for move in replanned.moves} == {("move-day-off", "team-day-off")}
    assert {each.rule for each in world.published().unplaced} == {"team-day-off"}
