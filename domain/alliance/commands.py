"""Commands of an alliance."""

from datetime import date
from typing import Literal

from domain.event import command, value
from domain.team.commands import Member

ActivityKind = Literal["clinic", "operation", "lecture"]
"""Activities of experts at an institution (A8)."""


@value
class Trainee:
    """A trained member of staff, with the hours of training."""

    member_id: str
    institution_id: str
    hours: int


@command
class FormAlliance:
    """Form an alliance under a leading hospital, `institution_id`."""

    alliance_id: str
    name: str
    institution_id: str


@command
class AdmitInstitution:
    """Admit an institution to an alliance."""

    alliance_id: str
    institution_id: str


@command
class ReleaseInstitution:
    """Release an institution from an alliance after a day."""

    alliance_id: str
    institution_id: str
    last_day: date


@command
class SendExpert:
    """Post an expert of the leading hospital to an institution for some days; with a team, the expert is its guest."""

    alliance_id: str
    posting_id: str
    member: Member
    institution_id: str
    from_day: date
    to_day: date
    team_id: str | None = None


@command
class RecallExpert:
    """Call an expert back after an earlier day."""

    alliance_id: str
    posting_id: str
    last_day: date


@command
class RecordActivity:
    """Record a clinic, an operation or a lecture; `people` counts patients or listeners."""

    alliance_id: str
    activity_id: str
    kind: ActivityKind
    institution_id: str
    held_on: date
    expert_ids: tuple[str, ...]
    people: int


@command
class RecordTraining:
    """Record a training between two days: its topic, its trainees and their hours."""

    alliance_id: str
    training_id: str
    topic: str
    from_day: date
    to_day: date
    trainees: tuple[Trainee, ...]


@command
class HoldSlots:
    """Hold specialist slots of a hospital for family doctors in the month of a day (green channel); replaces a number.

    `specialty` is a code, as in `AcceptReferral`.
    """

    alliance_id: str
    institution_id: str
    specialty: str
    month: date
    slots: int


AllianceCommand = (
    FormAlliance
    | AdmitInstitution
    | ReleaseInstitution
    | SendExpert
    | RecallExpert
    | RecordActivity
    | RecordTraining
    | HoldSlots
)
