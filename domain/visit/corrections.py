"""Corrections of a visit: one that was cancelled by mistake."""

from datetime import datetime

from domain.contract.state import Contract
from domain.corrections import check_reason
from domain.decider import Refused
from domain.family_bed.state import FamilyBed
from domain.local_time import local_day
from domain.resident.state import Resident
from domain.visit.commands import ReinstateVisit
from domain.visit.correction_events import VisitReinstated
from domain.visit.endings import check_resident_is_there, reason_against
from domain.visit.events import VisitEvent
from domain.visit.state import Visit, require_requested


def reinstate(
    command: ReinstateVisit,
    visit: Visit,
    *,
    now: datetime,
    contract: Contract,
    family_bed: FamilyBed,
    resident: Resident,
) -> list[VisitEvent]:
    """Request a cancelled visit again in the rest of its window, if its resident is there and contract or bed hold.

    The visit of a care task is not: its task is owed again, and asks for a visit of its own.
    """
    requested = require_requested(visit, command.visit_id)
    was = visit.cancel_reason
    if was is None or requested.care_task_id is not None or (command.causes and was not in command.causes):
        return []
    check_reason(command.reason)
    first = max(visit.window_from, local_day(now))
    if visit.window_to < first:
        raise Refused("window-over", visit=command.visit_id, ends=visit.window_to)
    check_resident_is_there(resident, requested.resident_id, first)
    if reason_against(first, requested, resident, contract, family_bed) is not None:
        raise Refused("no-valid-contract-or-bed", visit=command.visit_id, day=first)
    return [
        VisitReinstated(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            window_from=visit.window_from,
            window_to=visit.window_to,
            plan_from=first,
            was=was,
            reason=command.reason,
        )
    ]
