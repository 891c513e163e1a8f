"""Incompatibilities: members and residents, or two members, whom their team's leader keeps apart."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from domain.event import value
from domain.team.events import ApartEnded, ApartEvent
from projections.changes import Change, Projection, Table
from projections.questions import Question, Row, Rows

KEPT_APART_V1 = Table(
    "kept_apart_v1",
    "pair_key",  # team|resident|member|resident, or team|member|the two members in order
    {"team_id": "text", "member_id": "text", "resident_id": "text", "other_member_id": "text", "from_day": "text"},
    indexes=(("team_id",),),
)


def project(event: ApartEvent) -> Iterator[Change]:
    """Follow who must not meet."""
    key = pair_key(event)
    if isinstance(event, ApartEnded):
        yield KEPT_APART_V1.drop(key)
        return
    yield KEPT_APART_V1.put(
        key,
        team_id=event.team_id,
        member_id=event.member_id,
        resident_id=event.resident_id,
        other_member_id=event.other_member_id,
        from_day=event.from_day.isoformat(),
    )


def pair_key(event: ApartEvent) -> str:
    """Return the key of a pair, the same in either order of two members."""
    if event.resident_id is not None:
        return f"{event.team_id}|resident|{event.member_id}|{event.resident_id}"
    one, other = sorted((event.member_id, event.other_member_id or ""))
    return f"{event.team_id}|member|{one}|{other}"


@value
class KeptApartOn:
    """Ask who of a team must not meet whom on a day."""

    team_id: str
    day: date


def kept_apart_on(question: KeptApartOn, rows: Rows) -> list[Row]:
    """Return pairs of `member_id` with `resident_id` or `other_member_id`, and since when: `from_day`."""
    pairs = rows.ask(
        """SELECT member_id, resident_id, other_member_id, from_day FROM kept_apart_v1
        WHERE team_id = :team_id AND from_day <= :day ORDER BY pair_key""",
        team_id=question.team_id,
        day=question.day.isoformat(),
    )
    return [{**row} for row in pairs]


KEPT_APART = Projection(
    name="kept_apart",
    tables=(KEPT_APART_V1,),
    events=get_args(ApartEvent),
    project=project,
    questions=(
        Question(
            asks=KeptApartOn, answer=kept_apart_on, example=KeptApartOn(team_id="team-east", day=date(2026, 3, 2))
        ),
    ),
)
