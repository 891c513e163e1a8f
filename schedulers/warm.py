"""`python -m schedulers.warm`: compile the searches once, so that nobody waits for it later; old caches are pruned."""

import os
from time import perf_counter

import numpy as np

from schedulers.benchmark.format import Caregiver, Instance, Patient
from schedulers.benchmark.search import STEPS, search
from schedulers.plan import plan
from schedulers.problem import Budget, Demand, Member, Problem, Service
from schedulers.proof.columns import Asked, Limits, Windows
from schedulers.proof.kernels.column_kernel import TRAVEL as ON_THE_WAY
from schedulers.proof.ng_routes import MemberWalks
from schedulers.search.compiled import prune
from schedulers.search.search import DaySearch
from schedulers.tiers import Tier


def warm() -> float:
    """Run both searches and the proof on the smallest of problems; the seconds it took."""
    begun = perf_counter()
    caregiver = Caregiver(id="c", abilities=frozenset({"s"}))
    patient = Patient(id="p", place=1, window=(0.0, 1.0), services=(("s", 1.0),))
    pair = (patient, Patient(id="q", place=2, window=(0.0, 1.0), services=(("s", 1.0),)))
    instance = Instance(name="warm", patients=pair, caregivers=(caregiver,), travel=np.ones((3, 3)), extended=False)
    search(instance, iterations=STEPS, seed=1)
    member = Member(id="m", roles=("gp",), works=((0, 3600),), start_place=0, end_place=0)
    visit = Service(roles=("gp",), seconds=600)
    demand = Demand(id="d", place=1, services=(visit,), opens=0, closes=600, wish=(1200, 1200))  # in vain
    legs: dict[str, tuple[tuple[int, ...], ...]] = {"walk": ((0, 60), (60, 0))}
    budget = Budget(iterations=100, deterministic=0.1)
    day = Problem(team_id="t", day="2026-01-01", members=(member,), demands=(demand,), travel=legs, budget=budget)
    plan(day)
    state = DaySearch(day)
    walks = MemberWalks(state, 0, Asked(Windows(state, 0), Limits(), {Tier.TRAVEL: ON_THE_WAY}, most_labels=8))
    least = min(one.cost for one in walks.price({0: 0}, late=0, way=1))
    walks.sets(least, most_labels=8)
    return perf_counter() - begun


if __name__ == "__main__":
    prune()
    print(f"solver compiled in {warm():.1f} s, kept in {os.environ['NUMBA_CACHE_DIR']}")  # noqa: T201
