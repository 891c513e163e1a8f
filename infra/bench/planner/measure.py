"""Measures the planner, embedded and distributed: from a change to the published roster, and a storm of changes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median

from domain.event import value
from infra.bench.distributed_system import WORKERS, empty_system
from infra.bench.figures import Figure, Goal, quantile
from infra.bench.planner import live, storm
from infra.bench.planner.processes import PlannerReports, running_system
from infra.bench.planner.storm import StormResult
from infra.bench.planner.team_changes import MORNING, RunningClock, TeamDayChanges, create_teams
from infra.bench.servers import Servers
from infra.settings import Settings
from infra.system import DEBOUNCE, System
from infra.wiring import open_system


@value
class FigureNames:
    """The names of one system's figures, and the goal of its rosters in milliseconds."""

    system: str
    goal: int
    p50: str
    p95: str
    changes: str
    solves: str
    plans: str
    longest_wait: str
    left: str


EMBEDDED = FigureNames(
    system="embedded",
    goal=1000,
    p50="embedded-change-to-roster-p50",
    p95="embedded-change-to-roster-p95",
    changes="embedded-storm-changes",
    solves="embedded-storm-solves",
    plans="embedded-storm-plans",
    longest_wait="embedded-storm-longest-wait",
    left="embedded-storm-left",
)

DISTRIBUTED = FigureNames(
    system="distributed",
    goal=1500,
    p50="distributed-change-to-roster-p50",
    p95="distributed-change-to-roster-p95",
    changes="distributed-storm-changes",
    solves="distributed-storm-solves",
    plans="distributed-storm-plans",
    longest_wait="distributed-storm-longest-wait",
    left="distributed-storm-left",
)


def measure(servers: Servers, teams: int, seconds: float, team_days: int, changes: int) -> list[Figure]:
    """Measure both systems: single changes to some teams' days, then a storm of changes, if any, over many teams."""
    figures: list[Figure] = []
    for names in (EMBEDDED, DISTRIBUTED):
        with system_with_teams(servers, names.system, max(teams, team_days if changes else 0)) as (
            system,
            towns,
            reports,
        ):
            waits = live.measure(system, towns[:teams], seconds)
            figures += live_figures(names, waits, live.solved(system, towns[:teams]))
            if changes:
                result = storm.measure(system, towns[:team_days], changes, reports)
                solve = median(live.solved(system, towns[:teams]))
                figures += storm_figures(names, result, solve, team_days)
    return figures


@contextmanager
def system_with_teams(
    servers: Servers, name: str, teams: int
) -> Iterator[tuple[System, list[TeamDayChanges], PlannerReports]]:
    """Yield a running system in which this many teams have a day to be planned."""
    ahead = MORNING - datetime.now(UTC)
    with empty_settings(servers, name) as settings, open_system(settings) as system:
        system.clock = RunningClock(ahead)
        towns = create_teams(system, teams)
        with running_system(settings, ahead) as reports:
            yield system, towns, reports


@contextmanager
def empty_settings(servers: Servers, name: str) -> Iterator[Settings]:
    """Yield the settings of an empty system."""
    if name == "embedded":
        yield Settings(data=servers.folder / name)
    else:
        with empty_system(servers) as settings:
            yield settings


def live_figures(names: FigureNames, waits: Sequence[float], solves: Sequence[float]) -> list[Figure]:
    """Return the time from a change to its roster; the limit is the debounce pause and one solve."""
    figures = []
    for name, share, goal in ((names.p50, 0.5, None), (names.p95, 0.95, Goal(less_than=names.goal))):
        ours = 1000 * quantile(waits, share)
        limit = 1000 * (DEBOUNCE.debounce.total_seconds() + quantile(solves, share))
        figures.append(
            Figure(
                name=name,
                ours=ours,
                unit="milliseconds",
                limit_name="pause-and-solve",
                limit=limit,
                ratio=ours / limit,
                goal=goal,
                size=len(waits),
            )
        )
    return figures


def storm_figures(names: FigureNames, result: StormResult, solve: float, team_days: int) -> list[Figure]:
    """Return the figures of a storm; the limit of the longest wait is the time to solve every day once."""
    once, longest = team_days * solve / WORKERS, max(result.waits)
    figures = [
        Figure(name=names.changes, ours=result.changes / result.giving, size=result.changes),
        Figure(name=names.solves, ours=result.solves, unit="solves", size=team_days),
        Figure(name=names.plans, ours=result.plans / result.until_planned, size=result.plans),
        Figure(
            name=names.longest_wait,
            ours=longest,
            unit="seconds",
            limit_name="each-day-solved-once",
            limit=once,
            ratio=longest / once,
            size=team_days,
        ),
        Figure(name=names.left, ours=result.left, unit="team-days", goal=Goal(less_than=1), size=team_days),
    ]
    if result.late:
        figures += [
            Figure(name="planner-late-p99", ours=1000 * quantile(result.late, 0.99), unit="milliseconds"),
            Figure(name="planner-late-most", ours=1000 * max(result.late), unit="milliseconds"),
        ]
    return figures
