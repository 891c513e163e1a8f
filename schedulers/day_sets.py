"""The sets of services that each member could do on a day, with the least each costs her: all of them, counted out.

It is a relaxation: a double demand's two services start when each likes, inside what is left to both. So a bound over
these sets is a bound of the day, and a set that cannot be part of a good day here is part of none.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from schedulers.compiled import ints, zeros
from schedulers.problem import Demand, Member
from schedulers.rules import gap_of
from schedulers.search import DaySearch
from schedulers.set_kernel import LATENESS, NOTHING, Trip, extend, homeward, undominated

DAY_END = 48 * 3600
"""No start is later, in seconds of the day; shifts may pass midnight."""

MOST_LABELS = 400_000
"""Of one round of one member, who is not counted out if there are more: less than a second of work."""

FREELY = 1 << 40

Array = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a day of interest costs at most in the first tiers; FREELY where nothing is known."""

    unplaced: int = FREELY
    wrong: int = FREELY
    late: int = FREELY


@dataclass(slots=True)
class MemberSets:
    """A member's sets in rising order, the empty one first, with what each costs her at least in the tiers.

    `services` are those she may do; bit i of a set is `services[i]`.
    """

    member: int
    services: tuple[int, ...]
    sets: Array
    costs: dict[int, Array] = field(default_factory=dict)
    counted: bool = True

    def keep(self, these: NDArray[np.bool_]) -> None:
        """Forget all other sets."""
        self.sets = self.sets[these]
        self.costs = {tier: costs[these] for tier, costs in self.costs.items()}

    def match(self, sets: Array, costs: Array, tier: int) -> None:
        """Keep only these sets, with their costs in that tier."""
        self.keep(np.isin(self.sets, sets))
        self.costs[tier] = costs[np.searchsorted(sets, self.sets)]


class Windows:
    """Earliest and latest start of each service by the members who may do it, pairs by each other."""

    def __init__(self, state: DaySearch, late: int) -> None:
        self.state, self.problem = state, state.problem
        demands = [self.problem.demands[d] for d, _ in state.services]
        self.earliest = [max(demand.opens, self._first(v)) for v, demand in enumerate(demands)]
        self.latest = [min(demand.closes + late, self._last(v)) for v, demand in enumerate(demands)]
        for d, demand in enumerate(self.problem.demands):
            if len(demand.services) == 2:
                self._agree(state.first[d], *gap_of(demand))

    def _able(self, v: int) -> list[Member]:
        return [member for c, member in enumerate(self.problem.members) if self.state.able[c, v]]

    def _part(self, v: int) -> tuple[Demand, int]:
        d, j = self.state.services[v]
        return self.problem.demands[d], self.problem.demands[d].services[j].seconds

    def _first(self, v: int) -> int:
        demand, _ = self._part(v)
        arrivals = [
            member.works[0][0] + self.problem.travel[member.mode][member.start_place][demand.place]
            for member in self._able(v)
        ]
        return min(arrivals, default=DAY_END)

    def _last(self, v: int) -> int:
        _, seconds = self._part(v)
        return max((member.works[-1][1] + member.overtime - seconds for member in self._able(v)), default=0)

    def _agree(self, v: int, least: int, most: int) -> None:
        early, last = self.earliest, self.latest
        early[v + 1] = max(early[v + 1], early[v] + least)
        early[v] = max(early[v], early[v + 1] - most)
        last[v] = min(last[v], last[v + 1] - least)
        last[v + 1] = min(last[v + 1], last[v] + most)


def all_sets(
    state: DaySearch, windows: Windows, limits: Limits, kinds: dict[int, int], most_labels: int
) -> list[MemberSets]:
    """Every member's sets with their costs by tier (`kinds`: what is counted, by tier); none of who has too many."""
    return [member_sets(state, windows, c, limits, kinds, most_labels) for c in range(len(state.problem.members))]


def member_sets(
    state: DaySearch, windows: Windows, c: int, limits: Limits, kinds: dict[int, int], most_labels: int
) -> MemberSets:
    """A member's sets with their costs; `counted` is False if there are too many."""
    mine: MemberSets | None = None
    for tier, kind in kinds.items():
        found = count_out(trip_of(state, windows, c, limits, kind), most_labels)
        if found is None:
            return MemberSets(c, services_of(state, c), np.zeros(0, dtype=np.int64), counted=False)
        if mine is None:
            mine = MemberSets(c, services_of(state, c), found[0])
        mine.match(*found, tier)
        if kind == NOTHING:
            mine.costs = {}
    assert mine is not None
    return mine


def services_of(state: DaySearch, c: int) -> tuple[int, ...]:
    """The services that the member may do."""
    return tuple(int(v) for v in np.flatnonzero(np.asarray(state.able)[c]))


def is_wrong(state: DaySearch, v: int, c: int) -> bool:
    """Is somebody else named for the service?"""
    d, j = state.services[v]
    return state.problem.demands[d].services[j].named not in (None, state.problem.members[c].id)


def trip_of(state: DaySearch, windows: Windows, c: int, limits: Limits, kind: int) -> Trip:
    """The member's day as the kernel sees it; what `kind` counts is no more than the limits allow."""
    mine, member, problem = services_of(state, c), state.problem.members[c], state.problem
    place = [problem.demands[state.services[v][0]].place for v in mine] + [member.start_place, member.end_place]
    service = zeros(len(mine), 6)
    for i, v in enumerate(mine):
        d, j = state.services[v]
        foes = sum(1 << k for k, w in enumerate(mine) if w != v and state.services[w][0] == d)
        demand = problem.demands[d]
        columns = (
            demand.services[j].seconds,
            windows.earliest[v],
            windows.latest[v],
            demand.closes,
            int(is_wrong(state, v, c)),
            foes,
        )
        for column, value in enumerate(columns):
            service[i, column] = value
    most = limits.late if kind == LATENESS else FREELY
    end = member.works[-1][1] if member.works else 0
    works = [(a, b + (member.overtime if b == end else 0)) for a, b in member.works]
    return Trip(
        legs=ints(np.array(problem.travel[member.mode], dtype=np.int64)[np.ix_(place, place)]),
        works=ints(np.array(works, dtype=np.int64).reshape(len(works), 2)),
        service=service,
        bounds=ints([end, most, limits.wrong, limits.late, kind]),
    )


def count_out(trip: Trip, most_labels: int = MOST_LABELS) -> tuple[Array, Array] | None:
    """The sets, rising, and the least cost of each; None if there are too many labels."""
    n = trip.service.shape[0]
    labels = np.zeros((1, 5), dtype=np.int64)
    labels[0, 1] = n  # she is at her start
    sets, costs = [np.zeros(1, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    while len(labels) and n:
        longer = np.empty((min(most_labels, len(labels) * n), 5), dtype=np.int64)
        count = extend(trip, ints(labels), len(labels), ints(longer))
        if count < 0:
            return None
        labels = undone(longer[:count])
        whole = np.empty((len(labels), 2), dtype=np.int64)
        many = homeward(trip, ints(labels), len(labels), ints(whole))
        sets.append(whole[:many, 0])
        costs.append(whole[:many, 1])
    together = np.concatenate(sets)
    order = np.argsort(together, kind="stable")
    return together[order], np.concatenate(costs)[order]


def undone(labels: Array) -> Array:
    """The labels that no other makes needless, by set and last service."""
    order = np.lexsort((labels[:, 3], labels[:, 2], labels[:, 1], labels[:, 0]))
    kept = np.empty_like(labels)
    return kept[: undominated(ints(labels), ints(order), ints(kept))].copy()
