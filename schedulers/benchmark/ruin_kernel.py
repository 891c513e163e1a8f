"""Ruin and recreate: removes a few patients near each other and reinserts them one by one where they cost least.

Hot path. Where windows are tight, a better order of the day lies behind states in which somebody is far too late: each
single move is rejected. Here the neighbourhood is emptied first. About 75,000 rounds a second on one core (2.8 GHz,
shared) among 75 patients, 50,000 among 300; a round ends as soon as it cannot be accepted. Beside the single moves
it keeps annealings out of the traps in which one in ten ended 5 to 80 per cent above the best.

Sources: ruin and recreate, Schrimpf et al. (2000, doi 10.1006/jcph.1999.6413); removal of adjacent customers and
insertion with blinks, Christiaens and Vanden Berghe (2020, doi 10.1287/trsc.2019.0914). Visits of two parts are
reinserted as a pair.
"""

from math import log
from typing import NamedTuple

from schedulers.benchmark.annealing_kernel import anneal, before
from schedulers.benchmark.route_kernel import (
    ADDED_LATE,
    BEST,
    CHANGES,
    CLOSES,
    DOUBLE,
    LATE,
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
    keep_best,
    link,
    propagate,
    set_start,
    undo,
    unlink,
)
from schedulers.search.compiled import Ints, compiled, draw, draw_unit, inner

MOST_REMOVED = 8
"""Patients removed in one round: from two to this number."""

PLACES = 6
"""Places that are tried for a service, the best ones by a bound of their cost."""

BLINK = 30
"""Each place is skipped with a chance of one in this number, so that reinsertion varies."""

ROUND = 40
"""Moves that a round counts as. It takes two to three times as long; 20 and 100 did no better in the same time."""

BLOCK = 4_000
"""Moves of a block: one half single moves, then one half rounds."""

# Columns of `out`: the removed patients, in order; their key of reinsertion; by patient, 1 if removed.
PATIENT, KEY, IS_OUT = range(3)
# Columns of `places`, PLACES rows for each part: a bound of the cost, the service behind which it is.
BOUND, BEHIND = range(2)
# Columns of `removed`: the removed services, in order, and the predecessor of each.
SERVICE, FROM = range(2)


class RuinState(NamedTuple):
    """Tables of a round: `out` (n, 3), `places` and `removed`; their columns are named above."""

    out: Ints
    places: Ints
    removed: Ints


@inner
def _neighbour(m: RouteState, p: int) -> int:
    """Draw a near patient, or the one directly before or behind p in a route; -1 if there is none."""
    if draw(m.random, 2) == 0:
        return m.near[p, draw(m.random, m.nears)]
    v = 2 * p + (draw(m.random, 2) if m.unit[p, DOUBLE] == 1 else 0)
    w = m.node[v, NXT] if draw(m.random, 2) == 0 else m.node[v, PRV]
    return w >> 1 if w < 2 * m.n else -1


@inner
def _select(m: RouteState, s: RuinState, wanted: int) -> int:
    """Select a random patient and others next to those selected; their number."""
    p = draw(m.random, m.n)
    s.out[0, PATIENT], s.out[p, IS_OUT], count = p, 1, 1
    for _ in range(4 * wanted):
        if count == wanted:
            break
        p = _neighbour(m, s.out[draw(m.random, count), PATIENT])
        if p >= 0 and s.out[p, IS_OUT] == 0:
            s.out[count, PATIENT], s.out[p, IS_OUT] = p, 1
            count += 1
    for i in range(count):
        s.out[s.out[i, PATIENT], IS_OUT] = 0
    return count


@inner
def _remove(m: RouteState, s: RuinState, count: int) -> tuple[bool, int]:
    """Remove the selected patients and propagate: (did it end, number of services removed)."""
    removed = m.cost[CHANGES] = 0
    begin_propagation(m, m.cost[TOP])
    for i in range(count):
        p = s.out[i, PATIENT]
        for v in range(2 * p, 2 * p + 1 + m.unit[p, DOUBLE]):
            s.removed[removed, SERVICE], s.removed[removed, FROM] = v, m.node[v, PRV]
            removed += 1
            m.cost[TRAVEL] += unlink(m, v)
            set_start(m, v, m.node[v, OPENS])
    for i in range(removed):
        w = m.node[s.removed[i, SERVICE], NXT]  # a removed service still knows its successor
        while m.node[w, PRV] < 0:
            w = m.node[w, NXT]
        enqueue(m, w)
    rest = propagate(m, 1 << 60, m.cost[TOP])
    m.cost[LATE] += m.cost[ADDED_LATE]
    m.cost[TOP] = highest_seen(m)
    return rest, removed


@inner
def _restore(m: RouteState, s: RuinState, removed: int) -> None:
    """Restore all starts and routes to before the removals, whether the services are reinserted or not."""
    undo(m, 0)
    for i in range(removed):
        if m.node[s.removed[i, SERVICE], PRV] >= 0:
            unlink(m, s.removed[i, SERVICE])
    for i in range(removed - 1, -1, -1):
        link(m, s.removed[i, SERVICE], s.removed[i, FROM])


@inner
def _order(m: RouteState, s: RuinState, count: int) -> None:
    """Order the removed patients: at random, fewest caregivers first, soonest first, or farthest first."""
    kind = draw(m.random, 4)
    for i in range(count):
        j = i + draw(m.random, count - i)
        s.out[i, PATIENT], s.out[j, PATIENT] = s.out[j, PATIENT], s.out[i, PATIENT]
    for i in range(count if kind > 0 else 0):
        p = s.out[i, PATIENT]
        key = -m.travel[m.node[2 * m.n, PLACE], m.node[2 * p, PLACE]]
        if kind == 1:
            key = m.who[2 * p, m.k] - m.k * m.unit[p, DOUBLE]
        elif kind == 2:
            key = m.node[2 * p, OPENS]
        j = i
        while j > 0 and s.out[j - 1, KEY] > key:
            s.out[j, KEY], s.out[j, PATIENT] = s.out[j - 1, KEY], s.out[j - 1, PATIENT]
            j -= 1
        s.out[j, KEY], s.out[j, PATIENT] = key, p


@inner
def _offer(m: RouteState, s: RuinState, v: int, u: int, at: int, n: int) -> int:
    """Add the place behind u if it is among the best for v, sorted from row `at` on; their number."""
    if m.able[m.node[u, WHO], v] == 0:
        return n
    w, here = m.node[u, NXT], m.node[v, PLACE]
    t = max(m.node[u, START] + m.node[u, LENGTH] + m.travel[m.node[u, PLACE], here], m.node[v, OPENS])
    then = t + m.node[v, LENGTH] + m.travel[here, m.node[w, PLACE]]
    bound = detour(m, v, u) + max(0, t - m.node[v, CLOSES])
    bound += max(0, then - max(m.node[w, CLOSES], m.node[w, START]))
    for i in range(at, at + n):
        if s.places[i, BEHIND] == u:
            return n
    if n == PLACES:
        if bound >= s.places[at + n - 1, BOUND]:
            return n
        n -= 1
    i = at + n
    while i > at and s.places[i - 1, BOUND] > bound:
        s.places[i, BOUND], s.places[i, BEHIND] = s.places[i - 1, BOUND], s.places[i - 1, BEHIND]
        i -= 1
    s.places[i, BOUND], s.places[i, BEHIND] = bound, u
    return n + 1


@inner
def _places(m: RouteState, s: RuinState, v: int, at: int) -> int:
    """Collect the best places for v: next to near patients, and with each able caregiver inside the window."""
    n = 0
    for i in range(m.nears):
        q = m.near[v >> 1, i]
        for w in range(2 * q, 2 * q + 1 + m.unit[q, DOUBLE]):
            if m.node[w, PRV] >= 0 and draw(m.random, BLINK) > 0:
                n = _offer(m, s, v, w, at, n)
                n = _offer(m, s, v, m.node[w, PRV], at, n)
    t = m.node[v, OPENS] + draw(m.random, max(1, m.node[v, CLOSES] - m.node[v, OPENS]))
    for i in range(m.who[v, m.k]):
        n = _offer(m, s, v, before(m, m.who[v, i], t), at, n)
    return n


@inner
def _put(m: RouteState, v: int, u: int, w: int, u2: int, limit: int) -> tuple[bool, int]:
    """Insert v behind u (and w behind u2): (is the cost within the limit, the difference of travel)."""
    top = m.cost[TOP]
    travel = link(m, v, u) + (link(m, w, u2) if w >= 0 else 0)
    m.cost[ADDED_LATE] = 0
    if travel > limit:
        return False, travel
    if w >= 0:
        enqueue(m, m.node[w, NXT])
    enqueue(m, v)
    enqueue(m, m.node[v, NXT])
    begin_propagation(m, top)
    return propagate(m, limit - travel, top), travel


@inner
def _price(m: RouteState, v: int, u: int, w: int, u2: int, limit: int) -> int:
    """The cost of inserting v behind u (and w behind u2), more than the limit if it exceeds it; nothing changes."""
    mark = m.cost[CHANGES]
    fits, travel = _put(m, v, u, w, u2, limit)
    price = travel + m.cost[ADDED_LATE] + highest_seen(m) - m.cost[TOP] if fits else limit + 1
    undo(m, mark)
    if w >= 0:
        unlink(m, w)
    unlink(m, v)
    return price


@inner
def _reinsert(m: RouteState, s: RuinState, p: int, limit: int) -> bool:
    """Reinsert a patient where it costs least; False if that is more than the limit."""
    v, least, u, u2 = 2 * p, limit + 1, -1, -1
    w = v + 1 if m.unit[p, DOUBLE] == 1 else -1
    n, others = _places(m, s, v, 0), _places(m, s, w, PLACES) if w >= 0 else 1
    for i in range(n):
        for j in range(PLACES, PLACES + others):
            a, b, bound = s.places[i, BEHIND], s.places[j, BEHIND], s.places[i, BOUND]
            if w >= 0:
                bound += s.places[j, BOUND]
            if bound < least and (w < 0 or m.node[a, WHO] != m.node[b, WHO]):
                price = _price(m, v, a, w, b, least - 1)
                if price < least:
                    least, u, u2 = price, a, b
    if u < 0:
        return False
    _, travel = _put(m, v, u, w, u2, limit)
    m.cost[TRAVEL] += travel
    m.cost[LATE] += m.cost[ADDED_LATE]
    m.cost[TOP] = highest_seen(m)
    return True


@inner
def _round(m: RouteState, s: RuinState, aim: int) -> bool:
    """Ruin and recreate once; False, with all restored, as soon as it costs more than the aim."""
    travel, late, top = m.cost[TRAVEL], m.cost[LATE], m.cost[TOP]
    count = _select(m, s, 2 + draw(m.random, MOST_REMOVED - 1))
    fits, removed = _remove(m, s, count)
    _order(m, s, count)
    for i in range(count):
        if fits:
            fits = _reinsert(m, s, s.out[i, PATIENT], aim - m.cost[TRAVEL] - m.cost[LATE] - m.cost[TOP])
    if not fits:
        _restore(m, s, removed)
        m.cost[TRAVEL], m.cost[LATE], m.cost[TOP] = travel, late, top
    return fits


@inner
def _ruin(m: RouteState, s: RuinState, rounds: int, temperature: float) -> None:
    for _ in range(rounds):
        aim = m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP] + int(-temperature * log(draw_unit(m.random)))
        if _round(m, s, aim) and m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP] < m.cost[BEST]:
            keep_best(m)


@compiled
def improve(m: RouteState, s: RuinState, iterations: int, temperature: float) -> int:
    """Spend a number of moves on moves and rounds at one temperature (units of the cost); the best cost so far."""
    done = 0
    while done < iterations:
        share = min(BLOCK, iterations - done)
        rounds = share // 2 // ROUND
        anneal(m, share - rounds * ROUND, temperature)
        _ruin(m, s, rounds, temperature)
        done += share
    return m.cost[BEST]
