"""The sets of services that each member could do on a day, with the least each costs her: all of them, counted out.

It is a relaxation: a double demand's two services start when each likes, inside what is left to both. So a bound over
these sets is a bound of the day, and a set that cannot be part of a good day here is part of none.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from schedulers.parameters import DEFAULT_PROOF
from schedulers.problem import Demand, Member
from schedulers.proof.kernels.column_kernel import LATENESS, NOTHING, Trip, count
from schedulers.rules import gap_of, leg_begin, work_intervals
from schedulers.search.compiled import ints, zeros
from schedulers.search.search import DaySearch
from schedulers.tiers import Tier

DAY_END = 48 * 3600
"""No start is later, in seconds of the day; shifts may pass midnight."""

FREELY = 1 << 40

Array = NDArray[np.int64]

Able = NDArray[np.bool_]
"""(members, services): who may do what."""

Counted = tuple[Array, Array]
"""Sets, rising, and the least cost of each."""


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
    costs: dict[Tier, Array] = field(default_factory=dict)
    counted: bool = True

    def keep(self, these: NDArray[np.bool_]) -> None:
        """Forget all other sets."""
        self.sets = self.sets[these]
        self.costs = {tier: costs[these] for tier, costs in self.costs.items()}

    def of_day(self) -> Array:
        """The sets in bits of the day's services."""
        told = np.zeros(len(self.sets), dtype=np.int64)
        for i, v in enumerate(self.services):
            told |= (self.sets >> i & 1) << v
        return told

    def match(self, sets: Array, costs: Array, tier: Tier) -> None:
        """Keep only these sets, with their costs in that tier."""
        self.keep(np.isin(self.sets, sets))
        self.costs[tier] = costs[np.searchsorted(sets, self.sets)]


class Windows:
    """Earliest and latest start of each service by the members who may do it, pairs by each other."""

    def __init__(self, state: DaySearch, late: int, able: Able | None = None) -> None:
        self.state, self.problem, self.late = state, state.problem, late
        self.able = np.asarray(state.able, dtype=np.bool_) if able is None else able
        demands = [self.problem.demands[d] for d, _ in state.services]
        self.earliest = [max(demand.opens, self._first(v)) for v, demand in enumerate(demands)]
        self.latest = [min(demand.closes + late, self._last(v)) for v, demand in enumerate(demands)]
        for d, demand in enumerate(self.problem.demands):
            if len(demand.services) == 2:
                self._agree(state.first[d], *gap_of(demand))

    def active(self, c: int) -> list[int]:
        """The services that the member may do as far as is known."""
        return np.flatnonzero(self.able[c]).tolist()

    def _able(self, v: int) -> list[Member]:
        return [member for c, member in enumerate(self.problem.members) if self.able[c, v]]

    def _part(self, v: int) -> tuple[Demand, int]:
        d, j = self.state.services[v]
        return self.problem.demands[d], self.problem.demands[d].services[j].seconds

    def _first(self, v: int) -> int:
        demand, seconds = self._part(v)
        begins = [
            leg_begin(member, max(demand.opens, member.works[0][0] + way), seconds)
            for member in self._able(v)
            for way in (self.problem.travel[member.mode][member.start_place][demand.place],)
        ]
        return min([begin for begin in begins if begin is not None], default=DAY_END)

    def _last(self, v: int) -> int:
        _, seconds = self._part(v)
        return max((member.works[-1][1] + member.overtime - seconds for member in self._able(v)), default=0)

    def _agree(self, v: int, least: int, most: int) -> None:
        early, last = self.earliest, self.latest
        early[v + 1] = max(early[v + 1], early[v] + least)
        early[v] = max(early[v], early[v + 1] - most)
        last[v] = min(last[v], last[v + 1] - least)
        last[v + 1] = min(last[v + 1], last[v] + most)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: the cost of each tier (`kinds`), inside which limits, and how many labels it is worth."""

    windows: Windows
    limits: Limits
    kinds: dict[Tier, int]
    most_labels: int = DEFAULT_PROOF.most_labels


def member_sets(state: DaySearch, c: int, asked: Asked) -> MemberSets:
    """A member's sets with their costs; `counted` is False if there are too many."""
    active, most_services = asked.windows.active(c), state.problem.proof.most_services
    counted = (
        (tier, kind, count_out(trip_of(state, c, active, asked, kind), asked.most_labels, most_services))
        for tier, kind in asked.kinds.items()
    )
    return put_together(state, c, active, counted)


def put_together(
    state: DaySearch, c: int, active: list[int], counted: Iterable[tuple[Tier, int, Counted | None]]
) -> MemberSets:
    """A member's sets as they were counted for each tier, in bits of `active`; as they come, until one is None."""
    mine: MemberSets | None = None
    for tier, kind, found in counted:
        if found is None:
            return MemberSets(c, services_of(state, c), np.zeros(0, dtype=np.int64), counted=False)
        sets = spread_out(found[0], active, services_of(state, c))
        if mine is None:
            mine = MemberSets(c, services_of(state, c), sets)
        mine.match(sets, found[1], tier)
        if kind == NOTHING:
            mine.costs = {}
    assert mine is not None
    return mine


def spread_out(sets: Array, active: list[int], services: tuple[int, ...]) -> Array:
    """Sets in bits of all the member's services, from bits of some of them; they rise as before."""
    told = np.zeros(len(sets), dtype=np.int64)
    for i, v in enumerate(active):
        told |= (sets >> i & 1) << services.index(v)
    return told


def services_of(state: DaySearch, c: int) -> tuple[int, ...]:
    """The services that the member may do."""
    return tuple(int(v) for v in np.flatnonzero(np.asarray(state.able)[c]))


def is_wrong(state: DaySearch, v: int, c: int) -> bool:
    """Is somebody else named for the service?"""
    d, j = state.services[v]
    return state.problem.demands[d].services[j].named not in (None, state.problem.members[c].id)


def trip_of(state: DaySearch, c: int, mine: list[int], asked: Asked, kind: int) -> Trip:
    """The member's day as the kernel sees it; what `kind` counts is no more than the limits allow."""
    member, problem, limits, windows = state.problem.members[c], state.problem, asked.limits, asked.windows
    place = [problem.demands[state.services[v][0]].place for v in mine] + [member.start_place, member.end_place]
    service = zeros(len(mine), 6)
    for i, v in enumerate(mine):
        d, j = state.services[v]
        foes = sum(1 << k for k, w in enumerate(mine) if w != v and state.services[w][0] == d)
        demand = problem.demands[d]
        columns = (
            demand.services[j].seconds, windows.earliest[v], windows.latest[v], demand.closes,
            int(is_wrong(state, v, c)), foes,
        )  # fmt: skip
        for column, value in enumerate(columns):
            service[i, column] = value
    most = limits.late if kind == LATENESS else FREELY
    end = member.works[-1][1] if member.works else 0
    works = work_intervals(member)
    return Trip(
        legs=ints(np.array(problem.travel[member.mode], dtype=np.int64)[np.ix_(place, place)]),
        works=ints(np.array(works, dtype=np.int64).reshape(1, len(works), 2)),
        service=service,
        bounds=ints([end, most, limits.wrong, limits.late, kind]),
    )


def count_out(trip: Trip, most_labels: int, most_services: int) -> Counted | None:
    """The sets, rising, and the least cost of each; None if there are too many labels or services."""
    n = trip.service.shape[0]
    if n > most_services or most_labels < 2:  # her start is a label
        return None
    room = min(most_labels, n * math.factorial(min(n, 9)) + 2)
    labels, first = np.empty((room, 3), dtype=np.int64), np.empty((1 << n) + 1, dtype=np.int64)
    whole = np.empty((min(most_labels, 1 << n), 2), dtype=np.int64)
    number = count(trip, ints(labels), ints(first), ints(whole))
    return None if number < 0 else (whole[:number, 0].copy(), whole[:number, 1].copy())
