"""Reduced-cost fixing: removes columns that no roster as cheap as the incumbent can use, from tier to tier.

Source: reduced-cost fixing as for route columns in Baldacci, Christofides and Mingozzi (2008,
doi 10.1007/s10107-007-0178-5).
"""

import numpy as np

from schedulers.proof.columns import (
    DAY_END,
    UNLIMITED,
    Able,
    Array,
    CostLimits,
    LabelQuery,
    MemberColumns,
    StartWindows,
    enumerate_columns,
    is_named_for_other,
    services_of_member,
)
from schedulers.proof.kernels.column_kernel import LATENESS, NO_COST, TRAVEL_TIME
from schedulers.proof.lp_bound import SEEN, ColumnRelaxation, LagrangianBound
from schedulers.proof.ng_routes import MemberNgRoutes, NgRoutePricing, can_use_ng_routes
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import Tier, down_to

LIMITED = (Tier.UNPLACED, Tier.CONTINUITY, Tier.TARDINESS, Tier.URGENT)
"""The tiers of the limits of a label query, in their order."""


class ColumnFixing:
    """Every member's columns, fewer with every tier that is proved; none for days with pinned services."""

    def __init__(self, state: DaySearch, most_labels: int | None = None) -> None:
        self.state, parameters = state, state.problem.proof
        self.most_labels = parameters.most_labels if most_labels is None else most_labels
        self._first_labels = parameters.first_labels
        self.windows: StartWindows | None = None
        self.members: list[MemberColumns] = []
        self.always_placed: list[int] = []
        self._remaining: dict[int, Array] = {}
        self.last: tuple[ColumnRelaxation, LagrangianBound] | None = None
        # A pinned service need not keep windows and hours, within which columns are enumerated.
        self._possible = not any(any(demand.pins) for demand in state.problem.demands)

    def bound(self, incumbent: Plan, tier: Tier) -> int:
        """Return a lower bound of a tier with those above held at the incumbent; 0 if columns do not count it."""
        self.last = None
        if tier not in SEEN or not self._possible:
            return 0
        known = {above: incumbent.costs[above] for above in down_to(tier, self.state.order)}
        limits = CostLimits(*(known.get(each, UNLIMITED) for each in LIMITED))
        able = self._able(limits.not_named)
        self.windows = StartWindows(self.state, min(limits.late, DAY_END), able, min(limits.urgent, DAY_END))
        query = LabelQuery(self.windows, limits, _kinds(tier, known), min(self._first_labels, self.most_labels))
        self.members = [
            self._restricted(enumerate_columns(self.state, c, query)) for c in range(len(self.state.problem.members))
        ]
        if self._not_enumerated() and (self.most_labels < self._first_labels or not can_use_ng_routes(self.state)):
            return 0
        least, previous = self._relax(incumbent, query, tier), -1
        # Fairness is read off columns, so they are enumerated even where travel is proved.
        while previous < least < incumbent.costs[tier] + (tier == Tier.TRAVEL) and self._not_enumerated():
            self._enumerate_within_gap()
            least, previous = self._relax(incumbent, query, tier), least
        return max(0, least)

    def _not_enumerated(self) -> list[int]:
        return [c for c, each in enumerate(self.members) if not each.enumerated]

    def _restricted(self, each: MemberColumns) -> MemberColumns:
        """Keep of enumerated columns those that remain from the tiers above."""
        if each.enumerated and each.member in self._remaining:
            each.keep(np.isin(each.masks, self._remaining[each.member]))
        return each

    def _relax(self, incumbent: Plan, query: LabelQuery, tier: Tier) -> int:
        """Bound the tier by columns, or ng-routes where they are not enumerated, and fix columns."""
        shared: dict[bytes, NgRoutePricing] = {}
        ng_routes = [MemberNgRoutes(self.state, c, query, shared) for c in self._not_enumerated()]
        relaxation = ColumnRelaxation(self.state, self.members, ng_routes, incumbent, tier)
        self.last = relaxation, relaxation.solve()
        self.fix()
        return self.last[1].least

    def _enumerate_within_gap(self) -> None:
        """Enumerate the remaining members' columns within the gap of the bound: no others are in a good roster."""
        assert self.last is not None
        relaxation, bound = self.last
        for each in relaxation.ng_routes:
            self.members[each.member] = self._restricted(relaxation.columns_within_gap(each, bound, self.most_labels))

    def _able(self, not_named: int) -> Able:
        """Return who may do what by the remaining columns, nothing named for others if `not_named` is 0."""
        able = np.asarray(self.state.able, dtype=np.bool_).copy()
        for c in range(len(able)):
            if c in self._remaining:
                mine, together = (
                    services_of_member(self.state, c),
                    np.bitwise_or.reduce(self._remaining[c], initial=0),
                )
                able[c, list(mine)] &= ((int(together) >> np.arange(len(mine))) & 1).astype(np.bool_)
            if not_named == 0:
                able[c] &= [not is_named_for_other(self.state, v, c) for v in range(able.shape[1])]
        return able

    def fix(self) -> None:
        """Remove the columns whose excess above the bound exceeds the gap to the incumbent."""
        assert self.last is not None
        relaxation, bound = self.last
        self.always_placed = list(relaxation.always_placed(bound))
        for each, kept in zip(self.members, relaxation.within_gap(bound), strict=True):
            each.keep(kept)
            if each.enumerated:
                self._remaining[each.member] = each.masks

    def restrict(self, services: dict[int, Array]) -> None:
        """Keep only the columns with these masks, by member, in bits of the day's services."""
        for each in self.members:
            each.keep(np.isin(each.day_masks(), services[each.member]))
            self._remaining[each.member] = each.masks
        self.last = None  # its bound was over more columns

    def hold(self, incumbent: Plan) -> None:
        """Take the cost of the bounded tier in the incumbent as proved, and fix columns by it."""
        if self.last is None:
            return
        relaxation = self.last[0]
        if relaxation.upper > incumbent.costs[relaxation.tier]:
            relaxation.upper = incumbent.costs[relaxation.tier]
            self.fix()


def _kinds(tier: Tier, known: dict[Tier, int]) -> dict[Tier, int]:
    """Return which cost labels count, by tier: its own first, then each lateness that is held and not zero."""
    late = (Tier.TARDINESS, Tier.URGENT)
    own = TRAVEL_TIME if tier == Tier.TRAVEL else LATENESS if tier in late else NO_COST
    return {tier: own} | {each: LATENESS for each in late if each != tier and known.get(each)}
