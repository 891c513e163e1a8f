"""Day terms: what a team's leader has decided about a day, until it ends or is withdrawn."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from domain.day_terms.events import DayHeld, DayTermsEvent, MovesLimited, PairForbidden, TermWithdrawn, VisitPinned
from domain.day_terms.state import day_terms_of
from domain.event import value
from projections.changes import Change, Projection, Table, moment
from projections.questions import Question, Row, Rows

DAY_TERMS_V1 = Table(
    "day_terms_v1",
    "term_key",  # team.day|term
    {
        "team_id": "text",
        "day": "text",
        "term_id": "text",
        "kind": "text",
        "until": "text",
        "visit_id": "text",
        "service": "int",
        "member_id": "text",
        "starts_at": "text",
        "before": "text",
        "most": "int",
        "since_revision": "int",
        "other_member_id": "text",
        "resident_id": "text",
    },
    indexes=(("team_id", "day"),),
)
"""`kind` is pin, hold, limit or apart; the other columns are those of the kind, as in its event."""


def project(event: DayTermsEvent) -> Iterator[Change]:
    """Follow the terms of a day."""
    key = f"{day_terms_of(event.team_id, event.day)}|{event.term_id}"
    if isinstance(event, TermWithdrawn):
        yield DAY_TERMS_V1.drop(key)
        return
    common = {"team_id": event.team_id, "day": event.day.isoformat(), "term_id": event.term_id}
    until = moment(event.until)
    match event:
        case VisitPinned():
            yield DAY_TERMS_V1.put(
                key,
                **common,
                kind="pin",
                until=until,
                visit_id=event.visit_id,
                service=event.service,
                member_id=event.member_id,
                starts_at=None if event.starts_at is None else moment(event.starts_at),
            )
        case DayHeld():
            yield DAY_TERMS_V1.put(key, **common, kind="hold", until=until, before=moment(event.before))
        case MovesLimited():
            yield DAY_TERMS_V1.put(
                key, **common, kind="limit", until=until, most=event.most, since_revision=event.since_revision
            )
        case PairForbidden():
            yield DAY_TERMS_V1.put(
                key,
                **common,
                kind="apart",
                until=until,
                member_id=event.member_id,
                other_member_id=event.other_member_id,
                resident_id=event.resident_id,
                visit_id=event.visit_id,
            )


@value
class DayTermsOf:
    """Ask for the leader's terms of a team's day."""

    team_id: str
    day: date


def day_terms_on(question: DayTermsOf, rows: Rows) -> list[Row]:
    """Return the terms that were not withdrawn, by their ids; those that are over too."""
    terms = rows.ask(
        """SELECT term_id, kind, until, visit_id, service, member_id, starts_at, before, most, since_revision,
        other_member_id, resident_id FROM day_terms_v1 WHERE team_id = :team_id AND day = :day ORDER BY term_id""",
        team_id=question.team_id,
        day=question.day.isoformat(),
    )
    return [{**row} for row in terms]


DAY_TERMS = Projection(
    name="day_terms",
    tables=(DAY_TERMS_V1,),
    events=get_args(DayTermsEvent),
    project=project,
    questions=(
        Question(asks=DayTermsOf, answer=day_terms_on, example=DayTermsOf(team_id="team-east", day=date(2026, 3, 2))),
    ),
)
