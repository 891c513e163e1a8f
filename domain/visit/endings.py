"""Ends of what a visit rests on: its resident died or moved away, its contract or bed is over, or there is a hospital.

One question decides for every command: by which day, and why, may this visit not be made any more.
"""

from datetime import date, datetime

from domain.contract.state import Contract
from domain.decider import FOREVER, Refused
from domain.family_bed.state import FamilyBed
from domain.local_time import local_day
from domain.resident.state import Resident, check_not_merged
from domain.visit.commands import CancelReason, EndVisit
from domain.visit.events import VisitCancelled, VisitEvent, VisitRequested, VisitRescheduled
from domain.visit.state import OPEN, Visit

NOT_EVEN_ON_THE_DAY = frozenset({"died", "bed-closed", "in-hospital"})
"""Causes after which a visit of the last day is not made either."""


def end(command: EndVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """End an open visit with what it rests on: one after the last day is cancelled, a longer window is cut.

    A visit that stands by the last day stays, and so does one that has begun. A visit that rests on another contract
    or bed, or on a contract as well as the bed that was closed, is not concerned.
    """
    requested = visit.requested
    if requested is None or visit.status not in OPEN or not is_concerned(command, requested):
        return []
    today = local_day(now)
    at_once = command.cause in NOT_EVEN_ON_THE_DAY or command.last_day < today
    if at_once or visit.window_from > command.last_day:
        return [cancelled(visit, requested, command.cause, today)]
    stays = visit.day is not None and visit.day <= command.last_day
    if stays or visit.window_to <= command.last_day:
        return []
    return [
        VisitRescheduled(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            window_from=visit.window_from,
            window_to=command.last_day,
            plan_from=max(visit.window_from, today),
            opens_at=visit.opens_at,
            closes_at=visit.closes_at,
            was_on=visit.day,
            waited_for=visit.waits_for(today),
        )
    ]


def is_concerned(command: EndVisit, requested: VisitRequested) -> bool:
    """Return whether a visit rests on what ended."""
    if command.source_id is None or command.source_id == requested.contract_id:
        return True
    return command.source_id == requested.family_bed_id and requested.contract_id is None


def cancelled(visit: Visit, requested: VisitRequested, reason: CancelReason, today: date) -> VisitCancelled:
    """Return the cancellation of a visit; it names the day that the roster of its members loses."""
    return VisitCancelled(
        visit_id=requested.visit_id,
        resident_id=requested.resident_id,
        team_id=visit.team_id,
        care_task_id=requested.care_task_id,
        reason=reason,
        was_on=visit.day,
        waited_for=visit.waits_for(today),
        family_bed_id=requested.family_bed_id,
    )


def reason_against(
    day: date, requested: VisitRequested, resident: Resident, contract: Contract, bed: FamilyBed
) -> CancelReason | None:
    """Return why a visit is not made on a day any more; None if its resident is there, and contract or bed hold."""
    gone = resident.gone_by(day)
    if gone is not None:
        return gone
    signed = requested.contract_id is not None and contract.signed is not None
    opened = requested.family_bed_id is not None and bed.opened is not None
    if (signed and contract.covers(day)) or (opened and bed.is_open(day)) or not (signed or opened):
        return None
    return "contract-over" if signed else "bed-closed"


def last_day_for(resident: Resident, contract: Contract, bed: FamilyBed) -> date:
    """Return the last day on which a visit may be made: that of a departure, or of a contract that was ended early.

    A term that only runs out sets none, since it may be renewed; nor does a contract beside an open bed.
    """
    last = FOREVER if resident.departed is None else resident.departed.last_day
    bed_is_open = bed.opened is not None and bed.closed is None
    if contract.ended == "terminated" and contract.ends_on is not None and not bed_is_open:
        last = min(last, contract.ends_on)
    return last


def check_resident_is_there(resident: Resident, resident_id: str, day: date) -> None:
    """Refuse a visit to a resident who died, or moved away before the day."""
    check_not_merged(resident, resident_id)
    if resident.departed is not None and resident.gone_by(day) is not None:
        raise Refused("resident-departed", resident=resident_id, last_day=resident.departed.last_day)


def check_last_day(visit_id: str, window_to: date, last_day: date) -> None:
    """Refuse a window beyond the last day."""
    if window_to > last_day:
        raise Refused("window-after-last-day", visit=visit_id, ends=window_to, last_day=last_day)
