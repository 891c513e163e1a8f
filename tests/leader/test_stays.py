"""Several services at one address are one stay: one entry of the roster."""

import json
from datetime import timedelta

from domain.decider import TeamDay
from domain.visit.commands import StartVisit
from infra.planning.replan_day import replan_day
from schedulers.problem import Budget
from tests.leader import worlds
from tests.leader.worlds import TUESDAY, at

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


def test_a_second_stay_in_a_home_is_shown(tmp_path):
    world = worlds.one_address(tmp_path)
    world.plan(budget=QUICK)
    first = min(world.published().slots, key=lambda slot: slot.starts_at)
    world.visit("V4", 2 if first.visit_id == "V2" else 1, minutes=15, now=at("07:00"))
    with world.open(at("07:05")) as system:
        assert replan_day(system, TeamDay("t1", TUESDAY)).moves == ()
    shown = world.command_line("roster", "show", "t1", "2026-03-10", "--language", "en", now="2026-03-10T07:06").output
    assert "n1 comes back to the home of Resident 2: V2 08:04 and V4 09:10." in shown


def test_two_services_under_way_in_one_home_take_the_time_of_both(tmp_path):
    world = worlds.one_address(tmp_path)
    world.plan(budget=QUICK)
    begun = at("08:05")
    world.give(*(StartVisit(visit_id=name, entered_at=begun) for name in ("V1", "V3")), now=begun)
    with world.open(at("08:06")) as system:
        replan_day(system, TeamDay("t1", TUESDAY))
    slots = {slot.visit_id: slot for slot in world.published().slots}
    assert max(slots[name].ends_at for name in ("V1", "V3")) == at("08:35")
    assert slots["V2"].starts_at >= at("08:35") + timedelta(seconds=slots["V2"].travel_seconds)
