"""State and decode of a team-day's schedule: orders and members to earliest starts and costs.

The state is one order of all services, a member (or nobody) for each service, and for each demand the time it waits
for: its opening, the resident's wished time, the published time or a target time. The decode gives the earliest starts
of these routes, in passes, until the starts of double demands agree; so every schedule that keeps the rules can be
reached, crossed pairs too. This is fast enough for a few dozen services.

Source of the problem: home health care routing and scheduling with temporal synchronisation, Mankowska, Meisel and
Bierwirth (2014, doi 10.1007/s10729-013-9243-1).
"""

from typing import NamedTuple

from schedulers.search.compiled import Ints, compiled, inner
from schedulers.search.time_kernel import earliest_begin, earliest_start
from schedulers.tiers import MEMBER_CHANGE, MINUTE, Tier, require_every_tier

NOBODY = -1
MOST_PASSES = 60
"""Passes of a decode after which services are taken to wait for each other in a circle."""

# Columns of `service`: demand, place, seconds, pinned start or -1, opening, latest start that is not late, published
# member (-1 none, -2 not in the team) and start, number of able members; decoded: start, its lower bound, the travel
# before it; the target time, if the demand waits for one; and the latest start that is not urgently late.
DEMAND, PLACE, SECONDS, PIN, OPENS, CLOSES, PREVIOUS, PUBLISHED_START, ABLE_COUNT = range(9)
START, LOW, LEG, TARGET, URGENT_CLOSES = range(9, 14)
# Columns of `demand`: first service, number of services, sync (0 single, 1 simultaneous, 2 sequential) and its gap,
# urgency, wished span (-1 none), 1 where every service is pinned: it is never left out or moved; minutes of a call (0:
# none can be due), and the span of the first start without one.
FIRST, PARTS, SYNC, LEAST, MOST, URGENCY, WISH_BEGIN, WISH_END, PINNED, CALL, KNOWN_FROM, KNOWN_UNTIL = range(12)
# Columns of `member`: mode, start and end place, number of working intervals, end of the shift; decoded: place, free
# from, 1 if nothing or a pinned service comes directly before, last start, seconds of service, number of services; and
# the latest end that is not urgently late.
MODE, START_PLACE, END_PLACE, WORKS, SHIFT_END, CURRENT_PLACE, FREE, AFTER_PIN, LAST_START, LOAD, COUNT = range(11)
URGENT_END = 11
# Columns of `state`: order (by position), member (by service) and wait (by demand) of the current, the candidate
# and the best state.
ORDER, MEMBER, WAIT, TRY_ORDER, TRY_MEMBER, TRY_WAIT, BEST_ORDER, BEST_MEMBER, BEST_WAIT = range(9)
# Values of wait: the time before which a demand does not start.
FROM_OPENING, FROM_WISH, FROM_PUBLISHED, FROM_TARGET = range(4)
# Rows of `cost`, each with a column for each tier; in the row RANKS, the columns from the most important tier down.
NOW, CANDIDATE, BEST, WEIGHTS, RANKS = range(5)
COUNTED = UNPLACED, CONTINUITY, DISRUPTION, TARDINESS, TRAVEL, FAIRNESS, WISH, URGENT, IMBALANCE = tuple(range(9))
require_every_tier(COUNTED, "column in the decode kernel")
TIERS = MOVED = len(Tier)  # column behind the tiers: published demands that moved; in WEIGHTS, how many may


class Day(NamedTuple):
    """A team-day as tables: d demands, m services, k members. Their columns are named above."""

    d: int
    m: int
    k: int
    travel: Ints  # (modes, places, places) seconds
    works: Ints  # (k, intervals, 2) seconds of the day; the last end includes overtime
    roles: Ints  # (roles, k) 1 if the member has the role and works
    able: Ints  # (k, m)
    strange: Ints  # (k, m) 1 if others are named or preferred for the service
    unknown: Ints  # (k, m) 1 if the resident expects others for the service
    who: Ints  # (m, k) the able members, padded
    apart: Ints  # (k, k) 1 if two must not do a demand together; so is the diagonal
    ahead: Ints  # (k, k) most seconds of service that one may do more than the other; no rows if none are counted
    service: Ints  # (m, 14)
    demand: Ints  # (d, 12)
    member: Ints  # (k, 12)
    state: Ints  # (max(m, d), 9)
    cost: Ints  # (5, tiers + 1)
    random: Ints  # (1,)


@inner
def _start(day: Day, v: int, c: int) -> int:
    """Earliest start of service v behind the member's previous service; -1 if there is none. Sets the leg."""
    service, member = day.service, day.member
    leg = day.travel[member[c, MODE], member[c, CURRENT_PLACE], service[v, PLACE]]
    service[v, LEG] = leg
    works, pin = member[c, WORKS], service[v, PIN]
    if pin < 0:
        return earliest_start(day.works, c, works, member[c, FREE], leg, service[v, LOW], service[v, SECONDS])
    if pin < member[c, LAST_START]:
        return -1
    if member[c, AFTER_PIN] == 0:  # a pinned service behind an unpinned one must be reached in time
        leaves = earliest_begin(day.works, c, works, member[c, FREE], leg)
        if leaves < 0 or leaves + leg > pin:
            return -1
    return pin


@inner
def _time_routes(day: Day) -> bool:
    """Time all routes once with the present lower bounds; False if a service does not fit."""
    service, member = day.service, day.member
    for c in range(day.k):
        member[c, CURRENT_PLACE], member[c, FREE], member[c, AFTER_PIN], member[c, LOAD] = (
            member[c, START_PLACE],
            0,
            1,
            0,
        )
        member[c, COUNT], member[c, LAST_START] = 0, 0
    for i in range(day.m):
        v = day.state[i, TRY_ORDER]
        c = day.state[v, TRY_MEMBER]
        if c == NOBODY:
            continue
        t = _start(day, v, c)
        if t < 0:
            return False
        service[v, START], member[c, CURRENT_PLACE] = t, service[v, PLACE]
        member[c, FREE] = max(member[c, FREE], t + service[v, SECONDS])
        member[c, LOAD] += service[v, SECONDS]
        member[c, COUNT] += 1
        member[c, AFTER_PIN], member[c, LAST_START] = (1 if service[v, PIN] >= 0 else 0), t
    return True


@inner
def _raise_lower_bounds(day: Day) -> bool:
    """Raise lower bounds of joint demands by each other's starts; True if none rose."""
    service, stable = day.service, True
    for d in range(day.d):
        v, sync = day.demand[d, FIRST], day.demand[d, SYNC]
        if sync == 0 or day.state[v, TRY_MEMBER] == NOBODY:
            continue
        for w in range(v, v + day.demand[d, PARTS] - 1):
            later = service[w, START] + day.demand[d, LEAST]
            sooner = service[w + 1, START] - day.demand[d, MOST]
            if service[w + 1, START] < later and service[w + 1, LOW] < later:
                service[w + 1, LOW] = later
                stable = False
            if service[w, START] < sooner and service[w, LOW] < sooner:
                service[w, LOW] = sooner
                stable = False
    return stable


@inner
def _set_lower_bounds(day: Day) -> None:
    for d in range(day.d):
        wait = day.state[d, TRY_WAIT]
        for j in range(day.demand[d, PARTS]):
            v = day.demand[d, FIRST] + j
            day.service[v, LOW] = day.service[v, OPENS]
            if wait == FROM_WISH and j == 0:
                day.service[v, LOW] = max(day.service[v, OPENS], day.demand[d, WISH_BEGIN])
            elif wait == FROM_PUBLISHED:
                day.service[v, LOW] = max(day.service[v, OPENS], day.service[v, PUBLISHED_START])
            elif wait == FROM_TARGET:
                day.service[v, LOW] = max(day.service[v, OPENS], day.service[v, TARGET])


@inner
def is_incompatible(day: Day, d: int) -> bool:
    """Say whether any two of a demand's members must not do it together; of three, two who are pinned may."""
    first, last = day.demand[d, FIRST], day.demand[d, FIRST] + day.demand[d, PARTS]
    for v in range(first, last):
        for w in range(v + 1, last):
            pinned = last - first > 2 and day.service[v, PIN] >= 0 and day.service[w, PIN] >= 0
            if not pinned and day.apart[day.state[v, TRY_MEMBER], day.state[w, TRY_MEMBER]] == 1:
                return True
    return False


@inner
def _is_synchronised(day: Day) -> bool:
    for d in range(day.d):
        v = day.demand[d, FIRST]
        if day.demand[d, SYNC] == 0 or day.demand[d, PINNED] == 1 or day.state[v, TRY_MEMBER] == NOBODY:
            continue
        if is_incompatible(day, d):
            return False
        for w in range(v, v + day.demand[d, PARTS] - 1):
            gap = day.service[w + 1, START] - day.service[w, START]
            pinned = day.demand[d, PARTS] > 2 and day.service[w, PIN] >= 0 and day.service[w + 1, PIN] >= 0
            if not pinned and (gap < day.demand[d, LEAST] or gap > day.demand[d, MOST]):
                return False
    return True


@inner
def _add_returns(day: Day) -> bool:
    """Add travel and overtime of all returns; False if a member cannot be back by their latest end."""
    for c in range(day.k):
        member = day.member
        if member[c, COUNT] == 0:
            continue
        leg = day.travel[member[c, MODE], member[c, CURRENT_PLACE], member[c, END_PLACE]]
        leaves = earliest_begin(day.works, c, member[c, WORKS], member[c, FREE], leg)
        if leaves < 0:
            if member[c, AFTER_PIN] == 0:
                return False
            leaves = member[c, FREE]
        day.cost[CANDIDATE, TRAVEL] += leg
        if member[c, WORKS] > 0:
            day.cost[CANDIDATE, TARDINESS] += max(0, leaves + leg - member[c, SHIFT_END])
            day.cost[CANDIDATE, URGENT] += max(0, leaves + leg - member[c, URGENT_END])
    return True


@inner
def _is_call(day: Day, d: int) -> bool:
    """Say whether the resident of a demand must be called: another time, another member, or nobody comes."""
    first = day.demand[d, FIRST]
    t = day.service[first, START]
    if day.state[first, TRY_MEMBER] == NOBODY or t < day.demand[d, KNOWN_FROM] or t > day.demand[d, KNOWN_UNTIL]:
        return True
    others = 0
    for v in range(first, first + day.demand[d, PARTS]):
        others += day.unknown[day.state[v, TRY_MEMBER], v]
    return bool(others > 0)


@inner
def _add_demands(day: Day) -> None:
    """Add the costs of each demand, left out or placed."""
    cost = day.cost
    for d in range(day.d):
        first = day.demand[d, FIRST]
        out, moved = day.state[first, TRY_MEMBER] == NOBODY, False
        if out:
            cost[CANDIDATE, UNPLACED] += day.demand[d, URGENCY]
        elif day.demand[d, WISH_BEGIN] >= 0:
            t = day.service[first, START]
            cost[CANDIDATE, WISH] += max(0, day.demand[d, WISH_BEGIN] - t, t - day.demand[d, WISH_END])
        if day.demand[d, CALL] > 0 and _is_call(day, d):
            cost[CANDIDATE, DISRUPTION] += day.demand[d, CALL]
        for v in range(first, first + day.demand[d, PARTS]):
            c, t = day.state[v, TRY_MEMBER], day.service[v, START]
            if day.service[v, PREVIOUS] != NOBODY:
                other, away = (
                    out or day.service[v, PREVIOUS] != c,
                    0 if out else abs(t - day.service[v, PUBLISHED_START]),
                )
                cost[CANDIDATE, DISRUPTION] += (MEMBER_CHANGE if other else 0) + away // MINUTE
                moved = moved or other or away > 0
            if out:
                continue
            cost[CANDIDATE, CONTINUITY] += day.strange[c, v]
            cost[CANDIDATE, TARDINESS] += max(0, t - day.service[v, CLOSES])
            cost[CANDIDATE, URGENT] += max(0, t - day.service[v, URGENT_CLOSES])
            cost[CANDIDATE, TRAVEL] += day.service[v, LEG]
        cost[CANDIDATE, MOVED] += 1 if moved else 0


@inner
def _imbalance(day: Day) -> int:
    """Seconds by which two members of a role are out of balance, the worst pair, over all roles."""
    total = 0
    for r in range(day.roles.shape[0]):
        worst = 0
        for c in range(day.k):
            if day.roles[r, c] == 0 or day.member[c, LOAD] <= worst:
                continue
            for e in range(day.k):
                if day.roles[r, e] == 1:
                    worst = max(worst, day.member[c, LOAD] - day.member[e, LOAD] - day.ahead[c, e])
        total += worst
    return total


@inner
def _unfairness(day: Day) -> int:
    """Seconds of service between the busiest and the least busy member of each role, over all roles."""
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
    """Time the candidate state and count its costs; False if it breaks a hard rule."""
    for tier in range(TIERS + 1):
        day.cost[CANDIDATE, tier] = 0
    _set_lower_bounds(day)
    for _ in range(MOST_PASSES):
        if not _time_routes(day):
            return False
        if _raise_lower_bounds(day):
            if not _is_synchronised(day) or not _add_returns(day):
                return False
            _add_demands(day)
            day.cost[CANDIDATE, FAIRNESS] = _unfairness(day)
            if day.ahead.shape[0] > 0:
                day.cost[CANDIDATE, IMBALANCE] = _imbalance(day)
            return day.cost[CANDIDATE, MOVED] <= day.cost[WEIGHTS, MOVED]
    return False
