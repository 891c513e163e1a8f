"""Time feasibility of a member's day, shared by the search and all route kernels of the proof.

Travel and services each lie wholly inside one working interval. Members leave as early as they can, wait for a
start's lower bound, and begin the service in the first interval that holds it. `works` has shape (members, intervals,
2) in seconds of the day, padded; the end of a member's last interval includes the overtime allowed. The checker has the
same rule in Python (`schedulers.rules.earliest_begin`); a test holds both against each other.
"""

from schedulers.search.compiled import Ints, inner


@inner
def earliest_begin(works: Ints, c: int, intervals: int, free: int, seconds: int) -> int:
    """Earliest begin from `free` on of an activity of `seconds` inside one working interval; -1 if there is none."""
    for i in range(intervals):
        begin = max(free, works[c, i, 0])
        if begin + seconds <= works[c, i, 1]:
            return begin
    return -1


@inner
def earliest_start(works: Ints, c: int, intervals: int, free: int, leg: int, low: int, seconds: int) -> int:
    """Earliest start, not before `low`, of a service behind a leg of travel; -1 if there is none."""
    leaves = earliest_begin(works, c, intervals, free, leg)
    if leaves < 0:
        return -1
    return earliest_begin(works, c, intervals, max(leaves + leg, low), seconds)
