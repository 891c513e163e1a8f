"""Visits on their days: who was assigned, who came and left, what became of each visit, and how long it lasted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from domain.event import value
from domain.local_time import local_day
from domain.planning.stays import Stay, shared_seconds
from domain.visit.commands import Part
from domain.visit.correction_events import VisitAnnulled, VisitCorrected, VisitNotMade
from domain.visit.events import (
    VisitAlarmRaised,
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitHandedOver,
    VisitJoined,
    VisitLeft,
    VisitMissed,
    VisitPartnerAbsent,
    VisitReleased,
    VisitRescheduled,
    VisitStarted,
)
from projections.changes import Change, Projection, Table, as_json, moment
from projections.notices import ask_in
from projections.questions import Question, Row, Rows, Scalar, ask_where, opened_json, whole

VISIT_DAYS_V1 = Table(
    "visit_days_v1",
    "visit_day",  # visit|day
    {
        "visit_id": "text",
        "team_id": "text",
        "resident_id": "text",
        "day": "text",
        "status": "text",
        "reason": "text",
        "slots": "text",
        "parts": "text",
        "absent": "text",
        "alarm_at": "text",
        "alarmed": "int",
        "short": "int",
        "far_shorter": "int",
    },
    indexes=(("team_id", "day"), ("visit_id",)),
)
"""`status` is assigned, started, completed, missed, annulled, cancelled, rescheduled, handed-over or released, with its
`reason`.

`slots` is JSON [{member_id, starts_at, ends_at}] as assigned, `parts` JSON [{service, member_id, entered_at, left_at}]
as it happened, `absent` JSON [service] of those who did not come. `alarm_at` is when the leader is told that nobody
left, `alarmed` that they were.
"""

Ended = VisitCompleted | VisitMissed | VisitCancelled | VisitRescheduled | VisitHandedOver | VisitReleased
Corrected = VisitAnnulled | VisitNotMade | VisitCorrected
UnderWay = VisitStarted | VisitJoined | VisitLeft | VisitPartnerAbsent | VisitAlarmRaised
DayEvent = VisitAssigned | UnderWay | Ended | Corrected


def key_of(visit_id: str, day: date | None) -> str:
    """Return the key of a visit's day; of no row where a visit had no day, or an old event does not say which."""
    return f"{visit_id}|{'' if day is None else day.isoformat()}"


def project(event: DayEvent) -> Iterator[Change]:
    """Follow what becomes of each visit on its day."""
    match event:
        case VisitAssigned():
            yield VISIT_DAYS_V1.put(
                key_of(event.visit_id, event.day),
                visit_id=event.visit_id,
                team_id=event.team_id,
                resident_id=event.resident_id,
                day=event.day.isoformat(),
                status="assigned",
                slots=as_json(event.slots),
                parts="[]",
                absent="[]",
                alarmed=0,
                short=0,
                far_shorter=0,
            )
        case VisitStarted():
            day = event.day or local_day(event.entered_at)
            yield VISIT_DAYS_V1.patch(
                key_of(event.visit_id, day),
                status="started",
                parts=as_json(event.parts),
                alarm_at=None if event.alarm_at is None else moment(event.alarm_at),
            )
        case VisitJoined() | VisitLeft():
            yield VISIT_DAYS_V1.patch(
                key_of(event.visit_id, event.day),
                parts=as_json(event.parts),
                alarm_at=None if event.alarm_at is None else moment(event.alarm_at),
            )
        case VisitPartnerAbsent():
            yield VISIT_DAYS_V1.patch(key_of(event.visit_id, event.day), absent=as_json(event.absent))
        case VisitAlarmRaised():
            yield VISIT_DAYS_V1.patch(key_of(event.visit_id, event.day), alarmed=1)
        case VisitAnnulled() | VisitNotMade() | VisitCorrected():
            yield corrected(event)
        case _:
            yield from ended(event)


def ended(event: Ended) -> Iterator[Change]:
    """Yield what became of a visit on its day; nothing if it had none."""
    match event:
        case VisitCompleted():
            yield VISIT_DAYS_V1.patch(
                key_of(event.visit_id, event.day or local_day(event.entered_at)),
                status="completed",
                parts=as_json(parts_of(event)),
                alarm_at=None,
                short=int(event.short),
                far_shorter=int(event.far_shorter),
            )
        case VisitMissed():
            yield VISIT_DAYS_V1.patch(key_of(event.visit_id, event.was_on), status="missed", reason=event.reason)
        case VisitCancelled():
            yield VISIT_DAYS_V1.patch(key_of(event.visit_id, event.was_on), status="cancelled", reason=event.reason)
        case VisitRescheduled():
            yield VISIT_DAYS_V1.patch(key_of(event.visit_id, event.was_on), status="rescheduled")
        case VisitHandedOver():
            yield VISIT_DAYS_V1.patch(key_of(event.visit_id, event.was_on), status="handed-over")
        case VisitReleased():
            yield VISIT_DAYS_V1.patch(key_of(event.visit_id, event.was_on), status="released")


def corrected(event: Corrected) -> Change:
    """Return what really became of a visit on its day."""
    key = key_of(event.visit_id, event.day)
    match event:
        case VisitAnnulled():
            return VISIT_DAYS_V1.patch(key, status="annulled", parts="[]")
        case VisitNotMade():
            return VISIT_DAYS_V1.patch(key, status="missed", reason=event.missed, parts="[]")
        case VisitCorrected():
            return VISIT_DAYS_V1.patch(
                key, parts=as_json(parts_of(event)), short=int(event.short), far_shorter=int(event.far_shorter)
            )


def parts_of(event: VisitCompleted | Corrected) -> tuple[Part, ...]:
    """Return who came and when; before parts were recorded, all came and left together."""
    return event.parts or tuple(
        Part(service=service, member_id=member_id, entered_at=event.entered_at, left_at=event.left_at)
        for service, member_id in enumerate(event.member_ids)
    )


@value
class VisitsOn:
    """Ask what became of a team's visits on a day."""

    team_id: str
    day: date


def visits_on(question: VisitsOn, rows: Rows) -> list[Row]:
    """Return the visits that were assigned to the day, by id, with JSON columns taken apart."""
    visits = rows.ask(
        "SELECT * FROM visit_days_v1 WHERE team_id = :team_id AND day = :day ORDER BY visit_id",
        team_id=question.team_id,
        day=question.day.isoformat(),
    )
    return opened_json(visits, "slots", "parts", "absent")


def visits_nobody_left(rows: Rows, now: datetime) -> list[Row]:
    """Return the visits of all teams where somebody still is and the alarm is due, the oldest alarm first.

    An alarm is one from its moment on, even if the timer that records it has not fired yet.
    """
    sql = """SELECT visit_id, team_id, day, alarm_at, parts FROM visit_days_v1
    WHERE status = 'started' AND alarm_at <= :now ORDER BY alarm_at, visit_id"""
    return opened_json(rows.ask(sql, now=moment(now)), "parts")


VISIT_DAYS = Projection(
    name="visit_days",
    tables=(VISIT_DAYS_V1,),
    events=(
        VisitAssigned,
        VisitStarted,
        VisitJoined,
        VisitLeft,
        VisitPartnerAbsent,
        VisitAlarmRaised,
        VisitCompleted,
        VisitMissed,
        VisitCancelled,
        VisitRescheduled,
        VisitHandedOver,
        VisitReleased,
        VisitAnnulled,
        VisitNotMade,
        VisitCorrected,
    ),
    project=project,
    questions=(Question(asks=VisitsOn, answer=visits_on, example=VisitsOn(team_id="team-east", day=date(2026, 3, 2))),),
)

VISIT_LENGTHS_V2 = Table(
    "visit_lengths_v2",
    "part",  # visit|service
    {
        "team_id": "text",
        "purpose": "text",
        "member_id": "text",
        "day": "text",
        "entered_at": "text",
        "left_at": "text",
    },
    indexes=(
        ("team_id", "purpose", "member_id", "left_at"),
        ("team_id", "purpose", "left_at"),
        ("member_id", "day"),
    ),
)
"""One row for each member's part of a visit that was made; `purpose` is empty in old events that do not say it."""


def project_lengths(event: VisitCompleted | Corrected) -> Iterator[Change]:
    """Record from when until when each member stayed, at visits that were made."""
    if isinstance(event, VisitAnnulled | VisitNotMade):
        for part in parts_of(event):
            yield VISIT_LENGTHS_V2.drop(f"{event.visit_id}|{part.service}")
        return
    for part in parts_of(event):
        if part.left_at is not None:
            yield VISIT_LENGTHS_V2.put(
                f"{event.visit_id}|{part.service}",
                team_id=event.team_id,
                purpose=event.purpose or "",
                member_id=part.member_id,
                day=local_day(part.entered_at).isoformat(),
                entered_at=moment(part.entered_at),
                left_at=moment(part.left_at),
            )


@value
class VisitLengths:
    """Ask how long a team's visits of a purpose lasted, those of one member or of all; the newest `limit`."""

    team_id: str
    purpose: str
    member_id: str | None = None
    limit: int = 200


def visit_lengths(question: VisitLengths, rows: Rows) -> list[Row]:
    """Return `seconds` of each part, the newest first; services that a member made at once in one stay share it."""
    parts = ask_where(
        rows,
        "SELECT part, entered_at, left_at FROM visit_lengths_v2",
        ["team_id = :team_id", "purpose = :purpose", "member_id = :member_id" if question.member_id else ""],
        "ORDER BY left_at DESC, part LIMIT :most",
        team_id=question.team_id,
        purpose=question.purpose,
        member_id=question.member_id,
        most=question.limit,
    )
    others = made_at_once(rows, {str(row["part"]) for row in parts})
    return [{"seconds": shared_seconds(stay_of(row), others.get(str(row["part"]), []))} for row in parts]


def made_at_once(rows: Rows, parts: Collection[str]) -> dict[str, list[Stay]]:
    """Return from when until when the same member was also busy with other visits, by part."""
    others: dict[str, list[Stay]] = {}
    select = """SELECT l.part, o.entered_at, o.left_at FROM visit_lengths_v2 l JOIN visit_lengths_v2 o
        ON o.member_id = l.member_id AND o.day = l.day AND o.part <> l.part
        AND o.entered_at < l.left_at AND o.left_at > l.entered_at WHERE l.part IN"""
    for row in ask_in(rows, select, parts):
        others.setdefault(str(row["part"]), []).append(stay_of(row))
    return others


def stay_of(row: Mapping[str, Scalar]) -> Stay:
    """Return the moments of entering and leaving that a row holds."""
    return datetime.fromisoformat(str(row["entered_at"])), datetime.fromisoformat(str(row["left_at"]))


def lengths_of(rows: Rows, team_id: str, purpose: str, member_id: str, newest: int) -> tuple[list[int], list[int]]:
    """Return the newest lengths in seconds of a purpose's visits: those of the member, and those of the team."""
    of_team = VisitLengths(team_id=team_id, purpose=purpose, limit=newest)
    of_member = replace(of_team, member_id=member_id)
    own, others = ([whole(row["seconds"]) for row in visit_lengths(each, rows)] for each in (of_member, of_team))
    return own, others


VISIT_LENGTHS = Projection(
    name="visit_lengths",
    tables=(VISIT_LENGTHS_V2,),
    events=(VisitCompleted, VisitAnnulled, VisitNotMade, VisitCorrected),
    project=project_lengths,
    questions=(
        Question(
            asks=VisitLengths,
            answer=visit_lengths,
            example=VisitLengths(team_id="team-east", purpose="home-call", limit=200),
        ),
    ),
)
