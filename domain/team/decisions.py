"""What is decided about a team, what it claims, and which days it touches."""

from collections.abc import Iterable
from datetime import date, timedelta

from domain.decider import FOREVER, Claim, Refused, TeamDay
from domain.local_time import local_day
from domain.team.commands import (
    RecordAbsence,
    WithdrawAbsence,
)
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
    ShiftsChanged,
    TeamDisbanded,
    TeamEvent,
    TeamFormed,
)
from domain.team.seats import (
    require_member,
)
from domain.team.state import DAY, Team

LONGEST_ABSENCE_DAYS = 366

DAYS_PLANNED_AHEAD = timedelta(days=1)
"""Rosters exist for today and, from the evening on, for tomorrow."""


def record_absence(command: RecordAbsence, team: Team) -> list[TeamEvent]:
    """Write down that a member is away."""
    require_member(team, command.team_id, command.member_id, local_day(command.starts_at))
    if command.ends_at <= command.starts_at:
        raise Refused("absence-ends-before-it-begins", absence=command.absence_id)
    if command.ends_at - command.starts_at > timedelta(days=LONGEST_ABSENCE_DAYS):
        raise Refused("absence-too-long", absence=command.absence_id, days=LONGEST_ABSENCE_DAYS)
    absence = AbsenceRecorded(
        team_id=command.team_id,
        absence_id=command.absence_id,
        member_id=command.member_id,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        reason=command.reason,
    )
    known = next((a for a in team.absences if a.absence_id == command.absence_id), None)
    if known == absence:
        return []
    if known is not None:
        raise Refused("absence-already-recorded", absence=command.absence_id)
    return [absence]


def withdraw_absence(command: WithdrawAbsence, team: Team) -> list[TeamEvent]:
    """Take an absence back; one that is not known is withdrawn already."""
    known = next((a for a in team.absences if a.absence_id == command.absence_id), None)
    if known is None:
        return []
    return [
        AbsenceWithdrawn(
            team_id=command.team_id,
            absence_id=command.absence_id,
            member_id=known.member_id,
            starts_at=known.starts_at,
            ends_at=known.ends_at,
        )
    ]


def claims(team: Team, fact: TeamEvent) -> Iterable[Claim]:
    """A person has one seat, and belongs to one team on a day; an institution with teams does not close."""
    assert team.formed is not None
    match fact:
        case TeamFormed():
            yield of_institution(fact.institution_id, fact.team_id, FOREVER)
            yield from (seat_claim(member.member_id, date.min, FOREVER) for member in fact.members)
        case MemberJoined():
            yield seat_claim(fact.member.member_id, fact.from_day, FOREVER)
        case MemberLeft():
            yield seat_claim(fact.member_id, fact.from_day, fact.last_day)
        case GuestInvited():
            yield from day_claims(fact.member.member_id, fact.from_day, fact.to_day, held=True)
        case GuestWithdrawn():
            yield from day_claims(fact.member_id, fact.last_day + DAY, fact.was_until, held=False)
        case TeamDisbanded():
            yield of_institution(team.formed.institution_id, fact.team_id, fact.last_day)
            own = (seat for seat in team.seats if seat.stay is None and seat.last_day > fact.last_day)
            yield from (seat_claim(seat.member.member_id, seat.from_day, fact.last_day) for seat in own)


def of_institution(institution_id: str, team_id: str, until: date) -> Claim:
    """Return the claim that counts a team of an institution."""
    return Claim(
        key=f"institution_teams:{institution_id}:{team_id}",
        rule="team-of-the-institution-counted",
        since=date.min,
        until=until,
    )


def seat_claim(member_id: str, since: date, until: date) -> Claim:
    """Return the claim to a person's seat."""
    return Claim(key=f"member-seat:{member_id}", rule="member-in-another-team", since=since, until=until)


def day_claims(member_id: str, from_day: date, to_day: date, *, held: bool) -> Iterable[Claim]:
    """Yield the claim to each day of a guest, or its giving back."""
    day = from_day
    while day <= to_day:
        until = day if held else day - DAY
        yield Claim(
            key=f"member-day:{member_id}:{day.isoformat()}", rule="member-in-another-team", since=day, until=until
        )
        day += DAY


def touches(team: Team, fact: TeamEvent) -> Iterable[TeamDay]:  # noqa: ARG001 -- the signature every aggregate shares
    """Yield each day that must be planned anew: absences and guests their own, seats and hours the next ones."""
    day, last = days_touched(fact)
    while day <= last:
        yield TeamDay(fact.team_id, day)
        day += DAY


def days_touched(fact: TeamEvent) -> tuple[date, date]:
    """Return the first and the last day that an event changes; the last is the earlier one where it changes none."""
    match fact:
        case AbsenceRecorded() | AbsenceWithdrawn():
            return local_day(fact.starts_at), local_day(fact.ends_at - timedelta(microseconds=1))
        case MemberJoined() | ShiftsChanged() | KeptApart() | ApartEnded() | MemberStationed():
            return fact.from_day, fact.from_day + DAYS_PLANNED_AHEAD
        case MemberLeft():
            return fact.last_day + DAY, fact.last_day + DAY + DAYS_PLANNED_AHEAD
        case LicenceRecorded() | QualificationRecorded():
            return fact.recorded_on, fact.recorded_on + DAYS_PLANNED_AHEAD
        case GuestInvited():
            return fact.from_day, fact.to_day
        case GuestWithdrawn():
            return fact.last_day + DAY, fact.was_until
        case _:
            return date.max, date.min
