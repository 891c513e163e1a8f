"""The least cost of a synchronised group: branch and bound over the start windows of its double demands.

A synchronised group are members who share double demands, directly or through others. Each node takes the best route of
every member alone. Where two routes do not agree on the starts of a double demand, the start window of its service is
split in two; a node is cut where its routes cost too much.

Source: branching on time windows for vehicle routes with temporal synchronisation, Dohn, Rasmussen and
Larsen (2011, Networks 58).
"""

from schedulers.proof.kernels.route_kernel import (
    BEFORE,
    BEHIND,
    COST,
    EARLIEST,
    FREE,
    LAST,
    LATEST,
    NO_ROOM,
    OTHER,
    SECONDS,
    RouteTables,
    best_route,
)
from schedulers.search.compiled import Ints, compiled, inner

PRECISION = 300
"""Seconds to which the edges of start windows are narrowed."""

MOST_DEPTH = 60
"""Most windows that are split one below the other."""

# Columns of a level of `nodes` behind the window, by service: start alone, rank in the route, member; by member
# (k of them, in rows behind the services): cost of the route, 1 where the route must be solved again.
START, RANK, MEMBER = range(2, 5)
ROUTE_COST, STALE = 0, 1


@inner
def _write(tables: RouteTables, nodes: Ints, level: int, i: int, x: int) -> None:
    """Write the i-th member's route that ends with a label."""
    rank = 0
    while tables.label[x, LAST] >= 0:
        v = tables.label[x, LAST]
        nodes[level, v, START] = tables.label[x, FREE] - tables.service[v, SECONDS]
        nodes[level, v, RANK], nodes[level, v, MEMBER] = rank, i
        rank, x = rank + 1, tables.label[x, BEFORE]


@compiled
def best_alone(tables: RouteTables, nodes: Ints, c: int, services: int, most: int, best: Ints) -> int:
    """The least cost of a member's services alone, if it is at most `most`; -1: it is more, NO_ROOM: no room.

    `best` gets start, rank and 0 for each of the services, and -1 as the member of all others.
    """
    x = best_route(tables, c, services, nodes, 0, most)
    for v in range(tables.service.shape[0]):
        nodes[0, v, MEMBER] = best[v, 2] = -1
    if x < 0:
        return x
    _write(tables, nodes, 0, 0, x)
    for v in range(tables.service.shape[0]):
        best[v, 0], best[v, 1], best[v, 2] = nodes[0, v, START], nodes[0, v, RANK], nodes[0, v, MEMBER]
    return tables.label[x, COST]


@inner
def _window_edge(tables: RouteTables, nodes: Ints, c: int, services: int, v: int, most: int, side: int) -> int:
    """The latest (side EARLIEST) or earliest (side LATEST) start of v in routes that cost at most `most`, rounded."""
    outer, inside = nodes[0, v, LATEST - side + EARLIEST], nodes[0, v, side]
    original, outside = inside, outer
    while abs(outside - inside) > PRECISION:
        middle = (outside + inside) // 2
        nodes[0, v, side] = middle
        if best_route(tables, c, services, nodes, 0, most) < 0:
            outside = middle
        else:
            inside = middle
    nodes[0, v, side] = original
    return outside


@compiled
def narrow_windows(tables: RouteTables, nodes: Ints, c: int, services: int, most: int) -> int:
    """Narrow the start windows of a member's services to routes that cost at most `most`; how many were narrowed."""
    narrowed = 0
    for v in range(tables.service.shape[0]):
        if (services >> v) & 1 == 0:
            continue
        latest = _window_edge(tables, nodes, c, services, v, most, EARLIEST)
        earliest = _window_edge(tables, nodes, c, services, v, most, LATEST)
        if latest < nodes[0, v, LATEST] or earliest > nodes[0, v, EARLIEST]:
            nodes[0, v, EARLIEST], nodes[0, v, LATEST] = earliest, latest
            narrowed += 1
    return narrowed


@inner
def _solve_routes(tables: RouteTables, nodes: Ints, level: int, members: Ints, masks: Ints, most: int) -> int:
    """Solve the stale routes of a level; the cost of all routes, -1: more than `most`, NO_ROOM: no room."""
    m, total = tables.service.shape[0], 0
    for i in range(members.shape[0]):
        total += nodes[level, m + i, ROUTE_COST]  # of the level above if it is stale: it gets no cheaper
    for i in range(members.shape[0]):
        if nodes[level, m + i, STALE] == 0:
            continue
        total -= nodes[level, m + i, ROUTE_COST]
        x = best_route(tables, members[i], masks[i], nodes, level, most - total)
        if x < 0:  # no route, or no room
            return x
        nodes[level, m + i, ROUTE_COST], nodes[level, m + i, STALE] = tables.label[x, COST], 0
        total += tables.label[x, COST]
        _write(tables, nodes, level, i, x)
    return total


@inner
def _most_violated(tables: RouteTables, nodes: Ints, level: int) -> int:
    """The service to branch on: the later of the two whose starts differ most from their gap; -1 if all agree."""
    worst, most = -1, 0
    for v in range(tables.service.shape[0]):
        w = tables.service[v, OTHER]
        if w < 0 or nodes[level, v, MEMBER] < 0 or nodes[level, w, MEMBER] < 0:
            continue
        violation = nodes[level, v, START] + tables.service[v, BEHIND] - nodes[level, w, START]
        if violation > most:
            worst, most = v, violation
    return worst


@inner
def _branch(tables: RouteTables, nodes: Ints, level: int, v: int, t: int, later: bool) -> None:
    """Make the child node in which v starts at t or later, or sooner than t."""
    m, w, rows = tables.service.shape[0], tables.service[v, OTHER], nodes.shape[1]
    for row in range(rows):
        for column in range(5):
            nodes[level + 1, row, column] = nodes[level, row, column]
    child = level + 1
    if later:
        nodes[child, v, EARLIEST] = max(nodes[child, v, EARLIEST], t)
        nodes[child, w, EARLIEST] = max(nodes[child, w, EARLIEST], t + tables.service[v, BEHIND])
    else:
        nodes[child, v, LATEST] = min(nodes[child, v, LATEST], t - 1)
        nodes[child, w, LATEST] = min(nodes[child, w, LATEST], t - 1 - tables.service[w, BEHIND])
    for each in (v, w):
        outside = (
            nodes[child, each, START] < nodes[child, each, EARLIEST]
            or nodes[child, each, START] > nodes[child, each, LATEST]
        )
        if outside:
            nodes[child, m + nodes[child, each, MEMBER], STALE] = 1


@compiled
def synchronise(
    tables: RouteTables, nodes: Ints, members: Ints, masks: Ints, most: int, best: Ints, branching: Ints
) -> int:
    """The least cost of a synchronised group, if it is at most `most`; -1: it is more, NO_ROOM: no room.

    Level 0 of `nodes` holds the start windows and the best route of each member alone. `best` gets start, rank and
    member of each service.
    """
    m, least, level, fresh = tables.service.shape[0], -1, 0, True
    while level >= 0:
        if fresh:
            total = _solve_routes(tables, nodes, level, members, masks, most)
            v = _most_violated(tables, nodes, level) if total >= 0 else -1
            if total == NO_ROOM:
                return NO_ROOM
            if total >= 0 and v < 0:
                least, most = total, total - 1
                for w in range(m):
                    best[w, 0], best[w, 1], best[w, 2] = (
                        nodes[level, w, START],
                        nodes[level, w, RANK],
                        nodes[level, w, MEMBER],
                    )
            if total < 0 or v < 0:
                level, fresh = level - 1, False
                continue
            branching[0, level] = v
            branching[1, level] = 0
        v, side = branching[0, level], branching[1, level]
        if side == 2:
            level, fresh = level - 1, False
            continue
        branching[1, level] = side + 1
        if level + 2 >= nodes.shape[0]:
            return NO_ROOM
        _branch(tables, nodes, level, v, nodes[level, v, START], side == 0)
        level, fresh = level + 1, True
    return least
