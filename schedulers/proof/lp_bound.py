"""A lower bound of a tier over the sets that each member can do, and the sets that no good day has.

Every demand is placed or left out, every member has one set at most, the tiers above cost no more than they do: a
set partitioning, whose linear relaxation is solved by columns. Its prices, rounded to whole numbers, give a bound that
is exact in integers whatever the linear solver did (Lagrange); what a set costs above that bound tells whether any day
that costs no more than the plan can have it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from schedulers.proof.columns import Array, MemberSets, is_wrong
from schedulers.proof.kernels.column_kernel import reduce
from schedulers.proof.ng_routes import MemberWalks, Walked
from schedulers.rules import urgency
from schedulers.search.compiled import ints
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import Tier, down_to

SCALE = 1 << 12
"""Prices are whole multiples of 1 / SCALE of a tier's unit."""

SEEN = (Tier.UNPLACED, Tier.CONTINUITY, Tier.TARDINESS, Tier.TRAVEL)
"""Tiers that a set tells of; the others are taken to cost nothing."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What is paid for each service, and taken for what the tiers above cost; whole numbers in units of SCALE."""

    services: list[int]
    tiers: dict[Tier, int]


@dataclass(frozen=True, slots=True)
class Bound:
    """`least` is what the tier costs at least; prices are those that tell it; in units of SCALE.

    `walked` is the part of it of each member whose sets are not counted.
    """

    scaled: int
    prices: Prices
    walked: dict[int, int] = field(default_factory=dict)

    @property
    def least(self) -> int:
        """The bound in the tier's unit, rounded up."""
        return -(-self.scaled // SCALE)


class SetBound:
    """The relaxation of one tier: minimise it with the tiers above held at the plan's costs.

    Who is not counted out has one of her walks.
    """

    def __init__(
        self, state: DaySearch, members: list[MemberSets], walks: list[MemberWalks], found: Plan, tier: Tier
    ) -> None:
        self.state, self.members, self.walks, self.tier = state, members, walks, tier
        self.held = {above: found.costs[above] for above in down_to(tier)[:-1] if above in SEEN}
        self.most = found.costs[tier]
        self.left = {d: urgency(demand) for d, demand in enumerate(state.problem.demands)}
        limit = found.costs[Tier.UNPLACED]
        self.may_leave = {d for d, weight in self.left.items() if weight <= limit and not state.fixed(d)}
        self.wrong = {
            each.member: np.array([is_wrong(state, v, each.member) for v in each.services]) for each in members
        }
        self._programme()
        for each in members:
            self._begin(each, found)

    # The linear programme.

    def _programme(self) -> None:
        self.lp = pywraplp.Solver.CreateSolver("GLOP")
        self.rows = [self.lp.Constraint(1, 1) for _ in self.state.services]
        self.once = {each.member: self.lp.Constraint(0, 1) for each in self.members}
        self.limits = {tier: self.lp.Constraint(-self.lp.infinity(), cost) for tier, cost in self.held.items()}
        self.goal = self.lp.Objective()
        self.goal.SetMinimization()
        for d in sorted(self.may_leave):
            out = self.lp.NumVar(0, self.lp.infinity(), "")
            for v in self.services(d):
                self.rows[v].SetCoefficient(out, 1)
            self._cost(out, Tier.UNPLACED, self.left[d])
        for row in self.rows:  # so that there is a solution, at a price
            never = self.lp.NumVar(0, self.lp.infinity(), "")
            row.SetCoefficient(never, 1)
            self.goal.SetCoefficient(never, 1 + 2.0 * self.most)

    def services(self, d: int) -> range:
        """Return the services of a demand."""
        first = self.state.first[d]
        return range(first, first + len(self.state.problem.demands[d].services))

    def _cost(self, variable: pywraplp.Variable, tier: Tier, cost: int) -> None:
        if tier == self.tier:
            self.goal.SetCoefficient(variable, cost)
        elif tier in self.limits:
            self.limits[tier].SetCoefficient(variable, cost)

    def _begin(self, each: MemberSets, found: Plan) -> None:
        mine = {placed.service for placed in found.placed if placed.member == each.member}
        bits = sum(1 << i for i, v in enumerate(each.services) if v in mine)
        at = int(np.searchsorted(each.sets, bits))
        if each.counted and at < len(each.sets) and each.sets[at] == bits:
            self._add(each, at)

    def _add(self, each: MemberSets, at: int) -> None:
        column = self.lp.NumVar(0, self.lp.infinity(), "")
        self.once[each.member].SetCoefficient(column, 1)
        bits = int(each.sets[at])
        inside = [i for i in range(len(each.services)) if bits >> i & 1]
        for i in inside:
            self.rows[each.services[i]].SetCoefficient(column, 1)
        self._cost(column, Tier.CONTINUITY, int(self.wrong[each.member][inside].sum()))
        for tier, costs in each.costs.items():
            self._cost(column, tier, int(costs[at]))

    def _add_walk(self, member: int, one: Walked) -> None:
        column = self.lp.NumVar(0, self.lp.infinity(), "")
        self.once[member].SetCoefficient(column, 1)
        for v, times in Counter(one.services).items():
            self.rows[v].SetCoefficient(column, times)
        self._cost(column, Tier.CONTINUITY, sum(is_wrong(self.state, v, member) for v in one.services))
        self._cost(column, Tier.TARDINESS, one.late)
        self._cost(column, Tier.TRAVEL, one.way)

    # Lagrange.

    def solve(self) -> Bound:
        """The best bound of all rounds."""
        best: Bound | None = None
        for _ in range(self.state.problem.proof.rounds):
            if self.lp.Solve() != pywraplp.Solver.OPTIMAL:
                break
            prices = self._prices()
            reduced = [self._reduced(each, prices) for each in self.members if each.counted]
            walked = {each.member: self._walked(each, prices) for each in self.walks}
            least = {member: min([0, *(one.cost for one in told)]) for member, told in walked.items()}
            scaled = self._outside(prices) + sum(int(values.min()) for _, values in reduced) + sum(least.values())
            if best is None or scaled > best.scaled:
                best = Bound(scaled, prices, least)
            if scaled >= SCALE * self.goal.Value() - SCALE / 16 or best.least >= self.most:
                break
            places = {c: -SCALE * row.dual_value() for c, row in self.once.items()}  # before anything is added
            for each, values in reduced:
                self._better(each, values, places[each.member])
            for member, told in walked.items():
                for one in told:
                    if one.cost < -places[member] - 1:
                        self._add_walk(member, one)
        return best or Bound(0, Prices([0] * len(self.rows), dict.fromkeys(self.limits, 0)))

    def _better(self, each: MemberSets, values: Array, place: float) -> None:
        few = np.argsort(values, kind="stable")[: self.state.problem.proof.columns_per_round]
        for at in few[values[few] < -place - 1]:
            self._add(each, int(at))

    def _prices(self) -> Prices:
        return Prices(
            [round(SCALE * row.dual_value()) for row in self.rows],
            {tier: max(0, round(-SCALE * row.dual_value())) for tier, row in self.limits.items()},
        )

    def _weight(self, prices: Prices, tier: Tier) -> int:
        return SCALE if tier == self.tier else prices.tiers.get(tier, 0)

    def _reduced(self, each: MemberSets, prices: Prices) -> tuple[MemberSets, Array]:
        """What each set costs at these prices."""
        costs = np.zeros(len(each.sets), dtype=np.int64)
        for tier, told in each.costs.items():
            if weight := self._weight(prices, tier):
                costs += weight * told
        wrong = self._weight(prices, Tier.CONTINUITY)
        paid = [
            prices.services[v] - wrong * int(w) for v, w in zip(each.services, self.wrong[each.member], strict=True)
        ]
        values = np.empty_like(costs)
        reduce(ints(each.sets), ints(costs), ints(paid or [0]), ints(values))
        return each, values

    def _walked(self, each: MemberWalks, prices: Prices) -> list[Walked]:
        """The cheapest walks of a member at these prices."""
        wrong = self._weight(prices, Tier.CONTINUITY)
        paid = {v: prices.services[v] - wrong * is_wrong(self.state, v, each.member) for v in each.active}
        return list(each.price(paid, self._weight(prices, Tier.TARDINESS), self._weight(prices, Tier.TRAVEL)))

    def counted(self, each: MemberWalks, bound: Bound, most_labels: int) -> MemberSets:
        """A member's sets that a day may have which costs no more than the plan."""
        self._walked(each, bound.prices)
        return each.sets(SCALE * self.most - bound.scaled + bound.walked[each.member], most_labels)

    def out(self, d: int, prices: Prices) -> int:
        """What leaving a demand out costs at these prices."""
        return self._weight(prices, Tier.UNPLACED) * self.left[d] - sum(prices.services[v] for v in self.services(d))

    def _outside(self, prices: Prices) -> int:
        """The part of the bound that no member's set tells."""
        told = sum(prices.services) + sum(min(0, self.out(d, prices)) for d in self.may_leave)
        return told - sum(price * self.held[tier] for tier, price in prices.tiers.items())

    def sift(self, bound: Bound) -> list[NDArray[np.bool_]]:
        """Of each member's sets, those that a day may have which costs no more than the plan."""
        most = SCALE * self.most - bound.scaled
        return [self.above(each, bound) <= most for each in self.members]

    def above(self, each: MemberSets, bound: Bound) -> Array:
        """What a day costs more than the bound, in units of SCALE, for having each of the member's sets."""
        _, values = self._reduced(each, bound.prices)
        return values - values.min() if each.counted and len(values) else values

    def placed(self, bound: Bound) -> Iterator[int]:
        """Yield the demands that every such day places."""
        above = SCALE * self.most - bound.scaled
        for d in range(len(self.left)):
            out = self.out(d, bound.prices)
            if d not in self.may_leave or out - min(0, out) > above:
                yield d
