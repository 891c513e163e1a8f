"""Claims that a team raises, and the team-days that its events change."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.decider import FOREVER, Claim, TeamDay
from domain.local_time import DAY_MINUTES, MINUTE, local_day, seconds_into
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
    TeamDaySet,
    TeamDisbanded,
    TeamEvent,
    TeamFormed,
)
from domain.team.shifts import last_end
from domain.team.state import DAY, Team

DAYS_PLANNED_AHEAD = timedelta(days=28)
"""A change of seats or hours touches today and the coming four weeks: each of their days may have a roster already."""


def claims(team: Team, event: TeamEvent) -> Iterable[Claim]:
    """Claim one seat per person and one team per person and day; claims of teams keep their institution open."""
    assert team.formed is not None
    match event:
        case TeamFormed():
            yield institution_claim(event.institution_id, event.team_id, FOREVER)
            yield from (seat_claim(member.member_id, date.min, FOREVER) for member in event.members)
        case MemberJoined():
            yield seat_claim(event.member.member_id, event.from_day, FOREVER)
        case MemberLeft():
            yield seat_claim(event.member_id, event.from_day, event.last_day)
        case GuestInvited():
            yield from day_claims(event.member.member_id, event.from_day, event.to_day, held=True)
        case GuestWithdrawn():
            yield from day_claims(event.member_id, event.last_day + DAY, event.was_until, held=False)
        case TeamDisbanded():
            yield institution_claim(team.formed.institution_id, event.team_id, event.last_day)
            own = (seat for seat in team.seats if seat.stay is None and seat.last_day > event.last_day)
            yield from (seat_claim(seat.member.member_id, seat.from_day, event.last_day) for seat in own)


def institution_claim(institution_id: str, team_id: str, until: date) -> Claim:
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
    """Yield the claim to each day of a guest, or its release."""
    day = from_day
    while day <= to_day:
        until = day if held else day - DAY
        yield Claim(
            key=f"member-day:{member_id}:{day.isoformat()}", rule="member-in-another-team", since=day, until=until
        )
        day += DAY


def touches(team: Team, event: TeamEvent) -> Iterable[TeamDay]:
    """Yield each day to plan again: the days of absences and guests, and the next days for seats and hours.

    An absence in the night touches the day before, too, if the member's shift of that day may last until then.
    """
    day, last = days_touched(event)
    if isinstance(event, AbsenceRecorded | AbsenceWithdrawn) and is_in_night_shift(
        team, event.member_id, event.starts_at
    ):
        yield TeamDay(event.team_id, day - DAY)
    while day <= last:
        yield TeamDay(event.team_id, day)
        day += DAY


def is_in_night_shift(team: Team, member_id: str, moment: datetime) -> bool:
    """Say whether a moment lies so soon after midnight that a member's shift of the day before may last until then."""
    today = local_day(moment)
    members = (seat.on(today - DAY) for seat in team.seats if seat.member.member_id == member_id)
    night = max((last_end(member.shifts) for member in members), default=0) - DAY_MINUTES
    return seconds_into(today, moment) < night * MINUTE


def days_touched(event: TeamEvent) -> tuple[date, date]:
    """Return the first and the last day that an event changes; the last is the earlier one where it changes none."""
    match event:
        case AbsenceRecorded() | AbsenceWithdrawn():
            return local_day(event.starts_at), local_day(event.ends_at - timedelta(microseconds=1))
        case MemberJoined() | ShiftsChanged() | KeptApart() | ApartEnded() | MemberStationed():
            return event.from_day, event.from_day + DAYS_PLANNED_AHEAD
        case TeamDaySet():
            return event.day, event.day
        case MemberLeft():
            return event.last_day + DAY, event.last_day + DAY + DAYS_PLANNED_AHEAD
        case LicenceRecorded() | QualificationRecorded():
            return event.recorded_on, event.recorded_on + DAYS_PLANNED_AHEAD
        case GuestInvited():
            return event.from_day, event.to_day
        case GuestWithdrawn():
            return event.last_day + DAY, event.was_until
        case _:
            return date.max, date.min
