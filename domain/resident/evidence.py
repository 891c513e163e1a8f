"""Evidence that a person may sign here (A1.1)."""

from dataclasses import replace
from datetime import datetime

from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.commands import ShowEvidence
from domain.resident.events import EvidenceShown, ResidentEvent
from domain.resident.key_groups import future_elder_day, group_changes
from domain.resident.state import Resident, check_day, evolve, require_registered


def show_evidence(command: ShowEvidence, resident: Resident, *, now: datetime, pack: PolicyPack) -> list[ResidentEvent]:
    """Add evidence to that shown before (A1.1); it brings a resident back who had moved away."""
    require_registered(resident, command.resident_id)
    today = local_day(now)
    shown = EvidenceShown(
        resident_id=command.resident_id,
        evidence=command.evidence,
        resident_since=command.resident_since,
        shown_on=command.shown_on,
        valid_until=command.valid_until,
        elder_on=None,
    )
    person = evolve(resident, shown)
    if person.evidence[-1] == resident.evidence[-1] and person.departed == resident.departed:
        return []
    check_day(max(command.resident_since, command.shown_on), today)
    if resident.departed is not None and resident.departed.reason == "died":
        raise Refused("resident-died", resident=command.resident_id, day=resident.departed.last_day)
    if command.valid_until is not None and command.valid_until < command.shown_on:
        raise Refused("evidence-over-before-shown", valid_until=command.valid_until)
    return [replace(shown, elder_on=future_elder_day(person, today, pack)), *group_changes(person, today, pack)]
