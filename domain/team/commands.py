"""What may be asked of a team."""

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
"""From where somebody comes who is a member for given days only (the issue of scarce staff; A2, A8)."""

TravelMode = Literal["walk", "e-bike", "car"]
AbsenceReason = Literal["leave", "ill", "training", "meeting", "with-another-team", "other"]


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
    """A seat of the team. The person behind `member_id` is known to the staff register, not here.

    `qualifications` are codes; those that begin or end on a day are told by `RecordQualification`.
    """

    member_id: str
    role: Role
    shifts: tuple[Shift, ...]
    qualifications: tuple[str, ...] = ()
    travels_by: TravelMode = "e-bike"
    licences: tuple[Licence, ...] = ()

    def practises_on(self, day: date) -> bool:
        """Say whether a licence holds on that day; whose licences are not kept here is believed to have one."""
        return not self.licences or any(
            licence.valid_until is None or day <= licence.valid_until for licence in self.licences
        )


@command
class FormTeam:
    """Form a team at an institution; `base_x`, `base_y` are metres on the city's grid, where its days begin and end."""

    team_id: str
    institution_id: str
    base_x: int
    base_y: int
    members: tuple[Member, ...]


@command
class JoinTeam:
    """Give a person a seat from a day on, today if none is told."""

    team_id: str
    member: Member
    from_day: date | None = None


@command
class LeaveTeam:
    """Take a person's seat away from a day on."""

    team_id: str
    member_id: str
    last_day: date


@command
class ChangeShifts:
    """Give a member other working hours from a day on, today if none is told."""

    team_id: str
    member_id: str
    shifts: tuple[Shift, ...]
    from_day: date | None = None


@command
class RecordAbsence:
    """Say that a member is away between two moments."""

    team_id: str
    absence_id: str
    member_id: str
    starts_at: datetime
    ends_at: datetime
    reason: AbsenceReason


@command
class WithdrawAbsence:
    """Say that a member will be there after all."""

    team_id: str
    absence_id: str


@command
class RecordLicence:
    """Write down a member's licence, or how long it is valid now."""

    team_id: str
    member_id: str
    licence: Licence


@command
class RecordQualification:
    """Write down from when until when a member is qualified for something, e.g. wound care at home."""

    team_id: str
    member_id: str
    code: str
    valid_from: date
    valid_until: date | None = None


@command
class InviteGuest:
    """Make somebody a member for given days; a guest from another team is away from there meanwhile."""

    team_id: str
    stay_id: str
    member: Member
    kind: GuestKind
    from_day: date
    to_day: date
    home_team_id: str | None = None


@command
class WithdrawGuest:
    """Say that a guest leaves after an earlier day, or does not come: then the last day is before the first."""

    team_id: str
    stay_id: str
    last_day: date


@command
class KeepApart:
    """Let a member not go to a resident, or not together with another member, from today on. The reason is not kept."""

    team_id: str
    member_id: str
    resident_id: str | None = None
    other_member_id: str | None = None


@command
class EndApart:
    """Let those who were kept apart meet again."""

    team_id: str
    member_id: str
    resident_id: str | None = None
    other_member_id: str | None = None


@command
class StationMember:
    """Let a member's days begin and end at an institution from today on, or at the team's base if none is told."""

    team_id: str
    member_id: str
    institution_id: str | None = None


@command
class ReviewStaffing:
    """Let it be on record since when a mandatory seat is empty, and whether the grace is over."""

    team_id: str


@command
class DisbandTeam:
    """End a team after a day; its residents have other teams by then."""

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
    | ReviewStaffing
    | DisbandTeam
)
