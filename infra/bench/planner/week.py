"""Measures the assignment of visit days over a week: the same community is simulated with and without it.

Without it, every visit is planned from its first day on, least slack first. Residents call on the same days in both
simulations, and the same visits find nobody at home. Only whole weeks count, without the first one: many visits are due
at once on the day on which a community begins.
"""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

from infra.bench.figures import Figure, Unit
from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.community import FIRST_DAY
from infra.simulate.town import OnProgress
from infra.system import System
from infra.wiring import open_system
from projections.care_tasks import count_home_services
from projections.questions import Row
from projections.roster_board import rosters_between
from projections.visits import completed_visits

MARGIN_DAYS = 3
"""Days from the first day to the first Monday; the last week ends before the last day."""

WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The figures of a community's weeks: means over team-weeks, shares of 1, and counts."""

    team_weeks: int
    fullest: float
    busiest_minutes: float
    visits: int
    owed: int
    late: int
    left_out: int
    named: float
    travel: float


def measure(teams: int, weeks: int, seed: int, on_progress: OnProgress) -> list[Figure]:
    """Simulate a community with and without weeks; return the figures of both."""
    spread, alone = (
        simulate_weeks(teams, weeks, seed, on_progress, with_weeks=with_weeks) for with_weeks in (True, False)
    )
    size = spread.team_weeks

    def compared(name: str, unit: Unit, ours: float, without: float) -> Figure:
        return Figure(name=name, ours=ours, unit=unit, limit_name="without-weeks", limit=without, size=size)

    return [
        compared("week-fullest-day", "share", spread.fullest, alone.fullest),
        compared("week-busiest-day", "minutes", spread.busiest_minutes, alone.busiest_minutes),
        compared("week-visits", "visits", spread.visits, alone.visits),
        compared("week-owed", "visits", spread.owed, alone.owed),
        compared("week-late", "visits", spread.late, alone.late),
        compared("week-left-out", "visits", spread.left_out, alone.left_out),
        compared("week-named", "share", spread.named, alone.named),
        compared("week-travel", "minutes", spread.travel, alone.travel),
    ]


def simulate_weeks(teams: int, weeks: int, seed: int, on_progress: OnProgress, *, with_weeks: bool) -> WeekFigures:
    """Simulate and count."""
    monday = FIRST_DAY + timedelta(days=MARGIN_DAYS)
    assert monday.weekday() == 0
    days = MARGIN_DAYS + 7 * weeks + 1
    with tempfile.TemporaryDirectory() as folder, open_system(Settings(data=Path(folder))) as system:
        simulate(system, teams, days, seed, on_progress=on_progress, weeks=with_weeks)
        return counted(system, monday, monday + timedelta(days=7 * weeks - 1))


def counted(system: System, first: date, last: date) -> WeekFigures:
    """Count between two days, both included."""
    rows = system.rows
    visits = completed_visits(rows, first, last)
    rosters = rosters_between(rows, first, last)
    minutes: dict[tuple[str, date], dict[int, int]] = defaultdict(lambda: dict.fromkeys(range(WORKING_DAYS), 0))
    kept: list[bool] = []
    for visit in visits:
        day = date.fromisoformat(visit["day"])
        week = minutes[visit["team_id"], day - timedelta(days=day.weekday())]
        week[day.weekday()] = week.get(day.weekday(), 0) + sum(need["minutes"] for need in visit["needs"])
        pairs = zip(visit["needs"], visit["slots"], strict=True)
        kept += [slot["member_id"] == need["named_id"] for need, slot in pairs if need["named_id"]]
    busiest = [max(week.values()) for week in minutes.values()]
    means = [sum(week.values()) / WORKING_DAYS for week in minutes.values()]
    return WeekFigures(
        team_weeks=len(minutes),
        fullest=fmean(most / mean for most, mean in zip(busiest, means, strict=True)),
        busiest_minutes=fmean(busiest),
        visits=len(visits),
        owed=count_home_services(rows, first, last),
        late=count_home_services(rows, first, last, done=False),
        left_out=sum(len(roster["unplaced"]) for roster in rosters),
        named=fmean(kept),
        travel=travel_minutes(rosters) / len(visits),
    )


def travel_minutes(rosters: Sequence[Row]) -> float:
    """Return the travel minutes of all visits in rosters."""
    return float(sum(slot["travel_seconds"] for roster in rosters for slot in roster["slots"])) / 60
