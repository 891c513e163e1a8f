"""Commands of a team."""

from datetime import date, datetime
from typing import Literal

from domain.event import command, value

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

MANDATORY: tuple[Role, ...] = ("gp", "nurse")
"""The 2 of 2+X (A2)."""

LicenceKind = Literal["general-practice", "medicine", "nursing", "pharmacy", "therapy", "public-health", "other"]
GuestKind = Literal["visiting-specialist", "retired-clinician", "alliance-expert", "other-team"]
"""Origins of guests, who are members for some days only (A2, A8)."""

TravelMode = Literal["walk", "e-bike", "car"]
AbsenceReason = Literal["leave", "ill", "training", "meeting", "with-another-team", "other"]
DayKind = Literal["closed", "working", "as-calendar"]


@value
class Shift:
    """Working hours of one weekday (0 is Monday), minutes after midnight; the break, if any, lies inside."""

    weekday: int
    starts: int
    ends: int
    break_starts: int | None = None
    break_ends: int | None = None


@value
class Licence:
    """A licence to practise, registered in a city (the region code of its policy packs), both days included."""

    kind: LicenceKind
    registered_in: str
    practising_since: date
    valid_until: date | None = None


@value
class Member:
    """A member of the team. Only the staff register knows the person of a `member_id`.

    `qualifications` are codes; `RecordQualification` adds those with a first or last day.
    """

    member_id: str
    role: Role
    shifts: tuple[Shift, ...]
    qualifications: tuple[str, ...] = ()
    travels_by: TravelMode = "e-bike"
    licences: tuple[Licence, ...] = ()


@command
class FormTeam:
    """Form a team at an institution; its days begin and end at `base_x`, `base_y`, in metres on the city's grid.

    `formed_on` is the day of a team that worked before it is recorded: it signed nobody earlier.
    """

    team_id: str
    institution_id: str
    base_x: int
    base_y: int
    members: tuple[Member, ...]
    formed_on: date | None = None


@command
class JoinTeam:
    """Give a person a seat from a day on, by default today."""

    team_id: str
    member: Member
    from_day: date | None = None


@command
class LeaveTeam:
    """End a person's seat after a day."""

    team_id: str
    member_id: str
    last_day: date


@command
class ChangeShifts:
    """Give a member other working hours from a day on, by default today."""

    team_id: str
    member_id: str
    shifts: tuple[Shift, ...]
    from_day: date | None = None


@command
class RecordAbsence:
    """Record that a member is away: between two moments, on a whole day, or from one day to a last one.

    `on` is the day, or the first of several whole days; `last_day`, both included.
    """

    team_id: str
    absence_id: str
    member_id: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    on: date | None = None
    last_day: date | None = None
    reason: AbsenceReason


@command
class WithdrawAbsence:
    """Record that a member is not away after all."""

    team_id: str
    absence_id: str


@command
class RecordLicence:
    """Record a member's licence, or its new validity."""

    team_id: str
    member_id: str
    licence: Licence


@command
class RecordQualification:
    """Record a member's qualification with its first and last day, e.g. wound care at home."""

    team_id: str
    member_id: str
    code: str
    valid_from: date
    valid_until: date | None = None


@command
class InviteGuest:
    """Make a person a member for some days; a guest from another team is absent there meanwhile."""

    team_id: str
    stay_id: str
    member: Member
    kind: GuestKind
    from_day: date
    to_day: date
    home_team_id: str | None = None


@command
class WithdrawGuest:
    """Record that a guest leaves after an earlier day, or does not come: then the last day is before the first."""

    team_id: str
    stay_id: str
    last_day: date


@command
class KeepApart:
    """Keep a member from a resident or from another member, from today on. The reason is not stored."""

    team_id: str
    member_id: str
    resident_id: str | None = None
    other_member_id: str | None = None


@command
class EndApart:
    """End the separation of a pair."""

    team_id: str
    member_id: str
    resident_id: str | None = None
    other_member_id: str | None = None


@command
class StationMember:
    """Station a member at an institution, where their days begin and end from today on; None: at the team's base."""

    team_id: str
    member_id: str
    institution_id: str | None = None


@command
class SetTeamDay:
    """Set a day of the whole team: closed, worked with the shifts of a weekday (0 is Monday), or as in the calendar.

    A working day without a weekday has the shifts of a make-up working day.
    """

    team_id: str
    day: date
    kind: DayKind
    shifts_of: int | None = None


@command
class ReviewStaffing:
    """Record since when a mandatory seat is empty, and whether the grace period is over."""

    team_id: str


@command
class DisbandTeam:
    """Disband a team after a day; its residents have other teams by then."""

    team_id: str
    last_day: date


TeamCommand = (
    FormTeam
    | JoinTeam
    | LeaveTeam
    | ChangeShifts
    | RecordAbsence
    | WithdrawAbsence
    | RecordLicence
    | RecordQualification
    | InviteGuest
    | WithdrawGuest
    | KeepApart
    | EndApart
    | StationMember
    | SetTeamDay
    | ReviewStaffing
    | DisbandTeam
)
