"""Simulated annealing over the routes of hundreds of home visits: which moves are tried, and which are kept.

Hot path. A move takes 0.1 to 0.3 microseconds on one core (2.8 GHz, shared), at the end of a cooling half as long as at
its beginning; whole annealings, rounds included, try 4 million moves a second at 75 and 200 patients, 3 million at 300.
Two thirds to nine tenths of the cold moves cost too much by their travel alone, so that is looked at first, before
anything is re-timed. A patient who is to go elsewhere is taken out once, what that makes earlier is worked out once,
and then several places are tried: putting her in can only make others later, so the lateness without her is a bound for
each place, and re-timing stops at the first service that is too late.

Tried, no difference beyond that between seeds: more swaps and stretches beside fewer relocations. These moves are one
half of the search, the rounds of `ruin_kernel` the other: neither does as well alone.
"""

from math import log

from schedulers.benchmark.route_kernel import (
    BEST,
    CLOSES,
    DOUBLE,
    LATE,
    LEAST,
    LENGTH,
    MORE,
    NOTED,
    NXT,
    OPENS,
    PLACE,
    PRV,
    START,
    TOP,
    TRAVEL,
    WHO,
    Memory,
    begin,
    detour,
    highest_met,
    join,
    keep_best,
    link,
    move_start,
    queue,
    settle,
    undo,
    unlink,
)
from schedulers.search.compiled import draw, draw_unit, inner

TRIES = 10
"""Places that are tried for a patient who was taken out."""

FOREVER = 1 << 60


@inner
def _limit(m: Memory, heat: float) -> int:
    """By how much the next move may raise the cost."""
    return int(-heat * log(draw_unit(m.random)))


@inner
def _part(m: Memory, p: int) -> int:
    """One of the services of p."""
    return 2 * p + (draw(m.random, 2) if m.unit[p, DOUBLE] == 1 else 0)


@inner
def before(m: Memory, c: int, t: int) -> int:
    """The last service of c that starts before t, or her leaving home."""
    v = m.node[2 * (m.n + c) + 1, PRV]
    while m.node[v, PRV] >= 0 and m.node[v, START] >= t:
        v = m.node[v, PRV]
    return v


@inner
def _beside_near(m: Memory, v: int) -> int:
    """The service behind which v would stand directly before or behind a near patient; -1 if her caregiver cannot."""
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
def _anywhere(m: Memory, v: int) -> int:
    """A place for v: mostly beside a near patient, else with any able caregiver at a time inside the window; or -1."""
    if draw(m.random, 100) < 85:
        return _beside_near(m, v)
    c = m.who[v, draw(m.random, m.who[v, m.k])]
    return before(m, c, m.node[v, OPENS] + draw(m.random, max(1, m.node[v, CLOSES] - m.node[v, OPENS])))


@inner
def _other_part(m: Memory, w: int, u: int, was: int) -> int:
    """A place for w when the other part comes behind u: with whom it was, with anyone, beside a near patient; or -1."""
    dice, v = draw(m.random, 10), w ^ 1
    if dice >= 8:
        return _beside_near(m, w)
    c = m.node[was, WHO] if dice < 5 else m.who[w, draw(m.random, m.who[w, m.k])]
    t = m.node[u, START] + m.node[u, LENGTH] + m.travel[m.node[u, PLACE], m.node[v, PLACE]]
    gap = m.unit[w >> 1, LEAST]
    return before(m, c, max(t, m.node[v, OPENS]) + (gap if w & 1 else -gap))


@inner
def _without(m: Memory, v: int, was: int, w: int, was2: int) -> tuple[bool, int, int]:
    """Settle the routes that v (and w) left: (did they come to rest, difference of lateness, highest tardiness)."""
    begin(m, m.cost[TOP])
    move_start(m, v, m.node[v, OPENS])
    queue(m, m.node[was, NXT])
    if w >= 0:
        move_start(m, w, m.node[w, OPENS])
        queue(m, m.node[was2, NXT])
    elif m.unit[v >> 1, DOUBLE] == 1:
        queue(m, v ^ 1)
    rest = settle(m, FOREVER, m.cost[TOP])
    return rest, m.cost[MORE], highest_met(m)


@inner
def _insert(m: Memory, v: int, u: int, w: int, u2: int, top: int, budget: int) -> bool:
    """Put v behind u (and w behind u2); taken back if lateness and highest tardiness grow by more than the budget."""
    mark = m.cost[NOTED]
    link(m, v, u)
    if w >= 0:
        link(m, w, u2)
        queue(m, m.node[w, NXT])
    queue(m, v)
    queue(m, m.node[v, NXT])
    begin(m, top)
    if settle(m, budget, top):
        now = highest_met(m)
        if m.cost[MORE] + now - top <= budget:
            m.cost[LATE] += m.cost[MORE]
            m.cost[TOP] = now
            return True
    undo(m, mark)
    unlink(m, v)
    if w >= 0:
        unlink(m, w)
    return False


@inner
def _to_take(m: Memory) -> tuple[int, int]:
    """A service to be moved and, half the times where there is one, the other part after it, else -1."""
    v = _part(m, draw(m.random, m.n))
    return v, v ^ 1 if m.unit[v >> 1, DOUBLE] == 1 and draw(m.random, 2) == 0 else -1


@inner
def _relocate(m: Memory, heat: float, tries: int) -> int:
    """Take a patient out, or one of her two parts, and try places until one is kept; how many were tried."""
    v, w = _to_take(m)
    was, was2, top = m.node[v, PRV], m.node[w, PRV], m.cost[TOP]
    gone = unlink(m, v) + (unlink(m, w) if w >= 0 else 0)
    # What lateness may at most fall by: all there is, until it is known.
    less, late, settled, m.cost[NOTED] = m.cost[LATE] + m.cost[TOP], 0, False, 0
    alone = w < 0 and m.unit[v >> 1, DOUBLE] == 1
    for tried in range(tries):
        u, u2 = _anywhere(m, v), -1
        if u < 0 or (alone and m.node[v ^ 1, WHO] == m.node[u, WHO]):
            continue
        limit = _limit(m, heat) - gone + less
        travel = detour(m, v, u)
        if travel > limit:
            continue
        if w >= 0:
            u2 = _other_part(m, w, u, was2)
            if u2 < 0 or m.node[u2, WHO] == m.node[u, WHO]:
                continue
            travel += detour(m, w, u2)
        if travel > limit or (u == was and (w < 0 or u2 == was2)):
            continue
        if not settled:
            settled, late, top = _without(m, v, was, w, was2)
            if not settled:
                break
            limit += m.cost[TOP] - top - late - less
            less = m.cost[TOP] - top - late
        if travel <= limit and _insert(m, v, u, w, u2, top, limit - travel):
            m.cost[TRAVEL] += gone + travel
            m.cost[LATE] += late
            return tried + 1
    link(m, v, was)
    if w >= 0:
        link(m, w, was2)
    undo(m, 0)
    return tries


@inner
def _keep(m: Memory, travel: int, limit: int) -> bool:
    """Settle what waits; keep the move if it costs no more than the limit, else have the starts as before."""
    top = m.cost[TOP]
    begin(m, top)
    if settle(m, limit - travel + m.cost[LATE] + top, top):
        now = highest_met(m)
        if travel + m.cost[MORE] + now - top <= limit:
            m.cost[TRAVEL] += travel
            m.cost[LATE] += m.cost[MORE]
            m.cost[TOP] = now
            return True
    undo(m, 0)
    return False


@inner
def _may_swap(m: Memory, v: int, w: int) -> bool:
    """May each of two services be done by who does the other?"""
    c, d = m.node[v, WHO], m.node[w, WHO]
    if c == d or m.able[d, v] == 0 or m.able[c, w] == 0:
        return c == d
    twin = m.unit[v >> 1, DOUBLE] == 1 and m.node[v ^ 1, WHO] == d
    twin = twin or (m.unit[w >> 1, DOUBLE] == 1 and m.node[w ^ 1, WHO] == c)
    return w == v ^ 1 or not twin


@inner
def _may_swap_both(m: Memory, v: int, w: int) -> bool:
    """May each of two patients be seen by the caregivers of the other, v by who does w?"""
    c, d, x, y = m.node[v, WHO], m.node[w, WHO], v ^ 1, w ^ 1
    fit = m.able[d, v] == 1 and m.able[c, w] == 1
    return fit and m.able[m.node[y, WHO], x] == 1 and m.able[m.node[x, WHO], y] == 1


@inner
def _trade(m: Memory, v: int, w: int) -> int:
    """Let v and w change places (v does not follow w directly); the difference of travel."""
    pv, pw = m.node[v, PRV], m.node[w, PRV]
    travel = unlink(m, v)
    travel += link(m, v, w) if pw == v else unlink(m, w) + link(m, v, pw) + link(m, w, pv)
    return travel


@inner
def _trade_back(m: Memory, v: int, w: int) -> None:
    if m.node[v, PRV] == w:
        _trade(m, w, v)
    else:
        _trade(m, v, w)


@inner
def _touch(m: Memory, v: int, w: int) -> None:
    queue(m, v)
    queue(m, w)
    queue(m, m.node[v, NXT])
    queue(m, m.node[w, NXT])


@inner
def _swap(m: Memory, limit: int) -> None:
    """Two services change places: of near patients, of any, or the two of one patient; or both of two patients."""
    p = draw(m.random, m.n)
    q = m.near[p, draw(m.random, m.nears)] if draw(m.random, 10) < 8 else draw(m.random, m.n)
    v, w = _part(m, p), _part(m, q)
    if m.unit[p, DOUBLE] == 1 and draw(m.random, 20) == 0:
        w = v ^ 1
    both = p != q and w != v ^ 1 and m.unit[p, DOUBLE] == 1 and m.unit[q, DOUBLE] == 1 and draw(m.random, 2) == 0
    if v == w or (not both and not _may_swap(m, v, w)) or (both and not _may_swap_both(m, v, w)):
        return
    if m.node[v, PRV] == w:
        v, w = w, v
    travel, x, y = _trade(m, v, w), v ^ 1, w ^ 1
    if both:
        if m.node[x, PRV] == y:
            x, y = y, x
        travel += _trade(m, x, y)
    if travel - m.cost[LATE] - m.cost[TOP] <= limit:
        m.cost[NOTED] = 0
        _touch(m, v, w)
        if both:
            _touch(m, x, y)
        if _keep(m, travel, limit):
            return
    if both:
        _trade_back(m, x, y)
    _trade_back(m, v, w)


@inner
def _give(m: Memory, v: int, end: int, c: int) -> bool:
    """The services from v to before `end` become those of c; False if she cannot do one."""
    fit = True
    while v != end:
        fit = fit and m.able[c, v] == 1
        m.node[v, WHO] = c
        v = m.node[v, NXT]
    return fit


@inner
def _by_two(m: Memory, v: int, end: int) -> bool:
    """Have the patients from v to before `end` a caregiver for each part?"""
    while v != end:
        if m.unit[v >> 1, DOUBLE] == 1 and m.node[v, WHO] == m.node[v ^ 1, WHO]:
            return False
        v = m.node[v, NXT]
    return True


@inner
def _after(m: Memory, v: int, steps: int) -> int:
    """What comes so many services after v, at most her return home."""
    for _ in range(steps):
        if m.node[v, NXT] >= 0:
            v = m.node[v, NXT]
    return v


@inner
def _stretches(m: Memory, limit: int) -> None:
    """Two caregivers exchange short stretches, or one gets a stretch, or they exchange all that follows."""
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
        ends, steps = _after(m, v, 1 + draw(m.random, 4)), draw(m.random, 5)
        w = m.node[w, NXT] if steps == 0 and draw(m.random, 2) == 0 else w
        ends2 = _after(m, w, steps)
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
    fit = _give(m, v, ends, d)
    fit = _give(m, w, ends2, c) and fit
    if fit and _by_two(m, v, ends) and _by_two(m, w, ends2):
        join(m, lv, ends2)
        join(m, lw, ends)  # where lw is pw, this and the next two put it right
        join(m, pv, ends if none else w)
        join(m, pw, v)
        m.cost[NOTED] = 0
        queue(m, v)
        queue(m, ends)
        queue(m, ends2)
        if not none:
            queue(m, w)
        if _keep(m, travel, limit):
            return
        join(m, pv, v)
        join(m, lv, ends)
        join(m, lw, ends2)
        join(m, pw, w)
    _give(m, v, ends, c)
    _give(m, w, ends2, d)


@inner
def anneal(m: Memory, iterations: int, heat: float) -> int:
    """So many moves at one temperature (in the scale of the cost); the best cost so far."""
    done = 0
    while done < iterations:
        dice = draw(m.random, 100)
        if dice < 40:
            done += _relocate(m, heat, min(TRIES, iterations - done))
        elif dice < 75:
            _swap(m, _limit(m, heat))
            done += 1
        else:
            _stretches(m, _limit(m, heat))
            done += 1
        if m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP] < m.cost[BEST]:
            keep_best(m)
    return m.cost[BEST]
