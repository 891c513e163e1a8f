"""The public benchmark of home health care routing: solve and check; one JSON line for programs, more for people."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.cli.with_session import Session, progress, with_session
from infra.edges.problems import UsageError
from infra.edges.results import to_json

if TYPE_CHECKING:
    from schedulers.benchmark.hhcrsp import SolutionReport

INFEASIBLE = 1
"""The exit code of a solution that breaks a rule."""


@click.group()
def hhcrsp() -> None:
    """Solve and check instances of the public benchmark."""


@hhcrsp.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Wall time (10 if nothing is told).")
@click.option("--iterations", type=click.IntRange(min=1), help="Work instead of time: repeatable to the byte.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Where the solution is written.")
@with_session()
def solve(
    session: Session, file: Path, seconds: float | None, iterations: int | None, seed: int, out: Path | None
) -> None:
    """Solve the instance FILE; the last line is JSON with cost, components, bound, proved and iterations."""
    from schedulers.benchmark import hhcrsp as benchmark  # noqa: PLC0415 -- the compiler is loaded when something is solved

    if seconds is not None and iterations is not None:
        raise click.UsageError("--seconds and --iterations exclude each other")
    try:
        instance = benchmark.read(file)
    except ValueError as error:
        raise UsageError("benchmark-file-broken", detail=str(error)) from error
    with progress() as bar:
        task = bar.add_task(instance.name, total=iterations)
        solution = benchmark.solve(
            instance,
            benchmark.MaxSeconds(seconds or 10.0) if iterations is None else benchmark.MaxIterations(iterations),
            seed=seed,
            progress=lambda done, _: bar.update(task, completed=done),
        )
    if out is not None:
        benchmark.write(instance, solution, out)
    report = benchmark.check(instance, solution)
    _tell(session, instance.name, report)
    told = {
        "instance": instance.name,
        **_worth(report),
        "bound": solution.bound,
        "proved": solution.proved,
        "iterations": solution.iterations,
        "seed": solution.seed,
    }
    click.echo(to_json(told))


@hhcrsp.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("solution", type=click.Path(path_type=Path))
@click.option("--tolerance", type=float, help="Minutes by which times may differ (0.01).")
@with_session()
def check(session: Session, file: Path, solution: Path, tolerance: float | None) -> int:
    """Judge a SOLUTION of the instance FILE; exit code 1 if it breaks a rule."""
    from schedulers.benchmark import hhcrsp as benchmark  # noqa: PLC0415 -- loaded when something is checked

    try:
        instance = benchmark.read(file)
        told = benchmark.read_solution(solution)
        allowed = benchmark.TOLERANCE if tolerance is None else tolerance
        report = benchmark.check(instance, told, allowed)
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError("benchmark-file-broken", detail=str(error)) from error
    _tell(session, instance.name, report)
    click.echo(to_json({"instance": instance.name, **_worth(report)}))
    return INFEASIBLE if report.violations else 0


def _worth(report: "SolutionReport") -> dict[str, Any]:
    return {
        "cost": report.cost,
        "components": report.components,
        "feasible": not report.violations,
        "violations": [{"rule": each.rule, "detail": each.detail} for each in report.violations],
    }


def _tell(session: Session, name: str, report: "SolutionReport") -> None:
    """Say on standard error what the JSON line says, unless only programs read."""
    if session.as_json:
        return
    for each in report.violations:
        click.echo(f"{session.say(each.rule)}: {each.detail}", err=True)
    parts = ", ".join(f"{session.say(part)} {value:g}" for part, value in report.components.items())
    cost = "" if report.cost is None else f" {session.say('cost')} {report.cost:g};"
    click.echo(f"{name}:{cost} {parts}", err=True)
