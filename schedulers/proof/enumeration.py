"""Proof of a tier by enumerating all partitions between bound and incumbent, and solving each of them.

Travel keeps all partitions of least cost; fairness and wishes then choose among these.
Source: Baldacci, Christofides and Mingozzi (2008, doi 10.1007/s10107-007-0178-5).
"""

from dataclasses import dataclass

import numpy as np

from schedulers.proof.column_fixing import ColumnFixing
from schedulers.proof.columns import Array
from schedulers.proof.kernels.route_kernel import LATE
from schedulers.proof.lp_bound import SCALE
from schedulers.proof.partitions import PartitionEnumerator, Partitions
from schedulers.proof.synchronised_routes import LABELS_PER_SECOND, SynchronisedGroups
from schedulers.proof.wishes import WishOptimiser
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import Tier, down_to, in_order

STEPS_PER_SECOND = 250_000_000
"""Steps that count as a deterministic second, which is about two seconds of the processor."""

MOST_SERVICES = 62
"""Services are bits of a signed 64-bit integer."""


ROUTE_WEIGHTS = {Tier.UNPLACED: (0, 0), Tier.CONTINUITY: (0, 0), Tier.TARDINESS: (1, 0), Tier.TRAVEL: (LATE, 1)}
"""By tier, the weights of a second of lateness and of travel in a route; without any, it need only be feasible."""


def route_cost(incumbent: Plan, tier: Tier) -> int:
    """Return the cost of a plan in the route weights of a tier."""
    late, travel = ROUTE_WEIGHTS[tier]
    if not late:  # routes need only be possible
        return incumbent.costs[tier]
    return late * incumbent.costs[Tier.TARDINESS] + travel * incumbent.costs[Tier.TRAVEL]


@dataclass(slots=True)
class SearchEffort:
    """The enumerators of a tier and their work limit in deterministic seconds."""

    deterministic: float
    enumerator: PartitionEnumerator
    groups: SynchronisedGroups

    @property
    def spent(self) -> float:
        """The work so far, in deterministic seconds."""
        return self.enumerator.steps / STEPS_PER_SECOND + self.groups.steps / LABELS_PER_SECOND

    @property
    def _left(self) -> float:
        return max(0.0, self.deterministic - self.spent)

    @property
    def most_steps(self) -> int:
        """Steps of the partition enumerator at which to stop."""
        return self.enumerator.steps + int(STEPS_PER_SECOND * self._left)

    @property
    def most_labels(self) -> int:
        """Labels of synchronised groups at which to stop."""
        return self.groups.steps + int(LABELS_PER_SECOND * self._left)


@dataclass(frozen=True, slots=True)
class TierResult:
    """The incumbent, whether it is proved optimal in the tier, and the deterministic seconds spent."""

    plan: Plan
    proved: bool
    spent: float


class TierEnumeration:
    """The partitions of a day, if the columns of all members are enumerated and none of its demands is published."""

    def __init__(self, state: DaySearch, fixing: ColumnFixing) -> None:
        self.state, self.fixing = state, fixing
        published = any(demand.previous for demand in state.problem.demands)
        self._possible = not published and len(state.services) <= MOST_SERVICES
        self._left: tuple[Partitions, SynchronisedGroups] | None = None

    def solve(self, incumbent: Plan, tier: Tier, deterministic: float) -> TierResult:
        """Search for a better plan in a tier with those above held at the incumbent's costs."""
        if tier == Tier.FAIRNESS and self._left is not None:
            fairest = self._fairest(incumbent, *self._left)
            return TierResult(fairest or incumbent, proved=fairest is not None, spent=0.0)
        if tier == Tier.WISH and self._left is not None:
            return self._best_wishes(incumbent, *self._left, deterministic)
        self._left = None
        enumerated = all(each.enumerated and len(each.masks) for each in self.fixing.members)
        if not self._possible or not enumerated or self.fixing.last is None or self.fixing.windows is None:
            return TierResult(incumbent, proved=False, spent=0.0)
        effort = SearchEffort(
            deterministic,
            PartitionEnumerator(*self.fixing.last),
            SynchronisedGroups(self.state, self.fixing.windows, ROUTE_WEIGHTS[tier]),
        )
        plan, proved = self._search(incumbent, tier, effort)
        return TierResult(plan, proved, effort.spent)

    def _search(self, incumbent: Plan, tier: Tier, effort: SearchEffort) -> tuple[Plan, bool]:
        """Enumerate partitions ever further above the bound, until all that may be better are solved."""
        parameters, order = self.state.problem.proof, down_to(tier, self.state.order)
        enumerator, known, last = effort.enumerator, -1, False
        excess = enumerator.gap // parameters.first_gap_part + 1
        while not last:
            # A plan of this cost is known; partitions of the same cost matter only for the tiers below travel.
            most_excess = enumerator.gap if tier == Tier.TRAVEL else enumerator.gap - SCALE
            last = excess >= most_excess
            find_all = last and tier == Tier.TRAVEL
            partitions = enumerator.enumerate(min(excess, most_excess), effort.most_steps, -1 if find_all else known)
            if partitions is None:
                return incumbent, False
            most = route_cost(incumbent, tier) - (0 if find_all else 1)
            searched = effort.groups.cheapest(partitions, most, effort.most_labels, find_all=find_all)
            if searched.plan and in_order(searched.plan.costs, order) < in_order(incumbent.costs, order):
                incumbent = searched.plan
                self.fixing.hold(incumbent)
            if not searched.complete:
                return incumbent, False
            if find_all:
                self._restrict_to(partitions.subset(searched.partitions), effort.groups)
            known, excess = excess, excess * parameters.gap_growth
        return incumbent, True

    def _restrict_to(self, partitions: Partitions, groups: SynchronisedGroups) -> None:
        """Keep only these partitions."""
        self._left = partitions, groups
        self.fixing.restrict(dict(zip(partitions.members, partitions.member_masks().T, strict=True)))

    def _fairest(self, incumbent: Plan, partitions: Partitions, groups: SynchronisedGroups) -> Plan | None:
        """Return the plan of the fairest partition that is left; None if the work is exhausted."""
        imbalances = self._imbalances(partitions)
        fairest = np.flatnonzero(imbalances == imbalances.min())
        self._restrict_to(partitions.subset(tuple(fairest.tolist())), groups)
        return (
            groups.plan_of(partitions, int(fairest[0]))
            if int(imbalances.min()) < incumbent.costs[Tier.FAIRNESS]
            else incumbent
        )

    def _best_wishes(
        self, incumbent: Plan, partitions: Partitions, groups: SynchronisedGroups, deterministic: float
    ) -> TierResult:
        """Optimise the wishes of each of the fairest partitions that are left, group by group."""
        fairest = partitions.subset(
            tuple(np.flatnonzero(self._imbalances(partitions) == incumbent.costs[Tier.FAIRNESS]).tolist())
        )
        wishes = WishOptimiser(self.state, groups, deterministic)
        plan = wishes.optimise(fairest, incumbent)
        return TierResult(plan or incumbent, proved=plan is not None, spent=wishes.spent)

    def _imbalances(self, partitions: Partitions) -> Array:
        """Return the fairness cost of each partition."""
        problem, masks = self.state.problem, partitions.member_masks()
        seconds = [problem.demands[d].services[j].seconds for d, j in self.state.services]
        loads = sum((masks >> v & 1) * length for v, length in enumerate(seconds))
        imbalances = np.zeros(len(masks), dtype=np.int64)
        at_work = [(i, problem.members[c]) for i, c in enumerate(partitions.members) if problem.members[c].works]
        for role in {role for _, member in at_work for role in member.roles}:
            mine = np.asarray(loads)[:, [i for i, member in at_work if role in member.roles]]
            imbalances += mine.max(axis=1) - mine.min(axis=1)
        return imbalances
