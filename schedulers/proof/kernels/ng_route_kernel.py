"""The cheapest walk of one member at given prices: a route that may come back to what it no longer remembers.

Who may do twenty services has too many sets to count. A walk remembers, of the services behind it, only those near the
one it is at (ng-routes: Baldacci, Mingozzi and Roberti, 2011), and its clock shows whole ticks, rounded down. Every
route is a walk that costs no more, so what walks cost at least is a bound of what routes do; and what the rest of a
walk costs at least tells which labels of routes lead to nothing good.
"""

from typing import NamedTuple

from schedulers.proof.kernels.column_kernel import (
    CLOSES,
    EARLIEST,
    FOES,
    LATEST,
    LENGTH,
    MOST_OVER,
    SHIFT_END,
    Trip,
    leave,
    start_of,
)
from schedulers.search.compiled import Ints, compiled, inner

NEVER = 1 << 60

# Places in `clock`: seconds of the day at tick 0, seconds of a tick.
ORIGIN, TICK = range(2)
# Places in `weight`: what a second of lateness and a second of the way cost.
LATE, WAY = range(2)


class Walks(NamedTuple):
    """A member's day by ticks: n services, g of them remembered at each, so that a memory is one of 2 ** g."""

    clock: Ints  # (2,)
    near: Ints  # (n, g) services remembered at each
    closed: Ints  # (n, memories) services that must not come next, as bits
    memory: Ints  # (n, n, memories) the memory at the second service, coming from the first
    after: Ints  # (n + 1, ticks, n) the tick at which she is free behind the next service; -1 if she is too late for it
    late: Ints  # (n + 1, ticks, n) seconds that it starts late
    over: Ints  # (n, ticks) seconds that she is home late; -1 if she must not be
    least: Ints  # (n, ticks, memories) what the rest of a walk costs at least


@inner
def tick_of(walks: Walks, t: int) -> int:
    """The tick of a moment, rounded down."""
    return (t - walks.clock[ORIGIN]) // walks.clock[TICK]


@inner
def memory_of(walks: Walks, v: int, part: int) -> int:
    """What a walk over these services remembers at v."""
    memory = 0
    for i in range(walks.near.shape[1]):
        if (part >> walks.near[v, i]) & 1:
            memory |= 1 << i
    return memory


@inner
def _remembered(walks: Walks, v: int, memory: int) -> int:
    """The services of a memory at v, and v, as bits."""
    part = 1 << v
    for i in range(walks.near.shape[1]):
        if (memory >> i) & 1:
            part |= 1 << walks.near[v, i]
    return part


@compiled
def lay_out(trip: Trip, walks: Walks) -> None:
    """Fill in everything that no price changes."""
    n, ticks = trip.service.shape[0], walks.after.shape[1]
    for v in range(n):
        for memory in range(walks.closed.shape[1]):
            part = _remembered(walks, v, memory)
            walks.closed[v, memory] = part
            for w in range(n):
                if (part >> w) & 1:
                    walks.closed[v, memory] |= trip.service[w, FOES]
                walks.memory[v, w, memory] = memory_of(walks, w, part)
    for v in range(n + 1):
        for t in range(ticks if v < n else 1):
            free = walks.clock[ORIGIN] + t * walks.clock[TICK] if v < n else 0
            for w in range(n):
                start = start_of(trip, v, free, w)
                walks.after[v, t, w] = -1 if start < 0 else tick_of(walks, start + trip.service[w, LENGTH])
                walks.late[v, t, w] = max(0, start - trip.service[w, CLOSES])
            if v < n:
                leg = trip.legs[v, n + 1]
                leaves = leave(trip, free, leg)
                over = max(0, leaves + leg - trip.bounds[SHIFT_END])
                walks.over[v, t] = -1 if leaves < 0 or over > trip.bounds[MOST_OVER] else over


@inner
def _next(trip: Trip, walks: Walks, paid: Ints, weight: Ints, v: int, t: int, w: int) -> int:
    """What w costs next, less what is paid for it."""
    return weight[WAY] * trip.legs[v, w] + weight[LATE] * walks.late[v, t, w] - paid[w]


@inner
def _home(trip: Trip, walks: Walks, weight: Ints, v: int, t: int) -> int:
    """What the way home costs from v."""
    if walks.over[v, t] < 0:
        return NEVER
    return weight[WAY] * trip.legs[v, trip.service.shape[0] + 1] + weight[LATE] * walks.over[v, t]


@compiled
def look_ahead(trip: Trip, walks: Walks, paid: Ints, weight: Ints) -> None:
    """Tell of each service, tick and memory what the rest of a walk costs at least at these prices."""
    n, memories, least = trip.service.shape[0], walks.closed.shape[1], walks.least
    for t in range(walks.after.shape[1] - 1, -1, -1):
        for v in range(n):
            if t < tick_of(walks, trip.service[v, EARLIEST] + trip.service[v, LENGTH]):
                continue
            if t > tick_of(walks, trip.service[v, LATEST] + trip.service[v, LENGTH]):
                continue
            home = _home(trip, walks, weight, v, t)
            for memory in range(memories):
                least[v, t, memory] = home
            for w in range(n):
                then = walks.after[v, t, w]
                if w == v or then < 0:
                    continue
                cost = _next(trip, walks, paid, weight, v, t, w)
                for memory in range(memories):
                    if (walks.closed[v, memory] >> w) & 1 == 0:
                        whole = cost + least[w, then, walks.memory[v, w, memory]]
                        if whole < least[v, t, memory]:
                            least[v, t, memory] = whole


@compiled
def walk(trip: Trip, walks: Walks, paid: Ints, weight: Ints, first: int, found: Ints) -> int:
    """What the cheapest walk costs that begins with this service, NEVER if there is none.

    `found` gets lateness, way, number of services, then the services.
    """
    n, v, t, memory, w = trip.service.shape[0], trip.service.shape[0], 0, 0, first
    found[0] = found[1] = found[2] = 0
    if walks.after[n, 0, first] < 0:
        return NEVER
    total = _next(trip, walks, paid, weight, n, 0, first) + walks.least[first, walks.after[n, 0, first], 0]
    if total >= NEVER // 2:
        return NEVER
    while w >= 0:
        found[0] += walks.late[v, t, w]
        found[1] += trip.legs[v, w]
        found[3 + found[2]] = w
        found[2] += 1
        memory = 0 if v == n else walks.memory[v, w, memory]
        v, t = w, walks.after[v, t, w]
        rest, w = walks.least[v, t, memory], -1
        if rest == _home(trip, walks, weight, v, t):
            found[0] += walks.over[v, t]
            found[1] += trip.legs[v, n + 1]
            return total
        for u in range(n):
            then = walks.after[v, t, u]
            if u == v or then < 0 or (walks.closed[v, memory] >> u) & 1:
                continue
            ahead = walks.least[u, then, walks.memory[v, u, memory]]
            if _next(trip, walks, paid, weight, v, t, u) + ahead == rest:
                w = u
                break
    return NEVER
