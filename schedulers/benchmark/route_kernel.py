"""Routes of a benchmark instance as linked services, and the earliest starts that follow from them.

Every service stands by itself in the route of whoever does it, so no feasible schedule is out of reach: two patients
seen by two caregivers in crossed order, too. A change links and unlinks services; `settle` then re-times only what is
reached from there, soonest first, and gives up as soon as lateness has grown by more than the change may cost. Two
parts of a visit are re-timed together, from both arrivals. Routes that wait for each other in a circle never come to
rest and are given up in the same way.

The cost is travel + total tardiness + highest tardiness + extra time after the shifts, all whole numbers in the scale
of the instance. This is a second kernel beside the one for team-days because giving up early is what makes it fast,
and that rests on a cost that only sums lateness; team-days have breaks, hard ends and visits left unplaced.
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, compiled, inner

# Columns of `node`. Row 2p + j is part j of patient p; rows 2(n + c) and 2(n + c) + 1 are caregiver c leaving home
# (window: her shift) and back at home. A service that stands in no route has PRV -1; not each patient has a part 1.
PLACE, LENGTH, OPENS, CLOSES, WHO, START, PRV, NXT = range(8)
# Columns of `unit`, a row for each patient and caregiver: are there two parts, least and most between their starts, is
# it in the queue.
DOUBLE, LEAST, MOST, QUEUED = range(4)
# Columns of `scratch`, two lists: units to re-time and when they were due; starts that changed and what they were.
UNIT, WHEN, CHANGED, WAS = range(4)
# `cost`: travel, tardiness with extra time, highest tardiness, the best sum so far; how long the two lists are; of the
# present settling: lateness added, highest tardiness met, did a start fall that was as late as that.
TRAVEL, LATE, TOP, BEST, WAITING, NOTED, MORE, HIGHEST, FELL = range(9)


class Memory(NamedTuple):
    """Instance and state as few tables (few arguments compile fast): n patients, k caregivers; one scale for all.

    `travel` (places, places), `able` (k, 2n) 0 or 1, `who` (2n, k + 1) the able caregivers padded and their number,
    `near` (n, nears) patients that go well beside this one, `best` (2n + 2k) the successors in the best routes so far;
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
def detour(m: Memory, v: int, u: int) -> int:
    """The difference of travel if v stood behind u."""
    a, b, c = m.node[u, PLACE], m.node[v, PLACE], m.node[m.node[u, NXT], PLACE]
    return m.travel[a, b] + m.travel[b, c] - m.travel[a, c]


@inner
def join(m: Memory, u: int, v: int) -> None:
    """Let v follow u."""
    m.node[u, NXT], m.node[v, PRV] = v, u


@inner
def link(m: Memory, v: int, u: int) -> int:
    """Put v behind u; the difference of travel."""
    travel, w = detour(m, v, u), m.node[u, NXT]
    join(m, u, v)
    join(m, v, w)
    m.node[v, WHO] = m.node[u, WHO]
    return travel


@inner
def unlink(m: Memory, v: int) -> int:
    """Take v out of its route; the difference of travel."""
    u = m.node[v, PRV]
    join(m, u, m.node[v, NXT])
    m.node[v, PRV] = -1
    return -detour(m, v, u)


@inner
def queue(m: Memory, v: int) -> None:
    """Have the patient, or the way home, of v re-timed."""
    u, i = v >> 1, m.cost[WAITING]
    if m.unit[u, QUEUED] == 0:
        m.unit[u, QUEUED], m.scratch[i, UNIT], m.scratch[i, WHEN], m.cost[WAITING] = 1, u, m.node[v, START], i + 1


@inner
def begin(m: Memory, top: int) -> None:
    """Before a settling: no lateness added, the highest as told."""
    m.cost[MORE], m.cost[HIGHEST], m.cost[FELL] = 0, top, 0


@inner
def move_start(m: Memory, v: int, t: int) -> None:
    """Let v start at t, remember when it did, and count what that does to lateness."""
    i, before, closes = m.cost[NOTED], m.node[v, START], m.node[v, CLOSES]
    m.scratch[i, CHANGED], m.scratch[i, WAS], m.cost[NOTED] = v, before, i + 1
    m.node[v, START] = t
    was, now = max(0, before - closes), max(0, t - closes)
    m.cost[MORE] += now - was
    if v < 2 * m.n:
        if now > m.cost[HIGHEST]:
            m.cost[HIGHEST] = now
        elif was > now and was == m.cost[HIGHEST]:
            m.cost[FELL] = 1


@inner
def _arrival(m: Memory, v: int) -> int:
    u = m.node[v, PRV]
    there = m.node[u, START] + m.node[u, LENGTH] + m.travel[m.node[u, PLACE], m.node[v, PLACE]]
    return max(there, m.node[v, OPENS])


@inner
def _at(m: Memory, v: int, t: int) -> None:
    if t != m.node[v, START]:
        move_start(m, v, t)
        if m.node[v, NXT] >= 0:
            queue(m, m.node[v, NXT])


@inner
def _retime(m: Memory, u: int) -> None:
    """Starts of a patient's parts, or a return home, from those before them."""
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
def _next_unit(m: Memory) -> int:
    """The soonest of what waits, taken from the queue."""
    soonest, last = 0, m.cost[WAITING] - 1
    for i in range(1, last + 1):
        if m.scratch[i, WHEN] < m.scratch[soonest, WHEN]:
            soonest = i
    u = m.scratch[soonest, UNIT]
    m.scratch[soonest, UNIT], m.scratch[soonest, WHEN] = m.scratch[last, UNIT], m.scratch[last, WHEN]
    m.cost[WAITING], m.unit[u, QUEUED] = last, 0
    return u


@inner
def settle(m: Memory, budget: int, top: int) -> bool:
    """Re-time what waits and all that follows; False once lateness, and the highest above `top`, exceed the budget.

    Given up, too, when far more changed than there is: the routes wait for each other in a circle.
    """
    most = m.scratch.shape[0] - 4
    while m.cost[WAITING] > 0:
        _retime(m, _next_unit(m))
        if m.cost[MORE] + m.cost[HIGHEST] - top > budget or m.cost[NOTED] > most:
            for i in range(m.cost[WAITING]):
                m.unit[m.scratch[i, UNIT], QUEUED] = 0
            m.cost[WAITING] = 0
            return False
    return True


@inner
def undo(m: Memory, mark: int) -> None:
    """Starts as they were when so many changes were noted."""
    for i in range(m.cost[NOTED] - 1, mark - 1, -1):
        m.node[m.scratch[i, CHANGED], START] = m.scratch[i, WAS]
    m.cost[NOTED] = mark


@inner
def highest(m: Memory) -> int:
    """The highest tardiness of all services."""
    top = 0
    for v in range(2 * m.n):
        top = max(top, m.node[v, START] - m.node[v, CLOSES])
    return top


@inner
def highest_met(m: Memory) -> int:
    """The highest tardiness after a settling."""
    return highest(m) if m.cost[FELL] == 1 else m.cost[HIGHEST]


@inner
def rebuild(m: Memory) -> int:
    """Starts and cost from the routes alone."""
    for v in range(2 * (m.n + m.k)):
        m.node[v, START] = m.node[v, OPENS]
    m.cost[WAITING] = 0
    for u in range(m.n + m.k):
        queue(m, 2 * u)
        while m.cost[WAITING] > 0:
            m.cost[NOTED] = 0
            _retime(m, _next_unit(m))
    travel, late = 0, 0
    for v in range(2 * (m.n + m.k)):
        late += max(0, m.node[v, START] - m.node[v, CLOSES])
        if m.node[v, NXT] >= 0:
            travel += m.travel[m.node[v, PLACE], m.node[m.node[v, NXT], PLACE]]
    m.cost[NOTED], m.cost[TRAVEL], m.cost[LATE], m.cost[TOP] = 0, travel, late, highest(m)
    return travel + late + m.cost[TOP]


@inner
def keep_best(m: Memory) -> None:
    """Remember the routes as the best."""
    m.cost[BEST] = m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP]
    for v in range(m.node.shape[0]):
        m.best[v] = m.node[v, NXT]


@compiled
def back_to_best(m: Memory) -> int:
    """The best routes again, their starts and cost told afresh."""
    for c in range(m.k):
        v = 2 * (m.n + c)
        while m.best[v] >= 0:
            join(m, v, m.best[v])
            v = m.best[v]
            m.node[v, WHO] = c
    return rebuild(m)


@inner
def _append(m: Memory, p: int, top: int) -> int:
    """Give the patient to whoever adds least when she comes last; the highest tardiness then."""
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
def greedy(m: Memory, order: Ints) -> int:
    """Give each patient of the order, in turn, the caregivers who add least; the cost, kept as the best."""
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
