"""How care tasks end without being done: missed, lost, cancelled; and how they move to another team."""

from dataclasses import replace
from datetime import date, datetime

from domain.care_plan.commands import (
    CancelCare,
    CancelCareTask,
    CancelCause,
    MissCareTask,
    MoveCare,
    RecordFailedAttempt,
)
from domain.care_plan.events import (
    CareAttemptFailed,
    CarePlanEvent,
    CareReportedUpward,
    CareTaskCancelled,
    CareTaskLost,
    CareTaskMissed,
    CareTaskMoved,
    ContractLaidDown,
    ContractMoved,
)
from domain.care_plan.follow_up import next_in_chain
from domain.care_plan.state import CarePlan, CareTask
from domain.care_plan.tasks import named, require_task
from domain.care_plan.trip_sharing import freed
from domain.contract.state import Contract
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.visit.commands import Need


def miss(command: MissCareTask, plan: CarePlan, *, now: datetime, pack: PolicyPack) -> list[CarePlanEvent]:
    """Give an open task up after the last day on which it was worth doing; what shared its trip goes on alone."""
    task = require_task(plan, command.care_task_id)
    today = local_day(now)
    if not task.is_open or today <= task.scheduled.lost_after:
        return []
    missed = CareTaskMissed(
        resident_id=command.resident_id, care_task_id=command.care_task_id, team_id=task.team_id, asked=task.has_visit
    )
    return [missed, *freed(plan, [task], today), *next_in_chain(plan, task, today, None, pack)]


def record_failed_attempt(
    command: RecordFailedAttempt, plan: CarePlan, *, now: datetime, pack: PolicyPack
) -> list[CarePlanEvent]:
    """Count an attempt to reach the person; after the last one the task is lost, and reported where the pack says so.

    What shared its trip is lost with it: it was the same door. Tuberculosis: two attempts, then reported (A5).
    """
    task = require_task(plan, command.care_task_id)
    if command.attempt < 1:
        raise Refused("attempt-unknown", attempt=command.attempt)
    if not task.is_open or command.attempt in task.attempts:
        return []
    rule = next((rule for rule in pack.care if rule.kind == task.scheduled.kind), None)
    most = rule.attempts if rule is not None and rule.attempts else pack.visit_attempts
    tried = len(task.attempts) + 1
    failed = CareAttemptFailed(
        resident_id=command.resident_id, care_task_id=command.care_task_id, attempt=command.attempt, most=most
    )
    if tried < most:
        return [failed]
    today = local_day(now)
    together = [task, *plan.with_it(command.care_task_id)]
    gone = [lost(each, tried) for each in together]
    chains = [event for each in together for event in next_in_chain(plan, each, today, None, pack)]
    if rule is None or not rule.reported:
        return [failed, *gone, *chains]
    return [failed, *gone, reported(task, tried, today), *chains]


def cancel_one(command: CancelCareTask, plan: CarePlan, *, now: datetime) -> list[CarePlanEvent]:
    """Cancel an open task; one that is over stays over. A visit that was called off was for all who shared it."""
    task = require_task(plan, command.care_task_id)
    if not task.is_open:
        return []
    shared = plan.with_it(command.care_task_id) if command.cause == "visit-cancelled" else []
    over = [task, *shared]
    return [*(cancelled(each, command.cause) for each in over), *freed(plan, over, local_day(now))]


def cancel_care(command: CancelCare, plan: CarePlan, *, now: datetime) -> list[CarePlanEvent]:
    """Cancel what a source owes in windows that open after its last day; for a bed, all that is open."""
    over = [
        task
        for task in plan.tasks.values()
        if task.scheduled.source_id == command.source_id
        and task.is_open
        and (command.cause in {"bed-closed", "in-hospital"} or task.scheduled.window_from > command.last_day)
    ]
    laid_down = [
        ContractLaidDown(resident_id=command.resident_id, contract_id=command.source_id, last_day=command.last_day)
        for term in plan.terms[-1:]
        if term.contract_id == command.source_id and term.ends_on > command.last_day
    ]
    ended = [cancelled(task, command.cause) for task in over]
    return [*laid_down, *ended, *freed(plan, over, local_day(now))]


def move_care(command: MoveCare, plan: CarePlan, *, contract: Contract) -> list[CarePlanEvent]:
    """Give open tasks under a contract to its present team, doctor and nurse."""
    if contract.team_id is None:
        raise Refused("contract-unknown", contract=command.contract_id)
    present = (contract.team_id, contract.doctor_id, contract.nurse_id)
    elsewhere = any(
        term.contract_id == command.contract_id and (term.team_id, term.doctor_id, term.nurse_id) != present
        for term in plan.terms
    )
    moved = ContractMoved(
        resident_id=command.resident_id,
        contract_id=command.contract_id,
        team_id=contract.team_id,
        doctor_id=contract.doctor_id,
        nurse_id=contract.nurse_id,
    )
    tasks = [
        CareTaskMoved(
            resident_id=command.resident_id,
            care_task_id=task.scheduled.care_task_id,
            team_id=contract.team_id,
            needs=renamed(task.needs, contract),
            asked=task.has_visit,
        )
        for task in plan.tasks.values()
        if task.scheduled.contract_id == command.contract_id and task.is_open and task.team_id != contract.team_id
    ]
    return [*([moved] if elsewhere else []), *tasks]


def renamed(needs: tuple[Need, ...], contract: Contract) -> tuple[Need, ...]:
    """Return the same needs with the contract's doctor and nurse."""
    return tuple(replace(need, named_id=named(need.roles, contract.doctor_id, contract.nurse_id)) for need in needs)


def cancelled(task: CareTask, cause: CancelCause) -> CareTaskCancelled:
    """Return the event that a task is not wanted."""
    return CareTaskCancelled(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        team_id=task.team_id,
        cause=cause,
        asked=task.has_visit,
    )


def lost(task: CareTask, attempts: int) -> CareTaskLost:
    """Return the event that the person could not be reached for a task."""
    return CareTaskLost(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        team_id=task.team_id,
        attempts=attempts,
        asked=task.has_visit,
    )


def reported(task: CareTask, attempts: int, today: date) -> CareReportedUpward:
    """Return the event that a person who was not reached is reported upward."""
    return CareReportedUpward(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        team_id=task.team_id,
        kind=task.scheduled.kind,
        attempts=attempts,
        reported_on=today,
    )
