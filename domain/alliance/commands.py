"""What may be asked of an alliance."""

from datetime import date
from typing import Literal

from domain.event import command, value
from domain.team.commands import Member

ActivityKind = Literal["clinic", "operation", "lecture"]
"""What experts do where they are sent (A8)."""


@value
class Trainee:
    """Somebody who was trained, and for how many hours."""

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
    """Let an institution leave an alliance after a day."""

    alliance_id: str
    institution_id: str
    last_day: date


@command
class SendExpert:
    """Send an expert of the leading hospital down to an institution for days; with a team, she is its guest then."""

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
    """Write down a clinic, an operation or a lecture; `people` were seen, operated on, or listened."""

    alliance_id: str
    activity_id: str
    kind: ActivityKind
    institution_id: str
    held_on: date
    expert_ids: tuple[str, ...]
    people: int


@command
class RecordTraining:
    """Write down who was trained in what, between two days, for how many hours."""

    alliance_id: str
    training_id: str
    topic: str
    from_day: date
    to_day: date
    trainees: tuple[Trainee, ...]


AllianceCommand = (
    FormAlliance | AdmitInstitution | ReleaseInstitution | SendExpert | RecallExpert | RecordActivity | RecordTraining
)
