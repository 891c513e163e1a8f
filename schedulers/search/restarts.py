"""Restarts of the annealing of a team-day: each from the initial plan, and on a crowded day some that fill it first.

A function of problem, seed and iterations.

Source: simulated annealing, Kirkpatrick, Gelatt and Vecchi (1983, doi 10.1126/science.220.4598.671), with restarts and
geometric cooling.
"""

from dataclasses import dataclass

from schedulers.parameters import FILLING, FILLING_SHARE, FILLING_TEMPERATURES, STRICT_URGENT, weights_of
from schedulers.search.annealing_kernel import anneal, restore_best
from schedulers.search.compiled import seeded
from schedulers.search.decode_kernel import BEST, BEST_ORDER, FROM_PUBLISHED, TIERS, TRY_ORDER, URGENCY, decode
from schedulers.search.search import DaySearch, Plan
from schedulers.search.stop import MaxIterations
from schedulers.tiers import FIRST_ORDER, Tier


def search(state: DaySearch, initial: Plan, *, confirmed: bool = True) -> Plan:
    """Return the best plan of all restarts within the problem's iterations, each from the initial plan.

    If `confirmed`, longer restarts follow even where the quick ones agree. The problem must have a member and a demand,
    and the initial plan must be feasible.
    """
    restarts = Restarts(state, initial)
    restarts.run_quick()
    return restarts.best if restarts.agree and not confirmed else restarts.run()


CONFIRMING = 2
"""Restarts that follow the quick ones in any case: short ones may agree on the same second best plan."""

QUICK = 1 << 16
"""The number of the first quick restart, of which its seed is made."""


class Restarts:
    """The restarts of a day, and the best plan so far.

    If half of the restarts leave out many visits that would have room on an empty day, the rest of the iterations tries
    other weights first, under which visits change places (`schedulers.parameters.FILLING`). The first order never does.
    """

    def __init__(self, state: DaySearch, initial: Plan) -> None:
        self._state, self._initial, self._agreed = state, initial, 0
        self.best = initial

    @property
    def agree(self) -> bool:
        """Have enough restarts found the least costs so far?"""
        agreeing = self._state.problem.search.agreeing
        return agreeing > 0 and self._agreed >= agreeing

    def run_quick(self) -> Plan:
        """Make the quick restarts until they agree, and return the best plan."""
        parameters = self._state.problem.search
        for restart in range(parameters.quick_restarts):
            if not self.agree:
                self._restart(parameters.quick_iterations, QUICK + restart, self._strict if restart % 2 else None)
        return self.best

    @property
    def _strict(self) -> "Cooling":
        """The weights of the problem, but urgent lateness far above what is below it."""
        parameters = self._state.problem.search
        weights = list(parameters.weights or weights_of(self._state.order))
        if len(weights) > Tier.URGENT:
            weights[Tier.URGENT] *= STRICT_URGENT
        return Cooling(tuple(weights), parameters.first_temperature, parameters.last_temperature)

    def run(self, *, until_they_agree: bool = True) -> Plan:
        """Spend the budget, or end after a restart with which enough of them agree, and return the best plan."""
        state, parameters = self._state, self._state.problem.search
        stop = MaxIterations(state.problem.budget.iterations)
        number = max(1, min(parameters.most_restarts, stop.iterations // parameters.iterations_per_restart))
        shares, half = list(stop.shares(number)), -(-number // 2)
        for restart, share in enumerate(shares):
            if restart >= CONFIRMING and until_they_agree and self.agree:
                break
            if restart == half and state.order != FIRST_ORDER and _is_crowded(state, self.best):
                self.best = _fill(state, self._initial, self.best, sum(shares[half:]))
                break
            is_strict = until_they_agree and parameters.quick_restarts and restart == 1
            self._restart(share, restart, self._strict if is_strict else None)
        return self.best

    def _restart(self, iterations: int, number: int, cooling: "Cooling | None" = None) -> None:
        seed = seeded(self._state.problem.seed, number)
        candidate = _anneal_once(self._state, self._initial, iterations, seed, cooling)
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
