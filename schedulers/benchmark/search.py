"""Annealing of a benchmark instance: tables, restarts and cooling; a function of instance, iterations and seed.

Sources: simulated annealing, Kirkpatrick, Gelatt and Vecchi (1983, doi 10.1126/science.220.4598.671), with ruin and
recreate (Schrimpf et al., 2000, doi 10.1006/jcph.1999.6413).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedulers.benchmark.format import Floats, Instance
from schedulers.benchmark.parameters import DEFAULT, BenchmarkParameters
from schedulers.benchmark.route_kernel import (
    BEST,
    CLOSES,
    DOUBLE,
    LEAST,
    LENGTH,
    MOST,
    OPENS,
    PLACE,
    RouteState,
    greedy,
    restore_best,
)  # fmt: skip
from schedulers.benchmark.ruin_kernel import MOST_REMOVED, PLACES, RuinState, improve
from schedulers.search.compiled import Ints, draw_unit, ints, seeded, zeros
from schedulers.search.stop import MaxIterations

SCALE = 1000
"""Integer units of a minute: the data have three decimals, so nothing is lost."""

Whole = npt.NDArray[np.int64]
Progress = Callable[[int, float], None]
Service = tuple[int, int]
Routes = tuple[tuple[Service, ...], ...]
"""By caregiver, in order: (patient, part) indices."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Routes and their cost in integer units (travel + tardiness + highest tardiness + extra time)."""

    routes: Routes
    scaled: int


def scaled(values: float | Floats) -> Whole:
    """Convert minutes to integer units."""
    return np.asarray(np.rint(np.asarray(values) * SCALE), dtype=np.int64)


def annealings(
    patients: int, iterations: int, parameters: BenchmarkParameters = DEFAULT
) -> list[tuple[int, float, bool]]:
    """Split a budget into runs: (moves, first temperature, from new routes or from the best so far)."""
    one, large = parameters.moves_per_patient * max(patients, 5), patients > parameters.small
    if iterations < one:
        return [(iterations, parameters.first_temperature, True)]
    first = iterations // (3 if large and iterations >= parameters.worth_continuing * one else 2)
    most_new = parameters.most_new_large if large else parameters.most_new_small
    new, more = max(1, min(most_new, first // one)), parameters.continuations
    is_long = large and first // new >= parameters.long_moves * patients
    temperature = parameters.long_temperature if is_long else parameters.first_temperature
    runs = [(moves, temperature, True) for moves in MaxIterations(first).spread(new)]
    warm = parameters.warm_temperature
    return runs + [(moves, warm, False) for moves in MaxIterations(iterations - first).spread(more)]


def route_state(instance: Instance, parameters: BenchmarkParameters = DEFAULT) -> RouteState:
    """Return the instance as tables."""
    n, k = len(instance.patients), len(instance.caregivers)
    length, able = np.zeros(2 * n), np.zeros((k, 2 * n), dtype=np.int64)
    for p, patient in enumerate(instance.patients):
        for j, (_, minutes) in enumerate(patient.services):
            length[2 * p + j] = minutes
            for c in range(k):
                able[c, 2 * p + j] = instance.able(c, p, j)
    who, whos = np.zeros((2 * n, k + 1), dtype=np.int64), able.sum(axis=0)
    who[:, k] = whos
    for v in range(2 * n):
        who[v, : whos[v]] = np.flatnonzero(able[:, v])
    near = nearest(instance, able, parameters)
    m = RouteState(
        n=n,
        k=k,
        nears=near.shape[1],
        travel=ints(scaled(instance.travel)),
        able=ints(able),
        who=ints(who),
        near=near,
        node=zeros(2 * (n + k), 8),
        unit=zeros(n + k, 4),
        scratch=zeros(16 * (n + k) + 100, 4),
        cost=zeros(9),
        best=zeros(2 * (n + k)),
        random=zeros(1),
    )
    for p, each in enumerate(instance.patients):
        opens, closes, least, most = (int(scaled(time)) for time in (*each.window, *each.gap))
        m.unit[p, DOUBLE], m.unit[p, LEAST], m.unit[p, MOST] = len(each.services) - 1, least, most
        for v in (2 * p, 2 * p + 1):
            m.node[v, PLACE], m.node[v, LENGTH] = each.place, int(scaled(length[v]))
            m.node[v, OPENS], m.node[v, CLOSES] = opens, closes
    for c, caregiver in enumerate(instance.caregivers):
        for v in (2 * (n + c), 2 * (n + c) + 1):
            m.node[v, PLACE] = caregiver.home
            m.node[v, OPENS], m.node[v, CLOSES] = (int(scaled(time)) for time in caregiver.shift)
    return m


def ruin_state(m: RouteState) -> RuinState:
    """Return the tables of ruin and recreate."""
    return RuinState(out=zeros(m.n, 3), places=zeros(2 * PLACES, 2), removed=zeros(2 * MOST_REMOVED, 2))


def nearest(instance: Instance, able: Whole, parameters: BenchmarkParameters) -> Ints:
    """Return (n, m) near patients: little travel and waiting directly before or after, not late, a common caregiver.

    m is `near_small` or `near_large`, if there are as many.
    """
    patients, n = instance.patients, len(instance.patients)
    place = np.array([p.place for p in patients])
    opens, closes = np.array([p.window[0] for p in patients]), np.array([p.window[1] for p in patients])
    length = np.array([p.services[0][1] for p in patients])
    leg = instance.travel[np.ix_(place, place)]
    waits = np.maximum(0, opens[None, :] - (closes + length)[:, None] - leg)
    late = np.maximum(0, (opens + length)[:, None] + leg - closes[None, :])
    after = leg + 0.2 * waits + late
    cost = np.minimum(after, after.T)
    any_part = np.maximum(able[:, 0::2], able[:, 1::2])
    cost[(any_part.T @ any_part) == 0] += 1e6
    np.fill_diagonal(cost, 1e9)
    most = parameters.near_small if n <= parameters.small else parameters.near_large
    m = max(1, min(most, n - 1))
    return ints(np.argsort(cost, axis=1, kind="stable")[:, :m])


def start(instance: Instance, m: RouteState, seed: int, restart: int) -> None:
    """Construct initial routes: patients by the middle of their windows, each with the cheapest caregivers."""
    m.random[0] = seeded(seed, restart)
    keys = [(p.window[0] + p.window[1]) / 2 + draw_unit(m.random) for p in instance.patients]
    greedy(m, ints(sorted(range(m.n), key=lambda p: (keys[p], p))))


def search(
    instance: Instance,
    *,
    iterations: int,
    seed: int,
    progress: Progress | None = None,
    parameters: BenchmarkParameters = DEFAULT,
) -> SearchResult:
    """Anneal `iterations` moves in all; a function of its arguments.

    `progress` is called with (iterations done, best cost so far per third in minutes).
    """
    m = route_state(instance, parameters)
    steps, cold = parameters.temperatures, parameters.last_temperature
    ruin = ruin_state(m)
    best_result: SearchResult | None = None
    done = 0
    for run, (share, first_temperature, fresh) in enumerate(annealings(m.n, iterations, parameters)):
        if fresh or best_result is None:
            start(instance, m, seed, run)
        else:
            _continue_from(m, best_result.routes)
        for step, moves in enumerate(MaxIterations(share).spread(steps)):
            temperature = first_temperature * (cold / first_temperature) ** (step / (steps - 1))
            best = improve(m, ruin, moves, temperature * 3 * SCALE)
            done += moves
            if progress is not None:
                progress(done, (min(best, best_result.scaled) if best_result else best) / 3 / SCALE)
        best = restore_best(m)
        if best_result is None or best < best_result.scaled:
            best_result = SearchResult(_routes(m), best)
    assert best_result is not None
    return best_result


def _continue_from(m: RouteState, routes: Routes) -> None:
    """Continue from these routes."""
    for c, route in enumerate(routes):
        v = 2 * (m.n + c)
        for p, j in route:
            m.best[v] = 2 * p + j
            v = 2 * p + j
        m.best[v] = 2 * (m.n + c) + 1
    m.cost[BEST] = restore_best(m)


def _routes(m: RouteState) -> Routes:
    routes: list[tuple[Service, ...]] = []
    for c in range(m.k):
        v, route = m.best[2 * (m.n + c)], []
        while v < 2 * m.n:
            route.append((int(v) >> 1, int(v) & 1))
            v = m.best[v]
        routes.append(tuple(route))
    return tuple(routes)
