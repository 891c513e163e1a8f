"""Stations: where the days of members begin and end who do not start at their team's base."""

from collections.abc import Iterator
from datetime import date

from domain.event import value
from domain.team.events import MemberStationed
from projections.changes import Change, Projection, Table
from projections.questions import Question, Row, Rows

STATIONS_V1 = Table(
    "stations_v1",
    "station_key",  # team|member
    {"team_id": "text", "member_id": "text", "institution_id": "text", "from_day": "text"},
    indexes=(("team_id",),),
)


def project(event: MemberStationed) -> Iterator[Change]:
    """Follow where members are stationed."""
    key = f"{event.team_id}|{event.member_id}"
    if event.institution_id is None:
        yield STATIONS_V1.drop(key)
        return
    yield STATIONS_V1.put(
        key,
        team_id=event.team_id,
        member_id=event.member_id,
        institution_id=event.institution_id,
        from_day=event.from_day.isoformat(),
    )


@value
class StationsOn:
    """Ask which members of a team are stationed elsewhere than at its base on a day."""

    team_id: str
    day: date


def stations_on(question: StationsOn, rows: Rows) -> list[Row]:
    """Return `member_id`, `institution_id`, and its `x`, `y` in metres; an institution that is closed is left out."""
    stations = rows.ask(
        """SELECT s.member_id, s.institution_id, i.x, i.y
        FROM stations_v1 s JOIN institutions_v1 i ON i.institution_id = s.institution_id
        WHERE s.team_id = :team_id AND s.from_day <= :day AND (i.closed_on IS NULL OR i.closed_on > :day)
        ORDER BY s.member_id""",
        team_id=question.team_id,
        day=question.day.isoformat(),
    )
    return [{**row} for row in stations]


STATIONS = Projection(
    name="stations",
    tables=(STATIONS_V1,),
    events=(MemberStationed,),
    project=project,
    questions=(
        Question(asks=StationsOn, answer=stations_on, example=StationsOn(team_id="team-east", day=date(2026, 3, 2))),
    ),
)
