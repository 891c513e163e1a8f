"""Measures proofs of team-days: how many are proved, or within 1 %, after some seconds of the processor.

A day is proved when all tiers are. It is within 1 % when the bound of its first unproved tier is within 1 % of that
tier's cost. One run of each day, search and proof, gives all moments; its limits count work, so only seconds differ.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from math import inf
from statistics import median
from time import process_time

from infra.bench.solver.team_days import team_days, weighed
from infra.planning.plan_day import FULL
from infra.planning.solver_pool import SMALLEST
from infra.simulate.town import OnProgress
from schedulers.problem import Budget, Problem

MOMENTS = (1, 2, 5, 20)
"""Seconds of the processor, search included."""

DETERMINISTIC = 24.0
"""Deterministic time, of which a day gets its part: some 20 seconds on the machine of the documentation."""

NEAR = 0.99

CLASSES = ((10, 14), (15, 18), (19, 22), (23, 25))
"""Least and greatest number of visits."""

BoundReport = tuple[float, int, int, int]
"""Seconds, tier, best cost known, bound."""


@dataclass(frozen=True, slots=True)
class ProvedDay:
    """One day: the reports of its proof, and its first unproved tier (`bound_tier` None: proved)."""

    team_id: str
    visits: int
    members: int
    seconds: float
    bound_tier: str | None
    reports: tuple[BoundReport, ...]

    def as_json(self) -> dict[str, object]:
        """Return the fields of the `--json` answer."""
        return {
            "team_id": self.team_id,
            "visits": self.visits,
            "members": self.members,
            "seconds": self.seconds,
            "bound_tier": self.bound_tier,
            "told": self.reports,
        }

    def state(self, seconds: float) -> str:
        """Return `proved`, `within` or `unknown` after these seconds."""
        if self.bound_tier is None and self.seconds <= seconds:
            return "proved"
        known = [each for each in self.reports if each[0] <= seconds]
        return "within" if known and NEAR * known[-1][2] <= known[-1][3] < known[-1][2] else "unknown"

    @property
    def near(self) -> float:
        """Seconds from which on it is within 1 % or proved; infinite if it never stays so."""
        since = self.seconds if self.bound_tier is None else inf
        for moment in reversed([each[0] for each in self.reports]):
            if self.state(moment) == "unknown":
                break
            since = moment
        return since


@dataclass(frozen=True, slots=True)
class ProvedClass:
    """Days of one size: the number in each state at each moment, and the median of the seconds to 1 %."""

    visits: str
    days: int
    at: dict[str, dict[str, int]]
    near: float | None


def measure(
    executor: Executor,
    days: int,
    seed: int,
    on_progress: OnProgress,
    deterministic: float = DETERMINISTIC,
) -> list[ProvedDay]:
    """Plan and prove this many days, as many at once as the executor has processes."""
    budget = replace(FULL, deterministic=deterministic)
    proved: list[ProvedDay] = []
    for day in executor.map(prove_day, map(weighed, team_days(days, seed, budget))):
        on_progress("measuring", len(proved), days)
        proved.append(day)
    return proved


@cache
def loaded() -> None:
    """Load the solvers once in each process, so that no day's seconds include it."""
    from schedulers.plan import plan  # noqa: PLC0415 -- only who measures needs the solvers

    plan(replace(SMALLEST, budget=Budget(iterations=1, deterministic=0.1)))


def prove_day(problem: Problem) -> ProvedDay:
    """Plan one day and record the reports of its proof."""
    from schedulers.plan import plan  # noqa: PLC0415 -- likewise

    loaded()
    reports: list[BoundReport] = []
    began = process_time()
    roster = plan(problem, lambda tier, cost, bound: reports.append((process_time() - began, tier, cost, bound)))
    return ProvedDay(
        team_id=problem.team_id,
        visits=len(problem.demands),
        members=len(problem.members),
        seconds=process_time() - began,
        bound_tier=roster.bound_tier,
        reports=tuple(reports),
    )


def classes(days: Sequence[ProvedDay]) -> list[ProvedClass]:
    """Return the classes of size that have days, and the class of all days."""
    sizes = [_class(f"{low}-{high}", [each for each in days if low <= each.visits <= high]) for low, high in CLASSES]
    return [each for each in sizes if each.days] + [_class("", days)]


def _class(visits: str, days: Sequence[ProvedDay]) -> ProvedClass:
    at = {
        str(moment): {
            state: sum(each.state(moment) == state for each in days) for state in ("proved", "within", "unknown")
        }
        for moment in MOMENTS
    }
    near = median(each.near for each in days) if days else inf
    return ProvedClass(visits=visits, days=len(days), at=at, near=None if near == inf else near)
