"""Annealing of a benchmark instance: the compiled search's arrays, restarts and cooling, a function of its budget."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedulers.benchmark.format import Floats, Instance
from schedulers.benchmark.route_kernel import (
    BEST,
    CLOSES,
    DOUBLE,
    LEAST,
    LENGTH,
    MOST,
    OPENS,
    PLACE,
    Memory,
    back_to_best,
    greedy,
)  # fmt: skip
from schedulers.benchmark.ruin_kernel import MOST_OUT, PLACES, Spare, improve
from schedulers.search.compiled import Ints, draw_unit, ints, seeded, zeros

SCALE = 1000
"""Whole units in a minute: the data have three decimals, so nothing is lost."""

FEW = 120
"""Patients up to which more of the others count as near."""

HOT, HOTTER, WARM, COLD = 7.0, 12.0, 1.5, 0.2
"""Temperatures of the cost per third (the unit of the benchmark's cost): the first of an annealing, the first of a long
one of many patients, the first of one that goes on from the best routes, the last."""

LONG = 50_000
"""Moves for each patient that make an annealing a long one."""

FRESH_OF_FEW, FRESH, AGAIN = 12, 6, 2
"""Annealings that start afresh, at most (of few patients more), and then from the best routes so far, if the budget is
worth more than one."""

WORTH = 10
"""Annealings that a budget is worth from which on, of many patients, a third of it starts afresh and not a half: their
best routes gain more by going on than by another start."""

PER_PATIENT = 25_000
"""Moves for each patient that are worth an annealing of its own."""

NEAR, NEAR_OF_MANY = 14, 12
"""Patients that count as near, among few and among more; tried on all sets, there is no law behind it."""

STEPS = 400
"""Temperatures of one annealing."""

Whole = npt.NDArray[np.int64]
Progress = Callable[[int, float], None]
Service = tuple[int, int]
Routes = tuple[tuple[Service, ...], ...]
"""By caregiver, in order: (patient, part) indices."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the search returns: routes and their cost in scaled units (travel + tardiness + highest + extra time)."""

    routes: Routes
    scaled: int


def scaled(values: float | Floats) -> Whole:
    """Minutes to whole units."""
    return np.asarray(np.rint(np.asarray(values) * SCALE), dtype=np.int64)


def annealings(patients: int, iterations: int) -> list[tuple[int, float, bool]]:
    """How the budget is used: (moves, first temperature, does it start afresh or from the best so far) of each run."""
    one = PER_PATIENT * max(patients, 5)
    if iterations < one:
        return [(iterations, HOT, True)]
    first = iterations // (3 if patients > FEW and iterations >= WORTH * one else 2)
    rest = iterations - first
    fresh = max(1, min(FRESH_OF_FEW if patients <= FEW else FRESH, first // one))
    hot = HOTTER if patients > FEW and first // fresh >= LONG * patients else HOT
    runs = [(first * (i + 1) // fresh - first * i // fresh, hot, True) for i in range(fresh)]
    return runs + [(rest * (i + 1) // AGAIN - rest * i // AGAIN, WARM, False) for i in range(AGAIN)]


def memory_of(instance: Instance) -> Memory:
    """The instance as arrays; see `Memory`."""
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
    near = nearest(instance, able)
    m = Memory(
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


def spare_of(m: Memory) -> Spare:
    """What rounds need beside the memory."""
    return Spare(out=zeros(m.n, 3), places=zeros(2 * PLACES, 2), gone=zeros(2 * MOST_OUT, 2))


def nearest(instance: Instance, able: Whole) -> Ints:
    """(n, m) patients that go well directly before or after each: little travel and waiting, not late, one caregiver.

    m is NEAR or NEAR_OF_MANY where there are so many.
    """
    sick, n = instance.patients, len(instance.patients)
    place = np.array([p.place for p in sick])
    opens, closes = np.array([p.window[0] for p in sick]), np.array([p.window[1] for p in sick])
    length = np.array([p.services[0][1] for p in sick])
    leg = instance.travel[np.ix_(place, place)]
    waits = np.maximum(0, opens[None, :] - (closes + length)[:, None] - leg)
    late = np.maximum(0, (opens + length)[:, None] + leg - closes[None, :])
    after = leg + 0.2 * waits + late
    cost = np.minimum(after, after.T)
    any_part = np.maximum(able[:, 0::2], able[:, 1::2])
    cost[(any_part.T @ any_part) == 0] += 1e6
    np.fill_diagonal(cost, 1e9)
    m = max(1, min(NEAR if n <= FEW else NEAR_OF_MANY, n - 1))
    return ints(np.argsort(cost, axis=1, kind="stable")[:, :m])


def start(instance: Instance, m: Memory, seed: int, restart: int) -> None:
    """A start of the search: patients by the middle of their windows, each with the cheapest caregivers."""
    m.random[0] = seeded(seed, restart)
    keys = [(p.window[0] + p.window[1]) / 2 + draw_unit(m.random) for p in instance.patients]
    greedy(m, ints(sorted(range(m.n), key=lambda p: (keys[p], p))))


def search(instance: Instance, *, iterations: int, seed: int, progress: Progress | None = None) -> Found:
    """Anneal `iterations` moves in all; nothing but the arguments decides the answer.

    `progress` is called with (iterations done, best cost so far per third in minutes).
    """
    m = memory_of(instance)
    spare = spare_of(m)
    found: Found | None = None
    done = 0
    for run, (share, hot, fresh) in enumerate(annealings(m.n, iterations)):
        if fresh or found is None:
            start(instance, m, seed, run)
        else:
            _adopt(m, found.routes)
        for step in range(STEPS):
            moves = share * (step + 1) // STEPS - share * step // STEPS
            heat = hot * (COLD / hot) ** (step / (STEPS - 1))
            best = improve(m, spare, moves, heat * 3 * SCALE)
            done += moves
            if progress is not None:
                progress(done, (min(best, found.scaled) if found else best) / 3 / SCALE)
        best = back_to_best(m)
        if found is None or best < found.scaled:
            found = Found(_routes(m), best)
    assert found is not None
    return found


def _adopt(m: Memory, routes: Routes) -> None:
    """Go on from these routes."""
    for c, route in enumerate(routes):
        v = 2 * (m.n + c)
        for p, j in route:
            m.best[v] = 2 * p + j
            v = 2 * p + j
        m.best[v] = 2 * (m.n + c) + 1
    m.cost[BEST] = back_to_best(m)


def _routes(m: Memory) -> Routes:
    routes: list[tuple[Service, ...]] = []
    for c in range(m.k):
        v, route = m.best[2 * (m.n + c)], []
        while v < 2 * m.n:
            route.append((int(v) >> 1, int(v) & 1))
            v = m.best[v]
        routes.append(tuple(route))
    return tuple(routes)
