"""What one member can do in a day, counted out: labels over sets of services, all parts of a set before the set.

A label is the last service of a route over a set, when she is free behind it and what it costs so far. Time is that of
the day's decode, without the starts of double demands: so every schedule of the day has its labels here, and what they
cost is no more than what it costs.
"""

from typing import NamedTuple

from schedulers.compiled import Ints, compiled, inner

# Columns of a label.
LAST, FREE, COST = range(3)
# Columns of `service`: seconds, earliest and latest start, latest good start, 1 where somebody else is named, the set
# of those that must not be in one route with it, and its price.
LENGTH, EARLIEST, LATEST, CLOSES, OTHERS, FOES, PRICE = range(7)
# Places in `bounds`: end of the shift, most cost, most wrong, most overtime, what a label costs; what a unit of that
# costs beside the prices, what the services that are not in a set may yet bring, and most cost less the prices.
SHIFT_END, MOST_COST, MOST_WRONG, MOST_OVER, KIND, UNIT, GAIN, MOST_ABOVE = range(8)
NOTHING, LATENESS, TRAVEL = range(3)


class Trip(NamedTuple):
    """A member's day: n services that she may do, behind them her start and end in `legs`."""

    legs: Ints  # (n + 2, n + 2) seconds
    works: Ints  # (intervals, 2) seconds of the day, the last end with the overtime allowed
    service: Ints  # (n, 7)
    bounds: Ints  # (8,)
    gain: Ints  # (n,) what a service may bring at the prices, at most


@inner
def _fit(works: Ints, t: int, length: int) -> int:
    """Earliest begin from t on of something that takes `length` inside one working interval; -1 if there is none."""
    for i in range(works.shape[0]):
        begin = max(t, works[i, 0])
        if begin + length <= works[i, 1]:
            return begin
    return -1


@inner
def _start(trip: Trip, last: int, free: int, v: int) -> int:
    leaves = _fit(trip.works, free, trip.legs[last, v])
    if leaves < 0:
        return -1
    start = max(leaves + trip.legs[last, v], trip.service[v, EARLIEST])
    start = _fit(trip.works, start, trip.service[v, LENGTH])
    return start if start <= trip.service[v, LATEST] else -1


@inner
def _add(labels: Ints, block: int, end: int, last: int, free: int, cost: int) -> int:
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
def _most(trip: Trip, part: int) -> int:
    """What a set may cost so far to be of interest; -1 if it is of none."""
    wrong, paid, gain = 0, 0, trip.bounds[GAIN]
    for v in range(trip.service.shape[0]):
        if (part >> v) & 1:
            if part & trip.service[v, FOES]:
                return -1
            wrong += trip.service[v, OTHERS]
            paid += trip.service[v, PRICE]
            gain -= trip.gain[v]
    if wrong > trip.bounds[MOST_WRONG]:
        return -1
    unit = trip.bounds[UNIT]
    return (
        trip.bounds[MOST_COST]
        if unit == 0
        else min(trip.bounds[MOST_COST], (trip.bounds[MOST_ABOVE] + paid + gain) // unit)
    )


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
            start = _start(trip, labels[x, LAST], labels[x, FREE], v)
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
                end = _add(labels, block, end, v, start + trip.service[v, LENGTH], cost)
    return end


@inner
def _home(trip: Trip, labels: Ints, low: int, high: int, most: int) -> int:
    """The least cost of a set with the way home; -1 if it is more than `most`."""
    n, kind, least = trip.service.shape[0], trip.bounds[KIND], -1
    for x in range(low, high):
        leg = trip.legs[labels[x, LAST], n + 1]
        leaves = _fit(trip.works, labels[x, FREE], leg)
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
    n, end, written = trip.service.shape[0], 1, 1
    labels[0, LAST], labels[0, FREE], labels[0, COST] = n, 0, 0
    whole[0, 0], whole[0, 1] = 0, 0
    first[1] = 1
    for part in range(1, 1 << n):
        most, low = _most(trip, part), end
        if most >= 0:
            end = _longer(trip, labels, first, part, end, most)
            if end < 0:
                return -1
        first[part + 1] = end
        least = _home(trip, labels, low, end, most) if end > low else -1
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
