"""What is called proved is the best there is: all plans of small days are tried."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.bench.solver.team_days import team_days
from infra.planning.solver_pool import PROOF, SEARCH
from schedulers.parameters import ProofParameters
from schedulers.plan import plan
from schedulers.problem import Budget, Demand, Problem
from schedulers.proof.prove import prove
from schedulers.search.restarts import search
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import TIERS, in_order
from tests.schedulers.days import HOUR, PLACES, member, problem, service, visit, weighed

MOST_SERVICES = 4


def best_of_all(day: Problem) -> tuple[int, ...]:
    """What the best plan costs."""
    return min(each.costs for each in all_plans(DaySearch(day)))


def all_plans(state: DaySearch) -> Iterator[Plan]:
    """Every order with every member or nobody; earliest starts are best where nothing was published or wished."""
    day = state.problem
    for who in product(range(-1, len(day.members)), repeat=len(state.services)):
        placed = {v: c for v, c in enumerate(who) if c >= 0}
        parts = [who[state.first[d] : state.first[d] + len(each.services)] for d, each in enumerate(day.demands)]
        whole = all(set(each) == {-1} or (-1 not in each and len(set(each)) == len(each)) for each in parts)
        if whole and all(state.able[c, v] for v, c in placed.items()):
            decoded_orders = (
                state.decode([(i, v, placed[v]) for i, v in enumerate(order)]) for order in permutations(placed)
            )
            yield from (state.decoded() for fits in decoded_orders if fits)


@st.composite
def small_days(draw):
    team = [
        member(
            f"m{i}",
            draw(st.sampled_from(["gp", "nurse", "nurse"])),
            works=draw(st.sampled_from([((28800, 34200),), ((28800, 32400), (36000, 39600)), ((32400, 36000),)])),
            overtime=draw(st.sampled_from([0, 1800])),
            mode=draw(st.sampled_from(["walk", "e-bike"])),
            start_place=draw(st.integers(0, PLACES - 1)),
        )
        for i in range(draw(st.integers(1, 3)))
    ]
    demands: list[Demand] = []
    services = 0
    while services < draw(st.integers(2, MOST_SERVICES)):
        sync = draw(st.sampled_from(["single", "single", "simultaneous", "sequential"]))
        parts = [
            service(
                draw(st.sampled_from(["gp", "nurse", "nurse"])),
                draw(st.sampled_from([600, 1500, 3000])),
                named=draw(st.sampled_from([None, "m0", "m1", "elsewhere"])),
                preferred=draw(st.sampled_from([(), (), ("m1",), ("m1", "m2")])),
            )
            for _ in range(1 if sync == "single" else draw(st.sampled_from([2, 2, 3])))
        ]
        if services + len(parts) > MOST_SERVICES:
            break
        opens = draw(st.sampled_from([8, 9, 10])) * HOUR
        demands.append(
            visit(
                f"d{len(demands)}",
                *parts,
                sync=sync,
                gap=draw(st.sampled_from([(0, 1200), (900, 5400)])) if sync == "sequential" else (0, 0),
                place=draw(st.integers(0, PLACES - 1)),
                opens=opens,
                closes=opens + draw(st.sampled_from([0, 900, 7200])),
                priority=draw(st.integers(1, 4)),
                not_with=draw(st.sampled_from([(), (), ("m0",)])),
            )
        )
        services += len(parts)
    pairs = st.sampled_from([(), (), *(((one.id, other.id),) for one, other in pairwise(team))])
    day = problem(team, demands, iterations=draw(st.sampled_from([1, 400])), deterministic=5.0)
    return replace(day, apart=draw(pairs))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(small_days())
def test_what_is_proved_is_the_best_of_all_plans(day: Problem):
    roster = plan(day)
    assert roster.proof == "proved"
    assert roster.costs == best_of_all(day)


@st.composite
def weighed_days(draw):
    """Small days under the order of the packs, with limits that bite."""
    return weighed(
        draw(small_days()),
        urgent_from=draw(st.sampled_from([2, 4, 9])),
        late=draw(st.sampled_from([0, 300, 1200])),
        overtime=draw(st.sampled_from([0, 600])),
        imbalance=draw(st.sampled_from([0, 600, 1500])),
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(weighed_days())
def test_what_is_proved_under_the_order_of_the_packs_is_the_best_of_all_plans(day: Problem):
    roster = plan(day)
    assert roster.proof == "proved"
    assert in_order(roster.costs, day.tiers) == min(
        in_order(each.costs, day.tiers) for each in all_plans(DaySearch(day))
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(weighed_days())
def test_what_is_proved_with_the_work_of_an_evening_is_the_best_of_all_plans(day: Problem):
    roster = plan(replace(day, proof=PROOF, search=SEARCH))
    assert roster.proof == "proved"
    assert in_order(roster.costs, day.tiers) == min(
        in_order(each.costs, day.tiers) for each in all_plans(DaySearch(day))
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(weighed_days())
def test_a_proof_that_gives_up_early_still_proves_the_visits_left_out_and_bounds_the_rest(day: Problem):
    hasty = ProofParameters(gap_slack=1e-9, partition_slack=1e-9, columns_alone=True)
    state = DaySearch(day)
    best = min(in_order(each.costs, day.tiers) for each in all_plans(state))
    proved = prove(DaySearch(replace(day, proof=hasty)), state.initial_plan(), 5.0)
    rank = len(day.order) if proved.bound_tier is None else day.order.index(proved.bound_tier)
    assert in_order(proved.plan.costs, day.tiers)[: max(1, rank)] == best[: max(1, rank)]
    assert proved.bound is None or proved.bound <= best[rank]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(weighed_days())
def test_a_bound_under_the_order_of_the_packs_is_never_above_what_some_plan_costs(day: Problem):
    state = DaySearch(day)
    best = min(in_order(each.costs, day.tiers) for each in all_plans(state))
    proved = prove(state, state.initial_plan(), 1e-3)
    rank = len(day.order) if proved.bound_tier is None else day.order.index(proved.bound_tier)
    assert in_order(proved.plan.costs, day.tiers)[:rank] == best[:rank]
    if proved.bound is not None:
        assert proved.bound <= best[rank]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_days())
def test_a_bound_is_never_above_what_some_plan_costs(day: Problem):
    state, best = DaySearch(day), best_of_all(day)
    proved = prove(state, state.initial_plan(), 1e-3)
    assert proved.plan.costs >= best
    tier = len(TIERS) if proved.bound_tier is None else TIERS.index(proved.bound_tier)
    assert proved.plan.costs[:tier] == best[:tier]
    if proved.bound is not None:
        assert proved.bound <= best[tier]


def town_day() -> Problem:
    return list(team_days(3, 1, Budget(iterations=20_000)))[2]


def worsened(state: DaySearch, best: Plan) -> list[Plan]:
    """Plans that are worse in the first tier, or in one below it."""
    parts = [(each.start, each.service, each.member) for each in best.placed]
    plans = []
    for gone in range(len(state.problem.demands)):
        mine = range(state.first[gone], state.first[gone] + len(state.problem.demands[gone].services))
        if state.decode([each for each in parts if each[1] not in mine], 3):
            plans.append(state.decoded())
    for at, (start, v, c) in enumerate(parts):
        for other in range(state.day.k):
            moved = [*parts[:at], (start, v, other), *parts[at + 1 :]]
            if other != c and state.able[other, v] and state.decode(moved):
                plans.append(state.decoded())
    return [each for each in plans if each.costs > best.costs]


def test_a_plan_that_was_made_worse_is_never_proved():
    state = DaySearch(town_day())
    proved = prove(state, state.left_shift(search(state, state.initial_plan())), 5.0)
    assert proved.proof == "proved"
    worse = {each.costs: each for each in worsened(state, proved.plan)}
    assert len(worse) > 10
    for each in list(worse.values())[::8]:
        again = prove(state, each, 0.05)
        assert again.plan.costs == proved.plan.costs or again.proof == "within"


def test_a_proof_reports_rising_bounds_and_falling_costs():
    reported: list[tuple[int, int, int]] = []
    roster = plan(
        replace(town_day(), budget=Budget(iterations=2000, deterministic=5.0)), lambda *each: reported.append(each)
    )
    assert roster.proof == "proved"
    for tier in {tier for tier, _, _ in reported}:
        mine = [(cost, bound) for at, cost, bound in reported if at == tier]
        assert mine == sorted(mine, key=lambda each: (-each[0], each[1]))
        assert all(bound <= cost for cost, bound in mine)
        assert mine[-1] == (roster.costs[tier], roster.costs[tier])


@pytest.mark.parametrize("seed", [1, 2])
def test_days_of_the_bench_are_the_same_however_many_there_are(seed: int):
    assert list(team_days(2, seed)) == list(team_days(5, seed))[:2]
    assert [each.team_id for each in team_days(2, seed)] == ["D000", "D001"]
