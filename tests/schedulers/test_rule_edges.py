"""Where each hard rule of the gate ends, to the second: the last roster that keeps it, and the first that breaks it."""

from dataclasses import replace

import pytest

from schedulers.check import check, costs
from schedulers.problem import Assignment, Demand, Member, Pin, Problem, Roster
from tests.schedulers.days import HOUR, member, problem, service, visit

NURSE = member("ann", works=((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)), overtime=600)
DOCTOR = member("gao", "gp")
MINUTES_20 = 1200
PUBLISHED = {"v": 9 * HOUR, "w": 11 * HOUR}


def placed(name: str, start: int, member_id: str = "ann", part: int = 0, travel: int = 60) -> Assignment:
    """Return a service of twenty minutes; it is a minute to the first place on the line."""
    return Assignment(
        demand_id=name, service=part, member_id=member_id, start=start, end=start + MINUTES_20, travel=travel
    )


def broken(day: Problem, *assignments: Assignment) -> set[str]:
    """Return the names of the rules that these places break; what they cost is told as it is."""
    roster = Roster(
        team_id=day.team_id, day=day.day, assignments=assignments, unplaced=(), costs=(), proof="unknown",
        iterations=0, solver="by-hand",
    )  # fmt: skip
    return {each.rule for each in check(day, replace(roster, costs=costs(day, roster)))}


def one(demand: Demand, *members: Member) -> Problem:
    return problem(members or (NURSE,), (demand,))


def test_a_visit_may_start_when_its_window_opens_and_no_second_before():
    day = one(visit("v", opens=9 * HOUR))
    assert broken(day, placed("v", 9 * HOUR)) == set()
    assert broken(day, placed("v", 9 * HOUR - 1)) == {"not-before-opening"}


@pytest.mark.parametrize(
    ("start", "rules"),
    [
        (12 * HOUR - MINUTES_20, set()),
        (12 * HOUR - MINUTES_20 + 1, {"inside-working-time"}),
        (13 * HOUR, set()),
        (13 * HOUR - 1, {"inside-working-time"}),
        (17 * HOUR + 600 - 60 - MINUTES_20, set()),
        (17 * HOUR + 600 - 60 - MINUTES_20 + 1, {"time-to-travel"}),
        (17 * HOUR + 600 - MINUTES_20 + 1, {"inside-working-time", "time-to-travel"}),
    ],
    ids=[
        "up to the break",
        "into the break",
        "from the end of the break",
        "before the end of the break",
        "back at the end of the overtime",
        "back a second later",
        "ends after the overtime",
    ],
)
def test_a_visit_and_the_way_back_lie_in_working_time_and_the_overtime_behind_it(start, rules):
    assert broken(one(visit("v", closes=18 * HOUR)), placed("v", start)) == rules


def test_a_member_reaches_the_next_visit_in_time_to_the_second():
    day = problem((NURSE,), (visit("v"), visit("w", place=3)))
    first, arrives = placed("v", 9 * HOUR), 9 * HOUR + MINUTES_20 + 120
    assert broken(day, first, placed("w", arrives, travel=120)) == set()
    assert broken(day, first, placed("w", arrives - 1, travel=120)) == {"time-to-travel"}


def test_the_second_of_a_chain_starts_inside_its_gap_to_the_second():
    chain = visit("v", service(), service("gp"), sync="sequential", gap=(1800, 3600))
    for gap, rules in ((1799, {"starts-agree"}), (1800, set()), (3600, set()), (3601, {"starts-agree"})):
        parts = placed("v", 9 * HOUR), placed("v", 9 * HOUR + gap, "gao", 1)
        assert broken(one(chain, NURSE, DOCTOR), *parts) == rules


def test_the_two_of_a_pair_start_in_the_same_second():
    pair = visit("v", service(), service("gp"), sync="simultaneous")
    for later, rules in ((0, set()), (1, {"starts-agree"})):
        parts = placed("v", 9 * HOUR), placed("v", 9 * HOUR + later, "gao", 1)
        assert broken(one(pair, NURSE, DOCTOR), *parts) == rules


def test_as_many_visits_move_as_the_leader_allows_and_no_more():
    published = [visit(name, previous=(Pin(member_id="ann", start=start),)) for name, start in PUBLISHED.items()]
    moved = [placed("v", 9 * HOUR + 60), placed("w", 11 * HOUR, travel=0)]
    for most, rules in ((1, set()), (0, {"no-more-moved-than-allowed"})):
        assert broken(replace(problem((NURSE,), published), most_moved=most), *moved) == rules


@pytest.mark.parametrize(
    ("demand", "rule"),
    [
        (visit("v", service("gp")), "member-has-the-role"),
        (visit("v", service(qualifications=("wound",))), "member-has-the-qualifications"),
        (visit("v", not_with=("ann",)), "member-is-not-forbidden"),
        (visit("v", service(seconds=MINUTES_20 + 1)), "service-takes-its-time"),
        (visit("v", pins=(Pin(member_id="ann", start=9 * HOUR + 1),)), "pinned-stays"),
    ],
)
def test_a_visit_that_one_rule_keeps_from_a_member_breaks_that_rule_alone(demand: Demand, rule: str):
    assert broken(one(demand), placed("v", 9 * HOUR)) == {rule}


def test_a_pair_is_two_people_who_may_go_together():
    pair = visit("v", service(), service(), sync="simultaneous")
    crew = (NURSE, member("bea"))
    together = one(pair, *crew)
    assert broken(together, placed("v", 9 * HOUR), placed("v", 9 * HOUR, "bea", 1)) == set()
    kept_apart = replace(together, apart=(("bea", "ann"),))
    assert broken(kept_apart, placed("v", 9 * HOUR), placed("v", 9 * HOUR, "bea", 1)) == {"pair-may-go-together"}
    alone = placed("v", 9 * HOUR), placed("v", 9 * HOUR, "ann", 1, travel=0)
    assert "two-different-members" in broken(together, *alone)
