"""Which visits a member ever had: a calendar shows those that were taken away, too."""

from collections.abc import Iterator
from datetime import date

from domain.visit.events import VisitAssigned
from projections.changes import Change, Projection, Table
from projections.feeds.resident_records import (
    ResidentContracts,
    ResidentReferrals,
    ResidentVisits,
    resident_contracts,
    resident_referrals,
    resident_visits,
)
from projections.questions import Question, Row, Rows

MEMBER_VISITS_V1 = Table(
    "member_visits_v1",
    "member_visit_key",  # visit|member
    {"visit_id": "text", "member_id": "text", "day": "text"},
    indexes=(("member_id", "day"),),
)
"""`day` is the last one on which the member had the visit; the row stays when the visit goes to somebody else."""


def project(event: VisitAssigned) -> Iterator[Change]:
    """Follow who gets visits."""
    for member_id in sorted({slot.member_id for slot in event.slots}):
        yield MEMBER_VISITS_V1.put(
            f"{event.visit_id}|{member_id}",
            visit_id=event.visit_id,
            member_id=member_id,
            day=event.day.isoformat(),
        )


def visits_of_member(rows: Rows, member_id: str, since: date) -> list[Row]:
    """Return the visits that a member has or had from a day on, by id: `visit_id`, and the `district` of its team."""
    sql = """SELECT m.visit_id, i.district FROM member_visits_v1 m
        LEFT JOIN visits_v1 v ON v.visit_id = m.visit_id
        LEFT JOIN teams_v1 t ON t.team_id = v.team_id
        LEFT JOIN institutions_v1 i ON i.institution_id = t.institution_id
        WHERE m.member_id = :member_id AND m.day >= :since ORDER BY m.visit_id"""
    return [{**row} for row in rows.ask(sql, member_id=member_id, since=since.isoformat())]


def is_member(rows: Rows, member_id: str) -> bool:
    """Say whether anybody of this id is or was in a team."""
    return bool(rows.ask("SELECT 1 AS one FROM members_v1 WHERE member_id = :member_id LIMIT 1", member_id=member_id))


MEMBER_VISITS = Projection(
    name="member_visits",
    tables=(MEMBER_VISITS_V1,),
    events=(VisitAssigned,),
    project=project,
    questions=(
        Question(asks=ResidentContracts, answer=resident_contracts, example=ResidentContracts(resident_id="r1")),
        Question(asks=ResidentVisits, answer=resident_visits, example=ResidentVisits(resident_id="r1")),
        Question(asks=ResidentReferrals, answer=resident_referrals, example=ResidentReferrals(resident_id="r1")),
    ),
)
