"""What is decided about a resident."""

from datetime import datetime
from typing import get_args

from domain.decider import Decider, Refused
from domain.institution import Institution
from domain.local_time import local_day
from domain.resident.asked import STAGES, CorrectPersonalDetails, RegisterResident, TagKeyGroup, UntagKeyGroup
from domain.resident.facts import (
    KeyGroupTagged,
    KeyGroupUntagged,
    PersonalDetailsCorrected,
    ResidentEvent,
    ResidentRegistered,
)
from domain.resident.state import Resident, evolve


def register(
    command: RegisterResident, resident: Resident, *, now: datetime, institution: Institution
) -> list[ResidentEvent]:
    """Register once; the same papers again say nothing."""
    registered = ResidentRegistered(
        resident_id=command.resident_id,
        institution_id=command.institution_id,
        evidence=command.evidence,
        resident_since=command.resident_since,
        homebound=command.homebound,
        personal=command.personal,
    )
    if resident.registered == registered:
        return []
    if resident.registered is not None:
        raise Refused("resident-already-registered", resident=command.resident_id)
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    today = local_day(now)
    if max(command.personal.born_on, command.resident_since) > today:
        raise Refused("day-in-the-future", day=max(command.personal.born_on, command.resident_since))
    return [registered]


def correct(command: CorrectPersonalDetails, resident: Resident) -> list[ResidentEvent]:
    """Replace what is personal if it differs."""
    require_registered(resident, command.resident_id)
    if resident.personal == command.personal:
        return []
    return [PersonalDetailsCorrected(resident_id=command.resident_id, personal=command.personal)]


def tag(command: TagKeyGroup, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Add a key group, or move its anchor or stage."""
    require_registered(resident, command.resident_id)
    known = next((tag for tag in resident.tags if tag.group == command.group), None)
    if known is not None and (known.anchor, known.stage) == (command.anchor, command.stage):
        return []
    latest = max(command.since, command.anchor or command.since)
    if latest > local_day(now):
        raise Refused("day-in-the-future", day=latest)
    if command.stage is not None and command.stage not in STAGES.get(command.group, ()):
        raise Refused("stage-of-another-group", group=command.group, stage=command.stage)
    return [
        KeyGroupTagged(
            resident_id=command.resident_id,
            group=command.group,
            since=command.since,
            anchor=command.anchor,
            stage=command.stage,
        )
    ]


def untag(command: UntagKeyGroup, resident: Resident) -> list[ResidentEvent]:
    """Take a key group away."""
    require_registered(resident, command.resident_id)
    tagged = next((tag for tag in resident.tags if tag.group == command.group), None)
    if tagged is None:
        return []
    if command.until < tagged.since:
        raise Refused("group-left-before-joined", group=command.group, since=tagged.since)
    return [KeyGroupUntagged(resident_id=command.resident_id, group=command.group, until=command.until)]


def require_registered(resident: Resident, resident_id: str) -> ResidentRegistered:
    """Return the registration; refuse if there is none."""
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=resident_id)
    return resident.registered


RESIDENT: Decider[Resident, ResidentEvent] = Decider(
    category="resident",
    initial=Resident(),
    evolve=evolve,
    decisions={RegisterResident: register, CorrectPersonalDetails: correct, TagKeyGroup: tag, UntagKeyGroup: untag},
    events=get_args(ResidentEvent),
    identify=lambda command: command.resident_id,
)
