"""Evidence that a person may sign here (A1.1)."""

import re
from dataclasses import replace
from datetime import datetime

from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.commands import ShowEvidence
from domain.resident.events import EvidenceShown, ResidentEvent
from domain.resident.identity import regular_number
from domain.resident.key_groups import future_elder_day, group_changes
from domain.resident.state import Resident, check_born, check_day, evolve, require_registered

LEAST_CHARACTERS = 8
"""Shorter numbers are not recorded at all: their end would be too much of them."""

KEPT_CHARACTERS = 3
"""The end of a document's number that tells two documents of one person apart, and names nobody."""

SHA256 = re.compile("[0-9a-f]{64}")


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
        document_kind=command.document_kind,
        number_ending=None if command.document_number is None else ending(command.document_number),
        document_issued_on=command.document_issued_on,
        copy_digest=command.copy_digest,
    )
    person = evolve(resident, shown)
    if person.evidence[-1] == resident.evidence[-1] and person.departed == resident.departed:
        return []
    check_day(max(command.resident_since, command.shown_on), today)
    days = (command.resident_since, command.shown_on, command.document_issued_on or command.shown_on)
    check_born(resident.personal, min(days))
    check_document(command)
    if resident.departed is not None and resident.departed.reason == "died":
        raise Refused("resident-died", resident=command.resident_id, day=resident.departed.last_day)
    if command.valid_until is not None and command.valid_until < command.shown_on:
        raise Refused("evidence-over-before-shown", valid_until=command.valid_until)
    return [replace(shown, elder_on=future_elder_day(person, today, pack)), *group_changes(person, today, pack)]


def ending(number: str) -> str | None:
    """Return the end of a document's number in its regular form, None for a short one."""
    regular = regular_number("other", number)
    return regular[-KEPT_CHARACTERS:] if len(regular) >= LEAST_CHARACTERS else None


def check_document(command: ShowEvidence) -> None:
    """Refuse details of a document without its kind, one issued after it was shown, and a digest that is none."""
    if command.document_kind is None and (command.document_number or command.document_issued_on or command.copy_digest):
        raise Refused("document-without-kind")
    if command.document_issued_on is not None and command.document_issued_on > command.shown_on:
        raise Refused("document-issued-after-shown", day=command.document_issued_on)
    if command.copy_digest is not None and SHA256.fullmatch(command.copy_digest) is None:
        raise Refused("copy-digest-malformed")
