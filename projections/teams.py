"""Teams, who holds a seat in them with which hours, and who is away."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from domain.event import value
from domain.local_time import at_local
from domain.team import (
    AbsenceRecorded,
    AbsenceWithdrawn,
    Member,
    MemberJoined,
    MemberLeft,
    ShiftsChanged,
    TeamEvent,
    TeamFormed,
)
from projections.asking import Question, Row, Rows, Scalar, ask_where, opened_json
from projections.changes import Change, Projection, Put, Table, as_json, day_text, moment

TEAMS_V1 = Table(
    "teams_v1",
    "team_id",
    {"institution_id": "text", "base_x": "int", "base_y": "int"},
    indexes=(("institution_id",),),
)

MEMBERS_V1 = Table(
    "members_v1",
    "member_key",  # team|member
    {
        "team_id": "text",
        "member_id": "text",
        "role": "text",
        "qualifications": "text",
        "travels_by": "text",
        "shifts": "text",
        "left_after": "text",
    },
    indexes=(("team_id",),),
)
"""`qualifications` is JSON [code]; `shifts` is JSON [{weekday, starts, ends, break_starts, break_ends}]."""

ABSENCES_V1 = Table(
    "absences_v1",
    "absence_key",  # team|absence
    {
        "absence_id": "text",
        "team_id": "text",
        "member_id": "text",
        "starts_at": "text",
        "ends_at": "text",
        "reason": "text",
    },
    indexes=(("team_id", "ends_at"),),
)


def project(fact: TeamEvent) -> Iterator[Change]:
    """Follow a team."""
    match fact:
        case TeamFormed():
            yield TEAMS_V1.put(fact.team_id, institution_id=fact.institution_id, base_x=fact.base_x, base_y=fact.base_y)
            for member in fact.members:
                yield seat(fact.team_id, member)
        case MemberJoined():
            yield seat(fact.team_id, fact.member)
        case MemberLeft():
            yield MEMBERS_V1.patch(f"{fact.team_id}|{fact.member_id}", left_after=fact.last_day.isoformat())
        case ShiftsChanged():
            yield MEMBERS_V1.patch(f"{fact.team_id}|{fact.member_id}", shifts=as_json(fact.shifts))
        case AbsenceRecorded():
            yield ABSENCES_V1.put(
                f"{fact.team_id}|{fact.absence_id}",
                absence_id=fact.absence_id,
                team_id=fact.team_id,
                member_id=fact.member_id,
                starts_at=moment(fact.starts_at),
                ends_at=moment(fact.ends_at),
                reason=fact.reason,
            )
        case AbsenceWithdrawn():
            yield ABSENCES_V1.drop(f"{fact.team_id}|{fact.absence_id}")


def seat(team_id: str, member: Member) -> Put:
    """Return the row of a seat that is held."""
    return MEMBERS_V1.put(
        f"{team_id}|{member.member_id}",
        team_id=team_id,
        member_id=member.member_id,
        role=member.role,
        qualifications=as_json(member.qualifications),
        travels_by=member.travels_by,
        shifts=as_json(member.shifts),
    )


@value
class Teams:
    """Ask for all teams."""


def teams(question: Teams, rows: Rows) -> list[Row]:  # noqa: ARG001 -- the signature of every answer
    """Return the columns of the table with `institution_name`."""
    found = rows.ask(
        """SELECT t.*, i.name AS institution_name
        FROM teams_v1 t LEFT JOIN institutions_v1 i ON i.institution_id = t.institution_id ORDER BY t.team_id"""
    )
    return [{**row} for row in found]


@value
class TeamMembers:
    """Ask for a team's members: on a day those who hold a seat then, otherwise all who ever did."""

    team_id: str
    day: date | None = None


def team_members(question: TeamMembers, rows: Rows) -> list[Row]:
    """Return members by id, each with `qualifications`, `shifts` and `absences` [{starts_at, ends_at, reason}].

    With a day only the absences that touch it, and in `works` whether there is a shift on its weekday.
    """
    day = question.day
    members = ask_where(
        rows,
        "SELECT * FROM members_v1",
        ["team_id = :team_id", "(left_after IS NULL OR left_after >= :day)" if day else ""],
        "ORDER BY member_id",
        team_id=question.team_id,
        day=day_text(day),
    )
    absences = ask_where(
        rows,
        "SELECT * FROM absences_v1",
        ["team_id = :team_id", "ends_at > :day_begins AND starts_at < :day_ends" if day else ""],
        "ORDER BY starts_at, absence_id",
        team_id=question.team_id,
        day_begins=moment(at_local(day)) if day else None,
        day_ends=moment(at_local(day + timedelta(days=1))) if day else None,
    )
    return [member_row(row, absences, day) for row in opened_json(members, "qualifications", "shifts")]


def member_row(member: Row, absences: list[dict[str, Scalar]], day: date | None) -> Row:
    """Return a member with her absences."""
    row: Row = {name: told for name, told in member.items() if name != "member_key"}
    row["absences"] = [
        {name: away[name] for name in ("absence_id", "starts_at", "ends_at", "reason")}
        for away in absences
        if away["member_id"] == member["member_id"]
    ]
    if day is not None:
        row["works"] = any(shift["weekday"] == day.weekday() for shift in row["shifts"])
    return row


TEAMS = Projection(
    name="teams",
    tables=(TEAMS_V1, MEMBERS_V1, ABSENCES_V1),
    events=get_args(TeamEvent),
    project=project,
    questions=(
        Question(asks=Teams, answer=teams, example=Teams()),
        Question(
            asks=TeamMembers,
            answer=team_members,
            example=TeamMembers(team_id="team-east", day=date(2026, 3, 2)),
        ),
    ),
)
