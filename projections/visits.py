"""Visits in their state: requested, assigned, under way, over."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from domain.event import value
from domain.local_time import at_local
from domain.policy_pack import VisitGrade
from domain.visit.correction_events import (
    VisitAnnulled,
    VisitCorrected,
    VisitCorrection,
    VisitNotMade,
    VisitReinstated,
)
from domain.visit.events import (
    VisitAlarmRaised,
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitEvent,
    VisitHandedOver,
    VisitJoined,
    VisitLeft,
    VisitMissed,
    VisitPartnerAbsent,
    VisitReleased,
    VisitRequested,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)
from projections.changes import Change, Projection, Table, as_json, moment, needs_json
from projections.questions import Question, Row, Rows, Scalar, ask_where, opened_json, parsed_moment

VISITS_V1 = Table(
    "visits_v1",
    "visit_id",
    {
        "resident_id": "text",
        "team_id": "text",
        "contract_id": "text",
        "family_bed_id": "text",
        "care_task_id": "text",
        "purpose": "text",
        "needs": "text",
        "sync": "text",
        "least_gap": "int",
        "most_gap": "int",
        "window_from": "text",
        "window_to": "text",
        "opens_at": "int",
        "closes_at": "int",
        "priority": "int",
        "grade": "text",
        "price_fen": "int",
        "infectious": "int",
        "two_people": "int",
        "status": "text",
        "day": "text",
        "slots": "text",
        "attempt": "int",
        "entered_at": "text",
        "left_at": "text",
        "short": "int",
        "findings": "text",
        "measured": "text",
        "signatures": "text",
        "miss_reason": "text",
        "cancel_reason": "text",
    },
    indexes=(("team_id", "status", "window_to"), ("team_id", "day"), ("resident_id",)),
)
"""`status` is requested, assigned, started, completed, missed, cancelled or annulled.

`needs` is JSON as in `needs_json`, `slots` JSON [{member_id, starts_at, ends_at}] in the order of the needs;
`opens_at` and `closes_at` are minutes after local midnight. `miss_reason` is the newest one.
`grade` is none, general or special, `price_fen` its price. `findings` is a JSON list of codes, `measured` JSON
[{code, value, unit}], `signatures` JSON [{signed_by, signed_at}]; `short` says that the visit was below the floor.
"""

NOBODY = "[]"

NO_MATTER = (VisitLeft, VisitPartnerAbsent, VisitAlarmRaised)
"""What one of several members does while the visit is under way: `projections/visit_days.py` follows them."""


def project(event: VisitEvent) -> Iterator[Change]:
    """Follow a visit."""
    visit = event.visit_id
    match event:
        case VisitRequested():
            yield requested(event)
        case VisitAssigned():
            yield VISITS_V1.patch(visit, status="assigned", day=event.day.isoformat(), slots=as_json(event.slots))
        case VisitReleased() | VisitRescheduled() | VisitHandedOver():
            yield VISITS_V1.patch(visit, status="requested", day=None, slots=NOBODY, **changed(event))
        case VisitStarted():
            yield VISITS_V1.patch(visit, status="started", entered_at=moment(event.entered_at))
        case VisitJoined():
            yield VISITS_V1.patch(visit, entered_at=moment(min(part.entered_at for part in event.parts)))
        case VisitCompleted():
            yield VISITS_V1.patch(
                visit,
                status="completed",
                entered_at=moment(event.entered_at),
                left_at=moment(event.left_at),
                short=int(event.short),
                findings=as_json(event.findings),
                measured=as_json(event.measured),
                signatures=as_json(event.signatures),
            )
        case VisitMissed():
            yield VISITS_V1.patch(visit, status="missed", day=None, slots=NOBODY, miss_reason=event.reason)
        case VisitRequestedAgain():
            yield requested_again(event)
        case VisitCancelled():
            yield VISITS_V1.patch(visit, status="cancelled", day=None, slots=NOBODY, cancel_reason=event.reason)
        case VisitReinstated() | VisitAnnulled() | VisitNotMade() | VisitCorrected():
            yield corrected(event)


def changed(event: VisitReleased | VisitRescheduled | VisitHandedOver) -> dict[str, Scalar]:
    """Return the columns of a visit that waits again which its new window or team changes."""
    match event:
        case VisitReleased():
            return {}
        case VisitRescheduled():
            return {
                "window_from": event.window_from.isoformat(),
                "window_to": event.window_to.isoformat(),
                "opens_at": event.opens_at,
                "closes_at": event.closes_at,
            }
        case VisitHandedOver():
            return {"team_id": event.team_id, "needs": needs_json(event.needs)}


def corrected(event: VisitCorrection) -> Change:
    """Let the row be as if the right thing had been recorded."""
    visit = event.visit_id
    match event:
        case VisitReinstated():
            return VISITS_V1.patch(visit, status="requested", cancel_reason=None)
        case VisitAnnulled():
            return VISITS_V1.patch(visit, status="annulled")
        case VisitNotMade():
            return VISITS_V1.patch(
                visit,
                status="missed",
                day=None,
                slots=NOBODY,
                miss_reason=event.missed,
                entered_at=None,
                left_at=None,
                short=None,
                findings=None,
                measured=None,
                signatures=None,
            )
        case VisitCorrected():
            return VISITS_V1.patch(
                visit,
                entered_at=moment(event.entered_at),
                left_at=moment(event.left_at),
                short=int(event.short),
                findings=as_json(event.findings),
                measured=as_json(event.measured),
            )


def requested(event: VisitRequested) -> Change:
    """Return the row of a visit that is wanted."""
    return VISITS_V1.put(
        event.visit_id,
        resident_id=event.resident_id,
        team_id=event.team_id,
        contract_id=event.contract_id,
        family_bed_id=event.family_bed_id,
        care_task_id=event.care_task_id,
        purpose=event.purpose,
        needs=needs_json(event.needs),
        sync=event.sync,
        least_gap=event.least_gap,
        most_gap=event.most_gap,
        window_from=event.window_from.isoformat(),
        window_to=event.window_to.isoformat(),
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        priority=event.priority,
        grade=event.grade,
        price_fen=event.price_fen,
        infectious=int(event.infectious),
        two_people=int(event.two_people),
        status="requested",
        slots=NOBODY,
        attempt=1,
    )


def requested_again(event: VisitRequestedAgain) -> Change:
    """Return the change of a visit that is tried again, maybe for a part of its needs."""
    again: dict[str, Scalar] = {} if event.needs is None else {"needs": needs_json(event.needs)}
    if event.needs is not None and len(event.needs) == 1:
        again["sync"] = "single"
    return VISITS_V1.patch(
        event.visit_id,
        status="requested",
        attempt=event.attempt,
        window_from=event.window_from.isoformat(),
        window_to=event.window_to.isoformat(),
        entered_at=None,
        **again,
    )


@value
class OpenVisits:
    """Ask what a team's day must hold: visits wanted inside a window around it, and those given to people on it."""

    team_id: str
    day: date


def open_visits(question: OpenVisits, rows: Rows) -> list[Row]:
    """Return visits by id with `needs` and `slots` taken apart and the home's `home_x`, `home_y` in metres.

    Requested ones whose window holds the day; assigned, started and completed ones of the day.
    """
    visits = rows.ask(
        """SELECT v.*, r.home_x, r.home_y, r.homebound
        FROM visits_v1 v LEFT JOIN residents_v1 r ON r.resident_id = v.resident_id
        WHERE ((v.team_id = :team_id AND v.status = 'requested' AND v.window_to >= :day AND v.window_from <= :day)
        OR (v.team_id = :team_id AND v.day = :day AND v.status IN ('assigned', 'started', 'completed')))
        AND (r.departed IS NULL OR v.status IN ('started', 'completed')
        OR (r.departed <> 'died' AND r.departed_after >= :day))
        ORDER BY v.visit_id""",
        team_id=question.team_id,
        day=question.day.isoformat(),
    )
    return opened_json(visits, "needs", "slots")


@value
class VisitsMade:
    """Ask which visits a team made between two days, both included; of one grade, or only those below the floor."""

    team_id: str
    first: date
    last: date
    grade: VisitGrade | None = None
    short: bool = False


def visits_made(question: VisitsMade, rows: Rows) -> list[Row]:
    """Return completed visits by the moment of entering, with `minutes` in the home and JSON columns taken apart."""
    visits = ask_where(
        rows,
        "SELECT * FROM visits_v1",
        [
            "team_id = :team_id AND status = 'completed' AND entered_at >= :since AND entered_at < :until",
            "grade = :grade" if question.grade else "",
            "short = 1" if question.short else "",
        ],
        "ORDER BY entered_at, visit_id",
        team_id=question.team_id,
        since=moment(at_local(question.first)),
        until=moment(at_local(question.last + timedelta(days=1))),
        grade=question.grade,
    )
    opened = opened_json(visits, "needs", "slots", "findings", "measured", "signatures")
    return [{**row, "minutes": minutes_in_home(row)} for row in opened]


def completed_visits(rows: Rows, first: date, last: date) -> list[Row]:
    """Return the visits completed on days between two, both included: `team_id`, `day`, `needs`, `slots`."""
    sql = """SELECT team_id, day, needs, slots FROM visits_v1
        WHERE status = 'completed' AND day >= :first AND day <= :last"""
    return opened_json(rows.ask(sql, first=first.isoformat(), last=last.isoformat()), "needs", "slots")


def assigned_visits(rows: Rows, day: date) -> list[Row]:
    """Return the visits that are given to people on a day and have not begun, by id: the columns of the table."""
    sql = "SELECT * FROM visits_v1 WHERE day = :day AND status = 'assigned' ORDER BY visit_id"
    return [{**row} for row in rows.ask(sql, day=day.isoformat())]


def minutes_in_home(row: Row) -> int:
    """Return the whole minutes between entering and leaving."""
    entered, left = parsed_moment(row["entered_at"]), parsed_moment(row["left_at"])
    return 0 if entered is None or left is None else int((left - entered).total_seconds()) // 60


VISITS = Projection(
    name="visits",
    tables=(VISITS_V1,),
    events=tuple(each for each in get_args(VisitEvent) if each not in NO_MATTER),
    project=project,
    questions=(
        Question(asks=OpenVisits, answer=open_visits, example=OpenVisits(team_id="team-east", day=date(2026, 3, 2))),
        Question(
            asks=VisitsMade,
            answer=visits_made,
            example=VisitsMade(team_id="team-east", first=date(2026, 3, 1), last=date(2026, 3, 31)),
        ),
    ),
)
