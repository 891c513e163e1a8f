"""Ways to share a day out: none that is as good as the plan is passed over, and each costs what its best plan costs."""

from collections import defaultdict
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.bench.solver.team_days import team_days
from schedulers.parameters import ProofParameters
from schedulers.plan import plan
from schedulers.problem import Budget, Problem
from schedulers.proof.column_fixing import Sifting
from schedulers.proof.columns import DAY_END, Asked, Limits, Windows, member_sets
from schedulers.proof.cp_model import DayModel
from schedulers.proof.enumeration import WEIGHTS, Sharing, cost_of
from schedulers.proof.kernels.column_kernel import LATENESS
from schedulers.proof.kernels.column_kernel import TRAVEL as ON_THE_WAY
from schedulers.proof.kernels.route_kernel import LONGEST
from schedulers.proof.ng_routes import MemberWalks, can_walk
from schedulers.proof.partitions import Covers
from schedulers.proof.prove import prove
from schedulers.proof.synchronised_routes import Crews
from schedulers.proof.wishes import Wishes
from schedulers.rules import leg_begin
from schedulers.search.search import DaySearch, Plan, search
from schedulers.tiers import ORDER, Tier, down_to
from tests.schedulers.days import HOUR, member, problem, service, visit
from tests.schedulers.proof.test_prove import all_plans, small_days

MUCH = 1 << 40
Shared = tuple[tuple[int, int], ...]


def shared(state: DaySearch, found: Plan) -> Shared:
    """Who does which services, as bits of the day's."""
    mine: dict[int, int] = defaultdict(int)
    for each in found.placed:
        mine[each.member] |= 1 << each.service
    return tuple((c, mine[c]) for c in range(len(state.problem.members)))


def covers_of(state: DaySearch, found: Plan, tier: Tier) -> tuple[Covers, Windows]:
    sifting = Sifting(state)
    sifting.bound(found, tier)
    assert sifting.last is not None
    assert sifting.windows is not None
    return Covers(*sifting.last), sifting.windows


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_days())
def test_every_plan_that_costs_no_more_is_one_of_the_ways_and_a_way_costs_what_its_best_plan_costs(day: Problem):
    state, plans = DaySearch(day), list(all_plans(DaySearch(day)))
    best = min(each.costs for each in plans)
    found = max(
        (each for each in plans if each.costs[: Tier.TARDINESS] == best[: Tier.TARDINESS]), key=lambda each: each.costs
    )
    by_way: dict[Shared, tuple[int, ...]] = {}
    for each in sorted(plans, key=lambda each: each.costs, reverse=True):
        if each.costs[: Tier.TARDINESS] == best[: Tier.TARDINESS]:
            by_way[shared(state, each)] = each.costs[Tier.TARDINESS : Tier.TRAVEL + 1]
    covers, windows = covers_of(state, found, Tier.TARDINESS)
    ways = covers.ways(covers.gap, MUCH)
    assert ways is not None
    told = {tuple(sorted(ways.who(w))): w for w in range(len(ways.choice))}
    assert by_way.keys() <= told.keys()
    for way, (late, travel) in by_way.items():
        looked = Crews(state, windows, WEIGHTS[Tier.TRAVEL]).cheapest(
            ways.only((told[way],)), MUCH, MUCH, all_of_them=True
        )
        assert looked.plan is not None
        assert looked.plan.costs[Tier.TARDINESS : Tier.TRAVEL + 1] == (late, travel)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_days())
def test_the_sets_of_a_member_and_what_they_cost_at_least_are_those_of_all_her_orders(day: Problem):
    state = DaySearch(day)
    windows = Windows(state, DAY_END)
    asked = Asked(windows, Limits(), {Tier.TRAVEL: ON_THE_WAY, Tier.TARDINESS: LATENESS})
    for c in range(len(day.members)):
        counted = member_sets(state, c, asked)
        told = dict(
            zip(counted.sets.tolist(), zip(*(counted.costs[t].tolist() for t in asked.kinds), strict=True), strict=True)
        )
        assert told == orders_of(state, windows, c, counted.services)


def orders_of(state: DaySearch, windows: Windows, c: int, services: tuple[int, ...]) -> dict[int, tuple[int, int]]:
    """The least way and the least lateness of each set, over all its orders."""
    member, legs, found = state.problem.members[c], state.problem.travel[state.problem.members[c].mode], {0: (0, 0)}
    for many in range(1, len(services) + 1):
        for order in permutations(services, many):
            if len({state.services[v][0] for v in order}) < many:
                continue
            free, place, way, late = 0, member.start_place, 0, 0
            for v in order:
                d, j = state.services[v]
                demand = state.problem.demands[d]
                leg, seconds = legs[place][demand.place], demand.services[j].seconds
                leaves = leg_begin(member, free, leg)
                start = None if leaves is None else leg_begin(member, max(leaves + leg, windows.earliest[v]), seconds)
                if start is None or start > windows.latest[v]:
                    break
                free, place, way, late = start + seconds, demand.place, way + leg, late + max(0, start - demand.closes)
            else:
                leg = legs[place][member.end_place]
                leaves = leg_begin(member, free, leg)
                if leaves is not None:
                    late += max(0, leaves + leg - member.works[-1][1])
                    bits = sum(1 << services.index(v) for v in order)
                    known = found.get(bits, (MUCH, MUCH))
                    found[bits] = (min(known[0], way + leg), min(known[1], late))
    return found


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_days(), st.lists(st.integers(0, 4000), min_size=12, max_size=12), st.integers(0, 1), st.integers(0, 2000))
def test_at_prices_exactly_the_sets_of_interest_are_counted_and_no_walk_costs_more(day: Problem, prices, late, above):
    state = DaySearch(day)
    asked = Asked(Windows(state, DAY_END), Limits(), {Tier.TARDINESS: LATENESS} if late else {Tier.TRAVEL: ON_THE_WAY})
    for c in range(len(day.members)):
        counted = member_sets(state, c, asked)
        paid = np.array([prices[v % 12] for v in counted.services], dtype=np.int64)
        bits = counted.sets[:, None] >> np.arange(len(paid)) & 1
        costs = counted.costs[Tier.TARDINESS if late else Tier.TRAVEL] - bits @ paid
        walks = MemberWalks(state, c, asked)
        told = list(walks.price({v: prices[v % 12] for v in counted.services}, late, 1 - late))
        least = min([0, *(one.cost for one in told)])
        assert least <= costs.min()
        of_interest = walks.sets(least + above, 100_000)
        these = (costs <= least + above) | (counted.sets == 0)
        assert of_interest.sets.tolist() == counted.sets[these].tolist()


def test_a_walk_is_told_with_its_services_its_lateness_and_its_way():
    day = problem(
        (member("a"),), [visit("v", service(seconds=600), place=3), visit("w", service(seconds=600), place=5)]
    )
    state = DaySearch(day)
    walks = MemberWalks(state, 0, Asked(Windows(state, 0), Limits(), {Tier.TRAVEL: ON_THE_WAY}))
    dear = list(walks.price({0: 5000, 1: 5000}, 0, 1))
    legs = day.travel[day.members[0].mode]
    way = min(legs[0][i] + legs[i][j] + legs[j][0] for i, j in ((3, 5), (5, 3)))
    assert min(dear, key=lambda one: one.cost).cost == way - 10_000
    assert {one.services for one in dear} == {(0, 1), (1, 0)}
    assert all((one.late, one.cost) == (0, one.way - 10_000) for one in dear)


def test_two_who_must_start_together_cost_more_than_each_alone():
    crew = (member("doctor", "gp"), member("nurse"))
    when = {"place": 4, "opens": 8 * HOUR, "closes": 8 * HOUR + 240}  # when both can be there
    asked = [
        visit("pair", service("gp", 1200), service("nurse", 1200), sync="simultaneous", **when),
        visit("short", service("gp", 600), **when),  # alone, the doctor does this first
        visit("long", service("nurse", 3600), **when),  # alone, the nurse does this last
    ]
    state = DaySearch(problem(crew, asked))
    found = state.settle(search(state, state.start()))
    covers, windows = covers_of(state, found, Tier.TARDINESS)
    ways = covers.ways(covers.gap, MUCH)
    assert ways is not None
    assert len(ways.choice) == 1
    crews = Crews(state, windows, WEIGHTS[Tier.TARDINESS])
    looked = crews.cheapest(ways, cost_of(found, Tier.TARDINESS), MUCH, all_of_them=False)
    assert looked.plan is not None
    assert int(ways.late[ways.choice[0]].sum()) == 600 + 1200
    assert looked.plan.costs[Tier.TARDINESS] == 1200 + 1200


def test_where_the_steps_are_used_up_nothing_is_claimed():
    state = DaySearch(list(team_days(3, 1, Budget(iterations=20_000)))[2])
    found = state.settle(search(state, state.start()))
    sifting = Sifting(state)
    sifting.bound(found, Tier.TRAVEL)
    settled = Sharing(state, sifting).settle(found, Tier.TRAVEL, 1e-9)
    assert (settled.plan, settled.proved) == (found, False)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(small_days(), st.lists(st.integers(0, 16), min_size=6, max_size=6))
def test_what_is_proved_of_a_day_with_wishes_is_what_cp_sat_proves_without_sets_and_ways(day: Problem, quarters):
    spans = [(8 * HOUR + 900 * q, 8 * HOUR + 900 * q + 300) for q in quarters]
    wished = tuple(replace(each, wish=span) for each, span in zip(day.demands, spans, strict=False))
    state = DaySearch(replace(day, demands=wished + day.demands[len(wished) :]))
    proved = prove(state, state.settle(search(state, state.start())), 5.0)
    model = DayModel(state)
    for tier in ORDER:
        solver = model.solve(model.tiers[tier], proved.plan, 5.0)
        assert solver.proved, tier.label
        assert round(solver.objective_value) == proved.plan.costs[tier], tier.label
        model.hold(tier, proved.plan.costs[tier])


def test_where_the_steps_are_used_up_nothing_is_said_of_wishes():
    pair = visit("pair", service("gp"), service(), sync="simultaneous", wish=(12 * HOUR, 12 * HOUR))
    state = DaySearch(problem((member("doctor", "gp"), member("nurse")), [pair, visit("v", service("gp"), place=4)]))
    found = state.settle(search(state, state.start()))
    covers, windows = covers_of(state, found, Tier.TRAVEL)
    ways = covers.ways(covers.gap, MUCH)
    assert ways is not None
    worn = Crews(state, windows, WEIGHTS[Tier.TRAVEL])
    assert not worn.cheapest(ways, MUCH, -1, all_of_them=True).whole
    assert Wishes(state, worn, 1.0).best(ways, found) is None
    fresh = Crews(state, windows, WEIGHTS[Tier.TRAVEL])
    looked = fresh.cheapest(ways, cost_of(found, Tier.TRAVEL), MUCH, all_of_them=True)
    best = Wishes(state, fresh, 1.0).best(ways.only(looked.ways), found)
    assert best is not None
    assert best.costs[-1] == 0


@pytest.mark.parametrize("number", [2, 18, 31])
def test_a_day_of_the_town_costs_what_cp_sat_proves_without_sets_and_ways(number: int):
    day = list(team_days(number + 1, 1, Budget(iterations=20_000)))[number]
    state = DaySearch(day)
    proved = prove(state, state.settle(search(state, state.start())), 10.0)
    assert proved.proof == "proved"
    model = DayModel(state)
    for tier in down_to(Tier.TRAVEL):
        solver = model.solve(model.tiers[tier], proved.plan, 60.0)
        assert solver.proved, tier.label
        assert round(solver.objective_value) == proved.plan.costs[tier]
        model.hold(tier, proved.plan.costs[tier])


@pytest.mark.parametrize("number", [2, 18])
def test_a_day_whose_sets_are_counted_at_prices_alone_is_proved_to_cost_the_same(number: int):
    day = list(team_days(number + 1, 1, Budget(iterations=20_000)))[number]
    state = DaySearch(day)
    found = state.settle(search(state, state.start()))
    freely = prove(state, found, 10.0)
    at_prices = prove(DaySearch(replace(day, proof=ProofParameters(first_labels=2))), found, 10.0)
    assert (at_prices.proof, at_prices.plan.costs) == ("proved", freely.plan.costs)


def test_services_of_seconds_are_not_walked():
    assert not can_walk(DaySearch(problem((member("a"),), [visit("v", service(seconds=59))])))
    assert can_walk(DaySearch(problem((member("a"),), [visit("v", service(seconds=60))])))


def test_with_next_to_no_work_allowed_nothing_is_counted_and_nothing_breaks():
    state = DaySearch(next(iter(team_days(1, 1, Budget(iterations=1000)))))
    asked = Asked(Windows(state, DAY_END), Limits(), {Tier.TRAVEL: ON_THE_WAY}, most_labels=0)
    assert not any(member_sets(state, c, asked).counted for c in range(len(state.problem.members)))


def test_a_member_with_a_longer_route_than_is_looked_at_is_planned_all_the_same():
    asked = [visit(f"v{n}", service(seconds=300), place=1 + n % 8) for n in range(LONGEST + 1)]
    roster = plan(problem((member("a"),), asked, deterministic=3.0))
    assert len(roster.assignments) == LONGEST + 1
    assert roster.proof in {"proved", "within"}
