"""The sets of one member that are of interest at given prices, counted out: few, however many services she may do.

A label is as in `set_kernel`. It is kept if the cheapest walk on from it (`walk_kernel`) leads to no more than what a
set may cost less the prices. Sets are met in rising size, and found again by a hash.
"""

from typing import NamedTuple

from schedulers.proof.kernels.column_kernel import (
    CLOSES,
    COST,
    FOES,
    FREE,
    KIND,
    LAST,
    LATENESS,
    LENGTH,
    MOST_COST,
    MOST_WRONG,
    OTHERS,
    TRAVEL,
    Trip,
    add,
    home_of,
    start_of,
)
from schedulers.proof.kernels.ng_route_kernel import Walks, memory_of, tick_of
from schedulers.search.compiled import Ints, compiled, inner

NO_INTEREST = -(1 << 60)


class Paid(NamedTuple):
    """What is paid for each service, and room for sets and labels."""

    paid: Ints  # (n,)
    limits: Ints  # (2,) what a unit of a label's cost weighs beside the prices, and the most a set may cost less them
    sets: Ints  # (sets,)
    first: Ints  # (sets + 1,) each set's first label
    slots: Ints  # (a power of two,) one more than the place of a set
    labels: Ints  # (labels, 3)


@inner
def _slot(room: Paid, part: int) -> int:
    """Where the set stands among the slots, or would."""
    most = room.slots.shape[0] - 1
    i = (part ^ (part >> 15) ^ (part >> 29)) * 0x9E3779B1 & most
    while room.slots[i] > 0 and room.sets[room.slots[i] - 1] != part:
        i = (i + 1) & most
    return i


@inner
def _paid_for(trip: Trip, room: Paid, part: int) -> int:
    """What is paid for a set; NO_INTEREST if it is of none whatever it costs."""
    paid, wrong = 0, 0
    for v in range(trip.service.shape[0]):
        if (part >> v) & 1:
            wrong += trip.service[v, OTHERS]
            paid += room.paid[v]
    return paid if wrong <= trip.bounds[MOST_WRONG] else NO_INTEREST


@inner
def _step(trip: Trip, labels: Ints, x: int, v: int, start: int) -> int:
    """What a label costs that goes on to v."""
    if trip.bounds[KIND] == LATENESS:
        return labels[x, COST] + max(0, start - trip.service[v, CLOSES])
    return labels[x, COST] + (trip.legs[labels[x, LAST], v] if trip.bounds[KIND] == TRAVEL else 0)


@inner
def _is_good(trip: Trip, walks: Walks, room: Paid, v: int, free: int, cost: int, part: int, paid: int) -> bool:
    """Say whether a label at v may lead to a set of interest."""
    if cost > trip.bounds[MOST_COST]:
        return False
    rest = walks.least[v, tick_of(walks, free), memory_of(walks, v, part ^ (1 << v))]
    return room.limits[0] * cost - paid + rest <= room.limits[1]


@inner
def _meet(trip: Trip, walks: Walks, room: Paid, at: int, known: int) -> int:
    """Write the sets with one service more than the set there that a good label of it leads to; how many are known."""
    part = room.sets[at]
    for v in range(trip.service.shape[0]):
        longer = part | (1 << v)
        if longer == part or part & trip.service[v, FOES]:
            continue
        i = _slot(room, longer)
        paid = _paid_for(trip, room, longer) if room.slots[i] == 0 else NO_INTEREST
        if paid == NO_INTEREST:
            continue
        for x in range(room.first[at], room.first[at + 1]):
            start = start_of(trip, room.labels[x, LAST], room.labels[x, FREE], v)
            if start < 0:
                continue
            cost = _step(trip, room.labels, x, v, start)
            if _is_good(trip, walks, room, v, start + trip.service[v, LENGTH], cost, longer, paid):
                if known + 1 >= room.sets.shape[0]:
                    return -1
                room.sets[known] = longer
                known += 1
                room.slots[i] = known
                break
    return known


@inner
def _reach(trip: Trip, walks: Walks, room: Paid, at: int, end: int) -> int:
    """Write the good labels of the set there, all of whose parts are known; where they end, -1: no room."""
    part, labels = room.sets[at], room.labels
    paid = _paid_for(trip, room, part)
    for v in range(trip.service.shape[0]):
        rest, block = part ^ (1 << v), end
        if rest > part:
            continue
        before = room.slots[_slot(room, rest)] - 1 if rest else 0
        if before < 0:
            continue
        for x in range(room.first[before], room.first[before + 1]):
            start = start_of(trip, labels[x, LAST], labels[x, FREE], v)
            if start < 0:
                continue
            cost, free = _step(trip, labels, x, v, start), start + trip.service[v, LENGTH]
            if _is_good(trip, walks, room, v, free, cost, part, paid):
                if end + 1 >= labels.shape[0]:
                    return -1
                end = add(labels, block, end, v, free, cost)
    return end


@compiled
def count_paid(trip: Trip, walks: Walks, room: Paid, whole: Ints) -> int:
    """Write each set of interest with the least it costs, the empty one first; how many, -1: no room."""
    low, known, end, written = 0, 1, 1, 1
    room.labels[0, LAST], room.labels[0, FREE], room.labels[0, COST] = trip.service.shape[0], 0, 0
    room.sets[0], room.first[0], room.first[1] = 0, 0, 1
    whole[0, 0], whole[0, 1] = 0, 0
    while low < known:
        high = known
        for at in range(low, high):
            known = _meet(trip, walks, room, at, known)
            if known < 0:
                return -1
        for at in range(high, known):
            end = _reach(trip, walks, room, at, end)
            if end < 0:
                return -1
            room.first[at + 1] = end
            paid = _paid_for(trip, room, room.sets[at])
            least = home_of(trip, room.labels, room.first[at], end, trip.bounds[MOST_COST])
            if least >= 0 and room.limits[0] * least - paid <= room.limits[1]:
                whole[written, 0], whole[written, 1] = room.sets[at], least
                written += 1
        low = high
    return written
