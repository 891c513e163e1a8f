"""Decisions about one scheduled care task until it is done."""

from datetime import date, datetime

from domain.care_plan.commands import CompleteCareTask, FallDueCareTask, RecordCareTaskPlanned
from domain.care_plan.events import (
    CarePlanEvent,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskPlanned,
    CareTaskUnplanned,
    Outcome,
)
from domain.care_plan.follow_up import follow_ups_of, uncontrolled_twice
from domain.care_plan.outcomes import group_of, outcome_of
from domain.care_plan.state import CarePlan, CareTask
from domain.care_plan.task_endings import cancellation_of
from domain.care_plan.tasks import require_task
from domain.care_plan.trip_sharing import trip_of
from domain.decider import Refused
from domain.finding import check_measured
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.recorded_days import check_recorded_day
from domain.resident.state import Resident
from domain.screening import advice

ENDED_EARLY = frozenset({"contract-over", "bed-closed", "died", "moved-out"})
"""A service that was given before such an end, and recorded after it, counts all the same."""


def fall_due(
    command: FallDueCareTask, plan: CarePlan, *, now: datetime, pack: PolicyPack, resident: Resident
) -> list[CarePlanEvent]:
    """Let a scheduled task fall due once, with the tasks that can share its trip.

    Nothing falls due for a resident who died or moved away, nor at the home of one who is in hospital.
    """
    task = require_task(plan, command.care_task_id)
    if task.status != "scheduled":
        return []
    gone = resident.gone_by(max(task.scheduled.window_from, local_day(now)))
    if gone is not None:
        return [cancellation_of(task, gone)]
    if plan.paused is not None and task.scheduled.at_home:
        return [cancellation_of(task, "in-hospital")]
    return [*trip_of(plan, task, pack)]


def record_planned(command: RecordCareTaskPlanned, plan: CarePlan) -> list[CarePlanEvent]:
    """Record the roster's day for a task and all that share its trip; an ended task stays as it is."""
    task = require_task(plan, command.care_task_id)
    if task.status not in {"due", "planned"} or task.day == command.day:
        return []
    names = [each.scheduled.care_task_id for each in (task, *plan.sharing_trip_with(command.care_task_id))]
    day = command.day
    if day is None:
        return [CareTaskUnplanned(resident_id=command.resident_id, care_task_id=name) for name in names]
    return [CareTaskPlanned(resident_id=command.resident_id, care_task_id=name, day=day) for name in names]


def complete(
    command: CompleteCareTask,
    plan: CarePlan,
    *,
    now: datetime,
    pack: PolicyPack,
    resident: Resident,
    visit_exists: bool,
) -> list[CarePlanEvent]:
    """Complete an open task and all that share its trip, on no future day and under a running contract.

    After its window a task is done late. Findings decide the next services (A5).
    """
    task = require_task(plan, command.care_task_id)
    if task.status in {"done", "done-late"}:
        return []
    if not task.is_open and task.cause not in ENDED_EARLY:
        raise Refused("care-task-over", task=command.care_task_id, status=task.status)
    check_recorded_day(command.done_on, now, pack)
    if not visit_exists:
        raise Refused("visit-unknown", visit=command.visit_id)
    if task.scheduled.contract_id is not None and plan.terms and plan.term_on(command.done_on) is None:
        raise Refused("no-contract-on-that-day", task=command.care_task_id, day=command.done_on)
    check_measured(command.measured)
    observations = (command.findings, command.measured)
    judged = [
        (each, group, outcome_of(each, group, observations, resident, command.done_on, pack))
        for each in (task, *plan.sharing_trip_with(command.care_task_id))
        for group in (group_of(each, resident),)
    ]
    advised = advice((*command.findings, *uncontrolled_twice(plan, judged)), command.measured, pack)
    done = [done_event(command, each, group, outcome) for each, group, outcome in judged]
    return [*done, *follow_ups_of(plan, judged, advised, command.done_on, pack)]


def done_event(
    command: CompleteCareTask, task: CareTask, group: str | None, outcome: Outcome | None
) -> CareTaskDone | CareTaskDoneLate:
    """Return that a task was done, in time or late."""
    planned = task.scheduled
    days_late = late_by(command.done_on, planned.window_to)
    if days_late:
        return CareTaskDoneLate(
            resident_id=command.resident_id,
            care_task_id=planned.care_task_id,
            source=planned.source,
            source_id=planned.source_id,
            done_on=command.done_on,
            days_late=days_late,
            visit_id=command.visit_id,
            kind=planned.kind,
            contract_id=planned.contract_id,
            findings=command.findings,
            measured=command.measured,
            group=group,
            outcome=outcome,
        )
    return CareTaskDone(
        resident_id=command.resident_id,
        care_task_id=planned.care_task_id,
        source=planned.source,
        source_id=planned.source_id,
        done_on=command.done_on,
        visit_id=command.visit_id,
        kind=planned.kind,
        contract_id=planned.contract_id,
        findings=command.findings,
        measured=command.measured,
        group=group,
        outcome=outcome,
    )


def late_by(done_on: date, window_to: date) -> int:
    """Return how many days after its window something was done, 0 if in time."""
    return max(0, (done_on - window_to).days)
