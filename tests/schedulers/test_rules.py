"""Each hard rule alone turns a roster down; each soft rule alone changes the answer."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from schedulers.check import CHECKED_RULES, check, costs
from schedulers.plan import plan
from schedulers.problem import Pin, Problem, Roster
from schedulers.rules import HARD_RULES, SOFT, RosterIndex, rule_name, two_different_members, urgency
from schedulers.search.restarts import search
from schedulers.search.search import DaySearch
from schedulers.tiers import FIRST_ORDER, TIERS, Tier
from tests.schedulers.days import HOUR, member, problem, reason, service, start, visit, weighed, who

CREW = (
    member("ann", qualifications=("wound",)),
    member("bea"),
    member("gao", "gp"),
    member("off", works=()),
)
PAIR = visit("pair", service("gp"), service("nurse"), sync="simultaneous", place=3)
CHAIN = visit("chain", service("nurse"), service("gp"), sync="sequential", gap=(1800, 3600), place=2)
WOUND = visit("wound", service("nurse", qualifications=("wound",)), place=1, not_with=("bea",))
PINNED = visit("pinned", service("nurse"), place=4, pins=(Pin(member_id="bea", start=10 * HOUR),))
KEPT = visit("kept", service("gp"), place=5, previous=(Pin(member_id="gao", start=15 * HOUR),))
DAY = replace(problem(CREW, (PAIR, CHAIN, WOUND, PINNED, KEPT)), most_moved=0, apart=(("bea", "gao"),))


def moved(roster: Roster, demand_id: str, part: int = 0, **change: Any) -> Roster:
    placed = tuple(
        replace(a, **change) if (a.demand_id, a.service) == (demand_id, part) else a for a in roster.assignments
    )
    return replace(roster, assignments=placed)


def later(roster: Roster, demand_id: str, part: int, seconds: int) -> Roster:
    begins = start(roster, demand_id, part) + seconds
    return moved(roster, demand_id, part, start=begins, end=begins + 1200)


def broken(day: Problem, roster: Roster) -> set[str]:
    return {violation.rule for violation in check(day, roster)}


@pytest.fixture(scope="module")
def roster():
    return plan(DAY)


def test_the_roster_found_keeps_every_rule(roster):
    assert check(DAY, roster) == ()
    assert roster.unplaced == ()


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("every-demand-answered", lambda r: replace(r, assignments=r.assignments[1:])),
        ("every-demand-answered", lambda r: replace(r, assignments=(*r.assignments, r.assignments[0]))),
        ("every-demand-answered", lambda r: moved(r, "wound", member_id="stranger")),
        ("service-takes-its-time", lambda r: moved(r, "wound", end=start(r, "wound") + 600)),
        ("member-has-the-role", lambda r: moved(r, "wound", member_id="gao")),
        ("member-has-the-qualifications", lambda r: moved(r, "wound", member_id="bea")),
        ("member-is-not-forbidden", lambda r: moved(r, "wound", member_id="bea")),
        ("not-before-opening", lambda r: later(r, "wound", 0, -4 * HOUR)),
        ("inside-working-time", lambda r: moved(r, "wound", member_id="off")),
        ("time-to-travel", lambda r: moved(r, "wound", travel=1)),
        ("time-to-travel", lambda r: later(r, "wound", 0, start(r, "pinned") - start(r, "wound") + 60)),
        ("two-different-members", lambda r: moved(r, "pair", 1, member_id="gao")),
        ("pair-may-go-together", lambda r: moved(r, "pair", 1, member_id="bea")),
        ("starts-agree", lambda r: later(r, "pair", 1, 60)),
        ("starts-agree", lambda r: later(r, "chain", 1, 3 * HOUR)),
        ("pinned-stays", lambda r: later(r, "pinned", 0, 60)),
        ("pinned-stays", lambda r: moved(r, "pinned", member_id="ann")),
        ("no-more-moved-than-allowed", lambda r: later(r, "kept", 0, 60)),
        ("costs-as-told", lambda r: replace(r, costs=(*r.costs[:-1], 1))),
    ],
)
def test_the_checker_names_the_rule_that_a_change_breaks(roster, rule, change):
    changed = change(roster)
    if rule == "time-to-travel" and changed.assignments != roster.assignments and who(changed, "wound") == "ann":
        changed = moved(changed, "pinned", member_id="ann") if start(changed, "wound") > 9 * HOUR else changed
    assert rule in broken(DAY, changed)


def test_every_hard_rule_has_its_change():
    marks = test_the_checker_names_the_rule_that_a_change_breaks.pytestmark
    assert {case[0] for case in marks[0].args[1]} == set(CHECKED_RULES)
    assert set(HARD_RULES) < set(CHECKED_RULES)


@pytest.mark.parametrize(
    ("with_rule", "without"),
    [
        ({"roles": ("gp",)}, {"roles": ("nurse",)}),
        ({"roles": ("nurse",), "qualifications": ("wound",)}, {"roles": ("nurse",)}),
    ],
)
def test_role_and_qualification_decide_who_goes(with_rule, without):
    team = (
        member("near", works=((8 * HOUR, 17 * HOUR),)),
        member("far", "gp", qualifications=("wound",), start_place=8),
    )
    team = (team[0], replace(team[1], roles=("gp", "nurse"), end_place=8))
    for stated, goes in ((with_rule, "far"), (without, "near")):
        assert who(plan(problem(team, (visit("v", replace(service(), **stated)),))), "v") == goes


def test_a_forbidden_member_does_not_go():
    team = (member("near"), member("far", start_place=8, end_place=8))
    assert who(plan(problem(team, (visit("v"),))), "v") == "near"
    assert who(plan(problem(team, (visit("v", not_with=("near",)),))), "v") == "far"


def test_a_break_moves_the_visit_behind_it():
    noon = visit("v", opens=11 * HOUR + 3000)
    assert start(plan(problem((member("m"),), (noon,))), "v") == 11 * HOUR + 3000
    team = (member("m", works=((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR))),)
    assert start(plan(problem(team, (noon,))), "v") == 13 * HOUR


def test_a_leg_may_be_travelled_before_the_break_or_after_it_but_not_through_it():
    team = (member("m", works=((8 * HOUR, 9 * HOUR), (13 * HOUR, 17 * HOUR))),)
    first, second = visit("a", service(seconds=3000), place=1), visit("b", place=8, opens=12 * HOUR)
    roster = plan(problem(team, (first, second)))
    assert start(roster, "b") == 13 * HOUR  # seven minutes on the way fit in before nine
    longer = visit("a", service(seconds=3300), place=1)
    assert start(plan(problem(team, (longer, second))), "b") == 13 * HOUR + 420


def test_nothing_ends_after_the_overtime():
    late = visit("v", opens=16 * HOUR + 3000, closes=17 * HOUR)
    assert reason(plan(problem((member("m"),), (late,))), "v") == "window-cannot-be-met"
    roster = plan(problem((member("m", overtime=HOUR),), (late,)))
    assert start(roster, "v") == 16 * HOUR + 3000
    assert roster.costs[TIERS.index("tardiness")] == 3000 + 1200 + 60 - HOUR


def hard_day(rule: str) -> tuple[Problem, Problem]:
    """(problem in which the rule bites, the same without what it asks for)."""
    near, far = member("near"), member("far", start_place=8, end_place=8)
    both, v = (near, replace(far, qualifications=("wound",))), visit("v")
    gp = member("gp", "gp", start_place=8)
    single, pair = visit("v", service(), place=8), visit("v", service(), service(), sync="simultaneous", place=8)
    short = replace(near, works=((8 * HOUR, 8 * HOUR + 2700),))
    days: dict[str, tuple[Problem, Problem]] = {
        "every-demand-answered": (problem((near,), (pair,)), problem((near,), (single,))),
        "service-takes-its-time": (
            problem((short,), (visit("v", service(seconds=2700)),)),
            problem((short,), (visit("v", service(seconds=2400)),)),
        ),
        "member-has-the-role": (
            problem((near, gp), (visit("v", service("gp")),)),
            problem((near, gp), (v,)),
        ),
        "member-has-the-qualifications": (
            problem(both, (visit("v", service(qualifications=("wound",))),)),
            problem(both, (v,)),
        ),
        "member-is-not-forbidden": (problem(both, (visit("v", not_with=("near",)),)), problem(both, (v,))),
        "not-before-opening": (problem((near,), (visit("v", opens=9 * HOUR),)), problem((near,), (v,))),
        "inside-working-time": (problem((replace(near, works=()), far), (v,)), problem((near, far), (v,))),
        "time-to-travel": (problem((short,), (visit("v", service(seconds=2400), place=8),)), problem((short,), (v,))),
        "two-different-members": (
            problem((near,), (replace(pair, sync="sequential", gap=(1200, 9000)),)),
            problem((near,), (single,)),
        ),
        "starts-agree": (
            problem((replace(near, works=((9 * HOUR, 17 * HOUR),)), gp), (PAIR,)),
            problem((replace(near, works=((9 * HOUR, 17 * HOUR),)), gp), (replace(PAIR, services=PAIR.services[:1]),)),
        ),
        "pinned-stays": (
            problem((near,), (visit("v", pins=(Pin(member_id="near", start=9 * HOUR),)),)),
            problem((near,), (v,)),
        ),
    }
    together = problem((near, far, gp), (PAIR,))
    days["pair-may-go-together"] = (replace(together, apart=(("gp", "near"),)), together)
    published = visit("v", previous=(Pin(member_id="near", start=8 * HOUR + 1200),))
    crowded = problem((short,), (published, visit("w", priority=9, slack_days=0)))
    days["no-more-moved-than-allowed"] = (replace(crowded, most_moved=0), crowded)
    return days[rule]


@pytest.mark.parametrize("rule", HARD_RULES)
def test_each_hard_rule_changes_the_answer(rule: str) -> None:
    ruled, free = (
        [(a.service, a.member_id, a.start) for a in plan(day).assignments if a.demand_id in {"v", "pair"}]
        for day in hard_day(rule)
    )
    assert ruled != free


def test_both_members_of_a_pair_wait_for_each_other():
    team = (member("n"), member("g", "gp", works=((10 * HOUR, 17 * HOUR),)))
    roster = plan(problem(team, (PAIR,)))
    assert start(roster, "pair", 0) == start(roster, "pair", 1) == 10 * HOUR + 180


def test_the_first_of_a_chain_waits_so_that_the_gap_is_not_too_long():
    team = (member("n"), member("g", "gp", works=((12 * HOUR, 17 * HOUR),)))
    roster = plan(problem(team, (CHAIN,)))
    assert start(roster, "chain", 1) == 12 * HOUR + 120
    assert start(roster, "chain", 0) == 11 * HOUR + 120


THREE = tuple(member(name, works=((begins * HOUR, 17 * HOUR),)) for name, begins in (("a", 8), ("b", 9), ("c", 10)))


def test_three_members_begin_together_when_the_last_can() -> None:
    joint = visit("v", service(), service(), service(), sync="simultaneous", place=3)
    roster = plan(problem(THREE, (joint,)))
    assert {who(roster, "v", part) for part in range(3)} == {"a", "b", "c"}
    assert {start(roster, "v", part) for part in range(3)} == {10 * HOUR + 180}


def test_three_members_go_one_after_the_other_inside_the_gap() -> None:
    chain = visit("v", service(), service(), service(), sync="sequential", gap=(1200, 1800), place=3)
    roster = plan(problem(THREE, (chain,)))
    starts = [start(roster, "v", part) for part in range(3)]
    assert all(1200 <= later - sooner <= 1800 for sooner, later in pairwise(starts))
    assert check(problem(THREE, (chain,)), moved(roster, "v", 2, start=starts[1] + 1199, end=starts[1] + 2399))


def test_of_three_no_two_may_be_kept_apart_and_two_are_not_enough() -> None:
    joint = visit("v", service(), service(), service(), sync="simultaneous")
    assert reason(plan(replace(problem(THREE, (joint,)), apart=(("a", "c"),))), "v") is not None
    assert reason(plan(problem(THREE[:2], (joint,))), "v") is not None
    roster = plan(problem(THREE, (joint,)))
    twice = moved(roster, "v", 2, member_id=who(roster, "v", 0))
    assert any(each.startswith("v: ") for each in two_different_members(RosterIndex(problem(THREE, (joint,)), twice)))


def test_a_day_with_a_visit_by_three_is_proved() -> None:
    joint = visit("v", service(), service(), service(), sync="simultaneous", place=3)
    day = problem(THREE, (joint, visit("w", place=5), visit("x", place=2)), deterministic=5.0)
    assert plan(day).proof == "proved"


def test_any_preferred_member_keeps_continuity_and_a_stranger_does_not() -> None:
    near, far = member("near"), member("far", start_place=8, end_place=8)
    for preferred, goes in ((("far",), "far"), (("far", "near"), "near"), ((), "near")):
        day = problem((near, far), (visit("v", service(preferred=preferred)),))
        roster = plan(day)
        assert (who(roster, "v"), roster.costs[Tier.CONTINUITY]) == (goes, 0)
    day = problem((near,), (visit("v", service(named="far", preferred=("gone",))),))
    assert plan(day).costs[Tier.CONTINUITY] == 1
    assert plan(replace(day, demands=(visit("v", service(named="far", preferred=("near",))),))).costs[1] == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"start_place": 8}, {"start_place": 0}),
        ({"end_place": 8}, {"end_place": 0}),
        ({"mode": "walk"}, {"mode": "e-bike"}),
    ],
)
def test_start_end_and_mode_of_travel_decide_who_goes(one, other):
    both = (one, other), (other, one)
    goes = [who(plan(problem((member("a", **a), member("b", **b)), (visit("v", place=2),))), "v") for a, b in both]
    assert goes == ["b", "a"]


def test_two_who_are_kept_apart_go_to_different_visits_but_never_to_one() -> None:
    team = (member("near"), member("far", start_place=8, end_place=8), member("gp", "gp"))
    free = problem(team, (PAIR, visit("v"), visit("w", service("gp"))), deterministic=2.0)
    apart = replace(free, apart=(("gp", "near"),))
    assert (who(plan(free), "pair", 1), who(plan(apart), "pair", 1)) == ("near", "far")
    alone = replace(apart, members=(team[0], team[2]))
    roster = plan(alone)
    assert reason(roster, "pair") == "no-pair-of-members"
    assert {who(roster, "v"), who(roster, "w")} == {"near", "gp"}
    assert roster.proof == "proved"


def test_a_published_pair_that_is_kept_apart_since_is_split() -> None:
    team = (member("near"), member("far", start_place=8, end_place=8), member("gp", "gp"))
    begins = 10 * HOUR
    published = replace(PAIR, previous=(Pin(member_id="gp", start=begins), Pin(member_id="near", start=begins)))
    apart = replace(problem(team, (published,)), apart=(("near", "gp"),))
    roster = plan(apart)
    assert (who(roster, "pair", 1), start(roster, "pair")) == ("far", begins)
    pinned = replace(apart, demands=(replace(published, pins=published.previous),))
    assert who(plan(pinned), "pair", 1) == "near"


def test_a_pin_holds_member_and_start_against_every_cost():
    team = (member("near"), member("far", start_place=8, end_place=8))
    pinned_at = visit("v", pins=(Pin(member_id="far", start=15 * HOUR),))
    roster = plan(problem(team, (pinned_at,)))
    assert (who(roster, "v"), start(roster, "v")) == ("far", 15 * HOUR)


def test_one_pinned_part_leaves_the_other_to_the_search():
    team = (member("n"), member("g", "gp"))
    pinned_at = replace(PAIR, pins=(Pin(member_id="g", start=11 * HOUR), None))
    roster = plan(problem(team, (pinned_at,)))
    assert start(roster, "pair", 1) == 11 * HOUR
    assert who(roster, "pair", 1) == "n"


def test_a_fact_outside_of_working_time_is_kept():
    team = (member("m", works=((9 * HOUR, 12 * HOUR),)),)
    begun = visit("v", opens=9 * HOUR, pins=(Pin(member_id="m", start=8 * HOUR),))
    roster = plan(problem(team, (begun, visit("w"))))
    assert start(roster, "v") == 8 * HOUR
    assert start(roster, "w") == 9 * HOUR


def soft_day(tier: str) -> tuple[Problem, Problem, str]:
    """(problem with the rule at work, the same without it, what to look at)."""
    team = (member("near"), member("far", start_place=8, end_place=8))
    short = (member("m", works=((8 * HOUR, 8 * HOUR + 1500),)),)
    v = visit("v")
    if tier == "unplaced":
        two = (visit("a", place=1, priority=1), visit("b", place=1, priority=1))
        prioritised = (two[0], replace(two[1], slack_days=0))
        return problem(short, prioritised), problem(short, (replace(two[0], slack_days=0), two[1])), "unplaced"
    if tier == "continuity":
        return problem(team, (visit("v", service(named="far")),)), problem(team, (v,)), "who"
    if tier == "disruption":
        published = replace(v, previous=(Pin(member_id="far", start=10 * HOUR),))
        return problem(team, (published,)), problem(team, (v,)), "all"
    if tier == "tardiness":
        wished = visit("v", wish=(8 * HOUR, 8 * HOUR + 60))
        early = visit("w", closes=8 * HOUR + 60)
        return (
            problem(team[:1], (wished, early)),
            problem(team[:1], (wished, replace(early, closes=HOUR * 16))),
            "first",
        )
    if tier == "travel":
        return problem(team, (v,)), problem(team, (visit("v", place=8),)), "who"
    if tier == "fairness":
        same = (member("one"), member("two"))
        loads = (visit("v", service(seconds=3600), place=0), visit("w", service(seconds=3600), place=0))
        alone = (same[0], replace(same[1], works=()))
        return problem(same, loads), problem(alone, loads), "shares"
    if tier == "urgent":
        published = replace(v, id="w", previous=(Pin(member_id="near", start=8 * HOUR + 60),))
        late, urgent = (visit("v", closes=8 * HOUR + 120, priority=priority) for priority in (7, 8))
        return problem(team[:1], (published, urgent)), problem(team[:1], (published, late)), "first"
    if tier == "imbalance":
        day = problem(team, tuple(visit(f"v{i}", service(seconds=1800)) for i in range(5)))
        return day, weighed(day, imbalance=9000), "shares"
    if tier == "wish":
        return problem(team, (visit("v", wish=(14 * HOUR, 15 * HOUR)),)), problem(team, (v,)), "all"
    raise AssertionError(f"no day on which {tier} changes the answer")


@pytest.mark.parametrize("tier", TIERS)
def test_each_soft_rule_changes_the_answer(tier):
    ruled, free, look = soft_day(tier)
    looks: dict[str, Callable[[Roster], object]] = {
        "who": lambda r: who(r, "v"),
        "unplaced": lambda r: [left.demand_id for left in r.unplaced],
        "all": lambda r: (who(r, "v"), start(r, "v")),
        "first": lambda r: min(r.assignments, key=lambda a: a.start).demand_id,
        "shares": lambda r: len({a.member_id for a in r.assignments}),
    }
    assert looks[look](plan(weighed(ruled))) != looks[look](plan(weighed(free)))


def test_every_tier_has_the_soft_rule_of_its_name():
    assert {tier.label: rule_name(rule) for tier, rule in SOFT.items()} == dict(zip(TIERS, TIERS, strict=True))


def test_a_resident_gets_the_wished_hour():
    ruled, _, _ = soft_day("wish")
    assert start(plan(ruled), "v") == 14 * HOUR


def test_published_starts_are_held_where_nothing_is_gained_above():
    ruled, _, _ = soft_day("disruption")
    roster = plan(ruled)
    assert (who(roster, "v"), start(roster, "v")) == ("far", 10 * HOUR)
    assert costs(ruled, roster)[TIERS.index("disruption")] == 0


@pytest.mark.parametrize(("slack_days", "factor"), [(-1, 16), (0, 16), (1, 4), (2, 4), (3, 2), (6, 2), (7, 1), (30, 1)])
def test_a_visit_is_more_urgent_the_fewer_days_are_left_to_its_legal_window(slack_days, factor):
    assert urgency(visit("v", priority=5, slack_days=slack_days)) == 5 * factor


def test_the_order_of_the_tiers_is_data_of_the_search():
    near, far = member("near"), member("far", start_place=8, end_place=8)
    day = problem((near, far), (visit("v", service(named="far")),))
    travel_first = tuple(sorted(Tier, key=lambda tier: tier == Tier.CONTINUITY))
    for order, goes in ((FIRST_ORDER, far), (travel_first, near)):
        state = DaySearch(day, order)
        (placed,) = search(state, state.initial_plan()).placed
        assert day.members[placed.member] == goes
