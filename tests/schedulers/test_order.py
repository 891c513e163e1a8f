"""The order of the tiers and the limits of a problem decide between two rosters, and stand in the stored problem."""

from dataclasses import replace

import msgspec
import pytest

from infra.planning.day_problem import problem_document, publish_command
from schedulers.check import check, costs
from schedulers.counterfactual import evaluate
from schedulers.explain import explain
from schedulers.plan import plan
from schedulers.problem import Calls, Notified, Pin, Problem
from schedulers.prove_published import prove_published
from schedulers.replan import moves
from schedulers.tiers import FIRST_ORDER, TIERS, Tier, labels_of
from tests.schedulers.days import HOUR, LIMITS, member, problem, service, start, visit, weighed, who

TEAM = (member("n1"), member("n2", works=((12 * HOUR, 17 * HOUR),)))
NAMED = visit("v", service(named="n2"), previous=(Pin(member_id="n2", start=9 * HOUR),))
ILL = problem(TEAM, (NAMED,), deterministic=1.0)
"""The named nurse is away at the published time; somebody else could go then."""


def test_a_published_visit_stays_with_the_named_nurse_under_the_first_order_and_at_its_time_under_the_packs():
    later, sooner = plan(ILL), plan(weighed(ILL))
    assert (who(later, "v"), start(later, "v") > 12 * HOUR) == ("n2", True)
    assert (who(sooner, "v"), start(sooner, "v")) == ("n1", 9 * HOUR)


def test_a_problem_of_the_first_order_is_stored_without_order_and_limits_and_any_other_with_both():
    assert not {"order", "limits"} & msgspec.json.decode(problem_document(ILL)).keys()
    stored = msgspec.json.decode(problem_document(weighed(ILL)))
    assert stored["order"][:3] == ["unplaced", "urgent", "disruption"]
    assert stored["limits"] == {"urgent_from": 8, "late": 1800, "overtime": 1800, "imbalance": 7200}
    assert msgspec.json.decode(problem_document(weighed(ILL)), type=Problem) == weighed(ILL)


@pytest.mark.parametrize("day", [ILL, weighed(ILL)])
def test_a_published_roster_names_the_costs_of_its_own_tiers_in_their_order(day: Problem):
    command = publish_command(day, plan(day), None)
    assert tuple(each.tier for each in command.solution.costs) == day.order


@pytest.mark.parametrize(
    ("order", "limits"),
    [
        ((), None),
        (("travel", "unplaced"), None),
        (("unplaced", "travel", "travel"), None),
        (("unplaced", "speed"), None),
        (("unplaced", "urgent"), None),
        (("unplaced", "imbalance"), None),
    ],
)
def test_an_order_that_makes_no_sense_is_no_problem(order: tuple[str, ...], limits: None):
    document = msgspec.json.decode(problem_document(ILL)) | {"order": order, "limits": limits}
    with pytest.raises(ValueError, match=r"tier|order"):
        msgspec.json.decode(msgspec.json.encode(document), type=Problem)


def test_a_roster_that_states_another_order_is_turned_down():
    roster = plan(weighed(ILL))
    assert check(weighed(ILL), roster) == ()
    other = replace(roster, order=labels_of(FIRST_ORDER))
    assert [each.rule for each in check(weighed(ILL), other)] == ["costs-as-told"]


def test_tiers_that_an_order_does_not_name_cost_nothing():
    late = problem((member("m"),), (visit("v", opens=9 * HOUR, closes=8 * HOUR, priority=9),))
    under_the_first, under_the_packs = costs(late, plan(late)), costs(weighed(late), plan(weighed(late)))
    assert (under_the_first[Tier.URGENT], under_the_packs[Tier.URGENT]) == (0, HOUR)
    assert under_the_first[Tier.TARDINESS] == under_the_packs[Tier.TARDINESS] == HOUR


@pytest.mark.parametrize(
    ("priority", "late", "urgent"), [(7, 1800, 0), (7, 1801, 1), (8, 1800, 1800), (9, 1, 1), (9, 0, 0)]
)
def test_lateness_is_urgent_from_priority_8_on_and_else_beyond_half_an_hour(priority: int, late: int, urgent: int):
    closes = 9 * HOUR - late
    day = weighed(problem((member("m"),), (visit("v", opens=9 * HOUR, closes=closes, priority=priority),)))
    assert costs(day, plan(day))[Tier.URGENT] == urgent


@pytest.mark.parametrize(("seconds", "urgent"), [(1800, 0), (1860, 60)])
def test_overtime_is_urgent_beyond_half_an_hour(seconds: int, urgent: int):
    long = visit("v", service(seconds=HOUR + seconds - 60), opens=16 * HOUR, closes=17 * HOUR)
    day = weighed(problem((member("m", overtime=HOUR),), (long,)))
    roster = plan(day)
    assert (roster.costs[Tier.TARDINESS], roster.costs[Tier.URGENT]) == (seconds, urgent)


@pytest.mark.parametrize(("hours", "ahead"), [(9, 1800), (8, 0), (7, 0)])
def test_two_of_a_role_are_out_of_balance_beyond_two_hours_and_the_hours_that_only_one_works(hours: int, ahead: int):
    other = member("other", works=((8 * HOUR, (8 + hours) * HOUR),))
    one = visit("v", service(seconds=2 * HOUR + 1800, qualifications=("wound",)))
    day = weighed(problem((member("one", qualifications=("wound",)), other), (one,)))
    assert costs(day, plan(day))[Tier.IMBALANCE] == ahead


def test_members_of_two_roles_and_members_on_leave_are_not_compared():
    busy, doctor, away = member("busy"), member("doctor", "gp"), member("away", works=())
    day = weighed(problem((busy, doctor, away), (visit("v", service(seconds=4 * HOUR)),)))
    assert costs(day, plan(day))[Tier.IMBALANCE] == 0


def test_the_reason_of_a_move_names_the_first_tier_of_the_problems_order_that_gets_worse():
    team = (member("n1"), member("n2"))
    held = visit("v", service(named="n2"), previous=(Pin(member_id="n1", start=9 * HOUR),))
    causes = {}
    for day in (problem(team, (held,)), weighed(problem(team, (held,)))):
        causes[day.limits is None] = [(move.cause, move.tier) for move in moves(day, plan(day))]
    assert causes == {True: [("move-cost", "continuity")], False: []}


CALLS = Calls(minutes=30, beyond=1800)


def test_a_call_is_due_about_another_time_another_member_or_nobody_and_costs_its_minutes():
    kept = visit("v", previous=(Pin(member_id="n1", start=9 * HOUR),))
    day = replace(weighed(problem((member("n1"), member("n2")), (kept,))), calls=CALLS)
    for member_id, begins, minutes in (
        ("n1", 9 * HOUR + 1800, 30),
        ("n1", 9 * HOUR + 1860, 31 + 30),
        ("n1", 9 * HOUR - 1860, 31 + 30),
        ("n2", 9 * HOUR, 60 + 30),
    ):
        roster = evaluate(day, {"v": (Pin(member_id=member_id, start=begins),)})
        assert costs(day, roster)[Tier.DISRUPTION] == minutes
        assert costs(replace(day, calls=None), roster)[Tier.DISRUPTION] in {minutes, minutes - 30}
    assert costs(day, evaluate(day, {}))[Tier.DISRUPTION] == 60 + 30


def test_a_call_goes_by_what_the_resident_was_told():
    notified = visit(
        "v", previous=(Pin(member_id="n1", start=9 * HOUR),), notified=Notified(start=10 * HOUR, member_ids=("n2",))
    )
    day = replace(weighed(problem((member("n1"), member("n2")), (notified,))), calls=CALLS)
    at = {
        (member_id, hour): costs(day, evaluate(day, {"v": (Pin(member_id=member_id, start=hour * HOUR),)}))
        for member_id, hour in (("n1", 9), ("n2", 10))
    }
    assert at["n1", 9][Tier.DISRUPTION] == 30
    assert at["n2", 10][Tier.DISRUPTION] == 60 + 60
    stored = msgspec.json.decode(problem_document(day))
    assert (stored["calls"], stored["demands"][0]["notified"]["start"]) == ({"minutes": 30, "beyond": 1800}, 10 * HOUR)
    assert msgspec.json.decode(problem_document(day), type=Problem) == day
    older = msgspec.json.decode(problem_document(weighed(ILL)))
    assert "calls" not in older
    assert "notified" not in older["demands"][0]


def test_one_visit_moves_by_an_hour_and_one_call_rather_than_two_by_half_an_hour_and_two_calls():
    """A new visit that must begin at nine pushes one visit behind all others, or each of two by its own length."""
    team = (member("n1", overtime=0),)
    published = [
        visit(name, service(seconds=2400), place=0, previous=(Pin(member_id="n1", start=9 * HOUR + 2400 * i),))
        for i, name in enumerate(("a", "b", "c"))
    ]
    new = visit("new", service(seconds=2400), place=0, opens=9 * HOUR, closes=9 * HOUR, priority=9, slack_days=0)
    day = weighed(problem(team, (*published, new), deterministic=2.0))
    before, after = (plan(each) for each in (day, replace(day, calls=CALLS)))
    assert [start(roster, "new") for roster in (before, after)] == [9 * HOUR] * 2
    shifted = [
        [name for name in "abc" if start(r, name) != 9 * HOUR + 2400 * "abc".index(name)] for r in (before, after)
    ]
    assert len(shifted[1]) == 1
    assert after.proof == "proved"


def test_an_explanation_compares_by_the_problems_order():
    day = weighed(ILL)
    (option,) = explain(day, plan(day), "v").options
    assert option.way is not None
    assert option.way.difference.order == day.order
    assert option.way.difference.costs[Tier.DISRUPTION] > 0 > option.way.difference.costs[Tier.CONTINUITY]


def test_a_published_roster_is_proved_in_the_order_of_its_problem():
    day, first = weighed(ILL), plan(ILL)
    stated = replace(first, order=day.order, costs=costs(day, first))
    proved = prove_published(day, stated, 1.0)
    assert (proved.proof, proved.bound_tier, proved.bound) == ("within", "disruption", 60)
    assert prove_published(day, plan(day), 1.0).proof == "proved"


def test_every_tier_has_a_place_in_the_order_of_the_packs():
    assert sorted(weighed(ILL).order) == sorted(TIERS)
    assert weighed(ILL).limits == LIMITS
