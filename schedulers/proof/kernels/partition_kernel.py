"""Who does what, counted out: every way to share the day's services out to the members' sets, within a bound.

A way takes one column (a member's set) of each member, no service twice, and leaves out whole demands only. What it
costs above the bound of the relaxation is the sum of what its columns and the demands left out cost above it.
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, compiled, inner

# Columns of `column`: the set (bits of the day's services), what it costs above the bound, services that are named to
# somebody else, and the least lateness.
SET, ABOVE, WRONG, LATE = range(4)
# Columns of `out`: the services of a demand that may be left out, what that costs above the bound, and its urgency.
SERVICES, DEAR, WEIGHT = range(3)
# Places in `limits`: most above the bound, most wrong, most lateness, most urgency left out, most steps, and what is
# not far enough above the bound.
ABOVE_MOST, WRONG_MOST, LATE_MOST, WEIGHT_MOST, STEPS_MOST, ABOVE_KNOWN = range(6)
# Columns of `level`: next column, services covered, what they cost above, wrong, late; of the last one, what is left to
# her that may not be left out.
NEXT, COVERED, COST, WRONGS, LATES, LEFT = range(6)


class Shares(NamedTuple):
    """k members one after the other, their columns in rising order of what they cost above the bound.

    Those of the last member are in order of `must` first: what is left to her tells where to look.
    """

    first: Ints  # (k + 1,) each member's first column
    column: Ints  # (columns, 4)
    can: Ints  # (k + 1,) services that this member and those behind her can cover
    every: Ints  # (1,) all services
    out: Ints  # (demands that may be left out, 3)
    must: Ints  # (columns of the last member,) of each set the services that may not be left out; rising
    limits: Ints  # (6,)
    level: Ints  # (k + 1, 6)


@inner
def _leaves_out(shares: Shares, covered: int) -> int:
    """What the services that are not covered cost above the bound; -1 if they must not be left out."""
    rest, dear, weight = shares.every[0] & ~covered, 0, 0
    for i in range(shares.out.shape[0]):
        mine = shares.out[i, SERVICES]
        if rest & mine == mine:
            rest &= ~mine
            dear += shares.out[i, DEAR]
            weight += shares.out[i, WEIGHT]
    return dear if rest == 0 and weight <= shares.limits[WEIGHT_MOST] else -1


@inner
def _may_miss(shares: Shares, missed: int) -> bool:
    """Say whether these services may be left out together with more."""
    for i in range(shares.out.shape[0]):
        missed &= ~shares.out[i, SERVICES]
    return missed == 0


@inner
def _take(shares: Shares, depth: int, i: int) -> bool:
    """Put column i on that level's members; False if it does not go with them."""
    level, column, limits = shares.level, shares.column, shares.limits
    if column[i, SET] & level[depth, COVERED]:
        return False
    covered = level[depth, COVERED] | column[i, SET]
    missed = shares.every[0] & ~covered & ~shares.can[depth + 1]
    if missed and not _may_miss(shares, missed):
        return False
    wrong, late = level[depth, WRONGS] + column[i, WRONG], level[depth, LATES] + column[i, LATE]
    if wrong > limits[WRONG_MOST] or late > limits[LATE_MOST]:
        return False
    level[depth + 1, NEXT], level[depth + 1, COVERED] = shares.first[depth + 1], covered
    level[depth + 1, COST] = level[depth, COST] + column[i, ABOVE]
    level[depth + 1, WRONGS], level[depth + 1, LATES] = wrong, late
    return True


@inner
def _leave_to_last(shares: Shares, depth: int) -> None:
    """Go to the first column of the last member with the services that are left and may not be left out."""
    must, first = shares.must, shares.first[depth]
    rest = shares.every[0] & ~shares.level[depth, COVERED]
    for i in range(shares.out.shape[0]):
        rest &= ~shares.out[i, SERVICES]
    low, high = 0, must.shape[0]
    while low < high:
        middle = (low + high) // 2
        if must[middle] < rest:
            low = middle + 1
        else:
            high = middle
    shares.level[depth, NEXT], shares.level[depth, LEFT] = first + low, rest


@inner
def _is_over(shares: Shares, depth: int, last: int) -> bool:
    """Say whether no further column of the level's member goes with what is above it."""
    i = shares.level[depth, NEXT]
    if i >= shares.first[depth + 1]:
        return True
    if shares.level[depth, COST] + shares.column[i, ABOVE] > shares.limits[ABOVE_MOST]:
        return True
    return depth == last and shares.must[i - shares.first[last]] != shares.level[depth, LEFT]


@compiled
def share_out(shares: Shares, found: Ints, steps: Ints) -> int:
    """Write each way as columns, one of each member; how many ways.

    -1 where they have no room, or more steps than may be would be needed.
    """
    level, k, depth, written = shares.level, shares.can.shape[0] - 1, 0, 0
    level[0, NEXT], level[0, COVERED], level[0, COST], level[0, WRONGS], level[0, LATES] = shares.first[0], 0, 0, 0, 0
    if k == 1:
        _leave_to_last(shares, 0)
    while depth >= 0:
        i = level[depth, NEXT]
        if _is_over(shares, depth, k - 1):
            depth -= 1
            continue
        level[depth, NEXT] += 1
        steps[0] += 1
        if steps[0] > shares.limits[STEPS_MOST]:
            return -1
        if not _take(shares, depth, i):
            continue
        if depth + 1 < k:
            depth += 1
            if depth + 1 == k:
                _leave_to_last(shares, depth)
            continue
        dear = _leaves_out(shares, level[k, COVERED])
        above = level[k, COST] + dear
        if dear < 0 or above > shares.limits[ABOVE_MOST] or above <= shares.limits[ABOVE_KNOWN]:
            continue
        if written == found.shape[0]:
            return -1
        for c in range(k):
            found[written, c] = level[c, NEXT] - 1
        written += 1
    return written
