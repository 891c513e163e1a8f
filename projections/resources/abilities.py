"""What hospitals can do: the nearest one that opens coronary vessels is named in a heart emergency (A8.4)."""

from collections.abc import Iterator
from datetime import date
from math import hypot

from domain.event import value
from domain.institution_area import Ability, AbilityRecorded
from projections.changes import Change, Projection, Table
from projections.questions import Question, Row, Rows, whole

ABILITIES_V1 = Table(
    "institution_abilities_v1",
    "ability_key",  # institution|ability|day
    {"institution_id": "text", "ability": "text", "offered": "int", "from_day": "text"},
    indexes=(("ability", "institution_id", "from_day"),),
)
"""From which day on a hospital can do something, or no longer, until the next row's day."""


def project(event: AbilityRecorded) -> Iterator[Change]:
    """Follow what hospitals can do."""
    from_day = event.from_day.isoformat()
    yield ABILITIES_V1.put(
        f"{event.institution_id}|{event.ability}|{from_day}",
        institution_id=event.institution_id,
        ability=event.ability,
        offered=int(event.offered),
        from_day=from_day,
    )


ABLE = """SELECT i.institution_id, i.name, i.district, i.x, i.y FROM institution_abilities_v1 a
JOIN institutions_v1 i ON i.institution_id = a.institution_id
WHERE a.ability = :ability AND a.offered = 1 AND i.x IS NOT NULL AND i.y IS NOT NULL
AND (i.opened_on IS NULL OR i.opened_on <= :day) AND (i.closed_on IS NULL OR i.closed_on > :day)
AND a.from_day = (SELECT max(b.from_day) FROM institution_abilities_v1 b
WHERE b.institution_id = a.institution_id AND b.ability = a.ability AND b.from_day <= :day)"""


def hospitals_near(
    rows: Rows, resident_id: str, day: date, limit: int, ability: Ability = "coronary-intervention"
) -> list[Row]:
    """Return open hospitals with an ability by the `metres` from a home, the nearest first; [] without a home."""
    sql = "SELECT home_x, home_y FROM residents_v1 WHERE resident_id = :id AND home_x IS NOT NULL"
    homes = rows.ask(sql, id=resident_id)
    if not homes:
        return []
    x, y = whole(homes[0]["home_x"]), whole(homes[0]["home_y"])
    near: list[Row] = [
        {
            "institution_id": row["institution_id"],
            "name": row["name"],
            "district": row["district"],
            "metres": round(hypot(whole(row["x"]) - x, whole(row["y"]) - y)),
        }
        for row in rows.ask(ABLE, ability=ability, day=day.isoformat())
    ]
    return sorted(near, key=lambda row: (row["metres"], row["institution_id"]))[:limit]


@value
class NearestHospitals:
    """Ask which hospitals that open coronary vessels, or have another ability, are nearest to a resident's home."""

    resident_id: str
    day: date
    ability: Ability = "coronary-intervention"
    limit: int = 3


def nearest_hospitals(question: NearestHospitals, rows: Rows) -> list[Row]:
    """Return `institution_id`, `name`, `district` and `metres` as the crow flies, the nearest first."""
    return hospitals_near(rows, question.resident_id, question.day, question.limit, question.ability)


ABILITIES = Projection(
    name="abilities",
    tables=(ABILITIES_V1,),
    events=(AbilityRecorded,),
    project=project,
    questions=(
        Question(
            asks=NearestHospitals,
            answer=nearest_hospitals,
            example=NearestHospitals(resident_id="resident-0007", day=date(2026, 3, 2)),
        ),
    ),
)
