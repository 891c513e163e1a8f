"""What other numbers would have done: the same community, with the same seed, under several policy packs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from domain.decider import Refused
from infra.settings import Settings
from infra.simulate.community import FIRST_DAY, Progress, simulate
from infra.wiring import System, open_system

Figures = dict[str, int]

BY_STATE: tuple[tuple[str, str, str], ...] = (
    ("contracts", "caseload_v1", "status"),
    ("care_tasks", "care_tasks_v1", "status"),
    ("visits", "visits_v1", "status"),
    ("family_beds", "family_beds_v1", "status"),
    ("referrals", "referrals_v1", "status"),
)
"""What is counted, in which table, by the states in which column."""


def side_by_side(
    settings: Settings,
    packs: Sequence[str],
    teams: int,
    days: int,
    seed: int,
    first_day: date = FIRST_DAY,
    progress: Progress | None = None,
) -> dict[str, Figures]:
    """Simulate once under each pack, each in a folder of its own named by the pack; return the figures by pack.

    Refused `policy-needs-embedded`: in a distributed system other processes decide under their own settings.
    """
    if settings.distributed:
        raise Refused("policy-needs-embedded")
    figures: dict[str, Figures] = {}
    for pack in packs:
        own = replace(settings, policy=pack, data=settings.data / pack)
        with open_system(own) as system:
            simulate(system, teams, days, seed, first_day, progress)
            figures[pack] = dict(figures_of(system))
    return figures


def figures_of(system: System) -> Iterator[tuple[str, int]]:
    """Yield how many events and rosters there are, and of all else how many in each state: `visits.completed`."""
    yield "events", system.store.last_position()
    for name, table, column in BY_STATE:
        counted = system.rows.ask(
            f"SELECT {column} AS state, count(*) AS n FROM {table} GROUP BY {column} ORDER BY {column}"  # noqa: S608 -- names of our own tables
        )
        yield name, sum(int(str(row["n"])) for row in counted)
        for row in counted:
            yield f"{name}.{row['state']}", int(str(row["n"]))
    (rosters,) = system.rows.ask("SELECT count(*) AS n FROM rosters_v1")
    yield "rosters", int(str(rosters["n"]))
