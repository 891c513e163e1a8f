"""Measures replanning on changed team-days: moved visits, the cost added to that of a fresh plan, and seconds.

The days are stored problems of a simulated community. Each is planned, changed at random
(a visit is cancelled, a member falls ill, an urgent visit comes, a visit under way overruns) and planned again.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import fmean, median
from time import process_time

import msgspec

from domain.roster.events import RosterPublished, RosterRevised
from infra.bench.figures import Figure, Goal, quantile
from infra.planning.plan_day import LIVE
from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.town import OnProgress
from infra.system import System
from infra.wiring import open_system
from schedulers.check import check, costs
from schedulers.counterfactual import as_published, with_demands
from schedulers.plan import plan
from schedulers.problem import Demand, Problem, Roster, Service
from schedulers.replan import moves
from schedulers.rules import RosterIndex, is_moved
from schedulers.tiers import Tier

FEWEST_VISITS = 6
"""Smaller days say little about replanning."""

Change = Callable[[Problem, Random], Problem]


@dataclass(frozen=True, slots=True)
class MeasuredChange:
    """One change: seconds of replanning and of its reasons, moved visits of both plans, added cost by tier."""

    kind: str
    seconds: float
    why_seconds: float
    moved: int
    fresh_moved: int
    added: tuple[int, ...]


def measure(changes: int, teams: int, days: int, seed: int, on_progress: OnProgress) -> list[Figure]:
    """Simulate, plan, change and replan; return the figures of all changes and of each kind."""
    with tempfile.TemporaryDirectory() as folder, open_system(Settings(data=Path(folder))) as system:
        simulate(system, teams, days, seed)
        planned = [as_published(problem, plan(problem)) for problem in stored(system)]
    dice = Random(seed)  # noqa: S311 -- the benchmark's own dice
    measured = []
    for number in range(changes):
        on_progress("measuring", number, changes)
        kind = list(KINDS)[number % len(KINDS)]
        measured.append(once(kind, dice.choice(planned), dice))
    return figures(measured)


def stored(system: System) -> Iterator[Problem]:
    """Yield the stored problem of each large enough day's last roster, without its published times."""
    newest: dict[str, str] = {}
    position = 0
    while page := system.store.after(position, 5000, category="roster"):
        for recorded in page:
            event = recorded.event
            if isinstance(event, RosterPublished | RosterRevised):
                newest[event.roster_id] = event.solution.problem_digest
        position = page[-1].position
    for digest in newest.values():
        body = system.store.document(digest)
        assert body is not None
        problem = msgspec.json.decode(body, type=Problem)
        if len(problem.demands) >= FEWEST_VISITS:
            yield without_history(problem)


def without_history(problem: Problem) -> Problem:
    """Return the problem before anything was published or begun."""
    demands = tuple(replace(each, pins=(), previous=()) for each in problem.demands)
    return replace(problem, demands=demands, most_moved=None, budget=LIVE)


def once(kind: str, published: Problem, dice: Random) -> MeasuredChange:
    """Change a published day, replan it, and plan it freshly with the same budget; both must pass the checker."""
    changed = KINDS[kind](published, dice)
    began = process_time()
    replanned = plan(changed)
    seconds = process_time() - began
    began = process_time()
    reasons = moves(changed, replanned)
    why_seconds = process_time() - began
    free = unpublished(changed)
    fresh = plan(free)
    if violations := [*check(changed, replanned), *check(free, fresh)]:
        raise AssertionError(f"{kind} on {changed.team_id} {changed.day}: {violations[0]}")
    return MeasuredChange(
        kind=kind,
        seconds=seconds,
        why_seconds=why_seconds,
        moved=len(reasons),
        fresh_moved=moved(changed, fresh),
        added=tuple(a - b for a, b in zip(costs(free, replanned), fresh.costs, strict=True)),
    )


def unpublished(problem: Problem) -> Problem:
    """Return the changed problem with its begun visits, but free to move all others."""
    return replace(problem, demands=tuple(replace(each, previous=()) for each in problem.demands))


def moved(problem: Problem, roster: Roster) -> int:
    """Return the number of published visits that a roster moves or leaves out."""
    index = RosterIndex(problem, roster)
    return sum(is_moved(index, demand) for demand in problem.demands)


def cancelled(problem: Problem, dice: Random) -> Problem:
    """Remove a visit."""
    gone = dice.choice(problem.demands)
    return replace(problem, demands=tuple(each for each in problem.demands if each is not gone))


def ill(problem: Problem, dice: Random) -> Problem:
    """Let one of the members with visits be ill for the day."""
    busy = sorted({pin.member_id for each in problem.demands for pin in each.previous})
    gone = dice.choice(busy or [problem.members[0].id])
    return replace(
        problem, members=tuple(replace(each, works=()) if each.id == gone else each for each in problem.members)
    )


def urgent(problem: Problem, dice: Random) -> Problem:
    """Add a visit at one of the day's places, with a window of two hours from a random hour."""
    like = dice.choice(problem.demands)
    at = dice.randrange(9, 16) * 3600
    role = like.services[0].roles
    more = Demand(
        id="urgent",
        place=like.place,
        services=(Service(roles=role, seconds=20 * 60),),
        opens=at,
        closes=at + 2 * 3600,
        priority=9,
        slack_days=0,
    )
    return replace(problem, demands=(*problem.demands, more))


def overrun(problem: Problem, dice: Random) -> Problem:
    """Let a begun visit take an hour longer; earlier visits have begun, too."""
    placed = sorted((each.previous[0].start, each.id) for each in problem.demands if each.previous)
    if not placed:
        return problem
    start, long = dice.choice(placed)

    def begun(demand: Demand) -> Demand:
        if not demand.previous or max(pin.start for pin in demand.previous) > start:
            return demand
        services = tuple(
            replace(each, seconds=each.seconds + 3600) if demand.id == long else each for each in demand.services
        )
        return replace(demand, pins=demand.previous, services=services)

    return with_demands(problem, begun)


KINDS: dict[str, Change] = {
    "replan-cancelled": cancelled,
    "replan-ill": ill,
    "replan-urgent": urgent,
    "replan-overrun": overrun,
}
"""The changes, by their figures' names."""

ADDED = {
    Tier.UNPLACED: "replan-added-unplaced",
    Tier.URGENT: "replan-added-urgent",
    Tier.CONTINUITY: "replan-added-continuity",
    Tier.TARDINESS: "replan-added-tardiness",
    Tier.IMBALANCE: "replan-added-imbalance",
    Tier.TRAVEL: "replan-added-travel",
    Tier.FAIRNESS: "replan-added-fairness",
    Tier.WISH: "replan-added-wish",
}
"""Figures of the cost added to that of a fresh plan, which ignores published times."""


def figures(changes: list[MeasuredChange]) -> list[Figure]:
    """Return the figures: seconds, moved visits compared with a fresh plan, and the mean cost added in each tier."""
    size = len(changes)
    seconds = [each.seconds for each in changes]
    why = [each.why_seconds for each in changes]
    lines = [
        Figure(name="replan-p50", ours=median(seconds), unit="seconds", size=size),
        Figure(name="replan-p95", ours=quantile(seconds, 0.95), unit="seconds", goal=Goal(less_than=0.15), size=size),
        Figure(name="replan-reasons-p95", ours=quantile(why, 0.95), unit="seconds", size=size),
    ]
    for kind in KINDS:
        these = [each for each in changes if each.kind == kind]
        if these:
            ours, fresh = fmean(each.moved for each in these), fmean(each.fresh_moved for each in these)
            lines.append(
                Figure(name=kind, ours=ours, unit="visits", limit_name="fresh-plan", limit=fresh, size=len(these))
            )
    for tier, name in ADDED.items():
        added = fmean(each.added[tier] for each in changes)
        lines.append(Figure(name=name, ours=added, unit="cost", size=size))
    return lines
