"""Runs one scenario in the embedded and in the distributed system, compares their rows, and measures both.

The scenario goes in steps: after each step all parts have finished their reactions.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import timedelta

from domain.event import value
from domain.local_time import at_local
from infra.bench.distributed_system import empty_system, running_parts
from infra.bench.figures import Figure, Goal
from infra.bench.servers import Servers
from infra.distributed_system import Distributed
from infra.planning.plan_day import plan_touched
from infra.planning.solver_pool import pool
from infra.rows.model import ReadModel
from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.community import FIRST_DAY
from infra.simulate.days.day import BUDGET
from infra.simulate.town import OnProgress
from infra.system import System
from infra.wiring import Embedded
from projections.registry import TABLES

Row = tuple[object, ...]


@value
class TableComparison:
    """One table in both systems: the rows of each, and the number of rows that only one of them has."""

    table: str
    embedded: int
    distributed: int
    different: int


def quiet(what: str, done: int, total: int) -> None:
    """Report nothing."""


def measure(
    servers: Servers, teams: int, days: int, seed: int, on_progress: OnProgress = quiet
) -> tuple[list[Figure], list[TableComparison]]:
    """Run the scenario in both systems; return the figures, and the comparison of each table."""
    with (
        pool() as executor,
        Embedded(Settings(data=servers.folder / "embedded")) as embedded,
        empty_system(servers) as settings,
        Distributed(settings) as distributed,
    ):
        alone = timed(lambda: run_scenario(embedded, executor, teams, days, seed, on_progress))
        with running_parts(settings):
            together = timed(lambda: run_scenario(distributed, executor, teams, days, seed, on_progress))
        tables = compare(embedded.rows, distributed.rows)
    return figures(tables, alone, together), tables


def timed(work: Callable[[], None]) -> float:
    """Return the seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def figures(tables: Sequence[TableComparison], embedded: float, distributed: float) -> list[Figure]:
    """Return the figures of both runs."""
    rows = sum(each.embedded for each in tables)
    return [
        Figure(
            name="scenario-lived",
            ours=distributed,
            unit="seconds",
            limit_name="in-one-process",
            limit=embedded,
            ratio=distributed / embedded,
            size=rows,
        ),
        Figure(
            name="scenario-differences",
            ours=sum(each.different for each in tables),
            unit="rows",
            goal=Goal(less_than=1),
            size=rows,
        ),
    ]


def run_scenario(
    system: System, executor: Executor, teams: int, days: int, seed: int, on_progress: OnProgress = quiet
) -> None:
    """Simulate a community, wait after each step, and plan the last morning too."""
    morning = at_local(FIRST_DAY + timedelta(days=days - 1), 7 * 60 + 30)
    simulate(system, teams, days, seed, on_progress=on_progress)
    system.clock.set(morning)
    system.settle(morning)
    if not system.plan_elsewhere(morning, BUDGET):
        plan_touched(system, executor, morning, BUDGET)
    system.settle(morning)


def rows_of(rows: ReadModel) -> dict[str, list[Row]]:
    """Return the rows of every table from one snapshot, in the order of their keys."""
    with rows.reading() as view:
        return {name: list(view.rows_of(table)) for name, table in TABLES.items()}


def compare(embedded: ReadModel, distributed: ReadModel) -> list[TableComparison]:
    """Compare the tables of both systems."""
    expected, actual = rows_of(embedded), rows_of(distributed)
    return [
        TableComparison(
            table=name,
            embedded=len(rows),
            distributed=len(actual[name]),
            different=len(set(rows) ^ set(actual[name])),
        )
        for name, rows in expected.items()
    ]
