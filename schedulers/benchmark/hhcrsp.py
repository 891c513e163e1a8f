"""The benchmark's door: read an instance, solve it within seconds or iterations, write and check the solution.

The search finds; CP-SAT proves or bounds the small ones. A number of seconds is turned into a number of iterations
first, so that what was found can be asked for again by that number.
"""

from collections.abc import Callable
from time import perf_counter

from schedulers.benchmark.check import BENCHMARK_RULES, TOLERANCE, Report, Violation, check
from schedulers.benchmark.format import Instance, Json, Solution, Stop, read, read_solution, to_json, write
from schedulers.benchmark.search import STEPS, Progress, search
from schedulers.benchmark.times import earliest, timed

__all__ = [
    "BENCHMARK_RULES", "TOLERANCE", "Instance", "Json", "Report", "Solution", "Stop", "Violation",
    "check", "earliest", "read", "read_solution", "solve", "timed", "to_json", "write",
]  # fmt: skip

PROVABLE = 28
"""Services up to which a proof is tried."""

PROOF_PER_ITERATION, MOST_PROOF = 1e-5, 20.0
"""Deterministic seconds of CP-SAT for each iteration of the search, and the most, where no clock limits it."""

SEARCH_SHARE, MOST_SEARCH = 0.25, 2.0
"""The part of the seconds, and the most seconds, that the search takes where a proof is tried."""

MARGIN = 0.93
"""The part of the time that the budget fills: the speed is an estimate."""


def solve(
    instance: Instance,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    progress: Progress | None = None,
    clock: Callable[[], float] = perf_counter,
) -> Solution:
    """Solve within `seconds` of the clock or exactly `iterations`; the routes depend on iterations and seed alone.

    The clock is the wall's unless another is given.
    `progress` is called with (iterations done, best cost so far).

    Raises:
        ValueError: neither or both limits were given, or one that is not positive.
    """
    if (seconds is None) == (iterations is None) or (seconds or iterations or 0) <= 0:
        raise ValueError("solve takes a positive number of seconds or of iterations, one of them")
    if not instance.patients:
        return timed(instance, tuple(() for _ in instance.caregivers), iterations=iterations or 0, seed=seed)
    search(instance, iterations=STEPS, seed=seed)  # loads the compiled code, outside the clock
    begun = clock()
    provable = not instance.extended and sum(len(p.services) for p in instance.patients) <= PROVABLE
    if iterations is None:
        assert seconds is not None
        share = min(seconds * SEARCH_SHARE, MOST_SEARCH) if provable else seconds
        iterations = affordable(instance, share, seed, clock)
    found = search(instance, iterations=iterations, seed=seed, progress=progress)
    if not provable:
        return timed(instance, found.routes, iterations=iterations, seed=seed)
    from schedulers.benchmark.cp_model import prove  # noqa: PLC0415 -- OR-Tools is loaded only where it is used

    left = None if seconds is None else max(0.1, (seconds - (clock() - begun)) * MARGIN)
    work = min(MOST_PROOF, iterations * PROOF_PER_ITERATION) if left is None else seconds or 0.0
    proof = prove(instance, found, deterministic=work, seconds=left)
    # The clock may decide how far a proof comes, never the answer: better routes of CP-SAT only lower the bound.
    proved = proof.proved and proof.routes == found.routes
    return timed(instance, found.routes, iterations=iterations, seed=seed, bound=proof.bound, proved=proved)


def affordable(instance: Instance, seconds: float, seed: int, clock: Callable[[], float] = perf_counter) -> int:
    """Iterations that fit into the seconds, the measuring included."""
    begun, tried, took = clock(), 5_000, 0.0
    while took < 0.01 * seconds:
        tried *= 2
        start = clock()
        search(instance, iterations=tried, seed=seed)
        took = clock() - start
    left = seconds - (clock() - begun)
    return max(STEPS, int(tried / took * left * MARGIN))
