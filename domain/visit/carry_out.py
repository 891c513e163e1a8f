"""Carrying out a visit: assigned, released, started, completed, missed."""

from datetime import datetime, timedelta

from domain.contract.state import Contract
from domain.decider import Refused
from domain.family_bed.state import FamilyBed
from domain.finding import check_measured
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident
from domain.visit.commands import AssignVisit, CompleteVisit, MissVisit, ReleaseVisit, StartVisit
from domain.visit.endings import cancelled, reason_against
from domain.visit.events import VisitAssigned, VisitCompleted, VisitEvent, VisitMissed, VisitReleased, VisitStarted
from domain.visit.state import Visit, require_open, require_requested


def assign(command: AssignVisit, visit: Visit) -> list[VisitEvent]:
    """Assign an open visit inside its window, a different member for each need."""
    requested = require_requested(visit, command.visit_id)
    if visit.day == command.day and visit.slots == command.slots:
        return []  # also after its start or end: a revised roster repeats the assignment
    require_open(visit, command.visit_id)
    if not visit.window_from <= command.day <= visit.window_to:
        raise Refused("day-outside-window", visit=command.visit_id, day=command.day)
    if len(command.slots) != len(requested.needs):
        raise Refused("visit-needs-other-people", visit=command.visit_id, needs=len(requested.needs))
    if len({slot.member_id for slot in command.slots}) < len(command.slots):
        raise Refused("member-assigned-twice", visit=command.visit_id)
    return [
        VisitAssigned(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            roster_id=command.roster_id,
            day=command.day,
            slots=command.slots,
        )
    ]


def release(command: ReleaseVisit, visit: Visit) -> list[VisitEvent]:
    """Take the members away from an assigned visit, unless another roster assigned it."""
    requested = require_requested(visit, command.visit_id)
    if visit.status != "assigned" or visit.roster_id != command.roster_id:
        return []
    return [
        VisitReleased(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            roster_id=command.roster_id,
            window_to=visit.window_to,
        )
    ]


def start(command: StartVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Enter the home of an assigned visit; not in the future."""
    require_requested(visit, command.visit_id)
    if visit.status == "started" and visit.entered_at == command.entered_at:
        return []
    if visit.status != "assigned":
        raise Refused("visit-not-assigned", visit=command.visit_id, status=visit.status)
    if command.entered_at > now:
        raise Refused("moment-in-the-future", moment=command.entered_at.isoformat())
    return [VisitStarted(visit_id=command.visit_id, team_id=visit.team_id, entered_at=command.entered_at)]


def complete(command: CompleteVisit, visit: Visit, *, now: datetime, pack: PolicyPack) -> list[VisitEvent]:
    """Leave the home after entering it, with plausible values; a visit below the pack's minutes is marked as short."""
    requested = require_requested(visit, command.visit_id)
    if visit.status == "completed" and visit.left_at == command.left_at:
        return []
    if visit.status != "started" or visit.entered_at is None:
        raise Refused("visit-not-started", visit=command.visit_id, status=visit.status)
    if command.left_at <= visit.entered_at:
        raise Refused("left-before-entered", visit=command.visit_id)
    if command.left_at > now:
        raise Refused("moment-in-the-future", moment=command.left_at.isoformat())
    check_measured(command.measured)
    check_signatures(command, visit.entered_at, now)
    return [
        VisitCompleted(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            family_bed_id=requested.family_bed_id,
            member_ids=tuple(slot.member_id for slot in visit.slots),
            entered_at=visit.entered_at,
            left_at=command.left_at,
            findings=command.findings,
            measured=command.measured,
            signatures=command.signatures,
            short=command.left_at - visit.entered_at < timedelta(minutes=pack.least_visit_minutes),
            contract_id=requested.contract_id,
            purpose=requested.purpose,
        )
    ]


def check_signatures(command: CompleteVisit, entered_at: datetime, now: datetime) -> None:
    """Refuse signatures from before the visit or from the future, and two of one kind."""
    seen: set[str] = set()
    for signature in command.signatures:
        if signature.signed_by in seen:
            raise Refused("signed-twice", visit=command.visit_id, signer=signature.signed_by)
        if signature.signed_at < entered_at:
            raise Refused("signed-before-entered", visit=command.visit_id)
        if signature.signed_at > now:
            raise Refused("moment-in-the-future", moment=signature.signed_at.isoformat())
        seen.add(signature.signed_by)


def miss(
    command: MissVisit,
    visit: Visit,
    *,
    now: datetime,
    contract: Contract,
    family_bed: FamilyBed,
    resident: Resident,
) -> list[VisitEvent]:
    """Record that an open visit did not take place; one to somebody who was gone, or without a contract, is cancelled.

    Nobody missed a visit that could not be made, and it is not requested again.
    """
    requested = require_requested(visit, command.visit_id)
    if visit.status == "missed":
        return []
    require_open(visit, command.visit_id)
    against = reason_against(visit.day or visit.window_to, requested, resident, contract, family_bed)
    if against is not None:
        return [cancelled(visit, requested, against, local_day(now))]
    return [
        VisitMissed(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            reason=command.reason,
            attempt=visit.attempt,
        )
    ]
