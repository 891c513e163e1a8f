"""Explains a re-planned day: which visits moved from their published places, and why.

The new roster is `plan`'s answer to a problem that holds the published places and how many visits may move. The reason
of a move is found by taking it back: if the old place breaks a rule, that rule is the reason; else the day is re-solved
with the visit pinned there, and the additional cost is the reason.
"""

from dataclasses import dataclass, replace
from typing import Literal

from schedulers.check import check
from schedulers.counterfactual import Difference, difference, evaluate, pinned_at, placements, re_solve
from schedulers.problem import Demand, Pin, Problem, Roster
from schedulers.rules import (
    HARD_RULES,
    RosterIndex,
    earliest_begin,
    inside_working_time,
    is_moved,
    no_more_moved_than_allowed,
    pinned_stays,
    rule_name,
)

Cause = Literal[
    "move-member-left",
    "move-member-away",
    "move-breaks-rule",
    "move-beside-fixed-visit",
    "move-limit",
    "move-cost",
    "move-none",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A visit that moved: places `before` and `after` (empty if it has none now), and the `cause`.

    The cause decides which other fields are set: the `member_id` who is absent; the hard `rule` that the old place
    breaks alone, or together with the fixed visit `other_id`; or the additional `cost` of the old place in the first
    `tier` that differs, with the whole `difference`.
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


def moves(problem: Problem, roster: Roster) -> tuple[Move, ...]:
    """Return every published visit that moved or was left out, with its cause, by its old start."""
    index, places = RosterIndex(problem, roster), placements(roster)
    moved = sorted((d for d in problem.demands if is_moved(index, d)), key=lambda d: (d.previous[0].start, d.id))
    return tuple(_move(problem, roster, demand, places.get(demand.id, ())) for demand in moved)


def _move(problem: Problem, roster: Roster, demand: Demand, after: tuple[Pin, ...]) -> Move:
    move = Move(demand_id=demand.id, before=demand.previous, after=after)
    return _forced(problem, demand, move) or _chosen(problem, roster, demand, move)


def _forced(problem: Problem, demand: Demand, move: Move) -> Move | None:
    """Return why the old place is infeasible even with only fixed visits, None if it is feasible."""
    members = {member.id: member for member in problem.members}
    gone = next((pin.member_id for pin in demand.previous if pin.member_id not in members), None)
    if gone is not None:
        return replace(move, cause="move-member-left", member_id=gone)
    if demand.pins:
        return replace(move, cause="move-breaks-rule", rule=rule_name(pinned_stays))
    rule = _broken(problem, demand)
    if rule == rule_name(inside_working_time):
        for pin, service in zip(demand.previous, demand.services, strict=False):
            if earliest_begin(members[pin.member_id], pin.start, service.seconds) != pin.start:
                return replace(move, cause="move-member-away", member_id=pin.member_id)
    if rule is not None:
        return replace(move, cause="move-breaks-rule", rule=rule)
    fixed = [each for each in problem.demands if each.pins and all(each.pins)]
    for each in fixed:
        if (rule := _broken(problem, demand, each)) is not None:
            return replace(move, cause="move-beside-fixed-visit", other_id=each.id, rule=rule)
    rule = _broken(problem, demand, *fixed)
    return None if rule is None else replace(move, cause="move-breaks-rule", rule=rule)


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
    dearer = ((tier.label, other.costs[tier] - roster.costs[tier]) for tier in problem.tiers)
    tier, cost = next((each for each in dearer if each[1]), (None, 0))
    return replace(move, cause="move-cost", tier=tier, cost=cost) if cost > 0 else move
