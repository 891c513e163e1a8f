"""Instances of the public benchmark of home health care routing: solved and checked."""

from pathlib import Path

from infra.cli.operations.results import BrokenRule, CheckedSolution, Solution
from infra.cli.session import Session
from infra.edges.problems import OptionsError, UsageError
from schedulers.benchmark import hhcrsp as benchmark

SECONDS = 10.0


def solve(
    session: Session, file: Path, seconds: float | None, iterations: int | None, seed: int, out: Path | None
) -> Solution:
    """Solve an instance within seconds or iterations, and judge the solution."""
    if seconds is not None and iterations is not None:
        raise OptionsError("--seconds and --iterations exclude each other")
    limit = benchmark.MaxSeconds(seconds or SECONDS) if iterations is None else benchmark.MaxIterations(iterations)
    try:
        instance = benchmark.read(file)
    except ValueError as error:
        raise UsageError("benchmark-file-broken", detail=str(error)) from error
    with session.steps() as on_progress:
        solution = benchmark.solve(
            instance,
            limit,
            seed=seed,
            progress=lambda done, _: on_progress(instance.name, done, iterations),
        )
    if out is not None:
        benchmark.write(instance, solution, out)
    judged = _judged(instance.name, benchmark.check(instance, solution))
    return Solution(
        instance=judged.instance,
        cost=judged.cost,
        components=judged.components,
        feasible=judged.feasible,
        violations=judged.violations,
        bound=solution.bound,
        proved=solution.proved,
        iterations=solution.iterations,
        seed=solution.seed,
    )


def check(session: Session, file: Path, solution: Path, tolerance: float | None) -> CheckedSolution:  # noqa: ARG001 -- needs no system
    """Judge a solution of an instance."""
    try:
        instance = benchmark.read(file)
        allowed = benchmark.TOLERANCE if tolerance is None else tolerance
        report = benchmark.check(instance, benchmark.read_solution(solution), allowed)
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError("benchmark-file-broken", detail=str(error)) from error
    return _judged(instance.name, report)


def _judged(name: str, report: benchmark.SolutionReport) -> CheckedSolution:
    return CheckedSolution(
        instance=name,
        cost=report.cost,
        components=report.components,
        feasible=not report.violations,
        violations=[BrokenRule(each.rule, each.detail) for each in report.violations],
    )
