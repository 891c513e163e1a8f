"""Measures the plans of a night: seconds of the processor for a team-day, from small days to full ones.

Days are random, with the order of costs of the nation's policy pack. They are planned as every evening and, to
compare, with the whole search before the whole proof. A city of 3,528 teams on two cores is extrapolated from the mean.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import chain
from statistics import fmean, median
from time import process_time

from infra.bench.figures import Figure, Goal
from infra.bench.solver.proofs import loaded
from infra.bench.solver.team_days import team_days, weighed
from infra.planning.plan_day import FULL
from infra.simulate.town import OnProgress
from schedulers.parameters import DEFAULT_PROOF, DEFAULT_SEARCH
from schedulers.problem import Problem, Roster
from schedulers.tiers import Tier, in_order

CITY = 3528
"""Team-days of a night."""

CORES = 2


@dataclass(frozen=True, slots=True)
class Night:
    """A size of team-days: least and most visits, the minutes in which a city is planned, and names of its figures."""

    visits: tuple[int, int]
    minutes: float
    alone: tuple[str, str, str, str]
    compared: tuple[str, str, str]


NIGHTS = (
    Night(
        (5, 11),
        4,
        ("night-small-p50", "night-small-mean", "night-small-city", "night-small-proved"),
        ("night-small-both-mean", "night-small-both-proved", "night-small-worse"),
    ),
    Night(
        (12, 25),
        8,
        ("night-full-p50", "night-full-mean", "night-full-city", "night-full-proved"),
        ("night-full-both-mean", "night-full-both-proved", "night-full-worse"),
    ),
)


@dataclass(frozen=True, slots=True)
class NightDay:
    """A day of a night: seconds of the processor, and whether it is proved.

    Where it was also planned with the whole search before the whole proof: the same of that plan, and whether ours is
    worse in a tier above travel.
    """

    seconds: float
    is_proved: bool
    whole_seconds: float | None = None
    whole_is_proved: bool = False
    is_worse: bool = False


def measure(executor: Executor, days: int, compared: int, seed: int, on_progress: OnProgress) -> list[Figure]:
    """Plan this many days of each size, and the first `compared` of them in both ways; return the figures."""
    lines: list[Figure] = []
    for number, night in enumerate(NIGHTS):
        planned: list[NightDay] = []
        problems = list(map(weighed, team_days(days, seed, FULL, night.visits)))
        both, one = executor.map(plan_both, problems[:compared]), executor.map(plan_one, problems[compared:])
        for each in chain(both, one):
            on_progress("measuring", number * days + len(planned), len(NIGHTS) * days)
            planned.append(each)
        lines += figures(night, planned)
    return lines


def plan_one(problem: Problem) -> NightDay:
    """Plan one day."""
    loaded()
    seconds, roster = _timed(problem)
    return NightDay(seconds, roster.proof == "proved")


def plan_both(problem: Problem) -> NightDay:
    """Plan one day in both ways."""
    loaded()
    seconds, roster = _timed(problem)
    whole_seconds, whole = _timed(replace(problem, search=DEFAULT_SEARCH, proof=DEFAULT_PROOF))
    above = problem.tiers[: problem.tiers.index(Tier.TRAVEL)]
    return NightDay(
        seconds=seconds,
        is_proved=roster.proof == "proved",
        whole_seconds=whole_seconds,
        whole_is_proved=whole.proof == "proved",
        is_worse=in_order(roster.costs, above) > in_order(whole.costs, above),
    )


def _timed(problem: Problem) -> tuple[float, Roster]:
    from schedulers.plan import plan  # noqa: PLC0415 -- only who measures needs the solvers

    began = process_time()
    roster = plan(problem)
    return process_time() - began, roster


def figures(night: Night, planned: Sequence[NightDay]) -> list[Figure]:
    """Return the figures of one size."""
    seconds, days, (p50, mean, city, proved_days) = [each.seconds for each in planned], len(planned), night.alone
    minutes, proved = CITY * fmean(seconds) / CORES / 60, sum(each.is_proved for each in planned)
    lines = [
        Figure(name=p50, ours=median(seconds), unit="seconds", size=days),
        Figure(name=mean, ours=fmean(seconds), unit="seconds", size=days),
        Figure(name=city, ours=minutes, unit="minutes", goal=Goal(less_than=night.minutes), size=CITY),
        Figure(name=proved_days, ours=proved, unit="team-days", size=days),
    ]
    both = [(each.whole_seconds, each) for each in planned if each.whole_seconds is not None]
    if both:
        size, whole, (both_mean, both_proved, worse_days) = len(both), "whole-plan", night.compared
        ours, limit = fmean(each.seconds for _, each in both), fmean(seconds for seconds, _ in both)
        proved, at_least = (sum(each.is_proved for _, each in both), sum(each.whole_is_proved for _, each in both))
        worse = sum(each.is_worse for _, each in both)
        lines += [
            Figure(name=both_mean, ours=ours, unit="seconds", limit_name=whole, limit=limit, size=size),
            Figure(name=both_proved, ours=proved, unit="team-days", limit_name=whole, limit=at_least, size=size),
            Figure(name=worse_days, ours=worse, unit="team-days", goal=Goal(less_than=1), size=size),
        ]
    return lines
