"""Explains a visit's place: what each other member would have cost, and the cheapest place of a visit left out.

Each answer is a whole day re-solved with one decision forced (`schedulers.counterfactual`), so it includes all
consequences: visits that would be left out or move. All work is counted: the same question has the same answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from schedulers.check import check
from schedulers.counterfactual import (
    Difference,
    difference,
    is_feasible_alone,
    least_change,
    only_by,
    pinned_at,
    placements,
    prioritised,
    re_solve,
    with_demand,
)  # fmt: skip
from schedulers.plan import NO_ROOM_PINNED, NO_WINDOW
from schedulers.problem import Assignment, Demand, Member, Problem, Roster
from schedulers.rules import (
    HARD_RULES,
    RosterIndex,
    inside_working_time,
    member_has_the_qualifications,
    member_has_the_role,
    member_is_not_forbidden,
    not_before_opening,
    pin_of,
    pinned_stays,
    rule_name,
)
from schedulers.tiers import in_order

DAY = ((0, 24 * 3600),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """An alternative for a visit: its places, the difference to the roster, and the rules it would break."""

    places: tuple[Assignment, ...]
    difference: Difference
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Another member for one service of a placed visit: the rule that forbids them, or the alternative (`way`)."""

    service: int
    member_id: str
    rule: str | None = None
    way: Alternative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a visit has its place, or none. `slack_days` are left to its legal window after this day.

    A placed visit has `options`, one for each other member and service. A visit left out has the `rule` that kept it
    out, and `ways`: alternatives, the cheapest first, without a broken rule if there are any.
    """

    demand_id: str
    slack_days: int
    places: tuple[Assignment, ...]
    options: tuple[Option, ...] = ()
    rule: str | None = None
    ways: tuple[Alternative, ...] = ()


def explain(problem: Problem, roster: Roster, demand_id: str) -> Explanation:
    """Explain why a visit has its place in the roster, or why it has none.

    Raises:
        KeyError: there is no such visit in the problem.
    """
    demand = {each.id: each for each in problem.demands}[demand_id]
    places = _places(roster, demand_id)
    if places:
        options = tuple(_options(problem, roster, demand))
        return Explanation(demand_id=demand_id, slack_days=demand.slack_days, places=places, options=options)
    rule = next((left.rule for left in roster.unplaced if left.demand_id == demand_id), None)
    ways: dict[tuple[str, ...], Alternative] = {}
    alternatives, order = _alternatives(problem, roster, demand), problem.tiers
    with_place = (way for way in alternatives if way.places)  # a search may find none next to what is pinned
    for way in sorted(with_place, key=lambda way: in_order(way.difference.costs, order)):
        ways.setdefault(way.breaks, way)
    return Explanation(
        demand_id=demand_id, slack_days=demand.slack_days, places=(), rule=rule, ways=tuple(ways.values())
    )


def _places(roster: Roster, demand_id: str) -> tuple[Assignment, ...]:
    parts = (each for each in roster.assignments if each.demand_id == demand_id)
    return tuple(sorted(parts, key=lambda each: each.service))


def _options(problem: Problem, roster: Roster, demand: Demand) -> Iterator[Option]:
    for each in _places(roster, demand.id):
        for member in problem.members:
            if member.id == each.member_id:
                continue
            rule, way = _forbids(demand, each.service, member), None
            if rule is None:
                way, rule = _forced_to(problem, roster, demand, each.service, member)
            yield Option(service=each.service, member_id=member.id, rule=rule, way=way)


def _forbids(demand: Demand, service: int, member: Member) -> str | None:
    """Return the hard rule by which a member can never do the service on this day."""
    wanted = demand.services[service]
    for broken, rule in (
        (pin_of(demand, service) is not None, pinned_stays),
        (not set(wanted.roles) & set(member.roles), member_has_the_role),
        (set(wanted.qualifications) - set(member.qualifications), member_has_the_qualifications),
        (member.id in demand.not_with, member_is_not_forbidden),
        (not member.works, inside_working_time),
    ):
        if broken:
            return rule_name(rule)
    return None


def _forced_to(
    problem: Problem, roster: Roster, demand: Demand, service: int, member: Member
) -> tuple[Alternative | None, str | None]:
    """Return the alternative in which a member does the service, or the rule that forbids any."""
    forced = only_by(problem, demand.id, service, member.id)
    for with_pinned, rule in ((False, NO_WINDOW), (True, NO_ROOM_PINNED)):
        if not is_feasible_alone(forced, demand.id, with_pinned=with_pinned):
            return None, rule
    return _alternative(problem, roster, least_change(problem, roster, prioritised(forced, demand.id)), demand.id), None


def _alternative(problem: Problem, roster: Roster, other: Roster, demand_id: str) -> Alternative:
    broken = {violation.rule for violation in check(problem, other)}
    breaks = tuple(rule for rule in HARD_RULES if rule in broken)
    change = difference(roster, other)
    others = replace(change, moved=tuple(name for name in change.moved if name != demand_id))
    return Alternative(places=_places(other, demand_id), difference=replace(others, placed=()), breaks=breaks)


def _alternatives(problem: Problem, roster: Roster, demand: Demand) -> Iterator[Alternative]:
    """Yield alternatives for a visit left out: within all rules, else with one rule relaxed."""
    if is_feasible_alone(problem, demand.id):
        yield _alternative(problem, roster, least_change(problem, roster, prioritised(problem, demand.id)), demand.id)
        return
    for rule, relax in RELAXATIONS:
        relaxed = relax(problem, demand)
        if relaxed == problem or not is_feasible_alone(relaxed, demand.id):
            continue
        other = re_solve(problem, roster, prioritised(relaxed, demand.id))
        if rule is not pinned_stays:  # only this visit breaks the rule, as if pinned; all others keep it
            other = least_change(problem, roster, pinned_at(problem, demand.id, placements(other)[demand.id]))
        yield _alternative(problem, roster, other, demand.id)


def _any_hours(problem: Problem, demand: Demand) -> Problem:  # noqa: ARG001 -- all relaxations have one signature
    return replace(problem, members=tuple(replace(each, works=DAY) for each in problem.members))


def _any_opening(problem: Problem, demand: Demand) -> Problem:
    return with_demand(problem, demand.id, lambda each: replace(each, opens=0))


def _anybody_allowed(problem: Problem, demand: Demand) -> Problem:
    return with_demand(problem, demand.id, lambda each: replace(each, not_with=()))


def _unqualified(problem: Problem, demand: Demand) -> Problem:
    def relaxed(each: Demand) -> Demand:
        return replace(each, services=tuple(replace(service, qualifications=()) for service in each.services))

    return with_demand(problem, demand.id, relaxed)


def _any_role(problem: Problem, demand: Demand) -> Problem:
    roles = tuple(sorted({role for member in problem.members for role in member.roles}))

    def relaxed(each: Demand) -> Demand:
        return replace(each, services=tuple(replace(service, roles=roles) for service in each.services))

    return with_demand(problem, demand.id, relaxed)


def _unpinned(problem: Problem, demand: Demand) -> Problem:  # noqa: ARG001 -- likewise
    return replace(problem, demands=tuple(replace(each, pins=()) for each in problem.demands))


RELAXATIONS: tuple[tuple[Callable[[RosterIndex], Iterator[str]], Callable[[Problem, Demand], Problem]], ...] = (
    (pinned_stays, _unpinned),
    (inside_working_time, _any_hours),
    (not_before_opening, _any_opening),
    (member_is_not_forbidden, _anybody_allowed),
    (member_has_the_qualifications, _unqualified),
    (member_has_the_role, _any_role),
)
"""Rules that may keep a visit out, each with the relaxation of the problem without it."""
