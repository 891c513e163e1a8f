"""Instead: a day with one thing forced, searched again from the roster that is there, and what that would cost.

The costs told are those of the day as it is, so two answers can be held beside each other tier by tier.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from schedulers.check import costs
from schedulers.plan import roster_of
from schedulers.problem import Assignment, Budget, Demand, Pin, Problem, Roster, Unplaced
from schedulers.rules import urgency

ITERATIONS = 60_000
"""Of one search. Of 1,000 forced days of up to 25 visits, ten times as many bettered few (see `bench replan`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Another roster beside the one that is there.

    `costs` are by tier what the other costs more, less where negative. `left_out` and `moved` are visits of the roster
    that would have no place, or another one; `placed` those that would have one and have none now.
    """

    costs: tuple[int, ...]
    left_out: tuple[str, ...]
    moved: tuple[str, ...]
    placed: tuple[str, ...]


def as_published(problem: Problem, roster: Roster) -> Problem:
    """The problem with the roster as what was published, of which anything may move."""
    places = places_in(roster)
    return with_demands(
        replace(problem, most_moved=None), lambda demand: replace(demand, previous=places.get(demand.id, ()))
    )


def places_in(roster: Roster) -> dict[str, tuple[Pin, ...]]:
    """Members and starts of each visit, service by service."""
    parts: dict[str, list[Assignment]] = {}
    for each in roster.assignments:
        parts.setdefault(each.demand_id, []).append(each)
    return {
        name: tuple(Pin(member_id=a.member_id, start=a.start) for a in sorted(found, key=lambda a: a.service))
        for name, found in parts.items()
    }


def laid(problem: Problem, places: dict[str, tuple[Pin, ...]]) -> Roster:
    """The roster of exactly these places, whatever rules it breaks; every other demand is left out."""
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
    bare = Roster(
        team_id=problem.team_id,
        day=problem.day,
        assignments=tuple(assignments),
        unplaced=tuple(Unplaced(demand_id=name, rule="") for name in demands if name not in places),
        costs=(),
        proof="unknown",
        iterations=0,
        solver="",
    )
    return replace(bare, costs=costs(problem, bare))


def with_demands(problem: Problem, change: Callable[[Demand], Demand]) -> Problem:
    """The problem with every demand changed."""
    return replace(problem, demands=tuple(change(demand) for demand in problem.demands))


def with_demand(problem: Problem, demand_id: str, change: Callable[[Demand], Demand]) -> Problem:
    """The problem with one demand changed."""
    return with_demands(problem, lambda demand: change(demand) if demand.id == demand_id else demand)


def held(problem: Problem, demand_id: str, places: tuple[Pin, ...]) -> Problem:
    """The problem in which a demand is pinned to these places: the leader's word, whatever else is ruled."""
    return with_demand(problem, demand_id, lambda demand: replace(demand, pins=places))


def pressing(problem: Problem, demand_id: str) -> Problem:
    """The problem with one demand that is more pressing than all others together."""
    whole = 1 + sum(urgency(demand) for demand in problem.demands)
    return with_demand(problem, demand_id, lambda demand: replace(demand, priority=whole))


def fits_alone(problem: Problem, demand_id: str, *, beside_pinned: bool = True) -> bool:
    """Could the demand be placed, beside what is pinned only or on an empty day?"""
    from schedulers.search.search import DaySearch  # noqa: PLC0415 -- compiled code is loaded by who plans only

    state = DaySearch(problem)
    d = next(d for d, demand in enumerate(problem.demands) if demand.id == demand_id)
    return state.alone(d, state.pinned() if beside_pinned else ())


def solved_again(problem: Problem, roster: Roster, forced: Problem, iterations: int = ITERATIONS) -> Roster:
    """The best roster found for the forced problem, from the given one on; its costs are those of the problem."""
    from schedulers.search.search import DaySearch, search  # noqa: PLC0415 -- compiled code is loaded by who plans only

    state = DaySearch(replace(forced, budget=Budget(iterations=iterations)))
    fits = state.lay_plan(DaySearch(as_published(forced, roster)).start())
    assert fits, "what was published does not change what is feasible"
    begin, most = state.tried(), forced.most_moved
    if most is not None and state.moved <= most:
        state.may_move(most)
    found = state.settle(search(state, begin))
    other = roster_of(state, found)
    return replace(other, costs=costs(problem, other))


def difference(roster: Roster, other: Roster) -> Difference:
    """What the other roster has that the first has not."""
    here, there = places_in(roster), places_in(other)
    return Difference(
        costs=tuple(b - a for a, b in zip(roster.costs, other.costs, strict=True)),
        left_out=tuple(sorted(here.keys() - there.keys())),
        moved=tuple(sorted(name for name in here.keys() & there.keys() if here[name] != there[name])),
        placed=tuple(sorted(there.keys() - here.keys())),
    )
