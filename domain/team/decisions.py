"""What is decided about a team."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import get_args

from domain.decider import Decider, Refused, TeamDay
from domain.institution import Institution
from domain.local_time import local_day
from domain.team.asked import (
    ChangeShifts,
    FormTeam,
    JoinTeam,
    LeaveTeam,
    Member,
    RecordAbsence,
    Shift,
    WithdrawAbsence,
)
from domain.team.facts import (
    AbsenceRecorded,
    AbsenceWithdrawn,
    MemberJoined,
    MemberLeft,
    ShiftsChanged,
    TeamEvent,
    TeamFormed,
)
from domain.team.state import Team, evolve

LONGEST_ABSENCE_DAYS = 366

DAYS_PLANNED_AHEAD = timedelta(days=1)
"""Rosters exist for today and, from the evening on, for tomorrow."""


def form(command: FormTeam, team: Team, *, now: datetime, institution: Institution) -> list[TeamEvent]:
    """Form a team once, with both mandatory seats filled, at an institution that may offer contracts."""
    formed = TeamFormed(
        team_id=command.team_id,
        institution_id=command.institution_id,
        base_x=command.base_x,
        base_y=command.base_y,
        members=command.members,
    )
    if team.formed == formed:
        return []
    if team.formed is not None:
        raise Refused("team-already-formed", team=command.team_id)
    if not institution.is_open(local_day(now)):
        raise Refused("institution-not-open", institution=command.institution_id)
    if not institution.may_sign():
        raise Refused("institution-may-not-sign", institution=command.institution_id)
    seats = [member.member_id for member in command.members]
    if len(set(seats)) < len(seats):
        raise Refused("member-seated-twice", team=command.team_id)
    for member in command.members:
        check_shifts(member.shifts)
    missing = Team(members=command.members).missing_role(local_day(now))
    if missing is not None:
        raise Refused("missing-mandatory-role", team=command.team_id, role=missing)
    return [formed]


def join(command: JoinTeam, team: Team, *, now: datetime) -> list[TeamEvent]:
    """Seat a person who has no seat."""
    if team.formed is None:
        raise Refused("team-not-formed", team=command.team_id)
    check_shifts(command.member.shifts)
    seated = {m.member_id: m for m in team.members_on(local_day(now))}
    known = seated.get(command.member.member_id)
    if known == command.member:
        return []
    if known is not None:
        raise Refused("member-seated-twice", team=command.team_id, member=command.member.member_id)
    return [MemberJoined(team_id=command.team_id, member=command.member, from_day=local_day(now))]


def leave(command: LeaveTeam, team: Team) -> list[TeamEvent]:
    """Empty a seat, or empty it earlier. A mandatory seat may become empty; the team then signs nobody new."""
    if any(gone.member_id == command.member_id and gone.last_day == command.last_day for gone in team.left):
        return []
    require_member(team, command.team_id, command.member_id, command.last_day)
    return [MemberLeft(team_id=command.team_id, member_id=command.member_id, last_day=command.last_day)]


def change_shifts(command: ChangeShifts, team: Team, *, now: datetime) -> list[TeamEvent]:
    """Give a member other hours."""
    member = require_member(team, command.team_id, command.member_id, local_day(now))
    check_shifts(command.shifts)
    if member.shifts == command.shifts:
        return []
    return [
        ShiftsChanged(
            team_id=command.team_id,
            member_id=command.member_id,
            shifts=command.shifts,
            from_day=local_day(now),
        )
    ]


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


def check_shifts(shifts: tuple[Shift, ...]) -> None:
    """Refuse hours that cannot be worked: outside the day, ending before they begin, a break outside, a day twice."""
    days = [shift.weekday for shift in shifts]
    if len(set(days)) < len(days):
        raise Refused("shift-day-twice")
    for shift in shifts:
        if shift.weekday not in range(7) or not 0 <= shift.starts < shift.ends <= 24 * 60:
            raise Refused("shift-not-in-the-day", weekday=shift.weekday, starts=shift.starts, ends=shift.ends)
        begins, ends = shift.break_starts, shift.break_ends
        if (begins is None) != (ends is None):
            raise Refused("break-half-given", weekday=shift.weekday)
        if begins is not None and ends is not None and not shift.starts <= begins < ends <= shift.ends:
            raise Refused("break-outside-shift", weekday=shift.weekday)


def require_member(team: Team, team_id: str, member_id: str, day: date) -> Member:
    """Return the member; refuse if the team is not formed or she has no seat on that day."""
    if team.formed is None:
        raise Refused("team-not-formed", team=team_id)
    member = team.member(member_id)
    if member is None or member not in team.members_on(day):
        raise Refused("member-not-seated", team=team_id, member=member_id)
    return member


def touches(team: Team, fact: TeamEvent) -> Iterable[TeamDay]:  # noqa: ARG001 -- the signature every aggregate shares
    """An absence, or its end, changes the days it covers; a seat or other hours change the next days to be planned."""
    match fact:
        case AbsenceRecorded() | AbsenceWithdrawn():
            day, last = local_day(fact.starts_at), local_day(fact.ends_at - timedelta(microseconds=1))
        case MemberJoined() | ShiftsChanged():
            day, last = fact.from_day, fact.from_day + DAYS_PLANNED_AHEAD
        case MemberLeft():
            day = fact.last_day + timedelta(days=1)
            last = day + DAYS_PLANNED_AHEAD
        case TeamFormed():
            return
    while day <= last:
        yield TeamDay(fact.team_id, day)
        day += timedelta(days=1)


TEAM: Decider[Team, TeamEvent] = Decider(
    category="team",
    initial=Team(),
    evolve=evolve,
    decisions={
        FormTeam: form,
        JoinTeam: join,
        LeaveTeam: leave,
        ChangeShifts: change_shifts,
        RecordAbsence: record_absence,
        WithdrawAbsence: withdraw_absence,
    },
    events=get_args(TeamEvent),
    identify=lambda command: command.team_id,
    touches=touches,
)
