"""One person is in one home: members start and leave each for themselves, and a swap can be recorded."""

from datetime import date
from pathlib import Path

import pytest

from domain.decider import Refused, TeamDay
from domain.resident.commands import JoinHousehold
from domain.visit.commands import CompleteVisit, MissVisit, RecordPartnerAbsent, StartVisit
from projections.visit_days import VisitsOn, visits_on
from tests.leader import worlds
from tests.leader.worlds import EVENING, TUESDAY, World, at


def start(visit_id: str, time: str, member_id: str | None = None) -> StartVisit:
    return StartVisit(visit_id=visit_id, entered_at=at(time), member_id=member_id)


def leave(visit_id: str, time: str, member_id: str | None = None) -> CompleteVisit:
    return CompleteVisit(visit_id=visit_id, left_at=at(time), member_id=member_id)


def refused(world: World, command: object, time: str) -> Refused:
    with pytest.raises(Refused) as refusal:
        world.give(command, now=at(time))
    return refusal.value


def status(world: World, visit_id: str) -> str:
    with world.open() as system:
        rows = visits_on(VisitsOn(team_id="t1", day=TUESDAY), system.rows)
    return str(next(row["status"] for row in rows if row["visit_id"] == visit_id))


@pytest.fixture
def three(tmp_path: Path) -> World:
    """Three visits that are planned for n1 alone, at 8:04, 8:38 and 9:12."""
    world = worlds.overrun(tmp_path)
    world.plan()
    return world


def test_a_member_who_is_in_a_home_does_not_enter_another(three):
    three.give(start("V3", "08:10"), now=at("08:10"))
    for time in ("08:10", "08:05", "08:30"):
        refusal = refused(three, start("V1", time), "08:40")
        assert (refusal.rule, refusal.values["held_by"]) == ("member-in-another-home", "visit-V3")
        assert (refusal.values["claimed"], refusal.values["holder"]) == ("n1", "V3")
    words = ("visit", "start", "V1", "--entered-at", "2026-03-10T08:10")
    said = [three.command_line(*words, "--language", language, now="2026-03-10T08:40") for language in ("en", "zh")]
    assert [result.exit_code for result in said] == [2, 2]
    assert "n1 is at visit V3 then" in said[0].output
    assert "n1 此时在上门 V3 的家中" in said[1].output
    assert status(three, "V1") == "assigned"


def test_a_member_who_has_left_enters_the_next_home_at_that_moment(three):
    three.give(start("V3", "08:05"), leave("V3", "08:35"), start("V1", "08:35"), now=at("09:00"))
    assert status(three, "V1") == "started"


def test_the_times_of_one_member_in_two_homes_do_not_overlap_whatever_order_they_are_recorded_in(three):
    later = [start("V3", "08:05"), leave("V3", "08:35"), start("V1", "08:40"), leave("V1", "09:10")]
    three.give(*later, now=at("09:30"))
    assert refused(three, start("V2", "08:20"), "09:30").values["held_by"] == "visit-V3"
    assert refused(three, start("V2", "08:50"), "09:30").values["held_by"] == "visit-V1"
    three.give(start("V2", "08:35"), now=at("09:30"))
    assert refused(three, leave("V2", "08:45"), "09:30").values["held_by"] == "visit-V1"
    three.give(leave("V2", "08:40"), now=at("09:30"))
    assert status(three, "V2") == "completed"


def test_a_member_makes_several_visits_in_one_stay_at_a_home(tmp_path):
    world = worlds.one_address(tmp_path)
    world.plan()
    world.give(start("V3", "08:05"), start("V1", "08:05"), now=at("08:06"))
    assert refused(world, start("V2", "08:10"), "08:10").values["held_by"] in {"visit-V1", "visit-V3"}
    world.give(leave("V3", "08:20"), now=at("08:36"))
    assert refused(world, start("V2", "08:25"), "08:36").values["held_by"] == "visit-V1"
    world.give(leave("V1", "08:35"), start("V2", "08:35"), now=at("08:40"))
    assert [status(world, visit_id) for visit_id in ("V1", "V2", "V3")] == ["completed", "started", "completed"]
    assert refused(world, leave("V2", "08:30"), "08:40").rule == "left-before-entered"


def test_the_visits_of_one_household_are_in_one_home(tmp_path):
    world = worlds.one_address(tmp_path)
    since = date(2020, 1, 1)
    world.give(JoinHousehold(resident_id="r1", household_id="h1", relation="head", since=since))
    world.give(JoinHousehold(resident_id="r2", household_id="h1", relation="spouse", since=since))
    world.visit("V4", 1, now=EVENING)
    world.visit("V5", 2, now=EVENING)
    world.plan()
    world.give(start("V4", "08:05"), start("V5", "08:05"), now=at("08:06"))
    assert status(world, "V5") == "started"


def test_two_members_swap_their_visits(tmp_path):
    world = worlds.named(tmp_path)
    world.plan()
    by_member = {slot.member_id: slot.visit_id for slot in reversed(world.published().slots)}
    world.give(start(by_member["n1"], "08:10", "n2"), start(by_member["n2"], "08:10", "n1"), now=at("08:15"))
    assert refused(world, start(by_member["n1"], "08:12", "n1"), "08:15").rule == "member-already-entered"
    with world.open() as system:
        rows = {row["visit_id"]: row for row in visits_on(VisitsOn(team_id="t1", day=TUESDAY), system.rows)}
    assert rows[by_member["n1"]]["parts"][0]["member_id"] == "n2"


def test_nobody_from_outside_the_team_comes_in_a_members_place(three):
    assert refused(three, start("V3", "08:05", "somebody"), "08:10").rule == "member-not-seated"
    three.give(start("V3", "08:05", "dr"), now=at("08:10"))
    assert status(three, "V3") == "started"


def test_when_the_nurse_leaves_the_doctors_part_is_still_to_come(tmp_path):
    world = worlds.double(tmp_path)
    world.plan()
    nurse, doctor = (slot for slot in sorted(world.published().slots, key=lambda slot: slot.service))
    world.give(start("A", "08:03"), leave("A", "08:18"), now=at("08:18"))
    assert status(world, "A") == "started"
    world.give(start("A", "08:23", doctor.member_id), leave("A", "08:43"), now=at("08:43"))
    with world.open() as system:
        (row,) = visits_on(VisitsOn(team_id="t1", day=TUESDAY), system.rows)
    assert row["status"] == "completed"
    assert [(part["member_id"], part["left_at"][11:16]) for part in row["parts"]] == [
        (nurse.member_id, "00:18"),
        ("dr", "00:43"),
    ]


def test_a_visit_whose_doctor_did_not_come_is_asked_for_again_for_the_doctor_alone(tmp_path):
    world = worlds.double(tmp_path)
    world.plan()
    absent = RecordPartnerAbsent(visit_id="A", member_id="dr")
    world.give(start("A", "08:03"), leave("A", "08:18"), absent, now=at("09:30"))
    with world.open() as system:
        (row,) = system.rows.ask("SELECT status, needs, sync, window_from FROM visits_v1 WHERE visit_id = 'A'")
    assert (row["status"], row["sync"], row["window_from"]) == ("requested", "single", "2026-03-11")
    assert '"gp"' in str(row["needs"])
    assert '"nurse"' not in str(row["needs"])


@pytest.mark.parametrize(
    "commands",
    [
        [start("V3", "08:05")],
        [start("V3", "08:05"), leave("V3", "08:30")],
        [MissVisit(visit_id="V3", reason="nobody-home")],
    ],
    ids=["started", "left", "nobody home"],
)
def test_what_happens_touches_its_day(three, commands):
    *before, last = commands
    three.give(*before, now=at("08:40"))
    with three.open(at("08:41")) as system:
        wanted = system.store.requested_position(TeamDay("t1", TUESDAY))
        system.execute(last, actor="leader")
        assert system.store.requested_position(TeamDay("t1", TUESDAY)) > wanted
