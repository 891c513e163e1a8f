"""Team weeks: the day that each visit is meant for, and services owed at home that are no visit yet."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from domain.care_plan.events import (
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskScheduled,
)
from domain.event import value
from domain.team_week import (
    TeamWeekEvent,
    VisitDay,
    VisitDayChosen,
    VisitDayReleased,
    WeekSpread,
    monday_of,
    next_monday,
    week_id_of,
)
from projections.changes import Change, Projection, Table, as_json, needs_json
from projections.questions import Question, Row, Rows, opened_json

TEAM_WEEKS_V1 = Table(
    "team_weeks_v1",
    "week_id",
    {
        "team_id": "text",
        "monday": "text",
        "revision": "int",
        "visits": "text",
        "moved": "text",
        "costs": "text",
        "proof": "text",
        "bound_tier": "text",
        "bound": "int",
        "solver": "text",
        "problem_digest": "text",
    },
    indexes=(("team_id", "monday"),),
)
"""`visits` is JSON [{visit_id, day, because}]; without a day a visit is put off to another week.

`moved` is JSON [visit_id] since the revision before, `costs` JSON [{tier, cost}].
"""

OWED_AT_HOME_V1 = Table(
    "owed_at_home_v1",
    "care_task_id",
    {
        "resident_id": "text",
        "team_id": "text",
        "kind": "text",
        "family_bed_id": "text",
        "needs": "text",
        "window_from": "text",
        "window_to": "text",
        "priority": "int",
    },
    indexes=(("team_id", "window_from"),),
)
"""Care tasks at home that have not fallen due; each becomes a visit of the same id. `needs` as of visits."""

TaskGone = CareTaskFellDue | CareTaskDone | CareTaskDoneLate | CareTaskMissed | CareTaskLost | CareTaskCancelled
Followed = TeamWeekEvent | CareTaskScheduled | CareTaskMoved | TaskGone


def project(event: Followed) -> Iterator[Change]:
    """Follow weeks and what is owed at home."""
    match event:
        case CareTaskScheduled() if event.at_home:
            yield owed(event)
        case CareTaskMoved():
            yield OWED_AT_HOME_V1.patch(event.care_task_id, team_id=event.team_id, needs=needs_json(event.needs))
        case WeekSpread() | VisitDayChosen() | VisitDayReleased():
            yield week(event)
        case _:
            yield OWED_AT_HOME_V1.drop(event.care_task_id)


def owed(event: CareTaskScheduled) -> Change:
    """Return the row of a task that will be a visit."""
    return OWED_AT_HOME_V1.put(
        event.care_task_id,
        resident_id=event.resident_id,
        team_id=event.team_id,
        kind=event.kind,
        family_bed_id=event.family_bed_id,
        needs=needs_json(event.needs),
        window_from=event.window_from.isoformat(),
        window_to=event.window_to.isoformat(),
        priority=event.priority,
    )


def week(event: TeamWeekEvent) -> Change:
    """Return the row of a week; where a day was chosen or released by hand, its costs are not known."""
    solution = event.solution if isinstance(event, WeekSpread) else None
    return TEAM_WEEKS_V1.put(
        event.week_id,
        team_id=event.team_id,
        monday=event.monday.isoformat(),
        revision=event.revision,
        visits=as_json(event.visits),
        moved=as_json(event.moved if isinstance(event, WeekSpread) else (event.visit_id,)),
        costs=as_json(solution.costs if solution else ()),
        proof=solution.proof if solution else None,
        bound_tier=solution.bound_tier if solution else None,
        bound=solution.bound if solution else None,
        solver=solution.solver if solution else None,
        problem_digest=solution.problem_digest if solution else None,
    )


@value
class TeamWeekPlan:
    """Ask for which day each visit of a team's week is meant; the week is that of a day."""

    team_id: str
    day: date


def team_week_plan(question: TeamWeekPlan, rows: Rows) -> Row | None:
    """Return the week with `visits`, `moved` and `costs` taken apart; None if it was never spread."""
    weeks = rows.ask(
        "SELECT * FROM team_weeks_v1 WHERE week_id = :week_id", week_id=week_id_of(question.team_id, question.day)
    )
    return opened_json(weeks, "visits", "moved", "costs")[0] if weeks else None


def meant_for(rows: Rows, team_id: str, day: date) -> dict[str, date | None]:
    """Return the days that the visits of a day's week are meant for; None where one is put off to another week."""
    plan = team_week_plan(TeamWeekPlan(team_id=team_id, day=day), rows)
    visits = plan["visits"] if plan else ()
    return {str(each["visit_id"]): date.fromisoformat(each["day"]) if each["day"] else None for each in visits}


def newest_days(rows: Rows, team_id: str, first: date, day: date) -> dict[str, VisitDay]:
    """Return the planned day of each visit by the newest plan of the weeks from a day's to another's."""
    plans = rows.ask(
        """SELECT visits FROM team_weeks_v1 WHERE team_id = :team_id AND monday >= :first AND monday <= :last
        ORDER BY monday""",
        team_id=team_id,
        first=monday_of(first).isoformat(),
        last=monday_of(day).isoformat(),
    )
    visits = (each for plan in opened_json(plans, "visits") for each in plan["visits"])
    return {each["visit_id"]: visit_day_of(each) for each in visits}


def visit_day_of(row: Row) -> VisitDay:
    """Return the visit's day of a row."""
    day = date.fromisoformat(row["day"]) if row["day"] else None
    return VisitDay(visit_id=row["visit_id"], day=day, because=row["because"])


def held_back(visits: list[Row], meant: dict[str, date | None], day: date) -> set[str]:
    """Return the visits that are not wanted on a day yet: those meant for a later one, if they can still be made then.

    A visit whose day has passed is wanted on every day.
    """
    later = next_monday(monday_of(day))
    return {
        name
        for visit in visits
        if (name := str(visit["visit_id"])) in meant
        and day < (meant[name] or later) <= date.fromisoformat(str(visit["window_to"]))
        and visit["status"] == "requested"
    }


@value
class WeekAhead:
    """Ask what a team's week holds from a day on, and what stands in it already."""

    team_id: str
    day: date


def week_ahead(question: WeekAhead, rows: Rows) -> list[Row]:
    """Return visits and what will be one by id, with `needs` and `slots` taken apart, `home_x` and `home_y` in metres.

    Requested ones and owed ones whose window lies in the rest of the week, at least in part; those given to people on
    any day of it. What is owed has the status `owed`.
    """
    monday = monday_of(question.day)
    parameters = {
        "team_id": question.team_id,
        "day": question.day.isoformat(),
        "monday": monday.isoformat(),
        "sunday": (next_monday(monday) - timedelta(days=1)).isoformat(),
    }
    visits = rows.ask(
        """SELECT v.visit_id, v.resident_id, v.care_task_id, v.family_bed_id, v.purpose, v.needs,
        v.window_from, v.window_to, v.priority, v.attempt, v.status, v.day, v.slots, r.home_x, r.home_y
        FROM visits_v1 v LEFT JOIN residents_v1 r ON r.resident_id = v.resident_id
        WHERE (v.team_id = :team_id AND v.status = 'requested' AND v.window_to >= :day AND v.window_from <= :sunday)
        OR (v.team_id = :team_id AND v.day >= :monday AND v.day <= :sunday
            AND v.status IN ('assigned', 'started', 'completed'))
        ORDER BY v.visit_id""",
        **parameters,
    )
    parameters.pop("monday")
    owed_rows = rows.ask(
        """SELECT o.care_task_id AS visit_id, o.resident_id, o.care_task_id, o.family_bed_id,
        o.kind AS purpose, o.needs, o.window_from, o.window_to, o.priority, 1 AS attempt,
        'owed' AS status, NULL AS day, '[]' AS slots, r.home_x, r.home_y
        FROM owed_at_home_v1 o LEFT JOIN residents_v1 r ON r.resident_id = o.resident_id
        WHERE o.team_id = :team_id AND o.window_to >= :day AND o.window_from <= :sunday ORDER BY o.care_task_id""",
        **parameters,
    )
    known = {row["visit_id"] for row in visits}
    listed = [*visits, *(row for row in owed_rows if row["visit_id"] not in known)]
    return opened_json(sorted(listed, key=lambda row: str(row["visit_id"])), "needs", "slots")


def owed_names(rows: Rows, team_id: str) -> dict[str, Row]:
    """Return `kind`, `resident_id` and `name` of what a team owes at home and is no visit yet, by its id."""
    owed = rows.ask(
        """SELECT o.care_task_id, o.kind, o.resident_id, r.name FROM owed_at_home_v1 o
        LEFT JOIN residents_v1 r ON r.resident_id = o.resident_id WHERE o.team_id = :team_id""",
        team_id=team_id,
    )
    return {str(row.pop("care_task_id")): {**row} for row in owed}


TEAM_WEEKS = Projection(
    name="team_weeks",
    tables=(TEAM_WEEKS_V1, OWED_AT_HOME_V1),
    events=get_args(Followed),
    project=project,
    questions=(
        Question(
            asks=TeamWeekPlan,
            answer=team_week_plan,
            example=TeamWeekPlan(team_id="team-east", day=date(2026, 3, 2)),
        ),
        Question(asks=WeekAhead, answer=week_ahead, example=WeekAhead(team_id="team-east", day=date(2026, 3, 2))),
    ),
)
