"""Teams: members, papers, guests and who is kept apart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from domain.team.commands import Member
from domain.team.events import (
    AbsenceRecorded,
    AbsenceWithdrawn,
    ApartEnded,
    GuestInvited,
    GuestWithdrawn,
    KeptApart,
    LicenceRecorded,
    MemberJoined,
    MemberLeft,
    MemberStationed,
    QualificationRecorded,
    SeatFellEmpty,
    ShiftsChanged,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamDaySet,
    TeamDisbanded,
)
from tests.domain import builders as b
from tests.projections.histories.cutting import cut


def team(luck: Random, formed: object) -> Iterator[tuple[str, object]]:
    team_id: str = formed.team_id  # type: ignore[attr-defined]
    away = AbsenceRecorded(
        team_id=team_id,
        absence_id="a1",
        member_id="li",
        starts_at=b.at(b.TODAY, 8),
        ends_at=b.at(b.TODAY, 12),
        reason="ill",
    )
    events = [
        formed,
        MemberJoined(team_id=team_id, member=b.SUN, from_day=b.TODAY),
        away,
        replace(away, absence_id="a2", reason="leave"),
        ShiftsChanged(team_id=team_id, member_id="sun", shifts=b.WEEK[:3], from_day=b.TODAY),
        *papers_and_guests(team_id),
        AbsenceWithdrawn(
            team_id=team_id, absence_id="a1", member_id="li", starts_at=away.starts_at, ends_at=away.ends_at
        ),
        *apart(team_id),
        MemberLeft(team_id=team_id, member_id="sun", last_day=b.TOMORROW, from_day=b.TODAY),
        SeatFellEmpty(team_id=team_id, role="nurse", since=b.TODAY, grace_until=b.TOMORROW, review_on=date(2026, 3, 4)),
        TeamBecameUnderstaffed(team_id=team_id, role="nurse", since=b.TODAY, from_day=date(2026, 3, 4)),
        StaffingRestored(team_id=team_id, role="nurse", on=date(2026, 3, 9)),
        MemberJoined(team_id=team_id, member=b.SUN, from_day=b.TODAY),
        TeamDisbanded(team_id=team_id, institution_id="fuhai", last_day=date(2027, 3, 9)),
    ]
    return cut(luck, f"team-{team_id}", events)


def apart(team_id: str) -> list[object]:
    """Return who must not meet, who may again, who is stationed elsewhere, and the team's own days."""
    pair = KeptApart(team_id=team_id, member_id="li", resident_id=None, other_member_id="he", from_day=b.TODAY)
    return [
        pair,
        replace(pair, resident_id="wang", other_member_id=None),
        ApartEnded(team_id=team_id, member_id="he", resident_id=None, other_member_id="li", from_day=b.TOMORROW),
        MemberStationed(team_id=team_id, member_id="li", institution_id="fuhai", from_day=b.TODAY),
        MemberStationed(team_id=team_id, member_id="he", institution_id="fuhai", from_day=b.TODAY),
        MemberStationed(team_id=team_id, member_id="he", institution_id=None, from_day=b.TOMORROW),
        TeamDaySet(team_id=team_id, day=b.TODAY, kind="closed", shifts_of=None),
        TeamDaySet(team_id=team_id, day=b.TOMORROW, kind="working", shifts_of=5),
        TeamDaySet(team_id=team_id, day=b.TODAY, kind="as-calendar", shifts_of=None),
    ]


def papers_and_guests(team_id: str) -> list[object]:
    """Return licences, qualifications and guests of a team."""
    wu = Member(member_id=f"wu-{team_id}", role="specialist", shifts=b.WEEK)
    return [
        LicenceRecorded(
            team_id=team_id,
            member_id="li",
            licence=replace(b.LICENCE, valid_until=date(2030, 1, 1)),
            recorded_on=b.TODAY,
            review_on=date(2030, 1, 2),
        ),
        QualificationRecorded(
            team_id=team_id,
            member_id="he",
            code="wound-care",
            valid_from=b.TODAY,
            valid_until=None,
            recorded_on=b.TODAY,
        ),
        GuestInvited(
            team_id=team_id,
            stay_id="s1",
            member=wu,
            kind="visiting-specialist",
            from_day=b.TODAY,
            to_day=date(2026, 3, 6),
            home_team_id=None,
        ),
        GuestWithdrawn(
            team_id=team_id,
            stay_id="s1",
            member_id=wu.member_id,
            from_day=b.TODAY,
            last_day=b.TOMORROW,
            was_until=date(2026, 3, 6),
            home_team_id=None,
        ),
    ]
