"""What may be asked of a team."""

from datetime import date, datetime
from typing import Literal

from domain.event import value

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
