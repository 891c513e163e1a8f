"""What is owed to residents, when, by which team, and what came of it."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from domain.care_plan import (
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
    TaskStatus,
)
from domain.event import value
from projections.asking import Question, Row, Rows, ask_where
from projections.changes import Change, Projection, Table, day_text

CARE_TASKS_V1 = Table(
    "care_tasks_v1",
    "care_task_id",
    {
        "resident_id": "text",
        "team_id": "text",
        "kind": "text",
        "source": "text",
        "source_id": "text",
        "at_home": "int",
        "window_from": "text",
        "window_to": "text",
        "lost_after": "text",
        "priority": "int",
        "status": "text",
        "day": "text",
        "done_on": "text",
        "days_late": "int",
    },
    indexes=(("team_id", "status", "window_to"), ("resident_id",)),
)
"""`status` is scheduled, due, planned, done, done-late, missed or cancelled; `day` is where it stands in a roster."""


def project(fact: CarePlanEvent) -> Iterator[Change]:
    """Follow a resident's care plan."""
    task = fact.care_task_id
    match fact:
        case CareTaskScheduled():
            yield CARE_TASKS_V1.put(
                task,
                resident_id=fact.resident_id,
                team_id=fact.team_id,
                kind=fact.kind,
                source=fact.source,
                source_id=fact.source_id,
                at_home=int(fact.at_home),
                window_from=fact.window_from.isoformat(),
                window_to=fact.window_to.isoformat(),
                lost_after=fact.lost_after.isoformat(),
                priority=fact.priority,
                status="scheduled",
            )
        case CareTaskFellDue() | CareTaskUnplanned():
            yield CARE_TASKS_V1.patch(task, status="due", day=None)
        case CareTaskPlanned():
            yield CARE_TASKS_V1.patch(task, status="planned", day=fact.day.isoformat())
        case CareTaskDone():
            yield CARE_TASKS_V1.patch(task, status="done", done_on=fact.done_on.isoformat(), days_late=0)
        case CareTaskDoneLate():
            yield CARE_TASKS_V1.patch(
                task, status="done-late", done_on=fact.done_on.isoformat(), days_late=fact.days_late
            )
        case CareTaskMissed():
            yield CARE_TASKS_V1.patch(task, status="missed", day=None)
        case CareTaskCancelled():
            yield CARE_TASKS_V1.patch(task, status="cancelled", day=None)
        case CareTaskMoved():
            yield CARE_TASKS_V1.patch(task, team_id=fact.team_id)


@value
class TeamCareTasks:
    """Ask for a team's care tasks of one status (otherwise those not over) whose window opens by a day."""

    team_id: str
    status: TaskStatus | None = None
    due_by: date | None = None


def team_care_tasks(question: TeamCareTasks, rows: Rows) -> list[Row]:
    """Return tasks with the resident's `name`, least slack first: the window that closes first, then by priority."""
    found = ask_where(
        rows,
        "SELECT t.*, r.name FROM care_tasks_v1 t LEFT JOIN residents_v1 r ON r.resident_id = t.resident_id",
        [
            "t.team_id = :team_id",
            "t.status = :status" if question.status else "t.status IN ('scheduled', 'due', 'planned')",
            "t.window_from <= :due_by" if question.due_by else "",
        ],
        "ORDER BY t.window_to, t.priority DESC, t.care_task_id",
        team_id=question.team_id,
        status=question.status,
        due_by=day_text(question.due_by),
    )
    return [{**row} for row in found]


@value
class ResidentCareTasks:
    """Ask for everything that is, or was, owed to a resident."""

    resident_id: str


def resident_care_tasks(question: ResidentCareTasks, rows: Rows) -> list[Row]:
    """Return the columns of the table, the first window first."""
    found = rows.ask(
        "SELECT * FROM care_tasks_v1 WHERE resident_id = :resident_id ORDER BY window_from, care_task_id",
        resident_id=question.resident_id,
    )
    return [{**row} for row in found]


CARE_TASKS = Projection(
    name="care_tasks",
    tables=(CARE_TASKS_V1,),
    events=get_args(CarePlanEvent),
    project=project,
    questions=(
        Question(
            asks=TeamCareTasks,
            answer=team_care_tasks,
            example=TeamCareTasks(team_id="team-east", status="due", due_by=date(2026, 3, 8)),
        ),
        Question(
            asks=ResidentCareTasks,
            answer=resident_care_tasks,
            example=ResidentCareTasks(resident_id="resident-0007"),
        ),
    ),
)
