"""The gate turns down every mutation of every roster, by the name of the rule that the mutation breaks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from schedulers.check import CHECKED_RULES, check, costs
from schedulers.counterfactual import as_published
from schedulers.plan import plan
from schedulers.problem import Assignment, Demand, Member, Problem, Roster, Service, Unplaced
from schedulers.rules import gap_of
from schedulers.tiers import TIERS
from tests.schedulers.test_plan import problems
from tests.schedulers.test_rules import DAY

Mutant = tuple[Problem, Roster]


def demand_of(day: Problem, each: Assignment) -> Demand:
    return next(demand for demand in day.demands if demand.id == each.demand_id)


def service_of(day: Problem, each: Assignment) -> Service:
    return demand_of(day, each).services[each.service]


def free(day: Problem, roster: Roster) -> list[Assignment]:
    """What is not pinned: pins are held to nothing but themselves."""
    return [each for each in roster.assignments if not demand_of(day, each).pins]


def doubles(day: Problem, roster: Roster) -> list[tuple[Assignment, Assignment]]:
    parts = {(each.demand_id, each.service): each for each in free(day, roster)}
    return [(parts[name, 0], parts[name, 1]) for name, j in parts if j == 1]


def others(day: Problem, each: Assignment) -> list[Member]:
    return [member for member in day.members if member.id != each.member_id]


def with_change(day: Problem, roster: Roster, each: Assignment, **change: object) -> Mutant:
    """The roster with one assignment changed, and its costs counted again: only rules can find it."""
    other = replace(each, **change)  # type: ignore[arg-type]  # fields by name
    if "end" not in change:
        other = replace(other, end=other.start + each.end - each.start)
    mutant = replace(roster, assignments=tuple(other if a is each else a for a in roster.assignments))
    return day, replace(mutant, costs=costs(day, mutant))


def not_answered(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for each in roster.assignments:
        yield day, replace(roster, assignments=tuple(a for a in roster.assignments if a is not each))
        yield day, replace(roster, assignments=(*roster.assignments, each))
        yield day, replace(roster, unplaced=(*roster.unplaced, Unplaced(demand_id=each.demand_id, rule="x")))
        yield with_change(day, roster, each, member_id="stranger")
        yield day, replace(roster, assignments=(*roster.assignments, replace(each, demand_id="never asked for")))
        yield day, replace(roster, assignments=(*roster.assignments, replace(each, service=2)))
    for left in roster.unplaced:
        yield day, replace(roster, unplaced=(*roster.unplaced, left))
        yield day, replace(roster, unplaced=tuple(u for u in roster.unplaced if u is not left))


def of_another_length(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for each in free(day, roster):
        yield with_change(day, roster, each, end=each.end + 1)
        yield with_change(day, roster, each, end=each.end - 1)


def without_the_role(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for each in free(day, roster):
        for member in others(day, each):
            if not set(member.roles) & set(service_of(day, each).roles):
                yield with_change(day, roster, each, member_id=member.id)


def unqualified(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for each in free(day, roster):
        for member in others(day, each):
            if not set(service_of(day, each).qualifications) <= set(member.qualifications):
                yield with_change(day, roster, each, member_id=member.id)


def forbidden(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for each in free(day, roster):
        for member_id in demand_of(day, each).not_with:
            yield with_change(day, roster, each, member_id=member_id)


def too_early(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for each in free(day, roster):
        yield with_change(day, roster, each, start=demand_of(day, each).opens - 1)


def outside_of_work(day: Problem, roster: Roster) -> Iterator[Mutant]:
    members = {member.id: member for member in day.members}
    for each in free(day, roster):
        for _, ends in members[each.member_id].works[:-1]:
            yield with_change(day, roster, each, start=ends - 1)
        latest = members[each.member_id].works[-1][1] + members[each.member_id].overtime
        yield with_change(day, roster, each, start=latest - (each.end - each.start) + 1)
        for member in others(day, each):
            if not member.works:
                yield with_change(day, roster, each, member_id=member.id)


def without_time_to_travel(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for each in free(day, roster):
        yield with_change(day, roster, each, travel=each.travel + 1)
    mine = set(free(day, roster))
    for before, after in pairwise(roster.assignments):
        if before.member_id == after.member_id and after.travel > 1 and {before, after} <= mine:
            yield with_change(day, roster, after, start=before.end + after.travel - 1)


def both_by_one(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for first, second in doubles(day, roster):
        yield with_change(day, roster, second, member_id=first.member_id)


def kept_apart(day: Problem, roster: Roster) -> Iterator[Mutant]:
    """The pairs that are there are kept apart from now on, and those kept apart go together."""
    for first, second in doubles(day, roster):
        stricter = replace(day, apart=(*day.apart, (second.member_id, first.member_id)))
        yield stricter, roster
        for pair in day.apart:
            if first.member_id in pair:
                (other,) = set(pair) - {first.member_id}
                yield with_change(day, roster, second, member_id=other)


def apart(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for first, second in doubles(day, roster):
        least, most = gap_of(demand_of(day, first))
        yield with_change(day, roster, second, start=first.start + least - 1)
        yield with_change(day, roster, second, start=first.start + most + 1)


def unpinned(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for each in roster.assignments:
        if demand_of(day, each).pins:
            yield with_change(day, roster, each, start=each.start + 1)
            for member in others(day, each):
                yield with_change(day, roster, each, member_id=member.id)


def one_moved_too_many(day: Problem, roster: Roster) -> Iterator[Mutant]:
    pinned_at = replace(as_published(day, roster), most_moved=0)
    for each in free(day, roster):
        yield with_change(pinned_at, roster, each, start=each.start + 1)


def stated_wrong(day: Problem, roster: Roster) -> Iterator[Mutant]:
    for tier in range(len(TIERS)):
        for by in (-1, 1):
            stated = tuple(cost + by * (i == tier) for i, cost in enumerate(roster.costs))
            yield day, replace(roster, costs=stated)
    yield day, replace(roster, costs=roster.costs[:-1])


MUTATIONS: dict[str, Callable[[Problem, Roster], Iterator[Mutant]]] = {
    "every-demand-answered": not_answered,
    "service-takes-its-time": of_another_length,
    "member-has-the-role": without_the_role,
    "member-has-the-qualifications": unqualified,
    "member-is-not-forbidden": forbidden,
    "not-before-opening": too_early,
    "inside-working-time": outside_of_work,
    "time-to-travel": without_time_to_travel,
    "two-different-members": both_by_one,
    "pair-may-go-together": kept_apart,
    "starts-agree": apart,
    "pinned-stays": unpinned,
    "no-more-moved-than-allowed": one_moved_too_many,
    "costs-as-told": stated_wrong,
}


@settings(max_examples=120)
@given(problems())
def test_every_mutation_of_every_roster_is_turned_down_by_the_rule_it_breaks(day: Problem) -> None:
    roster = plan(day)
    assert check(day, roster) == ()
    for rule, mutate in MUTATIONS.items():
        for mutated, mutant in mutate(day, roster):
            assert rule in {violation.rule for violation in check(mutated, mutant)}, (rule, mutant)


@pytest.mark.parametrize("rule", CHECKED_RULES)
def test_every_rule_has_mutations(rule: str) -> None:
    assert list(MUTATIONS[rule](DAY, plan(DAY)))
