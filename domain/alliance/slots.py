"""Specialist slots that hospitals of an alliance hold for family doctors (green channel, A8)."""

from domain.alliance.commands import HoldSlots
from domain.alliance.events import AllianceEvent, SlotsHeld
from domain.alliance.state import Alliance, require_belongs, require_formed
from domain.decider import Refused


def hold_slots(command: HoldSlots, alliance: Alliance) -> list[AllianceEvent]:
    """Hold slots of an institution of the alliance for a month; none, or another number, replaces what was held."""
    require_formed(alliance, command.alliance_id)
    require_belongs(alliance, command.institution_id, command.alliance_id)
    if command.slots < 0:
        raise Refused("slots-negative", slots=command.slots)
    held = SlotsHeld(
        alliance_id=command.alliance_id,
        institution_id=command.institution_id,
        specialty=command.specialty,
        month=command.month.replace(day=1),
        slots=command.slots,
    )
    return [] if held in alliance.slots else [held]
