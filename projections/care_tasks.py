"""Care tasks: the services that teams owe to residents, their windows, and their outcomes."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from domain.care_plan.events import (
    CareAttemptFailed,
    CareReportedUpward,
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
    ReferralAdviceWithdrawn,
    ReferralAdvised,
)
from domain.care_plan.state import TaskStatus
from domain.event import value
from projections import disease_quality
from projections.changes import Change, Projection, Table, as_json, day_text
from projections.questions import Question, Row, Rows, ask_where, opened_json, whole
from projections.resources.abilities import hospitals_near
from projections.resources.triage import TRIAGE

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
        "key_group": "text",
        "because": "text",
        "with_task": "text",
        "outcome": "text",
        "attempts": "int",
        "reported_on": "text",
    },
    indexes=(("team_id", "status", "window_to"), ("resident_id",)),
)
"""`status` is scheduled, due, planned, done, done-late, missed, lost or cancelled; `day` where it stands in a roster.

`key_group` is to whom it is owed, `because` the task whose findings ask for it, `with_task` the one whose trip it
shares, `outcome` what was found comes to, `attempts` how often nobody was there, `reported_on` when that was reported.
"""

REFERRAL_ADVICE_V1 = Table(
    "referral_advice_v1",
    "care_task_id",
    {
        "resident_id": "text",
        "team_id": "text",
        "contract_id": "text",
        "urgency": "text",
        "criteria": "text",
        "nearest_pci": "int",
        "advised_on": "text",
        "follow_up_by": "text",
    },
    indexes=(("team_id", "advised_on"), ("resident_id",)),
)
"""What was found at a care task speaks for a referral; `criteria` is JSON, a list of codes."""

EndedTask = CareTaskDone | CareTaskDoneLate | CareTaskMissed | CareTaskLost | CareTaskCancelled
Corrected = CareTaskCorrected | CareTaskReopened | ReferralAdviceWithdrawn
CareTaskEvent = (
    CareTaskScheduled
    | CareTaskFellDue
    | CareTaskPlanned
    | CareTaskUnplanned
    | CareTaskMoved
    | CareAttemptFailed
    | CareReportedUpward
    | ReferralAdvised
    | EndedTask
    | Corrected
)


def project(event: CareTaskEvent) -> Iterator[Change]:
    """Follow a resident's care plan."""
    task = event.care_task_id
    match event:
        case CareTaskScheduled():
            yield CARE_TASKS_V1.put(
                task,
                resident_id=event.resident_id,
                team_id=event.team_id,
                kind=event.kind,
                source=event.source,
                source_id=event.source_id,
                at_home=int(event.at_home),
                window_from=event.window_from.isoformat(),
                window_to=event.window_to.isoformat(),
                lost_after=event.lost_after.isoformat(),
                priority=event.priority,
                status="scheduled",
                key_group=event.group,
                because=event.because,
                attempts=0,
            )
        case CareTaskFellDue():
            yield CARE_TASKS_V1.patch(task, status="due", day=None, with_task=event.with_task)
        case CareTaskUnplanned():
            yield CARE_TASKS_V1.patch(task, status="due", day=None)
        case CareTaskPlanned():
            yield CARE_TASKS_V1.patch(task, status="planned", day=event.day.isoformat())
        case CareTaskMoved():
            yield CARE_TASKS_V1.patch(task, team_id=event.team_id)
        case CareAttemptFailed():
            yield CARE_TASKS_V1.patch(task, attempts=event.attempt)
        case CareReportedUpward():
            yield CARE_TASKS_V1.patch(task, reported_on=event.reported_on.isoformat())
        case ReferralAdvised():
            yield advised(event)
        case CareTaskCorrected() | CareTaskReopened() | ReferralAdviceWithdrawn():
            yield corrected(event)
        case _:
            yield ended(event)


def corrected(event: Corrected) -> Change:
    """Let the row be as if the right thing had been recorded."""
    task = event.care_task_id
    match event:
        case CareTaskCorrected():
            return CARE_TASKS_V1.patch(
                task,
                status="done-late" if event.days_late else "done",
                done_on=event.done_on.isoformat(),
                days_late=event.days_late,
                outcome=event.outcome,
            )
        case CareTaskReopened():
            return CARE_TASKS_V1.patch(task, status="due", day=None, done_on=None, days_late=None, outcome=None)
        case ReferralAdviceWithdrawn():
            return REFERRAL_ADVICE_V1.drop(task)


def ended(event: EndedTask) -> Change:
    """Return that a task is over."""
    task = event.care_task_id
    match event:
        case CareTaskDone():
            return CARE_TASKS_V1.patch(
                task, status="done", done_on=event.done_on.isoformat(), days_late=0, outcome=event.outcome
            )
        case CareTaskDoneLate():
            return CARE_TASKS_V1.patch(
                task,
                status="done-late",
                done_on=event.done_on.isoformat(),
                days_late=event.days_late,
                outcome=event.outcome,
            )
        case CareTaskMissed():
            return CARE_TASKS_V1.patch(task, status="missed", day=None)
        case CareTaskLost():
            return CARE_TASKS_V1.patch(task, status="lost", day=None)
        case CareTaskCancelled():
            return CARE_TASKS_V1.patch(task, status="cancelled", day=None)


def advised(event: ReferralAdvised) -> Change:
    """Return the row of an advice."""
    return REFERRAL_ADVICE_V1.put(
        event.care_task_id,
        resident_id=event.resident_id,
        team_id=event.team_id,
        contract_id=event.contract_id,
        urgency=event.urgency,
        criteria=as_json(event.criteria),
        nearest_pci=int(event.nearest_pci),
        advised_on=event.advised_on.isoformat(),
        follow_up_by=event.follow_up_by.isoformat(),
    )


@value
class TeamCareTasks:
    """Ask for a team's care tasks of one status (otherwise those not over) whose window opens by a day."""

    team_id: str
    status: TaskStatus | None = None
    due_by: date | None = None


def team_care_tasks(question: TeamCareTasks, rows: Rows) -> list[Row]:
    """Return tasks with the resident's `name`, least slack first: the window that closes first, then by priority."""
    tasks = ask_where(
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
    return [{**row} for row in tasks]


@value
class ResidentCareTasks:
    """Ask for everything that is, or was, owed to a resident."""

    resident_id: str


def resident_care_tasks(question: ResidentCareTasks, rows: Rows) -> list[Row]:
    """Return the columns of the table, the first window first."""
    tasks = rows.ask(
        "SELECT * FROM care_tasks_v1 WHERE resident_id = :resident_id ORDER BY window_from, care_task_id",
        resident_id=question.resident_id,
    )
    return [{**row} for row in tasks]


@value
class AdvisedReferrals:
    """Ask which residents of a team were advised to go to a hospital, from a day on."""

    team_id: str
    since: date | None = None


def advised_referrals(question: AdvisedReferrals, rows: Rows) -> list[Row]:
    """Return advice, with the `name` and `criteria` as a list: urgent first, then the newest; none for who is gone.

    Where the heart needs the nearest hospital that opens coronary vessels, `pci_hospital` and its id name it;
    None where no home or no such hospital has a place.
    """
    advice = ask_where(
        rows,
        "SELECT a.*, r.name FROM referral_advice_v1 a LEFT JOIN residents_v1 r ON r.resident_id = a.resident_id",
        [
            "a.team_id = :team_id",
            "r.departed IS NULL",
            "a.advised_on >= :since" if question.since else "",
        ],
        "ORDER BY a.urgency DESC, a.advised_on DESC, a.care_task_id",
        team_id=question.team_id,
        since=day_text(question.since),
    )
    return [{**row, **_pci_hospital(rows, row)} for row in opened_json(advice, "criteria")]


def _pci_hospital(rows: Rows, row: Row) -> Row:
    near: list[Row] = []
    if row["nearest_pci"]:
        near = hospitals_near(rows, str(row["resident_id"]), date.fromisoformat(row["advised_on"]), 1)
    return {
        "pci_hospital_id": near[0]["institution_id"] if near else None,
        "pci_hospital": near[0]["name"] if near else None,
    }


def due_at_the_centre(rows: Rows, day: date) -> list[Row]:
    """Return the tasks that are due at the centre by a day, on their own: `resident_id`, `care_task_id`, `kind`."""
    sql = """SELECT resident_id, care_task_id, kind FROM care_tasks_v1
        WHERE status = 'due' AND at_home = 0 AND with_task IS NULL AND window_from <= :day ORDER BY care_task_id"""
    return [{**row} for row in rows.ask(sql, day=day.isoformat())]


def count_home_services(rows: Rows, first: date, last: date, *, done: bool | None = None) -> int:
    """Return how many services at home had windows that ended in [first, last); without those cancelled.

    With `done` False only those that were done late or not at all, with True only those done in time.
    """
    (row,) = ask_where(
        rows,
        "SELECT count(*) AS n FROM care_tasks_v1",
        [
            "at_home = 1 AND window_to >= :first AND window_to < :last AND status <> 'cancelled'",
            "" if done is None else "status = 'done'" if done else "status <> 'done'",
        ],
        "",
        first=first.isoformat(),
        last=last.isoformat(),
    )
    return whole(row["n"])


def counts_past_worth(rows: Rows, day: date) -> dict[str, int]:
    """Return how many tasks whose last worthy day is before `day` are in each state; cancelled ones are left out."""
    sql = """SELECT status, count(*) AS n FROM care_tasks_v1
        WHERE lost_after < :day AND status NOT IN ('cancelled') GROUP BY status"""
    return {str(row["status"]): whole(row["n"]) for row in rows.ask(sql, day=day.isoformat())}


CARE_TASKS = Projection(
    name="care_tasks",
    tables=(CARE_TASKS_V1, REFERRAL_ADVICE_V1),
    events=get_args(CareTaskEvent),
    project=project,
    questions=(
        disease_quality.QUESTION,
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
        TRIAGE,
        Question(
            asks=AdvisedReferrals,
            answer=advised_referrals,
            example=AdvisedReferrals(team_id="team-east", since=date(2026, 3, 1)),
        ),
    ),
)
