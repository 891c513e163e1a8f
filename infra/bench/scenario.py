"""One scenario, lived in one process and in many: the rows are the same, table by table, and how long it took.

It is stepped: after each step everybody has done what follows. Beside it stands the embedded system's time.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import timedelta

from domain.event import value
from domain.local_time import at_local
from infra.bench.district import district, parts
from infra.bench.figures import Figure, Goal
from infra.bench.servers import Servers
from infra.planning.plan_day import plan_touched
from infra.planning.solver_pool import pool
from infra.rows.model import ReadModel
from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.community import FIRST_DAY
from infra.simulate.days.day import BUDGET
from infra.wiring import Distributed, Embedded, System
from projections.registry import TABLES

Row = tuple[object, ...]
Progress = Callable[[str, int, int], None]


@value
class Compared:
    """One table in both systems: how many rows each has, and how many stand in only one of them."""

    table: str
    embedded: int
    distributed: int
    different: int


def quiet(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def measure(
    servers: Servers, teams: int, days: int, seed: int, told: Progress = quiet
) -> tuple[list[Figure], list[Compared]]:
    """Live the scenario twice; return the figures, and how the rows compare."""
    with (
        pool() as executor,
        Embedded(Settings(data=servers.folder / "embedded")) as embedded,
        district(servers) as settings,
        Distributed(settings) as distributed,
    ):
        alone = timed(lambda: lived(embedded, executor, teams, days, seed, told))
        with parts(settings):
            together = timed(lambda: lived(distributed, executor, teams, days, seed, told))
        compared = compare(embedded.rows, distributed.rows)
    return figures(compared, alone, together), compared


def timed(work: Callable[[], None]) -> float:
    """Return how many seconds the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def figures(compared: Sequence[Compared], embedded: float, distributed: float) -> list[Figure]:
    """Return what is told of both."""
    rows = sum(each.embedded for each in compared)
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
            ours=sum(each.different for each in compared),
            unit="rows",
            goal=Goal(less_than=1),
            size=rows,
        ),
    ]


def lived(system: System, executor: Executor, teams: int, days: int, seed: int, told: Progress = quiet) -> None:
    """Let a community live, idle after each step, and plan the last morning too."""
    morning = at_local(FIRST_DAY + timedelta(days=days - 1), 7 * 60 + 30)
    simulate(system, teams, days, seed, on_progress=told)
    system.clock.set(morning)
    system.settle(morning)
    if not system.others_plan(morning, BUDGET):
        plan_touched(system, executor, morning, BUDGET)
    system.settle(morning)


def rows_of(rows: ReadModel) -> dict[str, list[Row]]:
    """Return every table's rows as of one moment, in the order of their keys."""
    with rows.reading() as view:
        return {name: list(view.rows_of(table)) for name, table in TABLES.items()}


def compare(embedded: ReadModel, distributed: ReadModel) -> list[Compared]:
    """Return how the tables of both compare."""
    expected, found = rows_of(embedded), rows_of(distributed)
    return [
        Compared(
            table=name,
            embedded=len(rows),
            distributed=len(found[name]),
            different=len(set(rows) ^ set(found[name])),
        )
        for name, rows in expected.items()
    ]
