"""How a care task goes on, once it is owed, until it is over."""

from dataclasses import replace
from datetime import datetime

from domain.care_plan.asked import (
    CancelCare,
    CancelCareTask,
    CancelCause,
    CompleteCareTask,
    FallDueCareTask,
    MissCareTask,
    MoveCare,
    RecordCareTaskPlanned,
)
from domain.care_plan.facts import (
    CarePlanEvent,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskUnplanned,
)
from domain.care_plan.state import OPEN, CarePlan, CareTask
from domain.care_plan.tasks import named
from domain.contract import Contract
from domain.decider import Refused
from domain.local_time import local_day


def fall_due(command: FallDueCareTask, plan: CarePlan) -> list[CarePlanEvent]:
    """Let a scheduled task fall due once."""
    task = require_task(plan, command.care_task_id)
    if task.status != "scheduled":
        return []
    first = task.scheduled
    return [
        CareTaskFellDue(
            resident_id=command.resident_id,
            care_task_id=command.care_task_id,
            kind=first.kind,
            contract_id=first.contract_id,
            family_bed_id=first.family_bed_id,
            team_id=task.team_id,
            needs=task.needs,
            sync=first.sync,
            at_home=first.at_home,
            priority=first.priority,
            window_from=first.window_from,
            window_to=first.window_to,
        )
    ]


def record_planned(command: RecordCareTaskPlanned, plan: CarePlan) -> list[CarePlanEvent]:
    """Follow the roster; a task that is over stays over."""
    task = require_task(plan, command.care_task_id)
    if task.status not in {"due", "planned"} or task.day == command.day:
        return []
    if command.day is None:
        return [CareTaskUnplanned(resident_id=command.resident_id, care_task_id=command.care_task_id)]
    return [CareTaskPlanned(resident_id=command.resident_id, care_task_id=command.care_task_id, day=command.day)]


def complete(command: CompleteCareTask, plan: CarePlan) -> list[CarePlanEvent]:
    """Do an open task; after its window it is done late."""
    task = require_task(plan, command.care_task_id)
    if task.status in {"done", "done-late"}:
        return []
    if task.status not in OPEN:
        raise Refused("care-task-over", task=command.care_task_id, status=task.status)
    days_late = (command.done_on - task.scheduled.window_to).days
    if days_late > 0:
        return [
            CareTaskDoneLate(
                resident_id=command.resident_id,
                care_task_id=command.care_task_id,
                source=task.scheduled.source,
                source_id=task.scheduled.source_id,
                done_on=command.done_on,
                days_late=days_late,
                visit_id=command.visit_id,
            )
        ]
    return [
        CareTaskDone(
            resident_id=command.resident_id,
            care_task_id=command.care_task_id,
            source=task.scheduled.source,
            source_id=task.scheduled.source_id,
            done_on=command.done_on,
            visit_id=command.visit_id,
        )
    ]


def miss(command: MissCareTask, plan: CarePlan, *, now: datetime) -> list[CarePlanEvent]:
    """Give an open task up after the last day on which it was worth doing."""
    task = require_task(plan, command.care_task_id)
    if task.status not in OPEN or local_day(now) <= task.scheduled.lost_after:
        return []
    return [
        CareTaskMissed(
            resident_id=command.resident_id,
            care_task_id=command.care_task_id,
            team_id=task.team_id,
            asked=task.asked,
        )
    ]


def cancel_one(command: CancelCareTask, plan: CarePlan) -> list[CarePlanEvent]:
    """Cancel an open task; one that is over stays over."""
    task = require_task(plan, command.care_task_id)
    return [cancelled(task, command.cause)] if task.status in OPEN else []


def cancel_care(command: CancelCare, plan: CarePlan) -> list[CarePlanEvent]:
    """Cancel what a source owes in windows that open after its last day; for a bed, all that is open."""
    return [
        cancelled(task, command.cause)
        for task in plan.tasks.values()
        if task.scheduled.source_id == command.source_id
        and task.status in OPEN
        and (command.cause in {"bed-closed", "in-hospital"} or task.scheduled.window_from > command.last_day)
    ]


def move_care(command: MoveCare, plan: CarePlan, *, contract: Contract) -> list[CarePlanEvent]:
    """Give open tasks under a contract to its present team, doctor and nurse."""
    if contract.team_id is None:
        raise Refused("contract-unknown", contract=command.contract_id)
    return [
        CareTaskMoved(
            resident_id=command.resident_id,
            care_task_id=task.scheduled.care_task_id,
            team_id=contract.team_id,
            needs=tuple(
                replace(need, named_id=named(need.roles, contract.doctor_id, contract.nurse_id)) for need in task.needs
            ),
            asked=task.asked,
        )
        for task in plan.tasks.values()
        if task.scheduled.contract_id == command.contract_id
        and task.status in OPEN
        and task.team_id != contract.team_id
    ]


def cancelled(task: CareTask, cause: CancelCause) -> CareTaskCancelled:
    """Return the fact that a task is not wanted."""
    return CareTaskCancelled(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        team_id=task.team_id,
        cause=cause,
        asked=task.asked,
    )


def require_task(plan: CarePlan, care_task_id: str) -> CareTask:
    """Return the task; refuse one that nobody planned."""
    if care_task_id not in plan.tasks:
        raise Refused("care-task-unknown", task=care_task_id)
    return plan.tasks[care_task_id]
