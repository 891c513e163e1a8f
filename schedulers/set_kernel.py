"""What one member can do in a day, counted out: labels over sets of services, one more service in each round.

A label is a set (bits of the member's own services), the last service, when she is free behind it, what it costs so
far, and how many of the set are named to somebody else. Time is that of the day's decode, without the starts of double
demands: so every schedule of the day has its labels here, and what they cost is no more than what it costs.
"""

from typing import NamedTuple

from schedulers.compiled import Ints, compiled, inner

# Columns of a label.
SET, LAST, FREE, COST, WRONG = range(5)
# Columns of `service`: seconds, earliest and latest start, latest good start, 1 where somebody else is named, the set
# of those that must not be in one route with it.
LENGTH, EARLIEST, LATEST, CLOSES, OTHERS, FOES = range(6)
# Places in `bounds`: end of the shift, most cost, most wrong, most overtime, and what a label costs.
SHIFT_END, MOST_COST, MOST_WRONG, MOST_OVER, KIND = range(5)
NOTHING, LATENESS, TRAVEL = range(3)


class Trip(NamedTuple):
    """A member's day: n services that she may do, behind them her start and end in `legs`."""

    legs: Ints  # (n + 2, n + 2) seconds
    works: Ints  # (intervals, 2) seconds of the day, the last end with the overtime allowed
    service: Ints  # (n, 6)
    bounds: Ints  # (5,)


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


@compiled
def extend(trip: Trip, labels: Ints, count: int, longer: Ints) -> int:
    """Write every label that is one service longer; how many, or -1 where they have no room."""
    n, kind, written = trip.service.shape[0], trip.bounds[KIND], 0
    for i in range(count):
        for v in range(n):
            if (labels[i, SET] >> v) & 1 or labels[i, SET] & trip.service[v, FOES]:
                continue
            wrong = labels[i, WRONG] + trip.service[v, OTHERS]
            start = _start(trip, labels[i, LAST], labels[i, FREE], v) if wrong <= trip.bounds[MOST_WRONG] else -1
            if start < 0:
                continue
            cost = labels[i, COST]
            if kind == LATENESS:
                cost += max(0, start - trip.service[v, CLOSES])
            elif kind == TRAVEL:
                cost += trip.legs[labels[i, LAST], v]
            if cost > trip.bounds[MOST_COST]:
                continue
            if written == longer.shape[0]:
                return -1
            longer[written, SET], longer[written, LAST] = labels[i, SET] | (1 << v), v
            longer[written, FREE], longer[written, COST] = start + trip.service[v, LENGTH], cost
            longer[written, WRONG] = wrong
            written += 1
    return written


@compiled
def undominated(labels: Ints, order: Ints, kept: Ints) -> int:
    """Keep of each set and last service those that are free sooner than all that cost as little; how many."""
    written = 0
    for i in range(order.shape[0]):
        x = order[i]  # by set, last, free, cost
        y = written - 1
        same = written > 0 and kept[y, SET] == labels[x, SET] and kept[y, LAST] == labels[x, LAST]
        if same and kept[y, COST] <= labels[x, COST]:
            continue
        for column in range(5):
            kept[written, column] = labels[x, column]
        written += 1
    return written


@compiled
def homeward(trip: Trip, labels: Ints, count: int, whole: Ints) -> int:
    """The least cost of each set with the way home, (set, cost) in the order of the labels; how many sets."""
    n, kind, written = trip.service.shape[0], trip.bounds[KIND], 0
    for i in range(count):
        leg = trip.legs[labels[i, LAST], n + 1]
        leaves = _fit(trip.works, labels[i, FREE], leg)
        over = max(0, leaves + leg - trip.bounds[SHIFT_END])
        if leaves < 0 or over > trip.bounds[MOST_OVER]:
            continue
        cost = labels[i, COST] + (over if kind == LATENESS else leg if kind == TRAVEL else 0)
        if cost > trip.bounds[MOST_COST]:
            continue
        if written > 0 and whole[written - 1, 0] == labels[i, SET]:
            whole[written - 1, 1] = min(whole[written - 1, 1], cost)
            continue
        whole[written, 0], whole[written, 1] = labels[i, SET], cost
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
