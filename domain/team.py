"""A 2+X team: a general practitioner and a community nurse always, others as needed, with shifts and absences."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from domain.decider import Decider, Refused, TeamDay
from domain.event import event, value
from domain.institution import Institution
from domain.local_time import local_day

Role = Literal[
    "gp",
    "nurse",
    "public-health",
    "specialist",
    "pharmacist",
    "health-manager",
    "psychologist",
    "nutritionist",
    "rehab",
    "social-worker",
    "grid-worker",
]
"""Seats of a 2+X team (A2): the first two are mandatory, the rest are the X."""

TravelMode = Literal["walk", "e-bike", "car"]
AbsenceReason = Literal["leave", "ill", "training", "meeting", "other"]

LONGEST_ABSENCE_DAYS = 366

DAYS_PLANNED_AHEAD = timedelta(days=1)
"""Rosters exist for today and, from the evening on, for tomorrow."""

# What may be asked


@value
class Shift:
    """Working hours of one weekday (0 is Monday), minutes after midnight; the break, if any, lies inside."""

    weekday: int
    starts: int
    ends: int
    break_starts: int | None = None
    break_ends: int | None = None


@value
class Member:
    """A seat of the team. The person behind `member_id` is known to the staff register, not here."""

    member_id: str
    role: Role
    shifts: tuple[Shift, ...]
    qualifications: tuple[str, ...] = ()
    travels_by: TravelMode = "e-bike"


@value
class FormTeam:
    """Form a team at an institution; `base_x`, `base_y` are metres on the city's grid, where its days begin and end."""

    team_id: str
    institution_id: str
    base_x: int
    base_y: int
    members: tuple[Member, ...]


@value
class JoinTeam:
    """Give a person a seat."""

    team_id: str
    member: Member


@value
class LeaveTeam:
    """Take a person's seat away from a day on."""

    team_id: str
    member_id: str
    last_day: date


@value
class ChangeShifts:
    """Give a member other working hours."""

    team_id: str
    member_id: str
    shifts: tuple[Shift, ...]


@value
class RecordAbsence:
    """Say that a member is away between two moments."""

    team_id: str
    absence_id: str
    member_id: str
    starts_at: datetime
    ends_at: datetime
    reason: AbsenceReason


@value
class WithdrawAbsence:
    """Say that a member will be there after all."""

    team_id: str
    absence_id: str


# What is then true


@event("team.formed.v1")
class TeamFormed:
    """A team is there with its first members."""

    team_id: str
    institution_id: str
    base_x: int
    base_y: int
    members: tuple[Member, ...]


@event("team.member_joined.v1")
class MemberJoined:
    """A seat is taken."""

    team_id: str
    member: Member
    from_day: date


@event("team.member_left.v1")
class MemberLeft:
    """A seat is empty after the last day."""

    team_id: str
    member_id: str
    last_day: date


@event("team.shifts_changed.v1")
class ShiftsChanged:
    """A member works other hours from now on."""

    team_id: str
    member_id: str
    shifts: tuple[Shift, ...]
    from_day: date


@event("team.absence_recorded.v1")
class AbsenceRecorded:
    """A member is away."""

    team_id: str
    absence_id: str
    member_id: str
    starts_at: datetime
    ends_at: datetime
    reason: AbsenceReason


@event("team.absence_withdrawn.v1")
class AbsenceWithdrawn:
    """A member is not away after all."""

    team_id: str
    absence_id: str
    member_id: str
    starts_at: datetime
    ends_at: datetime


TeamEvent = TeamFormed | MemberJoined | MemberLeft | ShiftsChanged | AbsenceRecorded | AbsenceWithdrawn

# What is remembered


@value
class Team:
    """What decisions about, and under, a team ask."""

    formed: TeamFormed | None = None
    members: tuple[Member, ...] = ()
    left: tuple[MemberLeft, ...] = ()
    absences: tuple[AbsenceRecorded, ...] = ()

    @property
    def institution_id(self) -> str | None:
        """The institution to which it belongs, None before it is formed."""
        return self.formed.institution_id if self.formed else None

    def members_on(self, day: date) -> tuple[Member, ...]:
        """Return the members who hold a seat on that day."""
        gone = {leave.member_id for leave in self.left if leave.last_day < day}
        return tuple(member for member in self.members if member.member_id not in gone)

    def first_with(self, role: Role, day: date) -> str | None:
        """Return the id of the longest serving member with this role, None if the seat is empty."""
        return next((m.member_id for m in self.members_on(day) if m.role == role), None)

    def missing_role(self, day: date) -> Role | None:
        """Return a mandatory seat that is empty on that day (A2: general practitioner and community nurse)."""
        held = {member.role for member in self.members_on(day)}
        mandatory: tuple[Role, ...] = ("gp", "nurse")
        return next((role for role in mandatory if role not in held), None)

    def member(self, member_id: str) -> Member | None:
        """Return a member who was ever seated."""
        return next((member for member in self.members if member.member_id == member_id), None)


def evolve(team: Team, fact: TeamEvent) -> Team:
    """Believe an event."""
    match fact:
        case TeamFormed():
            return replace(team, formed=fact, members=fact.members)
        case MemberJoined():
            stayed = tuple(m for m in team.members if m.member_id != fact.member.member_id)
            left = tuple(leave for leave in team.left if leave.member_id != fact.member.member_id)
            return replace(team, members=(*stayed, fact.member), left=left)
        case MemberLeft():
            return replace(team, left=(*team.left, fact))
        case ShiftsChanged():
            members = tuple(
                replace(m, shifts=fact.shifts) if m.member_id == fact.member_id else m for m in team.members
            )
            return replace(team, members=members)
        case AbsenceRecorded():
            return replace(team, absences=(*team.absences, fact))
        case AbsenceWithdrawn():
            kept = tuple(a for a in team.absences if a.absence_id != fact.absence_id)
            return replace(team, absences=kept)


# What is decided


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
