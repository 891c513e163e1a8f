"""Columns: the sets of services that each member could do on a day, with the least cost of each, all enumerated.

They relax the day: the two services of a double demand each start anywhere in their common start windows. So a bound
over columns is a bound of the day, and a column in no good solution of the relaxation is in no good roster.

Source: set partitioning over routes as columns (Balinski and Quandt, 1964, doi 10.1287/opre.12.2.300).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from schedulers.parameters import DEFAULT_PROOF
from schedulers.problem import Demand, Member
from schedulers.proof.kernels.column_kernel import LATENESS, NO_COST, MemberDay, enumerate_masks
from schedulers.rules import earliest_begin, gap_of, work_intervals
from schedulers.search.compiled import ints, zeros
from schedulers.search.search import DaySearch
from schedulers.tiers import Tier

DAY_END = 48 * 3600
"""No start is later, in seconds of the day; shifts may pass midnight."""

UNLIMITED = 1 << 40

Array = NDArray[np.int64]

Able = NDArray[np.bool_]
"""Shape (members, services): may this member do this service?"""

MaskCosts = tuple[Array, Array]
"""Masks, rising, and the least cost of each."""


@dataclass(frozen=True, slots=True)
class CostLimits:
    """The most that a roster of interest costs in some tiers; UNLIMITED where nothing is known."""

    unplaced: int = UNLIMITED
    not_named: int = UNLIMITED
    late: int = UNLIMITED
    urgent: int = UNLIMITED


@dataclass(slots=True)
class MemberColumns:
    """A member's columns: masks in rising order, the empty one first, and the least cost of each in the tiers.

    `services` are those the member may do; bit i of a mask is `services[i]`. `enumerated` is False if the columns were
    too many; then there are none here.
    """

    member: int
    services: tuple[int, ...]
    masks: Array
    costs: dict[Tier, Array] = field(default_factory=dict)
    enumerated: bool = True

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Keep only these columns."""
        self.masks = self.masks[mask]
        self.costs = {tier: costs[mask] for tier, costs in self.costs.items()}

    def day_masks(self) -> Array:
        """Return the masks in bits of the day's services."""
        masks = np.zeros(len(self.masks), dtype=np.int64)
        for i, v in enumerate(self.services):
            masks |= (self.masks >> i & 1) << v
        return masks

    def restrict_to(self, masks: Array, costs: Array, tier: Tier) -> None:
        """Keep only columns with these masks, and add their costs in a tier."""
        self.keep(np.isin(self.masks, masks))
        self.costs[tier] = costs[np.searchsorted(masks, self.masks)]


class StartWindows:
    """Start windows: earliest and latest start of each service over its able members, tightened within pairs."""

    def __init__(self, state: DaySearch, late: int, able: Able | None = None, urgent: int = UNLIMITED) -> None:
        self.state, self.problem, self.late, self.urgent = state, state.problem, late, urgent
        self.able = np.asarray(state.able, dtype=np.bool_) if able is None else able
        self.works = [self._works(c) for c in range(len(self.problem.members))]
        demands = [self.problem.demands[d] for d, _ in state.services]
        self.earliest = [max(demand.opens, self._first(v)) for v, demand in enumerate(demands)]
        self.latest = [min(demand.closes + late, self._last(v)) for v, demand in enumerate(demands)]
        for v in range(len(demands)):
            self.latest[v] = min(self.latest[v], state.urgent_closes(v) + urgent)
        for d, demand in enumerate(self.problem.demands):
            for j in range(len(demand.services) - 1):
                self._agree(state.first[d] + j, *gap_of(demand))

    def active(self, c: int) -> list[int]:
        """Return the services that a member may still do."""
        return np.flatnonzero(self.able[c]).tolist()

    def _works(self, c: int) -> tuple[tuple[int, int], ...]:
        """Return a member's working intervals, the last one cut where overtime is more than urgent lateness may be."""
        works = work_intervals(self.problem.members[c])
        return (*works[:-1], (works[-1][0], min(works[-1][1], self.state.urgent_end(c) + self.urgent))) if works else ()

    def _able(self, v: int) -> list[Member]:
        return [member for c, member in enumerate(self.problem.members) if self.able[c, v]]

    def _part(self, v: int) -> tuple[Demand, int]:
        d, j = self.state.services[v]
        return self.problem.demands[d], self.problem.demands[d].services[j].seconds

    def _first(self, v: int) -> int:
        demand, seconds = self._part(v)
        begins = [
            earliest_begin(member, max(demand.opens, member.works[0][0] + leg), seconds)
            for member in self._able(v)
            for leg in (self.problem.travel[member.mode][member.start_place][demand.place],)
        ]
        return min([begin for begin in begins if begin is not None], default=DAY_END)

    def _last(self, v: int) -> int:
        _, seconds = self._part(v)
        return max((self.works[c][-1][1] - seconds for c in np.flatnonzero(self.able[:, v])), default=0)

    def _agree(self, v: int, least: int, most: int) -> None:
        early, last = self.earliest, self.latest
        early[v + 1] = max(early[v + 1], early[v] + least)
        early[v] = max(early[v], early[v + 1] - most)
        last[v] = min(last[v], last[v + 1] - least)
        last[v + 1] = min(last[v + 1], last[v] + most)


@dataclass(frozen=True, slots=True)
class LabelQuery:
    """A label query: which cost is counted for each tier (`kinds`), within which limits, by how many labels.

    `known` are the answers so far, by the tables of a member's day: members whose days are alike share one.
    """

    windows: StartWindows
    limits: CostLimits
    kinds: dict[Tier, int]
    most_labels: int = DEFAULT_PROOF.most_labels
    known: dict[bytes, MaskCosts | None] = field(default_factory=dict, compare=False)


def enumerate_columns(state: DaySearch, c: int, query: LabelQuery) -> MemberColumns:
    """Enumerate a member's columns for a query."""
    active, most_services = query.windows.active(c), state.problem.proof.most_services
    enumerated = (
        (tier, kind, _known_masks(member_day(state, c, active, query, tier), query, most_services))
        for tier, kind in query.kinds.items()
    )
    return combine_tiers(state, c, active, enumerated)


def _known_masks(day: MemberDay, query: LabelQuery, most_services: int) -> MaskCosts | None:
    """Return the masks and costs of a member's day, enumerated once for members whose days are alike."""
    key = key_of(day)
    if key not in query.known:
        query.known[key] = masks_and_costs(day, query.most_labels, most_services)
    return query.known[key]


def key_of(day: MemberDay) -> bytes:
    """Return the tables of a member's day as bytes: members with the same have the same columns."""
    shape = np.array([day.service.shape[0], day.works.shape[1]], dtype=np.int64)
    return b"".join(np.asarray(each).tobytes() for each in (shape, *day))


def combine_tiers(
    state: DaySearch, c: int, active: list[int], enumerated: Iterable[tuple[Tier, int, MaskCosts | None]]
) -> MemberColumns:
    """Combine the masks of each tier, in bits of `active`, to columns; not enumerated as soon as a tier is None."""
    mine: MemberColumns | None = None
    for tier, kind, enumerated_tier in enumerated:
        if enumerated_tier is None:
            return MemberColumns(c, services_of_member(state, c), np.zeros(0, dtype=np.int64), enumerated=False)
        masks = widen_masks(enumerated_tier[0], active, services_of_member(state, c))
        if mine is None:
            mine = MemberColumns(c, services_of_member(state, c), masks)
        mine.restrict_to(masks, enumerated_tier[1], tier)
        if kind == NO_COST:
            mine.costs = {}
    assert mine is not None
    return mine


def widen_masks(masks: Array, active: list[int], services: tuple[int, ...]) -> Array:
    """Return masks in bits of all services of a member, from bits of some of them; their order stays."""
    widened = np.zeros(len(masks), dtype=np.int64)
    for i, v in enumerate(active):
        widened |= (masks >> i & 1) << services.index(v)
    return widened


def services_of_member(state: DaySearch, c: int) -> tuple[int, ...]:
    """Return the services that a member may do."""
    return tuple(int(v) for v in np.flatnonzero(np.asarray(state.able)[c]))


def is_named_for_other(state: DaySearch, v: int, c: int) -> bool:
    """Are others named or preferred for the service?"""
    return bool(state.day.strange[c, v])


def member_day(state: DaySearch, c: int, mine: list[int], query: LabelQuery, tier: Tier) -> MemberDay:
    """Return a member's day as the kernel's tables; the cost of a tier is limited as the query says.

    Urgent lateness is lateness behind later closing times.
    """
    member, problem, limits, windows = state.problem.members[c], state.problem, query.limits, query.windows
    is_urgent = tier == Tier.URGENT
    place = [problem.demands[state.services[v][0]].place for v in mine] + [member.start_place, member.end_place]
    service = zeros(len(mine), 6)
    for i, v in enumerate(mine):
        d, j = state.services[v]
        excluded = sum(1 << k for k, w in enumerate(mine) if w != v and state.services[w][0] == d)
        demand = problem.demands[d]
        columns = (
            demand.services[j].seconds, windows.earliest[v], windows.latest[v],
            state.urgent_closes(v) if is_urgent else demand.closes,
            int(limits.not_named < UNLIMITED and is_named_for_other(state, v, c)), excluded,
        )  # fmt: skip
        for column, value in enumerate(columns):
            service[i, column] = value
    late, end = limits.late, member.works[-1][1] if member.works else 0
    if is_urgent:
        late, end = limits.urgent, state.urgent_end(c)
    works, kind = windows.works[c], query.kinds[tier]
    most = late if kind == LATENESS else UNLIMITED
    return MemberDay(
        legs=ints(np.array(problem.travel[member.mode], dtype=np.int64)[np.ix_(place, place)]),
        works=ints(np.array(works, dtype=np.int64).reshape(1, len(works), 2)),
        service=service,
        bounds=ints([end, most, limits.not_named, late, kind]),
    )


def masks_and_costs(trip: MemberDay, most_labels: int, most_services: int) -> MaskCosts | None:
    """Return all masks, rising, and the least cost of each; None if there are too many labels or services."""
    n = trip.service.shape[0]
    if n > most_services or most_labels < 2:  # the start is a label
        return None
    room = min(most_labels, n * math.factorial(min(n, 9)) + 2)
    labels, first = np.empty((room, 3), dtype=np.int64), np.empty((1 << n) + 1, dtype=np.int64)
    columns = np.empty((min(most_labels, 1 << n), 2), dtype=np.int64)
    number = enumerate_masks(trip, ints(labels), ints(first), ints(columns))
    return None if number < 0 else (columns[:number, 0].copy(), columns[:number, 1].copy())
