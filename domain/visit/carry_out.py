"""Carrying out a visit: assigned, released, started, completed, missed."""

from dataclasses import replace
from datetime import datetime

from domain.contract.state import Contract
from domain.decider import Refused
from domain.family_bed.state import FamilyBed
from domain.finding import check_measured
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident
from domain.team.state import Team
from domain.visit.commands import AssignVisit, CompleteVisit, MissVisit, Part, ReleaseVisit, StartVisit
from domain.visit.endings import cancelled, reason_against
from domain.visit.events import (
    VisitAssigned,
    VisitCompleted,
    VisitEvent,
    VisitJoined,
    VisitMissed,
    VisitReleased,
    VisitStarted,
)
from domain.visit.plausible import check_entering, check_length, outside_hours
from domain.visit.presence import after_leaving, alarm_at, ended, entering, has_left, leaving, left_event, with_findings
from domain.visit.state import Visit, require_open, require_requested


def assign(command: AssignVisit, visit: Visit) -> list[VisitEvent]:
    """Assign an open visit inside its window, a different member for each need."""
    requested = require_requested(visit, command.visit_id)
    if visit.day == command.day and (visit.slots == command.slots or is_as_it_happens(command, visit)):
        return []  # a revised roster repeats the assignment
    require_open(visit, command.visit_id)
    if not visit.window_from <= command.day <= visit.window_to:
        raise Refused("day-outside-window", visit=command.visit_id, day=command.day)
    if len(command.slots) != len(visit.needs):
        raise Refused("visit-needs-other-people", visit=command.visit_id, needs=len(visit.needs))
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


def is_as_it_happens(command: AssignVisit, visit: Visit) -> bool:
    """Say whether a revised roster shows a visit that has begun with those who are there or expected."""
    expected = {slot.member_id for slot in visit.slots} | {part.member_id for part in visit.parts}
    has_begun = visit.status in {"started", "completed"} or bool(visit.absent)
    return has_begun and {slot.member_id for slot in command.slots} <= expected


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
            was_on=visit.day,
        )
    ]


def start(command: StartVisit, visit: Visit, *, now: datetime, pack: PolicyPack, team: Team) -> list[VisitEvent]:
    """Enter the home of an assigned visit on its day, not in the future; far outside of one's hours with a reason."""
    require_requested(visit, command.visit_id)
    before_parts = visit.status == "started" and not visit.parts
    if before_parts and visit.entered_at == command.entered_at:
        return []
    if visit.status not in {"assigned", "started"} or before_parts or visit.day is None:
        raise Refused("visit-not-assigned", visit=command.visit_id, status=visit.status)
    entered = entering(command, visit, team)
    if not entered:
        return []
    if command.entered_at > now:
        raise Refused("moment-in-the-future", moment=command.entered_at.isoformat())
    check_entering(visit, command.visit_id, entered, team, pack)
    odd = outside_hours(visit, entered, team, pack)
    reason = (command.reason or "").strip() or None
    if odd is not None and reason is None:
        raise Refused("outside-hours-without-reason", member=odd, minutes=pack.outside_shift_minutes)
    parts = (*visit.parts, *entered)
    due = alarm_at(visit, parts, pack)
    assert due is not None, "somebody is there"
    if visit.status == "started":
        return [
            VisitJoined(
                visit_id=command.visit_id,
                team_id=visit.team_id,
                day=visit.day,
                parts=parts,
                alarm_at=due,
                outside_hours=reason if odd else None,
            )
        ]
    return [
        VisitStarted(
            visit_id=command.visit_id,
            team_id=visit.team_id,
            entered_at=command.entered_at,
            day=visit.day,
            parts=parts,
            alarm_at=due,
            outside_hours=reason if odd else None,
        )
    ]


def complete(command: CompleteVisit, visit: Visit, *, now: datetime, pack: PolicyPack) -> list[VisitEvent]:
    """Leave the home after entering it, with plausible values; a visit below the pack's minutes is marked as short.

    The visit is done when its last part has ended.
    """
    require_requested(visit, command.visit_id)
    if has_left(command, visit) or (
        visit.status == "completed" and visit.left_at == command.left_at and command.member_id is None
    ):
        return []
    if visit.status != "started" or visit.entered_at is None:
        raise Refused("visit-not-started", visit=command.visit_id, status=visit.status)
    before_parts = not visit.parts
    if before_parts:
        visit = with_assigned_parts(visit, visit.entered_at)
    gone = leaving(command, visit)
    entered_at = min(part.entered_at for part in gone)
    if command.left_at <= max(part.entered_at for part in gone):
        raise Refused("left-before-entered", visit=command.visit_id)
    if command.left_at > now:
        raise Refused("moment-in-the-future", moment=command.left_at.isoformat())
    check_length(command.visit_id, entered_at, command.left_at, pack)
    check_measured(command.measured)
    check_signatures(command, entered_at, now)
    after = with_findings(replace(visit, parts=after_leaving(visit, gone, command.left_at)), command)
    if after.there or after.waiting:
        return [left_event(after, command.visit_id, visit.day or local_day(entered_at), pack)]
    over = ended(after, command.visit_id, pack)
    if before_parts:  # nobody was claimed for the home when it began
        return [replace(each, parts=()) if isinstance(each, VisitCompleted) else each for each in over]
    return over


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


def with_assigned_parts(visit: Visit, entered_at: datetime) -> Visit:
    """Return a visit that began before parts were recorded, as if all who were assigned entered together."""
    parts = tuple(
        Part(service=service, member_id=slot.member_id, entered_at=entered_at)
        for service, slot in enumerate(visit.slots)
    )
    return replace(visit, parts=parts)


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
            was_on=visit.day,
        )
    ]
