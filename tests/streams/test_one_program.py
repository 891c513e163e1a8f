"""Embedded and distributed are one program: the same scenario leads to the same rows, the rosters too."""

from collections.abc import Iterator
from concurrent.futures import Executor
from datetime import timedelta
from pathlib import Path

import pytest

from domain.local_time import at_local
from infra.bench.scenario import rows_of, run_scenario
from infra.planning.solver_pool import pool
from infra.settings import Settings
from infra.simulate.community import FIRST_DAY
from infra.wiring import Embedded
from tests.streams.full_system import PARTS, FullSystem

TEAMS, DAYS = 2, 5
LAST_MORNING = at_local(FIRST_DAY + timedelta(days=DAYS - 1), 7 * 60 + 30)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with pool() as solvers:
        yield solvers


def test_a_scenario_leads_to_the_same_rows_in_one_process_and_in_many(
    full_system: FullSystem, executor: Executor, tmp_path: Path
) -> None:
    full_system.begin_all()
    with full_system.system() as system, Embedded(Settings(data=tmp_path)) as embedded:
        run_scenario(system, executor, TEAMS, DAYS, seed=1)
        run_scenario(embedded, executor, TEAMS, DAYS, seed=1)
        streamed, expected = rows_of(system.rows), rows_of(embedded.rows)
        assert {name: len(rows) for name, rows in streamed.items()} == {n: len(rows) for n, rows in expected.items()}
        for name, rows in expected.items():
            assert streamed[name] == rows, name
        assert len(expected["rosters_v1"]) > TEAMS * (DAYS // 2)
        assert system.follower.progress(LAST_MORNING).idle
    assert [full_system.end(part) for part in PARTS] == [0] * len(PARTS)
