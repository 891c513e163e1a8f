"""Routes of a benchmark instance as linked services, and the earliest starts that follow from them.

Every service is a node of its own in the route of its caregiver, so every feasible schedule can be reached, crossed
orders of two caregivers too. A move links and unlinks services; `propagate` then re-times only what depends on them,
soonest first, and stops as soon as lateness has grown by more than the move may cost. The two parts of a visit are
re-timed together, from both arrivals. Routes that wait for each other in a circle stop in the same way.

The cost is travel + total tardiness + highest tardiness + extra time after the shifts, all whole numbers in the scale
of the instance. Team-days have a kernel of their own: stopping early makes this one fast, and needs a cost that only
sums lateness, while team-days have breaks, hard ends and visits left out.

Source of the problem: Mankowska, Meisel and Bierwirth (2014, doi 10.1007/s10729-013-9243-1).
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, compiled, inner

# Columns of `node`. Row 2p + j is part j of patient p; rows 2(n + c) and 2(n + c) + 1 are start and end of the route
# of caregiver c (window: the shift). A service in no route has PRV -1; not every patient has a part 1.
PLACE, LENGTH, OPENS, CLOSES, WHO, START, PRV, NXT = range(8)
# Columns of `unit`, a row for each patient and caregiver: 1 for two parts, least and most between their starts, 1 in
# the queue.
DOUBLE, LEAST, MOST, QUEUED = range(4)
# Columns of `scratch`, two lists: units to re-time and when they were due; starts that changed and what they were.
UNIT, WHEN, CHANGED, WAS = range(4)
# `cost`: travel, tardiness with extra time, highest tardiness, best sum so far; lengths of the two lists; of this
# propagation: lateness added, highest tardiness seen, 1 if a start of that tardiness fell.
TRAVEL, LATE, TOP, BEST, QUEUE_LENGTH, CHANGES, ADDED_LATE, HIGHEST, HIGHEST_FELL = range(9)


class RouteState(NamedTuple):
    """Instance and state as a few tables (few arguments compile fast): n patients, k caregivers; integer times.

    `travel` (places, places), `able` (k, 2n) 0 or 1, `who` (2n, k + 1) the able caregivers padded and their number,
    `near` (n, nears) patients that go well next to this one, `best` (2n + 2k) the successors in the best routes so far;
    the tables' columns are named above.
    """

    n: int
    k: int
    nears: int
    travel: Ints
    able: Ints
    who: Ints
    near: Ints
    node: Ints
    unit: Ints
    scratch: Ints
    cost: Ints
    best: Ints
    random: Ints


@inner
def detour(m: RouteState, v: int, u: int) -> int:
    """The difference of travel if v stood behind u."""
    a, b, c = m.node[u, PLACE], m.node[v, PLACE], m.node[m.node[u, NXT], PLACE]
    return m.travel[a, b] + m.travel[b, c] - m.travel[a, c]


@inner
def join(m: RouteState, u: int, v: int) -> None:
    """Let v follow u."""
    m.node[u, NXT], m.node[v, PRV] = v, u


@inner
def link(m: RouteState, v: int, u: int) -> int:
    """Put v behind u; the difference of travel."""
    travel, w = detour(m, v, u), m.node[u, NXT]
    join(m, u, v)
    join(m, v, w)
    m.node[v, WHO] = m.node[u, WHO]
    return travel


@inner
def unlink(m: RouteState, v: int) -> int:
    """Take v out of its route; the difference of travel."""
    u = m.node[v, PRV]
    join(m, u, m.node[v, NXT])
    m.node[v, PRV] = -1
    return -detour(m, v, u)


@inner
def enqueue(m: RouteState, v: int) -> None:
    """Queue the patient, or the end of the route, of v for re-timing."""
    u, i = v >> 1, m.cost[QUEUE_LENGTH]
    if m.unit[u, QUEUED] == 0:
        m.unit[u, QUEUED], m.scratch[i, UNIT], m.scratch[i, WHEN], m.cost[QUEUE_LENGTH] = 1, u, m.node[v, START], i + 1


@inner
def begin_propagation(m: RouteState, top: int) -> None:
    """Begin a propagation: no lateness added, highest tardiness `top`."""
    m.cost[ADDED_LATE], m.cost[HIGHEST], m.cost[HIGHEST_FELL] = 0, top, 0


@inner
def set_start(m: RouteState, v: int, t: int) -> None:
    """Set the start of v to t, note the change, and count the lateness."""
    i, before, closes = m.cost[CHANGES], m.node[v, START], m.node[v, CLOSES]
    m.scratch[i, CHANGED], m.scratch[i, WAS], m.cost[CHANGES] = v, before, i + 1
    m.node[v, START] = t
    late_before, late = max(0, before - closes), max(0, t - closes)
    m.cost[ADDED_LATE] += late - late_before
    if v < 2 * m.n:
        if late > m.cost[HIGHEST]:
            m.cost[HIGHEST] = late
        elif late_before > late and late_before == m.cost[HIGHEST]:
            m.cost[HIGHEST_FELL] = 1


@inner
def _arrival(m: RouteState, v: int) -> int:
    u = m.node[v, PRV]
    there = m.node[u, START] + m.node[u, LENGTH] + m.travel[m.node[u, PLACE], m.node[v, PLACE]]
    return max(there, m.node[v, OPENS])


@inner
def _at(m: RouteState, v: int, t: int) -> None:
    if t != m.node[v, START]:
        set_start(m, v, t)
        if m.node[v, NXT] >= 0:
            enqueue(m, m.node[v, NXT])


@inner
def _retime(m: RouteState, u: int) -> None:
    """Re-time a patient's parts, or the end of a route, from their predecessors."""
    v = 2 * u
    if u >= m.n or m.node[v, PRV] < 0:
        _at(m, v + 1, _arrival(m, v + 1))
        return
    t = _arrival(m, v)
    if m.unit[u, DOUBLE] == 1 and m.node[v + 1, PRV] >= 0:
        second = max(_arrival(m, v + 1), t + m.unit[u, LEAST])
        t = max(t, second - m.unit[u, MOST])
        _at(m, v + 1, second)
    _at(m, v, t)


@inner
def _next_unit(m: RouteState) -> int:
    """Take the soonest unit from the queue."""
    soonest, last = 0, m.cost[QUEUE_LENGTH] - 1
    for i in range(1, last + 1):
        if m.scratch[i, WHEN] < m.scratch[soonest, WHEN]:
            soonest = i
    u = m.scratch[soonest, UNIT]
    m.scratch[soonest, UNIT], m.scratch[soonest, WHEN] = m.scratch[last, UNIT], m.scratch[last, WHEN]
    m.cost[QUEUE_LENGTH], m.unit[u, QUEUED] = last, 0
    return u


@inner
def propagate(m: RouteState, budget: int, top: int) -> bool:
    """Re-time the queue and all that follows; False once lateness, and tardiness above `top`, exceed the budget.

    It stops too when far more starts changed than there are: the routes wait for each other in a circle.
    """
    most = m.scratch.shape[0] - 4
    while m.cost[QUEUE_LENGTH] > 0:
        _retime(m, _next_unit(m))
        if m.cost[ADDED_LATE] + m.cost[HIGHEST] - top > budget or m.cost[CHANGES] > most:
            for i in range(m.cost[QUEUE_LENGTH]):
                m.unit[m.scratch[i, UNIT], QUEUED] = 0
            m.cost[QUEUE_LENGTH] = 0
            return False
    return True


@inner
def undo(m: RouteState, mark: int) -> None:
    """Restore the starts to a mark in the list of changes."""
    for i in range(m.cost[CHANGES] - 1, mark - 1, -1):
        m.node[m.scratch[i, CHANGED], START] = m.scratch[i, WAS]
    m.cost[CHANGES] = mark


@inner
def highest(m: RouteState) -> int:
    """The highest tardiness of all services."""
    top = 0
    for v in range(2 * m.n):
        top = max(top, m.node[v, START] - m.node[v, CLOSES])
    return top


@inner
def highest_seen(m: RouteState) -> int:
    """The highest tardiness after a propagation."""
    return highest(m) if m.cost[HIGHEST_FELL] == 1 else m.cost[HIGHEST]


@inner
def rebuild(m: RouteState) -> int:
    """Compute starts and cost from the routes alone."""
    for v in range(2 * (m.n + m.k)):
        m.node[v, START] = m.node[v, OPENS]
    m.cost[QUEUE_LENGTH] = 0
    for u in range(m.n + m.k):
        enqueue(m, 2 * u)
        while m.cost[QUEUE_LENGTH] > 0:
            m.cost[CHANGES] = 0
            _retime(m, _next_unit(m))
    travel, late = 0, 0
    for v in range(2 * (m.n + m.k)):
        late += max(0, m.node[v, START] - m.node[v, CLOSES])
        if m.node[v, NXT] >= 0:
            travel += m.travel[m.node[v, PLACE], m.node[m.node[v, NXT], PLACE]]
    m.cost[CHANGES], m.cost[TRAVEL], m.cost[LATE], m.cost[TOP] = 0, travel, late, highest(m)
    return travel + late + m.cost[TOP]


@inner
def keep_best(m: RouteState) -> None:
    """Keep the routes as the best."""
    m.cost[BEST] = m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP]
    for v in range(m.node.shape[0]):
        m.best[v] = m.node[v, NXT]


@compiled
def restore_best(m: RouteState) -> int:
    """Restore the best routes and recompute starts and cost."""
    for c in range(m.k):
        v = 2 * (m.n + c)
        while m.best[v] >= 0:
            join(m, v, m.best[v])
            v = m.best[v]
            m.node[v, WHO] = c
    return rebuild(m)


@inner
def _append(m: RouteState, p: int, top: int) -> int:
    """Append a patient to the routes that add least; the highest tardiness then."""
    v, here, opens, closes = 2 * p, m.node[2 * p, PLACE], m.node[2 * p, OPENS], m.node[2 * p, CLOSES]
    double, best, u0, u1, t0, t1 = m.unit[p, DOUBLE], 1 << 60, -1, -1, 0, 0
    for i in range(m.who[v, m.k]):
        u = m.node[2 * (m.n + m.who[v, i]) + 1, PRV]
        first = max(m.node[u, START] + m.node[u, LENGTH] + m.travel[m.node[u, PLACE], here], opens)
        for j in range(m.who[v + 1, m.k] if double == 1 else 1):
            a, b, w, value = first, opens, u, detour(m, v, u)
            if double == 1:
                w = m.node[2 * (m.n + m.who[v + 1, j]) + 1, PRV]
                if w == u:
                    continue
                b = max(m.node[w, START] + m.node[w, LENGTH] + m.travel[m.node[w, PLACE], here], opens)
                b = max(b, a + m.unit[p, LEAST])
                a = max(a, b - m.unit[p, MOST])
                value += detour(m, v + 1, w)
            x, y = max(0, a - closes), max(0, b - closes)
            value += x + y + max(top, x, y)
            if value < best:
                best, u0, u1, t0, t1 = value, u, w, a, b
    link(m, v, u0)
    m.node[v, START] = t0
    if double == 1:
        link(m, v + 1, u1)
        m.node[v + 1, START] = t1
    return max(top, t0 - closes, t1 - closes)


@compiled
def greedy(m: RouteState, order: Ints) -> int:
    """Append each patient of the order to the routes that add least; the cost, kept as the best."""
    for v in range(2 * m.n):
        m.node[v, PRV] = m.node[v, NXT] = -1
    for c in range(m.k):
        s = 2 * (m.n + c)
        join(m, s, s + 1)
        m.node[s, PRV] = m.node[s + 1, NXT] = -1
        m.node[s, START] = m.node[s, OPENS]
        m.node[s, WHO] = m.node[s + 1, WHO] = c
    top = 0
    for i in range(m.n):
        top = _append(m, order[i], top)
    rebuild(m)
    keep_best(m)
    return m.cost[BEST]
