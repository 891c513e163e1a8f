"""What becomes of a roster when ways take other times than it was planned with: the same people in the same order."""

from collections import defaultdict
from dataclasses import replace

from schedulers.check import check, costs
from schedulers.problem import Assignment, Member, Problem, Roster, Unplaced
from schedulers.rules import leg_begin

NOT_MADE = "no-room-left"


def lived(problem: Problem, roster: Roster) -> Roster:
    """Return the roster as the problem's times let it be: nobody begins before the time that was told.

    A visit that no longer ends in time for the way home is not made. Visits of one person only. ValueError if what
    comes out breaks a rule: the independent checker looks at it.
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
    found = replace(bare, costs=costs(problem, bare))
    if broken := check(problem, found):
        raise ValueError(f"{problem.day}: {broken[0]}")
    return found


def _route(problem: Problem, member: Member, order: list[Assignment]) -> list[Assignment]:
    """Return one member's visits as late as they become, without those for which there is no time."""
    ways, demands = problem.travel[member.mode], {demand.id: demand for demand in problem.demands}
    made: list[Assignment] = []
    place, free = member.start_place, 0
    for told in order:
        demand = demands[told.demand_id]
        seconds, service = ways[place][demand.place], demand.services[told.service].seconds
        leaves = leg_begin(member, free, seconds)
        if leaves is None:
            continue
        start = leg_begin(member, max(leaves + seconds, told.start), service)
        if start is None or leg_begin(member, start + service, ways[demand.place][member.end_place]) is None:
            continue
        place, free = demand.place, start + service
        made.append(replace(told, start=start, end=free, travel=seconds))
    return made
