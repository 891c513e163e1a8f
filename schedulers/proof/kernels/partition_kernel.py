"""Enumeration of all partitions of the day's services into columns, within a gap above the relaxation's bound.

A partition takes one column of each member, covers no service twice, and leaves out whole demands only. Its excess
above the bound is the sum of the reduced costs of its columns (relative to each member's least) and the penalties of
the demands it leaves out. Depth-first search over members; columns in rising excess, so that a level ends early.

Source: set partitioning over all columns within the gap (Balinski and Quandt, 1964, doi 10.1287/opre.12.2.300;
Baldacci, Christofides and Mingozzi, 2008, doi 10.1007/s10107-007-0178-5).
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, compiled, inner

# Columns of `column`: the mask of the day's services, its excess above the bound, services named for others, the least
# lateness, and the least urgent lateness.
MASK, EXCESS, NOT_NAMED, LATE, URGENT = range(5)
# Columns of `unplaced`: the mask of a demand that may be left out, the excess of leaving it out, and its urgency.
SERVICES, PENALTY, URGENCY = range(3)
# Places in `limits`: most excess, most services named for others, most lateness, most urgency left out, most urgent
# lateness, most steps, and the excess up to which all partitions are known already.
MOST_EXCESS, MOST_NOT_NAMED, MOST_LATE, MOST_URGENCY, MOST_URGENT, MOST_STEPS, KNOWN_EXCESS = range(7)
# Columns of `level`: next column, services covered, their excess, services named for others, lateness, urgent lateness;
# of the last level, the services that its member must cover.
NEXT, COVERED, COST, SUM_NOT_NAMED, SUM_LATE, SUM_URGENT, REQUIRED = range(7)


class PartitionTables(NamedTuple):
    """k members one after the other, their columns in rising excess.

    Columns of the last member are sorted by `required` first: the services left to them are looked up by bisection.
    """

    first: Ints  # (k + 1,) each member's first column
    column: Ints  # (columns, 5)
    coverable: Ints  # (k + 1,) services that this member and those behind them can cover
    all_services: Ints  # (1,) all services
    unplaced: Ints  # (demands that may be left out, 3)
    required: Ints  # (columns of the last member,) of each mask the services that may not be left out; rising
    limits: Ints  # (7,)
    level: Ints  # (k + 1, 7)
    alike: Ints  # (k,) 1 if the member may change places with the one before: then their columns come in rising order


@inner
def _penalty(tables: PartitionTables, covered: int) -> int:
    """The excess of leaving out all services that are not covered; -1 if they must not be left out."""
    rest, penalty, urgency = tables.all_services[0] & ~covered, 0, 0
    for i in range(tables.unplaced.shape[0]):
        services = tables.unplaced[i, SERVICES]
        if rest & services == services:
            rest &= ~services
            penalty += tables.unplaced[i, PENALTY]
            urgency += tables.unplaced[i, URGENCY]
    return penalty if rest == 0 and urgency <= tables.limits[MOST_URGENCY] else -1


@inner
def _may_be_unplaced(tables: PartitionTables, uncovered: int) -> bool:
    """Say whether each of these services belongs to a demand that may be left out."""
    for i in range(tables.unplaced.shape[0]):
        uncovered &= ~tables.unplaced[i, SERVICES]
    return uncovered == 0


@inner
def _push(tables: PartitionTables, depth: int, i: int) -> bool:
    """Add column i to the partial partition of a level; False if they are not compatible."""
    level, column, limits = tables.level, tables.column, tables.limits
    if column[i, MASK] & level[depth, COVERED]:
        return False
    covered = level[depth, COVERED] | column[i, MASK]
    uncovered = tables.all_services[0] & ~covered & ~tables.coverable[depth + 1]
    if uncovered and not _may_be_unplaced(tables, uncovered):
        return False
    not_named, late = level[depth, SUM_NOT_NAMED] + column[i, NOT_NAMED], level[depth, SUM_LATE] + column[i, LATE]
    urgent = level[depth, SUM_URGENT] + column[i, URGENT]
    if not_named > limits[MOST_NOT_NAMED] or late > limits[MOST_LATE] or urgent > limits[MOST_URGENT]:
        return False
    level[depth + 1, NEXT], level[depth + 1, COVERED] = tables.first[depth + 1], covered
    if depth + 1 < tables.alike.shape[0] and tables.alike[depth + 1]:
        level[depth + 1, NEXT] += i - tables.first[depth]
    level[depth + 1, COST] = level[depth, COST] + column[i, EXCESS]
    level[depth + 1, SUM_NOT_NAMED], level[depth + 1, SUM_LATE], level[depth + 1, SUM_URGENT] = not_named, late, urgent
    return True


@inner
def _seek_last(tables: PartitionTables, depth: int) -> None:
    """Go to the first column of the last member that covers the services that may not be left out."""
    required, first = tables.required, tables.first[depth]
    rest = tables.all_services[0] & ~tables.level[depth, COVERED]
    for i in range(tables.unplaced.shape[0]):
        rest &= ~tables.unplaced[i, SERVICES]
    low, high = 0, required.shape[0]
    while low < high:
        middle = (low + high) // 2
        if required[middle] < rest:
            low = middle + 1
        else:
            high = middle
    tables.level[depth, NEXT], tables.level[depth, REQUIRED] = first + low, rest


@inner
def _is_mirrored(tables: PartitionTables, depth: int, i: int) -> bool:
    """Say whether the last member's column i comes before that of a member who is alike; it has an order of its own."""
    if depth == 0 or tables.alike[depth] == 0:
        return False
    column, before = tables.column, tables.level[depth - 1, NEXT] - 1
    if column[i, EXCESS] != column[before, EXCESS]:
        return column[i, EXCESS] < column[before, EXCESS]
    return column[i, MASK] < column[before, MASK]


@inner
def _is_exhausted(tables: PartitionTables, depth: int, last: int) -> bool:
    """Say whether a level has no further column within the gap."""
    i = tables.level[depth, NEXT]
    if i >= tables.first[depth + 1]:
        return True
    if tables.level[depth, COST] + tables.column[i, EXCESS] > tables.limits[MOST_EXCESS]:
        return True
    return depth == last and tables.required[i - tables.first[last]] != tables.level[depth, REQUIRED]


@compiled
def enumerate_partitions(tables: PartitionTables, partitions: Ints, steps: Ints) -> int:
    """Write each partition as column indices, one of each member; their number.

    -1 if there is no room for them, or the allowed steps are used up.
    """
    level, k, depth, written = tables.level, tables.coverable.shape[0] - 1, 0, 0
    for each in range(level.shape[1]):
        level[0, each] = 0
    level[0, NEXT] = tables.first[0]
    if k == 1:
        _seek_last(tables, 0)
    while depth >= 0:
        i = level[depth, NEXT]
        if _is_exhausted(tables, depth, k - 1):
            depth -= 1
            continue
        level[depth, NEXT] += 1
        steps[0] += 1
        if steps[0] > tables.limits[MOST_STEPS]:
            return -1
        if (depth + 1 == k and _is_mirrored(tables, depth, i)) or not _push(tables, depth, i):
            continue
        if depth + 1 < k:
            depth += 1
            if depth + 1 == k:
                _seek_last(tables, depth)
            continue
        penalty = _penalty(tables, level[k, COVERED])
        excess = level[k, COST] + penalty
        if penalty < 0 or excess > tables.limits[MOST_EXCESS] or excess <= tables.limits[KNOWN_EXCESS]:
            continue
        if written == partitions.shape[0]:
            return -1
        for c in range(k):
            partitions[written, c] = level[c, NEXT] - 1
        written += 1
    return written
