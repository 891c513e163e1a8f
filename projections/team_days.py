"""Days that teams set themselves: closed, or worked with the shifts of a weekday."""

from collections.abc import Iterator
from datetime import date

from domain.event import value
from domain.policy_pack import PolicyPack
from domain.team.events import TeamDaySet
from domain.team.state import OwnDay
from domain.team.working_days import weekdays_worked
from projections.changes import Change, Projection, Table
from projections.questions import Question, Row, Rows, ask_where, whole

TEAM_DAYS_V1 = Table(
    "team_days_v1",
    "team_day",  # team|day
    {"team_id": "text", "day": "text", "kind": "text", "shifts_of": "int"},
    indexes=(("team_id", "day"),),
)
"""`kind` is closed or working, `shifts_of` the weekday whose shifts a working day has, 0 for Monday."""


def project(event: TeamDaySet) -> Iterator[Change]:
    """Follow the days that a team sets; a day that follows the calendar again has no row."""
    day = event.day.isoformat()
    key = f"{event.team_id}|{day}"
    if event.kind == "as-calendar":
        yield TEAM_DAYS_V1.drop(key)
        return
    yield TEAM_DAYS_V1.put(key, team_id=event.team_id, day=day, kind=event.kind, shifts_of=event.shifts_of)


@value
class TeamDays:
    """Ask which days a team set itself, from a day on and up to another, both included."""

    team_id: str
    first: date | None = None
    last: date | None = None


def team_days(question: TeamDays, rows: Rows) -> list[Row]:
    """Return `day`, `kind` and `shifts_of`, by day."""
    days = ask_where(
        rows,
        "SELECT day, kind, shifts_of FROM team_days_v1",
        [
            "team_id = :team_id",
            "day >= :first" if question.first else "",
            "day <= :last" if question.last else "",
        ],
        "ORDER BY day",
        team_id=question.team_id,
        first=question.first.isoformat() if question.first else None,
        last=question.last.isoformat() if question.last else None,
    )
    return [{**row} for row in days]


def own_days(rows: Rows, team_id: str, first: date, last: date) -> dict[date, OwnDay]:
    """Return the days between two, both included, that a team set itself."""
    listed = team_days(TeamDays(team_id=team_id, first=first, last=last), rows)
    days = [(date.fromisoformat(row["day"]), row["shifts_of"]) for row in listed]
    return {day: OwnDay(day=day, shifts_of=None if weekday is None else whole(weekday)) for day, weekday in days}


def worked_as(rows: Rows, team_id: str, day: date, pack: PolicyPack) -> tuple[int, ...]:
    """Return the weekdays whose shifts a team works on a day."""
    return weekdays_worked(day, own_days(rows, team_id, day, day).get(day), pack)


TEAM_DAYS = Projection(
    name="team_days",
    tables=(TEAM_DAYS_V1,),
    events=(TeamDaySet,),
    project=project,
    questions=(
        Question(
            asks=TeamDays,
            answer=team_days,
            example=TeamDays(team_id="team-east", first=date(2026, 2, 1), last=date(2026, 2, 28)),
        ),
    ),
)
