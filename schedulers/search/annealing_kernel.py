"""Annealing of a team-day: every move is decoded in full, so every rule of the day may have its say.

The state is one order of all services, a member (or nobody) for each, and for each demand what it waits for: its
opening, the resident's wished time, the published time (or, given from outside, any time). The decode gives the
earliest starts of these routes, in passes, until the starts of double demands agree; so any schedule that keeps the
rules can be reached, with crossed pairs too. A few dozen services make this as fast as it must be; hundreds go
through the other kernel.

Bests are compared tier by tier; the weights only lead the search there, and the last part of every annealing takes
moves by that comparison alone.
"""

from math import log
from typing import NamedTuple

from schedulers.search.compiled import Ints, compiled, draw, draw_unit, inner
from schedulers.search.time_kernel import earliest_begin, earliest_start
from schedulers.tiers import MEMBER_CHANGE, MINUTE, Tier

NOBODY = -1
PASSES = 60
"""Passes of the decode after which services are taken to wait for each other in a circle."""

# Columns of `service`: its demand, place, length in seconds, the pinned start or -1, first hard and latest good start,
# named member (-1 none, -2 one who is not here), published member (likewise) and start, how many may do it; decoded:
# start, its lower bound, the travel before it; and a start to wait for, where a schedule is given from outside.
OF, PLACE, LENGTH, PIN, OPENS, CLOSES, NAMED, PREVIOUS, PUBLISHED, WHOS, START, LOW, LEG, WANTED = range(14)
# Columns of `demand`: first service, how many, sync (0 single, 1 at once, 2 one after the other) and its gap, cost of
# leaving it out, wished span (-1 none), 1 where every service is pinned: it is never left out or moved.
FIRST, PARTS, SYNC, LEAST, MOST, WEIGHT, WISH_BEGIN, WISH_END, PINNED = range(9)
# Columns of `member`: mode, places, how many working intervals, end of the shift; decoded: place, free from, 1 where
# nothing or a pinned service comes directly before, last start, seconds of service, services.
MODE, HOME, BACK, WORKS, SHIFT_END, AT, FREE, FACT, SINCE, LOAD, COUNT = range(11)
# Columns of `state`: the current, the tried and the best order (by position), member (by service) and hold (by demand).
ORDER, WHO, HOLD, TRY_ORDER, TRY_WHO, TRY_HOLD, BEST_ORDER, BEST_WHO, BEST_HOLD = range(9)
# Rows of `cost`, each with a column for each tier; in the row RANKS, the columns from the most important tier down.
NOW, TRIED, BEST, WEIGHTS, RANKS = range(5)
UNPLACED, CONTINUITY, DISRUPTION, TARDINESS, TRAVEL, FAIRNESS, WISH = (int(tier) for tier in Tier)
TIERS = MOVED = len(Tier)  # behind the tiers: published visits that moved; among the weights, how many may


class Day(NamedTuple):
    """A team-day as tables: d demands, m services, k members."""

    d: int
    m: int
    k: int
    travel: Ints  # (modes, places, places) seconds
    works: Ints  # (k, intervals, 2) seconds of the day, the last end with the overtime allowed
    roles: Ints  # (roles, k) 1 where she has the role and works
    able: Ints  # (k, m)
    who: Ints  # (m, k) the able members, padded
    apart: Ints  # (k, k) 1 where two must not do a demand together, with herself nobody
    service: Ints  # (m, 14)
    demand: Ints  # (d, 9)
    member: Ints  # (k, 11)
    state: Ints  # (max(m, d), 9)
    cost: Ints  # (5, 8)
    random: Ints  # (1,)


@inner
def _start(day: Day, v: int, c: int) -> int:
    """Earliest start of service v behind what the member has done; -1 if there is none. Sets the leg."""
    service, member = day.service, day.member
    leg = day.travel[member[c, MODE], member[c, AT], service[v, PLACE]]
    service[v, LEG] = leg
    works, pin = member[c, WORKS], service[v, PIN]
    if pin < 0:
        return earliest_start(day.works, c, works, member[c, FREE], leg, service[v, LOW], service[v, LENGTH])
    if pin < member[c, SINCE]:
        return -1
    if member[c, FACT] == 0:  # a pinned service behind an unpinned one must be reached in time
        leaves = earliest_begin(day.works, c, works, member[c, FREE], leg)
        if leaves < 0 or leaves + leg > pin:
            return -1
    return pin


@inner
def _pass(day: Day) -> bool:
    """Time all routes once with the lower bounds as they are; False if something does not fit."""
    service, member = day.service, day.member
    for c in range(day.k):
        member[c, AT], member[c, FREE], member[c, FACT], member[c, LOAD] = member[c, HOME], 0, 1, 0
        member[c, COUNT], member[c, SINCE] = 0, 0
    for i in range(day.m):
        v = day.state[i, TRY_ORDER]
        c = day.state[v, TRY_WHO]
        if c == NOBODY:
            continue
        t = _start(day, v, c)
        if t < 0:
            return False
        service[v, START], member[c, AT] = t, service[v, PLACE]
        member[c, FREE] = max(member[c, FREE], t + service[v, LENGTH])
        member[c, LOAD] += service[v, LENGTH]
        member[c, COUNT] += 1
        member[c, FACT], member[c, SINCE] = (1 if service[v, PIN] >= 0 else 0), t
    return True


@inner
def _raise_bounds(day: Day) -> bool:
    """Lower bounds of double demands from each other's starts; True when nothing rose."""
    service, still = day.service, True
    for d in range(day.d):
        v, sync = day.demand[d, FIRST], day.demand[d, SYNC]
        if sync == 0 or day.state[v, TRY_WHO] == NOBODY:
            continue
        later = service[v, START] + day.demand[d, LEAST]
        sooner = service[v + 1, START] - day.demand[d, MOST]
        if service[v + 1, START] < later and service[v + 1, LOW] < later:
            service[v + 1, LOW] = later
            still = False
        if service[v, START] < sooner and service[v, LOW] < sooner:
            service[v, LOW] = sooner
            still = False
    return still


@inner
def _release(day: Day) -> None:
    for d in range(day.d):
        hold = day.state[d, TRY_HOLD]
        for j in range(day.demand[d, PARTS]):
            v = day.demand[d, FIRST] + j
            day.service[v, LOW] = day.service[v, OPENS]
            if hold == 1 and j == 0:
                day.service[v, LOW] = max(day.service[v, OPENS], day.demand[d, WISH_BEGIN])
            elif hold == 2:
                day.service[v, LOW] = max(day.service[v, OPENS], day.service[v, PUBLISHED])
            elif hold == 3:
                day.service[v, LOW] = max(day.service[v, OPENS], day.service[v, WANTED])


@inner
def _clash(day: Day, d: int) -> bool:
    """Say whether a demand's two members must not do it together."""
    v = day.demand[d, FIRST]
    return day.demand[d, PARTS] == 2 and day.apart[day.state[v, TRY_WHO], day.state[v + 1, TRY_WHO]] == 1


@inner
def _synchronised(day: Day) -> bool:
    for d in range(day.d):
        v = day.demand[d, FIRST]
        if day.demand[d, SYNC] == 0 or day.demand[d, PINNED] == 1 or day.state[v, TRY_WHO] == NOBODY:
            continue
        gap = day.service[v + 1, START] - day.service[v, START]
        if _clash(day, d) or gap < day.demand[d, LEAST] or gap > day.demand[d, MOST]:
            return False
    return True


@inner
def _homeward(day: Day) -> bool:
    """Add the way back and the overtime; False if somebody cannot be back by her latest end."""
    for c in range(day.k):
        member = day.member
        if member[c, COUNT] == 0:
            continue
        leg = day.travel[member[c, MODE], member[c, AT], member[c, BACK]]
        leaves = earliest_begin(day.works, c, member[c, WORKS], member[c, FREE], leg)
        if leaves < 0:
            if member[c, FACT] == 0:
                return False
            leaves = member[c, FREE]
        day.cost[TRIED, TRAVEL] += leg
        if member[c, WORKS] > 0:
            day.cost[TRIED, TARDINESS] += max(0, leaves + leg - member[c, SHIFT_END])
    return True


@inner
def _visits(day: Day) -> None:
    """Add what each demand costs, left out or where it is."""
    told = day.cost
    for d in range(day.d):
        first = day.demand[d, FIRST]
        out, moved = day.state[first, TRY_WHO] == NOBODY, False
        if out:
            told[TRIED, UNPLACED] += day.demand[d, WEIGHT]
        elif day.demand[d, WISH_BEGIN] >= 0:
            t = day.service[first, START]
            told[TRIED, WISH] += max(0, day.demand[d, WISH_BEGIN] - t, t - day.demand[d, WISH_END])
        for v in range(first, first + day.demand[d, PARTS]):
            c, t = day.state[v, TRY_WHO], day.service[v, START]
            if day.service[v, PREVIOUS] != NOBODY:
                other, away = out or day.service[v, PREVIOUS] != c, 0 if out else abs(t - day.service[v, PUBLISHED])
                told[TRIED, DISRUPTION] += (MEMBER_CHANGE if other else 0) + away // MINUTE
                moved = moved or other or away > 0
            if out:
                continue
            if day.service[v, NAMED] != NOBODY and day.service[v, NAMED] != c:
                told[TRIED, CONTINUITY] += 1
            told[TRIED, TARDINESS] += max(0, t - day.service[v, CLOSES])
            told[TRIED, TRAVEL] += day.service[v, LEG]
        told[TRIED, MOVED] += 1 if moved else 0


@inner
def _spread(day: Day) -> int:
    """Seconds of service between the busiest and the least busy who share a role, over all roles."""
    total = 0
    for r in range(day.roles.shape[0]):
        low, high = 1 << 40, -1
        for c in range(day.k):
            if day.roles[r, c] == 1:
                low, high = min(low, day.member[c, LOAD]), max(high, day.member[c, LOAD])
        if high >= 0:
            total += high - low
    return total


@compiled
def decode(day: Day) -> bool:
    """Time the tried state and tell its cost; False if it breaks a hard rule."""
    for tier in range(TIERS + 1):
        day.cost[TRIED, tier] = 0
    _release(day)
    for _ in range(PASSES):
        if not _pass(day):
            return False
        if _raise_bounds(day):
            if not _synchronised(day) or not _homeward(day):
                return False
            _visits(day)
            day.cost[TRIED, FAIRNESS] = _spread(day)
            return day.cost[TRIED, MOVED] <= day.cost[WEIGHTS, MOVED]
    return False


@inner
def _copy(day: Day, source: int, target: int) -> None:
    for i in range(day.state.shape[0]):
        for j in range(3):
            day.state[i, target + j] = day.state[i, source + j]


@inner
def _find(day: Day, v: int) -> int:
    for i in range(day.m):
        if day.state[i, TRY_ORDER] == v:
            return i
    return 0


@inner
def _move_to(day: Day, v: int, y: int) -> None:
    """Service v to position y of the order; the rest closes up."""
    x, step = _find(day, v), 1 if _find(day, v) < y else -1
    for i in range(x, y, step):
        day.state[i, TRY_ORDER] = day.state[i + step, TRY_ORDER]
    day.state[y, TRY_ORDER] = v


@inner
def _place(day: Day, d: int, fresh: bool) -> bool:
    """Give a demand a place in the order and members, near what they already do; False if it cannot have any."""
    first, parts = day.demand[d, FIRST], day.demand[d, PARTS]
    anchor = draw(day.random, day.m)
    for v in range(first, first + parts):
        if day.service[v, WHOS] == 0:
            return False
        if fresh or day.state[v, TRY_WHO] == NOBODY or draw(day.random, 2) == 0:
            c = day.state[day.state[anchor, TRY_ORDER], TRY_WHO]
            if c == NOBODY or day.able[c, v] == 0 or draw(day.random, 3) == 0:
                c = day.who[v, draw(day.random, day.service[v, WHOS])]
            day.state[v, TRY_WHO] = c
    if _clash(day, d):
        v = first + draw(day.random, 2)
        day.state[v, TRY_WHO] = day.who[v, draw(day.random, day.service[v, WHOS])]
        if _clash(day, d):
            return False
    for v in range(first, first + parts):
        _move_to(day, v, anchor)
        if day.demand[d, SYNC] == 2:
            anchor = min(day.m - 1, anchor + draw(day.random, 4))
    return True


@inner
def _leave_out(day: Day, d: int) -> None:
    for v in range(day.demand[d, FIRST], day.demand[d, FIRST] + day.demand[d, PARTS]):
        day.state[v, TRY_WHO] = NOBODY


@inner
def _swap(day: Day) -> bool:
    """Two services change their members, their places in the order, or both."""
    v, w = draw(day.random, day.m), draw(day.random, day.m)
    a, b = day.state[v, TRY_WHO], day.state[w, TRY_WHO]
    if v == w or a == NOBODY or b == NOBODY:
        return False
    kind = draw(day.random, 3)
    if kind != 1:
        if day.able[b, v] == 0 or day.able[a, w] == 0:
            return False
        day.state[v, TRY_WHO], day.state[w, TRY_WHO] = b, a
        if _clash(day, day.service[v, OF]) or _clash(day, day.service[w, OF]):
            return False
    if kind != 0:
        x, y = _find(day, v), _find(day, w)
        day.state[x, TRY_ORDER], day.state[y, TRY_ORDER] = w, v
    return True


@inner
def _change(day: Day) -> bool:
    """One random change of the tried state; False if there is nothing to try."""
    dice, d = draw(day.random, 100), draw(day.random, day.d)
    if dice < 20:
        return _swap(day)
    if day.demand[d, PINNED] == 1 and dice < 92:
        return False
    out = day.state[day.demand[d, FIRST], TRY_WHO] == NOBODY
    if dice < 85:
        if not out and dice < 30:  # a single service moves in the order
            v = day.demand[d, FIRST] + draw(day.random, day.demand[d, PARTS])
            _move_to(day, v, draw(day.random, day.m))
            return True
        if out:  # in the place of another, or beside the others
            e = draw(day.random, day.d)
            if dice < 55 and day.demand[e, PINNED] == 0 and e != d:
                _leave_out(day, e)
        return _place(day, d, out or dice < 60)
    if dice < 92:
        if out or draw(day.random, 4) > 0:
            return False
        _leave_out(day, d)
        return True
    hold = draw(day.random, 3)
    if hold == day.state[d, TRY_HOLD] or (hold == 1 and day.demand[d, WISH_BEGIN] < 0):
        return False
    if hold == 2 and day.service[day.demand[d, FIRST], PREVIOUS] == NOBODY:
        return False
    day.state[d, TRY_HOLD] = hold
    return True


@inner
def _compare(day: Day, a: int, b: int) -> int:
    """-1, 0 or 1 as row a of `cost` is less, the same or more than row b, tier by tier."""
    for rank in range(TIERS):
        tier = day.cost[RANKS, rank]
        if day.cost[a, tier] != day.cost[b, tier]:
            return -1 if day.cost[a, tier] < day.cost[b, tier] else 1
    return 0


@inner
def _energy(day: Day, row: int) -> int:
    total = 0
    for tier in range(TIERS):
        total += day.cost[row, tier] * day.cost[WEIGHTS, tier]
    return total


@compiled
def keep_best(day: Day) -> None:
    """Remember the current state as the best."""
    _copy(day, ORDER, BEST_ORDER)
    for tier in range(TIERS):
        day.cost[BEST, tier] = day.cost[NOW, tier]


@compiled
def back_to_best(day: Day) -> None:
    """Go on from the best state."""
    _copy(day, BEST_ORDER, ORDER)
    for tier in range(TIERS):
        day.cost[NOW, tier] = day.cost[BEST, tier]


@compiled
def anneal(day: Day, iterations: int, heat: float) -> None:
    """So many moves at one temperature in weighted cost; none below zero: then only the tiers decide."""
    for _ in range(iterations):
        _copy(day, ORDER, TRY_ORDER)
        if not _change(day):
            continue
        if draw(day.random, 8) == 0 and not _change(day):
            continue
        if not decode(day):
            continue
        if heat <= 0:
            kept = _compare(day, TRIED, NOW) <= 0
        else:
            kept = _energy(day, TRIED) - _energy(day, NOW) <= -heat * log(draw_unit(day.random))
        if kept:
            _copy(day, TRY_ORDER, ORDER)
            for tier in range(TIERS):
                day.cost[NOW, tier] = day.cost[TRIED, tier]
            if _compare(day, NOW, BEST) < 0:
                keep_best(day)
