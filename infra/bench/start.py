"""Starts of a new process: processor time to the first plan, with a warm cache, and to the help of the command line."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from infra.bench.figures import Figure, Goal

SECONDS = 1.5
"""Limit of the first plan of a new process."""

FIRST = """
import sys
from time import process_time
from schedulers.problem import Budget, Demand, Member, Problem, Service
hour, many = 3600, 15
crew = tuple(
    Member(id=f"m{i}", roles=("nurse",) if i else ("gp",), works=((8 * hour, 17 * hour),), start_place=0, end_place=0)
    for i in range(4)
)
visits = tuple(
    Demand(id=f"v{i}", place=i, services=(Service(roles=("nurse",), seconds=1800),), opens=8 * hour, closes=16 * hour)
    for i in range(many)
)
legs = tuple(tuple(60 * abs(i - j) for j in range(many)) for i in range(many))
budget = Budget(iterations=1, deterministic=float(sys.argv[1]))
from schedulers.plan import plan
plan(Problem(team_id="t", day="2026-03-02", members=crew, demands=visits, travel={"walk": legs}, budget=budget))
print(process_time())
"""
"""A day of fifteen visits with almost no search, so that the start is measured and not the search."""


HELP_SECONDS = 0.1
"""Limit of the processor time of `jiayi --help`."""

HELP = """
import sys
from contextlib import redirect_stdout, suppress
from io import StringIO
from time import process_time
sys.argv[1:] = ["--help"]
from infra.cli.main import main
with redirect_stdout(StringIO()), suppress(SystemExit):
    main()
print(process_time())
"""
"""The help of the command line, imports included."""


def measure(rounds: int) -> list[Figure]:
    """Start this many processes with and without a proof, and for help; return the medians."""
    first(0.0)  # compiles missing code
    return [
        _figure("first-plan-live", [first(0.0) for _ in range(rounds)], SECONDS),
        _figure("first-plan-full", [first(1e-6) for _ in range(rounds)], SECONDS),
        _figure("help", [_seconds_of(HELP) for _ in range(rounds)], HELP_SECONDS),
    ]


def first(deterministic: float) -> float:
    """Plan a day in a new process; return the seconds of its processor time."""
    return _seconds_of(FIRST, str(deterministic))


def _seconds_of(code: str, *arguments: str) -> float:
    result = subprocess.run(  # noqa: S603 -- our own Python
        [sys.executable, "-c", code, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return float(result.stdout)


def _figure(name: str, seconds: Sequence[float], limit: float) -> Figure:
    return Figure(name=name, ours=median(seconds), unit="seconds", goal=Goal(less_than=limit), size=len(seconds))
