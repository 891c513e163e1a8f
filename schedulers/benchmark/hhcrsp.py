"""The API of the benchmark engine: read an instance, solve it, write and check the solution.

Annealing with ruin and recreate searches; CP-SAT proves or bounds small instances. Seconds are converted to iterations
first, so that the same iterations give the same solution again.
"""

from collections.abc import Callable
from time import perf_counter

from schedulers.benchmark.check import BENCHMARK_RULES, TOLERANCE, SolutionReport, SolutionViolation, check
from schedulers.benchmark.format import Instance, Json, Solution, Stop, read, read_solution, to_json, write
from schedulers.benchmark.parameters import DEFAULT
from schedulers.benchmark.search import Progress, search
from schedulers.benchmark.times import earliest, timed
from schedulers.search.stop import MaxIterations, MaxSeconds

__all__ = [
    "BENCHMARK_RULES", "TOLERANCE", "Instance", "Json", "MaxIterations", "MaxSeconds", "Solution", "SolutionReport",
    "SolutionViolation", "Stop",
    "check", "earliest", "read", "read_solution", "solve", "timed", "to_json", "write",
]  # fmt: skip

PROVABLE = 28
"""Most services of an instance for which a proof is tried."""

PROOF_PER_ITERATION, MOST_PROOF = 1e-5, 20.0
"""Deterministic seconds of CP-SAT for each iteration of the search, and the most, without a clock."""

SEARCH_SHARE, MOST_SEARCH = 0.25, 2.0
"""The share of the seconds, and the most seconds, of the search if a proof is tried."""

MARGIN = 0.93
"""The share of the time that the budget fills: the speed is an estimate."""


def solve(
    instance: Instance,
    stop: MaxIterations | MaxSeconds,
    *,
    seed: int = 1,
    progress: Progress | None = None,
    clock: Callable[[], float] = perf_counter,
) -> Solution:
    """Solve until a stop criterion; the routes depend on iterations and seed alone.

    Seconds are of `clock`, the wall clock by default. `progress` is called with (iterations done, best cost so far).

    Raises:
        ValueError: the stop criterion is not positive.
    """
    seconds = stop.seconds if isinstance(stop, MaxSeconds) else None
    iterations = stop.iterations if isinstance(stop, MaxIterations) else None
    if (seconds or iterations or 0) <= 0:
        raise ValueError("a solution takes a positive number of seconds or of iterations")
    if not instance.patients:
        return timed(instance, tuple(() for _ in instance.caregivers), iterations=iterations or 0, seed=seed)
    search(instance, iterations=DEFAULT.temperatures, seed=seed)  # loads the compiled code, outside the clock
    started = clock()
    provable = not instance.extended and sum(len(p.services) for p in instance.patients) <= PROVABLE
    if iterations is None:
        assert seconds is not None
        share = min(seconds * SEARCH_SHARE, MOST_SEARCH) if provable else seconds
        iterations = affordable(instance, share, seed, clock)
    incumbent = search(instance, iterations=iterations, seed=seed, progress=progress)
    if not provable:
        return timed(instance, incumbent.routes, iterations=iterations, seed=seed)
    from schedulers.benchmark.cp_model import prove  # noqa: PLC0415 -- OR-Tools is loaded only where it is used

    left = None if seconds is None else max(0.1, (seconds - (clock() - started)) * MARGIN)
    work = min(MOST_PROOF, iterations * PROOF_PER_ITERATION) if left is None else seconds or 0.0
    proof = prove(instance, incumbent, deterministic=work, seconds=left)
    # The clock may decide how far a proof comes, never the routes: better routes of CP-SAT only lower the bound.
    proved = proof.proved and proof.routes == incumbent.routes
    return timed(instance, incumbent.routes, iterations=iterations, seed=seed, bound=proof.bound, proved=proved)


def affordable(instance: Instance, seconds: float, seed: int, clock: Callable[[], float] = perf_counter) -> int:
    """Return the iterations that fit into the seconds, including this measurement."""
    started, tried, took = clock(), 5_000, 0.0
    while took < 0.01 * seconds:
        tried *= 2
        start = clock()
        search(instance, iterations=tried, seed=seed)
        took = clock() - start
    left = seconds - (clock() - started)
    return max(DEFAULT.temperatures, int(tried / took * left * MARGIN))
