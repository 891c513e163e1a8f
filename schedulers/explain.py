"""Why her, and why not at all: what each other member would have cost for a visit, and the cheapest way to place it.

Each answer is a whole day searched again with one thing forced (see `instead`), so it tells what would really happen:
who would be pushed out, who would move. All of it is counted work: the same question has the same answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from schedulers.check import check
from schedulers.counterfactual import (
    Difference,
    as_published,
    difference,
    fits_alone,
    held,
    places_in,
    pressing,
    solved_again,
    with_demand,
)  # fmt: skip
from schedulers.plan import NO_ROOM_PINNED, NO_WINDOW
from schedulers.problem import Assignment, Demand, Member, Problem, Roster
from schedulers.rules import (
    HARD_RULES,
    Sheet,
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
ONLY = "who is asked about"
"""A qualification that nobody has but the member who is forced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to make the visit: where it would be, the difference to the roster, and the rules it would break."""

    places: tuple[Assignment, ...]
    difference: Difference
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Another member for one service of a placed visit: the rule that forbids her, or what she would have cost."""

    service: int
    member_id: str
    rule: str | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a visit is where it is, or nowhere. `slack_days` are left to its legal window after this day.

    A placed visit has `options`, one for each other member and service; one without a place has the `rule` that kept
    it out, and `ways`, the cheapest first: without breaking a rule if there is any such way.
    """

    demand_id: str
    slack_days: int
    places: tuple[Assignment, ...]
    options: tuple[Option, ...] = ()
    rule: str | None = None
    ways: tuple[Way, ...] = ()


def explain(problem: Problem, roster: Roster, demand_id: str) -> Explanation:
    """Why a visit is where it is in the roster, or why it has no place there.

    Raises:
        KeyError: there is no such visit in the problem.
    """
    demand = {each.id: each for each in problem.demands}[demand_id]
    places = _places(roster, demand_id)
    if places:
        options = tuple(_options(problem, roster, demand))
        return Explanation(demand_id=demand_id, slack_days=demand.slack_days, places=places, options=options)
    rule = next((left.rule for left in roster.unplaced if left.demand_id == demand_id), None)
    ways: dict[tuple[str, ...], Way] = {}
    for way in sorted(_ways(problem, roster, demand), key=lambda way: in_order(way.difference.costs)):
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
                way, rule = _given_to(problem, roster, demand, each.service, member)
            yield Option(service=each.service, member_id=member.id, rule=rule, way=way)


def _forbids(demand: Demand, service: int, member: Member) -> str | None:
    """The hard rule by which she can never do it on this day, whatever else is planned."""
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


def _given_to(
    problem: Problem, roster: Roster, demand: Demand, service: int, member: Member
) -> tuple[Way | None, str | None]:
    """The best day on which she does it, or the rule that leaves no such day."""
    forced = _only(problem, demand.id, service, member.id)
    for beside_pinned, rule in ((False, NO_WINDOW), (True, NO_ROOM_PINNED)):
        if not fits_alone(forced, demand.id, beside_pinned=beside_pinned):
            return None, rule
    return _way(problem, roster, _least_change(problem, roster, pressing(forced, demand.id)), demand.id), None


def _only(problem: Problem, demand_id: str, service: int, member_id: str) -> Problem:
    """The problem in which nobody else may do the service."""

    def asked(demand: Demand) -> Demand:
        return replace(
            demand,
            services=tuple(
                replace(each, qualifications=(*each.qualifications, ONLY)) if j == service else each
                for j, each in enumerate(demand.services)
            ),
        )

    members = tuple(
        replace(each, qualifications=(*each.qualifications, ONLY)) if each.id == member_id else each
        for each in problem.members
    )
    return with_demand(replace(problem, members=members), demand_id, asked)


def _least_change(problem: Problem, roster: Roster, forced: Problem) -> Roster:
    """The best day found, and of equals one that leaves the roster as it is where that costs nothing."""
    near = solved_again(problem, roster, as_published(forced, roster))
    free = solved_again(problem, roster, forced)
    return free if in_order(free.costs) < in_order(near.costs) else near


def _way(problem: Problem, roster: Roster, other: Roster, demand_id: str) -> Way:
    broken = {violation.rule for violation in check(problem, other)}
    breaks = tuple(rule for rule in HARD_RULES if rule in broken)
    found = difference(roster, other)
    others = replace(found, moved=tuple(name for name in found.moved if name != demand_id))
    return Way(places=_places(other, demand_id), difference=replace(others, placed=()), breaks=breaks)


def _ways(problem: Problem, roster: Roster, demand: Demand) -> Iterator[Way]:
    """Ways to place a visit that has no place: within the rules, else where a rule is given up for it."""
    if fits_alone(problem, demand.id):
        yield _way(problem, roster, _least_change(problem, roster, pressing(problem, demand.id)), demand.id)
        return
    for rule, without in WITHOUT:
        relaxed = without(problem, demand)
        if relaxed == problem or not fits_alone(relaxed, demand.id):
            continue
        other = solved_again(problem, roster, pressing(relaxed, demand.id))
        if rule is not pinned_stays:  # the others keep every rule; only this one is put there by the leader's word
            other = _least_change(problem, roster, held(problem, demand.id, places_in(other)[demand.id]))
        yield _way(problem, roster, other, demand.id)


def _any_hours(problem: Problem, demand: Demand) -> Problem:  # noqa: ARG001 -- all relaxations are called alike
    return replace(problem, members=tuple(replace(each, works=DAY) for each in problem.members))


def _any_opening(problem: Problem, demand: Demand) -> Problem:
    return with_demand(problem, demand.id, lambda each: replace(each, opens=0))


def _anybody_allowed(problem: Problem, demand: Demand) -> Problem:
    return with_demand(problem, demand.id, lambda each: replace(each, not_with=()))


def _unqualified(problem: Problem, demand: Demand) -> Problem:
    def asked(each: Demand) -> Demand:
        return replace(each, services=tuple(replace(service, qualifications=()) for service in each.services))

    return with_demand(problem, demand.id, asked)


def _any_role(problem: Problem, demand: Demand) -> Problem:
    roles = tuple(sorted({role for member in problem.members for role in member.roles}))

    def asked(each: Demand) -> Demand:
        return replace(each, services=tuple(replace(service, roles=roles) for service in each.services))

    return with_demand(problem, demand.id, asked)


def _unpinned(problem: Problem, demand: Demand) -> Problem:  # noqa: ARG001 -- likewise
    return replace(problem, demands=tuple(replace(each, pins=()) for each in problem.demands))


WITHOUT: tuple[tuple[Callable[[Sheet], Iterator[str]], Callable[[Problem, Demand], Problem]], ...] = (
    (pinned_stays, _unpinned),
    (inside_working_time, _any_hours),
    (not_before_opening, _any_opening),
    (member_is_not_forbidden, _anybody_allowed),
    (member_has_the_qualifications, _unqualified),
    (member_has_the_role, _any_role),
)
"""Rules that may keep a visit out, each with the problem without it."""
