"""What if: the same day with one more member, a member ill, a visit less, or another window."""

from dataclasses import dataclass, replace

from schedulers.check import check, costs
from schedulers.counterfactual import Difference, as_published, difference
from schedulers.plan import plan
from schedulers.problem import Member, Problem, Roster
from schedulers.rules import RosterIndex, tardiness, travel
from schedulers.tiers import in_order

MORE = "one-more-"
"""Prefix of the id of an added member; their role follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The present roster, the roster of the changed day, and the difference from the first to the second."""

    present: Roster
    other: Roster
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTotals:
    """The work of a roster: placed visits and those left out, and seconds.

    `service_seconds` are those of all members in homes, `travel_seconds` those of their ways, the way home included,
    `overtime_seconds` those after the ends of their shifts, and `late_seconds` by how much services begin too late.
    """

    visits: int = 0
    left_out: int = 0
    service_seconds: int = 0
    travel_seconds: int = 0
    overtime_seconds: int = 0
    late_seconds: int = 0


def totals_of(problem: Problem, roster: Roster) -> RosterTotals:
    """Return the work of a problem's roster."""
    index = RosterIndex(problem, roster)
    late = sum(max(0, each.start - index.demands[each.demand_id].closes) for each in roster.assignments)
    return RosterTotals(
        visits=len({each.demand_id for each in roster.assignments}),
        left_out=len(roster.unplaced),
        service_seconds=sum(each.end - each.start for each in roster.assignments),
        travel_seconds=travel(index),
        overtime_seconds=tardiness(index) - late,
        late_seconds=late,
    )


def compare(problem: Problem, present: Roster, changed: Problem, *, fresh: bool) -> Comparison:
    """Plan the changed problem and compare it with the present roster.

    Changes of the present roster count as disruption in both, unless the day is planned afresh.
    """
    before = replace(present, assignments=()) if fresh else present
    here = replace(present, costs=costs(as_published(problem, before), present))
    other = no_worse(as_published(changed, before), plan(as_published(changed, before)), present)
    return Comparison(present=here, other=other, difference=difference(here, other))


def no_worse(changed: Problem, other: Roster, present: Roster) -> Roster:
    """Return the present roster if it keeps the rules of the changed problem and costs less there, else the other."""
    same = replace(present, costs=costs(changed, present), order=changed.order)
    if check(changed, same):
        return other
    return same if in_order(same.costs, changed.tiers) < in_order(other.costs, changed.tiers) else other


def with_one_more(problem: Problem, role: str) -> Problem:
    """Return the problem with one more member of a role, who works and travels like the one who works longest.

    The model is a member of the same role if one works that day, else any member of the team.

    Raises:
        KeyError: nobody works that day.
    """
    at_work = [member for member in problem.members if member.works]
    if not at_work:
        raise KeyError(role)
    like = max(
        at_work,
        key=lambda member: (role in member.roles, sum(end - begin for begin, end in member.works), member.id),
    )
    name, number = f"{MORE}{role}", 1
    while name in {member.id for member in problem.members}:
        number += 1
        name = f"{MORE}{role}-{number}"
    return replace(problem, members=(*problem.members, replace(like, id=name, roles=(role,))))


def with_ill(problem: Problem, member_id: str, since: int = 0) -> Problem:
    """Return the problem with a member absent from a second of the day on; visits begun before stay theirs.

    Raises:
        KeyError: the member is not in the team that day.
    """
    if member_id not in {member.id for member in problem.members}:
        raise KeyError(member_id)

    def away(member: Member) -> Member:
        works = tuple((begins, min(ends, since)) for begins, ends in member.works if begins < since)
        return replace(member, works=works, overtime=0)

    return replace(
        problem,
        members=tuple(away(each) if each.id == member_id else each for each in problem.members),
        demands=tuple(
            replace(each, pins=())
            if any(pin and pin.member_id == member_id and pin.start >= since for pin in each.pins)
            else each
            for each in problem.demands
        ),
    )


def without_visit(problem: Problem, demand_id: str) -> Problem:
    """Return the problem without a visit.

    Raises:
        KeyError: there is no such visit.
    """
    left = tuple(demand for demand in problem.demands if demand.id != demand_id)
    if len(left) == len(problem.demands):
        raise KeyError(demand_id)
    return replace(problem, demands=left)


def with_window(problem: Problem, demand_id: str, opens: int, closes: int, since: int = 0) -> Problem:
    """Return the problem with another window of a visit; a visit begun before `since` stays as it is.

    Raises:
        KeyError: there is no such visit.
    """
    demand = next((each for each in problem.demands if each.id == demand_id), None)
    if demand is None:
        raise KeyError(demand_id)
    if any(pin and pin.start < since for pin in demand.pins):
        return problem
    moved = replace(demand, opens=opens, closes=closes, pins=())
    return replace(problem, demands=tuple(moved if each is demand else each for each in problem.demands))
