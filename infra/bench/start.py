"""Starts of a new process: processor time to the first plan, with a warm cache, to the help, and of one command."""

import subprocess
import sys
import tempfile
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

COMMAND_SECONDS = 1.0
"""Limit of the processor time of one command of the embedded system."""

COMMAND_LINE = """
import sys
from contextlib import redirect_stdout
from io import StringIO
from time import process_time
from infra.cli.main import main
with redirect_stdout(StringIO()):
    try:
        main()
    except SystemExit as left:
        if left.code:
            raise
print(process_time())
"""
"""One call of the command line, imports included."""

OPEN = """{"institution_id": "i1", "name": "East Street", "kind": "community-health", "sector": "public", "tier": 1,
"district": "Nanshan", "x": 0, "y": 0}"""


def measure(rounds: int) -> list[Figure]:
    """Start this many processes with and without a proof, for help and for a command; return the medians."""
    first(0.0)  # compiles missing code
    return [
        _figure("first-plan-live", [first(0.0) for _ in range(rounds)], SECONDS),
        _figure("first-plan-full", [first(1e-6) for _ in range(rounds)], SECONDS),
        _figure("help", [_seconds_of(COMMAND_LINE, "--help") for _ in range(rounds)], HELP_SECONDS),
        _figure("command", [_command() for _ in range(rounds)], COMMAND_SECONDS),
    ]


def first(deterministic: float) -> float:
    """Plan a day in a new process; return the seconds of its processor time."""
    return _seconds_of(FIRST, str(deterministic))


def _command() -> float:
    """Give the first command of an empty data folder in a new process; return the seconds of its processor time."""
    with tempfile.TemporaryDirectory(prefix="jiayi-bench-") as folder:
        return _seconds_of(COMMAND_LINE, "do", "OpenInstitution", OPEN, "--data", folder, "--now", "2026-03-02T07:00")


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
