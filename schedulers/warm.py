"""`python -m schedulers.warm`: compiles all kernels into the cache, and deletes old caches."""

import os
from time import perf_counter

import numpy as np

from schedulers.benchmark.format import Caregiver, Instance, Patient
from schedulers.benchmark.parameters import DEFAULT
from schedulers.benchmark.search import search
from schedulers.plan import plan
from schedulers.problem import Budget, Demand, Member, Problem, Service
from schedulers.proof.columns import CostLimits, LabelQuery, StartWindows
from schedulers.proof.kernels.column_kernel import TRAVEL_TIME
from schedulers.proof.ng_routes import MemberNgRoutes
from schedulers.search.compiled import prune
from schedulers.search.search import DaySearch
from schedulers.tiers import Tier


def warm() -> float:
    """Run both searches and the proof on small problems; return the seconds of wall time."""
    begun = perf_counter()
    caregiver = Caregiver(id="c", abilities=frozenset({"s"}))
    patient = Patient(id="p", place=1, window=(0.0, 1.0), services=(("s", 1.0),))
    pair = (patient, Patient(id="q", place=2, window=(0.0, 1.0), services=(("s", 1.0),)))
    instance = Instance(name="warm", patients=pair, caregivers=(caregiver,), travel=np.ones((3, 3)), extended=False)
    search(instance, iterations=DEFAULT.temperatures, seed=1)
    member = Member(id="m", roles=("gp",), works=((0, 3600),), start_place=0, end_place=0)
    visit = Service(roles=("gp",), seconds=600)
    demand = Demand(
        id="d", place=1, services=(visit,), opens=0, closes=600, wish=(1200, 1200)
    )  # the wish cannot be met
    legs: dict[str, tuple[tuple[int, ...], ...]] = {"walk": ((0, 60), (60, 0))}
    budget = Budget(iterations=100, deterministic=0.1)
    day = Problem(team_id="t", day="2026-01-01", members=(member,), demands=(demand,), travel=legs, budget=budget)
    plan(day)
    state = DaySearch(day)
    routes = MemberNgRoutes(
        state, 0, LabelQuery(StartWindows(state, 0), CostLimits(), {Tier.TRAVEL: TRAVEL_TIME}, most_labels=8)
    )
    least = min(route.reduced_cost for route in routes.price({0: 0}, late=0, travel=1))
    routes.columns_within(least, most_labels=8)
    return perf_counter() - begun


if __name__ == "__main__":
    prune()
    print(f"solver compiled in {warm():.1f} s, kept in {os.environ['NUMBA_CACHE_DIR']}")  # noqa: T201
