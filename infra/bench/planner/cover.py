"""Measures cover for an ill member: seconds, and whether the first way costs no more than the day planned in full.

Days are random, of 10 to 25 visits, and published. A member with visits is ill from the morning or from later on; on
every second day a guest of another team is free.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import median
from time import process_time

from infra.bench.figures import Figure, Goal, quantile
from infra.bench.solver.team_days import team_days, weighed
from infra.planning.moment.cover import best_first, planned
from infra.planning.on_terms import NO_TERMS
from infra.planning.plan_day import LIVE
from infra.simulate.town import OnProgress
from schedulers.counterfactual import as_published
from schedulers.plan import plan
from schedulers.problem import Member, Problem
from schedulers.tiers import in_order
from schedulers.what_if import with_ill

HOUR = 3600
SINCE = (0, 0, 10 * HOUR, 14 * HOUR)


@dataclass(frozen=True, slots=True)
class MeasuredCover:
    """One ill member: seconds to the first way and to all, and whether the best is as good as a full plan."""

    first: float
    seconds: float
    is_equal: bool


def measure(cases: int, seed: int, on_progress: OnProgress) -> list[Figure]:
    """Let a member be ill on this many days of their own; return the figures."""
    measured = []
    for number, day in enumerate(map(weighed, team_days(cases, seed, LIVE))):
        on_progress("measuring", number, cases)
        dice = Random(f"{seed}:{number}")  # noqa: S311 -- the benchmark's own dice
        measured.append(once(day, dice, with_guest=number % 2 == 0))
    return figures(measured)


def once(day: Problem, dice: Random, *, with_guest: bool) -> MeasuredCover:
    """Publish a day, let one of its busy members be ill, and plan it in full with the people of the best way."""
    problem = as_published(day, plan(day))
    busy = sorted({pin.member_id for each in problem.demands for pin in each.previous})
    away = dice.choice(busy or [problem.members[0].id])
    since = dice.choice(SINCE)
    ill = begun(with_ill(problem, away, since), since)
    guests = [guest_like(next(each for each in day.members if each.id == away))] if with_guest else []
    began = process_time()
    ways = planned(ill, NO_TERMS, away, guests)
    covers = [next(ways)]
    first = process_time() - began
    covers += ways
    best = best_first(covers, NO_TERMS)[0]
    seconds = process_time() - began
    members = best.problem.members if best.way.kind == "guest" else ill.members
    full = plan(replace(ill, members=members))
    return MeasuredCover(first, seconds, best.ranked <= in_order(full.costs, ill.tiers))


def begun(problem: Problem, since: int) -> Problem:
    """Return the problem with the visits fixed that began before a second, and nothing new before it."""
    return replace(
        problem,
        demands=tuple(
            replace(each, pins=each.previous)
            if each.previous and max(pin.start for pin in each.previous) < since
            else replace(each, opens=max(each.opens, since), closes=max(each.closes, since))
            for each in problem.demands
        ),
    )


def guest_like(member: Member) -> Member:
    """Return a guest with the role, the qualifications and the hours of a member."""
    return replace(member, id=f"guest-for-{member.id}")


def figures(measured: Sequence[MeasuredCover]) -> list[Figure]:
    """Return the figures."""
    first, seconds = [each.first for each in measured], [each.seconds for each in measured]
    size, below = len(measured), Goal(less_than=1)
    return [
        Figure(name="cover-first-p50", ours=median(first), unit="seconds", size=size),
        Figure(name="cover-first-p95", ours=quantile(first, 0.95), unit="seconds", goal=below, size=size),
        Figure(name="cover-all-p50", ours=median(seconds), unit="seconds", size=size),
        Figure(name="cover-all-p95", ours=quantile(seconds, 0.95), unit="seconds", size=size),
        Figure(name="cover-as-good", ours=sum(each.is_equal for each in measured) / size, unit="share", size=size),
    ]
