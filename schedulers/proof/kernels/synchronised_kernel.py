"""What a crew costs whose members' services are given: the best routes of each, until the starts of doubles agree.

A crew are members who share double demands, directly or through others. Where the best routes of two do not agree on
a start, its moments are parted in two, and both parts are looked at; a branch ends where it costs too much.
"""

from schedulers.proof.kernels.route_kernel import (
    BEFORE,
    BEHIND,
    COST,
    FREE,
    FROM,
    LAST,
    LENGTH,
    NO_ROOM,
    OTHER,
    UNTIL,
    Trips,
    best_trip,
)
from schedulers.search.compiled import Ints, compiled, inner

FIVE_MINUTES = 300

DEEPEST = 60
"""Most moments that are parted one below the other."""

# Columns of a level of `plan` behind the moments, by service: start alone, place in the route, member; by member
# (k of them, in rows behind the services): cost, 1 where it must be found again.
START, RANK, WHO = range(2, 5)
PRICE, STALE = 0, 1


@inner
def _write(trips: Trips, plan: Ints, level: int, i: int, x: int) -> None:
    """Write the i-th member's route, whose last label this is."""
    rank = 0
    while trips.label[x, LAST] >= 0:
        v = trips.label[x, LAST]
        plan[level, v, START] = trips.label[x, FREE] - trips.service[v, LENGTH]
        plan[level, v, RANK], plan[level, v, WHO] = rank, i
        rank, x = rank + 1, trips.label[x, BEFORE]


@compiled
def alone(trips: Trips, plan: Ints, c: int, services: int, most: int, best: Ints) -> int:
    """What the member's services cost her at least, if it is no more than `most`; -1: it is more, -2: no room.

    `best` gets start, place in the route and 0 of each of them, and of all others -1.
    """
    x = best_trip(trips, c, services, plan, 0, most)
    for v in range(trips.service.shape[0]):
        plan[0, v, WHO] = best[v, 2] = -1
    if x < 0:
        return x
    _write(trips, plan, 0, 0, x)
    for v in range(trips.service.shape[0]):
        best[v, 0], best[v, 1], best[v, 2] = plan[0, v, START], plan[0, v, RANK], plan[0, v, WHO]
    return trips.label[x, COST]


@inner
def _edge(trips: Trips, plan: Ints, c: int, services: int, v: int, most: int, side: int) -> int:
    """The latest (side FROM) or earliest (side UNTIL) start of v in routes that cost no more, to five minutes."""
    outer, inside = plan[0, v, UNTIL - side + FROM], plan[0, v, side]
    kept, away = inside, outer
    while abs(away - inside) > FIVE_MINUTES:
        middle = (away + inside) // 2
        plan[0, v, side] = middle
        if best_trip(trips, c, services, plan, 0, most) < 0:
            away = middle
        else:
            inside = middle
    plan[0, v, side] = kept
    return away


@compiled
def narrow(trips: Trips, plan: Ints, c: int, services: int, most: int) -> int:
    """Narrow the moments of her services to those of routes that cost no more than `most`; how many were narrowed."""
    narrowed = 0
    for v in range(trips.service.shape[0]):
        if (services >> v) & 1 == 0:
            continue
        latest = _edge(trips, plan, c, services, v, most, FROM)
        earliest = _edge(trips, plan, c, services, v, most, UNTIL)
        if latest < plan[0, v, UNTIL] or earliest > plan[0, v, FROM]:
            plan[0, v, FROM], plan[0, v, UNTIL] = earliest, latest
            narrowed += 1
    return narrowed


@inner
def _routes(trips: Trips, plan: Ints, level: int, who: Ints, sets: Ints, most: int) -> int:
    """Find the best routes that are not known on this level; what all cost, -1: too much, -2: no room."""
    m, total = trips.service.shape[0], 0
    for i in range(who.shape[0]):
        total += plan[level, m + i, PRICE]  # of a level above where it must be found again: it gets no cheaper
    for i in range(who.shape[0]):
        if plan[level, m + i, STALE] == 0:
            continue
        total -= plan[level, m + i, PRICE]
        x = best_trip(trips, who[i], sets[i], plan, level, most - total)
        if x < 0:  # none, or no room
            return x
        plan[level, m + i, PRICE], plan[level, m + i, STALE] = trips.label[x, COST], 0
        total += trips.label[x, COST]
        _write(trips, plan, level, i, x)
    return total


@inner
def _apart(trips: Trips, plan: Ints, level: int) -> int:
    """The service whose moments are to be parted: the latest of two that do not agree, by most; -1: all agree."""
    worst, most = -1, 0
    for v in range(trips.service.shape[0]):
        w = trips.service[v, OTHER]
        if w < 0 or plan[level, v, WHO] < 0 or plan[level, w, WHO] < 0:
            continue
        away = plan[level, v, START] + trips.service[v, BEHIND] - plan[level, w, START]
        if away > most:
            worst, most = v, away
    return worst


@inner
def _part(trips: Trips, plan: Ints, level: int, v: int, t: int, later: bool) -> None:
    """Copy the level to the next one, where v starts at t or later, or sooner than t."""
    m, w, rows = trips.service.shape[0], trips.service[v, OTHER], plan.shape[1]
    for row in range(rows):
        for column in range(5):
            plan[level + 1, row, column] = plan[level, row, column]
    low = level + 1
    if later:
        plan[low, v, FROM] = max(plan[low, v, FROM], t)
        plan[low, w, FROM] = max(plan[low, w, FROM], t + trips.service[v, BEHIND])
    else:
        plan[low, v, UNTIL] = min(plan[low, v, UNTIL], t - 1)
        plan[low, w, UNTIL] = min(plan[low, w, UNTIL], t - 1 - trips.service[w, BEHIND])
    for each in (v, w):
        outside = plan[low, each, START] < plan[low, each, FROM] or plan[low, each, START] > plan[low, each, UNTIL]
        if outside:
            plan[low, m + plan[low, each, WHO], STALE] = 1


@compiled
def crew(trips: Trips, plan: Ints, who: Ints, sets: Ints, most: int, best: Ints, turn: Ints) -> int:
    """What the crew costs at least, if it is no more than `most`; -1: it is more, -2: no room.

    Level 0 of `plan` holds the moments and the best route of each member alone. `best` gets start, place in the route
    and member of each service.
    """
    m, least, level, fresh = trips.service.shape[0], -1, 0, True
    while level >= 0:
        if fresh:
            total = _routes(trips, plan, level, who, sets, most)
            v = _apart(trips, plan, level) if total >= 0 else -1
            if total == NO_ROOM:
                return NO_ROOM
            if total >= 0 and v < 0:
                least, most = total, total - 1
                for w in range(m):
                    best[w, 0], best[w, 1], best[w, 2] = (
                        plan[level, w, START],
                        plan[level, w, RANK],
                        plan[level, w, WHO],
                    )
            if total < 0 or v < 0:
                level, fresh = level - 1, False
                continue
            turn[0, level] = v
            turn[1, level] = 0
        v, side = turn[0, level], turn[1, level]
        if side == 2:
            level, fresh = level - 1, False
            continue
        turn[1, level] = side + 1
        if level + 2 >= plan.shape[0]:
            return NO_ROOM
        _part(trips, plan, level, v, plan[level, v, START], side == 0)
        level, fresh = level + 1, True
    return least
