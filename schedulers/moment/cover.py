"""Cover for a member who is away: who could take over, as problems of the day to plan and to compare.

The first way is the whole team's: the day is planned again. Then each colleague alone takes over what the member had,
and each guest joins the team. Every way is a problem of its own that is planned, checked and stored like any other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from schedulers.counterfactual import placements
from schedulers.problem import Budget, Demand, Member, Problem, Roster
from schedulers.rules import earliest_begin, pin_of
from schedulers.tiers import in_order

WayKind = Literal["own-team", "colleague", "guest"]

WAY_BUDGET = Budget(iterations=40_000)
"""The search of a way other than the whole team's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to cover: the problem to plan, and for a colleague or a guest who takes over."""

    kind: WayKind
    problem: Problem
    member_id: str | None = None


def visits_of(problem: Problem, member_id: str) -> tuple[Demand, ...]:
    """Return the published visits that an absent member cannot make in the hours that are left; fixed ones stay."""
    member = next((each for each in problem.members if each.id == member_id), None)
    return tuple(
        demand
        for demand in problem.demands
        if any(
            pin.member_id == member_id
            and pin_of(demand, number) is None
            and (member is None or earliest_begin(member, pin.start, service.seconds) != pin.start)
            for number, (service, pin) in enumerate(zip(demand.services, demand.previous, strict=False))
        )
    )


def could_take(member: Member, demands: Iterable[Demand], away: str) -> bool:
    """Say whether a member could make a part that the absent one had, in at least one visit, while they are at work."""
    return any(
        earliest_begin(member, demand.opens, service.seconds) is not None
        and set(service.roles) & set(member.roles)
        and not set(service.qualifications) - set(member.qualifications)
        and member.id not in demand.not_with
        for demand in demands
        for service, pin in zip(demand.services, demand.previous, strict=False)
        if pin.member_id == away
    )


def ways(problem: Problem, away: str, guests: Sequence[Member] = ()) -> Iterator[Way]:
    """Yield the ways to cover for a member, the whole team's first. In the problem the member is away already."""
    yield Way(kind="own-team", problem=problem)
    lost = visits_of(problem, away)
    for member in problem.members:
        if member.id != away and could_take(member, lost, away):
            yield Way(kind="colleague", problem=left_to(problem, away, member.id), member_id=member.id)
    for guest in guests:
        if could_take(guest, lost, away):
            members = tuple(sorted((*problem.members, guest), key=lambda each: each.id))
            joined = replace(problem, members=members, budget=WAY_BUDGET)
            yield Way(kind="guest", problem=joined, member_id=guest.id)


def left_to(problem: Problem, away: str, member_id: str) -> Problem:
    """Return the problem in which one colleague, and nobody else, takes over what they can of an absent member."""
    colleague = next(member for member in problem.members if member.id == member_id)
    lost = {demand.id for demand in visits_of(problem, away) if could_take(colleague, (demand,), away)}

    def to_colleague(demand: Demand) -> Demand:
        if demand.id not in lost:
            return demand
        partners = {pin.member_id for pin in demand.previous} - {away}
        others = [member.id for member in problem.members if member.id not in {member_id, *partners, *demand.not_with}]
        return replace(demand, not_with=(*demand.not_with, *others))

    return replace(problem, demands=tuple(map(to_colleague, problem.demands)), budget=WAY_BUDGET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A way that was planned. `problem` is the one that the roster answers, the leader's terms in it."""

    way: Way
    problem: Problem
    roster: Roster

    @property
    def ranked(self) -> tuple[int, ...]:
        """The costs, most important first."""
        return in_order(self.roster.costs, self.problem.tiers)


def ranked(covers: Iterable[Cover]) -> list[Cover]:
    """Return the covers, the cheapest first; of those with the same places only the first. Ties keep their order."""
    distinct: list[Cover] = []
    for each in sorted(covers, key=lambda cover: cover.ranked):
        if all(placements(each.roster) != placements(other.roster) for other in distinct):
            distinct.append(each)
    return distinct
