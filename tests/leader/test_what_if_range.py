"""A leader asks what a range of days would have been with one more nurse."""

import json

import pytest
from click.testing import Result

from tests.leader import worlds


@pytest.fixture(scope="module")
def over(tmp_path_factory):
    """A day with eight visits was planned; it is over."""
    world = worlds.balance(tmp_path_factory.mktemp("balance"))
    world.plan()
    return world


def what_if(world: worlds.World, *more: str) -> Result:
    return world.command_line(
        *("roster", "what-if", "t1", "2026-03-09", "--until", "2026-03-11", "--add", "nurse", *more),
        now="2026-03-12T08:00",
    )


def test_the_answer_has_each_day_the_sums_and_what_would_differ(over):
    answer = json.loads(what_if(over, "--json").stdout)
    assert [(each["day"], each["present"]["visits"], each["stored"]) for each in answer["days"]] == [
        ("2026-03-10", 8, True)
    ]
    assert answer["without_roster"] == ["2026-03-09", "2026-03-11"]
    for sums in ("present", "other"):
        assert answer[sums]["service_seconds"] == 8 * 30 * 60
    costs = answer["difference"]["costs"]
    assert costs == {tier: answer["other"]["costs"][tier] - answer["present"]["costs"][tier] for tier in costs}


def test_people_read_a_row_for_each_day_and_all_days_in_their_language(over):
    assert "sum of all days" in what_if(over).output
    chinese = what_if(over, "--language", "zh").output
    assert "合计" in chinese
    assert "没有排班表的日期：2026-03-09, 2026-03-11。" in chinese


def test_a_range_takes_no_revision_and_does_not_end_before_it_begins(over):
    assert what_if(over, "--revision", "1").exit_code == 2
    backwards = over.command_line(
        "roster", "what-if", "t1", "2026-03-09", "--until", "2026-03-08", now="2026-03-12T08:00"
    )
    assert (backwards.exit_code, "range-ends-before-it-begins" in backwards.stderr) == (2, True)
