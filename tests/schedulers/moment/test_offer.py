"""Times to offer: the cheapest place for one more visit, the others staying where they are if they can."""

from collections.abc import Sequence
from dataclasses import replace

from schedulers.counterfactual import as_published, placements
from schedulers.moment.offer import OfferSearch, apart
from schedulers.plan import plan
from schedulers.problem import Budget, Demand, Member, Problem
from schedulers.tiers import Tier, in_order
from tests.schedulers.days import HOUR, member, problem, service, visit

BUDGET = Budget(iterations=20_000)


TWO = (member("n1"), member("n2"))


def published(*demands: Demand, members: Sequence[Member] = TWO) -> Problem:
    day = replace(problem(members, demands), budget=BUDGET)
    return as_published(day, plan(day))


def search(day: Problem, new: Demand) -> OfferSearch:
    return OfferSearch(replace(day, demands=(*day.demands, new)), new.id)


def test_the_first_time_disturbs_nobody_where_the_day_has_room():
    day = published(visit("A", service(), place=1), visit("B", service(), place=2))
    offered = search(day, visit("X", service(), place=1))
    best = offered.roster(offered.insertions[0])
    before, after = placements(offered.present), placements(best)
    assert {name: after[name] for name in before} == before
    assert offered.insertions[0].added[Tier.DISRUPTION] == 0
    assert offered.rule is None


def test_the_first_time_costs_what_a_full_plan_costs():
    day = published(*(visit(f"V{i}", service(), place=i % 4 + 1, opens=9 * HOUR) for i in range(6)))
    new = visit("X", service(), place=3, opens=9 * HOUR, closes=10 * HOUR)
    offered = search(day, new)
    full = plan(replace(day, demands=(*day.demands, new)))
    assert in_order(offered.insertions[0].plan.costs, offered.order) <= in_order(full.costs, offered.order)


def test_times_lie_apart_and_the_cheapest_comes_first():
    offered = search(published(visit("A", service())), visit("X", service()))
    times = apart(offered.insertions, HOUR, 3)
    assert len(times) == 3
    assert all(abs(a.start - b.start) >= HOUR for a in times for b in times if a is not b)
    assert [offered.rank(each) for each in times] == sorted(offered.rank(each) for each in times)
    assert all(each.start % 60 == 0 for each in times)


def test_a_double_visit_is_offered_when_both_can_come():
    day = published(visit("A", service("gp")), members=(member("dr", "gp"), member("n1")))
    pair = visit("X", service("gp"), service(), sync="simultaneous", place=2)
    offered = search(day, pair)
    for each in apart(offered.insertions, HOUR, 3):
        first, second = placements(offered.roster(each))["X"]
        assert (first.start, {first.member_id, second.member_id}) == (second.start, {"dr", "n1"})
    chain = replace(pair, sync="sequential", gap=(1800, 3600))
    offered = search(day, chain)
    first, second = placements(offered.roster(offered.insertions[0]))["X"]
    assert 1800 <= second.start - first.start <= 3600


def test_a_full_day_offers_no_time_and_says_why():
    alone = (member("n1", works=((9 * HOUR, 10 * HOUR),)),)
    day = published(visit("A", service(seconds=3000), slack_days=0, priority=9), members=alone)
    assert search(day, visit("X", service())).rule == "no-room-beside-more-pressing-visits"
    assert search(day, visit("X", service("gp"))).rule == "no-member-has-the-role"
    assert search(day, visit("X", service())).insertions == []


def test_a_day_that_is_not_published_is_planned_with_the_visit():
    day = problem((member("n1"), member("n2")), (visit("A", service(), place=1), visit("B", service(), place=2)))
    offered = search(replace(day, budget=BUDGET), visit("X", service(), place=2))
    assert not offered.settled
    assert set(placements(offered.roster(offered.insertions[0]))) == {"A", "B", "X"}


def test_others_give_way_to_a_visit_that_must_be_made_now():
    alone = (member("n1"),)
    day = published(visit("A", service(seconds=7200), opens=8 * HOUR, closes=17 * HOUR), members=alone)
    begins = placements(plan(day))["A"][0].start
    urgent = visit("X", service(), opens=begins, closes=begins + 600, priority=9, slack_days=0)
    offered = search(day, urgent)
    here = next(each for each in offered.insertions if each.start <= begins + 600)
    repaired = offered.repaired(here)
    assert repaired.start == here.start
    assert placements(offered.roster(repaired))["A"][0].start > begins
