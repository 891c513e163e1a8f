"""Corrections of what is recorded about a resident."""

from datetime import datetime

from domain.corrections import check_correction
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.policy_pack.pack import Touched
from domain.resident.commands import AnnulDeparture, CorrectDeparture, Departure
from domain.resident.events import DepartureAnnulled, DepartureCorrected, ResidentEvent
from domain.resident.key_groups import future_elder_day
from domain.resident.state import Resident, check_born, check_day, require_registered


def touched_by(departure: Departure) -> frozenset[Touched]:
    """Return what the correction of a departure touches: a death asks for a second person where the pack says so."""
    return frozenset({"death"} if departure == "died" else ())


def annul_departure(
    command: AnnulDeparture, resident: Resident, *, now: datetime, actor: str, pack: PolicyPack
) -> list[ResidentEvent]:
    """Annul a death or a move; nothing where none of the kind is recorded."""
    require_registered(resident, command.resident_id)
    departed, before = resident.departed, resident.departed_before
    if departed is None or departed.reason != command.departure:
        return []
    check_correction(command.reason, command.allowed_by, actor, pack, touched_by(departed.reason))
    return [
        DepartureAnnulled(
            resident_id=command.resident_id,
            departure=departed.reason,
            last_day=departed.last_day,
            stands=None if before is None else before.reason,
            stands_after=None if before is None else before.last_day,
            elder_on=future_elder_day(resident, local_day(now), pack),
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]


def correct_departure(
    command: CorrectDeparture, resident: Resident, *, now: datetime, actor: str, pack: PolicyPack
) -> list[ResidentEvent]:
    """Correct the last day of a departure; that of a death is never in the future."""
    require_registered(resident, command.resident_id)
    departed = resident.departed
    if departed is None:
        raise Refused("resident-not-departed", resident=command.resident_id)
    if departed.last_day == command.last_day:
        return []
    check_correction(command.reason, command.allowed_by, actor, pack, touched_by(departed.reason))
    if departed.reason == "died":
        check_day(command.last_day, local_day(now))
    check_born(resident.personal, command.last_day)
    return [
        DepartureCorrected(
            resident_id=command.resident_id,
            departure=departed.reason,
            was_last_day=departed.last_day,
            last_day=command.last_day,
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]
