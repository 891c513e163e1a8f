"""Lengths of visits: how long each member was in the home, by purpose and member."""

from collections.abc import Iterator
from dataclasses import replace

from domain.event import value
from domain.visit.events import VisitCompleted
from projections.changes import Change, Projection, Table, moment
from projections.questions import Question, Row, Rows, ask_where, whole
from projections.visit_days import parts_of

VISIT_LENGTHS_V1 = Table(
    "visit_lengths_v1",
    "part",  # visit|service
    {"team_id": "text", "purpose": "text", "member_id": "text", "seconds": "int", "left_at": "text"},
    indexes=(("team_id", "purpose", "member_id", "left_at"), ("team_id", "purpose", "left_at")),
)
"""One row for each member's part of a visit that was made; `purpose` is empty in old events that do not say it."""


def project(event: VisitCompleted) -> Iterator[Change]:
    """Record how long each member stayed."""
    for part in parts_of(event):
        if part.left_at is not None:
            yield VISIT_LENGTHS_V1.put(
                f"{event.visit_id}|{part.service}",
                team_id=event.team_id,
                purpose=event.purpose or "",
                member_id=part.member_id,
                seconds=int((part.left_at - part.entered_at).total_seconds()),
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
    """Return `seconds` of each part, the newest first."""
    lengths = ask_where(
        rows,
        "SELECT seconds FROM visit_lengths_v1",
        ["team_id = :team_id", "purpose = :purpose", "member_id = :member_id" if question.member_id else ""],
        "ORDER BY left_at DESC, part LIMIT :most",
        team_id=question.team_id,
        purpose=question.purpose,
        member_id=question.member_id,
        most=question.limit,
    )
    return [{**row} for row in lengths]


def lengths_of(rows: Rows, team_id: str, purpose: str, member_id: str, newest: int) -> tuple[list[int], list[int]]:
    """Return the newest lengths in seconds of a purpose's visits: those of the member, and those of the team."""
    of_team = VisitLengths(team_id=team_id, purpose=purpose, limit=newest)
    of_member = replace(of_team, member_id=member_id)
    own, others = ([whole(row["seconds"]) for row in visit_lengths(each, rows)] for each in (of_member, of_team))
    return own, others


VISIT_LENGTHS = Projection(
    name="visit_lengths",
    tables=(VISIT_LENGTHS_V1,),
    events=(VisitCompleted,),
    project=project,
    questions=(
        Question(
            asks=VisitLengths,
            answer=visit_lengths,
            example=VisitLengths(team_id="team-east", purpose="home-call", limit=200),
        ),
    ),
)
