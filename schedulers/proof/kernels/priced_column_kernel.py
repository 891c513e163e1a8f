"""Enumeration of a member's columns within a gap of reduced cost: few, however many services they may do.

Labels are those of `column_kernel`. A label is kept if its reduced cost and the completion bound of ng-routes from it
(`ng_route_kernel`) stay within the gap. Sets are met in rising size, and looked up in a hash table.

Source: enumeration of all columns whose reduced cost is within the gap, Baldacci, Christofides and Mingozzi (2008,
doi 10.1007/s10107-007-0178-5), with ng-route completion bounds (Baldacci, Mingozzi and Roberti, 2011).
"""

from typing import NamedTuple

from schedulers.proof.kernels.column_kernel import (
    CLOSES,
    COST,
    EXCLUDES,
    FREE,
    KIND,
    LAST,
    LATENESS,
    MOST_COST,
    MOST_NOT_NAMED,
    NOT_NAMED,
    SECONDS,
    TRAVEL_TIME,
    MemberDay,
    cheapest_return,
    insert_label,
    service_start,
)
from schedulers.proof.kernels.ng_route_kernel import NgTables, memory_of, tick_of
from schedulers.search.compiled import Ints, compiled, inner


class PricedTables(NamedTuple):
    """The duals of a member's services, and room for masks and labels."""

    duals: Ints  # (n,)
    limits: Ints  # (2,) weight of a unit of a label's cost, most reduced cost of a column
    masks: Ints  # (masks,)
    first: Ints  # (masks + 1,) each mask's first label
    slots: Ints  # (a power of two,) hash table: index of a mask, plus one
    labels: Ints  # (labels, 3)


@inner
def _slot(tables: PricedTables, mask: int) -> int:
    """The slot of a mask in the hash table, or the free one for it."""
    most = tables.slots.shape[0] - 1
    i = (mask ^ (mask >> 15) ^ (mask >> 29)) * 0x9E3779B1 & most
    while tables.slots[i] > 0 and tables.masks[tables.slots[i] - 1] != mask:
        i = (i + 1) & most
    return i


@inner
def _dual_value(day: MemberDay, tables: PricedTables, mask: int) -> int:
    """The sum of the duals of a mask."""
    duals = 0
    for v in range(day.service.shape[0]):
        if (mask >> v) & 1:
            duals += tables.duals[v]
    return duals


@inner
def _not_named(day: MemberDay, mask: int) -> int:
    """The number of services of a mask for which somebody else is named."""
    not_named = 0
    for v in range(day.service.shape[0]):
        if (mask >> v) & 1:
            not_named += day.service[v, NOT_NAMED]
    return not_named


@inner
def _extended_cost(day: MemberDay, labels: Ints, x: int, v: int, start: int) -> int:
    """The cost of a label that goes on to v."""
    if day.bounds[KIND] == LATENESS:
        return labels[x, COST] + max(0, start - day.service[v, CLOSES])
    return labels[x, COST] + (day.legs[labels[x, LAST], v] if day.bounds[KIND] == TRAVEL_TIME else 0)


@inner
def _is_promising(
    day: MemberDay, ng: NgTables, tables: PricedTables, v: int, free: int, cost: int, memory: int, duals: int
) -> bool:
    """Say whether a label at v, with what is remembered there, may lead to a column within the gap."""
    if cost > day.bounds[MOST_COST]:
        return False
    return tables.limits[0] * cost - duals + ng.completion[v, tick_of(ng, free), memory] <= tables.limits[1]


@inner
def _add_supersets(day: MemberDay, ng: NgTables, tables: PricedTables, index: int, known: int) -> int:
    """Add the masks with one more service that a promising label reaches; the number of masks, -1 if no room."""
    mask = tables.masks[index]
    not_named, without = _not_named(day, mask), _dual_value(day, tables, mask)
    for v in range(day.service.shape[0]):
        superset = mask | (1 << v)
        if superset == mask or mask & day.service[v, EXCLUDES]:
            continue
        if not_named + day.service[v, NOT_NAMED] > day.bounds[MOST_NOT_NAMED]:
            continue
        i = _slot(tables, superset)
        if tables.slots[i] > 0:
            continue
        duals, memory = without + tables.duals[v], memory_of(ng, v, mask)
        for x in range(tables.first[index], tables.first[index + 1]):
            start = service_start(day, tables.labels[x, LAST], tables.labels[x, FREE], v)
            if start < 0:
                continue
            cost = _extended_cost(day, tables.labels, x, v, start)
            if _is_promising(day, ng, tables, v, start + day.service[v, SECONDS], cost, memory, duals):
                if known + 1 >= tables.masks.shape[0]:
                    return -1
                tables.masks[known] = superset
                known += 1
                tables.slots[i] = known
                break
    return known


@inner
def _write_labels(day: MemberDay, ng: NgTables, tables: PricedTables, index: int, end: int) -> int:
    """Write the promising labels of a mask from those of its subsets; their end, -1 if there is no room."""
    mask, labels = tables.masks[index], tables.labels
    duals = _dual_value(day, tables, mask)
    for v in range(day.service.shape[0]):
        rest, begin = mask ^ (1 << v), end
        if rest > mask:
            continue
        before = tables.slots[_slot(tables, rest)] - 1 if rest else 0
        if before < 0:
            continue
        memory = memory_of(ng, v, rest)
        for x in range(tables.first[before], tables.first[before + 1]):
            start = service_start(day, labels[x, LAST], labels[x, FREE], v)
            if start < 0:
                continue
            cost, free = _extended_cost(day, labels, x, v, start), start + day.service[v, SECONDS]
            if _is_promising(day, ng, tables, v, free, cost, memory, duals):
                if end + 1 >= labels.shape[0]:
                    return -1
                end = insert_label(labels, begin, end, v, free, cost)
    return end


@compiled
def enumerate_priced_masks(day: MemberDay, ng: NgTables, tables: PricedTables, columns: Ints) -> int:
    """Write each mask within the gap and its least cost, the empty one first; their number, -1 if there is no room."""
    low, known, end, written = 0, 1, 1, 1
    tables.labels[0, LAST], tables.labels[0, FREE], tables.labels[0, COST] = day.service.shape[0], 0, 0
    tables.masks[0], tables.first[0], tables.first[1] = 0, 0, 1
    columns[0, 0], columns[0, 1] = 0, 0
    while low < known:
        high = known
        for index in range(low, high):
            known = _add_supersets(day, ng, tables, index, known)
            if known < 0:
                return -1
        for index in range(high, known):
            end = _write_labels(day, ng, tables, index, end)
            if end < 0:
                return -1
            tables.first[index + 1] = end
            duals = _dual_value(day, tables, tables.masks[index])
            least = cheapest_return(day, tables.labels, tables.first[index], end, day.bounds[MOST_COST])
            if least >= 0 and tables.limits[0] * least - duals <= tables.limits[1]:
                columns[written, 0], columns[written, 1] = tables.masks[index], least
                written += 1
        low = high
    return written
