"""What a care plan remembers: the tasks of one resident and how far each has come."""

from dataclasses import replace
from datetime import date
from typing import Literal

from domain.care_plan.facts import (
    CarePlanEvent,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskScheduled,
    CareTaskUnplanned,
)
from domain.event import value
from domain.visit import Need

TaskStatus = Literal["scheduled", "due", "planned", "done", "done-late", "missed", "cancelled"]
OPEN = frozenset({"scheduled", "due", "planned"})


@value
class CareTask:
    """What decisions about a care task ask."""

    scheduled: CareTaskScheduled
    status: TaskStatus = "scheduled"
    team_id: str
    needs: tuple[Need, ...]
    day: date | None = None

    @property
    def asked(self) -> bool:
        """Say whether a visit was asked for."""
        return self.scheduled.at_home and self.status in {"due", "planned"}


@value
class CarePlan:
    """The tasks of one resident by their id."""

    tasks: dict[str, CareTask]


def evolve(plan: CarePlan, fact: CarePlanEvent) -> CarePlan:
    """Believe an event."""
    if isinstance(fact, CareTaskScheduled):
        task = CareTask(scheduled=fact, team_id=fact.team_id, needs=fact.needs)
        return CarePlan(tasks={**plan.tasks, fact.care_task_id: task})
    task = plan.tasks[fact.care_task_id]
    return CarePlan(tasks={**plan.tasks, fact.care_task_id: evolve_task(task, fact)})


def evolve_task(task: CareTask, fact: CarePlanEvent) -> CareTask:
    """Believe an event about a known task."""
    match fact:
        case CareTaskFellDue() | CareTaskUnplanned():
            return replace(task, status="due", day=None)
        case CareTaskPlanned():
            return replace(task, status="planned", day=fact.day)
        case CareTaskDone():
            return replace(task, status="done")
        case CareTaskDoneLate():
            return replace(task, status="done-late")
        case CareTaskMissed():
            return replace(task, status="missed")
        case CareTaskCancelled():
            return replace(task, status="cancelled")
        case CareTaskMoved():
            return replace(task, team_id=fact.team_id, needs=fact.needs)
        case CareTaskScheduled():
            return task
