"""A problem on the leader's terms: pins, holds, forbidden pairs and the most moves; what cannot be kept gives way.

A term is kept if no hard rule forbids it as the day is now. The oldest pins come first, then the held visits by their
starts. A worker process imports this file: it knows problems only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from schedulers.check import check
from schedulers.counterfactual import evaluate, is_feasible_alone, with_demand, with_demands
from schedulers.plan import PINNED_AWAY, MoreMustMove, plan
from schedulers.problem import Demand, Member, Pin, Problem, Roster, Service
from schedulers.rules import (
    HARD_RULES,
    inside_working_time,
    is_stranger,
    member_has_the_qualifications,
    member_has_the_role,
    member_is_not_forbidden,
    no_more_moved_than_allowed,
    pin_of,
    rule_name,
)

HELD_WITH = "held-with:"
"""A qualification that only the member has with whom the leader holds a part of a visit: `held-with:V2:0`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTerm:
    """A part of a demand that the leader holds with a member, at a start in seconds, or both."""

    term_id: str
    demand_id: str
    service: int
    member_id: str | None
    start: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of a day: pins in their order, held demands, forbidden pairs, and the most moves that are left.

    `not_with` pairs demands and members. With `strict` the most moves are a limit, else what must move moves. `begun`
    are visits that are under way or over: no pin changes them, but one that only begins soon is pinned elsewhere.
    """

    pins: tuple[PinTerm, ...] = ()
    held: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    not_with: tuple[tuple[str, str], ...] = ()
    most_moved: int | None = None
    strict: bool = False
    begun: frozenset[str] = frozenset()

    def pinned(self, broken: Iterable["BrokenTerm"]) -> frozenset[str]:
        """Return the demands with a pin of the leader's that is kept; `broken` are those that are not."""
        unkept = {each.term_id for each in broken}
        kept = {pin.demand_id for pin in self.pins if pin.term_id not in unkept}
        return frozenset(kept - self.begun)


NO_TERMS = Terms()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenTerm:
    """A term that cannot be kept for a visit, and the rule in its way; `least` visits must move beyond the limit."""

    term_id: str
    rule: str
    visit_id: str | None = None
    least: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A roster, the problem that it answers, with the terms, and the terms that gave way."""

    problem: Problem
    roster: Roster
    broken: tuple[BrokenTerm, ...] = ()


def solve_on_terms(problem: Problem, terms: Terms = NO_TERMS) -> Solved:
    """Plan a day on the leader's terms. MoreMustMove if the limit is strict and cannot be kept."""
    problem, broken = put_terms(problem, terms)
    for pin in terms.pins:
        if is_held_with(problem, pin) and not is_feasible_alone(problem, pin.demand_id):
            problem = without_member(problem, pin)
            broken = (*broken, broken_pin(pin, rule_name(inside_working_time)))
    if terms.strict:
        return Solved(problem=problem, roster=plan(problem), broken=broken)
    limited = problem
    while True:
        try:
            roster = plan(limited)
        except MoreMustMove as limit:
            more = limit.least if limit.least > limit.most else None
            limited = replace(limited, most_moved=more)
            least = BrokenTerm(term_id="limit", rule=rule_name(no_more_moved_than_allowed), least=limit.least)
            broken = (*(each for each in broken if each.term_id != "limit"), least)
            continue
        return Solved(problem=limited, roster=roster, broken=broken)


def put_terms(problem: Problem, terms: Terms) -> tuple[Problem, tuple[BrokenTerm, ...]]:
    """Return the problem with all terms that can be kept, and those that cannot."""
    problem = replace(with_pairs(problem, terms), most_moved=terms.most_moved)
    broken: list[BrokenTerm] = []
    for pin in terms.pins:
        problem, rule = with_pin(problem, pin, terms.begun)
        if rule is not None:
            broken.append(broken_pin(pin, rule))
    demands = {each.id: each for each in problem.demands}
    for name in terms.held:
        demand = demands[name]
        if any(demand.pins):
            continue
        rule = broken_by(problem, demand, dict(enumerate(demand.previous)))
        if rule is None:
            problem = with_demand(problem, name, lambda each: replace(each, pins=each.previous))
        else:
            broken.append(BrokenTerm(term_id="hold", visit_id=name, rule=rule))
    return problem, tuple(broken)


def with_pairs(problem: Problem, terms: Terms) -> Problem:
    """Return the problem with the forbidden pairs."""
    forbidden: dict[str, tuple[str, ...]] = {}
    for demand_id, member_id in terms.not_with:
        forbidden[demand_id] = (*forbidden.get(demand_id, ()), member_id)
    problem = with_demands(problem, lambda each: replace(each, not_with=(*each.not_with, *forbidden.get(each.id, ()))))
    return replace(problem, apart=(*problem.apart, *terms.apart))


def with_pin(problem: Problem, pin: PinTerm, begun: frozenset[str]) -> tuple[Problem, str | None]:
    """Return the problem with a pin, or as it was with the rule in its way.

    A visit that is not on the day, or that has begun, needs no pin.
    """
    demand = next((each for each in problem.demands if each.id == pin.demand_id), None)
    if demand is None or pin.service >= len(demand.services) or demand.id in begun:
        return problem, None
    known = pin_of(demand, pin.service)
    if known is not None and pin.member_id in {None, known.member_id} and pin.start in {None, known.start}:
        return problem, None  # it begins so soon that nothing moves it, and it is as the leader wants it
    was, problem = problem, without_pin(problem, demand, pin.service)
    demand = next(each for each in problem.demands if each.id == pin.demand_id)
    if pin.start is None:
        assert pin.member_id is not None, "a pin names a member or a time"
        rule = not_eligible(problem, demand, pin.service, pin.member_id)
        return (was, rule) if rule else (with_member(problem, pin, pin.member_id), None)
    rules: list[str] = []
    for member_id in [pin.member_id] if pin.member_id is not None else candidates(problem, demand, pin.service):
        places = {**pinned_parts(demand), pin.service: Pin(member_id=member_id, start=pin.start)}
        rule = broken_by(problem, demand, places)
        if rule is None:
            pins = tuple(places.get(j) for j in range(len(demand.services)))
            return with_demand(problem, demand.id, partial(replace, pins=pins)), None
        rules.append(rule)
    return was, rules[0] if rules else rule_name(member_has_the_role)


def without_pin(problem: Problem, demand: Demand, service: int) -> Problem:
    """Return the problem with one part of a demand free to move."""
    pins = tuple(None if j == service else pin_of(demand, j) for j in range(len(demand.services)))
    return with_demand(problem, demand.id, partial(replace, pins=pins if any(pins) else ()))


def candidates(problem: Problem, demand: Demand, service: int) -> list[str]:
    """Return who may make a part that is held at a time only: its published member, the named one, then the others."""
    able = [each.id for each in problem.members if not_eligible(problem, demand, service, each.id) is None]
    published = demand.previous[service].member_id if service < len(demand.previous) else None
    return sorted(able, key=lambda name: (name != published, is_stranger(demand.services[service], name), name))


def not_eligible(problem: Problem, demand: Demand, service: int, member_id: str) -> str | None:
    """Return the rule by which a member cannot make a part at any time of the day, None if none forbids it."""
    member = next((each for each in problem.members if each.id == member_id), None)
    part = demand.services[service]
    if member is None:
        return PINNED_AWAY
    if not set(part.roles) & set(member.roles):
        return rule_name(member_has_the_role)
    if set(part.qualifications) - set(member.qualifications):
        return rule_name(member_has_the_qualifications)
    if member_id in demand.not_with:
        return rule_name(member_is_not_forbidden)
    return None if member.works else rule_name(inside_working_time)


def broken_by(problem: Problem, demand: Demand, places: dict[int, Pin]) -> str | None:
    """Return the first hard rule that parts of a demand break at these places, beside all that is pinned."""
    members = {each.id for each in problem.members}
    if any(pin.member_id not in members for pin in places.values()):
        return PINNED_AWAY
    fixed = [part for each in problem.demands if each.id != demand.id and (part := only_pinned(each, members))]
    alone = part_of(demand, sorted(places))
    day = replace(problem, demands=(replace(alone, pins=()), *fixed), most_moved=None)
    at = {each.id: tuple(pin for pin in each.pins if pin is not None) for each in fixed}
    broken = {
        each.rule for each in check(day, evaluate(day, {**at, demand.id: tuple(places[j] for j in sorted(places))}))
    }
    return next((rule for rule in HARD_RULES if rule in broken), None)


def only_pinned(demand: Demand, members: Iterable[str]) -> Demand | None:
    """Return a demand with its pinned parts only, None if it has none or its members are not there."""
    parts = [j for j in range(len(demand.services)) if pin_of(demand, j) is not None]
    reduced = part_of(demand, parts)
    there = all(pin is not None and pin.member_id in members for pin in reduced.pins)
    return reduced if parts and there else None


def part_of(demand: Demand, services: Sequence[int]) -> Demand:
    """Return a demand with some of its services, nothing published."""
    return replace(
        demand,
        services=tuple(demand.services[j] for j in services),
        sync=demand.sync if len(services) == len(demand.services) else "single",
        pins=tuple(pin_of(demand, j) for j in services),
        previous=(),
    )


def pinned_parts(demand: Demand) -> dict[int, Pin]:
    """Return the pins of a demand by service."""
    return {j: pin for j in range(len(demand.services)) if (pin := pin_of(demand, j)) is not None}


def with_member(problem: Problem, pin: PinTerm, member_id: str) -> Problem:
    """Return the problem with a part that only one member may make."""
    code = held_with(pin)

    def qualified(member: Member) -> Member:
        holds = member.id == member_id
        return replace(member, qualifications=(*member.qualifications, code)) if holds else member

    def required(demand: Demand) -> Demand:
        part = demand.services[pin.service]
        return with_service(demand, pin.service, replace(part, qualifications=(*part.qualifications, code)))

    members = tuple(qualified(each) for each in problem.members)
    return with_demand(replace(problem, members=members), pin.demand_id, required)


def without_member(problem: Problem, pin: PinTerm) -> Problem:
    """Return the problem with a part that every eligible member may make again."""
    code = held_with(pin)

    def freed(demand: Demand) -> Demand:
        part = demand.services[pin.service]
        needed = tuple(each for each in part.qualifications if each != code)
        return with_service(demand, pin.service, replace(part, qualifications=needed))

    return with_demand(problem, pin.demand_id, freed)


def with_service(demand: Demand, service: int, changed: Service) -> Demand:
    """Return a demand with one service changed."""
    services = (*demand.services[:service], changed, *demand.services[service + 1 :])
    return replace(demand, services=services)


def held_with(pin: PinTerm) -> str:
    """Return the qualification that holds a part with a member."""
    return f"{HELD_WITH}{pin.demand_id}:{pin.service}"


def is_held_with(problem: Problem, pin: PinTerm) -> bool:
    """Say whether the problem holds a part with a member, at any time."""
    demand = next((each for each in problem.demands if each.id == pin.demand_id), None)
    return (
        demand is not None
        and pin.service < len(demand.services)
        and held_with(pin) in demand.services[pin.service].qualifications
    )


def broken_pin(pin: PinTerm, rule: str) -> BrokenTerm:
    """Return a pin that gives way."""
    return BrokenTerm(term_id=pin.term_id, visit_id=pin.demand_id, rule=rule)
