"""Who must be told what: residents whose visit moved, changed hands or is not made, and nobody else."""

import json
from datetime import date

import pytest

from domain.decider import Refused, TeamDay
from domain.resident.commands import ChooseChannel, CorrectPersonalDetails, GiveConsent, Personal
from domain.team.commands import RecordAbsence
from domain.visit.commands import CancelVisit, StartVisit
from infra.planning.moment.notices import DayNotices, due_notices, record_notice
from infra.planning.replan_day import replan_day
from tests.infra.cli.desk import Desk
from tests.leader import worlds
from tests.leader.worlds import HOMES, TUESDAY, World, at, identity_number

DAY = TeamDay("t1", TUESDAY)


def consent(number: int) -> GiveConsent:
    return GiveConsent(resident_id=f"r{number}", kind="visit-notices", given_on=date(2026, 3, 1))


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """n2, who had all three visits, is ill from 8:55; the second visit goes to n1, the third is cancelled."""
    world = worlds.three_visits(tmp_path_factory.mktemp("three"))
    world.give(consent(1), consent(2), ChooseChannel(resident_id="r2", channel="message"), now=at("06:00"))
    world.plan(now=at("06:30"))
    world.give(
        CancelVisit(visit_id="V3", reason="no-longer-needed"),
        RecordAbsence(
            team_id="t1",
            absence_id="a",
            member_id=world.published().slots[0].member_id,
            starts_at=at("07:00"),
            ends_at=at("17:00"),
            reason="ill",
        ),
        now=at("06:40"),
    )
    with world.open(at("06:41")) as system:
        replan_day(system, DAY)
    return world


def notices(world: World, since: int = 1) -> DayNotices:
    with world.open() as system:
        return due_notices(system, DAY, since)


def test_those_whose_visit_changed_are_told_by_their_channel_and_nobody_without_consent_is_called(changed):
    due = {each.visit_id: each for each in notices(changed).notices}
    assert {name: (each.kind, each.channel, each.permission, each.phone) for name, each in due.items()} == {
        "V1": (due["V1"].kind, "call", "allowed", "13800000001"),
        "V2": (due["V2"].kind, "message", "allowed", "13800000002"),
        "V3": ("cancelled", "call", "no-consent", None),
    }
    for each in (due["V1"], due["V2"]):
        assert each.kind in {"new-time", "other-member"}
        assert each.known.member_ids != each.now.member_ids
    assert notices(changed, since=2).notices == ()


def test_who_was_told_is_not_listed_again(changed):
    changed.moment = at("06:45")
    with changed.open() as system:
        record_notice(system, DAY, "V3", "dr", None, "dr")
        record_notice(system, DAY, "V2", "dr", None, "dr")
        kept = system.rows.ask("SELECT visit_id, channel, notified_by, notified_at FROM notices_v1 ORDER BY visit_id")
        assert record_notice(system, DAY, "V2", "dr", None, "dr").events == ()
    assert kept == [
        {"visit_id": "V2", "channel": "message", "notified_by": "dr", "notified_at": "2026-03-09T22:45:00Z"},
        {"visit_id": "V3", "channel": "in-person", "notified_by": "dr", "notified_at": "2026-03-09T22:45:00Z"},
    ]
    assert [each.visit_id for each in notices(changed).notices] == ["V1"]


def test_a_call_to_the_family_has_their_phone(changed):
    x, y = HOMES[0]
    home = Personal(
        name="Resident 1",
        phone="13800000001",
        identity_number=identity_number(1),
        address="Lane 1",
        born_on=date(1940, 1, 1),
        home_x=x,
        home_y=y,
        family_name="Ming",
        family_phone="13900000009",
    )
    changed.give(
        CorrectPersonalDetails(resident_id="r1", personal=home),
        ChooseChannel(resident_id="r1", channel="family"),
        now=at("06:50"),
    )
    (first,) = (each for each in notices(changed).notices if each.visit_id == "V1")
    assert (first.channel, first.family_name, first.phone) == ("family", "Ming", "13900000009")


def test_a_day_that_was_not_published_and_an_unknown_revision_visit_or_member_are_refused_by_name(changed):
    with changed.open() as system:
        with pytest.raises(Refused, match="revision-unknown"):
            due_notices(system, DAY, since=9)
        with pytest.raises(Refused, match="roster-not-published"):
            due_notices(system, TeamDay("t1", date(2026, 3, 11)))
        with pytest.raises(Refused, match=r"visit-not-on-the-day.*V9"):
            record_notice(system, DAY, "V9", "dr", None, "dr")
        with pytest.raises(Refused, match=r"member-not-seated.*nobody"):
            record_notice(system, DAY, "V1", "nobody", None, "dr")


def test_the_command_line_lists_and_records_notices(changed):
    def run(*words: str) -> str:
        result = Desk(changed.folder)(*words, "--language", "en", now="2026-03-10T06:55")
        assert result.exit_code == 0, result.output
        return result.stdout

    listed = json.loads(run("roster", "notices", "t1", "2026-03-10", "--json"))
    assert [each["visit_id"] for each in listed["notices"]] == ["V1"]
    assert "13900000009" in run("roster", "notices", "t1", "2026-03-10")
    run("roster", "record-notice", "t1", "2026-03-10", "V1", "--by", "dr", "--channel", "family")
    assert "Nobody need be told anything." in run("roster", "notices", "t1", "2026-03-10")
    zh = Desk(changed.folder)("roster", "notices", "t1", "2026-03-10", "--language", "zh", now="2026-03-10T06:55")
    assert "无需通知任何人" in zh.stdout


def test_residents_are_told_of_a_late_start_that_is_forecast(tmp_path):
    world = worlds.overrun(tmp_path)
    order = [slot.visit_id for slot in sorted(world.plan().slots, key=lambda slot: slot.starts_at)]
    world.give(StartVisit(visit_id=order[0], member_id="n1", entered_at=at("08:05")), now=at("08:05"))
    world.moment = at("08:40")
    assert notices(world).notices == ()
    world.moment = at("09:20")
    late = {each.visit_id: each for each in notices(world).notices}
    assert {name: each.kind for name, each in late.items()} == dict.fromkeys(order[1:], "late")
    assert all(each.now.starts_at and each.now.starts_at > at("09:20") for each in late.values())
    with world.open() as system:
        record_notice(system, DAY, order[1], "dr", None, "dr")
    assert [each.visit_id for each in notices(world).notices] == order[2:]
