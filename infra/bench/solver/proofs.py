"""Proofs of team-days: how many are proved, and how many nearly, after so many seconds of the processor.

A day is proved when all tiers are. It is within 1 % when the bound of its first unproved tier is within 1 % of that
tier's cost. One run of each day, search and proof, tells all moments; the work is counted, so only seconds differ.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from math import inf
from statistics import median
from time import process_time

from infra.bench.solver.team_days import team_days
from infra.planning.plan_day import FULL
from infra.planning.solver_pool import SMALLEST
from schedulers.problem import Budget, Problem

MOMENTS = (1, 2, 5, 20)
"""Seconds of the processor, search included."""

DETERMINISTIC = 8.0
"""Of CP-SAT: about 20 seconds on the machine of the documents."""

NEAR = 0.99

CLASSES = ((10, 14), (15, 18), (19, 22), (23, 25))
"""Least and most visits."""

Progress = Callable[[str, int, int], None]

Told = tuple[float, int, int, int]
"""Seconds, tier, best cost known, bound."""


@dataclass(frozen=True, slots=True)
class ProvedDay:
    """One day: what was known when, and how it ended (`bound_tier` None: proved)."""

    team_id: str
    visits: int
    members: int
    seconds: float
    bound_tier: str | None
    told: tuple[Told, ...]

    def state(self, seconds: float) -> str:
        """Return `proved`, `within` or `unknown` after so many seconds."""
        if self.bound_tier is None and self.seconds <= seconds:
            return "proved"
        known = [each for each in self.told if each[0] <= seconds]
        return "within" if known and NEAR * known[-1][2] <= known[-1][3] < known[-1][2] else "unknown"

    @property
    def near(self) -> float:
        """Seconds from which on it was within 1 % or proved; infinite if it never stayed so."""
        found = self.seconds if self.bound_tier is None else inf
        for moment in reversed([each[0] for each in self.told]):
            if self.state(moment) == "unknown":
                break
            found = moment
        return found


@dataclass(frozen=True, slots=True)
class ProvedClass:
    """Days of one size: how many of them were how far at each moment, and the median of the seconds to 1 %."""

    visits: str
    days: int
    at: dict[str, dict[str, int]]
    near: float | None


def measure(
    executor: Executor,
    days: int,
    seed: int,
    told: Callable[[str, int, int], None],
    deterministic: float = DETERMINISTIC,
) -> list[ProvedDay]:
    """Plan and prove so many days, as many at once as the executor has processes."""
    budget = replace(FULL, deterministic=deterministic)
    found: list[ProvedDay] = []
    for day in executor.map(prove_day, team_days(days, seed, budget)):
        told("measuring", len(found), days)
        found.append(day)
    return found


@cache
def _loaded() -> None:
    """Load the solvers once in each process, so that no day's seconds hold that."""
    from schedulers.plan import plan  # noqa: PLC0415 -- only who measures needs the solvers

    plan(replace(SMALLEST, budget=Budget(iterations=1, deterministic=0.1)))


def prove_day(problem: Problem) -> ProvedDay:
    """Plan one day and note what its proof tells."""
    from schedulers.plan import plan  # noqa: PLC0415 -- likewise

    _loaded()
    told: list[Told] = []
    began = process_time()
    roster = plan(problem, lambda tier, cost, bound: told.append((process_time() - began, tier, cost, bound)))
    return ProvedDay(
        team_id=problem.team_id,
        visits=len(problem.demands),
        members=len(problem.members),
        seconds=process_time() - began,
        bound_tier=roster.bound_tier,
        told=tuple(told),
    )


def classes(days: Sequence[ProvedDay]) -> list[ProvedClass]:
    """Return the classes of size that have days, and all of them."""
    found = [_class(f"{low}-{high}", [each for each in days if low <= each.visits <= high]) for low, high in CLASSES]
    return [each for each in found if each.days] + [_class("", days)]


def _class(visits: str, days: Sequence[ProvedDay]) -> ProvedClass:
    at = {
        str(moment): {
            state: sum(each.state(moment) == state for each in days) for state in ("proved", "within", "unknown")
        }
        for moment in MOMENTS
    }
    near = median(each.near for each in days) if days else inf
    return ProvedClass(visits=visits, days=len(days), at=at, near=None if near == inf else near)
