"""Events of a team."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date, datetime

from domain.event import event
from domain.team.commands import AbsenceReason, DayKind, GuestKind, Licence, Member, Role, Shift


@event("team.formed.v1")
class TeamFormed:
    """A team exists, with its first members.

    Here and below `review_on` is the next day on which time alone changes whether the mandatory seats are held.
    """

    team_id: str
    institution_id: str
    base_x: int
    base_y: int
    members: tuple[Member, ...]
    review_on: date | None = None
    formed_on: date | None = None


@event("team.member_joined.v1")
class MemberJoined:
    """A person has a seat from this day on."""

    team_id: str
    member: Member
    from_day: date
    review_on: date | None = None


@event("team.member_left.v1")
class MemberLeft:
    """A seat, held since `from_day`, is empty after the last day; founding members hold theirs without a first day."""

    team_id: str
    member_id: str
    last_day: date
    from_day: date = date.min
    review_on: date | None = None


@event("team.shifts_changed.v1")
class ShiftsChanged:
    """A member works other hours from this day on; the days before stay what they were."""

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


@event("team.licence_recorded.v1")
class LicenceRecorded:
    """A member has this licence; it replaces an earlier one of its kind."""

    team_id: str
    member_id: str
    licence: Licence
    recorded_on: date
    review_on: date | None = None


@event("team.qualification_recorded.v1")
class QualificationRecorded:
    """A member is qualified between these days, both included."""

    team_id: str
    member_id: str
    code: str
    valid_from: date
    valid_until: date | None
    recorded_on: date


@event("team.guest_invited.v1")
class GuestInvited:
    """A guest is a member between these days, both included."""

    team_id: str
    stay_id: str
    member: Member
    kind: GuestKind
    from_day: date
    to_day: date
    home_team_id: str | None
    review_on: date | None = None


@event("team.guest_withdrawn.v1")
class GuestWithdrawn:
    """A guest leaves after this day instead; a day before the first one means that the guest never comes."""

    team_id: str
    stay_id: str
    member_id: str
    from_day: date
    last_day: date
    was_until: date
    home_team_id: str | None
    review_on: date | None = None


@event("team.kept_apart.v1")
class KeptApart:
    """A member does not go to this resident, or not together with this member, from the day on."""

    team_id: str
    member_id: str
    resident_id: str | None
    other_member_id: str | None
    from_day: date


@event("team.apart_ended.v1")
class ApartEnded:
    """They may meet again from the day on."""

    team_id: str
    member_id: str
    resident_id: str | None
    other_member_id: str | None
    from_day: date


@event("team.member_stationed.v1")
class MemberStationed:
    """A member's days begin and end at this institution from the day on; at the team's base if it is None."""

    team_id: str
    member_id: str
    institution_id: str | None
    from_day: date


@event("team.day_set.v1")
class TeamDaySet:
    """The team is closed on this day, works the shifts of a weekday (0 is Monday), or follows the calendar again."""

    team_id: str
    day: date
    kind: DayKind
    shifts_of: int | None


@event("team.seat_fell_empty.v1")
class SeatFellEmpty:
    """A mandatory seat is empty since this day; the team may work until the last day of grace (A2, [GK])."""

    team_id: str
    role: Role
    since: date
    grace_until: date
    review_on: date | None = None


@event("team.became_understaffed.v1")
class TeamBecameUnderstaffed:
    """The grace is over: the team serves nobody under contracts until the seat is held again (A2, [GK])."""

    team_id: str
    role: Role
    since: date
    from_day: date
    review_on: date | None = None


@event("team.staffing_restored.v1")
class StaffingRestored:
    """A mandatory seat is held again."""

    team_id: str
    role: Role
    on: date
    review_on: date | None = None


@event("team.disbanded.v1")
class TeamDisbanded:
    """The team ends after this day."""

    team_id: str
    institution_id: str
    last_day: date


StaffingEvent = SeatFellEmpty | TeamBecameUnderstaffed | StaffingRestored

ApartEvent = KeptApart | ApartEnded

StaffEvent = (
    TeamFormed
    | MemberJoined
    | MemberLeft
    | ShiftsChanged
    | AbsenceRecorded
    | AbsenceWithdrawn
    | LicenceRecorded
    | QualificationRecorded
    | GuestInvited
    | GuestWithdrawn
    | SeatFellEmpty
    | TeamBecameUnderstaffed
    | StaffingRestored
    | TeamDisbanded
)
"""Events of members: seats, hours, licences, qualifications, absences."""

TeamEvent = StaffEvent | ApartEvent | MemberStationed | TeamDaySet
