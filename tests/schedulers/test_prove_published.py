"""A published roster is proved later, and stays as it is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from schedulers.check import RosterRejected, costs
from schedulers.counterfactual import evaluate
from schedulers.plan import plan
from schedulers.problem import Pin
from schedulers.prove_published import prove_published
from schedulers.tiers import TIERS
from tests.schedulers.days import HOUR, member, problem, visit
from tests.schedulers.test_plan import problems

CREW = (member("ann"), member("bea", start_place=8, end_place=8))
DAY = problem(CREW, tuple(visit(f"v{n}", place=n) for n in (1, 3, 5, 7)))
TRAVEL = TIERS.index("travel")


def test_a_roster_that_the_search_found_is_proved_later():
    live = plan(DAY)
    proved = prove_published(DAY, live, 5.0)
    assert (live.proof, proved.proof, proved.bound_tier, proved.bound) == ("unknown", "proved", None, None)


def test_the_bound_of_a_published_roster_that_is_not_the_best_is_the_cost_of_the_best_in_the_first_tier_that_differs():
    best = plan(replace(DAY, budget=replace(DAY.budget, deterministic=5.0)))
    places: dict[str, tuple[Pin, ...]] = {"v7": (Pin(member_id="ann", start=9 * HOUR),)}
    for n in (1, 3, 5):
        places[f"v{n}"] = (Pin(member_id="bea", start=(8 + n) * HOUR),)
    far = evaluate(DAY, places)
    proved = prove_published(DAY, far, 5.0)
    assert (proved.proof, proved.bound_tier, proved.bound) == ("within", "travel", best.costs[TRAVEL])
    assert best.costs[TRAVEL] < far.costs[TRAVEL]


def test_with_little_work_a_bound_is_all_that_is_known():
    hours = [(8 + n % 4) * HOUR for n in range(14)]
    many = problem(CREW, tuple(visit(f"v{n}", place=n % 9, opens=at, closes=at) for n, at in enumerate(hours)))
    proved = prove_published(many, plan(many), 1e-3)
    assert (proved.proof, proved.bound_tier) == ("within", "tardiness")


def test_nothing_is_said_of_a_roster_that_breaks_a_rule():
    wrong = evaluate(DAY, {f"v{n}": (Pin(member_id="ann", start=9 * HOUR),) for n in (1, 3, 5, 7)})
    with pytest.raises(RosterRejected):
        prove_published(DAY, wrong, 1.0)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(problems())
def test_what_is_known_of_a_random_day_holds_and_is_found_again(day):
    live = plan(day)
    proved = prove_published(day, live, 0.5)
    assert proved == prove_published(day, live, 0.5)
    again = plan(replace(day, budget=replace(day.budget, deterministic=0.5)))
    if proved.proof == "proved":
        assert live.costs <= again.costs
    if proved.bound_tier is not None and proved.bound is not None:
        tier = TIERS.index(proved.bound_tier)
        assert proved.bound <= costs(day, live)[tier]
        if again.costs[:tier] == live.costs[:tier]:
            assert proved.bound <= again.costs[tier]
