"""Corrections of a visit: one that was cancelled by mistake, recorded twice, or recorded wrong."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.contract.state import Contract
from domain.corrections import check_reason
from domain.decider import Refused
from domain.family_bed.state import FamilyBed
from domain.finding import check_measured
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident
from domain.visit.commands import AnnulVisit, CorrectFindings, CorrectVisit, MissReason, Part, ReinstateVisit
from domain.visit.correction_events import VisitAnnulled, VisitCorrected, VisitNotMade, VisitReinstated
from domain.visit.endings import check_resident_is_there, reason_against
from domain.visit.events import VisitCompleted, VisitEvent
from domain.visit.plausible import check_length
from domain.visit.presence import is_far_shorter
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


def annul(command: AnnulVisit, visit: Visit) -> list[VisitEvent]:
    """Annul the record of a visit that was made."""
    require_requested(visit, command.visit_id)
    if visit.status == "annulled":
        return []
    made = require_made(visit, command.visit_id)
    check_reason(command.reason)
    return [
        VisitAnnulled(
            visit_id=command.visit_id,
            resident_id=made.resident_id,
            team_id=made.team_id,
            care_task_id=made.care_task_id,
            family_bed_id=made.family_bed_id,
            contract_id=made.contract_id,
            purpose=purpose_of(visit),
            day=day_of(made),
            member_ids=made.member_ids,
            entered_at=made.entered_at,
            left_at=made.left_at,
            parts=made.parts,
            reason=command.reason,
        )
    ]


def correct(command: CorrectVisit, visit: Visit, *, now: datetime, pack: PolicyPack) -> list[VisitEvent]:
    """Correct the times of a visit that was made, on the day on which it was made; or its outcome."""
    require_requested(visit, command.visit_id)
    if command.missed is not None and visit.status == "missed" and visit.miss_reason == command.missed:
        return []
    made = require_made(visit, command.visit_id)
    if command.missed is not None:
        check_reason(command.reason)
        return [not_made(visit, made, command.missed, command.reason)]
    entered_at, left_at, parts = corrected_times(command, made)
    if (entered_at, left_at, parts) == (made.entered_at, made.left_at, made.parts):
        return []
    check_reason(command.reason)
    if local_day(entered_at) != local_day(made.entered_at):
        raise Refused("visit-of-another-day", visit=command.visit_id, day=local_day(made.entered_at))
    if left_at > now:
        raise Refused("moment-in-the-future", moment=left_at.isoformat())
    if left_at <= entered_at or any(part.left_at is None or part.left_at <= part.entered_at for part in parts):
        raise Refused("left-before-entered", visit=command.visit_id)
    check_length(command.visit_id, entered_at, left_at, pack)
    right = replace(
        made,
        entered_at=entered_at,
        left_at=left_at,
        parts=parts,
        short=left_at - entered_at < timedelta(minutes=pack.least_visit_minutes),
        far_shorter=any(is_far_shorter(visit, part, pack) for part in parts),
    )
    return [corrected(visit, made, right, command.reason)]


def corrected_times(command: CorrectVisit, made: VisitCompleted) -> tuple[datetime, datetime, tuple[Part, ...]]:
    """Return when a visit began and ended, and who was there when, with the corrected times."""
    if command.member_id is not None and command.member_id not in {part.member_id for part in made.parts}:
        raise Refused("member-not-in-the-home", visit=command.visit_id, member=command.member_id)
    parts = tuple(
        replace(part, entered_at=command.entered_at or part.entered_at, left_at=command.left_at or part.left_at)
        if command.member_id in {None, part.member_id}
        else part
        for part in made.parts
    )
    if not parts:
        return command.entered_at or made.entered_at, command.left_at or made.left_at, ()
    return min(part.entered_at for part in parts), max(part.left_at or part.entered_at for part in parts), parts


def correct_findings(command: CorrectFindings, visit: Visit) -> list[VisitEvent]:
    """Replace the findings of a visit that was made by plausible ones."""
    require_requested(visit, command.visit_id)
    made = require_made(visit, command.visit_id)
    if (command.findings, command.measured) == (made.findings, made.measured):
        return []
    check_reason(command.reason)
    check_measured(command.measured)
    right = replace(made, findings=command.findings, measured=command.measured)
    return [corrected(visit, made, right, command.reason)]


def require_made(visit: Visit, visit_id: str) -> VisitCompleted:
    """Return the record of a visit that was made; refuse any other."""
    if visit.completed is None:
        raise Refused("visit-not-made", visit=visit_id, status=visit.status)
    return visit.completed


def purpose_of(visit: Visit) -> str:
    """Return the purpose for which a visit was requested."""
    return "" if visit.requested is None else visit.requested.purpose


def day_of(made: VisitCompleted) -> date:
    """Return the day of a visit that was made; old records do not name it."""
    return made.day or local_day(made.entered_at)


def not_made(visit: Visit, made: VisitCompleted, missed: MissReason, reason: str) -> VisitNotMade:
    """Return that a visit was missed which was recorded as made."""
    return VisitNotMade(
        visit_id=made.visit_id,
        resident_id=made.resident_id,
        team_id=made.team_id,
        care_task_id=made.care_task_id,
        family_bed_id=made.family_bed_id,
        contract_id=made.contract_id,
        purpose=purpose_of(visit),
        day=day_of(made),
        member_ids=made.member_ids,
        entered_at=made.entered_at,
        left_at=made.left_at,
        parts=made.parts,
        missed=missed,
        attempt=visit.attempt,
        reason=reason,
    )


def corrected(visit: Visit, made: VisitCompleted, right: VisitCompleted, reason: str) -> VisitCorrected:
    """Return the right record of a visit beside what was recorded."""
    return VisitCorrected(
        visit_id=made.visit_id,
        resident_id=made.resident_id,
        team_id=made.team_id,
        care_task_id=made.care_task_id,
        family_bed_id=made.family_bed_id,
        contract_id=made.contract_id,
        purpose=purpose_of(visit),
        day=day_of(made),
        member_ids=made.member_ids,
        entered_at=right.entered_at,
        left_at=right.left_at,
        parts=right.parts,
        findings=right.findings,
        measured=right.measured,
        short=right.short,
        far_shorter=right.far_shorter,
        was_entered_at=made.entered_at,
        was_left_at=made.left_at,
        was_findings=made.findings,
        was_measured=made.measured,
        reason=reason,
    )
