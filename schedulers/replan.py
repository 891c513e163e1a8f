"""A changed day's roster beside the one that was published: which visits moved, and why each of them.

The new roster is `plan`'s answer to a problem that knows what was published and how many visits may move. The reason
of a move is found by trying to take it back: if the old place breaks a rule, that is the reason; if the old place
can be held, the day is searched again with the visit held there, and what that would cost is the reason.
"""

from dataclasses import dataclass, replace
from typing import Literal

from schedulers.check import check
from schedulers.counterfactual import Difference, difference, held, laid, places_in, solved_again
from schedulers.problem import Demand, Pin, Problem, Roster
from schedulers.rules import (
    HARD_RULES,
    Sheet,
    inside_working_time,
    is_moved,
    leg_begin,
    no_more_moved_than_allowed,
    pinned_stays,
    rule_name,
)
from schedulers.tiers import ORDER

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
    """A visit that was published elsewhere: `before`, `after` (empty: it has no place now) and why.

    `cause` says which of the rest is told: the `member_id` who is not there; the hard `rule` that the old place breaks
    by itself, or beside the fixed visit `other_id`; or what it would cost to hold the old place: so much more in the
    first `tier` that differs, the whole `difference`, and for `move-limit` the visits that would move beyond it.
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
    """Each visit that was published and has another place in the roster, or none, with its reason; by its old start."""
    sheet, places = Sheet(problem, roster), places_in(roster)
    moved = sorted((d for d in problem.demands if is_moved(sheet, d)), key=lambda d: (d.previous[0].start, d.id))
    return tuple(_move(problem, roster, demand, places.get(demand.id, ())) for demand in moved)


def _move(problem: Problem, roster: Roster, demand: Demand, after: tuple[Pin, ...]) -> Move:
    move = Move(demand_id=demand.id, before=demand.previous, after=after)
    return _forced(problem, demand, move) or _chosen(problem, roster, demand, move)


def _forced(problem: Problem, demand: Demand, move: Move) -> Move | None:
    """Why the old place is not possible any more, even if nothing but fixed visits stood beside it."""
    members = {member.id: member for member in problem.members}
    gone = next((pin.member_id for pin in demand.previous if pin.member_id not in members), None)
    if gone is not None:
        return replace(move, cause="move-member-left", member_id=gone)
    if demand.pins:
        return replace(move, cause="move-breaks-rule", rule=rule_name(pinned_stays))
    rule = _broken(problem, demand)
    if rule == rule_name(inside_working_time):
        for pin, service in zip(demand.previous, demand.services, strict=False):
            if leg_begin(members[pin.member_id], pin.start, service.seconds) != pin.start:
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
    """The first hard rule that the old place breaks beside these fixed visits."""
    day = replace(problem, demands=(demand, *fixed), most_moved=None)
    pins = {each.id: tuple(pin for pin in each.pins if pin is not None) for each in fixed}
    broken = {violation.rule for violation in check(day, laid(day, {**pins, demand.id: demand.previous}))}
    return next((rule for rule in HARD_RULES if rule in broken), None)


def _chosen(problem: Problem, roster: Roster, demand: Demand, move: Move) -> Move:
    """What it would cost to hold the visit at its old place."""
    other = solved_again(problem, roster, held(problem, demand.id, demand.previous))
    move = replace(move, difference=difference(roster, other))
    if rule_name(no_more_moved_than_allowed) in {violation.rule for violation in check(problem, other)}:
        return replace(move, cause="move-limit")
    dearer = ((tier.label, other.costs[tier] - roster.costs[tier]) for tier in ORDER)
    tier, cost = next((each for each in dearer if each[1]), (None, 0))
    return replace(move, cause="move-cost", tier=tier, cost=cost) if cost > 0 else move
