"""Enumeration of a member's columns by labels over sets of services, subsets before supersets.

A column is the set of services that one member does, as a bit mask, with the least cost of a route over it. A label is
the last service of a partial route, the time at which the member is free behind it and its cost. A label dominates
another over the same set and last service if it is free no later and costs no more. Time follows the decode of the
search without the synchronisation of double demands, so columns are a relaxation: none costs more than in a schedule.

Source: dynamic programming by labels with dominance for the elementary shortest path problem with resource constraints
(Irnich and Desaulniers, 2005, doi 10.1007/0-387-25486-2_2), over all subsets as Held and Karp (1962,
doi 10.1137/0110015) do for one salesman.
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, compiled, inner
from schedulers.search.time_kernel import earliest_begin, earliest_start

# Columns of a label.
LAST, FREE, COST = range(3)
# Columns of `service`: seconds, earliest and latest start, latest start that is not late, 1 where somebody else is
# named, the mask of the services that it excludes from the same route.
SECONDS, EARLIEST, LATEST, CLOSES, NOT_NAMED, EXCLUDES = range(6)
# Places in `bounds`: end of the shift, most cost, most services named for others, most overtime, what costs count.
SHIFT_END, MOST_COST, MOST_NOT_NAMED, MOST_OVERTIME, KIND = range(5)
NO_COST, LATENESS, TRAVEL_TIME = range(3)


class MemberDay(NamedTuple):
    """A member's day as tables: n services that they may do; in `legs`, start and end place stand behind these."""

    legs: Ints  # (n + 2, n + 2) seconds
    works: Ints  # (1, intervals, 2) seconds of the day, the last end with the overtime allowed
    service: Ints  # (n, 6)
    bounds: Ints  # (5,)


@inner
def departure(day: MemberDay, free: int, leg: int) -> int:
    """Earliest begin from `free` on of a leg of travel; -1 if there is none."""
    return earliest_begin(day.works, 0, day.works.shape[1], free, leg)


@inner
def service_start(day: MemberDay, last: int, free: int, v: int) -> int:
    """Earliest start of v for a member who is free behind the last service; -1 if that is too late."""
    service = day.service
    start = earliest_start(
        day.works, 0, day.works.shape[1], free, day.legs[last, v], service[v, EARLIEST], service[v, SECONDS]
    )
    return start if start <= day.service[v, LATEST] else -1


@inner
def insert_label(labels: Ints, begin: int, end: int, last: int, free: int, cost: int) -> int:
    """Insert a label into those from `begin` on unless one dominates it, dropping those it dominates; the new end."""
    kept = begin
    for x in range(begin, end):
        if labels[x, FREE] <= free and labels[x, COST] <= cost:
            return end  # nothing was moved yet: no label dominated by the new one dominates it
        if labels[x, FREE] < free or labels[x, COST] < cost:
            labels[kept, LAST], labels[kept, FREE], labels[kept, COST] = last, labels[x, FREE], labels[x, COST]
            kept += 1
    labels[kept, LAST], labels[kept, FREE], labels[kept, COST] = last, free, cost
    return kept + 1


@inner
def _is_possible(day: MemberDay, mask: int) -> bool:
    """Say whether one member may do these services, whatever their order costs."""
    not_named = 0
    for v in range(day.service.shape[0]):
        if (mask >> v) & 1:
            if mask & day.service[v, EXCLUDES]:
                return False
            not_named += day.service[v, NOT_NAMED]
    return not_named <= day.bounds[MOST_NOT_NAMED]


@inner
def _extend_labels(day: MemberDay, labels: Ints, first: Ints, mask: int, end: int, most: int) -> int:
    """Write the labels of a set from those of its subsets; their end, -1 if there is no room."""
    n, kind = day.service.shape[0], day.bounds[KIND]
    for v in range(n):
        if not (mask >> v) & 1:
            continue
        rest, begin = mask ^ (1 << v), end
        low, high = (first[rest], first[rest + 1]) if rest else (0, 1)
        for x in range(low, high):
            start = service_start(day, labels[x, LAST], labels[x, FREE], v)
            if start < 0:
                continue
            cost = labels[x, COST]
            if kind == LATENESS:
                cost += max(0, start - day.service[v, CLOSES])
            elif kind == TRAVEL_TIME:
                cost += day.legs[labels[x, LAST], v]
            if cost <= most:
                if end + 1 >= labels.shape[0]:
                    return -1
                end = insert_label(labels, begin, end, v, start + day.service[v, SECONDS], cost)
    return end


@inner
def cheapest_return(day: MemberDay, labels: Ints, low: int, high: int, most: int) -> int:
    """The least cost of a set including the return to the end place; -1 if it is more than `most`."""
    n, kind, least = day.service.shape[0], day.bounds[KIND], -1
    for x in range(low, high):
        leg = day.legs[labels[x, LAST], n + 1]
        leaves = departure(day, labels[x, FREE], leg)
        over = max(0, leaves + leg - day.bounds[SHIFT_END])
        if leaves < 0 or over > day.bounds[MOST_OVERTIME]:
            continue
        cost = labels[x, COST] + (over if kind == LATENESS else leg if kind == TRAVEL_TIME else 0)
        if cost <= most and (least < 0 or cost < least):
            least = cost
    return least


@compiled
def enumerate_masks(day: MemberDay, labels: Ints, first: Ints, columns: Ints) -> int:
    """Write each feasible mask and its least cost into `columns` (masks, 2), rising; their number, -1 if no room."""
    n, end, written, most = day.service.shape[0], 1, 1, day.bounds[MOST_COST]
    labels[0, LAST], labels[0, FREE], labels[0, COST] = n, 0, 0
    columns[0, 0], columns[0, 1] = 0, 0
    first[1] = 1
    for mask in range(1, 1 << n):
        low = end
        if _is_possible(day, mask):
            end = _extend_labels(day, labels, first, mask, end, most)
            if end < 0:
                return -1
        first[mask + 1] = end
        least = cheapest_return(day, labels, low, end, most) if end > low else -1
        if least >= 0:
            if written == columns.shape[0]:
                return -1
            columns[written, 0], columns[written, 1] = mask, least
            written += 1
    return written


PART = 8
"""Services whose duals are summed together."""


@compiled
def reduced_costs(masks: Ints, costs: Ints, duals: Ints, sums: Ints, reduced: Ints) -> int:
    """Write each mask's cost less the duals of its services into `reduced`; the index of the least.

    `sums` (services / PART rounded up, 2 ** PART) is room for the sums of all sets of services of each part.
    """
    for part in range(sums.shape[0]):
        sums[part, 0] = 0
        for i in range(PART):
            dual = duals[part * PART + i] if part * PART + i < duals.shape[0] else 0
            for bits in range(1 << i):
                sums[part, bits | (1 << i)] = sums[part, bits] + dual
    least = 0
    for i in range(masks.shape[0]):
        rest, part, cost = masks[i], 0, costs[i]
        while rest:
            cost -= sums[part, rest & ((1 << PART) - 1)]
            rest >>= PART
            part += 1
        reduced[i] = cost
        if cost < reduced[least]:
            least = i
    return least
