"""Simulates the same community with the same seed under several policy packs, to compare their effects."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from domain.decider import Refused
from infra.settings import Settings
from infra.simulate.community import FIRST_DAY, simulate
from infra.simulate.counts import count_by, count_rows
from infra.simulate.town import OnProgress
from infra.system import System
from infra.wiring import open_system
from projections.care_tasks import CARE_TASKS_V1
from projections.changes import Table
from projections.corrections.caseload_rows import CASELOAD_V1
from projections.family_bed_rows import FAMILY_BEDS_V1
from projections.referral_inbox import REFERRALS_V1
from projections.roster_board import ROSTERS_V1
from projections.visits import VISITS_V1

PackFigures = dict[str, int]

BY_STATE: tuple[tuple[str, Table], ...] = (
    ("contracts", CASELOAD_V1),
    ("care_tasks", CARE_TASKS_V1),
    ("visits", VISITS_V1),
    ("family_beds", FAMILY_BEDS_V1),
    ("referrals", REFERRALS_V1),
)
"""The names of the figures that count rows by `status`, and their tables."""


def compare_packs(
    settings: Settings,
    packs: Sequence[str],
    teams: int,
    days: int,
    seed: int,
    first_day: date = FIRST_DAY,
    on_progress: OnProgress | None = None,
) -> dict[str, PackFigures]:
    """Simulate once under each pack, in a folder that the pack names; return the figures by pack.

    Refused `policy-needs-embedded`: in a distributed system other processes decide under their own settings.
    """
    if settings.distributed:
        raise Refused("policy-needs-embedded")
    figures: dict[str, PackFigures] = {}
    for pack in packs:
        own = replace(settings, policy=pack, data=settings.data / pack)
        with open_system(own) as system:
            simulate(system, teams, days, seed, first_day, on_progress)
            figures[pack] = dict(figures_of(system))
    return figures


def figures_of(system: System) -> Iterator[tuple[str, int]]:
    """Yield the numbers of events and rosters, and of other rows in all and in each state, as `visits.completed`."""
    yield "events", system.store.last_position()
    for name, table in BY_STATE:
        counts = count_by(system.rows, table, "status")
        yield name, sum(counts.values())
        for state, count in counts.items():
            yield f"{name}.{state}", count
    yield "rosters", count_rows(system.rows, ROSTERS_V1)
