"""Simulated annealing of a team-day: every move is decoded in full, so that every rule of the day counts.

The energy is a weighted sum of the tiers. The best state is found by lexicographic comparison, and the last part of
every annealing accepts moves by that comparison alone.

Source: simulated annealing, Kirkpatrick, Gelatt and Vecchi (1983, doi 10.1126/science.220.4598.671).
"""

from math import log

from schedulers.search.compiled import compiled, draw, draw_unit, inner
from schedulers.search.decode_kernel import (
    ABLE_COUNT,
    BEST,
    BEST_ORDER,
    CANDIDATE,
    DEMAND,
    FIRST,
    FROM_PUBLISHED,
    FROM_TARGET,
    FROM_WISH,
    NOBODY,
    NOW,
    ORDER,
    PARTS,
    PINNED,
    PREVIOUS,
    RANKS,
    SYNC,
    TIERS,
    TRY_MEMBER,
    TRY_ORDER,
    TRY_WAIT,
    WEIGHTS,
    WISH_BEGIN,
    Day,
    decode,
    is_incompatible,
)

# Of a hundred moves: up to which dice two services are swapped; a single service moves in the order; a demand left out
# is inserted in place of another one; a placed demand gets new members; a demand is inserted; a demand is removed. The
# others change what a demand waits for.
SWAPPED, SHIFTED, REPLACED, REASSIGNED, INSERTED, REMOVED = 20, 30, 55, 60, 85, 92


@inner
def _copy_state(day: Day, source: int, target: int) -> None:
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
    """Move service v to position y of the order; services between close up."""
    x, step = _find(day, v), 1 if _find(day, v) < y else -1
    for i in range(x, y, step):
        day.state[i, TRY_ORDER] = day.state[i + step, TRY_ORDER]
    day.state[y, TRY_ORDER] = v


@inner
def _insert(day: Day, d: int, fresh: bool) -> bool:
    """Insert a demand into the order with members, near their other services; False if it has no able members."""
    first, parts = day.demand[d, FIRST], day.demand[d, PARTS]
    anchor = draw(day.random, day.m)
    for v in range(first, first + parts):
        if day.service[v, ABLE_COUNT] == 0:
            return False
        if fresh or day.state[v, TRY_MEMBER] == NOBODY or draw(day.random, 2) == 0:
            c = day.state[day.state[anchor, TRY_ORDER], TRY_MEMBER]
            if c == NOBODY or day.able[c, v] == 0 or draw(day.random, 3) == 0:
                c = day.who[v, draw(day.random, day.service[v, ABLE_COUNT])]
            day.state[v, TRY_MEMBER] = c
    if is_incompatible(day, d):
        v = first + draw(day.random, parts)
        day.state[v, TRY_MEMBER] = day.who[v, draw(day.random, day.service[v, ABLE_COUNT])]
        if is_incompatible(day, d):
            return False
    for v in range(first, first + parts):
        _move_to(day, v, anchor)
        if day.demand[d, SYNC] == 2:
            anchor = min(day.m - 1, anchor + draw(day.random, 4))
    return True


@inner
def _remove(day: Day, d: int) -> None:
    for v in range(day.demand[d, FIRST], day.demand[d, FIRST] + day.demand[d, PARTS]):
        day.state[v, TRY_MEMBER] = NOBODY


@inner
def _swap(day: Day) -> bool:
    """Swap the members of two services, their positions in the order, or both."""
    v, w = draw(day.random, day.m), draw(day.random, day.m)
    a, b = day.state[v, TRY_MEMBER], day.state[w, TRY_MEMBER]
    if v == w or a == NOBODY or b == NOBODY:
        return False
    kind = draw(day.random, 3)
    if kind != 1:
        if day.able[b, v] == 0 or day.able[a, w] == 0:
            return False
        day.state[v, TRY_MEMBER], day.state[w, TRY_MEMBER] = b, a
        if is_incompatible(day, day.service[v, DEMAND]) or is_incompatible(day, day.service[w, DEMAND]):
            return False
    if kind != 0:
        x, y = _find(day, v), _find(day, w)
        day.state[x, TRY_ORDER], day.state[y, TRY_ORDER] = w, v
    return True


@inner
def _random_move(day: Day) -> bool:
    """Make one random move from the candidate state; False if the move drawn is not possible."""
    dice, d = draw(day.random, 100), draw(day.random, day.d)
    if dice < SWAPPED:
        return _swap(day)
    if day.demand[d, PINNED] == 1 and dice < REMOVED:
        return False
    out = day.state[day.demand[d, FIRST], TRY_MEMBER] == NOBODY
    if dice < INSERTED:
        if not out and dice < SHIFTED:  # a single service moves in the order
            v = day.demand[d, FIRST] + draw(day.random, day.demand[d, PARTS])
            _move_to(day, v, draw(day.random, day.m))
            return True
        if out:  # in place of another demand, or in addition
            f = draw(day.random, day.d)
            if dice < REPLACED and day.demand[f, PINNED] == 0 and f != d:
                _remove(day, f)
        return _insert(day, d, out or dice < REASSIGNED)
    if dice < REMOVED:
        if out or draw(day.random, 4) > 0:
            return False
        _remove(day, d)
        return True
    wait = draw(day.random, FROM_TARGET)
    if wait == day.state[d, TRY_WAIT] or (wait == FROM_WISH and day.demand[d, WISH_BEGIN] < 0):
        return False
    if wait == FROM_PUBLISHED and day.service[day.demand[d, FIRST], PREVIOUS] == NOBODY:
        return False
    day.state[d, TRY_WAIT] = wait
    return True


@inner
def _compare(day: Day, a: int, b: int) -> int:
    """-1, 0 or 1 if row a of `cost` is less than, equal to or more than row b, tier by tier."""
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
    """Keep the current state as the best."""
    _copy_state(day, ORDER, BEST_ORDER)
    for tier in range(TIERS):
        day.cost[BEST, tier] = day.cost[NOW, tier]


@compiled
def restore_best(day: Day) -> None:
    """Make the best state current."""
    _copy_state(day, BEST_ORDER, ORDER)
    for tier in range(TIERS):
        day.cost[NOW, tier] = day.cost[BEST, tier]


@compiled
def anneal(day: Day, iterations: int, temperature: float) -> None:
    """Try moves at one temperature of energy; at zero, accept by lexicographic comparison alone (descent)."""
    for _ in range(iterations):
        _copy_state(day, ORDER, TRY_ORDER)
        if not _random_move(day):
            continue
        if draw(day.random, 8) == 0 and not _random_move(day):
            continue
        if not decode(day):
            continue
        if temperature <= 0:
            accepted = _compare(day, CANDIDATE, NOW) <= 0
        else:
            accepted = _energy(day, CANDIDATE) - _energy(day, NOW) <= -temperature * log(draw_unit(day.random))
        if accepted:
            _copy_state(day, TRY_ORDER, ORDER)
            for tier in range(TIERS):
                day.cost[NOW, tier] = day.cost[CANDIDATE, tier]
            if _compare(day, NOW, BEST) < 0:
                keep_best(day)
