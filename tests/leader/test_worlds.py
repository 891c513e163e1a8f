"""The small worlds of the leader's day can be planned: what the other tests of this folder begin with."""

from tests.leader import worlds


def test_three_visits_of_one_nurse_are_placed_the_evening_before(tmp_path):
    roster = worlds.overrun(tmp_path).plan()
    assert {(slot.visit_id, slot.member_id) for slot in roster.slots} == {("V1", "n1"), ("V2", "n1"), ("V3", "n1")}
    assert not roster.unplaced
