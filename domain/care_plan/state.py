"""The state of a care plan: the terms under which care is owed, and the tasks of one resident with their status."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Literal

from domain.care_plan.commands import CancelCause
from domain.care_plan.events import (
    CareAttemptFailed,
    CareEndMoved,
    CarePlanEvent,
    CareReinstated,
    CareReportedUpward,
    CareResumed,
    CareTaskCancelled,
    CareTaskCorrected,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskReopened,
    CareTaskScheduled,
    CareTaskUnplanned,
    ContractLaidDown,
    ContractMoved,
    ContractTakenUp,
    LeftAsEnded,
    OpenCareEnded,
    OpenVisitsMoved,
    Outcome,
    ReferralAdviceWithdrawn,
    ReferralAdvised,
)
from domain.event import value
from domain.finding import Finding
from domain.visit.commands import Need

TaskStatus = Literal["scheduled", "due", "planned", "done", "done-late", "missed", "lost", "cancelled"]
OPEN = frozenset({"scheduled", "due", "planned"})

ENDS_KEPT = 5
"""The newest ends, so that each is recorded once."""

TERMS_KEPT = 3
"""The running term, the next one, and the one before, since services are sometimes recorded late."""


@value
class CareTask:
    """One service owed to a resident; once it is due, `needs` are those of its trip."""

    scheduled: CareTaskScheduled
    status: TaskStatus = "scheduled"
    team_id: str
    needs: tuple[Need, ...]
    day: date | None = None
    with_task: str | None = None
    attempts: tuple[int, ...] = ()
    cause: CancelCause | None = None
    done_on: date | None = None
    visit_id: str | None = None
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()
    group: str | None = None
    outcome: Outcome | None = None
    advised: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it may still be done."""
        return self.status in OPEN

    @property
    def has_visit(self) -> bool:
        """Whether a visit was requested for it."""
        return self.scheduled.at_home and self.with_task is None and self.status in {"due", "planned"}


@value
class CarePlan:
    """The tasks of one resident by their id, the newest terms of contracts, and the newest outcomes by group."""

    tasks: dict[str, CareTask]
    terms: tuple[ContractTakenUp, ...] = ()
    outcomes: dict[str, Outcome]
    done: tuple[str, ...] = ()
    """The tasks that were done, in the order in which they were recorded."""
    ends: tuple[OpenCareEnded, ...] = ()
    paused: OpenCareEnded | None = None
    """The stay in hospital during which nothing falls due at home."""
    moved: OpenVisitsMoved | None = None
    reinstated: CareReinstated | None = None
    """What was reinstated last, until something ends again; and which parts of it a person left as ended."""
    left: tuple[LeftAsEnded, ...] = ()
    end_moved: CareEndMoved | None = None

    def knows(self, care_task_id: str) -> bool:
        """Return whether a task is, or was, on the plan."""
        return care_task_id in self.tasks

    def sharing_trip_with(self, care_task_id: str) -> list[CareTask]:
        """Return the open tasks that share the trip of another."""
        return [task for task in self.tasks.values() if task.with_task == care_task_id and task.is_open]

    def term_on(self, day: date) -> ContractTakenUp | None:
        """Return the term under which care is owed on a day."""
        return next((term for term in self.terms if term.starts_on <= day <= term.ends_on), None)


def evolve(plan: CarePlan, event: CarePlanEvent) -> CarePlan:
    """Return the state after an event."""
    match event:
        case CareTaskScheduled():
            task = CareTask(scheduled=event, team_id=event.team_id, needs=event.needs)
            return replace(plan, tasks={**plan.tasks, event.care_task_id: task})
        case ContractTakenUp() | ContractMoved() | ContractLaidDown():
            reinstated = None if isinstance(event, ContractLaidDown) else plan.reinstated
            return replace(plan, terms=evolve_terms(plan.terms, event), reinstated=reinstated)
        case OpenCareEnded():
            paused = event if event.cause == "in-hospital" else plan.paused
            return replace(plan, ends=(*plan.ends, event)[-ENDS_KEPT:], paused=paused, reinstated=None)
        case CareResumed():
            return replace(plan, paused=None)
        case OpenVisitsMoved():
            return replace(plan, moved=event)
        case CareReinstated() | CareEndMoved() | LeftAsEnded():
            return after_correction(plan, event)
        case CareReportedUpward():
            return plan
        case CareTaskDone() | CareTaskDoneLate():
            plan = replace(plan, done=(*plan.done, event.care_task_id))
            if event.group is not None and event.outcome is not None:
                plan = replace(plan, outcomes={**plan.outcomes, event.group: event.outcome})
        case CareTaskCorrected() | CareTaskReopened():
            return judged_again(plan, event)
    task = plan.tasks[event.care_task_id]
    return replace(plan, tasks={**plan.tasks, event.care_task_id: evolve_task(task, event)})


def judged_again(plan: CarePlan, event: CareTaskCorrected | CareTaskReopened) -> CarePlan:
    """Return the state after the record of a task was corrected; the newest outcome of each group counts."""
    name = event.care_task_id
    tasks = {**plan.tasks, name: evolve_task(plan.tasks[name], event)}
    done = tuple(each for each in plan.done if each != name or isinstance(event, CareTaskCorrected))
    return replace(plan, tasks=tasks, done=done, outcomes=outcomes_of(tasks[each] for each in done))


def outcomes_of(done: Iterable[CareTask]) -> dict[str, Outcome]:
    """Return the newest outcome of each group, of tasks in the order in which they were done."""
    return {task.group: task.outcome for task in done if task.group is not None and task.outcome is not None}


def after_correction(plan: CarePlan, event: CareReinstated | CareEndMoved | LeftAsEnded) -> CarePlan:
    """Return the state after a departure was annulled or its day corrected."""
    match event:
        case CareReinstated():
            kept = tuple(each for each in plan.ends if each.cause != event.cause)
            return replace(plan, ends=kept, reinstated=event, left=(), end_moved=None)
        case CareEndMoved():
            moved = tuple(
                replace(each, last_day=event.last_day) if each.cause == event.cause else each for each in plan.ends
            )
            return replace(plan, ends=moved, end_moved=event)
        case LeftAsEnded():
            return replace(plan, left=(*plan.left, event))


def evolve_terms(
    terms: tuple[ContractTakenUp, ...], event: ContractTakenUp | ContractMoved | ContractLaidDown
) -> tuple[ContractTakenUp, ...]:
    """Return the terms after an event."""
    match event:
        case ContractTakenUp():
            others = (term for term in terms if (term.contract_id, term.term) != (event.contract_id, event.term))
            return (*others, event)[-TERMS_KEPT:]
        case ContractMoved():
            return tuple(
                replace(term, team_id=event.team_id, doctor_id=event.doctor_id, nurse_id=event.nurse_id)
                if term.contract_id == event.contract_id
                else term
                for term in terms
            )
        case ContractLaidDown():
            return tuple(
                replace(term, ends_on=min(term.ends_on, event.last_day))
                if term.contract_id == event.contract_id
                else term
                for term in terms
            )


TaskEvent = (
    CareTaskFellDue
    | CareTaskPlanned
    | CareTaskUnplanned
    | CareTaskDone
    | CareTaskDoneLate
    | CareTaskMissed
    | CareTaskCancelled
    | CareTaskMoved
    | CareTaskLost
    | CareAttemptFailed
    | CareTaskCorrected
    | CareTaskReopened
    | ReferralAdvised
    | ReferralAdviceWithdrawn
)


def evolve_task(task: CareTask, event: TaskEvent) -> CareTask:
    """Return a task after an event."""
    match event:
        case CareTaskFellDue():
            return replace(task, status="due", day=None, with_task=event.with_task, needs=event.needs)
        case CareTaskUnplanned():
            return replace(task, status="due", day=None)
        case CareTaskPlanned():
            return replace(task, status="planned", day=event.day)
        case CareTaskDone() | CareTaskDoneLate() | CareTaskCorrected() | CareTaskReopened():
            return after_doing(task, event)
        case CareTaskMissed():
            return replace(task, status="missed")
        case CareTaskLost():
            return replace(task, status="lost")
        case CareTaskCancelled():
            return replace(task, status="cancelled", cause=event.cause)
        case CareTaskMoved():
            return replace(task, team_id=event.team_id, needs=event.needs)
        case CareAttemptFailed():
            return replace(task, attempts=(*task.attempts, event.attempt))
        case ReferralAdvised() | ReferralAdviceWithdrawn():
            return replace(task, advised=isinstance(event, ReferralAdvised))


def after_doing(
    task: CareTask, event: CareTaskDone | CareTaskDoneLate | CareTaskCorrected | CareTaskReopened
) -> CareTask:
    """Return a task after it was done, or after the record of this was corrected."""
    if isinstance(event, CareTaskReopened):
        again = replace(task, status="due", day=None, done_on=None, visit_id=None)
        return replace(again, findings=(), measured=(), group=None, outcome=None)
    late = isinstance(event, CareTaskDoneLate) or (isinstance(event, CareTaskCorrected) and event.days_late > 0)
    return replace(
        task,
        status="done-late" if late else "done",
        done_on=event.done_on,
        visit_id=event.visit_id,
        findings=event.findings,
        measured=event.measured,
        group=event.group,
        outcome=event.outcome,
    )
