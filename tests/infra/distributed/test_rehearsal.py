"""A dry run of the distributed system shows what the run publishes, and leaves neither an event nor a row behind."""

from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from infra.distributed.catch_up_wait import ProgressWaiter
from infra.distributed_system import Distributed
from infra.embedded.runner import ReactorProgress, Runner
from infra.planning.ask_week import plan_weeks
from infra.planning.plan_day import PlannedDay, plan_day
from infra.settings import Settings
from tests.infra.planning.test_look_ahead import RESIDENTS, here
from tests.infra.planning.test_plan_day import QUICK
from tests.small_town import MONDAY, SEVEN, centre, run_commands, signed

NOBODY = "127.0.0.1:1"
AHEAD = date(2026, 3, 12)


@pytest.fixture
def system(database_url: str, tmp_path: Path) -> Any:
    """Three residents who are seen in their homes every ten days; rows and reactions follow in this process."""
    with Distributed(Settings(database_url=database_url, bootstrap_servers=NOBODY, now=SEVEN)) as opened:
        progress = ReactorProgress(tmp_path / "work.db")
        opened.follower = cast(ProgressWaiter, Runner(opened.store, opened.rows, progress, region=opened.region))
        run_commands(opened, *centre())
        for resident in RESIDENTS:
            run_commands(opened, *signed(resident, groups=("tuberculosis",)))
        opened.follower.settle(SEVEN)
        yield opened
        progress.close()


def plan(system: Distributed, *, dry_run: bool) -> PlannedDay:
    (planned,) = plan_day(system, AHEAD, team_id="east", budget=QUICK, solvers=here, dry_run=dry_run)
    return planned


def owed(system: Distributed) -> int:
    return len(system.rows.ask("SELECT care_task_id FROM owed_at_home_v1"))


def test_what_will_be_due_is_shown_and_nothing_is_recorded_until_the_run_publishes_the_same(
    system: Distributed,
) -> None:
    before = system.store.last_position(), owed(system)
    dry = plan(system, dry_run=True)
    assert dry.roster is not None
    assert any("supervision.2" in part.demand_id for part in dry.roster.assignments)
    assert (system.store.last_position(), owed(system)) == before
    assert plan(system, dry_run=False).roster == dry.roster
    assert system.store.last_position() > before[0]


def test_several_weeks_are_spread_in_a_dry_run_as_they_are_then_recorded(system: Distributed) -> None:
    before = system.store.last_position()
    dry = plan_weeks(system, "east", MONDAY, 3, dry_run=True)
    assert system.store.last_position() == before
    assert [week.plan for week in plan_weeks(system, "east", MONDAY, 3)] == [week.plan for week in dry]
