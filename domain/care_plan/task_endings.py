"""Ends of care tasks that were not done: missed, lost, cancelled; and their move to another team."""

from dataclasses import replace
from datetime import date, datetime

from domain.care_plan.commands import (
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
    ContractMoved,
    OpenVisitsMoved,
)
from domain.care_plan.follow_up import next_in_chain
from domain.care_plan.state import CarePlan, CareTask
from domain.care_plan.tasks import named_member, require_task
from domain.care_plan.trip_sharing import due_alone
from domain.contract.state import Contract
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.visit.commands import Need


def miss(command: MissCareTask, plan: CarePlan, *, now: datetime, pack: PolicyPack) -> list[CarePlanEvent]:
    """Give up an open task after its last useful day; tasks that shared its trip become due alone."""
    task = require_task(plan, command.care_task_id)
    today = local_day(now)
    if not task.is_open or today <= task.scheduled.lost_after:
        return []
    missed = CareTaskMissed(
        resident_id=command.resident_id, care_task_id=command.care_task_id, team_id=task.team_id, asked=task.has_visit
    )
    return [missed, *due_alone(plan, [task], today), *next_in_chain(plan, task, today, None, pack)]


def record_failed_attempt(
    command: RecordFailedAttempt, plan: CarePlan, *, now: datetime, pack: PolicyPack
) -> list[CarePlanEvent]:
    """Count an attempt to reach the resident; the last one loses the task, reported upward if the pack says so.

    Tasks that shared its trip are lost with it. Tuberculosis: reported after two attempts (A5).
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
    together = [task, *plan.sharing_trip_with(command.care_task_id)]
    gone = [loss_of(each, tried) for each in together]
    chains = [event for each in together for event in next_in_chain(plan, each, today, None, pack)]
    if rule is None or not rule.reported:
        return [failed, *gone, *chains]
    return [failed, *gone, report_of(task, tried, today), *chains]


def cancel_one(command: CancelCareTask, plan: CarePlan, *, now: datetime) -> list[CarePlanEvent]:
    """Cancel an open task; an ended one stays as it is. A cancelled visit cancels all tasks that shared it."""
    task = require_task(plan, command.care_task_id)
    if not task.is_open:
        return []
    shared = plan.sharing_trip_with(command.care_task_id) if command.cause == "visit-cancelled" else []
    over = [task, *shared]
    return [*(cancellation_of(each, command.cause) for each in over), *due_alone(plan, over, local_day(now))]


def move_care(
    command: MoveCare, plan: CarePlan, *, contract: Contract, open_visits: tuple[str, ...]
) -> list[CarePlanEvent]:
    """Give open tasks and visits under a contract to its present team, doctor and nurse."""
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
            needs=with_names_of(task.needs, contract),
            asked=task.has_visit,
        )
        for task in plan.tasks.values()
        if task.scheduled.contract_id == command.contract_id and task.is_open and task.team_id != contract.team_id
    ]
    visits = OpenVisitsMoved(
        resident_id=command.resident_id,
        contract_id=command.contract_id,
        team_id=contract.team_id,
        doctor_id=contract.doctor_id,
        nurse_id=contract.nurse_id,
        visit_ids=open_visits,
    )
    new = [visits] if open_visits and visits != plan.moved else []
    return [*([moved] if elsewhere else []), *tasks, *new]


def with_names_of(needs: tuple[Need, ...], contract: Contract) -> tuple[Need, ...]:
    """Return the same needs with the contract's doctor and nurse."""
    return tuple(
        replace(need, named_id=named_member(need.roles, contract.doctor_id, contract.nurse_id)) for need in needs
    )


def cancellation_of(task: CareTask, cause: CancelCause) -> CareTaskCancelled:
    """Return the cancellation of a task."""
    return CareTaskCancelled(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        team_id=task.team_id,
        cause=cause,
        asked=task.has_visit,
    )


def loss_of(task: CareTask, attempts: int) -> CareTaskLost:
    """Return the loss of a task after all attempts failed."""
    return CareTaskLost(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        team_id=task.team_id,
        attempts=attempts,
        asked=task.has_visit,
    )


def report_of(task: CareTask, attempts: int, today: date) -> CareReportedUpward:
    """Return the report of a resident who was not reached."""
    return CareReportedUpward(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        team_id=task.team_id,
        kind=task.scheduled.kind,
        attempts=attempts,
        reported_on=today,
    )
