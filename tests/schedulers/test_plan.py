import subprocess
import sys
from dataclasses import replace
from itertools import pairwise, permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.bench.solver.team_days import team_days
from schedulers.check import check
from schedulers.explain import explain
from schedulers.parameters import ProofParameters, SearchParameters
from schedulers.plan import DAY_OFF, UNPLACED_RULES, RosterRejected, plan
from schedulers.problem import Budget, Calls, Notified, Pin, Problem
from schedulers.search.restarts import Restarts, search
from schedulers.search.search import DaySearch
from schedulers.tiers import FIRST_ORDER, TIERS, in_order, labels_of
from tests.schedulers.days import HOUR, PLACES, member, problem, reason, service, start, visit, weighed, who

ROLES = ("gp", "nurse", "public-health")


@st.composite
def members(draw):
    team = []
    for i in range(draw(st.integers(0, 4))):
        begins = draw(st.integers(7, 10)) * HOUR
        works = draw(
            st.sampled_from(
                [
                    (),
                    ((begins, begins + 5 * HOUR),),
                    ((begins, begins + 2 * HOUR), (begins + 3 * HOUR, begins + 6 * HOUR)),
                ]
            )
        )
        team.append(
            member(
                f"m{i}",
                roles=tuple(sorted(draw(st.sets(st.sampled_from(ROLES), min_size=1, max_size=2)))),
                qualifications=draw(st.sampled_from([(), ("wound",)])),
                works=works,
                overtime=draw(st.sampled_from([0, 1800])),
                start_place=draw(st.integers(0, PLACES - 1)),
                end_place=draw(st.integers(0, PLACES - 1)),
                mode=draw(st.sampled_from(["walk", "e-bike"])),
            )
        )
    return tuple(team)


@st.composite
def demands(draw, team):
    names = [each.id for each in team]
    wanted = []
    for i in range(draw(st.integers(0, 7))):
        opens = draw(st.integers(7, 14)) * HOUR
        sync = draw(st.sampled_from(["single", "single", "simultaneous", "sequential"]))
        parts = tuple(
            service(
                draw(st.sampled_from(ROLES)),
                draw(st.sampled_from([600, 1800, 3600])),
                qualifications=draw(st.sampled_from([(), (), ("wound",)])),
                named=draw(st.sampled_from([None, "m0", "elsewhere"])),
                preferred=draw(st.sampled_from([(), (), ("m1", "elsewhere")])),
            )
            for _ in range(1 if sync == "single" else draw(st.sampled_from([2, 2, 3])))
        )
        published = tuple(
            Pin(member_id=draw(st.sampled_from([*names, "elsewhere"])), start=opens + 600 * j)
            for j, _ in enumerate(parts)
        )
        wished = draw(st.sampled_from([None, (opens + 1200, opens + 2400)]))
        wanted.append(
            visit(
                f"d{i}",
                *parts,
                sync=sync,
                gap=draw(st.sampled_from([(0, 1200), (600, 600), (1800, 5400)])) if sync == "sequential" else (0, 0),
                place=draw(st.integers(0, PLACES - 1)),
                opens=opens,
                closes=opens + draw(st.sampled_from([0, 1800, 7200])),
                priority=draw(st.integers(1, 9)),
                slack_days=draw(st.integers(0, 9)),
                wish=wished,
                not_with=tuple(sorted(draw(st.sets(st.sampled_from(names), max_size=1)))) if names else (),
                previous=draw(st.sampled_from([(), published])),
                pins=published if draw(st.integers(0, 5)) == 0 else (),
                notified=draw(st.sampled_from([None, None, Notified(start=opens + 900, member_ids=("m0", "m1"))])),
            )
        )
    return tuple(wanted)


@st.composite
def problems(draw):
    team = draw(members())
    pairs = st.sampled_from([(), *(((one.id, other.id),) for one, other in pairwise(team))])
    calls = draw(st.sampled_from([None, Calls(minutes=30, beyond=600), Calls(minutes=90, beyond=0)]))
    return replace(problem(team, draw(demands(team)), iterations=400), apart=draw(pairs), calls=calls)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(problems())
def test_every_roster_passes_the_gate_and_answers_every_demand(day: Problem):
    roster = plan(day)
    assert check(day, roster) == ()
    assert {a.demand_id for a in roster.assignments} | {u.demand_id for u in roster.unplaced} == {
        demand.id for demand in day.demands
    }
    assert {left.rule for left in roster.unplaced} <= set(UNPLACED_RULES)
    assert list(roster.assignments) == sorted(
        roster.assignments, key=lambda a: ([m.id for m in day.members].index(a.member_id), a.start)
    )


@settings(max_examples=12, deadline=None, derandomize=True)
@given(problems())
def test_a_proof_never_makes_a_roster_worse_and_its_bound_holds(day: Problem):
    quick = plan(day)
    proved = plan(replace(day, budget=replace(day.budget, deterministic=0.5)))
    assert proved.costs <= quick.costs
    if proved.bound is not None and proved.bound_tier is not None:
        assert proved.bound <= proved.costs[TIERS.index(proved.bound_tier)]


def test_a_small_day_is_proved_in_every_tier():
    team = (member("a"), member("b"), member("g", "gp"))
    wanted = [visit(f"v{i}", place=i + 1, wish=(9 * HOUR, 10 * HOUR)) for i in range(4)]
    wanted.append(visit("pair", service("gp"), service("nurse"), sync="simultaneous", place=6))
    roster = plan(problem(team, wanted, deterministic=5.0))
    assert (roster.proof, roster.bound_tier, roster.bound) == ("proved", None, None)
    assert roster.solver.startswith("jiayi-search-1 + cp-sat 9.")


def test_without_a_proof_nothing_is_claimed():
    roster = plan(problem((member("a"),), (visit("v"),)))
    assert (roster.proof, roster.bound, roster.solver, roster.iterations) == ("unknown", None, "jiayi-search-1", 2000)


def test_a_proof_that_runs_out_tells_the_tier_and_a_bound():
    team = (member("a"), member("b"), member("c"))
    wanted = [visit(f"v{i}", place=1 + i % 8, opens=(8 + i % 4) * HOUR, closes=(8 + i % 4) * HOUR) for i in range(14)]
    roster = plan(problem(team, wanted, iterations=2000, deterministic=1e-4))
    assert roster.proof == "within"
    assert roster.bound is not None
    assert roster.bound_tier is not None
    assert 0 <= roster.bound <= roster.costs[TIERS.index(roster.bound_tier)]


def test_another_process_plans_the_same_roster():
    code = "from tests.schedulers import test_plan as t; print(repr(t.plan(t.busy_day())))"
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert result.stdout.strip() == repr(plan(busy_day()))


def busy_day() -> Problem:
    team = (member("a"), member("b", mode="e-bike"), member("g", "gp"))
    wanted = [visit(f"v{i}", place=1 + i % 8, opens=(8 + i % 5) * HOUR, closes=(9 + i % 5) * HOUR) for i in range(9)]
    wanted.append(visit("pair", service("gp"), service("nurse"), sync="simultaneous", place=6))
    return problem(team, wanted, iterations=4000, deterministic=0.2)


def test_planning_twice_in_one_process_gives_the_same_roster():
    assert plan(busy_day()) == plan(busy_day())


@pytest.mark.parametrize(("team", "wanted"), [((), ()), ((member("a"),), ()), ((), (visit("v"),))])
def test_a_day_without_members_or_demands_has_a_roster(team, wanted):
    roster = plan(problem(team, wanted))
    assert roster.assignments == ()
    assert len(roster.unplaced) == len(wanted)


PAIR = visit("v", service("nurse"), service("nurse"), sync="simultaneous")
DOCTOR = member("g", "gp")
SHORT = member("m", works=((8 * HOUR, 9 * HOUR),))


@pytest.mark.parametrize(
    ("rule", "team", "wanted"),
    [
        ("no-member-has-the-role", (DOCTOR,), (visit("v"),)),
        ("no-member-has-the-qualification", (member("m"),), (visit("v", service(qualifications=("wound",))),)),
        ("nobody-with-the-role-works-that-day", (member("m", works=()),), (visit("v"),)),
        ("forbidden-members", (member("m"),), (visit("v", not_with=("m",)),)),
        ("no-pair-of-members", (member("m"), DOCTOR), (PAIR,)),
        ("window-cannot-be-met", (SHORT,), (visit("v", opens=9 * HOUR),)),
        ("pinned-member-not-in-team", (member("m"),), (visit("v", pins=(Pin(member_id="gone", start=9 * HOUR),)),)),
        (
            "no-room-beside-pinned-visits",
            (SHORT,),
            (visit("v"), visit("p", service(seconds=3000), pins=(Pin(member_id="m", start=8 * HOUR + 300),))),
        ),
        (
            "no-room-beside-more-pressing-visits",
            (SHORT,),
            (visit("v", priority=1), visit("p", service(seconds=3000), priority=9)),
        ),
    ],
)
def test_a_demand_left_out_tells_the_rule_that_kept_it_out(rule, team, wanted):
    roster = plan(problem(team, wanted))
    assert reason(roster, "v") == rule


def test_a_demand_left_out_because_no_more_may_move_tells_so():
    pinned_at = visit("w", priority=1, previous=(Pin(member_id="m", start=8 * HOUR + 1200),))
    day = problem((SHORT,), (visit("v", service(seconds=1500)), pinned_at))
    assert reason(plan(day), "v") is None
    assert reason(plan(replace(day, most_moved=0)), "v") == "no-room-without-moving-more-visits"


def test_every_reason_keeps_some_visit_out():
    marks = test_a_demand_left_out_tells_the_rule_that_kept_it_out.pytestmark
    result = {case[0] for case in marks[0].args[1]} | {"no-room-without-moving-more-visits"}
    result |= {"no-room-beside-visits-more-pressing-together", *DAY_OFF}
    assert result == set(UNPLACED_RULES)


def test_the_more_pressing_visits_are_placed():
    wanted = [visit(f"v{i}", service(seconds=1500), place=1, priority=i) for i in range(1, 6)]
    roster = plan(problem((SHORT,), wanted))
    assert {a.demand_id for a in roster.assignments} == {"v4", "v5"}


def test_a_crossed_pair_of_chains_can_be_planned():
    early = ((8 * HOUR, 10 * HOUR),)
    team = (member("a", works=early), member("g", "gp", works=early))
    first = visit("x", service("nurse"), service("gp"), sync="sequential", gap=(2400, 3000), place=0, closes=8 * HOUR)
    second = visit("y", service("nurse"), service("gp"), sync="sequential", gap=(0, 600), place=0)
    roster = plan(problem(team, (first, second)))
    assert start(roster, "x", 0) < start(roster, "y", 0)
    assert len(roster.assignments) == 4


def test_replanning_with_an_absence_moves_only_what_it_must():
    team = (member("a"), member("b"))
    wanted = [visit(f"v{i}", place=1 + i) for i in range(6)]
    before = plan(problem(team, wanted))
    published = {
        d.id: tuple(Pin(member_id=a.member_id, start=a.start) for a in before.assignments if a.demand_id == d.id)
        for d in wanted
    }
    again = [replace(d, previous=published[d.id]) for d in wanted]
    same = plan(problem(team, again))
    assert [(a.demand_id, a.member_id, a.start) for a in same.assignments] == [
        (a.demand_id, a.member_id, a.start) for a in before.assignments
    ]
    gone = who(before, "v0")
    left = tuple(replace(each, works=()) if each.id == gone else each for each in team)
    after = plan(problem(left, again))
    kept = {a.demand_id for a in before.assignments if a.member_id != gone}
    assert after.unplaced == ()
    assert all(start(after, name) == start(before, name) for name in kept)


def test_a_rejected_roster_says_what_it_broke():
    day = problem((member("a"),), (visit("v"),))
    roster = plan(day)
    violations = check(day, replace(roster, assignments=()))
    assert "every-demand-answered" in str(RosterRejected(violations))


def test_the_tour_is_the_shortest_of_all_where_there_and_back_differ():
    dice = Random(7)
    legs = tuple(tuple(0 if a == b else dice.randint(60, 3000) for b in range(6)) for a in range(6))
    day = problem([member("a")], [visit(f"v{n}", place=n) for n in range(1, 6)], deterministic=2.0)
    day = replace(day, travel={"walk": legs})
    roster = plan(day)
    tours = [(0, *order, 0) for order in permutations(range(1, 6))]
    assert check(day, roster) == ()
    assert roster.costs[TIERS.index("travel")] == min(sum(legs[a][b] for a, b in pairwise(tour)) for tour in tours)
    assert roster.proof == "proved"


def test_a_visit_that_is_more_pressing_than_one_in_place_has_no_room_because_several_are_together() -> None:
    short = member("m", works=((8 * HOUR, 9 * HOUR),))
    large = visit("large", service(seconds=3000), priority=6)
    small = [visit(f"small{n}", service(seconds=1200), priority=4) for n in range(2)]
    weighed_day = weighed(problem((short,), (large, *small)))
    assert reason(plan(weighed_day), "large") == "no-room-beside-visits-more-pressing-together"
    assert reason(plan(replace(weighed_day, order=labels_of(FIRST_ORDER), limits=None)), "large") == (
        "no-room-beside-more-pressing-visits"
    )
    least = weighed(problem((short,), (replace(large, priority=4), *small)))
    assert reason(plan(least), "large") == "no-room-beside-more-pressing-visits"


def test_no_explanation_knows_a_better_roster_than_the_plan() -> None:
    nurses = (member("n1", works=((8 * HOUR, 10 * HOUR),)), member("n2", works=((8 * HOUR, 10 * HOUR),)))
    parts = [service(seconds=600 + 300 * (n % 4)) for n in range(24)]
    visits = [visit(f"v{n}", part, place=1 + n % 8, priority=4 + n % 4) for n, part in enumerate(parts)]
    day = weighed(replace(problem(nurses, visits), budget=Budget(iterations=2_000, deterministic=0.01)))
    roster = plan(day)
    assert roster.unplaced
    for left in roster.unplaced:
        for way in explain(day, roster, left.demand_id).ways:
            assert in_order(way.difference.costs, day.tiers) >= (0,) * len(day.order)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_a_proof_that_is_tried_before_the_search_has_ended_costs_no_tier_more(seed: int) -> None:
    day = weighed(next(team_days(1, seed, Budget(iterations=60_000, deterministic=0.5), (4, 9))))
    soon = replace(day, search=SearchParameters(quick_restarts=2), proof=ProofParameters(first_work=0.1, symmetry=True))
    whole, early = plan(day), plan(soon)
    assert in_order(early.costs, day.tiers) <= in_order(whole.costs, day.tiers)
    assert early.proof == "proved" or whole.proof != "proved"


def test_a_search_ends_when_its_restarts_agree() -> None:
    day = problem((member("a"), member("b")), [visit("v"), visit("w", place=3)], iterations=200_000)
    agreed = []
    for parameters in (SearchParameters(quick_restarts=3), SearchParameters(quick_restarts=3, agreeing=2)):
        state = DaySearch(replace(day, search=parameters))
        restarts = Restarts(state, state.initial_plan())
        restarts.run_quick()
        agreed.append(restarts.agree)
    assert agreed == [False, True]
    assert restarts.best.costs == restarts.run().costs == search(DaySearch(day), state.initial_plan()).costs
