"""What the sets of each member say to CP-SAT: which she may have, which legs, and what each costs her at least.

All of it follows from the model's own rules, so it takes no day away that costs no more than the plan. But it bounds.
"""

import numpy as np
from ortools.sat.python import cp_model

from schedulers.proof.column_fixing import Sifting
from schedulers.proof.columns import MemberSets, Windows
from schedulers.proof.cp_model import DayModel, total
from schedulers.search.search import Plan
from schedulers.tiers import Tier


class Columns:
    """A literal for each set of each member who has few enough; one of them is true."""

    def __init__(self, model: DayModel) -> None:
        self.model = model
        self.literals: dict[int, dict[int, cp_model.IntVar]] = {}
        self.services: dict[int, tuple[int, ...]] = {}

    def narrow(self, sifting: Sifting) -> None:
        """Leave the model only the sets that are left."""
        model = self.model.model
        for d in sifting.placed:
            model.add(self.model.placed[d] == 1)
        if sifting.windows is None:
            return
        counted = [each for each in sifting.members if each.counted]
        for each in counted:
            self._only_arcs(each, sifting.windows)
            if each.member in self.literals or len(each.sets) <= self.model.problem.proof.most_hinted_columns:
                self._only_sets(each)
        if all(each.member in self.literals for each in sifting.members):
            for tier in {tier for each in counted for tier in each.costs}:
                model.add(self.model.tiers[tier] >= total([self._cost(each, tier) for each in counted]))

    def _only_arcs(self, each: MemberSets, windows: Windows) -> None:
        """No leg between services that are in none of her sets together, or that cannot follow each other in time."""
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

    def _only_sets(self, each: MemberSets) -> None:
        model, c, sets = self.model.model, each.member, each.sets.tolist()
        had = self.literals.get(c)
        if had is None:
            had = self.literals[c] = {bits: model.new_bool_var(f"{c} has {bits}") for bits in sets}
            self.services[c] = each.services
            model.add_exactly_one(had.values())
            for i, v in enumerate(each.services):
                with_it = [literal for bits, literal in had.items() if bits >> i & 1]
                model.add(total([1 * literal for literal in with_it]) == self.model.goes[v, c])
        for bits in sorted(had.keys() - set(sets)):
            model.add(had[bits] == 0)
        if Tier.TRAVEL in each.costs:
            member, legs = self.model.problem.members[c], self.model.arcs.items()
            way = total([self.model.leg(member, v, w) * literal for (v, w, by), literal in legs if by == c])
            model.add(way >= self._cost(each, Tier.TRAVEL))

    def _cost(self, each: MemberSets, tier: Tier) -> cp_model.LinearExpr:
        had = self.literals[each.member]
        told = zip(each.sets.tolist(), np.asarray(each.costs[tier]).tolist(), strict=True)
        return total([cost * had[bits] for bits, cost in told])

    def hint(self, found: Plan) -> None:
        """Hint the sets of the plan."""
        who = {(each.service, each.member) for each in found.placed}
        for c, had in self.literals.items():
            mine = sum(1 << i for i, v in enumerate(self.services[c]) if (v, c) in who)
            for bits, literal in had.items():
                self.model.model.add_hint(literal, bits == mine)


def _some_have(each: MemberSets, bits: int) -> bool:
    """Have any of her sets all of these services?"""
    return bool(((each.sets & bits) == bits).any())
