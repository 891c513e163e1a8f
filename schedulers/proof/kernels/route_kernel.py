"""The best route of one member over a set of services with start windows, by labels over its subsets.

The cost of a route is one number, urgent lateness before all lateness before travel, so that costs of members add up
and compare as tiers do.
Labels are pruned by dominance and by a completion bound.

Sources: labelling for the shortest path problem with resource constraints, Irnich and Desaulniers (2005,
doi 10.1007/0-387-25486-2_2); the bound of the remaining lateness is the total tardiness of one machine, Chu (1992,
doi 10.1002/1520-6750(199203)39:2<265::AID-NAV3220390209>3.0.CO;2-L).
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, inner
from schedulers.search.time_kernel import earliest_begin, earliest_start

LATE = 1 << 20
"""A second of lateness or overtime outweighs all travel of a day, in seconds."""

URGENT = 1 << 40
"""A second of urgent lateness outweighs all lateness of a day."""

MOST_SERVICES = 15
"""Most services of a route that is solved."""

STRIDE = 2

NO_ROOM = -2
NEVER = 1 << 60

# Columns of `service`: place, seconds, latest start that is not late, the other service of its demand (-1: none), the
# least seconds from this one's start to the other's (negative if the other may start sooner), and the latest start that
# is not urgently late.
PLACE, SECONDS, CLOSES, OTHER, BEHIND, URGENT_CLOSES = range(6)
# Columns of `member`: mode, start and end place, working intervals, end of the shift, and the latest end that is not
# urgently late.
MODE, START_PLACE, END_PLACE, WORKS, SHIFT_END, URGENT_END = range(6)
# Columns of `label`: when the member is free, cost, last service, previous label.
FREE, COST, LAST, BEFORE = range(4)
# Columns of `remaining`: least seconds of a service with the leg to it, that leg; then the services of the set in
# rising order of the first, of their due times, and of the due times of urgent lateness. Of the services outside of a
# mask: the running total of least seconds, the due times, and those of urgent lateness, each in rising order.
DURATION, LEG, BY_DURATION, BY_DUE, BY_URGENT_DUE, TOTAL, DUE, URGENT_DUE = range(8)
# Columns of a level of `nodes`: earliest and latest start of a service.
EARLIEST, LATEST = range(2)


class RouteTables(NamedTuple):
    """The day as tables for routes, and room for labels."""

    travel: Ints  # (modes, places, places) seconds
    works: Ints  # (k, intervals, 2)
    member: Ints  # (k, 6)
    service: Ints  # (m, 6)
    label: Ints  # (labels, 4)
    first: Ints  # (masks * STRIDE,) of each mask the first label, and the end of its labels
    listed: Ints  # (MOST_SERVICES,) the services of a set
    remaining: Ints  # (MOST_SERVICES, 8) of each service of a set its least duration, the leg of it, and three orders
    weight: Ints  # (3,) of lateness, travel and urgent lateness
    steps: Ints  # (1,) labels extended


@inner
def leg_of(tables: RouteTables, c: int, v: int, w: int) -> int:
    """Seconds from service v (-1: the start place) to w (-1: the end place)."""
    i = tables.member[c, START_PLACE] if v < 0 else tables.service[v, PLACE]
    j = tables.member[c, END_PLACE] if w < 0 else tables.service[w, PLACE]
    return tables.travel[tables.member[c, MODE], i, j]


@inner
def arrival(tables: RouteTables, c: int, v: int, free: int, w: int, low: int) -> int:
    """Earliest start of w, not before `low`, behind v; for w = -1 the arrival at the end place. -1 if none."""
    leg, works = leg_of(tables, c, v, w), tables.member[c, WORKS]
    if w >= 0:
        return earliest_start(tables.works, c, works, free, leg, low, tables.service[w, SECONDS])
    leaves = earliest_begin(tables.works, c, works, free, leg)
    return leaves + leg if leaves >= 0 else -1


@inner
def _insert_label(tables: RouteTables, begin: int, end: int, free: int, cost: int, v: int, before: int) -> int:
    """Insert a label into those from `begin` on unless one dominates it, dropping those it dominates; the new end."""
    label, kept = tables.label, begin
    for x in range(begin, end):
        if label[x, FREE] <= free and label[x, COST] <= cost:
            return end  # nothing was moved yet: no label dominated by the new one dominates it
        if label[x, FREE] < free or label[x, COST] < cost:
            if kept != x:
                for column in range(4):
                    label[kept, column] = label[x, column]
            kept += 1
    label[kept, FREE], label[kept, COST], label[kept, LAST], label[kept, BEFORE] = free, cost, v, before
    return kept + 1


@inner
def _list_services(tables: RouteTables, services: int) -> int:
    """List the services of a set; their number, -1 if there are more than a route may have."""
    n = 0
    for v in range(tables.service.shape[0]):
        if (services >> v) & 1:
            if n == MOST_SERVICES:
                return -1
            tables.listed[n] = v
            n += 1
    return n


@inner
def _extend_labels(
    tables: RouteTables, c: int, v: int, known: tuple[int, int], nodes: Ints, level: int, most: int, end: int
) -> int:
    """Extend known labels by v; the end of the labels, -1 if there is no room."""
    label, begin = tables.label, end
    for x in range(known[0], known[1]):
        tables.steps[0] += 1
        start = arrival(tables, c, label[x, LAST], label[x, FREE], v, nodes[level, v, EARLIEST])
        if start < 0 or start > nodes[level, v, LATEST]:
            continue
        cost = label[x, COST] + tables.weight[0] * max(0, start - tables.service[v, CLOSES])
        cost += tables.weight[1] * leg_of(tables, c, label[x, LAST], v)
        cost += tables.weight[2] * max(0, start - tables.service[v, URGENT_CLOSES])
        if cost <= most:
            if end + 1 >= label.shape[0]:
                return -1
            end = _insert_label(tables, begin, end, start + tables.service[v, SECONDS], cost, v, x)
    return end


@inner
def _due(tables: RouteTables, i: int) -> int:
    """The due time of the i-th service of the set: its latest end without lateness."""
    return tables.service[tables.listed[i], CLOSES] + tables.service[tables.listed[i], SECONDS]


@inner
def _urgent_due(tables: RouteTables, i: int) -> int:
    """The latest end without urgent lateness of the i-th service of the set."""
    return tables.service[tables.listed[i], URGENT_CLOSES] + tables.service[tables.listed[i], SECONDS]


@inner
def _prepare_bounds(tables: RouteTables, c: int, n: int) -> None:
    """Prepare the tables that `_completion_bound` reads for the n services of the set."""
    remaining = tables.remaining
    for i in range(n):
        v = tables.listed[i]
        leg = leg_of(tables, c, -1, v)
        for k in range(n):
            if k != i:
                leg = min(leg, leg_of(tables, c, tables.listed[k], v))
        remaining[i, DURATION], remaining[i, LEG] = leg + tables.service[v, SECONDS], leg
        k = i
        while k > 0 and remaining[remaining[k - 1, BY_DURATION], DURATION] > remaining[i, DURATION]:
            remaining[k, BY_DURATION] = remaining[k - 1, BY_DURATION]
            k -= 1
        remaining[k, BY_DURATION], k = i, i
        while k > 0 and _due(tables, remaining[k - 1, BY_DUE]) > _due(tables, i):
            remaining[k, BY_DUE] = remaining[k - 1, BY_DUE]
            k -= 1
        remaining[k, BY_DUE], k = i, i
        while k > 0 and _urgent_due(tables, remaining[k - 1, BY_URGENT_DUE]) > _urgent_due(tables, i):
            remaining[k, BY_URGENT_DUE] = remaining[k - 1, BY_URGENT_DUE]
            k -= 1
        remaining[k, BY_URGENT_DUE] = i


@inner
def _time_left(tables: RouteTables, c: int, free: int) -> int:
    """Seconds of the member's working intervals from a moment on."""
    time = 0
    for i in range(tables.member[c, WORKS]):
        time += max(0, tables.works[c, i, 1] - max(free, tables.works[c, i, 0]))
    return time


@inner
def _list_remaining(tables: RouteTables, mask: int, n: int) -> tuple[int, int]:
    """List the services outside of a mask for `_completion_bound`; their number, and the seconds of all their legs."""
    remaining, left, due, urgent, leg, total = tables.remaining, 0, 0, 0, 0, 0
    for at in range(n):
        i = remaining[at, BY_DURATION]
        if (mask >> i) & 1 == 0:
            total += remaining[i, DURATION]
            leg += remaining[i, LEG]
            remaining[left, TOTAL] = total
            left += 1
        i = remaining[at, BY_DUE]
        if (mask >> i) & 1 == 0:
            remaining[due, DUE] = _due(tables, i)
            due += 1
        i = remaining[at, BY_URGENT_DUE]
        if (mask >> i) & 1 == 0:
            remaining[urgent, URGENT_DUE] = _urgent_due(tables, i)
            urgent += 1
    return left, leg


@inner
def _completion_bound(tables: RouteTables, c: int, left: int, leg: int, free: int) -> int:
    """A lower bound of the cost of the services that are left from a moment on; NEVER if time does not suffice.

    The k-th of them ends no sooner than the k shortest together; matching rising ends with rising due times gives the
    least total tardiness of one machine (Chu, 1992).
    """
    remaining, late, urgent = tables.remaining, 0, 0
    if left > 0 and remaining[left - 1, TOTAL] > _time_left(tables, c, free):
        return NEVER
    for k in range(left):
        late += max(0, free + remaining[k, TOTAL] - remaining[k, DUE])
    if tables.weight[2] > 0:
        for k in range(left):
            urgent += max(0, free + remaining[k, TOTAL] - remaining[k, URGENT_DUE])
    return tables.weight[0] * late + tables.weight[1] * leg + tables.weight[2] * urgent


@inner
def _prune_labels(tables: RouteTables, c: int, mask: int, n: int, begin: int, end: int, most: int) -> int:
    """Drop the labels of a mask from `begin` on that must cost more than `most`; the new end."""
    label, kept = tables.label, begin
    left, leg = _list_remaining(tables, mask, n)
    for x in range(begin, end):
        if label[x, COST] + _completion_bound(tables, c, left, leg, label[x, FREE]) <= most:
            if kept != x:
                for column in range(4):
                    label[kept, column] = label[x, column]
            kept += 1
    return kept


@inner
def _best_return(tables: RouteTables, c: int, begin: int, end: int, most: int) -> int:
    """The label whose return makes the cheapest route, with that cost; -1 if none costs at most `most`."""
    label, best, least = tables.label, -1, most + 1
    for x in range(begin, end):
        home = arrival(tables, c, label[x, LAST], label[x, FREE], -1, 0)
        if home < 0:
            continue
        cost = label[x, COST] + tables.weight[0] * max(0, home - tables.member[c, SHIFT_END])
        cost += tables.weight[1] * leg_of(tables, c, label[x, LAST], -1)
        cost += tables.weight[2] * max(0, home - tables.member[c, URGENT_END])
        if cost < least:
            best, least = x, cost
    if best >= 0:
        label[best, COST] = least
    return best


@inner
def best_route(tables: RouteTables, c: int, services: int, nodes: Ints, level: int, most: int) -> int:
    """The last label of a member's best route over a mask that costs at most `most`; -1: none, NO_ROOM: no room.

    The mask has one service at least. The level of `nodes` holds the start window of each service.
    """
    label, first, n = tables.label, tables.first, _list_services(tables, services)
    if n < 0:
        return NO_ROOM
    _prepare_bounds(tables, c, n)
    label[0, FREE], label[0, COST], label[0, LAST], label[0, BEFORE] = 0, 0, -1, -1
    end = 1
    for mask in range(1, 1 << n):
        first[mask * STRIDE] = end
        for i in range(n):
            if (mask >> i) & 1 == 0:
                continue
            remaining = mask ^ (1 << i)
            known = (first[remaining * STRIDE], first[remaining * STRIDE + 1]) if remaining else (0, 1)
            end = _extend_labels(tables, c, tables.listed[i], known, nodes, level, most, end)
            if end < 0:
                return NO_ROOM
        if end > first[mask * STRIDE]:
            end = _prune_labels(tables, c, mask, n, first[mask * STRIDE], end, most)
        first[mask * STRIDE + 1] = end
    return _best_return(tables, c, first[((1 << n) - 1) * STRIDE], end, most)
