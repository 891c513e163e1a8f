"""A day to come is planned with all that will be due by then, and a dry run shows exactly what the run publishes."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.local_time import at_local
from domain.team.commands import RecordAbsence
from domain.visit.commands import RequestVisit
from infra.planning.ask_week import plan_weeks
from infra.planning.plan_day import PlannedDay, plan_day
from infra.planning.replan_day import replan_day
from infra.system import System
from tests.infra.planning.test_plan_day import EAST as EAST_ON_MONDAY
from tests.infra.planning.test_plan_day import QUICK, Here
from tests.small_town import MONDAY, centre, run_commands, signed, town

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=ahead) for ahead in range(1, 5))
NEXT_FORTNIGHT = [date(2026, 3, number) for number in (12, 13, 16, 17, 18, 19, 20)]
RESIDENTS = ("r0", "r1", "r2")


@contextmanager
def here(workers: int) -> Iterator[Here]:
    assert workers
    yield Here()


@pytest.fixture
def system(tmp_path: Path) -> Any:
    """A team on a Monday with three residents who are seen in their homes every ten days."""
    with town(tmp_path) as opened:
        run_commands(opened, *centre())
        for resident in RESIDENTS:
            run_commands(opened, *signed(resident, groups=("tuberculosis",)))
        yield opened


def call(visit_id: str, first: date, last: date) -> RequestVisit:
    return RequestVisit(
        visit_id=visit_id,
        resident_id="r0",
        team_id="east",
        contract_id="contract-of-r0",
        purpose="home-call",
        window_from=first,
        window_to=last,
    )


def plan(system: System, day: date, now: datetime | None = None, *, dry_run: bool = False) -> PlannedDay:
    system.clock.set(now or system.now())
    (planned,) = plan_day(system, day, team_id="east", budget=QUICK, solvers=here, dry_run=dry_run)
    return planned


def visits(planned: PlannedDay) -> set[str]:
    return set() if planned.roster is None else {part.demand_id for part in planned.roster.assignments}


def test_what_will_be_due_stands_on_one_of_the_days_that_are_planned_ahead_as_its_dry_run_said(system: System) -> None:
    planned: Counter[str] = Counter()
    for day in NEXT_FORTNIGHT:
        position = system.store.last_position()
        dry = plan(system, day, dry_run=True)
        assert system.store.last_position() == position
        run = plan(system, day)
        assert (dry.roster, dry.published, dry.revision) == (run.roster, False, None)
        planned.update(name for name in visits(run) if "tuberculosis-supervision.2" in name)
    assert planned == {f"contract-of-{resident}.tuberculosis-supervision.2": 1 for resident in RESIDENTS}


def test_a_day_planned_ahead_leaves_a_call_to_the_first_day_of_its_window(system: System) -> None:
    run_commands(system, call("v1", WEDNESDAY, FRIDAY))
    assert "v1" not in visits(plan(system, FRIDAY))
    assert "v1" in visits(plan(system, WEDNESDAY))
    assert "v1" not in visits(plan(system, THURSDAY))


def test_a_call_that_was_left_out_of_an_earlier_roster_stands_on_the_day_planned_ahead(system: System) -> None:
    run_commands(system, call("v1", WEDNESDAY, THURSDAY))
    away = at_local(WEDNESDAY), at_local(THURSDAY)
    run_commands(
        system,
        RecordAbsence(
            team_id="east", absence_id="a1", member_id="gp-1", starts_at=away[0], ends_at=away[1], reason="ill"
        ),
    )
    assert "v1" not in visits(plan(system, WEDNESDAY))
    assert "v1" in visits(plan(system, THURSDAY))


def test_a_dry_run_lets_pass_what_the_run_lets_pass(system: System) -> None:
    run_commands(system, call("v1", MONDAY, MONDAY))
    plan(system, MONDAY)
    morning = at_local(TUESDAY, 8 * 60)
    dry = plan(system, WEDNESDAY, morning, dry_run=True)
    assert "v1" in visits(dry)  # nobody made it on Monday: it was missed, and is requested again
    assert dry.roster == plan(system, WEDNESDAY).roster


def test_a_dry_run_of_a_change_records_nothing_and_is_what_is_published_then(system: System) -> None:
    plan(system, MONDAY)
    position = system.store.last_position()
    dry = replan_day(system, EAST_ON_MONDAY, dry_run=True)
    assert (system.store.last_position(), dry.planned.published) == (position, False)
    assert replan_day(system, EAST_ON_MONDAY).planned.roster == dry.planned.roster


def test_nothing_of_a_dry_run_is_left_in_the_data_folder(system: System, tmp_path: Path) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    plan(system, FRIDAY, dry_run=True)
    assert {path.name for path in tmp_path.iterdir()} == before


def test_several_weeks_are_spread_one_after_the_other_and_a_dry_run_of_them_records_nothing(system: System) -> None:
    position = system.store.last_position()
    dry = plan_weeks(system, "east", MONDAY, 3, dry_run=True)
    assert (system.store.last_position(), [week.recorded for week in dry]) == (position, [False] * 3)
    run = plan_weeks(system, "east", MONDAY, 3)
    assert [week.plan for week in run] == [week.plan for week in dry]
    assert [week.plan.monday for week in run] == ["2026-03-02", "2026-03-09", "2026-03-16"]
    days = Counter(each.visit_id for week in run for each in week.command.visits if each.day is not None)
    assert max(days.values()) == 1
