"""Explains a re-planned day: which visits moved from their published places, and why.

The new roster is `plan`'s answer to a problem that holds the published places and how many visits may move. The reason
of a move is found by taking it back: if the old place breaks a rule, that rule is the reason; else the day is re-solved
with the visit pinned there, and the additional cost is the reason. Behind a cost stands what changed the day: a member
who is away, a new visit, or one that is gone. It is found along the visits that took each other's places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from schedulers.check import check
from schedulers.counterfactual import (
    Difference,
    difference,
    evaluate,
    is_feasible_alone,
    only_by,
    pinned_at,
    placements,
    prioritised,
    re_solve,
    with_demand,
)
from schedulers.problem import Demand, Pin, Problem, Roster
from schedulers.rules import (
    HARD_RULES,
    RosterIndex,
    earliest_begin,
    is_moved,
    member_has_the_qualifications,
    no_more_moved_than_allowed,
    not_before_opening,
    pinned_stays,
    rule_name,
    time_to_travel,
)

Cause = Literal[
    "move-day-off",
    "move-member-left",
    "move-member-away",
    "move-overrun",
    "move-time-passed",
    "move-other-came",
    "move-breaks-rule",
    "move-beside-fixed-visit",
    "move-beside-moved-visit",
    "move-limit",
    "move-cost",
    "move-none",
]


Because = Literal[
    "because-member-away",
    "because-member-left",
    "because-new-visit",
    "because-visit-gone",
    "because-visit-changed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A visit that moved: places `before` and `after` (empty if it has none now), and the `cause`.

    The cause decides which other fields are set: the `member_id` who is absent; the hard `rule` that the old place
    breaks alone, or together with the fixed visit `other_id`; or the additional `cost` of the old place in the first
    `tier` that differs, with the whole `difference`. Of a visit whose member is absent these say what the other choice
    would cost: to wait for that member, or if it waits, to go with somebody else. `because` and `because_id` say what
    changed the day, and with which member or visit.
    """

    demand_id: str
    before: tuple[Pin, ...]
    after: tuple[Pin, ...]
    cause: Cause = "move-none"
    member_id: str | None = None
    rule: str | None = None
    other_id: str | None = None
    tier: str | None = None
    cost: int | None = None
    difference: Difference | None = None
    because: Because | None = None
    because_id: str | None = None


CHANGED: frozenset[Cause] = frozenset(
    {
        "move-overrun",
        "move-time-passed",
        "move-breaks-rule",
        "move-beside-fixed-visit",
        "move-beside-moved-visit",
    }
)
"""Causes behind which a visit has changed: the moved one, or another."""

Places = Mapping[str, tuple[Pin, ...]]
"""Members and starts of visits."""


def moves(
    problem: Problem, roster: Roster, gone: Places = MappingProxyType({}), by_leader: frozenset[str] = frozenset()
) -> tuple[Move, ...]:
    """Return every published visit that moved or was left out, with its cause, by its old start.

    `gone` are the published places of visits that the problem does not hold any more. Pins are the leader's for the
    visits `by_leader`; any other visit is pinned because it begins so soon.
    """
    index, places = RosterIndex(problem, roster), placements(roster)
    moved = sorted((d for d in problem.demands if is_moved(index, d)), key=lambda d: (d.previous[0].start, d.id))
    causes = {
        each.id: _move(problem, roster, each, places.get(each.id, ()), by_leader=each.id in by_leader) for each in moved
    }
    chain = _Chain(problem, places, causes, gone)
    return tuple(chain.with_trigger(move) for move in causes.values())


def _move(problem: Problem, roster: Roster, demand: Demand, after: tuple[Pin, ...], *, by_leader: bool) -> Move:
    move = Move(demand_id=demand.id, before=demand.previous, after=after)
    if problem.day_off and not after:
        return replace(move, cause="move-day-off", rule=problem.day_off)
    forced = _forced(problem, demand, move, by_leader=by_leader)
    if forced is None:
        return _chosen(problem, roster, demand, move)
    return _compared(problem, roster, demand, forced) if forced.cause == "move-member-away" else forced


@dataclass
class _Chain:
    """The visits of a changed day that took each other's places."""

    problem: Problem
    places: Places
    causes: Mapping[str, Move]
    gone: Places
    demands: dict[str, Demand] = field(init=False)

    def __post_init__(self) -> None:
        self.demands = {each.id: each for each in self.problem.demands}

    def with_trigger(self, move: Move) -> Move:
        """Return the move with what changed the day: for itself, or for the visits that took its place."""
        reached, front = {move.demand_id}, [move.demand_id]
        while front:
            for name in front:
                trigger = self._trigger(name)
                if trigger is not None:
                    return replace(move, because=trigger[0], because_id=trigger[1])
            front = sorted({after for name in front for after in self._in_the_place_of(name)} - reached)
            reached |= set(front)
        if self.gone:
            return replace(move, because="because-visit-gone", because_id=self._nearest_gone(move))
        return move

    def _trigger(self, name: str) -> tuple[Because, str | None] | None:
        move = self.causes.get(name)
        if move is None:
            return None if self.demands[name].previous else ("because-new-visit", name)
        if move.cause == "move-member-away":
            return "because-member-away", move.member_id
        if move.cause == "move-member-left":
            return "because-member-left", move.member_id
        if move.cause in CHANGED:
            return "because-visit-changed", move.other_id or name
        return None

    def _in_the_place_of(self, name: str) -> list[str]:
        """Return the visits that are now, and were not before, where a visit was; else those that it would push out."""
        old = self._spans(name, self.demands[name].previous)
        inside = [
            other
            for other, pins in self.places.items()
            if other != name and pins != self.demands[other].previous and _overlap(old, self._spans(other, pins))
        ]
        move = self.causes.get(name)
        if inside or move is None or move.difference is None:
            return inside
        pushed = (*move.difference.left_out, *move.difference.moved)
        return [other for other in pushed if self.places.get(other) != self.demands[other].previous]

    def _spans(self, name: str, pins: tuple[Pin, ...]) -> list[tuple[str, int, int]]:
        """Return when each member is on the way to a visit or there."""
        demand = self.demands[name]
        members = {each.id: each for each in self.problem.members}
        return [
            (
                pin.member_id,
                pin.start - min(self._travel_times(members[pin.member_id].mode, demand)),
                pin.start + part.seconds,
            )
            for pin, part in zip(pins, demand.services, strict=False)
            if pin.member_id in members
        ]

    def _travel_times(self, mode: str, demand: Demand) -> list[int]:
        ways = [self.problem.travel[mode][each.place][demand.place] for each in self.problem.demands]
        return [way for way in ways if way] or [0]

    def _nearest_gone(self, move: Move) -> str:
        now = move.after or move.before
        return min(
            self.gone,
            key=lambda name: (
                {pin.member_id for pin in now}.isdisjoint(pin.member_id for pin in self.gone[name]),
                abs(self.gone[name][0].start - now[0].start) if self.gone[name] else 0,
                name,
            ),
        )


def _overlap(some: list[tuple[str, int, int]], others: list[tuple[str, int, int]]) -> bool:
    return any(a == b and begins < until and since < ends for a, begins, ends in some for b, since, until in others)


def _forced(problem: Problem, demand: Demand, move: Move, *, by_leader: bool) -> Move | None:
    """Return why the old place is infeasible even with only fixed visits, None if it is feasible."""
    members = {member.id: member for member in problem.members}
    gone = next((pin.member_id for pin in demand.previous if pin.member_id not in members), None)
    if gone is not None:
        return replace(move, cause="move-member-left", member_id=gone)
    overrun = _overrun(problem, demand)
    if overrun is not None:
        return replace(move, cause="move-overrun", member_id=overrun[0], other_id=overrun[1])
    if demand.pins and by_leader:
        return replace(move, cause="move-breaks-rule", rule=rule_name(pinned_stays))
    if demand.pins:  # it begins so soon that it keeps its members, at the time at which they can come
        return _next_to_fixed(problem, replace(demand, pins=()), move) or replace(move, cause="move-time-passed")
    for pin, service in zip(demand.previous, demand.services, strict=False):
        if earliest_begin(members[pin.member_id], pin.start, service.seconds) != pin.start:
            return replace(move, cause="move-member-away", member_id=pin.member_id)
    rule = _broken(problem, demand)
    if by_leader and rule == rule_name(member_has_the_qualifications):  # only the leader's choice has what is asked for
        return replace(move, cause="move-breaks-rule", rule=rule_name(pinned_stays))
    if rule == rule_name(time_to_travel):  # alone, so hours leave no time for the way
        return replace(move, cause="move-member-away", member_id=_without_way(problem, demand))
    if rule == rule_name(not_before_opening):  # of a published visit, the freeze: another window takes its place away
        return replace(move, cause="move-time-passed")
    if rule is not None:
        return replace(move, cause="move-breaks-rule", rule=rule)
    return _next_to_fixed(problem, demand, move)


def _next_to_fixed(problem: Problem, demand: Demand, move: Move) -> Move | None:
    """Return why the old place is infeasible beside the fixed visits, None if it is feasible."""
    fixed = [each for each in problem.demands if each.id != demand.id and each.pins and all(each.pins)]
    for each in fixed:
        if (rule := _broken(problem, demand, each)) is not None:
            moved = each.previous and each.previous != each.pins
            cause: Cause = "move-beside-moved-visit" if moved else "move-beside-fixed-visit"
            return replace(move, cause=cause, other_id=each.id, rule=rule)
    rule = _broken(problem, demand, *fixed)
    return None if rule is None else replace(move, cause="move-breaks-rule", rule=rule)


def _overrun(problem: Problem, demand: Demand) -> tuple[str, str] | None:
    """Return the member of a published place who is elsewhere by then, and the visit that has begun and keeps them."""
    modes = {member.id: member.mode for member in problem.members}
    for each in problem.demands:
        if each.id == demand.id or not each.pins or each.pins != each.previous:
            continue
        for pin, service in zip(each.pins, each.services, strict=False):
            for old in demand.previous:
                way = problem.travel[modes[old.member_id]][each.place][demand.place]
                if pin is None or pin.member_id != old.member_id:
                    continue
                if pin.start <= old.start < pin.start + service.seconds + way:
                    return old.member_id, each.id
    return None


def _without_way(problem: Problem, demand: Demand) -> str:
    """Return the member of a published visit whose hours leave no time for the way."""
    parts = zip(demand.previous, demand.services, strict=False)
    alone = (
        (pin.member_id, replace(demand, services=(service,), sync="single", previous=(pin,))) for pin, service in parts
    )
    late = (member_id for member_id, part in alone if _broken(problem, part) == rule_name(time_to_travel))
    return next(late, demand.previous[0].member_id)


def _compared(problem: Problem, roster: Roster, demand: Demand, move: Move) -> Move:
    """Return the move of a visit whose member is away with what the other choice would cost."""
    away, (service, *_) = (
        move.member_id,
        [j for j, pin in enumerate(demand.previous) if pin.member_id == move.member_id],
    )
    assert away is not None
    stays = any(pin.member_id == away for pin in move.after)
    forced = (
        with_demand(problem, demand.id, lambda each: replace(each, not_with=(*each.not_with, away)))
        if stays
        else only_by(problem, demand.id, service, away)
    )
    if demand.pins or not move.after or not is_feasible_alone(forced, demand.id):
        return move
    other = re_solve(problem, roster, prioritised(forced, demand.id))
    tier, cost = _first_dearer(problem, roster, other)
    if cost <= 0 or not placements(other).get(demand.id):
        return move
    return replace(move, tier=tier, cost=cost, difference=difference(roster, other))


def _first_dearer(problem: Problem, roster: Roster, other: Roster) -> tuple[str | None, int]:
    """Return the first tier in which another roster costs something else, and how much more."""
    dearer = ((tier.label, other.costs[tier] - roster.costs[tier]) for tier in problem.tiers)
    return next((each for each in dearer if each[1]), (None, 0))


def _broken(problem: Problem, demand: Demand, *fixed: Demand) -> str | None:
    """Return the first hard rule that the old place breaks together with these fixed visits."""
    day = replace(problem, demands=(demand, *fixed), most_moved=None)
    pins = {each.id: tuple(pin for pin in each.pins if pin is not None) for each in fixed}
    broken = {violation.rule for violation in check(day, evaluate(day, {**pins, demand.id: demand.previous}))}
    return next((rule for rule in HARD_RULES if rule in broken), None)


def _chosen(problem: Problem, roster: Roster, demand: Demand, move: Move) -> Move:
    """Return the additional cost of keeping the visit at its old place."""
    other = re_solve(problem, roster, pinned_at(problem, demand.id, demand.previous))
    move = replace(move, difference=difference(roster, other))
    if rule_name(no_more_moved_than_allowed) in {violation.rule for violation in check(problem, other)}:
        return replace(move, cause="move-limit")
    tier, cost = _first_dearer(problem, roster, other)
    return replace(move, cause="move-cost", tier=tier, cost=cost) if cost > 0 else move
