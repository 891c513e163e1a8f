"""Proof of a tier by enumerating all partitions between bound and incumbent, and solving each of them.

Travel keeps all partitions of least cost; fairness and wishes then choose among these.
Source: Baldacci, Christofides and Mingozzi (2008, doi 10.1007/s10107-007-0178-5).
"""

from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from schedulers.limits import sharing
from schedulers.proof.column_fixing import ColumnFixing
from schedulers.proof.columns import Array, StartWindows
from schedulers.proof.kernels.route_kernel import LATE, URGENT
from schedulers.proof.lp_bound import SCALE
from schedulers.proof.partitions import PartitionEnumerator, Partitions
from schedulers.proof.synchronised_routes import LABELS_PER_SECOND, SynchronisedGroups
from schedulers.proof.wishes import WishOptimiser
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import Order, Tier, down_to, in_order

STEPS_PER_SECOND = 250_000_000
"""Steps that count as a deterministic second, which is about two seconds of the processor."""

MOST_SERVICES = 62
"""Services are bits of a signed 64-bit integer."""


ROUTE_TIERS = {Tier.TARDINESS: LATE, Tier.TRAVEL: 1, Tier.URGENT: URGENT}
"""The tiers in which routes have costs, with weights that put urgent lateness above all lateness above travel."""

PARTITION_TIERS = (Tier.UNPLACED, Tier.CONTINUITY, Tier.IMBALANCE)
"""The tiers that do not depend on routes: a partition has its cost in them, below that of its routes."""

GroupsKey = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[tuple[tuple[int, int], ...], ...]]
"""What the costs of groups depend on: weights of routes, earliest and latest starts, and working intervals."""

RouteWeights = tuple[int, int, int]
"""Weights of a second of lateness, of travel and of urgent lateness in a route."""


def route_weights(tier: Tier, incumbent: Plan, order: Order) -> RouteWeights:
    """Return the weights of routes in a tier: of its own cost and of those above. Without any, they need be possible.

    Urgent lateness has none where there is none: start windows exclude it.
    """
    weights = {each: weight for each, weight in ROUTE_TIERS.items() if each in down_to(tier, order)}
    if tier != Tier.URGENT and not incumbent.costs[Tier.URGENT]:
        weights.pop(Tier.URGENT, None)
    late, travel, urgent = (weights.get(each, 0) for each in ROUTE_TIERS)
    return late, travel, urgent


def route_cost(incumbent: Plan, tier: Tier, weights: RouteWeights) -> int:
    """Return the cost of a plan as that of its routes and its partition."""
    routes = sum(weight * incumbent.costs[each] for each, weight in zip(ROUTE_TIERS, weights, strict=True))
    return routes + (incumbent.costs[tier] if tier in PARTITION_TIERS else 0)


def can_enumerate(tier: Tier, order: Order) -> bool:
    """Do partitions and routes count every tier above, with weights in that order? No demand of a day is published."""
    above = down_to(tier, order)[:-1]
    counted = {*ROUTE_TIERS, *PARTITION_TIERS, Tier.DISRUPTION} - {Tier.TRAVEL}
    return set(above) <= counted and not (tier == Tier.URGENT and Tier.TARDINESS in above)


@dataclass(slots=True)
class SearchEffort:
    """The enumerators of a tier and their work limit in deterministic seconds."""

    deterministic: float
    enumerator: PartitionEnumerator
    groups: SynchronisedGroups
    labels_before: int = 0

    @property
    def spent(self) -> float:
        """The work so far, in deterministic seconds."""
        labels = self.groups.steps - self.labels_before
        return self.enumerator.steps / STEPS_PER_SECOND + labels / LABELS_PER_SECOND

    @property
    def _left(self) -> float:
        return max(0.0, self.deterministic - self.spent)

    def most_steps(self, part: float) -> int:
        """Steps of the partition enumerator at which to stop, if it may take a part of the work that is left."""
        return self.enumerator.steps + int(STEPS_PER_SECOND * self._left * min(1.0, part))

    @property
    def most_labels(self) -> int:
        """Labels of synchronised groups at which to stop."""
        return self.groups.steps + int(LABELS_PER_SECOND * self._left)


@dataclass(frozen=True, slots=True)
class TierResult:
    """The incumbent, whether it is proved optimal in the tier, the deterministic seconds spent, and if it was tried."""

    plan: Plan
    proved: bool
    spent: float
    was_tried: bool = True


class TierEnumeration:
    """The partitions of a day, if the columns of all members are enumerated.

    None of its demands may be published, or be made by three: CP-SAT proves such a day.
    """

    def __init__(self, state: DaySearch, fixing: ColumnFixing) -> None:
        self.state, self.fixing = state, fixing
        published = any(demand.previous for demand in state.problem.demands)
        in_threes = any(len(demand.services) > 2 for demand in state.problem.demands)
        self._possible = not published and not in_threes and len(state.services) <= MOST_SERVICES
        self._left: tuple[Partitions, SynchronisedGroups] | None = None
        self._kept: tuple[GroupsKey, SynchronisedGroups] | None = None

    def solve(self, incumbent: Plan, tier: Tier, deterministic: float) -> TierResult:
        """Search for a better plan in a tier with those above held at the incumbent's costs."""
        above = down_to(tier, self.state.order)[:-1]
        if tier == Tier.FAIRNESS and above[-1] == Tier.TRAVEL and self._left is not None:
            fairest = self._fairest(incumbent, *self._left)
            return TierResult(fairest or incumbent, proved=fairest is not None, spent=0.0)
        if tier == Tier.WISH and above[-2:] == (Tier.TRAVEL, Tier.FAIRNESS) and self._left is not None:
            return self._best_wishes(incumbent, *self._left, deterministic)
        self._left = None
        enumerated = all(each.enumerated and len(each.masks) for each in self.fixing.members)
        possible = self._possible and enumerated and can_enumerate(tier, self.state.order)
        if not possible or self.fixing.last is None or self.fixing.windows is None:
            return TierResult(incumbent, proved=False, spent=0.0, was_tried=False)
        groups = self._groups(self.fixing.windows, route_weights(tier, incumbent, self.state.order))
        effort = SearchEffort(deterministic, PartitionEnumerator(*self.fixing.last), groups, groups.steps)
        plan, proved = self._search(incumbent, tier, effort)
        return TierResult(plan, proved, effort.spent)

    def _groups(self, windows: StartWindows, weights: RouteWeights) -> SynchronisedGroups:
        """Return the groups of a tier: the kept ones, if nothing about them has changed."""
        key = (weights, tuple(windows.earliest), tuple(windows.latest), tuple(windows.works))
        if self._kept is not None and self._kept[0] == key:
            return self._kept[1]
        groups = SynchronisedGroups(self.state, windows, weights)
        if self.state.problem.proof.keep_groups:
            self._kept = key, groups
        return groups

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
            whole = last or not parameters.gap_slack or tier == Tier.UNPLACED
            part = 1.0 if whole else parameters.gap_slack * excess / most_excess
            most_steps = effort.most_steps(part)
            partitions = enumerator.enumerate(min(excess, most_excess), most_steps, -1 if find_all else known)
            if partitions is None:
                return incumbent, False
            partitions = self._balanced(partitions, tier, incumbent)
            most = route_cost(incumbent, tier, effort.groups.weights) - (0 if find_all else 1)
            slack = 0.0 if tier == Tier.UNPLACED else parameters.partition_slack
            searched = effort.groups.cheapest(partitions, most, effort.most_labels, find_all=find_all, slack=slack)
            if searched.plan and in_order(searched.plan.costs, order) < in_order(incumbent.costs, order):
                incumbent = searched.plan
                self.fixing.hold(incumbent)
            if not searched.complete:
                return incumbent, False
            if find_all:
                self._restrict_to(partitions.subset(searched.partitions), effort.groups)
            known, excess = excess, excess * parameters.gap_growth
        return incumbent, True

    def _balanced(self, partitions: Partitions, tier: Tier, incumbent: Plan) -> Partitions:
        """Keep the partitions that are in balance like the incumbent; if that is the tier, count it."""
        if Tier.IMBALANCE not in down_to(tier, self.state.order) or not len(partitions.choice):
            return partitions
        imbalances = self._out_of_balance(partitions)
        if tier == Tier.IMBALANCE:
            partitions = replace(partitions, costs=imbalances)
        return partitions.subset(tuple(np.flatnonzero(imbalances <= incumbent.costs[Tier.IMBALANCE]).tolist()))

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
        most = self.state.problem.proof.wish_work or deterministic
        wishes = WishOptimiser(self.state, groups, min(most, deterministic))
        plan = wishes.optimise(fairest, incumbent)
        return TierResult(plan or incumbent, proved=plan is not None, spent=wishes.spent)

    def _loads(self, partitions: Partitions) -> Array:
        """Return the seconds of service of each member, by their index, in each partition."""
        problem, masks = self.state.problem, partitions.member_masks()
        loads = np.zeros((len(masks), len(problem.members)), dtype=np.int64)
        for v, (d, j) in enumerate(self.state.services):
            loads[:, list(partitions.members)] += (masks >> v & 1) * problem.demands[d].services[j].seconds
        return loads

    def _imbalances(self, partitions: Partitions) -> Array:
        """Return the fairness cost of each partition."""
        loads = self._loads(partitions)
        imbalances = np.zeros(len(loads), dtype=np.int64)
        for mine in sharing(self.state.problem.members):
            imbalances += loads[:, mine].max(axis=1) - loads[:, mine].min(axis=1)
        return imbalances

    def _out_of_balance(self, partitions: Partitions) -> Array:
        """Return the imbalance of each partition beyond the limits."""
        loads, ahead = self._loads(partitions), np.asarray(self.state.day.ahead)
        imbalances = np.zeros(len(loads), dtype=np.int64)
        for mine in sharing(self.state.problem.members):
            pairs = [loads[:, c] - loads[:, e] - ahead[c, e] for c, e in permutations(mine, 2)]
            imbalances += np.maximum(0, np.max(pairs, axis=0))
        return imbalances
