"""The first plan of a new process: processor time from the start of Python to the roster, with a warm cache."""

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


def measure(rounds: int) -> list[Figure]:
    """Start this many processes with and without a proof; return the medians."""
    first(0.0)  # compiles missing code
    return [
        _figure("first-plan-live", [first(0.0) for _ in range(rounds)]),
        _figure("first-plan-full", [first(1e-6) for _ in range(rounds)]),
    ]


def first(deterministic: float) -> float:
    """Plan a day in a new process; return the seconds of its processor time."""
    result = subprocess.run(  # noqa: S603 -- our own Python
        [sys.executable, "-c", FIRST, str(deterministic)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return float(result.stdout)


def _figure(name: str, seconds: Sequence[float]) -> Figure:
    return Figure(name=name, ours=median(seconds), unit="seconds", goal=Goal(less_than=SECONDS), size=len(seconds))
