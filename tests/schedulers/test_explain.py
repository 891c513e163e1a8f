"""Explanations of one visit: what each other member would cost, and alternatives for a visit left out."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from schedulers.check import check
from schedulers.counterfactual import as_published
from schedulers.explain import Explanation, Option, explain
from schedulers.plan import plan
from schedulers.problem import Pin, Problem
from schedulers.rules import HARD_RULES
from schedulers.tiers import TIERS
from tests.schedulers.days import HOUR, member, problem, service, visit, who
from tests.schedulers.test_plan import busy_day, problems

NEAR, FAR = member("near"), member("far", start_place=8, end_place=8)
SHORT = ((8 * HOUR, 9 * HOUR),)


def option(reasons: Explanation, member_id: str, part: int = 0) -> Option:
    return next(each for each in reasons.options if (each.member_id, each.service) == (member_id, part))


def demands(day: Problem, name: str = "v") -> Explanation:
    return explain(day, plan(day), name)


def test_another_member_would_have_cost_a_longer_way() -> None:
    day = problem((NEAR, FAR), (visit("v"),))
    way = option(demands(day), "far").way
    assert way is not None
    assert dict(zip(TIERS, way.difference.costs, strict=True)) == dict.fromkeys(TIERS, 0) | {"travel": 2 * 420 - 120}
    assert [place.member_id for place in way.places] == ["far"]
    assert way.breaks == ()


@pytest.mark.parametrize(
    ("rule", "other", "more"),
    [
        ("member-has-the-role", member("other", "gp"), {}),
        ("member-has-the-qualifications", member("other"), {"services": (service(qualifications=("wound",)),)}),
        ("member-is-not-forbidden", member("other"), {"not_with": ("other",)}),
        ("inside-working-time", member("other", works=()), {}),
        ("pinned-stays", member("other"), {"pins": (Pin(member_id="one", start=9 * HOUR),)}),
        ("window-cannot-be-met", member("other", works=SHORT), {"opens": 10 * HOUR}),
    ],
)
def test_a_member_who_may_not_go_has_the_rule_and_without_it_a_cost(rule, other, more) -> None:
    one = member("one", qualifications=("wound",))
    reasons = demands(problem((one, other), (replace(visit("v"), **more),)))
    assert option(reasons, "other") == Option(service=0, member_id="other", rule=rule)
    free = member("other", qualifications=("wound",), start_place=8)
    without = {} if rule in {"member-is-not-forbidden", "pinned-stays"} else more
    way = option(demands(problem((one, free), (replace(visit("v"), **without),))), "other").way
    assert way is not None


def test_pinned_visits_leave_another_member_no_room() -> None:
    full = visit("p", service(seconds=3000), pins=(Pin(member_id="full", start=8 * HOUR + 300),))
    day = problem((member("one"), member("full", works=SHORT)), (visit("v"), full))
    assert option(demands(day), "full").rule == "no-room-beside-pinned-visits"


def test_a_forced_member_pushes_out_another_of_their_visits() -> None:
    team = (member("one"), member("other", works=SHORT, qualifications=("wound",)))
    wound = visit("w", service(seconds=3000, qualifications=("wound",)), priority=2, slack_days=9)
    way = option(demands(problem(team, (visit("v"), wound))), "other").way
    assert way is not None
    assert way.difference.left_out == ("w",)
    assert way.difference.costs[TIERS.index("unplaced")] == 2


def test_each_part_of_a_double_visit_has_its_own_options() -> None:
    pair = visit("v", service("gp"), service("nurse"), sync="simultaneous")
    reasons = demands(problem((member("g", "gp"), member("n"), member("o")), (pair,)))
    first, second = who(plan(problem((member("g", "gp"), member("n"), member("o")), (pair,))), "v", 1), {"n", "o"}
    (other,) = second - {str(first)}
    assert option(reasons, other, 0).rule == "member-has-the-role"
    assert option(reasons, other, 1).way is not None
    assert option(reasons, "g", 1).rule == "member-has-the-role"


def test_the_cheapest_way_to_place_a_visit_pushes_out_the_least_pressing() -> None:
    crowded = [visit(f"v{i}", service(seconds=1500), place=1, priority=i, slack_days=9) for i in range(1, 6)]
    reasons = demands(problem((member("m", works=SHORT),), crowded), "v3")
    assert reasons.rule == "no-room-beside-more-pressing-visits"
    (way,) = reasons.ways
    assert (way.breaks, way.difference.left_out) == ((), ("v4",))
    assert way.difference.costs[TIERS.index("unplaced")] == 1


@pytest.mark.parametrize(
    ("rule", "team", "more"),
    [
        ("inside-working-time", (member("m", works=()),), {}),
        ("not-before-opening", (member("m", works=SHORT),), {"opens": 10 * HOUR}),
        ("member-is-not-forbidden", (member("m"),), {"not_with": ("m",)}),
        ("member-has-the-qualifications", (member("m"),), {"services": (service(qualifications=("wound",)),)}),
        ("member-has-the-role", (member("m", "gp"),), {}),
    ],
)
def test_a_visit_that_a_rule_keeps_out_has_an_alternative_that_breaks_it(rule, team, more) -> None:
    day = problem(team, (replace(visit("v"), **more), visit("other", service(team[0].roles[0]))))
    reasons = demands(day)
    assert reasons.places == ()
    assert rule in {broken for way in reasons.ways for broken in way.breaks}
    assert all(way.difference.left_out == () for way in reasons.ways)
    assert all(way.places for way in reasons.ways)


def test_a_pinned_visit_in_the_way_is_the_reason() -> None:
    fixed = visit("p", service(seconds=3000), pins=(Pin(member_id="m", start=8 * HOUR + 300),), priority=1)
    reasons = demands(problem((member("m", works=SHORT),), (visit("v"), fixed)))
    assert reasons.rule == "no-room-beside-pinned-visits"
    assert "pinned-stays" in {rule for way in reasons.ways for rule in way.breaks}


def test_an_explanation_has_the_days_left_to_the_legal_window() -> None:
    assert demands(problem((NEAR,), (visit("v", slack_days=3),))).slack_days == 3


def test_a_visit_that_is_not_there_has_no_explanation() -> None:
    with pytest.raises(KeyError):
        demands(problem((NEAR,), (visit("v"),)), "x")


@settings(max_examples=25)
@given(problems())
def test_every_alternative_keeps_all_rules_but_those_it_names_and_its_costs_are_counted(day: Problem) -> None:
    roster = plan(day)
    for demand in day.demands:
        reasons = explain(day, roster, demand.id)
        ways = [*reasons.ways, *(each.way for each in reasons.options if each.way)]
        for way in ways:
            assert {each.demand_id for each in way.places} == {demand.id}
            assert set(way.breaks) <= set(HARD_RULES)
            assert len(way.difference.costs) == len(TIERS)
        assert all(not each.way.breaks for each in reasons.options if each.way)
        assert all((each.rule is None) != (each.way is None) for each in reasons.options)
    assert check(day, roster) == ()


def again() -> str:
    day = busy_day()
    roster = plan(day)
    return repr([explain(as_published(day, roster), roster, demand.id) for demand in day.demands])


def test_another_process_explains_alike() -> None:
    code = "from tests.schedulers import test_explain as t; print(t.again())"
    root = Path(__file__).parents[2]
    reasons = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    assert reasons.stdout.strip() == again()
