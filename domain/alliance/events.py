"""Events of an alliance."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date

from domain.alliance.commands import ActivityKind, Trainee
from domain.event import event
from domain.team.commands import Member


@event("alliance.formed.v1")
class AllianceFormed:
    """An alliance exists; its leading hospital is its first institution."""

    alliance_id: str
    name: str
    institution_id: str
    formed_on: date


@event("alliance.institution_admitted.v1")
class InstitutionAdmitted:
    """An institution belongs to the alliance."""

    alliance_id: str
    institution_id: str
    from_day: date


@event("alliance.institution_released.v1")
class InstitutionReleased:
    """An institution belongs to it no longer after this day."""

    alliance_id: str
    institution_id: str
    last_day: date


@event("alliance.expert_sent.v1")
class ExpertSent:
    """An expert works at an institution between these days, both included."""

    alliance_id: str
    posting_id: str
    member: Member
    institution_id: str
    team_id: str | None
    from_day: date
    to_day: date


@event("alliance.expert_recalled.v1")
class ExpertRecalled:
    """An expert returns after this day; a day before the first one means that the posting never began."""

    alliance_id: str
    posting_id: str
    member_id: str
    team_id: str | None
    last_day: date


@event("alliance.activity_recorded.v1")
class ActivityRecorded:
    """A clinic, an operation or a lecture took place."""

    alliance_id: str
    activity_id: str
    kind: ActivityKind
    institution_id: str
    held_on: date
    expert_ids: tuple[str, ...]
    people: int


@event("alliance.training_recorded.v1")
class TrainingRecorded:
    """People were trained."""

    alliance_id: str
    training_id: str
    topic: str
    from_day: date
    to_day: date
    trainees: tuple[Trainee, ...]


@event("alliance.slots_held.v1")
class SlotsHeld:
    """A hospital holds so many specialist slots for family doctors in a month, `month` its first day."""

    alliance_id: str
    institution_id: str
    specialty: str
    month: date
    slots: int


AllianceEvent = (
    AllianceFormed
    | InstitutionAdmitted
    | InstitutionReleased
    | ExpertSent
    | ExpertRecalled
    | ActivityRecorded
    | TrainingRecorded
    | SlotsHeld
)
