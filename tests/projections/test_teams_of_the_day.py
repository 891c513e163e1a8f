"""Who is in a team on a day, with which hours and papers, and which seats are empty."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.decider import TeamDay
from domain.policy_pack import pack_of
from domain.team.commands import Member
from domain.team.events import (
    GuestInvited,
    GuestWithdrawn,
    LicenceRecorded,
    MemberLeft,
    QualificationRecorded,
    SeatFellEmpty,
    ShiftsChanged,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamDisbanded,
)
from infra.planning.day_problem import team_members
from infra.rows.sqlite import SqliteRows
from projections.teams import TeamMembers, Understaffed
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer

MONDAY_9 = date(2026, 3, 9)
WU = Member(member_id="wu", role="specialist", shifts=b.WEEK, qualifications=("cardiology",))
GUEST = GuestInvited(
    team_id="team-1",
    stay_id="s1",
    member=WU,
    kind="visiting-specialist",
    from_day=b.TOMORROW,
    to_day=MONDAY_9,
    home_team_id=None,
)


def on(rows: SqliteRows, day: date) -> dict[str, Any]:
    return {row["member_id"]: row for row in answer(TeamMembers(team_id="team-1", day=day), rows)}


def planned(rows: SqliteRows, day: date) -> dict[str, tuple[tuple[int, int], ...]]:
    members = team_members(rows, TeamDay("team-1", day), pack_of("SZ-2018"))
    return {member.id: member.works for member in members}


def test_a_guest_is_planned_on_her_days_only(rows_of: RowsOf) -> None:
    rows = rows_of(b.TEAM_1, GUEST)
    assert [sorted(planned(rows, day)) for day in (b.TODAY, b.TOMORROW, MONDAY_9, date(2026, 3, 10))] == [
        ["he", "li"],
        ["he", "li", "wu"],
        ["he", "li", "wu"],
        ["he", "li"],
    ]
    assert on(rows, b.TOMORROW)["wu"]["guest"] == "visiting-specialist"
    gone = GuestWithdrawn(
        team_id="team-1",
        stay_id="s1",
        member_id="wu",
        from_day=b.TOMORROW,
        last_day=b.TOMORROW,
        was_until=MONDAY_9,
        home_team_id=None,
    )
    shorter = rows_of(b.TEAM_1, GUEST, gone)
    assert ["wu" in planned(shorter, day) for day in (b.TOMORROW, MONDAY_9)] == [True, False]


def test_hours_are_those_of_the_day(rows_of: RowsOf) -> None:
    rows = rows_of(
        b.TEAM_1, ShiftsChanged(team_id="team-1", member_id="he", shifts=b.WEEK[1:2], from_day=date(2026, 3, 8))
    )
    assert [bool(planned(rows, day)["he"]) for day in (b.TODAY, MONDAY_9, date(2026, 3, 10))] == [True, False, True]
    assert [on(rows, day)["he"]["works"] for day in (b.TODAY, MONDAY_9)] == [True, False]


def test_whose_licence_is_over_is_not_planned(rows_of: RowsOf) -> None:
    licence = replace(b.LICENCE, valid_until=b.TODAY)
    rows = rows_of(
        b.TEAM_1, LicenceRecorded(team_id="team-1", member_id="li", licence=licence, recorded_on=b.YESTERDAY)
    )
    assert [sorted(planned(rows, day)) for day in (b.TODAY, b.TOMORROW)] == [["he", "li"], ["he"]]
    assert [on(rows, day)["li"]["practises"] for day in (b.TODAY, b.TOMORROW)] == [True, False]


def test_qualifications_are_those_of_the_day(rows_of: RowsOf) -> None:
    formed = replace(b.TEAM_1, members=(b.LI, replace(b.HE, qualifications=("visiting", "wound-care"))))
    wounds = QualificationRecorded(
        team_id="team-1",
        member_id="he",
        code="wound-care",
        valid_from=b.TOMORROW,
        valid_until=b.TOMORROW,
        recorded_on=b.TODAY,
    )
    rows = rows_of(formed, wounds)
    assert [on(rows, day)["he"]["qualifications"] for day in (b.TODAY, b.TOMORROW, date(2026, 3, 4))] == [
        ["visiting"],
        ["visiting", "wound-care"],
        ["visiting"],
    ]


def test_a_team_that_is_no_more_has_no_members(rows_of: RowsOf) -> None:
    rows = rows_of(b.TEAM_1, TeamDisbanded(team_id="team-1", institution_id="fuhai", last_day=b.TODAY))
    assert [len(on(rows, day)) for day in (b.TODAY, b.TOMORROW)] == [2, 0]


def test_an_empty_seat_is_told_until_it_is_held_again(rows_of: RowsOf) -> None:
    left = MemberLeft(team_id="team-1", member_id="he", last_day=b.YESTERDAY)
    fell = SeatFellEmpty(team_id="team-1", role="nurse", since=b.TODAY, grace_until=date(2026, 3, 31))
    over = TeamBecameUnderstaffed(team_id="team-1", role="nurse", since=b.TODAY, from_day=date(2026, 4, 1))
    row = {
        "team_id": "team-1",
        "institution_id": "fuhai",
        "role": "nurse",
        "since": "2026-03-02",
        "grace_until": "2026-03-31",
        "understaffed_from": None,
    }
    assert answer(Understaffed(), rows_of(b.TEAM_1, left, fell)) == [row]
    rows = rows_of(b.TEAM_1, left, fell, over)
    assert answer(Understaffed(institution_id="fuhai"), rows) == [{**row, "understaffed_from": "2026-04-01"}]
    assert answer(Understaffed(institution_id="elsewhere"), rows) == []
    restored = StaffingRestored(team_id="team-1", role="nurse", on=date(2026, 4, 2))
    assert answer(Understaffed(), rows_of(b.TEAM_1, left, fell, over, restored)) == []
