"""A member's day at prices, where her sets are too many to count: the cheapest walks, and the sets of interest then."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from schedulers.parameters import ProofParameters
from schedulers.proof.columns import Asked, Counted, MemberSets, put_together, trip_of
from schedulers.proof.kernels.column_kernel import LATENESS, TRAVEL, Trip
from schedulers.proof.kernels.ng_route_kernel import NEVER, Walks, lay_out, look_ahead, walk
from schedulers.proof.kernels.priced_column_kernel import Paid, count_paid
from schedulers.search.compiled import ints, zeros
from schedulers.search.search import DaySearch


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk: its services, maybe some of them again; its lateness and way in seconds; its cost less the prices."""

    services: tuple[int, ...]
    late: int
    way: int
    cost: int


class MemberWalks:
    """The walks of one member in one tier."""

    def __init__(self, state: DaySearch, c: int, asked: Asked) -> None:
        self.state, self.member, self.asked = state, c, asked
        self.active = asked.windows.active(c)
        self.trips = {tier: trip_of(state, c, self.active, asked, kind) for tier, kind in asked.kinds.items()}
        self.trip = next(iter(self.trips.values()))
        self.walks = _walks(self.trip, state.problem.proof)
        lay_out(self.trip, self.walks)
        self._paid, self._weight = zeros(len(self.active)), zeros(2)
        self._found = zeros(3 + self.walks.after.shape[1])

    def price(self, paid: dict[int, int], late: int, way: int) -> Iterator[Walked]:
        """Yield the cheapest walk from each first service at these prices, of `late` and `way` a second."""
        for i, v in enumerate(self.active):
            self._paid[i] = paid[v]
        self._weight[0], self._weight[1] = late, way
        look_ahead(self.trip, self.walks, self._paid, self._weight)
        for first in range(len(self.active)):
            cost = walk(self.trip, self.walks, self._paid, self._weight, first, self._found)
            if cost < NEVER:
                late, way, many, *order = np.asarray(self._found).tolist()
                yield Walked(tuple(self.active[i] for i in order[:many]), late, way, cost)

    def sets(self, most: int, most_labels: int) -> MemberSets:
        """Her sets that cost no more than so much less the prices last told; `counted` is False if they are many."""
        weights = {LATENESS: self._weight[0], TRAVEL: self._weight[1]}
        counted = (
            (tier, kind, self._count(self.trips[tier], weights.get(kind, 0), most, most_labels))
            for tier, kind in self.asked.kinds.items()
        )
        return put_together(self.state, self.member, self.active, counted)

    def _count(self, trip: Trip, unit: int, most: int, most_labels: int) -> Counted | None:
        room = max(2, most_labels // 4)
        paid = Paid(
            paid=self._paid,
            limits=ints([unit, most]),
            sets=zeros(room),
            first=zeros(room + 1),
            slots=zeros(1 << (2 * room).bit_length()),
            labels=ints(np.empty((max(2, most_labels), 3), dtype=np.int64)),
        )
        whole = zeros(room, 2)
        number = count_paid(trip, self.walks, paid, whole)
        if number < 0:
            return None
        rising = np.argsort(np.asarray(whole)[:number, 0], kind="stable")
        return np.asarray(whole)[rising, 0], np.asarray(whole)[rising, 1]


def can_walk(state: DaySearch) -> bool:
    """A clock of whole ticks must go on with every service."""
    tick = state.problem.proof.tick_seconds
    return all(service.seconds >= tick for demand in state.problem.demands for service in demand.services)


def _walks(trip: Trip, parameters: ProofParameters) -> Walks:
    n = trip.service.shape[0]
    works, tick = np.asarray(trip.works)[0], parameters.tick_seconds
    begin, end = (int(works[0, 0]), int(works[-1, 1])) if len(works) else (0, 0)
    ticks = (end - begin) // tick + 1
    g = min(parameters.neighbours, max(0, n - 1))
    while g > 0 and (n * ticks) << g > parameters.most_states:
        g -= 1
    legs = np.asarray(trip.legs)[:n, :n]
    nearest = np.argsort(legs + legs.T + np.where(np.eye(n, dtype=bool), NEVER // 4, 0), axis=1, kind="stable")
    return Walks(
        clock=ints([begin, tick]),
        near=ints(nearest[:, :g]),
        closed=zeros(n, 1 << g),
        memory=zeros(n, n, 1 << g),
        after=zeros(n + 1, ticks, n),
        late=zeros(n + 1, ticks, n),
        over=zeros(n, ticks),
        least=zeros(n, ticks, 1 << g),
    )
