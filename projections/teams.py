"""Teams: seats with their days and hours, guests, licences, empty seats and absences."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from domain.event import value
from domain.local_time import at_local
from domain.policy_pack import in_force
from domain.team.commands import Licence, Member
from domain.team.events import (
    AbsenceRecorded,
    AbsenceWithdrawn,
    GuestInvited,
    GuestWithdrawn,
    LicenceRecorded,
    MemberJoined,
    MemberLeft,
    QualificationRecorded,
    SeatFellEmpty,
    ShiftsChanged,
    StaffEvent,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamDisbanded,
    TeamFormed,
)
from projections.changes import Change, Drop, Projection, Put, Table, as_json, day_text, moment
from projections.questions import Question, Row, Rows, Scalar, ask_where, opened_json
from projections.team_days import worked_as

TEAMS_V1 = Table(
    "teams_v1",
    "team_id",
    {"institution_id": "text", "base_x": "int", "base_y": "int", "disbanded_after": "text"},
    indexes=(("institution_id",),),
)

MEMBERS_V1 = Table(
    "members_v1",
    "member_key",  # team|member|first day, or for a guest team|stay
    {
        "team_id": "text",
        "member_id": "text",
        "role": "text",
        "qualifications": "text",
        "travels_by": "text",
        "shifts": "text",
        "from_day": "text",
        "left_after": "text",
        "guest": "text",
        "stay_id": "text",
    },
    indexes=(("team_id",),),
)
"""Seats, one row each time that one was taken; a founder's is held since 0001-01-01.

`qualifications` is JSON [code], `shifts` is JSON [{weekday, starts, ends, break_starts, break_ends}] as on the first
day; what changed later stands in the tables of hours and papers. `guest` is the kind of a guest.
"""

HOURS_V1 = Table(
    "member_hours_v1",
    "hours_key",  # team|member|day
    {"team_id": "text", "member_id": "text", "from_day": "text", "shifts": "text"},
    indexes=(("team_id", "member_id", "from_day"),),
)
"""Other hours of a member from a day on, until the next row's day."""

PAPERS_V1 = Table(
    "member_papers_v1",
    "paper_key",  # team|member|licence or qualification|code
    {
        "team_id": "text",
        "member_id": "text",
        "paper": "text",
        "code": "text",
        "registered_in": "text",
        "valid_from": "text",
        "valid_until": "text",
    },
    indexes=(("team_id", "member_id"),),
)
"""Licences and dated qualifications; a licence's `valid_from` is since when its holder practises."""

STAFFING_V1 = Table(
    "staffing_v1",
    "staffing_key",  # team|role
    {"team_id": "text", "role": "text", "since": "text", "grace_until": "text", "understaffed_from": "text"},
    indexes=(("team_id",),),
)
"""Mandatory seats that are empty; `understaffed_from` once the grace was over."""

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


def project(event: StaffEvent) -> Iterator[Change]:
    """Follow a team."""
    match event:
        case TeamFormed():
            yield TEAMS_V1.put(
                event.team_id, institution_id=event.institution_id, base_x=event.base_x, base_y=event.base_y
            )
            for member in event.members:
                yield from seat(event.team_id, member, date.min)
        case TeamDisbanded():
            yield TEAMS_V1.patch(event.team_id, disbanded_after=event.last_day.isoformat())
        case AbsenceRecorded():
            yield ABSENCES_V1.put(
                f"{event.team_id}|{event.absence_id}",
                absence_id=event.absence_id,
                team_id=event.team_id,
                member_id=event.member_id,
                starts_at=moment(event.starts_at),
                ends_at=moment(event.ends_at),
                reason=event.reason,
            )
        case AbsenceWithdrawn():
            yield ABSENCES_V1.drop(f"{event.team_id}|{event.absence_id}")
        case SeatFellEmpty() | TeamBecameUnderstaffed() | StaffingRestored():
            yield gap(event)
        case _:
            yield from seats(event)


SeatEvent = (
    MemberJoined | MemberLeft | ShiftsChanged | LicenceRecorded | QualificationRecorded | GuestInvited | GuestWithdrawn
)


def seats(event: SeatEvent) -> Iterator[Change]:
    """Follow the seats of a team."""
    match event:
        case MemberJoined():
            yield from seat(event.team_id, event.member, event.from_day)
        case MemberLeft():
            key = f"{event.team_id}|{event.member_id}|{event.from_day.isoformat()}"
            yield MEMBERS_V1.patch(key, left_after=event.last_day.isoformat())
        case GuestInvited():
            yield from guest(event)
        case GuestWithdrawn():
            yield MEMBERS_V1.patch(f"{event.team_id}|{event.stay_id}", left_after=event.last_day.isoformat())
        case ShiftsChanged():
            yield HOURS_V1.put(
                f"{event.team_id}|{event.member_id}|{event.from_day.isoformat()}",
                team_id=event.team_id,
                member_id=event.member_id,
                from_day=event.from_day.isoformat(),
                shifts=as_json(event.shifts),
            )
        case LicenceRecorded():
            yield licence_paper(event.team_id, event.member_id, event.licence)
        case QualificationRecorded():
            yield PAPERS_V1.put(
                f"{event.team_id}|{event.member_id}|qualification|{event.code}",
                team_id=event.team_id,
                member_id=event.member_id,
                paper="qualification",
                code=event.code,
                valid_from=event.valid_from.isoformat(),
                valid_until=day_text(event.valid_until),
            )


def seat(team_id: str, member: Member, from_day: date) -> Iterator[Put]:
    """Yield the rows of a seat that is held from a day on."""
    yield MEMBERS_V1.put(
        f"{team_id}|{member.member_id}|{from_day.isoformat()}",
        **member_columns(team_id, member),
        from_day=from_day.isoformat(),
    )
    yield from (licence_paper(team_id, member.member_id, licence) for licence in member.licences)


def guest(event: GuestInvited) -> Iterator[Put]:
    """Yield the rows of a guest's seat."""
    yield MEMBERS_V1.put(
        f"{event.team_id}|{event.stay_id}",
        **member_columns(event.team_id, event.member),
        from_day=event.from_day.isoformat(),
        left_after=event.to_day.isoformat(),
        guest=event.kind,
        stay_id=event.stay_id,
    )
    yield from (licence_paper(event.team_id, event.member.member_id, licence) for licence in event.member.licences)


def member_columns(team_id: str, member: Member) -> dict[str, Scalar]:
    """Return what rows keep of a member."""
    return {
        "team_id": team_id,
        "member_id": member.member_id,
        "role": member.role,
        "qualifications": as_json(member.qualifications),
        "travels_by": member.travels_by,
        "shifts": as_json(member.shifts),
    }


def licence_paper(team_id: str, member_id: str, licence: Licence) -> Put:
    """Return the row of a licence."""
    return PAPERS_V1.put(
        f"{team_id}|{member_id}|licence|{licence.kind}",
        team_id=team_id,
        member_id=member_id,
        paper="licence",
        code=licence.kind,
        registered_in=licence.registered_in,
        valid_from=licence.practising_since.isoformat(),
        valid_until=day_text(licence.valid_until),
    )


def gap(event: SeatFellEmpty | TeamBecameUnderstaffed | StaffingRestored) -> Put | Drop:
    """Return the row of a mandatory seat that is empty."""
    key = f"{event.team_id}|{event.role}"
    if isinstance(event, StaffingRestored):
        return STAFFING_V1.drop(key)
    about: dict[str, Scalar] = {"team_id": event.team_id, "role": event.role, "since": event.since.isoformat()}
    if isinstance(event, SeatFellEmpty):
        return STAFFING_V1.put(key, **about, grace_until=event.grace_until.isoformat())
    last_day = event.from_day - timedelta(days=1)
    return STAFFING_V1.put(key, **about, grace_until=last_day.isoformat(), understaffed_from=event.from_day.isoformat())


def members_on(rows: Rows, team_id: str, day: date) -> list[Row]:
    """Return the members of a day, guests too, by id: `qualifications` and `shifts` as of that day.

    `practises` is False of a member whose licences are all over.
    """
    parameters = {"team_id": team_id, "day": day.isoformat()}
    seats = rows.ask(
        """SELECT m.* FROM members_v1 m JOIN teams_v1 t ON t.team_id = m.team_id
        WHERE m.team_id = :team_id AND m.from_day <= :day AND (m.left_after IS NULL OR m.left_after >= :day)
        AND (t.disbanded_after IS NULL OR t.disbanded_after >= :day) ORDER BY m.member_id, m.from_day""",
        **parameters,
    )
    hours = rows.ask(
        "SELECT * FROM member_hours_v1 WHERE team_id = :team_id AND from_day <= :day ORDER BY from_day", **parameters
    )
    papers = rows.ask("SELECT * FROM member_papers_v1 WHERE team_id = :team_id ORDER BY paper_key", team_id=team_id)
    newest = {row["member_id"]: row for row in opened_json(hours, "shifts")}
    return [
        as_of(row, newest.get(row["member_id"]), [p for p in papers if p["member_id"] == row["member_id"]], day)
        for row in opened_json(seats, "qualifications", "shifts")
    ]


def as_of(seat: Row, hours: Row | None, papers: list[dict[str, Scalar]], day: date) -> Row:
    """Return a seat as it is on a day."""
    if hours is not None and str(hours["from_day"]) >= str(seat["from_day"]):
        seat["shifts"] = hours["shifts"]
    dated = {str(paper["code"]): holds(paper, day) for paper in papers if paper["paper"] == "qualification"}
    licences = [holds(paper, day) for paper in papers if paper["paper"] == "licence"]
    kept = [code for code in seat["qualifications"] if code not in dated]
    seat["qualifications"] = [*kept, *(code for code, valid in sorted(dated.items()) if valid)]
    seat["practises"] = not licences or any(licences)
    return seat


def holds(paper: dict[str, Scalar], day: date) -> bool:
    """Say whether a licence or a qualification holds on a day."""
    until = paper["valid_until"]
    begun = paper["paper"] == "licence" or str(paper["valid_from"]) <= day.isoformat()
    return begun and (until is None or str(until) >= day.isoformat())


@value
class Teams:
    """Ask for all teams."""


def teams(question: Teams, rows: Rows) -> list[Row]:  # noqa: ARG001 -- the signature of every answer
    """Return the columns of the table with `institution_name`."""
    all_teams = rows.ask(
        """SELECT t.*, i.name AS institution_name
        FROM teams_v1 t LEFT JOIN institutions_v1 i ON i.institution_id = t.institution_id ORDER BY t.team_id"""
    )
    return [{**row} for row in all_teams]


def team_ids(rows: Rows) -> list[str]:
    """Return the ids of all teams in their order."""
    return [str(row["team_id"]) for row in rows.ask("SELECT team_id FROM teams_v1 ORDER BY team_id")]


def guest_ids(rows: Rows, team_id: str) -> set[str]:
    """Return which members are, or were, in a team as guests."""
    guests = rows.ask(
        "SELECT member_id FROM members_v1 WHERE team_id = :team_id AND guest IS NOT NULL", team_id=team_id
    )
    return {str(row["member_id"]) for row in guests}


def absences_of(rows: Rows, team_id: str) -> list[dict[str, Scalar]]:
    """Return the absences of a team's members: `member_id`, `starts_at`, `ends_at`."""
    return rows.ask("SELECT member_id, starts_at, ends_at FROM absences_v1 WHERE team_id = :team_id", team_id=team_id)


@value
class TeamMembers:
    """Ask for a team's members: on a day, under a region's policy pack, those who hold a seat then; else all ever."""

    team_id: str
    day: date | None = None
    region: str = "SZ"


def team_members(question: TeamMembers, rows: Rows) -> list[Row]:
    """Return members by id, each with `qualifications`, `shifts` and `absences` [{starts_at, ends_at, reason}].

    With a day those of that day, guests too, with its hours and qualifications, only the absences that touch it, in
    `works` whether they have a shift, by calendar and own days, and in `practises` whether a licence holds.
    """
    day = question.day
    if day is None:
        seats = rows.ask(
            "SELECT * FROM members_v1 WHERE team_id = :team_id ORDER BY member_id, from_day", team_id=question.team_id
        )
        members = opened_json(seats, "qualifications", "shifts")
    else:
        members = members_on(rows, question.team_id, day)
    absences = ask_where(
        rows,
        "SELECT * FROM absences_v1",
        ["team_id = :team_id", "ends_at > :day_begins AND starts_at < :day_ends" if day else ""],
        "ORDER BY starts_at, absence_id",
        team_id=question.team_id,
        day_begins=moment(at_local(day)) if day else None,
        day_ends=moment(at_local(day + timedelta(days=1))) if day else None,
    )
    weekdays = None if day is None else worked_as(rows, question.team_id, day, in_force(question.region, day))
    return [member_row(row, absences, weekdays) for row in members]


def member_row(member: Row, absences: list[dict[str, Scalar]], weekdays: tuple[int, ...] | None) -> Row:
    """Return a member with their absences."""
    row: Row = {name: value for name, value in member.items() if name != "member_key"}
    row["absences"] = [
        {name: away[name] for name in ("absence_id", "starts_at", "ends_at", "reason")}
        for away in absences
        if away["member_id"] == member["member_id"]
    ]
    if weekdays is not None:
        row["works"] = any(shift["weekday"] in weekdays for shift in row["shifts"])
    return row


@value
class Understaffed:
    """Ask which mandatory seats are empty, in all teams or those of one institution."""

    institution_id: str | None = None


def understaffed(question: Understaffed, rows: Rows) -> list[Row]:
    """Return the empty seats, the longest empty first: `team_id`, `institution_id`, `role`, `since`, `grace_until`.

    `understaffed_from` is the day from which the team serves nobody under contracts, None within the grace.
    """
    seats = ask_where(
        rows,
        "SELECT s.*, t.institution_id FROM staffing_v1 s JOIN teams_v1 t ON t.team_id = s.team_id",
        ["t.institution_id = :institution_id" if question.institution_id else "", "t.disbanded_after IS NULL"],
        "ORDER BY s.since, s.staffing_key",
        institution_id=question.institution_id,
    )
    return [{name: value for name, value in row.items() if name != "staffing_key"} for row in seats]


TEAMS = Projection(
    name="teams",
    tables=(TEAMS_V1, MEMBERS_V1, HOURS_V1, PAPERS_V1, STAFFING_V1, ABSENCES_V1),
    events=get_args(StaffEvent),
    project=project,
    questions=(
        Question(asks=Teams, answer=teams, example=Teams()),
        Question(
            asks=TeamMembers,
            answer=team_members,
            example=TeamMembers(team_id="team-east", day=date(2026, 3, 2)),
        ),
        Question(asks=Understaffed, answer=understaffed, example=Understaffed(institution_id="centre-east")),
    ),
)
