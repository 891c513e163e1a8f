"""Changes of a requested visit: requested again, rescheduled, handed over, cancelled."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.contract.state import Contract
from domain.decider import Refused
from domain.family_bed.state import FamilyBed
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident
from domain.team.state import Team
from domain.team.working_days import window_warnings
from domain.visit.commands import CancelVisit, HandOverVisit, Need, RequestVisitAgain, RescheduleVisit
from domain.visit.endings import cancelled, check_last_day, check_resident_is_there, last_day_for, reason_against
from domain.visit.events import VisitEvent, VisitHandedOver, VisitRequestedAgain, VisitRescheduled
from domain.visit.request import at_night, check_named, check_window
from domain.visit.state import OPEN, Visit, require_open, require_requested
from domain.working_calendar import working_calendar


def request_again(
    command: RequestVisitAgain,
    visit: Visit,
    *,
    now: datetime,
    pack: PolicyPack,
    contract: Contract,
    family_bed: FamilyBed,
    resident: Resident,
) -> list[VisitEvent]:
    """Request a missed visit again from tomorrow, until the pack's attempts are used up; or one of a task still owed.

    It lasts for the pack's days, and at least until the next working day. Nothing is requested of somebody who is gone
    by then, nor under a contract or at a bed that is over.
    """
    requested = require_requested(visit, command.visit_id)
    if visit.status not in {"missed", "annulled"} or (visit.status == "annulled" and requested.care_task_id is None):
        return []
    if visit.attempt >= pack.visit_attempts:
        raise Refused("attempts-used-up", visit=command.visit_id, attempts=pack.visit_attempts)
    tomorrow = local_day(now) + timedelta(days=1)
    check_resident_is_there(resident, requested.resident_id, tomorrow)
    if reason_against(tomorrow, requested, resident, contract, family_bed) is not None:
        raise Refused("no-valid-contract-or-bed", visit=command.visit_id, day=tomorrow)
    last_day = last_day_for(resident, contract, family_bed)
    next_working_day = working_calendar(pack.calendar).from_working_day(tomorrow)
    last_of_window = max(visit.window_to, tomorrow + timedelta(days=pack.ask_again_days - 1), next_working_day)
    return [
        VisitRequestedAgain(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            attempt=visit.attempt + 1,
            window_from=tomorrow,
            window_to=min(last_day, last_of_window),
            plan_from=tomorrow,
            needs=needs_left(visit),
        )
    ]


def needs_left(visit: Visit) -> tuple[Need, ...] | None:
    """Return the needs of members who did not come, where the others' work is done and stands by itself; else None."""
    if visit.miss_reason != "partner-absent" or visit.sync != "sequential" or not visit.parts:
        return None
    return tuple(visit.needs[service] for service in visit.absent)


def reschedule(
    command: RescheduleVisit,
    visit: Visit,
    *,
    now: datetime,
    pack: PolicyPack,
    team: Team,
    contract: Contract,
    family_bed: FamilyBed,
    resident: Resident,
) -> list[VisitEvent]:
    """Move an open visit to another window, not beyond the last day; into the night only if two people go."""
    requested = require_requested(visit, command.visit_id)
    window = (command.window_from, command.window_to, command.opens_at, command.closes_at)
    if visit.status == "requested" and window == (visit.window_from, visit.window_to, visit.opens_at, visit.closes_at):
        return []
    require_open(visit, command.visit_id)
    today = local_day(now)
    check_window(*window, today, pack)
    check_resident_is_there(resident, requested.resident_id, max(command.window_from, today))
    check_last_day(command.visit_id, command.window_to, last_day_for(resident, contract, family_bed))
    if len(visit.needs) == 1 and at_night(command.opens_at, command.closes_at, pack):
        raise Refused("visit-needs-two", visit=command.visit_id)
    first, roles = max(command.window_from, today), [need.roles for need in visit.needs]
    return [
        VisitRescheduled(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            window_from=command.window_from,
            window_to=command.window_to,
            plan_from=first,
            opens_at=command.opens_at,
            closes_at=command.closes_at,
            was_on=visit.day,
            waited_for=visit.waits_for(today),
            warnings=window_warnings(team, roles, first, command.window_to, pack),
        )
    ]


def hand_over(command: HandOverVisit, visit: Visit, *, now: datetime, pack: PolicyPack, team: Team) -> list[VisitEvent]:
    """Give an open visit to another team; its needs no longer name members of the old team."""
    requested = require_requested(visit, command.visit_id)
    if visit.team_id == command.team_id:
        return []
    of_contract = command.contract_id is not None
    if of_contract and (requested.contract_id != command.contract_id or visit.status not in OPEN):
        return []
    require_open(visit, command.visit_id)
    if team.formed is None:
        raise Refused("team-not-formed", team=command.team_id)
    first_day = max(visit.window_from, local_day(now))
    check_named(command.needs or (), team, command.team_id, (first_day, visit.window_to))
    if command.needs is not None and len(command.needs) != len(visit.needs):
        raise Refused("visit-needs-other-people", visit=command.visit_id, needs=len(visit.needs))
    needs = command.needs or tuple(renamed(need, command) for need in visit.needs)
    return [
        VisitHandedOver(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            from_team_id=visit.team_id,
            team_id=command.team_id,
            care_task_id=requested.care_task_id,
            needs=needs,
            window_to=visit.window_to,
            plan_from=first_day,
            was_on=visit.day,
            warnings=window_warnings(team, [need.roles for need in needs], first_day, visit.window_to, pack),
        )
    ]


def renamed(need: Need, command: HandOverVisit) -> Need:
    """Return a need with the new doctor or nurse where it named one of the old team; nobody else is preferred."""
    member_id = {"gp": command.doctor_id, "nurse": command.nurse_id}.get(need.roles[0])
    return replace(need, named_id=None if need.named_id is None else member_id, preferred_ids=())


def cancel(command: CancelVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Cancel a visit that has not begun."""
    requested = require_requested(visit, command.visit_id)
    if visit.status == "cancelled":
        return []
    if visit.status not in {*OPEN, "missed"}:
        raise Refused("visit-not-open", visit=command.visit_id, status=visit.status)
    return [cancelled(visit, requested, command.reason, local_day(now))]
