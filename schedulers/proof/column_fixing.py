"""The sets of each member, sifted from tier to tier: what cannot be part of a day that costs no more is forgotten."""

import numpy as np

from schedulers.proof.columns import (
    DAY_END,
    FREELY,
    Able,
    Array,
    Asked,
    Limits,
    MemberSets,
    Windows,
    is_wrong,
    member_sets,
    services_of,
)
from schedulers.proof.kernels.column_kernel import LATENESS, NOTHING
from schedulers.proof.kernels.column_kernel import TRAVEL as ON_THE_WAY
from schedulers.proof.lp_bound import SEEN, Bound, SetBound
from schedulers.proof.ng_routes import MemberWalks, can_walk
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import Tier, down_to


class Sifting:
    """Every member's sets, fewer with every tier that is proved; none for days with pinned services."""

    def __init__(self, state: DaySearch, most_labels: int | None = None) -> None:
        self.state, parameters = state, state.problem.proof
        self.most_labels = parameters.most_labels if most_labels is None else most_labels
        self._first_labels = parameters.first_labels
        self.windows: Windows | None = None
        self.members: list[MemberSets] = []
        self.placed: list[int] = []
        self._left: dict[int, Array] = {}
        self.last: tuple[SetBound, Bound] | None = None
        # A pinned service is not held to windows and hours, which the sets are counted by.
        self._possible = not any(any(demand.pins) for demand in state.problem.demands)

    def bound(self, found: Plan, tier: Tier) -> int:
        """What the tier costs at least with those above held at the plan's costs; 0 where sets do not tell of it."""
        self.last = None
        if tier not in SEEN or not self._possible:
            return 0
        known = {above: found.costs[above] for above in down_to(tier)}
        limits = Limits(*(known.get(each, FREELY) for each in (Tier.UNPLACED, Tier.CONTINUITY, Tier.TARDINESS)))
        self.windows = Windows(self.state, min(limits.late, DAY_END), self._able(limits.wrong))
        asked = Asked(self.windows, limits, _kinds(tier, limits.late), min(self._first_labels, self.most_labels))
        self.members = [
            self._counted(member_sets(self.state, c, asked)) for c in range(len(self.state.problem.members))
        ]
        if self._uncounted() and (self.most_labels < self._first_labels or not can_walk(self.state)):
            return 0
        least, before = self._relax(found, asked, tier), -1
        # Fairness is read off sets, so these are counted even where the way is proved.
        while before < least < found.costs[tier] + (tier == Tier.TRAVEL) and self._uncounted():
            self._count_more()
            least, before = self._relax(found, asked, tier), least
        return max(0, least)

    def _uncounted(self) -> list[int]:
        return [c for c, each in enumerate(self.members) if not each.counted]

    def _counted(self, each: MemberSets) -> MemberSets:
        """Of sets that were counted, those that are left from the tiers above."""
        if each.counted and each.member in self._left:
            each.keep(np.isin(each.sets, self._left[each.member]))
        return each

    def _relax(self, found: Plan, asked: Asked, tier: Tier) -> int:
        """Bound the tier by the sets as they are known, or walks where they are not, and sift them."""
        walks = [MemberWalks(self.state, c, asked) for c in self._uncounted()]
        relaxed = SetBound(self.state, self.members, walks, found, tier)
        self.last = relaxed, relaxed.solve()
        self._sift()
        return self.last[1].least

    def _count_more(self) -> None:
        """Count those who had too many sets at the prices of the bound: what is dear at these is in no good day."""
        assert self.last is not None
        relaxed, bound = self.last
        for each in relaxed.walks:
            self.members[each.member] = self._counted(relaxed.counted(each, bound, self.most_labels))

    def _able(self, wrong: int) -> Able:
        """Who may do what in a day with so many wrong at most, as far as the sets that are left tell."""
        able = np.asarray(self.state.able, dtype=np.bool_).copy()
        for c in range(len(able)):
            if c in self._left:
                mine, together = services_of(self.state, c), np.bitwise_or.reduce(self._left[c], initial=0)
                able[c, list(mine)] &= ((int(together) >> np.arange(len(mine))) & 1).astype(np.bool_)
            if wrong == 0:
                able[c] &= [not is_wrong(self.state, v, c) for v in range(able.shape[1])]
        return able

    def _sift(self) -> None:
        assert self.last is not None
        relaxed, bound = self.last
        self.placed = list(relaxed.placed(bound))
        for each, kept in zip(self.members, relaxed.sift(bound), strict=True):
            each.keep(kept)
            if each.counted:
                self._left[each.member] = each.sets

    def only(self, services: dict[int, Array]) -> None:
        """Keep of each member's sets those with exactly these services, in bits of the day's."""
        for each in self.members:
            each.keep(np.isin(each.of_day(), services[each.member]))
            self._left[each.member] = each.sets
        self.last = None  # its bound was of more sets

    def hold(self, found: Plan) -> None:
        """The tier that was bounded is proved to cost what it costs in this plan."""
        if self.last is None:
            return
        relaxed = self.last[0]
        if relaxed.most > found.costs[relaxed.tier]:
            relaxed.most = found.costs[relaxed.tier]
            self._sift()


def _kinds(tier: Tier, late: int) -> dict[Tier, int]:
    """What labels count, by tier."""
    if tier == Tier.TRAVEL:
        return {tier: ON_THE_WAY, Tier.TARDINESS: LATENESS} if late else {tier: ON_THE_WAY}
    return {tier: LATENESS if tier == Tier.TARDINESS else NOTHING}
