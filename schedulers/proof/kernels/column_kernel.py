"""What one member can do in a day, counted out: labels over sets of services, all parts of a set before the set.

A label is the last service of a route over a set, when she is free behind it and what it costs so far. Time is that of
the day's decode, without the starts of double demands: so every schedule of the day has its labels here, and what they
cost is no more than what it costs.
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, compiled, inner
from schedulers.search.time_kernel import earliest_begin, earliest_start

# Columns of a label.
LAST, FREE, COST = range(3)
# Columns of `service`: seconds, earliest and latest start, latest good start, 1 where somebody else is named, the set
# of those that must not be in one route with it.
LENGTH, EARLIEST, LATEST, CLOSES, OTHERS, FOES = range(6)
# Places in `bounds`: end of the shift, most cost, most wrong, most overtime, what a label costs.
SHIFT_END, MOST_COST, MOST_WRONG, MOST_OVER, KIND = range(5)
NOTHING, LATENESS, TRAVEL = range(3)


class Trip(NamedTuple):
    """A member's day: n services that she may do, behind them her start and end in `legs`."""

    legs: Ints  # (n + 2, n + 2) seconds
    works: Ints  # (1, intervals, 2) seconds of the day, the last end with the overtime allowed
    service: Ints  # (n, 6)
    bounds: Ints  # (5,)


@inner
def leave(trip: Trip, free: int, leg: int) -> int:
    """Earliest begin from `free` on of a leg of travel; -1 if there is none."""
    return earliest_begin(trip.works, 0, trip.works.shape[1], free, leg)


@inner
def start_of(trip: Trip, last: int, free: int, v: int) -> int:
    """Earliest start of v behind the last service, of which she is free then; -1 if that is too late."""
    service = trip.service
    start = earliest_start(
        trip.works, 0, trip.works.shape[1], free, trip.legs[last, v], service[v, EARLIEST], service[v, LENGTH]
    )
    return start if start <= trip.service[v, LATEST] else -1


@inner
def add(labels: Ints, block: int, end: int, last: int, free: int, cost: int) -> int:
    """Add a label to those from `block` on, if none of them is as good; where they end then."""
    kept = block
    for x in range(block, end):
        if labels[x, FREE] <= free and labels[x, COST] <= cost:
            return end  # nothing was moved yet: what the new one beats does not beat it
        if labels[x, FREE] < free or labels[x, COST] < cost:
            labels[kept, LAST], labels[kept, FREE], labels[kept, COST] = last, labels[x, FREE], labels[x, COST]
            kept += 1
    labels[kept, LAST], labels[kept, FREE], labels[kept, COST] = last, free, cost
    return kept + 1


@inner
def _is_possible(trip: Trip, part: int) -> bool:
    """Say whether these services may be one member's, whatever their order costs."""
    wrong = 0
    for v in range(trip.service.shape[0]):
        if (part >> v) & 1:
            if part & trip.service[v, FOES]:
                return False
            wrong += trip.service[v, OTHERS]
    return wrong <= trip.bounds[MOST_WRONG]


@inner
def _longer(trip: Trip, labels: Ints, first: Ints, part: int, end: int, most: int) -> int:
    """Write the labels of a set, all of whose parts are known; where they end, -1: no room."""
    n, kind = trip.service.shape[0], trip.bounds[KIND]
    for v in range(n):
        if not (part >> v) & 1:
            continue
        rest, block = part ^ (1 << v), end
        low, high = (first[rest], first[rest + 1]) if rest else (0, 1)
        for x in range(low, high):
            start = start_of(trip, labels[x, LAST], labels[x, FREE], v)
            if start < 0:
                continue
            cost = labels[x, COST]
            if kind == LATENESS:
                cost += max(0, start - trip.service[v, CLOSES])
            elif kind == TRAVEL:
                cost += trip.legs[labels[x, LAST], v]
            if cost <= most:
                if end + 1 >= labels.shape[0]:
                    return -1
                end = add(labels, block, end, v, start + trip.service[v, LENGTH], cost)
    return end


@inner
def home_of(trip: Trip, labels: Ints, low: int, high: int, most: int) -> int:
    """The least cost of a set with the way home; -1 if it is more than `most`."""
    n, kind, least = trip.service.shape[0], trip.bounds[KIND], -1
    for x in range(low, high):
        leg = trip.legs[labels[x, LAST], n + 1]
        leaves = leave(trip, labels[x, FREE], leg)
        over = max(0, leaves + leg - trip.bounds[SHIFT_END])
        if leaves < 0 or over > trip.bounds[MOST_OVER]:
            continue
        cost = labels[x, COST] + (over if kind == LATENESS else leg if kind == TRAVEL else 0)
        if cost <= most and (least < 0 or cost < least):
            least = cost
    return least


@compiled
def count(trip: Trip, labels: Ints, first: Ints, whole: Ints) -> int:
    """Write each set that she can do with the least it costs, rising, the empty one first; how many, -1: no room."""
    n, end, written, most = trip.service.shape[0], 1, 1, trip.bounds[MOST_COST]
    labels[0, LAST], labels[0, FREE], labels[0, COST] = n, 0, 0
    whole[0, 0], whole[0, 1] = 0, 0
    first[1] = 1
    for part in range(1, 1 << n):
        low = end
        if _is_possible(trip, part):
            end = _longer(trip, labels, first, part, end, most)
            if end < 0:
                return -1
        first[part + 1] = end
        least = home_of(trip, labels, low, end, most) if end > low else -1
        if least >= 0:
            if written == whole.shape[0]:
                return -1
            whole[written, 0], whole[written, 1] = part, least
            written += 1
    return written


@compiled
def reduce(sets: Ints, costs: Ints, prices: Ints, reduced: Ints) -> int:
    """Each set's cost less the prices of its services; the place of the least."""
    least = 0
    for i in range(sets.shape[0]):
        rest, v, cost = sets[i], 0, costs[i]
        while rest:
            if rest & 1:
                cost -= prices[v]
            rest >>= 1
            v += 1
        reduced[i] = cost
        if cost < reduced[least]:
            least = i
    return least
