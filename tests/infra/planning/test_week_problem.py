"""Weeks in the whole system: visits get their day before days are planned, a leader may choose it, and none is lost."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.decider import Refused, TeamDay
from domain.local_time import at_local
from domain.policy_pack import in_force
from domain.team.commands import KeepApart, RecordAbsence
from domain.team_week import ChooseVisitDay, ReleaseVisitDay, WeekSpread
from domain.visit.commands import CancelVisit, CompleteVisit, MissVisit, RequestVisit, StartVisit
from infra.planning.ask_week import spread_week
from infra.planning.day_problem import wanted_visits
from infra.planning.plan_day import PlannedDay, plan_touched
from infra.planning.spread_week import ON_THE_EVE
from infra.planning.week_problem import read_week, week_command, week_document
from infra.store.recorded import document_digest
from infra.system import System
from projections.registry import answer
from projections.team_weeks import TeamWeekPlan, meant_for
from schedulers.problem import Budget
from schedulers.week.spread import spread
from tests.infra.planning.test_plan_day import QUICK, Here
from tests.small_town import MONDAY, SEVEN, bed, centre, run_commands, signed, town

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=ahead) for ahead in range(1, 5))
NEXT_MONDAY = MONDAY + timedelta(days=7)
RESIDENTS = tuple(f"r{number}" for number in range(5))


def dressing(number: int, first: date = MONDAY, days: int = 7) -> RequestVisit:
    return RequestVisit(
        visit_id=f"v{number}",
        resident_id=RESIDENTS[number % 5],
        team_id="east",
        contract_id=f"contract-of-{RESIDENTS[number % 5]}",
        purpose="home-call",
        window_from=first,
        window_to=first + timedelta(days=days - 1),
    )


@pytest.fixture
def system(tmp_path: Path) -> Any:
    with town(tmp_path) as opened:
        run_commands(opened, *centre())
        for resident in RESIDENTS:
            run_commands(opened, *signed(resident))
        yield opened


def planned(system: System, now: datetime, budget: Budget = QUICK) -> list[PlannedDay]:
    system.clock.set(now)
    system.settle(now)
    return plan_touched(system, Here(), now, budget)


def meant(system: System, day: date = MONDAY) -> dict[str, date | None]:
    return meant_for(system.rows, "east", day)


def assigned(system: System) -> dict[str, int]:
    """How many visits the newest roster of each day holds."""
    rows = system.rows.ask("SELECT day, slots FROM rosters_v1 ORDER BY day")
    held = {str(row["day"]): len({slot["visit_id"] for slot in json.loads(str(row["slots"]))}) for row in rows}
    return {day: visits for day, visits in held.items() if visits}


def made(system: System, day: date) -> None:
    """Let every visit of a day's roster be made."""
    for row in system.rows.ask(
        "SELECT visit_id, slots FROM visits_v1 WHERE day = :day ORDER BY slots", day=day.isoformat()
    ):
        entered = min(datetime.fromisoformat(slot["starts_at"]) for slot in json.loads(str(row["slots"])))
        left = entered + timedelta(minutes=20)
        system.clock.set(left)
        run_commands(system, StartVisit(visit_id=str(row["visit_id"]), entered_at=entered))
        run_commands(system, CompleteVisit(visit_id=str(row["visit_id"]), left_at=left))


def test_visits_with_windows_of_days_are_spread_over_the_week(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(10)))
    planned(system, SEVEN)
    assert Counter(meant(system).values()) == {MONDAY + timedelta(days=ahead): 2 for ahead in range(5)}
    assert assigned(system) == {MONDAY.isoformat(): 2}


def test_each_day_is_planned_on_its_eve_with_the_visits_meant_for_it(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(10)))
    planned(system, SEVEN)
    for ahead in range(4):
        made(system, MONDAY + timedelta(days=ahead))
        planned(system, at_local(MONDAY + timedelta(days=ahead), 20 * 60))
    assert assigned(system) == {(MONDAY + timedelta(days=ahead)).isoformat(): 2 for ahead in range(5)}


def test_without_weeks_every_visit_is_wanted_on_its_first_day(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(10)))
    plan_touched(system, Here(), SEVEN, QUICK, weeks=False)
    assert meant(system) == {}
    assert assigned(system)[MONDAY.isoformat()] > 5


def test_a_call_takes_the_first_day_and_needs_no_week(system: System) -> None:
    run_commands(system, *(dressing(number, days=3) for number in range(3)))
    planned(system, SEVEN)
    assert meant(system) == {}
    assert assigned(system) == {MONDAY.isoformat(): 3}


def test_what_is_owed_is_known_to_the_week_before_it_is_a_visit(system: System) -> None:
    run_commands(system, *bed("r0"))
    planned(system, SEVEN)
    made(system, MONDAY)
    (owed,) = system.rows.ask("SELECT * FROM owed_at_home_v1 WHERE care_task_id = 'bed-of-r0.bed-round.2'")
    with system.rows.reading() as rows:
        week = read_week(rows, TeamDay("east", NEXT_MONDAY), system_pack(system), system.now(), ON_THE_EVE)
    item = next(each for each in week.problem.items if each.id == owed["care_task_id"])
    assert item.apart == "bed-of-r0"
    assert item.days == (0,)  # the round after a Monday's is due by the next one, and nobody works on Sunday


def system_pack(system: System) -> Any:
    return in_force(system.settings.packs, MONDAY)


def test_a_day_that_passes_unplaced_leaves_its_visit_to_each_later_day(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(5)))
    planned(system, SEVEN)
    away = [
        RecordAbsence(
            team_id="east",
            absence_id=f"away-{member}",
            member_id=member,
            starts_at=at_local(MONDAY),
            ends_at=at_local(TUESDAY),
            reason="ill",
        )
        for member in ("gp-1", "nurse-1", "nurse-2")
    ]
    first = next(name for name, day in meant(system).items() if day == MONDAY)
    run_commands(system, *away)
    planned(system, SEVEN + timedelta(minutes=5))
    assert assigned(system) == {}
    planned(system, at_local(MONDAY, 20 * 60))
    (row,) = system.rows.ask("SELECT day FROM visits_v1 WHERE visit_id = :v", v=first)
    assert row["day"] == TUESDAY.isoformat()


def test_where_nobody_opened_the_next_day_is_tried_though_the_window_is_new(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(5)))
    planned(system, SEVEN)
    (missed,) = [name for name, day in meant(system).items() if day == MONDAY]
    system.clock.set(at_local(MONDAY, 18 * 60))
    run_commands(system, MissVisit(visit_id=missed, reason="nobody-home"))
    planned(system, at_local(MONDAY, 20 * 60))
    (row,) = system.rows.ask("SELECT * FROM visits_v1 WHERE visit_id = :v", v=missed)
    assert (row["attempt"], row["window_from"], row["day"]) == (2, TUESDAY.isoformat(), TUESDAY.isoformat())


def test_a_window_whose_working_days_are_next_weeks_is_given_none_of_this_week(system: System) -> None:
    run_commands(system, dressing(0), dressing(1, first=MONDAY + timedelta(days=5), days=5))
    result = spread_week(system, "east", MONDAY)
    assert {each.visit_id for each in result.command.visits} == {"v0"}
    result = spread_week(system, "east", NEXT_MONDAY)
    assert {each.visit_id for each in result.command.visits} == {"v1"}


def test_who_is_ill_on_a_day_to_come_sends_its_visits_to_others(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(5)))
    planned(system, SEVEN)
    (on_thursday,) = [name for name, day in meant(system).items() if day == THURSDAY]
    kept = {name: day for name, day in meant(system).items() if day not in {MONDAY, THURSDAY}}
    run_commands(
        system,
        RecordAbsence(
            team_id="east",
            absence_id="away",
            member_id="gp-1",
            starts_at=at_local(THURSDAY),
            ends_at=at_local(FRIDAY),
            reason="leave",
        ),
    )
    planned(system, at_local(MONDAY, 20 * 60))
    after = meant(system)
    assert after[on_thursday] not in {MONDAY, THURSDAY}
    assert {name: after[name] for name in kept} == kept


def test_a_leader_chooses_a_day_and_it_stays(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(5)))
    planned(system, SEVEN)
    name = next(name for name, day in meant(system).items() if day == WEDNESDAY)
    run_commands(system, ChooseVisitDay(team_id="east", visit_id=name, day=FRIDAY))
    planned(system, at_local(MONDAY, 20 * 60))
    assert meant(system)[name] == FRIDAY
    result = spread_week(system, "east", TUESDAY)
    assert {each.visit_id: each.because for each in result.command.visits}[name] == "chosen"
    for ahead in range(4):
        planned(system, at_local(MONDAY + timedelta(days=ahead), 20 * 60 + 30))
    (row,) = system.rows.ask("SELECT day FROM visits_v1 WHERE visit_id = :v", v=name)
    assert row["day"] == FRIDAY.isoformat()


def test_a_released_visit_is_given_a_day_by_the_week_again(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(5)))
    planned(system, SEVEN)
    name = next(name for name, day in meant(system).items() if day == WEDNESDAY)
    run_commands(system, ChooseVisitDay(team_id="east", visit_id=name, day=FRIDAY))
    run_commands(system, ReleaseVisitDay(team_id="east", visit_id=name, day=FRIDAY))
    planned(system, SEVEN + timedelta(minutes=5))
    assert meant(system)[name] == WEDNESDAY


def test_what_is_put_off_is_wanted_on_monday(system: System) -> None:
    run_commands(system, *(dressing(number, first=FRIDAY, days=9) for number in range(60)))
    planned(system, at_local(THURSDAY, 20 * 60))
    off = {name for name, day in meant(system).items() if day is None}
    assert off
    with system.rows.reading() as rows:
        assert not off & {visit["visit_id"] for visit in wanted_visits(rows, TeamDay("east", FRIDAY))}
        assert off <= {visit["visit_id"] for visit in wanted_visits(rows, TeamDay("east", NEXT_MONDAY))}
    sunday = at_local(NEXT_MONDAY, -4 * 60)
    planned(system, sunday)
    assert meant(system, NEXT_MONDAY).keys() >= off
    assert assigned(system)[NEXT_MONDAY.isoformat()]


def test_a_week_is_told_once_and_can_be_verified_from_its_stored_problem(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(10)))
    result = spread_week(system, "east", MONDAY)
    assert result.recorded
    assert not spread_week(system, "east", MONDAY).recorded
    (recorded,) = system.store.read("team_week-east.2026-03-02")
    assert isinstance(recorded.event, WeekSpread)
    digest = recorded.event.solution.problem_digest
    assert document_digest(week_document(result.week.problem)) == digest
    assert system.store.document(digest) == week_document(result.week.problem)
    assert week_command(result.week, spread(result.week.problem)) == result.command


def test_a_dry_run_records_nothing(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(10)))
    before = system.store.last_position()
    result = spread_week(system, "east", MONDAY, dry_run=True)
    assert len(result.command.visits) == 10
    assert system.store.last_position() == before


def test_the_week_asked_for_is_not_over_and_of_a_known_team(system: System) -> None:
    with pytest.raises(Refused, match="week-over"):
        spread_week(system, "east", MONDAY - timedelta(days=3))
    with pytest.raises(Refused, match="team-not-formed"):
        spread_week(system, "west", MONDAY)


def test_who_is_kept_from_a_resident_is_not_counted_for_the_visit(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(2)))
    run_commands(system, KeepApart(team_id="east", member_id="gp-1", resident_id="r0"))
    result = spread_week(system, "east", MONDAY, dry_run=True)
    assert {each.id: each.not_with for each in result.week.problem.items} == {"v0": ("gp-1",), "v1": ()}


def test_a_cancelled_visit_leaves_the_week(system: System) -> None:
    run_commands(system, *(dressing(number) for number in range(5)))
    planned(system, SEVEN)
    name = next(name for name, day in meant(system).items() if day == THURSDAY)
    run_commands(system, CancelVisit(visit_id=name, reason="resident-asked"))
    spread_week(system, "east", MONDAY)
    plan: Any = answer(TeamWeekPlan(team_id="east", day=FRIDAY), system.rows)
    assert name not in {each["visit_id"] for each in plan["visits"]}


def test_in_the_afternoon_a_day_takes_no_more_visits_that_may_wait(system: System) -> None:
    run_commands(system, dressing(0))
    assert spread_week(system, "east", MONDAY, dry_run=True).command.visits[0].day == MONDAY
    system.clock.set(at_local(MONDAY, 13 * 60))
    assert spread_week(system, "east", MONDAY, dry_run=True).command.visits[0].day == TUESDAY
