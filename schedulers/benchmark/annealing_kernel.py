"""Simulated annealing over the routes of hundreds of home visits: relocations, swaps and exchanges of segments.

Hot path. A move takes 0.1 to 0.3 microseconds on one core (2.8 GHz, shared), at the end of a cooling half as long as at
its beginning; whole annealings, rounds included, try 4 million moves a second at 75 and 200 patients, 3 million at 300.
Two thirds to nine tenths of the cold moves cost too much by their travel alone, so travel is looked at first, before
anything is re-timed. A relocated patient is removed once, the earlier starts are propagated once, and then several
places are tried: an insertion can only make others later, so the lateness without the patient bounds each place, and
propagation stops at the first service that is too late.

More swaps and segment exchanges, fewer relocations made no difference beyond that between seeds. These moves are one
half of the search, the rounds of `ruin_kernel` the other: neither does as well alone.

Source: simulated annealing, Kirkpatrick, Gelatt and Vecchi (1983, doi 10.1126/science.220.4598.671).
"""

from math import log

from schedulers.benchmark.route_kernel import (
    ADDED_LATE,
    BEST,
    CHANGES,
    CLOSES,
    DOUBLE,
    LATE,
    LEAST,
    LENGTH,
    NXT,
    OPENS,
    PLACE,
    PRV,
    START,
    TOP,
    TRAVEL,
    WHO,
    RouteState,
    begin_propagation,
    detour,
    enqueue,
    highest_seen,
    join,
    keep_best,
    link,
    propagate,
    set_start,
    undo,
    unlink,
)
from schedulers.search.compiled import draw, draw_unit, inner

TRIES = 10
"""Places that are tried for a removed patient."""

FOREVER = 1 << 60


@inner
def _limit(m: RouteState, temperature: float) -> int:
    """Draw by how much the next move may raise the cost (Metropolis rule)."""
    return int(-temperature * log(draw_unit(m.random)))


@inner
def _part(m: RouteState, p: int) -> int:
    """Draw one of the services of p."""
    return 2 * p + (draw(m.random, 2) if m.unit[p, DOUBLE] == 1 else 0)


@inner
def before(m: RouteState, c: int, t: int) -> int:
    """The last service of c that starts before t, or the start of the route."""
    v = m.node[2 * (m.n + c) + 1, PRV]
    while m.node[v, PRV] >= 0 and m.node[v, START] >= t:
        v = m.node[v, PRV]
    return v


@inner
def _next_to_near(m: RouteState, v: int) -> int:
    """Draw a place for v next to a near patient: its predecessor; -1 if the caregiver is not able."""
    q = m.near[v >> 1, draw(m.random, m.nears)]
    if q == v >> 1:  # the only patient has nobody near
        return -1
    w = _part(m, q)
    if m.able[m.node[w, WHO], v] == 0:
        w ^= 1
        if m.unit[q, DOUBLE] == 0 or m.able[m.node[w, WHO], v] == 0:
            return -1
    return w if draw(m.random, 2) == 0 else m.node[w, PRV]


@inner
def _anywhere(m: RouteState, v: int) -> int:
    """Draw a place for v: mostly next to a near patient, else with any able caregiver inside the window; or -1."""
    if draw(m.random, 100) < 85:
        return _next_to_near(m, v)
    c = m.who[v, draw(m.random, m.who[v, m.k])]
    return before(m, c, m.node[v, OPENS] + draw(m.random, max(1, m.node[v, CLOSES] - m.node[v, OPENS])))


@inner
def _other_part(m: RouteState, w: int, u: int, origin: int) -> int:
    """Draw a place for w with the other part behind u: same caregiver, any, or next to a near patient; or -1."""
    dice, v = draw(m.random, 10), w ^ 1
    if dice >= 8:
        return _next_to_near(m, w)
    c = m.node[origin, WHO] if dice < 5 else m.who[w, draw(m.random, m.who[w, m.k])]
    t = m.node[u, START] + m.node[u, LENGTH] + m.travel[m.node[u, PLACE], m.node[v, PLACE]]
    gap = m.unit[w >> 1, LEAST]
    return before(m, c, max(t, m.node[v, OPENS]) + (gap if w & 1 else -gap))


@inner
def _propagate_removal(m: RouteState, v: int, origin: int, w: int, origin2: int) -> tuple[bool, int, int]:
    """Propagate the removal of v (and w): (did it end, difference of lateness, highest tardiness)."""
    begin_propagation(m, m.cost[TOP])
    set_start(m, v, m.node[v, OPENS])
    enqueue(m, m.node[origin, NXT])
    if w >= 0:
        set_start(m, w, m.node[w, OPENS])
        enqueue(m, m.node[origin2, NXT])
    elif m.unit[v >> 1, DOUBLE] == 1:
        enqueue(m, v ^ 1)
    rest = propagate(m, FOREVER, m.cost[TOP])
    return rest, m.cost[ADDED_LATE], highest_seen(m)


@inner
def _insert(m: RouteState, v: int, u: int, w: int, u2: int, top: int, budget: int) -> bool:
    """Insert v behind u (and w behind u2); undone if lateness and highest tardiness grow by more than the budget."""
    mark = m.cost[CHANGES]
    link(m, v, u)
    if w >= 0:
        link(m, w, u2)
        enqueue(m, m.node[w, NXT])
    enqueue(m, v)
    enqueue(m, m.node[v, NXT])
    begin_propagation(m, top)
    if propagate(m, budget, top):
        now = highest_seen(m)
        if m.cost[ADDED_LATE] + now - top <= budget:
            m.cost[LATE] += m.cost[ADDED_LATE]
            m.cost[TOP] = now
            return True
    undo(m, mark)
    unlink(m, v)
    if w >= 0:
        unlink(m, w)
    return False


@inner
def _draw_services(m: RouteState) -> tuple[int, int]:
    """Draw a service to move and, half of the time, its other part, else -1."""
    v = _part(m, draw(m.random, m.n))
    return v, v ^ 1 if m.unit[v >> 1, DOUBLE] == 1 and draw(m.random, 2) == 0 else -1


@inner
def _relocate(m: RouteState, temperature: float, tries: int) -> int:
    """Remove a patient, or one of two parts, and try places until one is accepted; the number of places tried."""
    v, w = _draw_services(m)
    origin, origin2, top = m.node[v, PRV], m.node[w, PRV], m.cost[TOP]
    removed = unlink(m, v) + (unlink(m, w) if w >= 0 else 0)
    # The most by which lateness can fall: all of it, until the removal is propagated.
    less, late, settled, m.cost[CHANGES] = m.cost[LATE] + m.cost[TOP], 0, False, 0
    alone = w < 0 and m.unit[v >> 1, DOUBLE] == 1
    for tried in range(tries):
        u, u2 = _anywhere(m, v), -1
        if u < 0 or (alone and m.node[v ^ 1, WHO] == m.node[u, WHO]):
            continue
        limit = _limit(m, temperature) - removed + less
        travel = detour(m, v, u)
        if travel > limit:
            continue
        if w >= 0:
            u2 = _other_part(m, w, u, origin2)
            if u2 < 0 or m.node[u2, WHO] == m.node[u, WHO]:
                continue
            travel += detour(m, w, u2)
        if travel > limit or (u == origin and (w < 0 or u2 == origin2)):
            continue
        if not settled:
            settled, late, top = _propagate_removal(m, v, origin, w, origin2)
            if not settled:
                break
            limit += m.cost[TOP] - top - late - less
            less = m.cost[TOP] - top - late
        if travel <= limit and _insert(m, v, u, w, u2, top, limit - travel):
            m.cost[TRAVEL] += removed + travel
            m.cost[LATE] += late
            return tried + 1
    link(m, v, origin)
    if w >= 0:
        link(m, w, origin2)
    undo(m, 0)
    return tries


@inner
def _accept(m: RouteState, travel: int, limit: int) -> bool:
    """Propagate the queue; accept the move if it costs no more than the limit, else undo its starts."""
    top = m.cost[TOP]
    begin_propagation(m, top)
    if propagate(m, limit - travel + m.cost[LATE] + top, top):
        now = highest_seen(m)
        if travel + m.cost[ADDED_LATE] + now - top <= limit:
            m.cost[TRAVEL] += travel
            m.cost[LATE] += m.cost[ADDED_LATE]
            m.cost[TOP] = now
            return True
    undo(m, 0)
    return False


@inner
def _can_swap(m: RouteState, v: int, w: int) -> bool:
    """Is each caregiver of two services able to do the other?"""
    c, d = m.node[v, WHO], m.node[w, WHO]
    if c == d or m.able[d, v] == 0 or m.able[c, w] == 0:
        return c == d
    twin = m.unit[v >> 1, DOUBLE] == 1 and m.node[v ^ 1, WHO] == d
    twin = twin or (m.unit[w >> 1, DOUBLE] == 1 and m.node[w ^ 1, WHO] == c)
    return w == v ^ 1 or not twin


@inner
def _can_swap_both(m: RouteState, v: int, w: int) -> bool:
    """Are the caregivers of two patients able to do each other's parts, v by the caregiver of w?"""
    c, d, x, y = m.node[v, WHO], m.node[w, WHO], v ^ 1, w ^ 1
    fit = m.able[d, v] == 1 and m.able[c, w] == 1
    return fit and m.able[m.node[y, WHO], x] == 1 and m.able[m.node[x, WHO], y] == 1


@inner
def _exchange(m: RouteState, v: int, w: int) -> int:
    """Exchange the places of v and w (v does not directly follow w); the difference of travel."""
    pv, pw = m.node[v, PRV], m.node[w, PRV]
    travel = unlink(m, v)
    travel += link(m, v, w) if pw == v else unlink(m, w) + link(m, v, pw) + link(m, w, pv)
    return travel


@inner
def _exchange_back(m: RouteState, v: int, w: int) -> None:
    if m.node[v, PRV] == w:
        _exchange(m, w, v)
    else:
        _exchange(m, v, w)


@inner
def _queue_both(m: RouteState, v: int, w: int) -> None:
    enqueue(m, v)
    enqueue(m, w)
    enqueue(m, m.node[v, NXT])
    enqueue(m, m.node[w, NXT])


@inner
def _swap(m: RouteState, limit: int) -> None:
    """Swap two services: of near patients, of any, or of one patient; or both parts of two patients."""
    p = draw(m.random, m.n)
    q = m.near[p, draw(m.random, m.nears)] if draw(m.random, 10) < 8 else draw(m.random, m.n)
    v, w = _part(m, p), _part(m, q)
    if m.unit[p, DOUBLE] == 1 and draw(m.random, 20) == 0:
        w = v ^ 1
    both = p != q and w != v ^ 1 and m.unit[p, DOUBLE] == 1 and m.unit[q, DOUBLE] == 1 and draw(m.random, 2) == 0
    if v == w or (not both and not _can_swap(m, v, w)) or (both and not _can_swap_both(m, v, w)):
        return
    if m.node[v, PRV] == w:
        v, w = w, v
    travel, x, y = _exchange(m, v, w), v ^ 1, w ^ 1
    if both:
        if m.node[x, PRV] == y:
            x, y = y, x
        travel += _exchange(m, x, y)
    if travel - m.cost[LATE] - m.cost[TOP] <= limit:
        m.cost[CHANGES] = 0
        _queue_both(m, v, w)
        if both:
            _queue_both(m, x, y)
        if _accept(m, travel, limit):
            return
    if both:
        _exchange_back(m, x, y)
    _exchange_back(m, v, w)


@inner
def _reassign(m: RouteState, v: int, end: int, c: int) -> bool:
    """Assign the services from v to before `end` to c; False if c is not able to do one."""
    fit = True
    while v != end:
        fit = fit and m.able[c, v] == 1
        m.node[v, WHO] = c
        v = m.node[v, NXT]
    return fit


@inner
def _two_caregivers(m: RouteState, v: int, end: int) -> bool:
    """Have the patients from v to before `end` two different caregivers for two parts?"""
    while v != end:
        if m.unit[v >> 1, DOUBLE] == 1 and m.node[v, WHO] == m.node[v ^ 1, WHO]:
            return False
        v = m.node[v, NXT]
    return True


@inner
def _successor(m: RouteState, v: int, steps: int) -> int:
    """The service a number of steps behind v, at most the end of the route."""
    for _ in range(steps):
        if m.node[v, NXT] >= 0:
            v = m.node[v, NXT]
    return v


@inner
def _exchange_segments(m: RouteState, limit: int) -> None:
    """Exchange short segments of two routes, move one segment, or exchange all that follows."""
    p = draw(m.random, m.n)
    v, w = _part(m, p), _part(m, m.near[p, draw(m.random, m.nears)])
    c, d = m.node[v, WHO], m.node[w, WHO]
    if c == d:
        return
    kind = draw(m.random, 10)
    if kind < 3:
        ends, ends2 = 2 * (m.n + c) + 1, 2 * (m.n + d) + 1
        w = m.node[w, NXT] if draw(m.random, 2) == 0 else w
    else:
        ends, steps = _successor(m, v, 1 + draw(m.random, 4)), draw(m.random, 5)
        w = m.node[w, NXT] if steps == 0 and draw(m.random, 2) == 0 else w
        ends2 = _successor(m, w, steps)
    pv, pw, lv, lw = m.node[v, PRV], m.node[w, PRV], m.node[ends, PRV], m.node[ends2, PRV]
    a, b, x, y = m.node[pv, PLACE], m.node[v, PLACE], m.node[lv, PLACE], m.node[ends, PLACE]
    e, f, g, h = m.node[pw, PLACE], m.node[w, PLACE], m.node[lw, PLACE], m.node[ends2, PLACE]
    travel = m.travel[e, b] + m.travel[x, h] - m.travel[a, b] - m.travel[x, y]
    none = w == ends2
    travel += (
        m.travel[a, y] - m.travel[e, h] if none else m.travel[a, f] + m.travel[g, y] - m.travel[e, f] - m.travel[g, h]
    )
    if travel - m.cost[LATE] - m.cost[TOP] > limit:
        return
    fit = _reassign(m, v, ends, d)
    fit = _reassign(m, w, ends2, c) and fit
    if fit and _two_caregivers(m, v, ends) and _two_caregivers(m, w, ends2):
        join(m, lv, ends2)
        join(m, lw, ends)  # where lw is pw, this and the next two joins correct it
        join(m, pv, ends if none else w)
        join(m, pw, v)
        m.cost[CHANGES] = 0
        enqueue(m, v)
        enqueue(m, ends)
        enqueue(m, ends2)
        if not none:
            enqueue(m, w)
        if _accept(m, travel, limit):
            return
        join(m, pv, v)
        join(m, lv, ends)
        join(m, lw, ends2)
        join(m, pw, w)
    _reassign(m, v, ends, c)
    _reassign(m, w, ends2, d)


@inner
def anneal(m: RouteState, iterations: int, temperature: float) -> int:
    """Try a number of moves at one temperature (in units of the cost); the best cost so far."""
    done = 0
    while done < iterations:
        dice = draw(m.random, 100)
        if dice < 40:
            done += _relocate(m, temperature, min(TRIES, iterations - done))
        elif dice < 75:
            _swap(m, _limit(m, temperature))
            done += 1
        else:
            _exchange_segments(m, _limit(m, temperature))
            done += 1
        if m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP] < m.cost[BEST]:
            keep_best(m)
    return m.cost[BEST]
