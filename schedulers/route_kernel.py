"""Simulated annealing for hundreds of home visits, evaluated only as far as a move is felt.

The state is one global order of the patients and one caregiver for each of their services; the routes follow from
both. A move changes a stretch [a, b] of the order or the caregivers inside it; the evaluation walks from `a` and
re-times only services whose route has become dirty, stops as soon as nothing is dirty, or as soon as even the
disappearance of all later tardiness could not make the move acceptable.

The cost is travel + total tardiness + highest tardiness + extra time after the shifts, all whole numbers in the scale
of the instance. This is a second kernel beside the one for team-days because that stop is what makes it fast, and it
rests on the cost being a sum with no break, no hard end and nothing left unplaced; a team-day has all three.
A double service stands once in the order: two patients seen by two caregivers in crossed order cannot be expressed
here (they can in a team-day).

A service is v = 2 * patient + part. Moves and their evaluation follow the multi-neighbourhood annealing of Ceschia et
al. (2024, doi 10.1111/itor.13585); the incremental evaluation is ours.
"""

from math import log
from typing import NamedTuple

from schedulers.compiled import Ints, compiled, draw, draw_unit

NOTHING, RELOCATE, EXCHANGE, TAILS = 0, 1, 2, 3

# Columns of `patient`: the instance, then position in the order, highest and total tardiness of her services.
PLACE, OPENS, CLOSES, DOUBLE, LEAST, MOST, POS, WORST, TARDY = range(9)
# Columns of `service`: length, how many may do it; caregiver as the move wants it and before; start, route neighbours.
LENGTH, WHOS, NOW, WAS, START, PRV, NXT, BEST_NOW = range(8)
# Columns of `caregiver`: place and shift; the route's ends and extra time; then the evaluation's: is the route dirty,
# is it one the move touches, last service re-timed and its end, first service behind the stretch.
HOME, READY, OFF, HEAD, LAST, OVER, DIRTY, INSIDE, TAIL, FREE, AFTER = range(11)
# Columns of `row`, by position i: the patient, highest tardiness in [:i] and in [i:], total in [i:], best order so far.
ORDER, BEFORE, BEHIND, REST, BEST_ORDER = range(5)
# Columns of `scratch`, lists: caregivers a move touches, services re-timed with neighbour and start, and re-given.
TOUCHED, SEEN, SEEN_PRV, SEEN_START, CHANGED = range(5)
# `cost`: travel, tardiness with extra time, highest tardiness, extra time alone; the best sum so far.
TRAVEL, LATE, TOP, EXTRA, BEST = range(5)


class Memory(NamedTuple):
    """Instance and state as few tables (few arguments compile fast): n patients, k caregivers; one scale for all.

    `travel` (places, places), `able` (k, 2n) 0 or 1, `who` (2n, k) the able caregivers padded, `near` (n, nears)
    patients that go well beside this one; the tables' columns are named above.
    """

    n: int
    k: int
    nears: int
    travel: Ints
    able: Ints
    who: Ints
    near: Ints
    patient: Ints
    service: Ints
    caregiver: Ints
    row: Ints
    scratch: Ints
    cost: Ints
    random: Ints


@compiled
def _put(m: Memory, v: int, caregiver: int, changes: int) -> int:
    m.scratch[changes, CHANGED] = v
    m.service[v, NOW] = caregiver
    return changes + 1


@compiled
def _undo_caregivers(m: Memory, changes: int) -> None:
    for i in range(changes):
        m.service[m.scratch[i, CHANGED], NOW] = m.service[m.scratch[i, CHANGED], WAS]


@compiled
def greedy(m: Memory) -> None:
    """Give each patient of the order, in turn, the caregivers who add least; the start of an annealing."""
    crew, highest = m.caregiver, 0
    for c in range(m.k):
        crew[c, TAIL] = crew[c, HOME]
        crew[c, FREE] = crew[c, READY]
    for i in range(m.n):
        p = m.row[i, ORDER]
        v, here = 2 * p, m.patient[p, PLACE]
        best, b0, b1, t0, t1, top = 1 << 60, -1, -1, 0, 0, 0
        for c0 in range(m.k):
            if m.able[c0, v] == 0:
                continue
            first = max(crew[c0, FREE] + m.travel[crew[c0, TAIL], here], m.patient[p, OPENS])
            add = (
                m.travel[crew[c0, TAIL], here]
                + m.travel[here, crew[c0, HOME]]
                - m.travel[crew[c0, TAIL], crew[c0, HOME]]
            )
            if m.patient[p, DOUBLE] == 0:
                x = max(0, first - m.patient[p, CLOSES])
                value = add + x + max(highest, x) - highest
                if value < best:
                    best, b0, t0, top = value, c0, first, max(highest, x)
                continue
            for c1 in range(m.k):
                if c1 == c0 or m.able[c1, v + 1] == 0:
                    continue
                a = first
                b = max(crew[c1, FREE] + m.travel[crew[c1, TAIL], here], m.patient[p, OPENS], a + m.patient[p, LEAST])
                a = max(a, b - m.patient[p, MOST])
                x, y = max(0, a - m.patient[p, CLOSES]), max(0, b - m.patient[p, CLOSES])
                value = add + m.travel[crew[c1, TAIL], here] + m.travel[here, crew[c1, HOME]]
                value += x + y + max(highest, x, y) - highest - m.travel[crew[c1, TAIL], crew[c1, HOME]]
                if value < best:
                    best, b0, b1, t0, t1, top = value, c0, c1, a, b, max(highest, x, y)
        m.service[v, NOW], crew[b0, FREE], crew[b0, TAIL], highest = b0, t0 + m.service[v, LENGTH], here, top
        if m.patient[p, DOUBLE] == 1:
            m.service[v + 1, NOW], crew[b1, FREE], crew[b1, TAIL] = b1, t1 + m.service[v + 1, LENGTH], here


@compiled
def _summaries(m: Memory, a: int, end: int) -> None:
    """Tell again what is remembered by position, after order[a:end] changed."""
    top = m.row[a, BEFORE]
    for h in range(a, m.n):
        if h >= end and m.row[h, BEFORE] == top:
            break
        m.row[h, BEFORE] = top
        top = max(top, m.patient[m.row[h, ORDER], WORST])
    top, total = m.row[end, BEHIND], m.row[end, REST]
    for h in range(end - 1, -1, -1):
        p = m.row[h, ORDER]
        total += m.patient[p, TARDY]
        top = max(top, m.patient[p, WORST])
        if h < a and m.row[h, BEHIND] == top and m.row[h, REST] == total:
            break
        m.row[h, BEHIND], m.row[h, REST] = top, total


@compiled
def rebuild(m: Memory) -> int:
    """Everything from the order and the caregivers alone; the cost."""
    n, travel, total = m.n, 0, 0
    for c in range(m.k):
        m.caregiver[c, HEAD], m.caregiver[c, LAST], m.caregiver[c, DIRTY], m.caregiver[c, INSIDE] = -1, -1, 0, 0
        m.caregiver[c, FREE] = m.caregiver[c, READY]
        m.caregiver[c, TAIL] = m.caregiver[c, HOME]
    for i in range(n):
        p = m.row[i, ORDER]
        here, first, second = m.patient[p, PLACE], 0, 0
        m.patient[p, POS] = i
        for j in range(1 + m.patient[p, DOUBLE]):
            v = 2 * p + j
            c = m.service[v, NOW]
            m.service[v, WAS] = c
            leg = m.travel[m.caregiver[c, TAIL], here]
            travel += leg
            t = max(m.caregiver[c, FREE] + leg, m.patient[p, OPENS])
            if j == 0:
                first = t
            else:
                second = max(t, first + m.patient[p, LEAST])
                first = max(first, second - m.patient[p, MOST])
            m.service[v, PRV], m.service[v, NXT], m.caregiver[c, TAIL] = m.caregiver[c, LAST], -1, here
            if m.caregiver[c, LAST] >= 0:
                m.service[m.caregiver[c, LAST], NXT] = v
            else:
                m.caregiver[c, HEAD] = v
            m.caregiver[c, LAST] = v
        m.patient[p, WORST], m.patient[p, TARDY] = 0, 0
        for j in range(1 + m.patient[p, DOUBLE]):
            v = 2 * p + j
            t = first if j == 0 else second
            m.service[v, START] = t
            m.caregiver[m.service[v, NOW], FREE] = t + m.service[v, LENGTH]
            x = max(0, t - m.patient[p, CLOSES])
            m.patient[p, WORST] = max(m.patient[p, WORST], x)
            m.patient[p, TARDY] += x
        total += m.patient[p, TARDY]
    over = 0
    for c in range(m.k):
        travel += m.travel[m.caregiver[c, TAIL], m.caregiver[c, HOME]]
        m.caregiver[c, OVER] = 0
        if m.caregiver[c, LAST] >= 0:
            m.caregiver[c, OVER] = max(
                0, m.caregiver[c, FREE] + m.travel[m.caregiver[c, TAIL], m.caregiver[c, HOME]] - m.caregiver[c, OFF]
            )
        over += m.caregiver[c, OVER]
    top = 0
    for i in range(n):
        m.row[i, BEFORE] = top
        top = max(top, m.patient[m.row[i, ORDER], WORST])
    m.row[n, BEFORE], m.row[n, BEHIND], m.row[n, REST] = top, 0, 0
    for i in range(n - 1, -1, -1):
        m.row[i, BEHIND] = max(m.row[i + 1, BEHIND], m.patient[m.row[i, ORDER], WORST])
        m.row[i, REST] = m.row[i + 1, REST] + m.patient[m.row[i, ORDER], TARDY]
    m.cost[TRAVEL], m.cost[LATE], m.cost[TOP], m.cost[EXTRA] = travel, total + over, top, over
    return travel + total + over + top


@compiled
def _shift(m: Memory, x: int, y: int) -> None:
    """Move what stands at x to y; the rest closes up."""
    p = m.row[x, ORDER]
    if x < y:
        for h in range(x, y):
            m.row[h, ORDER] = m.row[h + 1, ORDER]
    else:
        for h in range(x, y, -1):
            m.row[h, ORDER] = m.row[h - 1, ORDER]
    m.row[y, ORDER] = p


@compiled
def _pick_relocation(m: Memory, p: int, dice: float) -> tuple[int, int, int]:  # noqa: C901 -- one hot function
    """Where patient p goes, and with whom: (position or -1, first caregiver, second)."""
    v, x, double = 2 * p, m.patient[p, POS], m.patient[p, DOUBLE]
    n0, n1 = m.service[v, NOW], m.service[v + 1, NOW]
    j = draw(m.random, 2) if double == 1 else 0
    if dice < 0.5:  # beside a near patient, with its caregiver
        q = m.near[p, draw(m.random, m.nears)]
        jq = draw(m.random, 2) if m.patient[q, DOUBLE] == 1 else 0
        c = m.service[2 * q + jq, NOW]
        if m.able[c, v + j] == 0:
            j = 1 - j
            if double == 0 or m.able[c, v + j] == 0:
                return -1, 0, 0
        if j == 0:
            n0 = c
        else:
            n1 = c
        if double == 1 and (n0 == n1 or draw(m.random, 100) < 15):
            o = m.who[v + 1 - j, draw(m.random, m.service[v + 1 - j, WHOS])]
            if o == c:
                return -1, 0, 0
            if j == 0:
                n1 = o
            else:
                n0 = o
        y = m.patient[q, POS]
        if draw(m.random, 2) == 0:
            if x > y:
                y += 1
        elif x < y:
            y -= 1
        return y, n0, n1
    y, moving = x, dice < 0.65
    if moving:
        if draw(m.random, 10) < 3:
            y = draw(m.random, m.n)
        else:
            reach = max(3, m.n // 4)
            y = min(m.n - 1, max(0, x + draw(m.random, 2 * reach + 1) - reach))
    if not moving or draw(m.random, 10) < 6:
        c = m.who[v + j, draw(m.random, m.service[v + j, WHOS])]
        if j == 0:
            n0 = c
        else:
            n1 = c
    if double == 1 and n0 == n1:
        return -1, 0, 0
    return y, n0, n1


@compiled
def _relocation_travel(m: Memory, v: int, y: int, cn: int) -> tuple[bool, int]:
    """(the route changes, exact travel difference) when service v goes to position y with caregiver cn."""
    p, x, co = v >> 1, m.patient[v >> 1, POS], m.service[v, NOW]
    u, z = -1, m.caregiver[cn, HEAD]
    while z >= 0 and (m.patient[z >> 1, POS] < y or z == v or (x < y and m.patient[z >> 1, POS] == y)):
        if z != v:
            u = z
        z = m.service[z, NXT]
    if z == v:
        z = m.service[v, NXT]
    o, w = m.service[v, PRV], m.service[v, NXT]
    if co == cn and u == o:
        return False, 0
    here = m.patient[p, PLACE]
    lo = m.caregiver[co, HOME] if o < 0 else m.patient[o >> 1, PLACE]
    lw = m.caregiver[co, HOME] if w < 0 else m.patient[w >> 1, PLACE]
    lu = m.caregiver[cn, HOME] if u < 0 else m.patient[u >> 1, PLACE]
    lz = m.caregiver[cn, HOME] if z < 0 else m.patient[z >> 1, PLACE]
    gain = m.travel[lo, lw] - m.travel[lo, here] - m.travel[here, lw]
    return True, gain + m.travel[lu, here] + m.travel[here, lz] - m.travel[lu, lz]


@compiled
def _relocate(m: Memory, dice: float, limit: float) -> tuple[int, int, int, int, int, int]:
    """One patient to another place of the order or other caregivers: (kind, x, y, touched, changes, travel)."""
    p = draw(m.random, m.n)
    x = m.patient[p, POS]
    y, n0, n1 = _pick_relocation(m, p, dice)
    v, double = 2 * p, m.patient[p, DOUBLE]
    if y < 0 or (double == 1 and (n0 == m.service[v + 1, NOW] or n1 == m.service[v, NOW])):
        return NOTHING, 0, 0, 0, 0, 0
    moved, travel = _relocation_travel(m, v, y, n0)
    if double == 1:
        also, more = _relocation_travel(m, v + 1, y, n1)
        moved, travel = moved or also, travel + more
    if not moved:
        if x != y:  # no route changes: another way to write the same solution
            _shift(m, x, y)
            a, b = min(x, y), max(x, y)
            for h in range(a, b + 1):
                m.patient[m.row[h, ORDER], POS] = h
            top = m.row[a, BEFORE]
            for h in range(a, b + 1):
                m.row[h, BEFORE] = top
                top = max(top, m.patient[m.row[h, ORDER], WORST])
            for h in range(b, a - 1, -1):
                m.row[h, BEHIND] = max(m.row[h + 1, BEHIND], m.patient[m.row[h, ORDER], WORST])
                m.row[h, REST] = m.row[h + 1, REST] + m.patient[m.row[h, ORDER], TARDY]
        return NOTHING, 0, 0, 0, 0, 0
    a = min(x, y)
    if travel - m.row[a, REST] - (m.cost[TOP] - m.row[a, BEFORE]) - m.cost[EXTRA] > limit:
        return NOTHING, 0, 0, 0, 0, 0
    touched, changes = 0, 0
    for j in range(1 + double):
        c, cn = m.service[v + j, NOW], n0 if j == 0 else n1
        m.scratch[touched, TOUCHED] = c
        touched += 1
        if c != cn:
            m.scratch[touched, TOUCHED] = cn
            touched += 1
            changes = _put(m, v + j, cn, changes)
    return RELOCATE, x, y, touched, changes, travel


@compiled
def _exchange(m: Memory) -> tuple[int, int, int, int, int, int]:
    """Two patients change places in the order, and one service of each its caregiver."""
    p = draw(m.random, m.n)
    q = m.near[p, draw(m.random, m.nears)] if draw(m.random, 10) < 7 else draw(m.random, m.n)
    if p == q:
        return NOTHING, 0, 0, 0, 0, 0
    jp = draw(m.random, 2) if m.patient[p, DOUBLE] == 1 else 0
    jq = draw(m.random, 2) if m.patient[q, DOUBLE] == 1 else 0
    v, w = 2 * p + jp, 2 * q + jq
    c1, c2, changes = m.service[v, NOW], m.service[w, NOW], 0
    if c1 != c2:
        if m.able[c2, v] == 0 or m.able[c1, w] == 0:
            return NOTHING, 0, 0, 0, 0, 0
        if (m.patient[p, DOUBLE] == 1 and m.service[v ^ 1, NOW] == c2) or (
            m.patient[q, DOUBLE] == 1 and m.service[w ^ 1, NOW] == c1
        ):
            return NOTHING, 0, 0, 0, 0, 0
        changes = _put(m, v, c2, changes)
        changes = _put(m, w, c1, changes)
    m.scratch[0, TOUCHED], m.scratch[1, TOUCHED], touched = c1, c2, 2
    if m.patient[p, DOUBLE] == 1:
        m.scratch[touched, TOUCHED] = m.service[v ^ 1, NOW]
        touched += 1
    if m.patient[q, DOUBLE] == 1:
        m.scratch[touched, TOUCHED] = m.service[w ^ 1, NOW]
        touched += 1
    return EXCHANGE, m.patient[p, POS], m.patient[q, POS], touched, changes, 0


@compiled
def _hand_over(m: Memory, v: int, to: int, most: int, changes: int) -> tuple[int, int, int]:
    """Services from v on, at most so many, to another caregiver: (changes, first and last position they stand at)."""
    first, last, whole, k = m.n, -1, most >= m.n, 0
    while v >= 0 and k < most:
        p = v >> 1
        if m.able[to, v] == 1 and (m.patient[p, DOUBLE] == 0 or m.service[v ^ 1, NOW] != to):
            m.scratch[changes, CHANGED] = v
            changes += 1
            first, last = min(first, m.patient[p, POS]), max(last, m.patient[p, POS])
        elif not whole:
            break
        v = m.service[v, NXT]
        k += 1
    return changes, first, last


@compiled
def _tails(m: Memory) -> tuple[int, int, int, int, int, int]:
    """Two caregivers exchange what they do from some point on, or a short stretch of it."""
    p = draw(m.random, m.n)
    q = m.near[p, draw(m.random, m.nears)]
    v = 2 * p + (draw(m.random, 2) if m.patient[p, DOUBLE] == 1 else 0)
    w = 2 * q + (draw(m.random, 2) if m.patient[q, DOUBLE] == 1 else 0)
    c1, c2 = m.service[v, NOW], m.service[w, NOW]
    if c1 == c2:
        return NOTHING, 0, 0, 0, 0, 0
    short = draw(m.random, 10) < 6
    most = 1 + draw(m.random, 4) if short else m.n
    other = 0
    if draw(m.random, 10) < 7:
        other = 1 + draw(m.random, 4) if short else m.n
    x = y = m.patient[p, POS]
    given, _, last = _hand_over(m, v, c2, most, 0)
    y = max(y, last)
    while w >= 0 and m.patient[w >> 1, POS] < m.patient[p, POS]:
        w = m.service[w, NXT]
    changes, first, last = _hand_over(m, w, c1, other, given)
    x, y = min(x, first), max(y, last)
    if changes == 0:
        return NOTHING, 0, 0, 0, 0, 0
    for i in range(changes):
        m.service[m.scratch[i, CHANGED], NOW] = c2 if i < given else c1
    for i in range(changes):
        v = m.scratch[i, CHANGED]
        if m.patient[v >> 1, DOUBLE] == 1 and m.service[v, NOW] == m.service[v ^ 1, NOW]:
            _undo_caregivers(m, changes)
            return NOTHING, 0, 0, 0, 0, 0
    m.scratch[0, TOUCHED], m.scratch[1, TOUCHED] = c1, c2
    return TAILS, x, y, 2, changes, 0


@compiled
def _open_stretch(m: Memory, a: int, b: int, touched: int) -> int:
    """Mark the caregivers of a move dirty and find where their routes enter and leave [a, b]; how many they are."""
    different = 0
    for i in range(touched):
        c = m.scratch[i, TOUCHED]
        if m.caregiver[c, INSIDE] == 1:
            continue
        m.caregiver[c, INSIDE], m.caregiver[c, DIRTY], m.scratch[different, TOUCHED] = 1, 1, c
        different += 1
        u, v = -1, m.caregiver[c, HEAD]
        while v >= 0 and m.patient[v >> 1, POS] < a:
            u = v
            v = m.service[v, NXT]
        m.caregiver[c, TAIL] = u
        m.caregiver[c, FREE] = m.caregiver[c, READY] if u < 0 else m.service[u, START] + m.service[u, LENGTH]
        while v >= 0 and m.patient[v >> 1, POS] <= b:
            v = m.service[v, NXT]
        m.caregiver[c, AFTER] = v
    return different


@compiled
def _close_stretch(m: Memory, touched: int, kind: int) -> tuple[int, int, int]:
    """Behind the stretch: (travel and extra-time difference where routes leave it, routes that end in it)."""
    travel, extra, ended = 0, 0, 0
    for i in range(touched):
        c = m.scratch[i, TOUCHED]
        v, u, home = m.caregiver[c, AFTER], m.caregiver[c, TAIL], m.caregiver[c, HOME]
        here = home if u < 0 else m.patient[u >> 1, PLACE]
        if v >= 0:
            if kind != RELOCATE:
                o, there = m.service[v, PRV], m.patient[v >> 1, PLACE]
                travel += m.travel[here, there] - m.travel[home if o < 0 else m.patient[o >> 1, PLACE], there]
            continue
        if kind != RELOCATE:
            o = m.caregiver[c, LAST]
            travel += m.travel[here, home] - m.travel[home if o < 0 else m.patient[o >> 1, PLACE], home]
        if u >= 0:
            extra += max(0, m.caregiver[c, FREE] + m.travel[here, home] - m.caregiver[c, OFF])
        extra -= m.caregiver[c, OVER]
        m.caregiver[c, DIRTY] = 0
        ended += 1
    return travel, extra, ended


@compiled
def _arrive(m: Memory, v: int, opens: int) -> tuple[int, int, int]:
    """(service before v, the leg from it, earliest start of v) on the route as it stands in this evaluation."""
    c = m.service[v, NOW]
    if m.caregiver[c, DIRTY] == 1:
        u, free = m.caregiver[c, TAIL], m.caregiver[c, FREE]
    else:
        u = m.service[v, PRV]
        free = m.caregiver[c, READY] if u < 0 else m.service[u, START] + m.service[u, LENGTH]
    leg = m.travel[m.caregiver[c, HOME] if u < 0 else m.patient[u >> 1, PLACE], m.patient[v >> 1, PLACE]]
    return u, leg, max(free + leg, opens)


@compiled
def _note(m: Memory, v: int, u: int, t: int, at: int, stretch: bool) -> tuple[int, int]:
    """Remember v at t behind u; (extra-time difference, 1 if its route became dirty, -1 if clean, 0 otherwise)."""
    c = m.service[v, NOW]
    m.scratch[at, SEEN], m.scratch[at, SEEN_PRV], m.scratch[at, SEEN_START] = v, u, t
    m.caregiver[c, TAIL], m.caregiver[c, FREE] = v, t + m.service[v, LENGTH]
    if stretch and m.caregiver[c, INSIDE] == 1:
        return 0, 0
    ends = m.service[v, NXT] < 0
    now = 0 if t == m.service[v, START] or ends else 1
    turn = now - m.caregiver[c, DIRTY]
    m.caregiver[c, DIRTY] = now
    if not ends:
        return 0, turn
    back = m.travel[m.patient[v >> 1, PLACE], m.caregiver[c, HOME]]
    return max(0, t + m.service[v, LENGTH] + back - m.caregiver[c, OFF]) - m.caregiver[c, OVER], turn


@compiled
def _old_leg(m: Memory, v: int) -> int:
    o = m.service[v, PRV]
    return m.travel[
        m.caregiver[m.service[v, WAS], HOME] if o < 0 else m.patient[o >> 1, PLACE], m.patient[v >> 1, PLACE]
    ]


@compiled
def _scan(  # noqa: C901 -- one hot loop
    m: Memory, kind: int, a: int, b: int, touched: int, travel: int, limit: float
) -> tuple[bool, int, int, int, int, int]:
    """Re-time from position a on: (kept, position where it stopped, services seen, travel, late, worst)."""
    n, seen, late, top, dirty, i = m.n, 0, 0, m.row[a, BEFORE], touched, a
    slack = m.cost[TOP] + m.cost[EXTRA]
    while True:
        if i == b + 1:
            more, extra, ended = _close_stretch(m, touched, kind)
            travel, late, dirty = travel + more, late + extra, dirty - ended
            if travel + late + top - slack - m.row[i, REST] > limit:
                return False, i, seen, travel, late, top
            if dirty == 0:
                break
        if i >= n:
            break
        p = m.row[i, ORDER]
        v, double = 2 * p, m.patient[p, DOUBLE]
        if m.caregiver[m.service[v, NOW], DIRTY] == 0 and (
            double == 0 or m.caregiver[m.service[v + 1, NOW], DIRTY] == 0
        ):
            top = max(top, m.patient[p, WORST])
            i += 1
            continue
        inner, closes = i <= b, m.patient[p, CLOSES]
        u, leg, t = _arrive(m, v, m.patient[p, OPENS])
        late -= m.patient[p, TARDY]
        if double == 1:
            u2, leg2, t2 = _arrive(m, v + 1, m.patient[p, OPENS])
            t2 = max(t2, t + m.patient[p, LEAST])
            t = max(t, t2 - m.patient[p, MOST])
            if inner and kind != RELOCATE:
                travel += leg2 - _old_leg(m, v + 1)
            if t2 > closes:
                late += t2 - closes
                top = max(top, t2 - closes)
            extra, turn = _note(m, v + 1, u2, t2, seen, inner)
            late, dirty, seen = late + extra, dirty + turn, seen + 1
        if inner and kind != RELOCATE:
            travel += leg - _old_leg(m, v)
        if t > closes:
            late += t - closes
            top = max(top, t - closes)
        extra, turn = _note(m, v, u, t, seen, inner)
        late, dirty, seen = late + extra, dirty + turn, seen + 1
        i += 1
        if not inner:
            if travel + late + top - slack - m.row[i, REST] > limit:
                return False, i, seen, travel, late, top
            if dirty == 0:
                break
    top = max(top, m.row[i, BEHIND])
    kept = travel + late + top - m.cost[TOP] <= limit
    return kept, i, seen, travel, late, top


@compiled
def _end_route(m: Memory, c: int, v: int) -> int:
    """Service v (or none) is the last of the route; the difference of its extra time."""
    extra = -m.caregiver[c, OVER]
    m.caregiver[c, LAST], m.caregiver[c, OVER] = v, 0
    if v < 0:
        m.caregiver[c, HEAD] = -1
        return extra
    m.service[v, NXT] = -1
    back = m.travel[m.patient[v >> 1, PLACE], m.caregiver[c, HOME]]
    m.caregiver[c, OVER] = max(0, m.service[v, START] + m.service[v, LENGTH] + back - m.caregiver[c, OFF])
    return extra + m.caregiver[c, OVER]


@compiled
def _commit(m: Memory, a: int, b: int, end: int, seen: int, touched: int, changes: int) -> None:
    """Make the evaluated move the current solution."""
    for h in range(changes):
        m.service[m.scratch[h, CHANGED], WAS] = m.service[m.scratch[h, CHANGED], NOW]
    for h in range(seen):
        v = m.scratch[h, SEEN]
        m.service[v, START], m.service[v, PRV] = m.scratch[h, SEEN_START], m.scratch[h, SEEN_PRV]
    for h in range(seen):
        v, u = m.scratch[h, SEEN], m.scratch[h, SEEN_PRV]
        if u >= 0:
            m.service[u, NXT] = v
        else:
            m.caregiver[m.service[v, NOW], HEAD] = v
        p = v >> 1
        x = max(0, m.service[2 * p, START] - m.patient[p, CLOSES])
        m.patient[p, WORST], m.patient[p, TARDY] = x, x
        if m.patient[p, DOUBLE] == 1:
            x = max(0, m.service[2 * p + 1, START] - m.patient[p, CLOSES])
            m.patient[p, WORST], m.patient[p, TARDY] = max(m.patient[p, WORST], x), m.patient[p, TARDY] + x
    over = 0
    for h in range(seen):
        v = m.scratch[h, SEEN]
        c = m.service[v, NOW]
        if m.service[v, NXT] < 0 and m.caregiver[c, LAST] == v:
            over += _end_route(m, c, v)
    for i in range(touched):
        c = m.scratch[i, TOUCHED]
        if m.caregiver[c, AFTER] < 0:
            over += _end_route(m, c, m.caregiver[c, TAIL])
    m.cost[EXTRA] += over
    for h in range(a, b + 1):
        m.patient[m.row[h, ORDER], POS] = h
    _summaries(m, a, min(end, m.n))


@compiled
def _try(m: Memory, limit: float) -> bool:
    """One move: keep it when the cost grows by no more than `limit`."""
    dice = draw_unit(m.random)
    if dice < 0.75:
        kind, x, y, touched, changes, travel = _relocate(m, dice, limit)
    elif dice < 0.92:
        kind, x, y, touched, changes, travel = _exchange(m)
    else:
        kind, x, y, touched, changes, travel = _tails(m)
    if kind == NOTHING:
        return False
    a, b = min(x, y), max(x, y)
    touched = _open_stretch(m, a, b, touched)
    if kind == RELOCATE:
        _shift(m, x, y)
    elif kind == EXCHANGE:
        m.row[x, ORDER], m.row[y, ORDER] = m.row[y, ORDER], m.row[x, ORDER]
    kept, end, seen, travel, late, worst = _scan(m, kind, a, b, touched, travel, limit)
    for i in range(touched):
        m.caregiver[m.scratch[i, TOUCHED], INSIDE], m.caregiver[m.scratch[i, TOUCHED], DIRTY] = 0, 0
    for h in range(seen):
        m.caregiver[m.service[m.scratch[h, SEEN], NOW], DIRTY] = 0
    if kept:
        _commit(m, a, b, end, seen, touched, changes)
        m.cost[TRAVEL] += travel
        m.cost[LATE] += late
        m.cost[TOP] = worst
        return True
    if kind == RELOCATE:
        _shift(m, y, x)
    elif kind == EXCHANGE:
        m.row[x, ORDER], m.row[y, ORDER] = m.row[y, ORDER], m.row[x, ORDER]
    _undo_caregivers(m, changes)
    return False


@compiled
def anneal(m: Memory, iterations: int, heat: float) -> int:
    """So many moves at one temperature (in the scale of the cost); the best cost so far."""
    for _ in range(iterations):
        if _try(m, -heat * log(draw_unit(m.random))):
            cost = m.cost[TRAVEL] + m.cost[LATE] + m.cost[TOP]
            if cost < m.cost[BEST]:
                m.cost[BEST] = cost
                for i in range(m.n):
                    m.row[i, BEST_ORDER] = m.row[i, ORDER]
                    m.service[2 * i, BEST_NOW], m.service[2 * i + 1, BEST_NOW] = (
                        m.service[2 * i, NOW],
                        m.service[2 * i + 1, NOW],
                    )
    return m.cost[BEST]
