"""Simulates a community: builds it on the first morning, then runs one day after the other."""

from datetime import date, timedelta

from domain.decider import Refused
from domain.event import value
from infra.planning.solver_pool import pool
from infra.simulate.counts import count_rows
from infra.simulate.days.day import DayRunner
from infra.simulate.founding import CommunityBuilder
from infra.simulate.people.residents import ResidentGenerator
from infra.simulate.town import OnProgress
from infra.system import System
from projections.corrections.caseload_rows import CASELOAD_V1
from projections.residents import RESIDENTS_V1
from projections.roster_board import ROSTERS_V1
from projections.visits import VISITS_V1

FIRST_DAY = date(2026, 3, 6)
"""The default first day: a Friday, so that a fortnight ends on a working day."""


@value
class Summary:
    """The numbers of a simulation's results."""

    teams: int
    residents: int
    contracts: int
    first_day: date
    last_day: date
    events: int
    rosters: int
    visits_done: int


def simulate(
    system: System,
    teams: int,
    days: int,
    seed: int,
    first_day: date = FIRST_DAY,
    on_progress: OnProgress | None = None,
    *,
    weeks: bool = True,
) -> Summary:
    """Build a community and run it for `days` days. The last one ends at seven in the morning, unplanned.

    Without `weeks` no visit days are assigned before planning; planners in other processes assign them in any case.

    Refused `store-not-empty`, `number-too-small`.
    """
    if min(teams, days) < 1:
        raise Refused("number-too-small", teams=teams, days=days)
    if system.store.last_position():
        raise Refused("store-not-empty", events=system.store.last_position())
    formed = CommunityBuilder(system, teams, seed, first_day, on_progress).build()
    with pool() as executor:
        runner = DayRunner(system, executor, formed, ResidentGenerator(seed, first_day, prefix="N"), seed, weeks=weeks)
        for number in range(days):
            day = first_day + timedelta(days=number)
            runner.run(day, days_left=days - 1 - number)
            if on_progress is not None:
                on_progress("days", number + 1, days)
    return Summary(
        teams=teams,
        residents=count_rows(system.rows, RESIDENTS_V1),
        contracts=count_rows(system.rows, CASELOAD_V1),
        first_day=first_day,
        last_day=first_day + timedelta(days=days - 1),
        events=system.store.last_position(),
        rosters=count_rows(system.rows, ROSTERS_V1),
        visits_done=count_rows(system.rows, VISITS_V1, status="completed"),
    )
