"""The leader's screen of the day: planned, forecast and done side by side, late ones first, with whom to call."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.visit.commands import CompleteVisit, MissVisit, StartVisit
from tests.leader import worlds
from tests.leader.worlds import World, at

WEDNESDAY = date(2026, 3, 11)


def start(visit_id: str, time: str, member_id: str | None = None) -> StartVisit:
    return StartVisit(visit_id=visit_id, entered_at=at(time), member_id=member_id)


def leave(visit_id: str, time: str) -> CompleteVisit:
    return CompleteVisit(visit_id=visit_id, left_at=at(time))


def day_of(world: World, time: str, *words: str) -> str:
    result = world.command_line("roster", "day", "t1", "2026-03-10", *words, now=f"2026-03-10T{time}")
    assert result.exit_code == 0, result.output
    return result.output


def visits_at(world: World, time: str) -> dict[str, Any]:
    return {visit["visit_id"]: visit for visit in json.loads(day_of(world, time, "--json"))["visits"]}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three visits that are planned for n1 alone: V3 at 8:04, V1 at 8:38 and V2 at 9:12."""
    world = worlds.overrun(tmp_path_factory.mktemp("overrun") / "data")
    world.plan()
    return world


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    return template.copied(tmp_path / "data")


def test_what_an_overrun_makes_late_stands_first_with_the_phone_to_call(world):
    world.give(start("V3", "08:05"), now=at("08:05"))
    visits = visits_at(world, "09:20")
    assert list(visits) == ["V1", "V2", "V3"]
    assert (visits["V1"]["late"], visits["V1"]["phone"]) == (True, "13800000001")
    assert visits["V1"]["minutes_late"] >= 60
    assert (visits["V3"]["phone"], visits["V3"]["parts"][0]["left_at"]) == (None, None)
    assert visits["V3"]["parts"][0]["ends_at"] == "2026-03-10T01:35:00Z"
    text = day_of(world, "09:20")
    assert "expected 09:39, 61 min late · call 13800000001" in text
    assert "预计 09:39 到，晚 61 分钟 · 联系电话 13800000001" in day_of(world, "09:20", "--language", "zh")


def test_a_visit_that_was_moved_because_it_was_late_stays_late(world):
    world.give(start("V3", "08:05"), now=at("08:05"))
    world.give(leave("V3", "09:30"), now=at("09:30"))
    world.command_line("roster", "replan", "t1", "2026-03-10", now="2026-03-10T09:31")
    visits = visits_at(world, "09:32")
    assert visits["V1"]["parts"][0]["planned_starts_at"] == "2026-03-10T00:38:48Z"
    assert visits["V1"]["late"]
    assert visits["V2"]["late"]


def test_a_day_on_which_all_goes_as_planned_is_in_the_order_of_its_hours(world):
    world.give(start("V3", "08:05"), leave("V3", "08:34"), now=at("08:34"))
    visits = visits_at(world, "08:35")
    assert list(visits) == ["V3", "V1", "V2"]
    assert not any(visit["late"] for visit in visits.values())
    assert visits["V3"]["parts"][0]["left_at"] == "2026-03-10T00:34:00Z"


def test_a_visit_that_nobody_began_in_time_is_late_though_nothing_else_is_recorded(world):
    assert visits_at(world, "08:20")["V3"]["late"]


def test_a_visit_to_come_lasts_as_long_as_such_visits_usually_did(world, monkeypatch):
    lengths = [[2700, 2700, 2700], []]
    monkeypatch.setattr("infra.planning.today.day_forecast.lengths_of", lambda *_: lengths)
    (part,) = visits_at(world, "07:00")["V3"]["parts"]
    assert (part["starts_at"][14:16], part["ends_at"][14:16]) == ("04", "49")


def test_a_visit_far_shorter_than_planned_is_flagged(world):
    world.give(start("V3", "08:05"), leave("V3", "08:07"), now=at("08:07"))
    visit = visits_at(world, "08:08")["V3"]
    assert (visit["short"], visit["far_shorter"]) == (True, True)
    assert "far shorter than planned" in day_of(world, "08:08")


def test_who_records_a_visit_far_shorter_than_planned_is_warned(world):
    world.give(start("V3", "08:05"), now=at("08:05"))
    left = ("visit", "complete", "V3", "--left-at", "2026-03-10T08:07")
    result = world.command_line(*left, now="2026-03-10T08:07")
    assert result.exit_code == 0
    assert "Visit V3 lasted 2 minutes, far less than planned." in result.output


def test_when_the_days_work_is_over_each_visit_that_was_not_closed_is_listed(world):
    world.give(start("V3", "08:05"), leave("V3", "08:35"), start("V1", "08:40"), now=at("08:40"))
    visits = visits_at(world, "17:00")
    assert {name: visit["unclosed"] for name, visit in visits.items()} == {
        "V1": "never-left",
        "V2": "never-started",
        "V3": None,
    }
    assert {visit["unclosed"] for visit in visits_at(world, "16:59").values()} == {None}
    assert "nobody is recorded as having left the home of visit V1" in day_of(world, "17:00")


def test_after_midnight_the_list_still_names_them_and_what_was_never_begun_is_asked_for_again(world):
    world.give(start("V3", "08:05"), now=at("08:05"))
    with world.open(at("00:10", WEDNESDAY)) as system:
        system.settle(system.now())
        rows = system.rows.ask("SELECT visit_id, status FROM visits_v1 ORDER BY visit_id")
    assert {row["visit_id"]: row["status"] for row in rows} == {"V1": "requested", "V2": "requested", "V3": "started"}
    shown = world.command_line("roster", "day", "t1", "2026-03-10", "--json", now="2026-03-11T00:10")
    unclosed = {visit["visit_id"]: visit["unclosed"] for visit in json.loads(shown.output)["visits"]}
    assert unclosed == {"V1": "never-started", "V2": "never-started", "V3": "never-left"}


def test_nobody_at_home_is_shown_with_its_reason(world):
    world.give(MissVisit(visit_id="V3", reason="nobody-home"), now=at("08:10"))
    visit = visits_at(world, "08:11")["V3"]
    assert (visit["status"], visit["reason"], visit["unclosed"]) == ("missed", "nobody-home", None)


def test_an_hour_after_a_home_should_have_been_left_the_leader_is_alarmed(world):
    world.give(start("V3", "08:05"), now=at("08:05"))
    for time, alarm in (("09:34", False), ("09:35", True)):
        with world.open(at(time)) as system:
            system.settle(system.now())
        assert visits_at(world, time)["V3"]["alarm"] == alarm
    assert next(iter(visits_at(world, "09:35"))) == "V3"
    assert "NOBODY HAS LEFT since 08:05" in day_of(world, "09:35")
    world.give(leave("V3", "09:40"), now=at("09:40"))
    assert not visits_at(world, "09:41")["V3"]["alarm"]


def test_the_status_of_the_system_lists_alarms_in_both_languages_and_is_fine_with_them(world):
    world.give(start("V3", "08:05"), now=at("08:05"))

    def status(time: str, *options: str) -> Any:
        return world.command_line("streams", "status", "--older-than", "86400", *options, now=f"2026-03-10T{time}")

    assert "V3" not in status("09:34").output
    english, chinese = status("09:35", "--check"), status("09:35", "--check", "--language", "zh")
    assert "! Nobody has left the home of visit V3: n1 of team t1 entered at 2026-03-10 08:05, " in english.output
    assert "! 上门服务 V3 至今无人离开：团队 t1 的 n1 于 2026-03-10 08:05 入户" in chinese.output
    assert (english.exit_code, chinese.exit_code) == (0, 0)
    (alarm,) = json.loads(status("09:35", "--json").output)["alarms"]
    assert (alarm["visit_id"], alarm["member_ids"], alarm["alarm_at"]) == ("V3", ["n1"], "2026-03-10T01:35:00Z")
    world.give(leave("V3", "09:40"), now=at("09:40"))
    assert json.loads(status("09:41", "--json").output)["alarms"] == []


def test_only_the_end_of_a_part_under_way_is_a_forecast_on_the_roster(tmp_path):
    world = worlds.double(tmp_path)
    world.plan()
    show = ("roster", "show", "t1", "2026-03-10", "--json")

    def forecasts(time: str) -> list[bool]:
        document = json.loads(world.command_line(*show, now=f"2026-03-10T{time}").output)
        return [slot["ends_by_forecast"] for slot in sorted(document["slots"], key=lambda slot: slot["service"])]

    world.give(start("A", "08:03"), now=at("08:03"))
    assert forecasts("08:04") == [True, False]
    world.give(leave("A", "08:18"), now=at("08:18"))
    assert forecasts("08:20") == [False, False]


def test_a_team_that_is_not_there_has_no_day(world):
    result = world.command_line("roster", "day", "nobody", "2026-03-10", now="2026-03-10T08:00")
    assert result.exit_code == 2
    assert "[team-not-formed]" in result.output


def test_the_roster_marks_what_is_late_behind_its_plan_and_an_end_that_is_a_forecast(world):
    world.give(start("V3", "08:05"), now=at("08:05"))
    world.command_line("roster", "replan", "t1", "2026-03-10", now="2026-03-10T09:20")
    shown = json.loads(
        world.command_line("roster", "show", "t1", "2026-03-10", "--json", now="2026-03-10T09:20").output
    )
    slots = {slot["visit_id"]: slot for slot in shown["slots"]}
    assert {name: slot["ends_by_forecast"] for name, slot in slots.items()} == {"V1": False, "V2": False, "V3": True}
    assert (slots["V1"]["minutes_late"], slots["V2"]["minutes_late"], slots["V3"]["minutes_late"]) == (61, 61, 0)
