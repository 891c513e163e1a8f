"""A member's calendar: entries keep their ids, changes raise their sequence, cancelled ones stay."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from domain.local_time import at_local
from domain.visit.commands import AssignVisit, CancelVisit, Need, ReleaseVisit, RequestVisit, Slot
from infra.command_handler import CommandRequest, execute
from infra.edges.phrases import Translator
from infra.feeds.calendar import calendar_of
from infra.feeds.calendar_entries import CalendarEntry, entries_of
from infra.system import System
from tests.small_town import MONDAY, SEVEN, centre, run_commands, signed, town

CHINESE, ENGLISH = Translator("zh"), Translator("en")


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """The small town with a visit that was requested."""
    with town(tmp_path) as opened:
        run_commands(opened, *centre(), *signed(), request())
        yield opened


def request(visit_id: str = "v1") -> RequestVisit:
    return RequestVisit(
        visit_id=visit_id,
        resident_id="li",
        team_id="east",
        contract_id="contract-of-li",
        purpose="home-call",
        needs=(Need(roles=("nurse",), minutes=30),),
        window_from=MONDAY,
        window_to=MONDAY + timedelta(days=4),
    )


def assign(system: System, hour: int, member: str = "nurse-1", visit_id: str = "v1") -> None:
    """Assign a visit as the planner's reaction does."""
    starts_at = at_local(MONDAY, 60 * hour)
    slot = Slot(member_id=member, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    command = AssignVisit(visit_id=visit_id, roster_id="east.2026-03-02", day=MONDAY, slots=(slot,))
    execute(system.store, CommandRequest(command=command, command_id=None, actor="planner", now=SEVEN), region="SZ")
    system.follower.follow(SEVEN)


def entries(system: System, member: str = "nurse-1", since: date = MONDAY) -> list[CalendarEntry]:
    return entries_of(system, member, since)


def test_a_replan_keeps_the_id_and_raises_the_sequence(system: System) -> None:
    assign(system, 9)
    (first,) = entries(system)
    assign(system, 10)
    (then,) = entries(system)
    assert (then.uid, then.sequence) == (first.uid, first.sequence + 1)
    assert then.starts_at == at_local(MONDAY, 10 * 60)
    assert not then.is_cancelled


def test_the_same_time_again_changes_nothing(system: System) -> None:
    assign(system, 9)
    before = entries(system)
    assign(system, 9)
    assert entries(system) == before


def test_a_visit_that_goes_to_somebody_else_stays_as_cancelled_with_the_same_id(system: System) -> None:
    assign(system, 9)
    assign(system, 9, member="nurse-2")
    (gone,), (came,) = entries(system), entries(system, "nurse-2")
    assert (gone.is_cancelled, gone.sequence) == (True, 1)
    assert (came.is_cancelled, came.sequence) == (False, 0)
    assert gone.uid == came.uid
    assign(system, 11)
    (back,) = entries(system)
    assert (back.is_cancelled, back.sequence, back.starts_at) == (False, 2, at_local(MONDAY, 11 * 60))


def test_a_cancelled_visit_stays_with_its_last_time(system: System) -> None:
    assign(system, 9)
    run_commands(system, CancelVisit(visit_id="v1", reason="in-hospital"))
    (entry,) = entries(system)
    assert (entry.is_cancelled, entry.starts_at) == (True, at_local(MONDAY, 9 * 60))
    assert entries(system, since=MONDAY + timedelta(days=1)) == []


def test_the_entry_has_the_moment_of_the_event_and_the_district_of_the_team(system: System) -> None:
    assign(system, 9)
    (entry,) = entries(system)
    assert (entry.made_at, entry.changed_at, entry.district) == (SEVEN, SEVEN, "Futian")


ENTRY = CalendarEntry(
    uid="6f0d9a8e-0000-5000-8000-000000000001",
    starts_at=datetime(2026, 3, 2, 1, tzinfo=UTC),
    ends_at=datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
    sequence=3,
    is_cancelled=False,
    made_at=datetime(2026, 3, 1, tzinfo=UTC),
    changed_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    district="南山区",
)
OTHER = replace(ENTRY, uid="6f0d9a8e-0000-5000-8000-000000000002", is_cancelled=True)


@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_two_parsers_read_the_same_from_it(words: Translator) -> None:
    body = calendar_of([ENTRY, OTHER], words)
    first = [
        (str(each["uid"]), each.decoded("dtstart"), each["sequence"], str(each["status"]), str(each["location"]))
        for each in Calendar.from_ical(body).walk("VEVENT")
    ]
    second = [
        (each.uid, each.dtstart, each.sequence, str(each.status).rpartition(".")[2], each.location)
        for each in IcsCalendarStream.calendar_from_ics(body.decode()).events
    ]
    assert first == [
        (ENTRY.uid, ENTRY.starts_at, 3, "CONFIRMED", "南山区"),
        (OTHER.uid, ENTRY.starts_at, 3, "CANCELLED", "南山区"),
    ]
    assert second == first


def test_times_stand_in_a_zone_that_the_calendar_describes() -> None:
    text = calendar_of([ENTRY], ENGLISH).decode()
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in text
    assert "TZOFFSETTO:+0800" in text
    assert "DTSTART;TZID=Asia/Shanghai:20260302T090000" in text
    assert "DTSTAMP:20260301T120000Z" in text


def test_a_title_tells_no_purpose_and_no_name(system: System) -> None:
    assign(system, 9)
    text = calendar_of(entries(system), CHINESE).decode()
    assert re.findall(r"SUMMARY:(.*)\r", text) == ["上门服务"]
    for secret in ("李秀英", "13800138000", "福华路", "home-call", "v1", "出诊"):
        assert secret not in text


def test_the_same_entries_give_the_same_bytes() -> None:
    assert calendar_of([ENTRY, OTHER], ENGLISH) == calendar_of([ENTRY, OTHER], ENGLISH)


def test_a_released_visit_is_cancelled_until_it_has_a_time_again(system: System) -> None:
    assign(system, 9)
    run_commands(system, ReleaseVisit(visit_id="v1", roster_id="east.2026-03-02"))
    (gone,) = entries(system)
    assert gone.is_cancelled
    assign(system, 9)
    (back,) = entries(system)
    assert (back.is_cancelled, back.sequence) == (False, 2)
