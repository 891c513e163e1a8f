"""Corrections of care tasks that were done: right findings decide again what follows; what was not done is owed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce

from domain.care_plan.commands import CorrectCareTask, ReopenCareTask
from domain.care_plan.events import (
    CarePlanEvent,
    CareTaskCorrected,
    CareTaskReopened,
    CareTaskScheduled,
    Outcome,
    ReferralAdviceWithdrawn,
    ReferralAdvised,
)
from domain.care_plan.follow_up import follow_ups_of, uncontrolled_twice
from domain.care_plan.outcomes import group_of, outcome_of
from domain.care_plan.state import CarePlan, CareTask, evolve, outcomes_of
from domain.care_plan.task_decisions import late_by
from domain.care_plan.task_endings import cancellation_of
from domain.care_plan.tasks import require_task
from domain.care_plan.trip_sharing import due_alone
from domain.corrections import check_reason
from domain.decider import Refused
from domain.finding import check_measured
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident
from domain.screening import advice

DONE = frozenset({"done", "done-late"})

TOMORROW = timedelta(days=1)


def correct(
    command: CorrectCareTask, plan: CarePlan, *, now: datetime, pack: PolicyPack, resident: Resident
) -> list[CarePlanEvent]:
    """Correct a task that was done, with the tasks of the same trip, and decide again what its findings call for.

    What they called for by mistake is cancelled if it is open. Where later findings of the group are known, the
    follow-ups stay as those decided them.
    """
    task = require_task(plan, command.care_task_id)
    if task.status not in DONE or task.done_on is None:
        raise Refused("care-task-not-done", task=command.care_task_id, status=task.status)
    done_on = command.done_on or task.done_on
    findings = task.findings if command.findings is None else command.findings
    measured = task.measured if command.measured is None else command.measured
    if (done_on, findings, measured) == (task.done_on, task.findings, task.measured):
        return []
    check_reason(command.reason)
    today = local_day(now)
    if done_on > today:
        raise Refused("day-in-the-future", day=done_on)
    if task.scheduled.contract_id is not None and plan.terms and plan.term_on(done_on) is None:
        raise Refused("no-contract-on-that-day", task=command.care_task_id, day=done_on)
    check_measured(measured)
    together = [task, *same_trip(plan, task)]
    before = replace(plan, outcomes=outcomes_before(plan, together))
    judged = [
        (each, group, outcome_of(each, group, (findings, measured), resident, done_on, pack))
        for each in together
        for group in (group_of(each, resident),)
    ]
    right = [
        corrected(replace(command, findings=findings, measured=measured), each, group, outcome, done_on)
        for each, group, outcome in judged
    ]
    if not is_newest(plan, together):
        return [*right]
    advised = advice((*findings, *uncontrolled_twice(before, judged)), measured, pack)
    cleared = reduce(evolve, (cancellation_of(each, "record-corrected") for each in followers(plan, together)), before)
    wanted = list(follow_ups_of(cleared, judged, advised, done_on, pack))
    return [*right, *decided_again(plan, together, wanted, today)]


def corrected(
    command: CorrectCareTask, task: CareTask, group: str | None, outcome: Outcome | None, done_on: date
) -> CareTaskCorrected:
    """Return the right record of a task beside what was recorded."""
    planned = task.scheduled
    assert task.done_on is not None
    return CareTaskCorrected(
        resident_id=command.resident_id,
        care_task_id=planned.care_task_id,
        source=planned.source,
        source_id=planned.source_id,
        done_on=done_on,
        days_late=late_by(done_on, planned.window_to),
        visit_id=task.visit_id,
        kind=planned.kind,
        contract_id=planned.contract_id,
        findings=command.findings or (),
        measured=command.measured or (),
        group=group,
        outcome=outcome,
        was_done_on=task.done_on,
        was_outcome=task.outcome,
        reason=command.reason,
    )


def decided_again(
    plan: CarePlan, together: list[CareTask], wanted: list[CarePlanEvent], today: date
) -> list[CarePlanEvent]:
    """Return what the right findings change: an advice, follow-ups that are wanted no longer, and new ones.

    A follow-up that is wanted as before stays. One whose window is over by now can be done until tomorrow.
    """
    scheduled = [late(each, today) for each in wanted if isinstance(each, CareTaskScheduled)]
    open_ones = followers(plan, together)
    stay = {(task.kind, task.window_from, task.window_to) for task in scheduled}
    there = {(t.scheduled.kind, t.scheduled.window_from, t.scheduled.window_to) for t in open_ones}
    gone = [each for each in open_ones if window_of(each.scheduled) not in stay]
    advised = [each for each in wanted if isinstance(each, ReferralAdvised)]
    return [
        *withdrawn(together, advised),
        *advised,
        *(cancellation_of(each, "record-corrected") for each in gone),
        *due_alone(plan, gone, today),
        *(each for each in scheduled if window_of(each) not in there),
    ]


def window_of(planned: CareTaskScheduled) -> tuple[str, date, date]:
    """Return a task's kind and window."""
    return planned.kind, planned.window_from, planned.window_to


def late(planned: CareTaskScheduled, today: date) -> CareTaskScheduled:
    """Return a task that can still be done, whose window may be over."""
    last = max(planned.window_to, today + TOMORROW) if planned.window_to < today else planned.window_to
    return replace(planned, window_to=last, lost_after=max(planned.lost_after, last))


def withdrawn(together: list[CareTask], advised: list[ReferralAdvised]) -> list[ReferralAdviceWithdrawn]:
    """Return the advices of corrected tasks that do not stand any more."""
    stand = {each.care_task_id for each in advised}
    return [
        ReferralAdviceWithdrawn(resident_id=task.scheduled.resident_id, care_task_id=task.scheduled.care_task_id)
        for task in together
        if task.advised and task.scheduled.care_task_id not in stand
    ]


def same_trip(plan: CarePlan, task: CareTask) -> list[CareTask]:
    """Return the other tasks that were done on the trip of a task."""
    name = task.scheduled.care_task_id
    return [each for each in plan.tasks.values() if each.with_task == name and each.status in DONE]


def followers(plan: CarePlan, together: list[CareTask]) -> list[CareTask]:
    """Return the open tasks that exist because of these: their findings called for them, or they are next in a row.

    The next one in a row, of a bed's rounds or a chained service, was planned after them for the same source.
    """
    names = [each.scheduled.care_task_id for each in together]
    order = list(plan.tasks)
    rows = {(t.scheduled.kind, t.scheduled.source_id): order.index(t.scheduled.care_task_id) for t in together}
    return [
        task
        for index, (name, task) in enumerate(plan.tasks.items())
        if task.is_open
        and name not in names
        and (
            task.scheduled.because in names
            or (
                task.scheduled.source == "family_bed"
                and index > rows.get((task.scheduled.kind, task.scheduled.source_id), len(order))
            )
        )
    ]


def outcomes_before(plan: CarePlan, together: list[CareTask]) -> dict[str, Outcome]:
    """Return the newest outcomes that were known before a trip."""
    names = {each.scheduled.care_task_id for each in together}
    first = next((index for index, name in enumerate(plan.done) if name in names), len(plan.done))
    return outcomes_of(plan.tasks[name] for name in plan.done[:first])


def is_newest(plan: CarePlan, together: list[CareTask]) -> bool:
    """Return whether no task of the same groups was done after a trip."""
    names = {each.scheduled.care_task_id for each in together}
    last = max((index for index, name in enumerate(plan.done) if name in names), default=len(plan.done))
    groups = {each.group for each in together} - {None}
    return not any(plan.tasks[name].group in groups for name in plan.done[last + 1 :])


def reopen(command: ReopenCareTask, plan: CarePlan, *, now: datetime) -> list[CarePlanEvent]:
    """Owe a task again that was not done, with those of its trip; what followed from its findings ends if open."""
    task = require_task(plan, command.care_task_id)
    if task.is_open:
        return []
    if task.status not in DONE:
        raise Refused("care-task-not-done", task=command.care_task_id, status=task.status)
    check_reason(command.reason)
    together = [task, *same_trip(plan, task)]
    over = followers(plan, together)
    return [
        *(reopened(each, command.reason) for each in together),
        *withdrawn(together, []),
        *(cancellation_of(each, "record-corrected") for each in over),
        *due_alone(plan, over, local_day(now)),
    ]


def reopened(task: CareTask, reason: str) -> CareTaskReopened:
    """Return that a task was not done."""
    planned = task.scheduled
    assert task.done_on is not None
    return CareTaskReopened(
        resident_id=planned.resident_id,
        care_task_id=planned.care_task_id,
        team_id=task.team_id,
        source=planned.source,
        source_id=planned.source_id,
        contract_id=planned.contract_id,
        kind=planned.kind,
        was_done_on=task.done_on,
        lost_after=planned.lost_after,
        reason=reason,
    )
