"""Nobody works from early to late without a rest."""

from schedulers.problem import Budget
from tests.leader import worlds
from tests.leader.worlds import at
from tests.rules import holds

QUICK = Budget(iterations=20_000)


@holds("A11.33")
def test_a_day_from_seven_to_seven_has_a_rest_in_which_nothing_is_planned(tmp_path):
    world = worlds.no_rest(tmp_path)
    roster = world.plan(budget=QUICK)
    works = {each.id: each.works for each in world.problem().members}["n1"]
    assert works == ((7 * 3600, 13 * 3600), (13 * 3600 + 1800, 19 * 3600))
    assert {slot.member_id for slot in roster.slots} == {"n1"}
    show = ("roster", "show", "t1", "2026-03-10")
    assert "n1 rests 13:00–13:30." in world.command_line(*show).output
    assert "n1：13:00–13:30 休息。" in world.command_line(*show, "--language", "zh").output
    for slot in roster.slots:
        assert slot.ends_at <= at("13:00") or slot.starts_at >= at("13:30")
