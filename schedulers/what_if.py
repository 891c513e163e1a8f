"""What if: the same day with a member more, a member ill, a visit less, or another window."""

from dataclasses import dataclass, replace

from schedulers.check import costs
from schedulers.counterfactual import Difference, as_published, difference
from schedulers.plan import plan
from schedulers.problem import Member, Problem, Roster

MORE = "one-more-"
"""The id of a member who is added begins so, and ends in her role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The present roster beside the one that a changed day would have.

    `difference` tells what has no place or another one, and what is placed that was not.
    """

    present: Roster
    other: Roster
    difference: Difference


def compare(problem: Problem, present: Roster, changed: Problem, *, fresh: bool) -> Compared:
    """The present roster of a problem beside the best one found for the changed problem.

    What is changed of the present roster is a cost of both, unless the day is planned afresh.
    """
    before = replace(present, assignments=()) if fresh else present
    here = replace(present, costs=costs(as_published(problem, before), present))
    other = plan(as_published(changed, before))
    return Compared(present=here, other=other, difference=difference(here, other))


def with_one_more(problem: Problem, role: str) -> Problem:
    """The problem with another member of this role, who works and travels like the one of her role who works longest.

    Where nobody of her role works that day, like the one of the team who does.

    Raises:
        KeyError: nobody works that day, so there are no hours to give her.
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
    """The problem in which a member is away from a second of the day on; what she had begun before stays hers.

    Raises:
        KeyError: she is not in the team that day.
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
    """The problem without a visit.

    Raises:
        KeyError: there is no such visit.
    """
    left = tuple(demand for demand in problem.demands if demand.id != demand_id)
    if len(left) == len(problem.demands):
        raise KeyError(demand_id)
    return replace(problem, demands=left)


def with_window(problem: Problem, demand_id: str, opens: int, closes: int, since: int = 0) -> Problem:
    """The problem in which a visit may start from `opens` to `closes`; one that had begun by `since` stays as it is.

    Raises:
        KeyError: there is no such visit.
    """
    found = next((demand for demand in problem.demands if demand.id == demand_id), None)
    if found is None:
        raise KeyError(demand_id)
    if any(pin and pin.start < since for pin in found.pins):
        return problem
    moved = replace(found, opens=opens, closes=closes, pins=())
    return replace(problem, demands=tuple(moved if each is found else each for each in problem.demands))
