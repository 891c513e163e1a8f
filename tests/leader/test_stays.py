"""Several services at one address are one stay: one entry of the roster."""

import json

from schedulers.problem import Budget
from tests.leader import worlds

QUICK = Budget(iterations=20_000)
LATER = "2026-03-09T20:05"


def test_visits_to_one_home_are_one_entry_of_the_roster(tmp_path):
    world = worlds.one_address(tmp_path)
    world.plan(budget=QUICK)
    shown = world.command_line("roster", "show", "t1", "2026-03-10", now=LATER).output
    (entry,) = [line for line in shown.splitlines() if "V1" in line]
    assert "V3" in entry
    listed = json.loads(world.command_line("roster", "show", "t1", "2026-03-10", "--json", now=LATER).output)
    stays = {slot["visit_id"]: slot["stay"] for slot in listed["slots"]}
    assert stays["V1"] == stays["V3"] != stays["V2"]
