"""A lower bound of one tier by column generation, and the reduced costs of all columns.

Set partitioning: every service is covered or its demand left out, every member has at most one column, and tiers
above cost no more than the incumbent. Its linear relaxation is solved by column generation. The duals, rounded to whole
numbers, give a Lagrangian bound that is exact in integers whatever the linear solver's tolerance; the excess of a
column above that bound tells whether a roster as cheap as the incumbent can have it.

Sources: column generation and Lagrangian bound, Lübbecke and Desrosiers (2005, doi 10.1287/opre.1050.0234); safe
integer duals, Held, Cook and Sewell (2012, doi 10.1007/s12532-012-0042-3).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from schedulers.proof.balance import Balance
from schedulers.proof.columns import Array, MemberColumns, is_named_for_other
from schedulers.proof.kernels.column_kernel import PART, reduced_costs
from schedulers.proof.ng_routes import MemberNgRoutes, NgRoute, late_tier
from schedulers.rules import urgency
from schedulers.search.compiled import ints, zeros
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import Tier, down_to

SCALE = 1 << 12
"""Duals are whole multiples of 1 / SCALE of a tier's unit."""

SEEN = (Tier.UNPLACED, Tier.URGENT, Tier.CONTINUITY, Tier.TARDINESS, Tier.IMBALANCE, Tier.TRAVEL)
"""Tiers that columns count; the others are relaxed to zero."""


@dataclass(frozen=True, slots=True)
class DualPrices:
    """Duals of the services, the tiers above, and the pairs of members in balance, in units of 1 / SCALE."""

    services: list[int]
    tiers: dict[Tier, int]
    pairs: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LagrangianBound:
    """A Lagrangian bound of a tier, in units of 1 / SCALE, with its duals.

    `priced` is the least reduced cost of each member whose columns are not enumerated.
    """

    scaled: int
    duals: DualPrices
    priced: dict[int, int] = field(default_factory=dict)

    @property
    def least(self) -> int:
        """The bound in the tier's unit, rounded up."""
        return -(-self.scaled // SCALE)


class ColumnRelaxation:
    """The relaxation of one tier: minimise it with the tiers above held at the incumbent's costs.

    Members whose columns are not enumerated have an ng-route instead.
    """

    def __init__(
        self,
        state: DaySearch,
        members: list[MemberColumns],
        ng_routes: list[MemberNgRoutes],
        incumbent: Plan,
        tier: Tier,
    ) -> None:
        self.state, self.members, self.ng_routes, self.tier = state, members, ng_routes, tier
        self.held = {
            tier_above: incumbent.costs[tier_above]
            for tier_above in down_to(tier, state.order)[:-1]
            if tier_above in SEEN
        }
        self.balance = Balance(state, counted=Tier.IMBALANCE in (tier, *self.held))
        self.upper = incumbent.costs[tier]
        self.urgency = {d: urgency(demand) for d, demand in enumerate(state.problem.demands)}
        limit = incumbent.costs[Tier.UNPLACED]
        self.may_be_unplaced = {d for d, weight in self.urgency.items() if weight <= limit and not state.is_pinned(d)}
        self.not_named = {
            each.member: np.array([is_named_for_other(state, v, each.member) for v in each.services])
            for each in members
        }
        self._programme()
        for each in members:
            self._add_incumbent(each, incumbent)

    # The linear programme.

    def _programme(self) -> None:
        self.lp = pywraplp.Solver.CreateSolver("GLOP")
        if self.state.problem.proof.warm_lp:
            self.lp.SetSolverSpecificParametersAsString("use_preprocessing: false")
        self.rows = [self.lp.Constraint(1, 1) for _ in self.state.services]
        self.convexity = {each.member: self.lp.Constraint(0, 1) for each in self.members}
        self.tier_rows = {tier: self.lp.Constraint(-self.lp.infinity(), cost) for tier, cost in self.held.items()}
        self.pair_rows = [self.lp.Constraint(-self.lp.infinity(), pair.ahead) for pair in self.balance.pairs]
        self.objective = self.lp.Objective()
        self.objective.SetMinimization()
        for d in sorted(self.may_be_unplaced):
            reduced_cost_out = self.lp.NumVar(0, self.lp.infinity(), "")
            for v in self.services(d):
                self.rows[v].SetCoefficient(reduced_cost_out, 1)
            self._cost(reduced_cost_out, Tier.UNPLACED, self.urgency[d])
        if self.held.get(Tier.IMBALANCE, 1) > 0:
            self._add_slack()
        for row in self.rows:  # an artificial variable, so that there is a solution
            artificial = self.lp.NumVar(0, self.lp.infinity(), "")
            row.SetCoefficient(artificial, 1)
            self.objective.SetCoefficient(artificial, 1 + 2.0 * self.upper)

    def _add_slack(self) -> None:
        """Let the pairs of each role be out of balance, at the cost of that tier."""
        slack = [self.lp.NumVar(0, self.lp.infinity(), "") for _ in range(self.balance.roles)]
        for each in slack:
            self._cost(each, Tier.IMBALANCE, 1)
        for row, pair in zip(self.pair_rows, self.balance.pairs, strict=True):
            row.SetCoefficient(slack[pair.role], -1)

    def _balance(self, variable: pywraplp.Variable, member: int, services: Iterable[int]) -> None:
        """Count a column in the balance of its member."""
        if load := sum(self.balance.seconds[v] for v in services):
            for row, pair in zip(self.pair_rows, self.balance.pairs, strict=True):
                if member in (pair.one, pair.other):
                    row.SetCoefficient(variable, load if member == pair.one else -load)

    def services(self, d: int) -> range:
        """Return the services of a demand."""
        first = self.state.first[d]
        return range(first, first + len(self.state.problem.demands[d].services))

    def _cost(self, variable: pywraplp.Variable, tier: Tier, cost: int) -> None:
        if tier == self.tier:
            self.objective.SetCoefficient(variable, cost)
        elif tier in self.tier_rows:
            self.tier_rows[tier].SetCoefficient(variable, cost)

    def _add_incumbent(self, each: MemberColumns, incumbent: Plan) -> None:
        mine = {placed.service for placed in incumbent.placed if placed.member == each.member}
        bits = sum(1 << i for i, v in enumerate(each.services) if v in mine)
        at = int(np.searchsorted(each.masks, bits))
        if each.enumerated and at < len(each.masks) and each.masks[at] == bits:
            self._add(each, at)

    def _add(self, each: MemberColumns, at: int) -> None:
        column = self.lp.NumVar(0, self.lp.infinity(), "")
        self.convexity[each.member].SetCoefficient(column, 1)
        bits = int(each.masks[at])
        inside = [i for i in range(len(each.services)) if bits >> i & 1]
        for i in inside:
            self.rows[each.services[i]].SetCoefficient(column, 1)
        self._balance(column, each.member, [each.services[i] for i in inside])
        self._cost(column, Tier.CONTINUITY, int(self.not_named[each.member][inside].sum()))
        for tier, costs in each.costs.items():
            self._cost(column, tier, int(costs[at]))

    def _add_ng_route(self, member: int, route: NgRoute) -> None:
        column = self.lp.NumVar(0, self.lp.infinity(), "")
        self.convexity[member].SetCoefficient(column, 1)
        for v, times in Counter(route.services).items():
            self.rows[v].SetCoefficient(column, times)
        self._cost(column, Tier.CONTINUITY, sum(is_named_for_other(self.state, v, member) for v in route.services))
        self._balance(column, member, route.services)
        self._cost(column, late_tier(self.tier), route.late)
        self._cost(column, Tier.TRAVEL, route.travel)

    # Lagrange.

    def solve(self) -> LagrangianBound:
        """Generate columns until the bound is tight; the best bound of all rounds."""
        best: LagrangianBound | None = None
        parameters = self.state.problem.proof
        for _ in range(parameters.rounds):
            if self.lp.Solve() != pywraplp.Solver.OPTIMAL:
                break
            duals = self._rounded_duals()
            reduced = [self._reduced(each, duals) for each in self.members if each.enumerated]
            priced = {each.member: self._priced(each, duals) for each in self.ng_routes}
            least = {member: min([0, *(one.reduced_cost for one in routes)]) for member, routes in priced.items()}
            scaled = self._constant(duals) + sum(int(values.min()) for _, values in reduced) + sum(least.values())
            if best is None or scaled > best.scaled:
                best = LagrangianBound(scaled, duals, least)
            optimum = SCALE * self.objective.Value()
            gap = parameters.gap_tolerance * max(0.0, SCALE * self.upper - optimum)
            if scaled >= optimum - SCALE / 16 or best.scaled >= optimum - gap or best.least >= self.upper:
                break
            # Read before any column is added.
            convexity_duals = {c: -SCALE * row.dual_value() for c, row in self.convexity.items()}
            for each, values in reduced:
                self._add_best(each, values, convexity_duals[each.member])
            for member, routes in priced.items():
                for route in routes:
                    if route.reduced_cost < -convexity_duals[member] - 1:
                        self._add_ng_route(member, route)
        nothing = DualPrices([0] * len(self.rows), dict.fromkeys(self.tier_rows, 0), [0] * len(self.pair_rows))
        return best or LagrangianBound(0, nothing)

    def _add_best(self, each: MemberColumns, values: Array, dual: float) -> None:
        promising, most = np.flatnonzero(values < -dual - 1), self.state.problem.proof.columns_per_round
        if len(promising) > most:  # sort only those that may be among the first
            promising = promising[values[promising] <= np.partition(values[promising], most)[most]]
        for at in promising[np.argsort(values[promising], kind="stable")[:most]]:
            self._add(each, int(at))

    def _rounded_duals(self) -> DualPrices:
        return DualPrices(
            [round(SCALE * row.dual_value()) for row in self.rows],
            {tier: max(0, round(-SCALE * row.dual_value())) for tier, row in self.tier_rows.items()},
            [max(0, round(-SCALE * row.dual_value())) for row in self.pair_rows],
        )

    def _weight(self, duals: DualPrices, tier: Tier) -> int:
        return SCALE if tier == self.tier else duals.tiers.get(tier, 0)

    def _reduced(self, each: MemberColumns, duals: DualPrices) -> tuple[MemberColumns, Array]:
        """Return the reduced cost of each column."""
        costs = np.zeros(len(each.masks), dtype=np.int64)
        for tier, unit_costs in each.costs.items():
            if weight := self._weight(duals, tier):
                costs += weight * unit_costs
        not_named, second = self._weight(duals, Tier.CONTINUITY), self.balance.price(each.member, duals.pairs)
        service_duals = [
            duals.services[v] - not_named * int(w) - second * self.balance.seconds[v]
            for v, w in zip(each.services, self.not_named[each.member], strict=True)
        ]
        values = np.empty_like(costs)
        sums = zeros(max(1, -(-len(service_duals) // PART)), 1 << PART)
        reduced_costs(ints(each.masks), costs, ints(service_duals or [0]), sums, values)
        return each, values

    def _priced(self, each: MemberNgRoutes, duals: DualPrices) -> list[NgRoute]:
        """Return the cheapest ng-routes of a member under duals."""
        not_named, second = self._weight(duals, Tier.CONTINUITY), self.balance.price(each.member, duals.pairs)
        service_duals = {
            v: duals.services[v]
            - not_named * is_named_for_other(self.state, v, each.member)
            - second * self.balance.seconds[v]
            for v in each.active
        }
        late, travel = (self._weight(duals, tier) for tier in (late_tier(self.tier), Tier.TRAVEL))
        return list(each.price(service_duals, late, travel))

    def columns_within_gap(self, each: MemberNgRoutes, bound: LagrangianBound, most_labels: int) -> MemberColumns:
        """Enumerate a member's columns that a roster as cheap as the incumbent may have."""
        self._priced(each, bound.duals)
        return each.columns_within(SCALE * self.upper - bound.scaled + bound.priced[each.member], most_labels)

    def reduced_cost_out(self, d: int, duals: DualPrices) -> int:
        """Return the reduced cost of leaving a demand out."""
        return self._weight(duals, Tier.UNPLACED) * self.urgency[d] - sum(duals.services[v] for v in self.services(d))

    def _constant(self, duals: DualPrices) -> int:
        """Return the part of the bound that is not of members' columns."""
        costs = sum(duals.services) + sum(min(0, self.reduced_cost_out(d, duals)) for d in self.may_be_unplaced)
        costs -= sum(price * self.held[tier] for tier, price in duals.tiers.items() if tier != Tier.IMBALANCE)
        unit = SCALE if self.tier == Tier.IMBALANCE else 0
        most = self.upper if self.tier == Tier.IMBALANCE else self.held.get(Tier.IMBALANCE, 0)
        return costs - self.balance.most_saved(duals.pairs, most, unit)

    def within_gap(self, bound: LagrangianBound) -> list[NDArray[np.bool_]]:
        """Return for each member which columns a roster as cheap as the incumbent may have."""
        upper = SCALE * self.upper - bound.scaled
        return [self.excess(each, bound) <= upper for each in self.members]

    def excess(self, each: MemberColumns, bound: LagrangianBound) -> Array:
        """Return the excess above the bound of each column of a member, in units of 1 / SCALE."""
        _, values = self._reduced(each, bound.duals)
        return values - values.min() if each.enumerated and len(values) else values

    def always_placed(self, bound: LagrangianBound) -> Iterator[int]:
        """Yield the demands that every roster as cheap as the incumbent places."""
        excess = SCALE * self.upper - bound.scaled
        for d in range(len(self.urgency)):
            reduced_cost_out = self.reduced_cost_out(d, bound.duals)
            if d not in self.may_be_unplaced or reduced_cost_out - min(0, reduced_cost_out) > excess:
                yield d
