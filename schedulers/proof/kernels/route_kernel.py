"""The best route of one member over given services, with the moments between which each may start: labels over parts.

What a route costs is one number, lateness before way, so that costs of members add up and compare as the tiers do.
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, inner
from schedulers.search.time_kernel import earliest_begin, earliest_start

LATE = 1 << 20
"""A second of lateness or overtime outweighs the way of a day, in seconds."""

LONGEST = 15
"""Most services of a route that is looked for."""

STRIDE = LONGEST + 1

NO_ROOM = -2
NEVER = 1 << 60

# Columns of `service`: place, length, latest good start, the other service of its demand (-1: none), and how much
# later than this one it starts at least (sooner: negative).
PLACE, LENGTH, CLOSES, OTHER, BEHIND = range(5)
# Columns of `member`: mode, start and end place, working intervals, end of the shift.
MODE, HOME, BACK, WORKS, SHIFT_END = range(5)
# Columns of `label`: when she is free, cost, last service, label before.
FREE, COST, LAST, BEFORE = range(4)
# Columns of `rest`: seconds that a service takes with the shortest way to it, that way; then the services of the set in
# rising order of the first, and of when they must end so as not to be late.
TAKES, WAY, BY_TAKES, BY_END = range(4)
# Columns of a level of `plan`: the first and the last moment at which a service may start.
FROM, UNTIL = range(2)


class Trips(NamedTuple):
    """The day as trips see it, and room for labels."""

    travel: Ints  # (modes, places, places) seconds
    works: Ints  # (k, intervals, 2)
    member: Ints  # (k, 5)
    service: Ints  # (m, 5)
    label: Ints  # (labels, 4)
    first: Ints  # (parts * STRIDE,) of each part and last service the first label, and where the part's labels end
    mine: Ints  # (LONGEST,)
    rest: Ints  # (LONGEST, 4) of each service of a set what it takes at least, the way of it, and two orders
    weight: Ints  # (2,) of lateness and way: (LATE, 1), or (LATE, 0) where the way is no matter
    steps: Ints  # (1,) labels looked at


@inner
def leg_of(trips: Trips, c: int, v: int, w: int) -> int:
    """Seconds from service v (-1: her start) to w (-1: her end)."""
    i = trips.member[c, HOME] if v < 0 else trips.service[v, PLACE]
    j = trips.member[c, BACK] if w < 0 else trips.service[w, PLACE]
    return trips.travel[trips.member[c, MODE], i, j]


@inner
def arrive(trips: Trips, c: int, v: int, free: int, w: int, low: int) -> int:
    """Earliest start of w, not before low, behind v; where w is -1: when she is home. -1 if there is none."""
    leg, works = leg_of(trips, c, v, w), trips.member[c, WORKS]
    if w >= 0:
        return earliest_start(trips.works, c, works, free, leg, low, trips.service[w, LENGTH])
    leaves = earliest_begin(trips.works, c, works, free, leg)
    return leaves + leg if leaves >= 0 else -1


@inner
def _add(trips: Trips, block: int, end: int, free: int, cost: int, v: int, before: int) -> int:
    """Add a label to those from `block` on, if none of them is as good; where they end then."""
    label, kept = trips.label, block
    for x in range(block, end):
        if label[x, FREE] <= free and label[x, COST] <= cost:
            return end  # nothing was moved yet: who is beaten by the new one does not beat it
        if label[x, FREE] < free or label[x, COST] < cost:
            if kept != x:
                for column in range(4):
                    label[kept, column] = label[x, column]
            kept += 1
    label[kept, FREE], label[kept, COST], label[kept, LAST], label[kept, BEFORE] = free, cost, v, before
    return kept + 1


@inner
def _gather(trips: Trips, services: int) -> int:
    """Write the services of a set one behind the other; how many, -1 if there are more than a route may have."""
    n = 0
    for v in range(trips.service.shape[0]):
        if (services >> v) & 1:
            if n == LONGEST:
                return -1
            trips.mine[n] = v
            n += 1
    return n


@inner
def _go_on(trips: Trips, c: int, v: int, known: tuple[int, int], plan: Ints, level: int, most: int, end: int) -> int:
    """Write labels that do v behind those known; where they end, -1: no room."""
    label, block = trips.label, end
    for x in range(known[0], known[1]):
        trips.steps[0] += 1
        start = arrive(trips, c, label[x, LAST], label[x, FREE], v, plan[level, v, FROM])
        if start < 0 or start > plan[level, v, UNTIL]:
            continue
        cost = label[x, COST] + trips.weight[0] * max(0, start - trips.service[v, CLOSES])
        cost += trips.weight[1] * leg_of(trips, c, label[x, LAST], v)
        if cost <= most:
            if end + 1 >= label.shape[0]:
                return -1
            end = _add(trips, block, end, start + trips.service[v, LENGTH], cost, v, x)
    return end


@inner
def _must_end(trips: Trips, i: int) -> int:
    """When the i-th service of the set must end, so as not to be late."""
    return trips.service[trips.mine[i], CLOSES] + trips.service[trips.mine[i], LENGTH]


@inner
def _measure(trips: Trips, c: int, n: int) -> None:
    """Write what `_ahead` reads of the n services of the set."""
    rest = trips.rest
    for i in range(n):
        v = trips.mine[i]
        way = leg_of(trips, c, -1, v)
        for k in range(n):
            if k != i:
                way = min(way, leg_of(trips, c, trips.mine[k], v))
        rest[i, TAKES], rest[i, WAY] = way + trips.service[v, LENGTH], way
        k = i
        while k > 0 and rest[rest[k - 1, BY_TAKES], TAKES] > rest[i, TAKES]:
            rest[k, BY_TAKES] = rest[k - 1, BY_TAKES]
            k -= 1
        rest[k, BY_TAKES], k = i, i
        while k > 0 and _must_end(trips, rest[k - 1, BY_END]) > _must_end(trips, i):
            rest[k, BY_END] = rest[k - 1, BY_END]
            k -= 1
        rest[k, BY_END] = i


@inner
def _time_left(trips: Trips, c: int, free: int) -> int:
    """Seconds of her working intervals from a moment on."""
    time = 0
    for i in range(trips.member[c, WORKS]):
        time += max(0, trips.works[c, i, 1] - max(free, trips.works[c, i, 0]))
    return time


@inner
def _ahead(trips: Trips, c: int, part: int, n: int, free: int) -> int:
    """What the services of the set that are not in this part cost at least, if she is free only then; NEVER: no time.

    The k-th of them ends no sooner than the k shortest take; the soonest ends beside the soonest of the ends demanded
    are least late (Chu, 1992, for one machine).
    """
    rest, k, late, way, time = trips.rest, 0, 0, 0, _time_left(trips, c, free)
    for at in range(n):
        i = rest[at, BY_TAKES]
        if (part >> i) & 1:
            continue
        free += rest[i, TAKES]
        time -= rest[i, TAKES]
        way += rest[i, WAY]
        while (part >> rest[k, BY_END]) & 1:
            k += 1
        late += max(0, free - _must_end(trips, rest[k, BY_END]))
        k += 1
    return trips.weight[0] * late + trips.weight[1] * way if time >= 0 else NEVER


@inner
def _promising(trips: Trips, c: int, part: int, n: int, begin: int, end: int, most: int) -> int:
    """Keep the labels of a part from `begin` on that may yet cost no more than `most`; where they end then."""
    label, kept = trips.label, begin
    for x in range(begin, end):
        if label[x, COST] + _ahead(trips, c, part, n, label[x, FREE]) <= most:
            if kept != x:
                for column in range(4):
                    label[kept, column] = label[x, column]
            kept += 1
    return kept


@inner
def _cheapest(trips: Trips, c: int, begin: int, end: int, most: int) -> int:
    """The label from which on the way home makes the cheapest route, with that cost; -1: none costs so little."""
    label, best, least = trips.label, -1, most + 1
    for x in range(begin, end):
        home = arrive(trips, c, label[x, LAST], label[x, FREE], -1, 0)
        if home < 0:
            continue
        cost = label[x, COST] + trips.weight[0] * max(0, home - trips.member[c, SHIFT_END])
        cost += trips.weight[1] * leg_of(trips, c, label[x, LAST], -1)
        if cost < least:
            best, least = x, cost
    if best >= 0:
        label[best, COST] = least
    return best


@inner
def best_trip(trips: Trips, c: int, services: int, plan: Ints, level: int, most: int) -> int:
    """The last label of her best route over these services that costs no more than `most`; -1: none, -2: no room.

    There must be one service at least. That level of `plan` tells the moments between which each may start.
    """
    label, first, n = trips.label, trips.first, _gather(trips, services)
    if n < 0:
        return NO_ROOM
    _measure(trips, c, n)
    label[0, FREE], label[0, COST], label[0, LAST], label[0, BEFORE] = 0, 0, -1, -1
    end = 1
    for part in range(1, 1 << n):
        for i in range(n):
            first[part * STRIDE + i] = end
            rest = part ^ (1 << i)
            if (part >> i) & 1 == 0:
                continue
            known = (first[rest * STRIDE], first[rest * STRIDE + n]) if rest else (0, 1)
            begin, end = end, _go_on(trips, c, trips.mine[i], known, plan, level, most, end)
            if end < 0:
                return NO_ROOM
            end = _promising(trips, c, part, n, begin, end, most)
        first[part * STRIDE + n] = end
    return _cheapest(trips, c, first[((1 << n) - 1) * STRIDE], end, most)
