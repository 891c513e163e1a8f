"""The solver, measured: its start, its travel times, its proofs, and the public instances."""

from collections.abc import Sequence
from pathlib import Path

from infra.bench import start as starting
from infra.bench.solver import night as nights
from infra.bench.solver import proofs as proving
from infra.bench.solver import streets as on_streets
from infra.bench.solver.measure import SETS, run
from infra.cli.bench.results import BenchFigures, InstanceRows, ProofFigures
from infra.cli.session import Session
from infra.edges.problems import OptionsError
from infra.planning.solver_pool import pool


def start(session: Session, rounds: int) -> BenchFigures:  # noqa: ARG001 -- shows no progress
    """Measure how a new process begins."""
    return BenchFigures(starting.measure(rounds))


def streets(session: Session, days: int, seed: int) -> BenchFigures:
    """Measure days planned on straight lines and on streets, both valued on the streets."""
    with session.steps() as on_progress:
        return BenchFigures(on_streets.measure(days, seed, on_progress))


def proofs(session: Session, days: int, seed: int, deterministic: float | None) -> ProofFigures:
    """Measure how many days are proved at each moment."""
    with pool() as executor, session.steps() as on_progress:
        proved = proving.measure(executor, days, seed, on_progress, deterministic or proving.DETERMINISTIC)
    return ProofFigures(proving.classes(proved), proved, proving.MOMENTS)


def night(session: Session, days: int, compared: int, seed: int) -> BenchFigures:
    """Measure the plans of a night; it failed if a plan is worse than with the whole search before the proof."""
    with pool() as executor, session.steps() as on_progress:
        figures = nights.measure(executor, days, min(compared, days), seed, on_progress)
    return BenchFigures(figures, failed=any(each.name.endswith("-worse") and each.met is False for each in figures))


def solver(
    session: Session,
    instances: Path,
    seconds: float,
    sets: Sequence[str],
    against: Sequence[str],
    seed: int,
    seeds: int,
    *,
    curve: bool,
) -> InstanceRows:
    """Measure the solver on the public instances; each row is shown when it is measured."""
    try:
        rows = run(instances, sets or SETS, seconds, against, range(seed, seed + seeds), curve, write=session.narrate)
    except ValueError as error:
        raise OptionsError(str(error)) from error
    return InstanceRows(rows)
