"""A pack says what outweighs what in a roster, and from where on lateness and imbalance are serious."""

from dataclasses import replace

import pytest

from domain.planning.weights import CostLimits, call_costs, cost_limits, most_imbalance, tier_order, urgent_limits
from domain.policy_pack import pack_of
from domain.policy_pack.pack import COST_TIERS, weight_faults
from tests.rules import holds

PACK = pack_of("SZ-2018")


@holds("A11.9")
def test_urgent_lateness_outweighs_a_published_plan_and_that_the_named_member_and_that_the_other_lateness():
    assert tier_order(PACK) == COST_TIERS
    assert COST_TIERS[:5] == ("unplaced", "urgent", "disruption", "continuity", "tardiness")
    assert COST_TIERS[5:] == ("imbalance", "travel", "fairness", "wish")


@holds("A11.9")
def test_lateness_is_urgent_from_priority_8_on_or_beyond_half_an_hour():
    assert urgent_limits(PACK) == (8, 1800, 1800)
    other = replace(PACK, urgent_priority=9, urgent_late_minutes=20, urgent_overtime_minutes=10)
    assert urgent_limits(other) == (9, 1200, 600)


@holds("A11.11")
def test_a_call_to_a_resident_weighs_half_an_hour_and_is_due_beyond_half_an_hour():
    assert call_costs(PACK) == (30, 1800)
    assert call_costs(replace(PACK, call_minutes=45, notice_minutes=20)) == (45, 1200)


@holds("A11.13")
def test_two_hours_of_visits_more_than_another_are_out_of_balance():
    assert most_imbalance(PACK) == 2 * 60 * 60
    assert most_imbalance(replace(PACK, imbalance_minutes=60)) == 60 * 60


def test_the_limits_of_a_roster_are_those_of_its_pack():
    limits = CostLimits(urgent_from=8, late=1800, overtime=1800, imbalance=7200)
    assert cost_limits(PACK) == limits
    assert cost_limits(replace(PACK, imbalance_minutes=0)) == replace(limits, imbalance=0)


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        ("unplaced", "urgent", "tier_order names each tier once, unplaced first"),
        ("urgent", "tardiness", "tier_order has urgent above tardiness"),
        ("tardiness", "travel", "tier_order has tardiness above travel"),
        ("imbalance", "fairness", "tier_order has imbalance above fairness"),
    ],
)
def test_an_order_puts_what_is_left_out_first_and_a_serious_part_above_the_rest(first, second, fault):
    swapped = {first: second, second: first}
    assert fault in list(weight_faults(replace(PACK, tier_order=tuple(swapped.get(t, t) for t in COST_TIERS))))


@pytest.mark.parametrize("order", [COST_TIERS[1:], (*COST_TIERS, "wish"), ()])
def test_an_order_names_each_tier_once(order):
    assert list(weight_faults(replace(PACK, tier_order=order))) == ["tier_order names each tier once, unplaced first"]


def test_no_number_is_a_fault_and_a_priority_of_10_makes_none_urgent():
    assert list(weight_faults(PACK)) == []
    assert list(weight_faults(replace(PACK, urgent_priority=10))) == []
    assert list(weight_faults(replace(PACK, urgent_priority=11))) != []
