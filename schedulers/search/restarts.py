"""Restarts of the annealing of a team-day: each from the initial plan, and on a crowded day some that fill it first.

A function of problem, seed and iterations.

Source: simulated annealing, Kirkpatrick, Gelatt and Vecchi (1983, doi 10.1126/science.220.4598.671), with restarts and
geometric cooling.
"""

from dataclasses import dataclass

from schedulers.parameters import FILLING, FILLING_SHARE, FILLING_TEMPERATURES, weights_of
from schedulers.search.annealing_kernel import anneal, restore_best
from schedulers.search.compiled import seeded
from schedulers.search.decode_kernel import BEST, BEST_ORDER, FROM_PUBLISHED, TIERS, TRY_ORDER, URGENCY, decode
from schedulers.search.search import DaySearch, Plan
from schedulers.search.stop import MaxIterations
from schedulers.tiers import FIRST_ORDER


def search(state: DaySearch, initial: Plan) -> Plan:
    """Return the best plan of all restarts within the problem's iterations, each from the initial plan.

    The problem must have a member and a demand, and the initial plan must be feasible.
    """
    return Restarts(state, initial).run()


class Restarts:
    """The restarts of a day, and the best plan so far.

    If half of the restarts leave out many visits that would have room on an empty day, the rest of the iterations tries
    other weights first, under which visits change places (`schedulers.parameters.FILLING`). The first order never does.
    """

    def __init__(self, state: DaySearch, initial: Plan) -> None:
        parameters, stop = state.problem.search, MaxIterations(state.problem.budget.iterations)
        number = max(1, min(parameters.most_restarts, stop.iterations // parameters.iterations_per_restart))
        self._state, self._initial, self._shares = state, initial, list(stop.shares(number))
        self._next = self._agreed = 0
        self.best = initial

    @property
    def left(self) -> int:
        """The number of restarts that are left."""
        return len(self._shares) - self._next

    def run(self, most: int | None = None) -> Plan:
        """Make this many restarts more, by default all, and return the best plan so far."""
        state, agreeing = self._state, self._state.problem.search.agreeing
        until = len(self._shares) if most is None else min(len(self._shares), self._next + most)
        while self._next < until:
            half = -(-len(self._shares) // 2)
            if self._next == half and state.order != FIRST_ORDER and _is_crowded(state, self.best):
                self.best = _fill(state, self._initial, self.best, sum(self._shares[half:]))
                self._next = len(self._shares)
                break
            seed = seeded(state.problem.seed, self._next)
            self._add(_anneal_once(state, self._initial, self._shares[self._next], seed))
            self._next += 1
            if agreeing and self._agreed >= agreeing:
                self._next = len(self._shares)
        return self.best

    def _add(self, candidate: Plan) -> None:
        if candidate.is_better(self.best, self._state.order):
            self.best, self._agreed = candidate, 1
        elif candidate.costs == self.best.costs:
            self._agreed += 1


FILLINGS = 2
"""How often a crowded day is filled, each time from the initial plan."""


CROWDED = 4
"""A day is crowded if one visit of so many has no room next to the others."""


def _is_crowded(state: DaySearch, plan: Plan) -> bool:
    """Does a plan leave out many demands that would have room with only the pinned ones?"""
    placed, fixed = {state.services[each.service][0] for each in plan.placed}, state.pinned_services()
    left = [d for d in range(state.day.d) if d not in placed]
    if CROWDED * len(left) < state.day.d:
        return False
    return CROWDED * sum(state.is_feasible_alone(d, fixed) for d in left) >= state.day.d


def _fill(state: DaySearch, initial: Plan, best: Plan, iterations: int) -> Plan:
    """Return the best plan after filling a crowded day."""
    urgencies = [int(state.day.demand[d, URGENCY]) for d in range(state.day.d)]
    weights = (max(1, FILLING[0] * len(urgencies) // max(1, sum(urgencies))), *FILLING[1:])
    for number, share in enumerate(MaxIterations(iterations).shares(FILLINGS)):
        seed, filling = seeded(state.problem.seed, -1 - number), int(share * FILLING_SHARE)
        filled = _anneal_once(state, initial, filling, seed, Cooling(weights, *FILLING_TEMPERATURES))
        for candidate in (filled, _anneal_once(state, filled, share - filling, seed)):
            if candidate.is_better(best, state.order):
                best = candidate
    return best


@dataclass(frozen=True, slots=True)
class Cooling:
    """Weights of the tiers by column, and the first and the last temperature."""

    weights: tuple[int, ...]
    first: float
    last: float


def _anneal_once(state: DaySearch, initial: Plan, iterations: int, seed: int, cooling: Cooling | None = None) -> Plan:
    """Anneal from a plan, by default with the weights and temperatures of the problem."""
    day, parameters = state.day, state.problem.search
    weights = parameters.weights or weights_of(state.order)
    rule = cooling or Cooling(weights, parameters.first_temperature, parameters.last_temperature)
    if not state.decode_plan(initial, FROM_PUBLISHED) or state.decoded().costs != initial.costs:
        state.decode_plan(initial)
    state.make_current(initial, rule.weights)
    day.random[0] = seed
    hot, steps = iterations - int(iterations * parameters.polish_share), parameters.temperatures
    for step, moves in enumerate(MaxIterations(hot).spread(steps)):
        anneal(day, moves, rule.first * (rule.last / rule.first) ** (step / (steps - 1)))
    restore_best(day)
    anneal(day, iterations - hot, 0.0)
    for i in range(max(day.m, day.d)):
        for j in range(3):
            day.state[i, TRY_ORDER + j] = day.state[i, BEST_ORDER + j]
    decode(day)
    candidate = state.decoded()
    assert candidate.costs == tuple(int(day.cost[BEST, tier]) for tier in range(TIERS))
    return candidate
