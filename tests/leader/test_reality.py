"""The day is planned again from what has happened: overruns, early starts, visits under way."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.decider import TeamDay
from domain.local_time import MINUTE
from domain.roster.commands import RosterSlot
from domain.visit.commands import CompleteVisit, RecordPartnerAbsent, StartVisit
from infra.planning.leader.day_board import board_of
from infra.planning.plan_day import LIVE, plan_touched
from infra.planning.published_roster import read_published, verify
from infra.planning.replan_day import replan_day
from schedulers.check import check
from tests.leader import worlds
from tests.leader.worlds import TUESDAY, World, at, in_this_process


def start(visit_id: str, time: str, member_id: str | None = None) -> StartVisit:
    return StartVisit(visit_id=visit_id, entered_at=at(time), member_id=member_id)


def leave(visit_id: str, time: str, member_id: str | None = None) -> CompleteVisit:
    return CompleteVisit(visit_id=visit_id, left_at=at(time), member_id=member_id)


def replanned(world: World, time: str) -> dict[str, RosterSlot]:
    """Plan the day again and return the slots of single visits; the roster keeps every rule."""
    with world.open(at(time)) as system:
        replan_day(system, TeamDay("t1", TUESDAY))
        published = read_published(system.store, TeamDay("t1", TUESDAY))
        assert verify(published).faults == ()
        assert check(published.problem(), published.roster) == ()
    return {slot.visit_id: slot for slot in world.published().slots}


@pytest.fixture
def overrun(tmp_path: Path) -> World:
    """Three visits that are planned for n1 alone, at 8:04, 8:38 and 9:12."""
    world = worlds.overrun(tmp_path)
    world.plan()
    return world


def test_a_visit_that_overran_makes_the_next_ones_late(overrun):
    overrun.give(start("V3", "08:05"), now=at("08:05"))
    overrun.give(leave("V3", "09:30"), now=at("09:30"))
    slots = replanned(overrun, "09:31")
    assert (slots["V3"].starts_at, slots["V3"].ends_at) == (at("08:05"), at("09:30"))
    way = timedelta(seconds=slots["V1"].travel_seconds)
    assert at("09:30") + way <= slots["V1"].starts_at <= at("09:36"), "the nurse goes there at once"
    assert slots["V2"].starts_at >= slots["V1"].ends_at + timedelta(seconds=slots["V2"].travel_seconds)


def test_the_end_of_an_overrun_plans_the_day_again_by_itself(overrun):
    overrun.give(start("V3", "08:05"), now=at("08:05"))
    overrun.give(leave("V3", "09:30"), now=at("09:30"))
    with overrun.open(at("09:31")) as system, in_this_process() as executor:
        plan_touched(system, executor, at("09:31"), LIVE, weeks=False)
    slots = {slot.visit_id: slot for slot in overrun.published().slots}
    assert slots["V1"].starts_at >= at("09:30")


def test_a_visit_under_way_beyond_its_end_blocks_its_member_until_it_can_end(overrun):
    overrun.give(start("V3", "08:05"), now=at("08:05"))
    slots = replanned(overrun, "09:20")
    assert slots["V3"].ends_at == at("09:35"), "a quarter of an hour, as long as no lengths are recorded"
    assert slots["V1"].starts_at >= at("09:35") + timedelta(seconds=slots["V1"].travel_seconds)
    assert slots["V2"].starts_at > slots["V1"].ends_at


def test_a_visit_under_way_ends_after_the_median_rest_of_such_visits(overrun, monkeypatch):
    lengths = [minutes * MINUTE for minutes in (20, 30, 80, 95, 110)]
    monkeypatch.setattr("infra.planning.day_reality.lengths_of", lambda *_: (lengths, lengths))
    overrun.give(start("V3", "08:05"), now=at("08:05"))
    assert replanned(overrun, "09:20")["V3"].ends_at == at("09:40"), "95 minutes is the median of those beyond 75"


def test_a_visit_that_began_early_lies_where_it_is(tmp_path):
    world = worlds.began_early(tmp_path)
    world.plan()
    world.give(start("V1", "08:30"), now=at("08:30"))
    world.visit("U", 2, priority=9, now=at("08:31"))
    world.visit("U2", 3, opens_at=840, closes_at=850, now=at("08:31"))
    slots = replanned(world, "08:32")
    assert (slots["V1"].starts_at, slots["V1"].ends_at) == (at("08:30"), at("09:00"))
    assert slots["U"].starts_at >= at("09:00")
    assert slots["U2"].starts_at == at("14:00")


def test_the_doctor_of_a_double_visit_is_pinned_to_come_after_the_nurse_who_came_late(tmp_path):
    world = worlds.double(tmp_path)
    world.plan()
    world.give(start("A", "08:40"), now=at("08:40"))
    with world.open(at("08:41")) as system:
        (move,) = replan_day(system, TeamDay("t1", TUESDAY)).moves
        assert (move.demand_id, move.cause) == ("A", "move-time-passed")
        assert verify(read_published(system.store, TeamDay("t1", TUESDAY))).faults == ()
    nurse, doctor = sorted(world.published().slots, key=lambda slot: slot.service)
    assert nurse.starts_at == at("08:40")
    assert doctor.starts_at == at("09:00"), "twenty minutes after the nurse"


def test_a_visit_made_by_somebody_else_leaves_the_assigned_nurse_free(tmp_path):
    world = worlds.three_visits(tmp_path)
    world.plan()
    earliest = min(world.published().slots, key=lambda slot: slot.starts_at)
    first, nurse = earliest.visit_id, earliest.member_id
    other = "n2" if nurse == "n1" else "n1"
    world.give(start(first, "08:05", other), now=at("08:05"))
    slots = replanned(world, "08:06")
    assert slots[first].member_id == other
    assert slots[first].starts_at == at("08:05")
    overlapping = [each for each in slots.values() if each.member_id == other and each.starts_at < slots[first].ends_at]
    assert [each.visit_id for each in overlapping] == [first]


def test_what_a_partner_who_did_not_come_was_to_do_has_no_place_in_the_roster(tmp_path):
    world = worlds.double(tmp_path)
    nurse, _ = sorted(world.plan().slots, key=lambda slot: slot.service)
    world.give(start("A", "08:03"), RecordPartnerAbsent(visit_id="A", member_id="dr"), now=at("08:10"))
    assert replanned(world, "08:11")["A"].member_id == nurse.member_id
    assert len(world.published().slots) == 1


def test_a_nurse_who_records_nothing_is_taken_to_keep_the_roster(overrun):
    before = {slot.visit_id: slot.starts_at for slot in overrun.published().slots}
    assert {visit_id: slot.starts_at for visit_id, slot in replanned(overrun, "09:00").items()} == before


def test_what_a_nurse_who_records_has_not_begun_is_still_to_come(overrun):
    overrun.give(start("V3", "08:05"), leave("V3", "08:35"), now=at("08:35"))
    assert replanned(overrun, "09:00")["V1"].starts_at == at("09:00")


def test_the_reason_of_a_move_is_the_visit_that_overran(overrun):
    overrun.give(start("V3", "08:05"), now=at("08:05"))
    overrun.give(leave("V3", "09:30"), now=at("09:30"))
    with overrun.open(at("09:31")) as system:
        moves = replan_day(system, TeamDay("t1", TUESDAY)).moves
    assert {(move.demand_id, move.cause, move.member_id, move.other_id) for move in moves} == {
        ("V1", "move-overrun", "n1", "V3"),
        ("V2", "move-overrun", "n1", "V3"),
    }


def test_a_visit_that_begins_soon_behind_late_ones_names_the_one_before_it_and_not_the_leader(tmp_path):
    world = World(tmp_path, (worlds.DOCTOR, worlds.N1))
    world.residents(3)
    for number in (1, 2, 3):
        world.visit(f"V{number}", number, minutes=10)
    first, second, third = sorted(world.plan().slots, key=lambda slot: slot.starts_at)
    begun = at("08:05")
    late = second.starts_at + timedelta(minutes=2)
    world.give(StartVisit(visit_id=first.visit_id, entered_at=begun), now=begun)
    world.give(CompleteVisit(visit_id=first.visit_id, left_at=begun + timedelta(minutes=5)), now=late)
    with world.open(late) as system:
        moves = {move.demand_id: move for move in replan_day(system, TeamDay("t1", TUESDAY)).moves}
    assert (moves[second.visit_id].cause, moves[second.visit_id].other_id) == ("move-time-passed", None)
    behind = moves[third.visit_id]
    assert (behind.cause, behind.other_id, behind.rule) == (
        "move-beside-moved-visit",
        second.visit_id,
        "time-to-travel",
    )
    assert behind.after[0].start - behind.before[0].start >= MINUTE


def test_an_overrun_that_the_roster_holds_is_no_news_of_the_day(overrun):
    overrun.give(start("V3", "08:05"), now=at("08:05"))
    overrun.give(leave("V3", "09:30"), now=at("09:30"))
    replanned(overrun, "09:31")
    with overrun.open(at("09:32")) as system:
        assert board_of(system, read_published(system.store, TeamDay("t1", TUESDAY))).changes == ()


def test_a_visit_that_did_not_begin_at_its_time_says_that_it_can_no_longer(overrun):
    overrun.give(start("V3", "08:05"), leave("V3", "08:30"), now=at("08:31"))
    with overrun.open(at("10:00")) as system:
        moves = {move.demand_id: move for move in replan_day(system, TeamDay("t1", TUESDAY)).moves}
    assert (moves["V2"].cause, moves["V2"].other_id) == ("move-time-passed", None)
