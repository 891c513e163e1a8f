"""The cheapest ng-route of a member under dual prices, by backward dynamic programming.

A member who may do twenty services has too many columns to enumerate. An ng-route may return to a service that it no
longer remembers: at each service it remembers only the visited ones among that service's neighbours. Time is in whole
ticks, rounded down. Every elementary route is an ng-route that costs no more, so the cheapest ng-route bounds the
cheapest column; and the completion bounds tell which labels of elementary routes cannot lead to a column of interest.

Source: ng-route relaxation, Baldacci, Mingozzi and Roberti (2011, doi 10.1287/opre.1110.0975).
"""

from typing import NamedTuple

from schedulers.proof.kernels.column_kernel import (
    CLOSES,
    EARLIEST,
    EXCLUDES,
    LATEST,
    MOST_OVERTIME,
    SECONDS,
    SHIFT_END,
    MemberDay,
    departure,
    service_start,
)
from schedulers.search.compiled import Ints, compiled, inner

NEVER = 1 << 60

# Places in `clock`: seconds of the day at tick 0, seconds of a tick.
ORIGIN, TICK = range(2)
# Places in `weight`: the cost of a second of lateness and of travel.
LATE, TRAVEL = range(2)


class NgTables(NamedTuple):
    """A member's day by ticks: n services with g neighbours each, so that a memory is one of 2 ** g masks."""

    clock: Ints  # (2,)
    neighbours: Ints  # (n, g) services that are remembered at each
    forbidden: Ints  # (n, memories) masks of services that must not come next
    memory: Ints  # (n, n, memories) the memory at the second service, coming from the first
    ready: Ints  # (n + 1, ticks, n) tick at which the member is free behind the next service; -1 if it is too late
    late: Ints  # (n + 1, ticks, n) seconds by which it starts late
    over: Ints  # (n, ticks) seconds of overtime of the return; -1 if it is not allowed
    completion: Ints  # (n, ticks, memories) least cost of a completion


@inner
def tick_of(ng: NgTables, t: int) -> int:
    """The tick of a moment, rounded down."""
    return (t - ng.clock[ORIGIN]) // ng.clock[TICK]


@inner
def memory_of(ng: NgTables, v: int, mask: int) -> int:
    """The memory at v of a route over these services."""
    memory = 0
    for i in range(ng.neighbours.shape[1]):
        if (mask >> ng.neighbours[v, i]) & 1:
            memory |= 1 << i
    return memory


@inner
def _remembered(ng: NgTables, v: int, memory: int) -> int:
    """The mask of v and the services of a memory at v."""
    mask = 1 << v
    for i in range(ng.neighbours.shape[1]):
        if (memory >> i) & 1:
            mask |= 1 << ng.neighbours[v, i]
    return mask


@compiled
def fill_tables(day: MemberDay, ng: NgTables) -> None:
    """Fill all tables that do not depend on duals."""
    n, ticks = day.service.shape[0], ng.ready.shape[1]
    for v in range(n):
        for memory in range(ng.forbidden.shape[1]):
            mask = _remembered(ng, v, memory)
            ng.forbidden[v, memory] = mask
            for w in range(n):
                if (mask >> w) & 1:
                    ng.forbidden[v, memory] |= day.service[w, EXCLUDES]
                ng.memory[v, w, memory] = memory_of(ng, w, mask)
    for v in range(n + 1):
        for t in range(ticks if v < n else 1):
            free = ng.clock[ORIGIN] + t * ng.clock[TICK] if v < n else 0
            for w in range(n):
                start = service_start(day, v, free, w)
                ng.ready[v, t, w] = -1 if start < 0 else tick_of(ng, start + day.service[w, SECONDS])
                ng.late[v, t, w] = max(0, start - day.service[w, CLOSES])
            if v < n:
                leg = day.legs[v, n + 1]
                leaves = departure(day, free, leg)
                over = max(0, leaves + leg - day.bounds[SHIFT_END])
                ng.over[v, t] = -1 if leaves < 0 or over > day.bounds[MOST_OVERTIME] else over


@inner
def _extension(day: MemberDay, ng: NgTables, duals: Ints, weight: Ints, v: int, t: int, w: int) -> int:
    """Reduced cost of going on to w."""
    return weight[TRAVEL] * day.legs[v, w] + weight[LATE] * ng.late[v, t, w] - duals[w]


@inner
def _return(day: MemberDay, ng: NgTables, weight: Ints, v: int, t: int) -> int:
    """Cost of the return from v; NEVER if it is not allowed."""
    if ng.over[v, t] < 0:
        return NEVER
    return weight[TRAVEL] * day.legs[v, day.service.shape[0] + 1] + weight[LATE] * ng.over[v, t]


@compiled
def bound_completions(day: MemberDay, ng: NgTables, duals: Ints, weight: Ints) -> None:
    """Compute the least reduced cost of a completion from each service, tick and memory."""
    n, memories, completion = day.service.shape[0], ng.forbidden.shape[1], ng.completion
    for t in range(ng.ready.shape[1] - 1, -1, -1):
        for v in range(n):
            if t < tick_of(ng, day.service[v, EARLIEST] + day.service[v, SECONDS]):
                continue
            if t > tick_of(ng, day.service[v, LATEST] + day.service[v, SECONDS]):
                continue
            home = _return(day, ng, weight, v, t)
            for memory in range(memories):
                completion[v, t, memory] = home
            for w in range(n):
                ready_at = ng.ready[v, t, w]
                if w == v or ready_at < 0:
                    continue
                cost = _extension(day, ng, duals, weight, v, t, w)
                for memory in range(memories):
                    if (ng.forbidden[v, memory] >> w) & 1 == 0:
                        whole = cost + completion[w, ready_at, ng.memory[v, w, memory]]
                        if whole < completion[v, t, memory]:
                            completion[v, t, memory] = whole


@compiled
def cheapest_ng_route(day: MemberDay, ng: NgTables, duals: Ints, weight: Ints, first: int, route: Ints) -> int:
    """The reduced cost of the cheapest ng-route that begins with a service, NEVER if there is none.

    `route` gets lateness and travel in seconds, the number of services, then the services.
    """
    n, v, t, memory, w = day.service.shape[0], day.service.shape[0], 0, 0, first
    route[0] = route[1] = route[2] = 0
    if ng.ready[n, 0, first] < 0:
        return NEVER
    total = _extension(day, ng, duals, weight, n, 0, first) + ng.completion[first, ng.ready[n, 0, first], 0]
    if total >= NEVER // 2:
        return NEVER
    while w >= 0:
        route[0] += ng.late[v, t, w]
        route[1] += day.legs[v, w]
        route[3 + route[2]] = w
        route[2] += 1
        memory = 0 if v == n else ng.memory[v, w, memory]
        v, t = w, ng.ready[v, t, w]
        rest, w = ng.completion[v, t, memory], -1
        if rest == _return(day, ng, weight, v, t):
            route[0] += ng.over[v, t]
            route[1] += day.legs[v, n + 1]
            return total
        for u in range(n):
            ready_at = ng.ready[v, t, u]
            if u == v or ready_at < 0 or (ng.forbidden[v, memory] >> u) & 1:
                continue
            rest_cost = ng.completion[u, ready_at, ng.memory[v, u, memory]]
            if _extension(day, ng, duals, weight, v, t, u) + rest_cost == rest:
                w = u
                break
    return NEVER
