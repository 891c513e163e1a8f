"""Proof and bound for small benchmark instances: CP-SAT with one multiple circuit, started from the search's routes.

The cost is travel + total tardiness + highest tardiness. With T the highest tardiness of a solution that costs no more
than U, total >= highest, so T <= (U - L) / 2 for any lower bound L of the travel: this cuts the horizon, and with it
most arcs. (It holds for this cost only.)

Source: OR-Tools CP-SAT, `AddMultipleCircuit` (https://developers.google.com/optimization/cp/cp_solver).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from ortools.sat.python import cp_model

from schedulers.benchmark.format import Instance
from schedulers.benchmark.search import SCALE, Routes, SearchResult, Service, scaled
from schedulers.benchmark.times import earliest

Literal = cp_model.IntVar
Arc = tuple[Service | None, Service | None]


@dataclass(frozen=True, slots=True)
class InstanceProof:
    """The incumbent routes and a lower bound of the cost, in the benchmark's unit."""

    routes: Routes
    bound: float
    proved: bool


class _Model:
    """The instance as a CP-SAT model; all numbers in scaled units."""

    def __init__(self, instance: Instance, incumbent: SearchResult) -> None:
        self.model, self.instance = cp_model.CpModel(), instance
        self.travel = scaled(instance.travel)
        patients = enumerate(instance.patients)
        self.services = [(p, j) for p, patient in patients for j in range(len(patient.services))]
        self.able = {
            (p, j): [c for c in range(len(instance.caregivers)) if instance.able(c, p, j)] for p, j in self.services
        }
        self.length = {(p, j): int(scaled(instance.patients[p].services[j][1])) for p, j in self.services}
        self.window = [(int(scaled(p.window[0])), int(scaled(p.window[1]))) for p in instance.patients]
        self.latest = max(0, (incumbent.scaled - self._least_travel()) // 2)
        self.start: dict[Service, Literal] = {}
        self.goes: dict[tuple[Service, int], Literal] = {}
        self.arcs: dict[Arc, Literal] = {}
        self.first: dict[tuple[Service, int], Literal] = {}
        self._starts()
        self._assignments()
        self._circuit()
        self._cost(incumbent.scaled)

    def _leg(self, before: Service | None, after: Service | None) -> int:
        place = self.instance.patients
        i = 0 if before is None else place[before[0]].place
        return int(self.travel[i, 0 if after is None else place[after[0]].place])

    def _least_travel(self) -> int:
        shared = {(u, v): bool(set(self.able[u]) & set(self.able[v])) for u, v in product(self.services, self.services)}
        return sum(
            min([self._leg(None, v)] + [self._leg(u, v) for u in self.services if u[0] != v[0] and shared[u, v]])
            for v in self.services
        )

    def _starts(self) -> None:
        for p, patient in enumerate(self.instance.patients):
            opens, closes = self.window[p]
            self.start[p, 0] = self.model.new_int_var(opens, closes + self.latest, f"start {p}")
            if patient.sync == "simultaneous":
                self.start[p, 1] = self.start[p, 0]
            elif patient.sync == "sequential":
                self.start[p, 1] = self.model.new_int_var(opens, closes + self.latest, f"second start {p}")
                low, high = int(scaled(patient.gap[0])), int(scaled(patient.gap[1]))
                self.model.add_linear_constraint(self.start[p, 1] - self.start[p, 0], low, high)

    def _assignments(self) -> None:
        for v in self.services:
            for c in self.able[v]:
                self.goes[v, c] = self.model.new_bool_var(f"{v} by {c}")
            self.model.add_exactly_one(self.goes[v, c] for c in self.able[v])
        for p, patient in enumerate(self.instance.patients):
            if len(patient.services) == 2:
                for c in set(self.able[p, 0]) & set(self.able[p, 1]):
                    self.model.add_at_most_one(self.goes[(p, 0), c], self.goes[(p, 1), c])

    def _circuit(self) -> None:
        node = {v: i + 1 for i, v in enumerate(self.services)}
        arcs: list[tuple[int, int, Literal]] = []
        for v in self.services:
            firsts = []
            for c in self.able[v]:
                literal = self.first[v, c] = self.model.new_bool_var(f"{c} first {v}")
                self.model.add_implication(literal, self.goes[v, c])
                self.model.add(self.start[v] >= self._leg(None, v)).only_enforce_if(literal)
                arcs.append((0, node[v], literal))
                firsts.append(literal)
            last = self.arcs[v, None] = self.model.new_bool_var(f"last {v}")
            arcs.append((node[v], 0, last))
            arcs.extend((node[v], node[w], self._arc(v, w)) for w in self.services if self._possible(v, w))
        for c in range(len(self.instance.caregivers)):
            self.model.add_at_most_one(literal for (_, who), literal in self.first.items() if who == c)
        self.model.add_multiple_circuit(arcs)

    def _possible(self, v: Service, w: Service) -> bool:
        if v[0] == w[0] or not set(self.able[v]) & set(self.able[w]):
            return False
        return self.window[v[0]][0] + self.length[v] + self._leg(v, w) <= self.window[w[0]][1] + self.latest

    def _arc(self, v: Service, w: Service) -> Literal:
        literal = self.arcs[v, w] = self.model.new_bool_var(f"{v} {w}")
        later = self.start[w] >= self.start[v] + self.length[v] + self._leg(v, w)
        self.model.add(later).only_enforce_if(literal)
        for c in set(self.able[v]) & set(self.able[w]):
            self.model.add_bool_or(~literal, ~self.goes[v, c], self.goes[w, c])
            self.model.add_bool_or(~literal, self.goes[v, c], ~self.goes[w, c])
        for c in set(self.able[v]) - set(self.able[w]):
            self.model.add_implication(literal, ~self.goes[v, c])
        for c in set(self.able[w]) - set(self.able[v]):
            self.model.add_implication(literal, ~self.goes[w, c])
        return literal

    def _cost(self, known: int) -> None:
        highest = self.model.new_int_var(0, self.latest, "highest")
        late = []
        for v in self.services:
            tardy = self.model.new_int_var(0, self.latest, f"late {v}")
            self.model.add(tardy >= self.start[v] - self.window[v[0]][1])
            self.model.add(highest >= tardy)
            late.append(tardy)
        legs = [self._leg(u, w) * literal for (u, w), literal in self.arcs.items()]
        legs += [self._leg(None, v) * literal for (v, _), literal in self.first.items()]
        cost = sum(legs) + sum(late) + highest
        self.model.add(cost <= known)
        self.model.minimize(cost)

    def hint(self, routes: Routes, starts: dict[Service, int]) -> None:
        on = {(u, w) for route in routes for u, w in zip((None, *route), (*route, None), strict=True)}
        who = {v: c for c, route in enumerate(routes) for v in route}
        for (u, w), literal in self.arcs.items():
            self.model.add_hint(literal, (u, w) in on)
        for (v, c), literal in self.first.items():
            self.model.add_hint(literal, (None, v) in on and who[v] == c)
        for (v, c), literal in self.goes.items():
            self.model.add_hint(literal, who[v] == c)
        hinted = set()
        for v, variable in self.start.items():
            if variable.index not in hinted:
                hinted.add(variable.index)
                self.model.add_hint(variable, starts[v])


def prove(
    instance: Instance, incumbent: SearchResult, *, deterministic: float, seconds: float | None = None
) -> InstanceProof:
    """Prove the incumbent optimal, improve it, or bound it, within both limits."""
    built = _Model(instance, incumbent)
    starts = {v: int(np.rint(start * SCALE)) for v, start in earliest(instance, incumbent.routes).items()}
    built.hint(incumbent.routes, starts)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = deterministic
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(built.model)
    routes = incumbent.routes
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) and solver.objective_value < incumbent.scaled:
        placed = sorted((solver.value(built.start[v]), v, c) for (v, c), on in built.goes.items() if solver.value(on))
        caregivers = range(len(instance.caregivers))
        routes = tuple(tuple(v for _, v, who in placed if who == c) for c in caregivers)
    return InstanceProof(routes, solver.best_objective_bound / 3 / SCALE, status == cp_model.OPTIMAL)
