"""How a visit is wanted: asked for, asked again, moved, handed over, called off."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.contract import Contract
from domain.decider import Refused
from domain.family_bed import FamilyBed
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.visit.asked import (
    CancelVisit,
    HandOverVisit,
    RequestVisit,
    RequestVisitAgain,
    RescheduleVisit,
)
from domain.visit.facts import (
    VisitCancelled,
    VisitEvent,
    VisitHandedOver,
    VisitRequested,
    VisitRequestedAgain,
    VisitRescheduled,
)
from domain.visit.state import (
    OPEN,
    Visit,
    require_open,
    require_requested,
)


def request(
    command: RequestVisit, visit: Visit, *, now: datetime, pack: PolicyPack, contract: Contract, family_bed: FamilyBed
) -> list[VisitEvent]:
    """Ask once, in a window that can be met, under a contract or bed that is valid when the window opens (A11)."""
    today = local_day(now)
    requested = VisitRequested(
        visit_id=command.visit_id,
        resident_id=command.resident_id,
        team_id=command.team_id,
        contract_id=command.contract_id,
        family_bed_id=command.family_bed_id,
        care_task_id=command.care_task_id,
        purpose=command.purpose,
        needs=command.needs,
        sync=command.sync,
        least_gap=command.least_gap,
        most_gap=command.most_gap,
        window_from=command.window_from,
        window_to=command.window_to,
        plan_from=max(command.window_from, today),
        opens_at=command.opens_at,
        closes_at=command.closes_at,
        priority=command.priority,
    )
    if visit.requested is not None:
        if replace(visit.requested, plan_from=requested.plan_from) == requested:
            return []
        raise Refused("visit-already-requested", visit=command.visit_id)
    check_window(command.window_from, command.window_to, command.opens_at, command.closes_at, today)
    check_needs(command, pack)
    first_day = requested.plan_from
    if not (contract_is_for(contract, command, first_day) or bed_is_for(family_bed, command, first_day)):
        raise Refused("no-valid-contract-or-bed", visit=command.visit_id, day=first_day)
    return [requested]


def request_again(command: RequestVisitAgain, visit: Visit, *, now: datetime, pack: PolicyPack) -> list[VisitEvent]:
    """Ask for a missed visit again from tomorrow, until the pack's attempts are used up."""
    requested = require_requested(visit, command.visit_id)
    if visit.status != "missed":
        return []
    if visit.attempt >= pack.visit_attempts:
        raise Refused("attempts-used-up", visit=command.visit_id, attempts=pack.visit_attempts)
    tomorrow = local_day(now) + timedelta(days=1)
    return [
        VisitRequestedAgain(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            attempt=visit.attempt + 1,
            window_from=tomorrow,
            window_to=max(visit.window_to, tomorrow + timedelta(days=pack.ask_again_days - 1)),
            plan_from=tomorrow,
        )
    ]


def reschedule(command: RescheduleVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Move an open visit to another window."""
    requested = require_requested(visit, command.visit_id)
    asked = (command.window_from, command.window_to, command.opens_at, command.closes_at)
    if visit.status == "requested" and asked == (visit.window_from, visit.window_to, visit.opens_at, visit.closes_at):
        return []
    require_open(visit, command.visit_id)
    today = local_day(now)
    check_window(*asked, today)
    return [
        VisitRescheduled(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            window_from=command.window_from,
            window_to=command.window_to,
            plan_from=max(command.window_from, today),
            opens_at=command.opens_at,
            closes_at=command.closes_at,
            was_on=visit.day,
            waited_for=waits_for(visit, today),
        )
    ]


def hand_over(command: HandOverVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Let another team make an open visit; nobody of the old team is named any more."""
    requested = require_requested(visit, command.visit_id)
    if visit.team_id == command.team_id:
        return []
    require_open(visit, command.visit_id)
    if command.needs is not None and len(command.needs) != len(visit.needs):
        raise Refused("visit-needs-other-people", visit=command.visit_id, needs=len(visit.needs))
    return [
        VisitHandedOver(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            from_team_id=visit.team_id,
            team_id=command.team_id,
            care_task_id=requested.care_task_id,
            needs=command.needs or tuple(replace(need, named_id=None) for need in visit.needs),
            window_to=visit.window_to,
            plan_from=max(visit.window_from, local_day(now)),
            was_on=visit.day,
        )
    ]


def cancel(command: CancelVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Cancel a visit that nobody has begun."""
    requested = require_requested(visit, command.visit_id)
    if visit.status == "cancelled":
        return []
    if visit.status not in {*OPEN, "missed"}:
        raise Refused("visit-not-open", visit=command.visit_id, status=visit.status)
    return [
        VisitCancelled(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            reason=command.reason,
            was_on=visit.day,
            waited_for=waits_for(visit, local_day(now)),
        )
    ]


def waits_for(visit: Visit, today: date) -> date | None:
    """Return the next day on which a visit without a place could stand."""
    return max(visit.window_from, today) if visit.status == "requested" else None


def check_window(first: date, last: date, opens_at: int | None, closes_at: int | None, today: date) -> None:
    """Refuse windows that nobody can meet."""
    if last < first:
        raise Refused("window-ends-before-it-begins", begins=first, ends=last)
    if last < today:
        raise Refused("window-is-over", ends=last, today=today)
    if opens_at is not None and closes_at is not None and closes_at < opens_at:
        raise Refused("window-ends-before-it-begins", begins=opens_at, ends=closes_at)
    for minute in (opens_at, closes_at):
        if minute is not None and not 0 <= minute < 24 * 60:
            raise Refused("time-not-in-the-day", minute=minute)


def check_needs(command: RequestVisit, pack: PolicyPack) -> None:
    """Refuse needs that do not fit the kind of visit, or are too short to be a consultation (A2: 10 minutes)."""
    if len(command.needs) != (1 if command.sync == "single" else 2):
        raise Refused("needs-do-not-fit", sync=command.sync, needs=len(command.needs))
    if not 0 <= command.least_gap <= command.most_gap:
        raise Refused("gap-ends-before-it-begins", least=command.least_gap, most=command.most_gap)
    if not 1 <= command.priority <= 9:
        raise Refused("priority-unknown", priority=command.priority)
    for need in command.needs:
        if not need.roles:
            raise Refused("need-without-role", visit=command.visit_id)
        if need.minutes < pack.least_visit_minutes:
            raise Refused("visit-too-short", minutes=need.minutes, least=pack.least_visit_minutes)


def contract_is_for(contract: Contract, command: RequestVisit, day: date) -> bool:
    """Say whether the contract is the resident's and valid on that day."""
    return contract.signed is not None and contract.signed.resident_id == command.resident_id and contract.covers(day)


def bed_is_for(bed: FamilyBed, command: RequestVisit, day: date) -> bool:
    """Say whether the family bed is the resident's and open on that day."""
    return bed.applied is not None and bed.applied.resident_id == command.resident_id and bed.is_open(day)
