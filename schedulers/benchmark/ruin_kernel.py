"""Ruin and recreate: a few patients near each other leave their routes and come back one by one where they cost least.

Hot path. Where windows are tight, a better order of the day lies behind states in which somebody is far too late: each
single move is refused. Here the neighbourhood is emptied first. About 75,000 rounds a second on one core (2.8 GHz,
shared) among 75 patients, 50,000 among 300; a round ends as soon as it cannot be kept any more. Beside the single moves
it keeps annealings out of the traps in which one in ten ended 5 to 80 per cent above the best.

After Schrimpf et al. (2000, doi 10.1006/jcph.1999.6413) and Christiaens and Vanden Berghe (2020,
doi 10.1287/trsc.2019.0914), with visits of two parts put back as a pair.
"""

from math import log
from typing import NamedTuple

from schedulers.benchmark.annealing_kernel import anneal, before
from schedulers.benchmark.route_kernel import (
    BEST,
    CLOSES,
    DOUBLE,
    LATE,
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
    keep_best,
    link,
    move_start,
    queue,
    settle,
    undo,
    unlink,
)
from schedulers.search.compiled import Ints, compiled, draw, draw_unit, inner

MOST_OUT = 8
"""Patients that leave in one round, at most; from two on."""

PLACES = 6
"""Places that are tried for a service, the best by a bound of their cost."""

BLINK = 30
"""Each place is overlooked once in so many looks, so that the same patients do not always come back alike."""

ROUND = 40
"""A round counts as so many moves. It takes two to three times as long; 20 and 100 did no better in the same time."""

BLOCK = 4_000
"""Moves, then rounds, half a block each."""

# Columns of `out`: the patients that are out, in order; by which key they come back; by patient, is she out.
PATIENT, KEY, IS_OUT = range(3)
# Columns of `places`, PLACES rows for each part: a bound of the cost, the service behind which it is.
BOUND, BEHIND = range(2)
# Columns of `gone`: the services that left, in order, and behind which each was when it did.
SERVICE, FROM = range(2)


class Spare(NamedTuple):
    """What a round needs beside the memory: `out` (n, 3), `places` and `gone`; their columns are named above."""

    out: Ints
    places: Ints
    gone: Ints


@inner
def _beside(m: Memory, p: int) -> int:
    """A near patient, or who comes directly before or after p with the same caregiver; -1 if that is nobody."""
    if draw(m.random, 2) == 0:
        return m.near[p, draw(m.random, m.nears)]
    v = 2 * p + (draw(m.random, 2) if m.unit[p, DOUBLE] == 1 else 0)
    w = m.node[v, NXT] if draw(m.random, 2) == 0 else m.node[v, PRV]
    return w >> 1 if w < 2 * m.n else -1


@inner
def _choose(m: Memory, s: Spare, wanted: int) -> int:
    """List patients that hang together, any first one and others beside those; how many."""
    p = draw(m.random, m.n)
    s.out[0, PATIENT], s.out[p, IS_OUT], count = p, 1, 1
    for _ in range(4 * wanted):
        if count == wanted:
            break
        p = _beside(m, s.out[draw(m.random, count), PATIENT])
        if p >= 0 and s.out[p, IS_OUT] == 0:
            s.out[count, PATIENT], s.out[p, IS_OUT] = p, 1
            count += 1
    for i in range(count):
        s.out[s.out[i, PATIENT], IS_OUT] = 0
    return count


@inner
def _take_out(m: Memory, s: Spare, count: int) -> tuple[bool, int]:
    """Take the listed patients out and settle what is left: (did it come to rest, how many services have gone)."""
    gone = m.cost[NOTED] = 0
    begin(m, m.cost[TOP])
    for i in range(count):
        p = s.out[i, PATIENT]
        for v in range(2 * p, 2 * p + 1 + m.unit[p, DOUBLE]):
            s.gone[gone, SERVICE], s.gone[gone, FROM] = v, m.node[v, PRV]
            gone += 1
            m.cost[TRAVEL] += unlink(m, v)
            move_start(m, v, m.node[v, OPENS])
    for i in range(gone):
        w = m.node[s.gone[i, SERVICE], NXT]  # a service that left still knows who followed
        while m.node[w, PRV] < 0:
            w = m.node[w, NXT]
        queue(m, w)
    rest = settle(m, 1 << 60, m.cost[TOP])
    m.cost[LATE] += m.cost[MORE]
    m.cost[TOP] = highest_met(m)
    return rest, gone


@inner
def _as_before(m: Memory, s: Spare, gone: int) -> None:
    """Let all starts and routes be as they were before so many services left, whether they have come back or not."""
    undo(m, 0)
    for i in range(gone):
        if m.node[s.gone[i, SERVICE], PRV] >= 0:
            unlink(m, s.gone[i, SERVICE])
    for i in range(gone - 1, -1, -1):
        link(m, s.gone[i, SERVICE], s.gone[i, FROM])


@inner
def _order(m: Memory, s: Spare, count: int) -> None:
    """In which order they come back: by chance, the hardest to give first, the soonest first, or the farthest first."""
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
def _offer(m: Memory, s: Spare, v: int, u: int, at: int, n: int) -> int:
    """Note the place behind u if it is among the best for v, sorted from row `at` on; how many are noted."""
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
def _places(m: Memory, s: Spare, v: int, at: int) -> int:
    """Note the best places for v: beside near patients, and with each able caregiver at a time inside the window."""
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
def _put(m: Memory, v: int, u: int, w: int, u2: int, limit: int) -> tuple[bool, int]:
    """Put v behind u (and w behind u2): (does it cost no more than the limit, the difference of travel)."""
    top = m.cost[TOP]
    travel = link(m, v, u) + (link(m, w, u2) if w >= 0 else 0)
    m.cost[MORE] = 0
    if travel > limit:
        return False, travel
    if w >= 0:
        queue(m, m.node[w, NXT])
    queue(m, v)
    queue(m, m.node[v, NXT])
    begin(m, top)
    return settle(m, limit - travel, top), travel


@inner
def _price(m: Memory, v: int, u: int, w: int, u2: int, limit: int) -> int:
    """What it costs to put v behind u (and w behind u2), more than the limit if it is more; all stays as it was."""
    mark = m.cost[NOTED]
    fits, travel = _put(m, v, u, w, u2, limit)
    price = travel + m.cost[MORE] + highest_met(m) - m.cost[TOP] if fits else limit + 1
    undo(m, mark)
    if w >= 0:
        unlink(m, w)
    unlink(m, v)
    return price


@inner
def _bring_back(m: Memory, s: Spare, p: int, limit: int) -> bool:
    """Put the patient where she costs least; False if that is more than the limit."""
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
    m.cost[LATE] += m.cost[MORE]
    m.cost[TOP] = highest_met(m)
    return True


@inner
def _round(m: Memory, s: Spare, aim: int) -> bool:
    """Take some patients out and bring them back; False, and all as before, once that costs more than the aim."""
    travel, late, top = m.cost[TRAVEL], m.cost[LATE], m.cost[TOP]
    count = _choose(m, s, 2 + draw(m.random, MOST_OUT - 1))
    fits, gone = _take_out(m, s, count)
    _order(m, s, count)
    for i in range(count):
        if fits:
            fits = _bring_back(m, s, s.out[i, PATIENT], aim - m.cost[TRAVEL] - m.cost[LATE] - m.cost[TOP])
    if not fits:
        _as_before(m, s, gone)
        m.cost[TRAVEL], m.cost[LATE], m.cost[TOP] = travel, late, top
    return fits


@inner
def _ruin(m: Memory, s: Spare, rounds: int, heat: float) -> None:
    for _ in range(rounds):
        aim = m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP] + int(-heat * log(draw_unit(m.random)))
        if _round(m, s, aim) and m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP] < m.cost[BEST]:
            keep_best(m)


@compiled
def improve(m: Memory, s: Spare, iterations: int, heat: float) -> int:
    """So many moves, and rounds that count as such, at one temperature (scale of the cost); the best cost so far."""
    done = 0
    while done < iterations:
        share = min(BLOCK, iterations - done)
        rounds = share // 2 // ROUND
        anneal(m, share - rounds * ROUND, heat)
        _ruin(m, s, rounds, heat)
        done += share
    return m.cost[BEST]
