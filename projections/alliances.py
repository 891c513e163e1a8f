"""Alliances, their institutions, and their activities in a period (A8)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from domain.alliance.events import (
    ActivityRecorded,
    AllianceEvent,
    AllianceFormed,
    ExpertRecalled,
    ExpertSent,
    InstitutionAdmitted,
    InstitutionReleased,
    SlotsHeld,
    TrainingRecorded,
)
from domain.event import value
from projections.changes import Change, Projection, Put, Table, as_json
from projections.questions import Question, Row, Rows, opened_json

ALLIANCES_V1 = Table("alliances_v1", "alliance_id", {"name": "text", "institution_id": "text", "formed_on": "text"})

ALLIANCE_INSTITUTIONS_V1 = Table(
    "alliance_institutions_v1",
    "alliance_institution_key",  # alliance|institution
    {"alliance_id": "text", "institution_id": "text", "from_day": "text", "left_after": "text"},
    indexes=(("alliance_id",),),
)

POSTINGS_V1 = Table(
    "alliance_postings_v1",
    "posting_key",  # alliance|posting
    {
        "alliance_id": "text",
        "posting_id": "text",
        "member_id": "text",
        "role": "text",
        "institution_id": "text",
        "team_id": "text",
        "from_day": "text",
        "to_day": "text",
    },
    indexes=(("alliance_id", "from_day"),),
)

ACTIVITIES_V1 = Table(
    "alliance_activities_v1",
    "activity_key",  # alliance|activity
    {
        "alliance_id": "text",
        "kind": "text",
        "institution_id": "text",
        "held_on": "text",
        "expert_ids": "text",
        "people": "int",
    },
    indexes=(("alliance_id", "held_on"),),
)
"""`expert_ids` is JSON [id]."""

TRAINEES_V1 = Table(
    "alliance_trainees_v1",
    "trainee_key",  # alliance|training|member
    {
        "alliance_id": "text",
        "training_id": "text",
        "topic": "text",
        "from_day": "text",
        "to_day": "text",
        "member_id": "text",
        "institution_id": "text",
        "hours": "int",
    },
    indexes=(("alliance_id", "to_day"),),
)


def project(event: AllianceEvent) -> Iterator[Change]:
    """Follow an alliance."""
    match event:
        case AllianceFormed():
            yield ALLIANCES_V1.put(
                event.alliance_id,
                name=event.name,
                institution_id=event.institution_id,
                formed_on=event.formed_on.isoformat(),
            )
            yield belonging(event.alliance_id, event.institution_id, event.formed_on)
        case InstitutionAdmitted():
            yield belonging(event.alliance_id, event.institution_id, event.from_day)
        case InstitutionReleased():
            key = f"{event.alliance_id}|{event.institution_id}"
            yield ALLIANCE_INSTITUTIONS_V1.patch(key, left_after=event.last_day.isoformat())
        case ExpertSent():
            yield POSTINGS_V1.put(
                f"{event.alliance_id}|{event.posting_id}",
                alliance_id=event.alliance_id,
                posting_id=event.posting_id,
                member_id=event.member.member_id,
                role=event.member.role,
                institution_id=event.institution_id,
                team_id=event.team_id,
                from_day=event.from_day.isoformat(),
                to_day=event.to_day.isoformat(),
            )
        case ExpertRecalled():
            yield POSTINGS_V1.patch(f"{event.alliance_id}|{event.posting_id}", to_day=event.last_day.isoformat())
        case ActivityRecorded():
            yield ACTIVITIES_V1.put(
                f"{event.alliance_id}|{event.activity_id}",
                alliance_id=event.alliance_id,
                kind=event.kind,
                institution_id=event.institution_id,
                held_on=event.held_on.isoformat(),
                expert_ids=as_json(event.expert_ids),
                people=event.people,
            )
        case TrainingRecorded():
            yield from trainees(event)


def belonging(alliance_id: str, institution_id: str, from_day: date) -> Put:
    """Return the row of an institution that belongs to an alliance."""
    return ALLIANCE_INSTITUTIONS_V1.put(
        f"{alliance_id}|{institution_id}",
        alliance_id=alliance_id,
        institution_id=institution_id,
        from_day=from_day.isoformat(),
    )


def trainees(event: TrainingRecorded) -> Iterator[Put]:
    """Yield a row for each person who was trained."""
    for trainee in event.trainees:
        yield TRAINEES_V1.put(
            f"{event.alliance_id}|{event.training_id}|{trainee.member_id}",
            alliance_id=event.alliance_id,
            training_id=event.training_id,
            topic=event.topic,
            from_day=event.from_day.isoformat(),
            to_day=event.to_day.isoformat(),
            member_id=trainee.member_id,
            institution_id=trainee.institution_id,
            hours=trainee.hours,
        )


@value
class AllianceWork:
    """Ask what alliances did between two days, both included: one of them, or all."""

    from_day: date
    to_day: date
    alliance_id: str | None = None


def alliance_work(question: AllianceWork, rows: Rows) -> list[Row]:
    """Return one row for each alliance, by id, counted as in A8.

    `experts` (persons) and `expert_days`; `clinics`, `operations`, `lectures` and the `people` of each
    (`clinic_people` ...); `trainees` (persons) and `training_hours` of trainings that ended in the period.
    """
    period = {"from_day": question.from_day.isoformat(), "to_day": question.to_day.isoformat()}
    alliances = rows.ask("SELECT * FROM alliances_v1 ORDER BY alliance_id")
    postings = rows.ask(
        "SELECT * FROM alliance_postings_v1 WHERE from_day <= :to_day AND to_day >= :from_day AND to_day >= from_day",
        **period,
    )
    held = rows.ask("SELECT * FROM alliance_activities_v1 WHERE held_on BETWEEN :from_day AND :to_day", **period)
    activities = opened_json(held, "expert_ids")
    trained = rows.ask("SELECT * FROM alliance_trainees_v1 WHERE to_day BETWEEN :from_day AND :to_day", **period)
    return [
        {
            **alliance,
            **experts(of_one(postings, alliance), of_one(activities, alliance), question),
            **activities_of(of_one(activities, alliance)),
            "trainees": len({row["member_id"] for row in of_one(trained, alliance)}),
            "training_hours": sum(int(str(row["hours"])) for row in of_one(trained, alliance)),
        }
        for alliance in alliances
        if question.alliance_id in {None, alliance["alliance_id"]}
    ]


def of_one(rows: list[Row], alliance: Row) -> list[Row]:
    """Return the rows of one alliance."""
    return [row for row in rows if row["alliance_id"] == alliance["alliance_id"]]


def experts(postings: list[Row], activities: list[Row], period: AllianceWork) -> Row:
    """Return how many experts came, posted or for an activity, and for how many days they were posted."""
    posted = sum(
        (
            min(date.fromisoformat(row["to_day"]), period.to_day)
            - max(date.fromisoformat(row["from_day"]), period.from_day)
            + timedelta(days=1)
        ).days
        for row in postings
    )
    came = {row["member_id"] for row in postings} | {each for row in activities for each in row["expert_ids"]}
    return {"experts": len(came), "expert_days": posted}


def activities_of(activities: list[Row]) -> Row:
    """Return how many clinics, operations and lectures there were, and for how many people."""
    sums: Row = {}
    for kind in ("clinic", "operation", "lecture"):
        of_kind = [row for row in activities if row["kind"] == kind]
        sums[f"{kind}s"] = len(of_kind)
        sums[f"{kind}_people"] = sum(row["people"] for row in of_kind)
    return sums


@value
class Alliances:
    """Ask for all alliances with their institutions of today."""


def alliances(question: Alliances, rows: Rows) -> list[Row]:  # noqa: ARG001 -- the signature of every answer
    """Return the columns of the table with `institutions` [id], the leading one among them."""
    alliances = rows.ask("SELECT * FROM alliances_v1 ORDER BY name, alliance_id")
    belong = rows.ask(
        "SELECT alliance_id, institution_id FROM alliance_institutions_v1 WHERE left_after IS NULL ORDER BY 1, 2"
    )
    return [{**row, "institutions": [each["institution_id"] for each in of_one(belong, row)]} for row in alliances]


ALLIANCES = Projection(
    name="alliances",
    tables=(ALLIANCES_V1, ALLIANCE_INSTITUTIONS_V1, POSTINGS_V1, ACTIVITIES_V1, TRAINEES_V1),
    events=tuple(each for each in get_args(AllianceEvent) if each is not SlotsHeld),
    project=project,
    questions=(
        Question(asks=Alliances, answer=alliances, example=Alliances()),
        Question(
            asks=AllianceWork,
            answer=alliance_work,
            example=AllianceWork(from_day=date(2026, 1, 1), to_day=date(2026, 5, 31), alliance_id="county"),
        ),
    ),
)
