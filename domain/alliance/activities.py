"""Activities of an alliance that are counted per period: clinics, operations, lectures, training (A8)."""

from datetime import datetime

from domain.alliance.commands import RecordActivity, RecordTraining
from domain.alliance.events import ActivityRecorded, AllianceEvent, TrainingRecorded
from domain.alliance.state import Alliance, require_belongs, require_formed
from domain.decider import Refused
from domain.policy_pack import PolicyPack
from domain.recorded_days import check_recorded_day


def record_activity(
    command: RecordActivity, alliance: Alliance, *, now: datetime, pack: PolicyPack
) -> list[AllianceEvent]:
    """Record an activity of experts at an institution of the alliance."""
    require_formed(alliance, command.alliance_id)
    recorded = ActivityRecorded(
        alliance_id=command.alliance_id,
        activity_id=command.activity_id,
        kind=command.kind,
        institution_id=command.institution_id,
        held_on=command.held_on,
        expert_ids=command.expert_ids,
        people=command.people,
    )
    if recorded in alliance.done:
        return []
    done = (event for event in alliance.done if isinstance(event, ActivityRecorded))
    if any(event.activity_id == command.activity_id for event in done):
        raise Refused("activity-already-recorded", activity=command.activity_id)
    require_belongs(alliance, command.institution_id, command.alliance_id)
    check_recorded_day(command.held_on, now, pack)
    if not command.expert_ids or command.people < 0:
        raise Refused("activity-without-people", activity=command.activity_id)
    return [recorded]


def record_training(
    command: RecordTraining, alliance: Alliance, *, now: datetime, pack: PolicyPack
) -> list[AllianceEvent]:
    """Record a training of the alliance's staff: each trainee once, for at least one hour."""
    require_formed(alliance, command.alliance_id)
    recorded = TrainingRecorded(
        alliance_id=command.alliance_id,
        training_id=command.training_id,
        topic=command.topic,
        from_day=command.from_day,
        to_day=command.to_day,
        trainees=command.trainees,
    )
    if recorded in alliance.done:
        return []
    done = (event for event in alliance.done if isinstance(event, TrainingRecorded))
    if any(event.training_id == command.training_id for event in done):
        raise Refused("training-already-recorded", training=command.training_id)
    check_recorded_day(command.to_day, now, pack)
    if command.to_day < command.from_day:
        raise Refused("training-ends-before-it-begins", training=command.training_id)
    people = [trainee.member_id for trainee in command.trainees]
    if not people or len(set(people)) < len(people) or any(trainee.hours < 1 for trainee in command.trainees):
        raise Refused("training-without-people", training=command.training_id)
    for trainee in command.trainees:
        require_belongs(alliance, trainee.institution_id, command.alliance_id)
    return [recorded]
