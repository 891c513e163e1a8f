"""Annealing of a benchmark instance: the compiled search's arrays, restarts and cooling, a function of its budget."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedulers.compiled import Ints, draw_unit, ints, seeded, zeros
from schedulers.hhcrsp_format import Floats, Instance
from schedulers.route_kernel import (
    BEST,
    BEST_NOW,
    BEST_ORDER,
    CLOSES,
    DOUBLE,
    HOME,
    LEAST,
    LENGTH,
    MOST,
    NOW,
    OFF,
    OPENS,
    ORDER,
    PLACE,
    READY,
    WHOS,
    Memory,
    anneal,
    greedy,
    rebuild,
)  # fmt: skip

SCALE = 1000
"""Whole units in a minute: the data have three decimals, so nothing is lost."""

HOT, COLD = 25.0, 0.1
"""Temperatures of the cost per third (the unit of the benchmark's cost), first and last of an annealing."""

FEW = 120
"""Patients up to which single runs vary so much that restarts pay."""

NEAR, NEAR_OF_MANY = 14, 8
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


def restarts(patients: int, iterations: int) -> int:
    """How many annealings share the budget."""
    if patients > FEW:
        return 1
    return max(1, min(12, iterations // (20_000 * max(patients, 5))))


def memory_of(instance: Instance) -> Memory:
    """The instance as arrays; see `Memory`."""
    n, k = len(instance.patients), len(instance.caregivers)
    length, able = np.zeros(2 * n), np.zeros((k, 2 * n), dtype=np.int64)
    for p, patient in enumerate(instance.patients):
        for j, (_, minutes) in enumerate(patient.services):
            length[2 * p + j] = minutes
            for c in range(k):
                able[c, 2 * p + j] = instance.able(c, p, j)
    who, whos = np.zeros((2 * n, k), dtype=np.int64), able.sum(axis=0)
    for v in range(2 * n):
        who[v, : whos[v]] = np.flatnonzero(able[:, v])
    crew, sick = instance.caregivers, instance.patients
    near = nearest(instance, able)
    m = Memory(
        n=n,
        k=k,
        nears=near.shape[1],
        travel=ints(scaled(instance.travel)),
        able=ints(able),
        who=ints(who),
        near=near,
        patient=zeros(n, 9),
        service=zeros(2 * n, 8),
        caregiver=zeros(k, 11),
        row=zeros(n + 1, 5),
        scratch=zeros(max(2 * n, k) + 4, 5),
        cost=zeros(5),
        random=zeros(1),
    )
    for p, each in enumerate(sick):
        times = [int(scaled(time)) for time in (*each.window, *each.gap)]
        columns = (PLACE, OPENS, CLOSES, LEAST, MOST, DOUBLE)
        for column, value in zip(columns, (each.place, *times, len(each.services) - 1), strict=True):
            m.patient[p, column] = value
    for c, caregiver in enumerate(crew):
        m.caregiver[c, HOME] = caregiver.home
        m.caregiver[c, READY], m.caregiver[c, OFF] = (int(scaled(time)) for time in caregiver.shift)
    for v in range(2 * n):
        m.service[v, LENGTH], m.service[v, WHOS] = int(scaled(length[v])), int(whos[v])
    return m


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
    for i, p in enumerate(sorted(range(m.n), key=lambda p: (keys[p], p))):
        m.row[i, ORDER] = m.row[i, BEST_ORDER] = p
    greedy(m)
    for v in range(2 * m.n):
        m.service[v, BEST_NOW] = m.service[v, NOW]
    m.cost[BEST] = rebuild(m)


def search(instance: Instance, *, iterations: int, seed: int, progress: Progress | None = None) -> Found:
    """Anneal `iterations` moves in all; nothing but the arguments decides the answer.

    `progress` is called with (iterations done, best cost so far per third in minutes).
    """
    m = memory_of(instance)
    runs = restarts(m.n, iterations)
    found: Found | None = None
    done = 0
    for restart in range(runs):
        share = iterations // runs + (1 if restart < iterations % runs else 0)
        start(instance, m, seed, restart)
        for step in range(STEPS):
            moves = share * (step + 1) // STEPS - share * step // STEPS
            heat = HOT * (COLD / HOT) ** (step / (STEPS - 1))
            anneal(m, moves, heat * 3 * SCALE)
            done += moves
            if progress is not None:
                best = min(m.cost[BEST], found.scaled if found else m.cost[BEST])
                progress(done, best / 3 / SCALE)
        if found is None or m.cost[BEST] < found.scaled:
            found = Found(_routes(m), int(m.cost[BEST]))
    assert found is not None
    return found


def _routes(m: Memory) -> Routes:
    routes: list[list[Service]] = [[] for _ in range(m.k)]
    for i in range(m.n):
        p = int(m.row[i, BEST_ORDER])
        for j in range(1 + int(m.patient[p, DOUBLE])):
            routes[m.service[2 * p + j, BEST_NOW]].append((p, j))
    return tuple(tuple(route) for route in routes)
