"""Carries out a roster with other travel times than it was planned with: the same members in the same order."""

from collections import defaultdict
from dataclasses import replace

from schedulers.check import check, costs
from schedulers.problem import Assignment, Member, Problem, Roster, Unplaced
from schedulers.rules import earliest_begin

NOT_MADE = "no-room-left"


def travelled(problem: Problem, roster: Roster) -> Roster:
    """Return the roster with the problem's travel times: no visit begins before its promised time.

    A visit that no longer leaves time for the way home is not made. Each visit has one member. ValueError if the result
    breaks a rule of the independent checker.
    """
    orders: dict[str, list[Assignment]] = defaultdict(list)
    for each in sorted(roster.assignments, key=lambda each: each.start):
        orders[each.member_id].append(each)
    made = [part for member in problem.members for part in _route(problem, member, orders[member.id])]
    left = {demand.id for demand in problem.demands} - {part.demand_id for part in made}
    bare = replace(
        roster,
        assignments=tuple(sorted(made, key=lambda part: (part.member_id, part.start))),
        unplaced=tuple(Unplaced(demand_id=demand_id, rule=NOT_MADE) for demand_id in sorted(left)),
    )
    result = replace(bare, costs=costs(problem, bare))
    if broken := check(problem, result):
        raise ValueError(f"{problem.day}: {broken[0]}")
    return result


def _route(problem: Problem, member: Member, order: list[Assignment]) -> list[Assignment]:
    """Return one member's visits with their later times, without those for which no time is left."""
    ways, demands = problem.travel[member.mode], {demand.id: demand for demand in problem.demands}
    made: list[Assignment] = []
    place, free = member.start_place, 0
    for planned in order:
        demand = demands[planned.demand_id]
        seconds, service = ways[place][demand.place], demand.services[planned.service].seconds
        leaves = earliest_begin(member, free, seconds)
        if leaves is None:
            continue
        start = earliest_begin(member, max(leaves + seconds, planned.start), service)
        if start is None or earliest_begin(member, start + service, ways[demand.place][member.end_place]) is None:
            continue
        place, free = demand.place, start + service
        made.append(replace(planned, start=start, end=free, travel=seconds))
    return made
