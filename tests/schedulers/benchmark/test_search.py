from pathlib import Path

import numpy as np
import pytest

from schedulers.benchmark import hhcrsp
from schedulers.benchmark.format import Caregiver, Instance, Patient
from schedulers.benchmark.route_kernel import LATE, TOP, TRAVEL, rebuild, restore_best
from schedulers.benchmark.ruin_kernel import improve
from schedulers.benchmark.search import SCALE, route_state, ruin_state, search, start

DATA = Path(__file__).parents[2] / "data" / "hhcrsp"
TOWNS = [next(DATA.glob(f"*/{name}*.json")) for name in ("instance_003", "InstanzCPLEX_HCSRP_25_1", "000-cesena")]


@pytest.mark.parametrize("town", TOWNS, ids=lambda path: path.stem)
@pytest.mark.parametrize("temperature", [10_000.0, 1_000.0, 300.0])
def test_what_move_after_move_adds_up_to_is_what_the_routes_cost(town, temperature):
    m = route_state(hhcrsp.read(town))
    ruin = ruin_state(m)
    start(hhcrsp.read(town), m, seed=4, restart=0)
    for _ in range(20):
        best = improve(m, ruin, 1_000, temperature)
        reported = sum(m.cost[each] for each in (TRAVEL, LATE, TOP))
        assert rebuild(m) == reported
    assert restore_best(m) == best


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_cost_of_the_search_is_the_cost_that_the_checker_counts(seed):
    instance = hhcrsp.read(TOWNS[0])
    solution = search(instance, iterations=20_000, seed=seed)
    reported = hhcrsp.check(instance, hhcrsp.timed(instance, solution.routes, iterations=20_000, seed=seed))
    assert reported.violations == ()
    assert reported.cost == pytest.approx(solution.scaled / SCALE / 3, abs=1e-6)


def crossed(latest: float) -> Instance:
    """Each of two caregivers begins with one patient and comes second to the other."""
    wanted = {"p": (("a", 10.0), ("b", 10.0)), "q": (("c", 10.0), ("d", 10.0))}
    return Instance(
        name="crossed",
        patients=tuple(
            Patient(id=each, place=1, window=(0.0, latest), services=parts, sync="sequential", gap=(20.0, 30.0))
            for each, parts in wanted.items()
        ),
        caregivers=(
            Caregiver(id="x", abilities=frozenset({"a", "d"})),
            Caregiver(id="y", abilities=frozenset({"b", "c"})),
        ),
        travel=np.zeros((2, 2)),
        extended=False,
    )


def test_two_patients_are_seen_by_two_caregivers_in_crossed_order():
    solution = search(crossed(20.0), iterations=2_000, seed=1)
    assert solution.routes == (((0, 0), (1, 1)), ((1, 0), (0, 1)))
    assert solution.scaled == 0


def test_caregivers_who_would_wait_for_each_other_are_late_instead():
    crossed_both_ways = crossed(0.0)
    routes = search(crossed_both_ways, iterations=2_000, seed=1).routes
    solution = hhcrsp.timed(crossed_both_ways, routes, iterations=2_000, seed=1)
    assert hhcrsp.check(crossed_both_ways, solution).violations == ()
    assert solution.components["total_tardiness"] == 40.0


def test_the_budget_is_used_to_the_last_move():
    instance = hhcrsp.read(TOWNS[1])
    for iterations in (1, 399, 12_345, 500_000):
        reported: list[int] = []

        def note(done: int, _cost: float, reported: list[int] = reported) -> None:
            reported.append(done)

        search(instance, iterations=iterations, seed=1, progress=note)
        assert reported[-1] == iterations


def test_seconds_are_counted_by_the_clock_that_is_given():
    ticks = iter(range(10_000_000))
    solution = hhcrsp.solve(crossed(20.0), hhcrsp.MaxSeconds(400.0), seed=1, clock=lambda: float(next(ticks)))
    again = iter(range(10_000_000))
    assert solution == hhcrsp.solve(crossed(20.0), hhcrsp.MaxSeconds(400.0), seed=1, clock=lambda: float(next(again)))
