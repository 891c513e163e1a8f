"""Partitions of a day: none as good as the incumbent is missed, and each costs what its best plan costs."""

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
from schedulers.proof.column_fixing import ColumnFixing
from schedulers.proof.columns import DAY_END, CostLimits, LabelQuery, StartWindows, enumerate_columns
from schedulers.proof.cp_model import DayModel
from schedulers.proof.enumeration import TierEnumeration, route_cost, route_weights
from schedulers.proof.kernels.column_kernel import LATENESS, TRAVEL_TIME
from schedulers.proof.kernels.route_kernel import MOST_SERVICES
from schedulers.proof.ng_routes import MemberNgRoutes, can_use_ng_routes
from schedulers.proof.partitions import PartitionEnumerator
from schedulers.proof.prove import prove
from schedulers.proof.synchronised_routes import SynchronisedGroups
from schedulers.proof.wishes import WishOptimiser
from schedulers.rules import earliest_begin
from schedulers.search.restarts import search
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import FIRST_ORDER, Tier, down_to
from tests.schedulers.days import HOUR, member, problem, service, visit
from tests.schedulers.proof.test_prove import all_plans, small_days, weighed_days

MUCH = 1 << 40
Shared = tuple[tuple[int, int], ...]


def shared(state: DaySearch, incumbent: Plan) -> Shared:
    """Who does which services, as bits of the day's."""
    mine: dict[int, int] = defaultdict(int)
    for each in incumbent.placed:
        mine[each.member] |= 1 << each.service
    return tuple((c, mine[c]) for c in range(len(state.problem.members)))


def enumerator_of(state: DaySearch, incumbent: Plan, tier: Tier) -> tuple[PartitionEnumerator, StartWindows]:
    fixing = ColumnFixing(state)
    fixing.bound(incumbent, tier)
    assert fixing.last is not None
    assert fixing.windows is not None
    return PartitionEnumerator(*fixing.last), fixing.windows


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_days())
def test_every_plan_that_costs_no_more_has_its_partition_and_a_partition_costs_what_its_best_plan_costs(day: Problem):
    state, plans = DaySearch(day), list(all_plans(DaySearch(day)))
    best = min(each.costs for each in plans)
    incumbent = max(
        (each for each in plans if each.costs[: Tier.TARDINESS] == best[: Tier.TARDINESS]), key=lambda each: each.costs
    )
    cost_of_partition: dict[Shared, tuple[int, ...]] = {}
    for each in sorted(plans, key=lambda each: each.costs, reverse=True):
        if each.costs[: Tier.TARDINESS] == best[: Tier.TARDINESS]:
            cost_of_partition[shared(state, each)] = each.costs[Tier.TARDINESS : Tier.TRAVEL + 1]
    enumerator, windows = enumerator_of(state, incumbent, Tier.TARDINESS)
    partitions = enumerator.enumerate(enumerator.gap, MUCH)
    assert partitions is not None
    known = {tuple(sorted(partitions.members_of(w))): w for w in range(len(partitions.choice))}
    assert cost_of_partition.keys() <= known.keys()
    for shared_out, (late, travel) in cost_of_partition.items():
        searched = SynchronisedGroups(state, windows, route_weights(Tier.TRAVEL, incumbent, FIRST_ORDER)).cheapest(
            partitions.subset((known[shared_out],)), MUCH, MUCH, find_all=True
        )
        assert searched.plan is not None
        assert searched.plan.costs[Tier.TARDINESS : Tier.TRAVEL + 1] == (late, travel)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_days())
def test_the_columns_of_a_member_and_their_least_costs_are_those_of_all_orders(day: Problem):
    state = DaySearch(day)
    windows = StartWindows(state, DAY_END)
    query = LabelQuery(windows, CostLimits(), {Tier.TRAVEL: TRAVEL_TIME, Tier.TARDINESS: LATENESS})
    for c in range(len(day.members)):
        columns = enumerate_columns(state, c, query)
        known = dict(
            zip(
                columns.masks.tolist(), zip(*(columns.costs[t].tolist() for t in query.kinds), strict=True), strict=True
            )
        )
        assert known == orders_of(state, windows, c, columns.services)


def orders_of(state: DaySearch, windows: StartWindows, c: int, services: tuple[int, ...]) -> dict[int, tuple[int, int]]:
    """The least travel and the least lateness of each set, over all its orders."""
    member, legs, incumbent = state.problem.members[c], state.problem.travel[state.problem.members[c].mode], {0: (0, 0)}
    for many in range(1, len(services) + 1):
        for order in permutations(services, many):
            if len({state.services[v][0] for v in order}) < many:
                continue
            free, place, shared_out, late = 0, member.start_place, 0, 0
            for v in order:
                d, j = state.services[v]
                demand = state.problem.demands[d]
                leg, seconds = legs[place][demand.place], demand.services[j].seconds
                leaves = earliest_begin(member, free, leg)
                start = (
                    None if leaves is None else earliest_begin(member, max(leaves + leg, windows.earliest[v]), seconds)
                )
                if start is None or start > windows.latest[v]:
                    break
                free, place, shared_out, late = (
                    start + seconds,
                    demand.place,
                    shared_out + leg,
                    late + max(0, start - demand.closes),
                )
            else:
                leg = legs[place][member.end_place]
                leaves = earliest_begin(member, free, leg)
                if leaves is not None:
                    late += max(0, leaves + leg - member.works[-1][1])
                    bits = sum(1 << services.index(v) for v in order)
                    known = incumbent.get(bits, (MUCH, MUCH))
                    incumbent[bits] = (min(known[0], shared_out + leg), min(known[1], late))
    return incumbent


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_days(), st.lists(st.integers(0, 4000), min_size=12, max_size=12), st.integers(0, 1), st.integers(0, 2000))
def test_exactly_the_columns_within_the_gap_are_enumerated_and_no_ng_route_costs_more(day: Problem, duals, late, gap):
    state = DaySearch(day)
    query = LabelQuery(
        StartWindows(state, DAY_END), CostLimits(), {Tier.TARDINESS: LATENESS} if late else {Tier.TRAVEL: TRAVEL_TIME}
    )
    for c in range(len(day.members)):
        columns = enumerate_columns(state, c, query)
        service_duals = np.array([duals[v % 12] for v in columns.services], dtype=np.int64)
        bits = columns.masks[:, None] >> np.arange(len(service_duals)) & 1
        costs = columns.costs[Tier.TARDINESS if late else Tier.TRAVEL] - bits @ service_duals
        ng_routes = MemberNgRoutes(state, c, query)
        priced = list(ng_routes.price({v: duals[v % 12] for v in columns.services}, late, 1 - late))
        least = min([0, *(route.reduced_cost for route in priced)])
        assert least <= costs.min()
        within = ng_routes.columns_within(least + gap, 100_000)
        in_gap = (costs <= least + gap) | (columns.masks == 0)
        assert within.masks.tolist() == columns.masks[in_gap].tolist()


def test_an_ng_route_has_its_services_its_lateness_and_its_travel():
    day = problem(
        (member("a"),), [visit("v", service(seconds=600), place=3), visit("w", service(seconds=600), place=5)]
    )
    state = DaySearch(day)
    ng_routes = MemberNgRoutes(state, 0, LabelQuery(StartWindows(state, 0), CostLimits(), {Tier.TRAVEL: TRAVEL_TIME}))
    cheapest = list(ng_routes.price({0: 5000, 1: 5000}, 0, 1))
    legs = day.travel[day.members[0].mode]
    shortest = min(legs[0][i] + legs[i][j] + legs[j][0] for i, j in ((3, 5), (5, 3)))
    assert min(cheapest, key=lambda route: route.reduced_cost).reduced_cost == shortest - 10_000
    assert {route.services for route in cheapest} == {(0, 1), (1, 0)}
    assert all((route.late, route.reduced_cost) == (0, route.travel - 10_000) for route in cheapest)


def test_two_who_must_start_together_cost_more_than_each_alone():
    team = (member("doctor", "gp"), member("nurse"))
    when = {"place": 4, "opens": 8 * HOUR, "closes": 8 * HOUR + 240}  # when both can be there
    demands = [
        visit("pair", service("gp", 1200), service("nurse", 1200), sync="simultaneous", **when),
        visit("short", service("gp", 600), **when),  # alone, the doctor does this first
        visit("long", service("nurse", 3600), **when),  # alone, the nurse does this last
    ]
    state = DaySearch(problem(team, demands))
    incumbent = state.left_shift(search(state, state.initial_plan()))
    enumerator, windows = enumerator_of(state, incumbent, Tier.TARDINESS)
    partitions = enumerator.enumerate(enumerator.gap, MUCH)
    assert partitions is not None
    assert len(partitions.choice) == 1
    groups = SynchronisedGroups(state, windows, route_weights(Tier.TARDINESS, incumbent, FIRST_ORDER))
    searched = groups.cheapest(partitions, route_cost(incumbent, Tier.TARDINESS, groups.weights), MUCH, find_all=False)
    assert searched.plan is not None
    assert int(partitions.late[partitions.choice[0]].sum()) == 600 + 1200
    assert searched.plan.costs[Tier.TARDINESS] == 1200 + 1200


def test_nothing_is_proved_where_the_work_is_used_up():
    state = DaySearch(list(team_days(3, 1, Budget(iterations=20_000)))[2])
    incumbent = state.left_shift(search(state, state.initial_plan()))
    fixing = ColumnFixing(state)
    fixing.bound(incumbent, Tier.TRAVEL)
    result = TierEnumeration(state, fixing).solve(incumbent, Tier.TRAVEL, 1e-9)
    assert (result.plan, result.proved) == (incumbent, False)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(weighed_days(), st.lists(st.integers(0, 16), min_size=6, max_size=6))
def test_what_is_proved_of_a_weighed_day_with_wishes_is_what_cp_sat_proves_without_columns(day: Problem, quarters):
    spans = [(8 * HOUR + 900 * q, 8 * HOUR + 900 * q + 300) for q in quarters]
    wished = tuple(replace(each, wish=span) for each, span in zip(day.demands, spans, strict=False))
    state = DaySearch(replace(day, demands=wished + day.demands[len(wished) :]))
    proved = prove(state, state.left_shift(search(state, state.initial_plan())), 5.0)
    assert proved.proof == "proved"
    model = DayModel(state)
    for tier in day.tiers:
        solver = model.solve(model.tiers[tier], proved.plan, 5.0)
        assert solver.proved, tier.label
        assert round(solver.objective_value) == proved.plan.costs[tier], tier.label
        model.hold(tier, proved.plan.costs[tier])


@settings(max_examples=12, deadline=None, derandomize=True)
@given(small_days(), st.lists(st.integers(0, 16), min_size=6, max_size=6))
def test_what_is_proved_of_a_day_with_wishes_is_what_cp_sat_proves_without_columns(day: Problem, quarters):
    spans = [(8 * HOUR + 900 * q, 8 * HOUR + 900 * q + 300) for q in quarters]
    wished = tuple(replace(each, wish=span) for each, span in zip(day.demands, spans, strict=False))
    state = DaySearch(replace(day, demands=wished + day.demands[len(wished) :]))
    proved = prove(state, state.left_shift(search(state, state.initial_plan())), 5.0)
    model = DayModel(state)
    for tier in FIRST_ORDER:
        solver = model.solve(model.tiers[tier], proved.plan, 5.0)
        assert solver.proved, tier.label
        assert round(solver.objective_value) == proved.plan.costs[tier], tier.label
        model.hold(tier, proved.plan.costs[tier])


def test_no_wishes_are_proved_where_the_work_is_used_up():
    pair = visit("pair", service("gp"), service(), sync="simultaneous", wish=(12 * HOUR, 12 * HOUR))
    state = DaySearch(problem((member("doctor", "gp"), member("nurse")), [pair, visit("v", service("gp"), place=4)]))
    incumbent = state.left_shift(search(state, state.initial_plan()))
    enumerator, windows = enumerator_of(state, incumbent, Tier.TRAVEL)
    partitions = enumerator.enumerate(enumerator.gap, MUCH)
    assert partitions is not None
    exhausted = SynchronisedGroups(state, windows, route_weights(Tier.TRAVEL, incumbent, FIRST_ORDER))
    assert not exhausted.cheapest(partitions, MUCH, -1, find_all=True).complete
    assert WishOptimiser(state, exhausted, 1.0).optimise(partitions, incumbent) is None
    fresh = SynchronisedGroups(state, windows, route_weights(Tier.TRAVEL, incumbent, FIRST_ORDER))
    searched = fresh.cheapest(partitions, route_cost(incumbent, Tier.TRAVEL, fresh.weights), MUCH, find_all=True)
    best = WishOptimiser(state, fresh, 1.0).optimise(partitions.subset(searched.partitions), incumbent)
    assert best is not None
    assert best.costs[Tier.WISH] == 0


@pytest.mark.parametrize("number", [2, 18, 31])
def test_a_day_of_the_town_costs_what_cp_sat_proves_without_columns(number: int):
    day = list(team_days(number + 1, 1, Budget(iterations=20_000)))[number]
    state = DaySearch(day)
    proved = prove(state, state.left_shift(search(state, state.initial_plan())), 10.0)
    assert proved.proof == "proved"
    model = DayModel(state)
    for tier in down_to(Tier.TRAVEL, FIRST_ORDER):
        solver = model.solve(model.tiers[tier], proved.plan, 60.0)
        assert solver.proved, tier.label
        assert round(solver.objective_value) == proved.plan.costs[tier]
        model.hold(tier, proved.plan.costs[tier])


@pytest.mark.parametrize("number", [2, 18])
def test_a_day_whose_columns_are_enumerated_within_the_gap_alone_is_proved_to_cost_the_same(number: int):
    day = list(team_days(number + 1, 1, Budget(iterations=20_000)))[number]
    state = DaySearch(day)
    incumbent = state.left_shift(search(state, state.initial_plan()))
    freely = prove(state, incumbent, 10.0)
    at_prices = prove(DaySearch(replace(day, proof=ProofParameters(first_labels=2))), incumbent, 10.0)
    assert (at_prices.proof, at_prices.plan.costs) == ("proved", freely.plan.costs)


def test_services_of_seconds_have_no_ng_routes():
    assert not can_use_ng_routes(DaySearch(problem((member("a"),), [visit("v", service(seconds=59))])))
    assert can_use_ng_routes(DaySearch(problem((member("a"),), [visit("v", service(seconds=60))])))


def test_next_to_no_work_enumerates_nothing_and_breaks_nothing():
    state = DaySearch(next(iter(team_days(1, 1, Budget(iterations=1000)))))
    query = LabelQuery(StartWindows(state, DAY_END), CostLimits(), {Tier.TRAVEL: TRAVEL_TIME}, most_labels=0)
    assert not any(enumerate_columns(state, c, query).enumerated for c in range(len(state.problem.members)))


def test_a_member_with_a_longer_route_than_is_solved_is_planned_all_the_same():
    demands = [visit(f"v{n}", service(seconds=300), place=1 + n % 8) for n in range(MOST_SERVICES + 1)]
    roster = plan(problem((member("a"),), demands, deterministic=3.0))
    assert len(roster.assignments) == MOST_SERVICES + 1
    assert roster.proof in {"proved", "within"}


def test_members_who_are_alike_do_not_change_places_in_partitions():
    twins = [member("a"), member("b"), member("c")]
    visits = [visit(f"v{i}", place=1 + i) for i in range(4)]
    counted = []
    for symmetry in (False, True):
        day = replace(problem(twins, visits), proof=ProofParameters(symmetry=symmetry))
        state = DaySearch(day)
        enumerator, _ = enumerator_of(state, search(state, state.initial_plan()), Tier.TRAVEL)
        partitions = enumerator.enumerate(MUCH, MUCH)
        assert partitions is not None
        counted.append([tuple(sorted(masks)) for masks in partitions.member_masks().tolist()])
    every, once = counted
    assert (set(every), len(once)) == (set(once), len(set(once)))
    assert len(every) > len(once)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(weighed_days())
def test_a_proof_without_mirrored_partitions_proves_the_same_costs(day: Problem):
    day = replace(day, members=(*day.members, replace(day.members[0], id="twin")))
    state = DaySearch(day)
    proved = [
        prove(DaySearch(replace(day, proof=ProofParameters(symmetry=symmetry))), state.initial_plan(), 2.0)
        for symmetry in (False, True)
    ]
    assert [each.proof for each in proved] == ["proved"] * 2
    assert proved[0].plan.costs == proved[1].plan.costs
