"""Evidence that a person may sign here (A1.1), and checks of identity papers."""

from dataclasses import replace
from datetime import date, datetime

from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.commands import Paper, ShowEvidence
from domain.resident.events import EvidenceShown, ResidentEvent
from domain.resident.key_groups import future_elder_day, group_changes
from domain.resident.state import Resident, check_day, evolve, require_registered

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

CHECK_DIGITS = "10X98765432"


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


def check_paper(paper: Paper, number: str, born_on: date) -> None:
    """Refuse an impossible number of an identity card, or one with another birthday (GB 11643-1999).

    Eighteen characters: six of the place, eight of the birthday, three of the order, one check digit. Numbers of other
    papers are not checked. A refusal never contains the number.
    """
    if not number.strip():
        raise Refused("paper-number-missing", paper=paper)
    if paper != "identity-card":
        return
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        raise Refused("identity-number-malformed")
    if number[17] != check_digit(number[:17]):
        raise Refused("identity-number-check-fails")
    if number[6:14] != f"{born_on:%Y%m%d}":
        raise Refused("identity-number-says-another-birthday")


def check_digit(digits: str) -> str:
    """Return the check digit of a number with these first seventeen digits (ISO 7064, MOD 11-2)."""
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return CHECK_DIGITS[remainder]
