"""Embedded and distributed are one program: the same scenario leads to the same rows, the rosters too."""

from collections.abc import Iterator
from concurrent.futures import Executor
from datetime import timedelta
from pathlib import Path

import pytest

from domain.local_time import at_local
from infra.planner import plan_touched, pool
from infra.rows import ReadModel
from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.community import FIRST_DAY
from infra.simulate.days import BUDGET
from infra.wiring import Embedded, System
from projections.registry import TABLES
from tests.streams.district import PARTS, District

TEAMS, DAYS = 4, 10
LAST_MORNING = at_local(FIRST_DAY + timedelta(days=DAYS - 1), 7 * 60 + 30)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with pool() as solvers:
        yield solvers


def lived(system: System, executor: Executor) -> None:
    """Let a community live ten days, idle after each step, and plan the last morning."""
    simulate(system, TEAMS, DAYS, seed=1)
    system.clock.stand(LAST_MORNING)
    system.settle(LAST_MORNING)
    if not system.others_plan(LAST_MORNING, BUDGET):
        plan_touched(system, executor, LAST_MORNING, BUDGET)
    system.settle(LAST_MORNING)


def rows_of(rows: ReadModel) -> dict[str, list[tuple[object, ...]]]:
    with rows.reading() as view:
        return {name: list(view.rows_of(table)) for name, table in TABLES.items()}


def test_a_scenario_leads_to_the_same_rows_in_one_process_and_in_many(
    district: District, executor: Executor, tmp_path: Path
) -> None:
    district.begin_all()
    with district.system() as system, Embedded(Settings(data=tmp_path)) as embedded:
        lived(system, executor)
        lived(embedded, executor)
        found, expected = rows_of(system.rows), rows_of(embedded.rows)
        assert {name: len(rows) for name, rows in found.items()} == {n: len(rows) for n, rows in expected.items()}
        for name, rows in expected.items():
            assert found[name] == rows, name
        assert len(expected["rosters_v1"]) > TEAMS * (DAYS // 2)
        assert system.runner.standing(LAST_MORNING).idle
    assert [district.end(part) for part in PARTS] == [0] * len(PARTS)
