"""The sets of each member, sifted from tier to tier: what cannot be part of a day that costs no more is forgotten."""

import numpy as np

from schedulers.day_bound import CONTINUITY, SEEN, TARDINESS, TRAVEL, UNPLACED, Bound, SetBound
from schedulers.day_sets import DAY_END, FREELY, MOST_LABELS, Array, Limits, MemberSets, Windows, all_sets
from schedulers.search import DaySearch, Plan
from schedulers.set_kernel import LATENESS, NOTHING
from schedulers.set_kernel import TRAVEL as ON_THE_WAY


class Sifting:
    """Every member's sets, fewer with every tier that is proved; none for days with pinned services."""

    def __init__(self, state: DaySearch, most_labels: int = MOST_LABELS) -> None:
        self.state, self.most_labels = state, most_labels
        self.windows: Windows | None = None
        self.members: list[MemberSets] = []
        self.placed: list[int] = []
        self._left: dict[int, Array] = {}
        self._last: tuple[SetBound, Bound] | None = None
        # A pinned service is not held to windows and hours, which the sets are counted by.
        self._possible = not any(any(demand.pins) for demand in state.problem.demands)

    def bound(self, found: Plan, tier: int) -> int:
        """What the tier costs at least with those above held at the plan's costs; 0 where sets do not tell of it."""
        self._last = None
        if tier not in SEEN or not self._possible:
            return 0
        limits = Limits(
            found.costs[UNPLACED],
            found.costs[CONTINUITY] if tier >= CONTINUITY else FREELY,
            found.costs[TARDINESS] if tier >= TARDINESS else FREELY,
        )
        self.windows = Windows(self.state, min(limits.late, DAY_END))
        self.members = all_sets(self.state, self.windows, limits, _kinds(tier, limits.late), self.most_labels)
        for each in self.members:
            if each.counted and each.member in self._left:
                each.keep(np.isin(each.sets, self._left[each.member]))
        relaxed = SetBound(self.state, self.members, found, tier)
        self._last = relaxed, relaxed.solve()
        self._sift()
        return max(0, self._last[1].least)

    def _sift(self) -> None:
        assert self._last is not None
        relaxed, bound = self._last
        self.placed = list(relaxed.placed(bound))
        for each, kept in zip(self.members, relaxed.sift(bound), strict=True):
            each.keep(kept)
            if each.counted:
                self._left[each.member] = each.sets

    def hold(self, found: Plan) -> None:
        """The tier that was bounded is proved to cost what it costs in this plan."""
        if self._last is None:
            return
        relaxed = self._last[0]
        if relaxed.most > found.costs[relaxed.tier]:
            relaxed.most = found.costs[relaxed.tier]
            self._sift()


def _kinds(tier: int, late: int) -> dict[int, int]:
    """What labels count, by tier."""
    if tier == TRAVEL:
        return {TRAVEL: ON_THE_WAY, TARDINESS: LATENESS} if late else {TRAVEL: ON_THE_WAY}
    return {tier: LATENESS if tier == TARDINESS else NOTHING}
