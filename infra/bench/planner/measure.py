"""The planner's figures: from a change to the published roster, and a storm of changes; embedded and distributed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median

from domain.event import value
from infra.bench.district import WORKERS, district
from infra.bench.figures import Figure, Goal, quantile
from infra.bench.planner import live, storm
from infra.bench.planner.crew import Heard, crew
from infra.bench.planner.storm import Storm
from infra.bench.planner.town import MORNING, RunningClock, Visits, found
from infra.bench.servers import Servers
from infra.settings import Settings
from infra.wiring import DEBOUNCE, System, open_system


@value
class Names:
    """What the figures of one system are called, and how many milliseconds a roster may take."""

    system: str
    goal: int
    p50: str
    p95: str
    changes: str
    solves: str
    plans: str
    longest_wait: str
    left: str


EMBEDDED = Names(
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

DISTRIBUTED = Names(
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
    """Measure both systems: changes one by one to some teams' days, then a storm of changes, if any, over many."""
    figures: list[Figure] = []
    for names in (EMBEDDED, DISTRIBUTED):
        with town(servers, names.system, max(teams, team_days if changes else 0)) as (system, towns, heard):
            waits = live.measure(system, towns[:teams], seconds)
            figures += live_figures(names, waits, live.solved(system, towns[:teams]))
            if changes:
                stormed = storm.measure(system, towns[:team_days], changes, heard)
                solve = median(live.solved(system, towns[:teams]))
                figures += storm_figures(names, stormed, solve, team_days)
    return figures


@contextmanager
def town(servers: Servers, name: str, teams: int) -> Iterator[tuple[System, list[Visits], Heard]]:
    """Give a system in which so many teams have a day to be planned, while everybody works."""
    ahead = MORNING - datetime.now(UTC)
    with place(servers, name) as settings, open_system(settings) as system:
        system.clock = RunningClock(ahead)
        towns = found(system, teams)
        with crew(settings, ahead) as heard:
            yield system, towns, heard


@contextmanager
def place(servers: Servers, name: str) -> Iterator[Settings]:
    """Give the settings of a system in which nothing is."""
    if name == "embedded":
        yield Settings(data=servers.folder / name)
    else:
        with district(servers) as settings:
            yield settings


def live_figures(names: Names, waits: Sequence[float], solves: Sequence[float]) -> list[Figure]:
    """Return how soon a roster follows a change, beside the pause that is waited for and the solve alone."""
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


def storm_figures(names: Names, storm: Storm, solve: float, team_days: int) -> list[Figure]:
    """Return what a storm came to; beside the longest wait stands what it takes to solve every day once."""
    once, longest = team_days * solve / WORKERS, max(storm.waits)
    figures = [
        Figure(name=names.changes, ours=storm.changes / storm.giving, size=storm.changes),
        Figure(name=names.solves, ours=storm.solves, unit="solves", size=team_days),
        Figure(name=names.plans, ours=storm.plans / storm.until_planned, size=storm.plans),
        Figure(
            name=names.longest_wait,
            ours=longest,
            unit="seconds",
            limit_name="each-day-solved-once",
            limit=once,
            ratio=longest / once,
            size=team_days,
        ),
        Figure(name=names.left, ours=storm.left, unit="team-days", goal=Goal(less_than=1), size=team_days),
    ]
    if storm.late:
        figures += [
            Figure(name="planner-late-p99", ours=1000 * quantile(storm.late, 0.99), unit="milliseconds"),
            Figure(name="planner-late-most", ours=1000 * max(storm.late), unit="milliseconds"),
        ]
    return figures
