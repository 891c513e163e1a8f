"""What is then true of a team."""

from datetime import date, datetime

from domain.event import event
from domain.team.asked import AbsenceReason, Member, Shift


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
