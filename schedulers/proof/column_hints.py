"""Tightens the CP-SAT model by the remaining columns: which a member may have, which legs, and their least costs.

All of it follows from the model's own rules, so no roster as cheap as the incumbent is lost; but it bounds better.
"""

import numpy as np
from ortools.sat.python import cp_model

from schedulers.proof.column_fixing import ColumnFixing
from schedulers.proof.columns import MemberColumns, StartWindows
from schedulers.proof.cp_model import DayModel, total
from schedulers.search.search import Plan
from schedulers.tiers import Tier


class ColumnLiterals:
    """A literal for each column of each member who has few enough; exactly one of a member is true."""

    def __init__(self, model: DayModel) -> None:
        self.model = model
        self.literals: dict[int, dict[int, cp_model.IntVar]] = {}
        self.services: dict[int, tuple[int, ...]] = {}

    def tighten(self, fixing: ColumnFixing) -> None:
        """Restrict the model to the remaining columns."""
        model = self.model.model
        for d in fixing.always_placed:
            model.add(self.model.placed[d] == 1)
        if fixing.windows is None:
            return
        enumerated = [each for each in fixing.members if each.enumerated]
        for each in enumerated:
            self._restrict_arcs(each, fixing.windows)
            if each.member in self.literals or len(each.masks) <= self.model.problem.proof.most_hinted_columns:
                self._restrict_columns(each)
        if all(each.member in self.literals for each in fixing.members):
            for tier in {tier for each in enumerated for tier in each.costs}:
                model.add(self.model.tiers[tier] >= total([self._cost(each, tier) for each in enumerated]))

    def _restrict_arcs(self, each: MemberColumns, windows: StartWindows) -> None:
        """Forbid legs between services that share no column, or that cannot follow each other in time."""
        c, at = each.member, {v: i for i, v in enumerate(each.services)}
        together = {(v, w): _some_have(each, 1 << i | 1 << k) for v, i in at.items() for w, k in at.items() if i <= k}
        member = self.model.problem.members[c]
        for v in at:
            if not together[v, v]:
                self.model.model.add(self.model.goes[v, c] == 0)
            for w in at:
                literal = self.model.arcs.get((v, w, c))
                late = windows.earliest[v] + self.model.seconds(v) + self.model.leg(member, v, w) > windows.latest[w]
                if literal is not None and (late or not together[min(v, w), max(v, w)]):
                    self.model.model.add(literal == 0)

    def _restrict_columns(self, each: MemberColumns) -> None:
        model, c, masks = self.model.model, each.member, each.masks.tolist()
        literals = self.literals.get(c)
        if literals is None:
            literals = self.literals[c] = {bits: model.new_bool_var(f"{c} has {bits}") for bits in masks}
            self.services[c] = each.services
            model.add_exactly_one(literals.values())
            for i, v in enumerate(each.services):
                with_it = [literal for bits, literal in literals.items() if bits >> i & 1]
                model.add(total([1 * literal for literal in with_it]) == self.model.goes[v, c])
        for bits in sorted(literals.keys() - set(masks)):
            model.add(literals[bits] == 0)
        if Tier.TRAVEL in each.costs:
            member, legs = self.model.problem.members[c], self.model.arcs.items()
            travel = total([self.model.leg(member, v, w) * literal for (v, w, by), literal in legs if by == c])
            model.add(travel >= self._cost(each, Tier.TRAVEL))

    def _cost(self, each: MemberColumns, tier: Tier) -> cp_model.LinearExpr:
        literals = self.literals[each.member]
        costs = zip(each.masks.tolist(), np.asarray(each.costs[tier]).tolist(), strict=True)
        return total([cost * literals[bits] for bits, cost in costs])

    def hint(self, incumbent: Plan) -> None:
        """Hint the columns of the incumbent."""
        who = {(each.service, each.member) for each in incumbent.placed}
        for c, literals in self.literals.items():
            mine = sum(1 << i for i, v in enumerate(self.services[c]) if (v, c) in who)
            for bits, literal in literals.items():
                self.model.model.add_hint(literal, bits == mine)


def _some_have(each: MemberColumns, bits: int) -> bool:
    """Has any column of a member all of these services?"""
    return bool(((each.masks & bits) == bits).any())
