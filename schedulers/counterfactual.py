"""Counterfactuals: re-solve the day with one decision forced.

The search goes on from the present roster. Costs are counted in the original problem, so that answers compare tier by
tier.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from schedulers.check import costs
from schedulers.problem import Assignment, Budget, Demand, Pin, Problem, Roster, Unplaced
from schedulers.rules import urgency
from schedulers.search.as_roster import roster_of
from schedulers.tiers import in_order

ITERATIONS = 60_000
"""Iterations of one search. Ten times as many improved few of 1,000 forced days of up to 25 visits (`bench replan`)."""

AGREEING = 2
"""Restarts that end such a search when they agree, if the problem's own search ends so."""

ONLY = "forced-member"
"""A qualification that only the forced member has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The difference from the present roster to another one.

    `costs` are the additional costs by column of `Tier`, negative where the other is cheaper, and `order` names the
    tiers, most important first. `left_out` and `moved` are visits
    that lose or change their place; `placed` are those that have a place only in the other.
    """

    costs: tuple[int, ...]
    left_out: tuple[str, ...]
    moved: tuple[str, ...]
    placed: tuple[str, ...]
    order: tuple[str, ...]


def as_published(problem: Problem, roster: Roster) -> Problem:
    """Return the problem with the roster as the published one, of which any visit may move."""
    places = placements(roster)
    return with_demands(
        replace(problem, most_moved=None),
        lambda demand: replace(demand, previous=places.get(demand.id, ()), notified=None),
    )


def placements(roster: Roster) -> dict[str, tuple[Pin, ...]]:
    """Return members and starts of each visit, service by service."""
    parts: dict[str, list[Assignment]] = {}
    for each in roster.assignments:
        parts.setdefault(each.demand_id, []).append(each)
    return {
        name: tuple(Pin(member_id=a.member_id, start=a.start) for a in sorted(services, key=lambda a: a.service))
        for name, services in parts.items()
    }


def evaluate(problem: Problem, places: dict[str, tuple[Pin, ...]]) -> Roster:
    """Evaluate exactly these places as a roster, whatever rules it breaks; every other demand is left out."""
    demands, members = {each.id: each for each in problem.demands}, {each.id: each for each in problem.members}
    at: dict[str, int] = {}
    assignments = []
    parts = sorted((pin.member_id, pin.start, name, j) for name, pins in places.items() for j, pin in enumerate(pins))
    for member_id, start, name, j in parts:
        member, demand = members[member_id], demands[name]
        leg = problem.travel[member.mode][at.get(member_id, member.start_place)][demand.place]
        end = start + demand.services[j].seconds
        assignments.append(Assignment(demand_id=name, service=j, member_id=member_id, start=start, end=end, travel=leg))
        at[member_id] = demand.place
    roster = Roster(
        team_id=problem.team_id,
        day=problem.day,
        assignments=tuple(assignments),
        unplaced=tuple(Unplaced(demand_id=name, rule="") for name in demands if name not in places),
        costs=(),
        proof="unknown",
        iterations=0,
        solver="",
        order=problem.order,
    )
    return replace(roster, costs=costs(problem, roster))


def with_demands(problem: Problem, change: Callable[[Demand], Demand]) -> Problem:
    """Return the problem with every demand changed."""
    return replace(problem, demands=tuple(change(demand) for demand in problem.demands))


def with_demand(problem: Problem, demand_id: str, change: Callable[[Demand], Demand]) -> Problem:
    """Return the problem with one demand changed."""
    return with_demands(problem, lambda demand: change(demand) if demand.id == demand_id else demand)


def pinned_at(problem: Problem, demand_id: str, places: tuple[Pin, ...]) -> Problem:
    """Return the problem with a demand pinned to these places, whatever other rules say."""
    return with_demand(problem, demand_id, lambda demand: replace(demand, pins=places))


def only_by(problem: Problem, demand_id: str, service: int, member_id: str) -> Problem:
    """Return the problem in which only this member may do the service."""

    def relaxed(demand: Demand) -> Demand:
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
    return with_demand(replace(problem, members=members), demand_id, relaxed)


def prioritised(problem: Problem, demand_id: str) -> Problem:
    """Return the problem with one demand more urgent than all others together."""
    whole = 1 + sum(urgency(demand) for demand in problem.demands)
    return with_demand(problem, demand_id, lambda demand: replace(demand, priority=whole))


def is_feasible_alone(problem: Problem, demand_id: str, *, with_pinned: bool = True) -> bool:
    """Could the demand be placed on the empty day, or with only pinned visits?"""
    from schedulers.search.search import DaySearch  # noqa: PLC0415 -- compiled code is loaded only where a day is planned

    state = DaySearch(problem)
    d = next(d for d, demand in enumerate(problem.demands) if demand.id == demand_id)
    return state.is_feasible_alone(d, state.pinned_services() if with_pinned else ())


def re_solve(problem: Problem, roster: Roster, forced: Problem, iterations: int = ITERATIONS) -> Roster:
    """Search the forced problem from a roster on; the best roster, with its costs in the original problem."""
    from schedulers.search.restarts import search  # noqa: PLC0415 -- compiled code is loaded only where a day is planned
    from schedulers.search.search import DaySearch  # noqa: PLC0415 -- compiled code is loaded only where a day is planned

    parameters = forced.search
    if parameters.agreeing:  # the search goes on from a good roster
        parameters = replace(parameters, agreeing=min(AGREEING, parameters.agreeing))
    state = DaySearch(replace(forced, budget=Budget(iterations=iterations), search=parameters))
    feasible = state.decode_plan(DaySearch(as_published(forced, roster)).initial_plan())
    assert feasible, "what was published does not change what is feasible"
    initial, most = state.decoded(), forced.most_moved
    if most is not None and state.moved <= most:
        state.limit_moved(most)
    incumbent = state.left_shift(search(state, initial, confirmed=False))
    other = roster_of(state, incumbent)
    return replace(other, costs=costs(problem, other))


def least_change(problem: Problem, roster: Roster, forced: Problem) -> Roster:
    """Re-solve the forced problem; among equal costs, prefer the roster that changes less."""
    near = re_solve(problem, roster, as_published(forced, roster))
    free = re_solve(problem, roster, forced)
    return free if in_order(free.costs, problem.tiers) < in_order(near.costs, problem.tiers) else near


def difference(roster: Roster, other: Roster) -> Difference:
    """Return the difference from one roster to another."""
    here, there = placements(roster), placements(other)
    return Difference(
        costs=tuple(b - a for a, b in zip(roster.costs, other.costs, strict=True)),
        left_out=tuple(sorted(here.keys() - there.keys())),
        moved=tuple(sorted(name for name in here.keys() & there.keys() if here[name] != there[name])),
        placed=tuple(sorted(there.keys() - here.keys())),
        order=roster.order,
    )
