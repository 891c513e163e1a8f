"""Villages and communities with the teams that serve them, towns that alliances reach, and what institutions have."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from domain.event import value
from domain.institution_area import MeansRecorded, PlaceAssigned, PlaceRemoved
from projections.changes import Change, Projection, Table
from projections.questions import Question, Row, Rows, Scalar, ask_where, share, whole

PLACES_V1 = Table(
    "area_places_v1",
    "area_place_key",  # institution|place|day
    {
        "institution_id": "text",
        "place": "text",
        "name": "text",
        "kind": "text",
        "town": "text",
        "team_id": "text",
        "from_day": "text",
        "removed": "int",
    },
    indexes=(("place", "from_day"),),
)
"""From which day on a team serves a place, until the next row's day; `removed` from the day it is no longer there."""

MEANS_V1 = Table(
    "institution_means_v1",
    "means_key",  # institution|day
    {
        "institution_id": "text",
        "counted_on": "text",
        "floor_space": "int",
        "headcount": "int",
        "technicians": "int",
    },
    indexes=(("institution_id", "counted_on"),),
)

TARGET = 1.0
"""All villages and communities: a county's report of its alliance (A3.6)."""


def project(event: PlaceAssigned | PlaceRemoved | MeansRecorded) -> Iterator[Change]:
    """Follow the areas of institutions and what they have."""
    match event:
        case PlaceAssigned():
            yield PLACES_V1.put(
                f"{event.institution_id}|{event.place}|{event.from_day.isoformat()}",
                institution_id=event.institution_id,
                place=event.place,
                name=event.name,
                kind=event.kind,
                town=event.town,
                team_id=event.team_id,
                from_day=event.from_day.isoformat(),
                removed=0,
            )
        case PlaceRemoved():
            from_day = (event.last_day + timedelta(days=1)).isoformat()
            yield PLACES_V1.put(
                f"{event.institution_id}|{event.place}|{from_day}",
                institution_id=event.institution_id,
                place=event.place,
                from_day=from_day,
                removed=1,
            )
        case MeansRecorded():
            yield MEANS_V1.put(
                f"{event.institution_id}|{event.counted_on.isoformat()}",
                institution_id=event.institution_id,
                counted_on=event.counted_on.isoformat(),
                floor_space=event.floor_space,
                headcount=event.headcount,
                technicians=event.technicians,
            )


PLACES_ON = """SELECT p.institution_id, p.place, p.name, p.kind, p.town, p.team_id,
CASE WHEN t.team_id IS NULL THEN 0 ELSE 1 END AS served FROM area_places_v1 p
LEFT JOIN teams_v1 t ON t.team_id = p.team_id AND t.institution_id = p.institution_id
AND (t.disbanded_after IS NULL OR t.disbanded_after >= :day)"""

ON_THE_DAY = """p.from_day = (SELECT max(q.from_day) FROM area_places_v1 q
WHERE q.institution_id = p.institution_id AND q.place = p.place AND q.from_day <= :day)"""


def places_on(rows: Rows, day: date, institution_id: str | None = None) -> list[Row]:
    """Return the places of a day; `served` says whether a team that is there serves one."""
    of_one = "p.institution_id = :institution_id" if institution_id else ""
    named = {"institution_id": institution_id} if institution_id else {}
    places = ask_where(
        rows,
        PLACES_ON,
        [ON_THE_DAY, "p.removed = 0", of_one],
        "ORDER BY p.town, p.place, p.institution_id",
        day=day.isoformat(),
        **named,
    )
    return [{**row, "served": bool(row["served"])} for row in places]


@value
class PlacesCovered:
    """Ask which villages and communities teams serve on a day, and how many residents of each are signed."""

    day: date
    institution_id: str | None = None


SIGNED = """SELECT r.place, count(*) AS n FROM caseload_v1 c JOIN residents_v1 r ON r.resident_id = c.resident_id
WHERE c.starts_on <= :day AND c.ends_on >= :day AND r.place IS NOT NULL GROUP BY r.place"""


def places_covered(question: PlacesCovered, rows: Rows) -> Row:
    """Return `day`, `total` and `places`, by town.

    `total` has `known`, `served`, `share`, the `target` (1.0: all of them) and the same by `kind`. Of each place: its
    `name`, `kind`, `town`, `institution_id`, `team_id`, whether it is `served`, and its `signed` residents.
    """
    signed = {row["place"]: whole(row["n"]) for row in rows.ask(SIGNED, day=question.day.isoformat())}
    places = places_on(rows, question.day, question.institution_id)
    kinds = sorted({str(row["kind"]) for row in places})
    by_kind = [{"kind": kind, **counted(row for row in places if row["kind"] == kind)} for kind in kinds]
    return {
        "day": question.day.isoformat(),
        "total": {**counted(places), "target": TARGET, "kinds": by_kind},
        "places": [{**row, "signed": signed.get(row["place"], 0)} for row in places],
    }


def counted(places: Iterable[Row]) -> Row:
    """Return how many places are known, and how many are served; one that two institutions name counts once."""
    served: dict[str, bool] = {}
    for row in places:
        served[row["place"]] = served.get(row["place"], False) or row["served"]
    number = sum(served.values())
    return {"known": len(served), "served": number, "share": share(number, len(served))}


@value
class AllianceTowns:
    """Ask which towns alliances reached between two days, both included: one of them, or all."""

    from_day: date
    to_day: date
    alliance_id: str | None = None


def alliance_towns(question: AllianceTowns, rows: Rows) -> list[Row]:
    """Return alliances by id with `reached` of all `known` towns, their `share`, and `towns`.

    A town is reached by an institution of the alliance that has a place in it on the last day. Of each: `town`,
    `institutions`, the experts posted there, and the activities with their people in the period.
    """
    period = {"from_day": question.from_day.isoformat(), "to_day": question.to_day.isoformat()}
    places = places_on(rows, question.to_day)
    known = {row["town"] for row in places}
    belong = rows.ask(
        """SELECT alliance_id, institution_id FROM alliance_institutions_v1
        WHERE from_day <= :day AND (left_after IS NULL OR left_after >= :day)""",
        day=period["to_day"],
    )
    came = rows.ask(
        """SELECT alliance_id, institution_id, member_id, 0 AS people, 0 AS activity FROM alliance_postings_v1
        WHERE from_day <= :to_day AND to_day >= :from_day AND to_day >= from_day
        UNION ALL SELECT alliance_id, institution_id, NULL AS member_id, people, 1 AS activity
        FROM alliance_activities_v1 WHERE held_on BETWEEN :from_day AND :to_day""",
        **period,
    )
    answer: list[Row] = []
    for alliance in rows.ask("SELECT alliance_id, name FROM alliances_v1 ORDER BY alliance_id"):
        if question.alliance_id not in {None, alliance["alliance_id"]}:
            continue
        members = {row["institution_id"] for row in belong if row["alliance_id"] == alliance["alliance_id"]}
        work = [row for row in came if row["alliance_id"] == alliance["alliance_id"]]
        towns = [
            of_town(town, {row["institution_id"] for row in places if row["town"] == town} & members, work)
            for town in sorted({row["town"] for row in places if row["institution_id"] in members})
        ]
        reached = {"reached": len(towns), "known": len(known), "share": share(len(towns), len(known))}
        answer.append({**alliance, **reached, "towns": towns})
    return answer


def of_town(town: str, institutions: set[str], work: Sequence[Mapping[str, Scalar]]) -> Row:
    """Return a town with what an alliance did at its institutions there."""
    here = [row for row in work if row["institution_id"] in institutions]
    return {
        "town": town,
        "institutions": sorted(institutions),
        "experts": len({row["member_id"] for row in here if row["member_id"]}),
        "activities": sum(whole(row["activity"]) for row in here),
        "people": sum(whole(row["people"]) for row in here),
    }


@value
class InstitutionMeans:
    """Ask for the floor space, the headcount and the share of health technicians of institutions on a day."""

    day: date
    institution_id: str | None = None


def institution_means(question: InstitutionMeans, rows: Rows) -> list[Row]:
    """Return the newest count of each institution by the day, by id: `technician_share` is None without staff."""
    of_one = "m.institution_id = :institution_id" if question.institution_id else ""
    named = {"institution_id": question.institution_id} if question.institution_id else {}
    means = ask_where(
        rows,
        """SELECT m.institution_id, i.name, i.district, m.counted_on, m.floor_space, m.headcount, m.technicians
        FROM institution_means_v1 m LEFT JOIN institutions_v1 i ON i.institution_id = m.institution_id""",
        [
            """m.counted_on = (SELECT max(n.counted_on) FROM institution_means_v1 n
            WHERE n.institution_id = m.institution_id AND n.counted_on <= :day)""",
            of_one,
        ],
        "ORDER BY m.institution_id",
        day=question.day.isoformat(),
        **named,
    )
    return [{**row, "technician_share": share(whole(row["technicians"]), whole(row["headcount"]))} for row in means]


AREA = Projection(
    name="area",
    tables=(PLACES_V1, MEANS_V1),
    events=(PlaceAssigned, PlaceRemoved, MeansRecorded),
    project=project,
    questions=(
        Question(asks=PlacesCovered, answer=places_covered, example=PlacesCovered(day=date(2026, 3, 2))),
        Question(
            asks=AllianceTowns,
            answer=alliance_towns,
            example=AllianceTowns(from_day=date(2026, 1, 1), to_day=date(2026, 5, 31), alliance_id="county"),
        ),
        Question(asks=InstitutionMeans, answer=institution_means, example=InstitutionMeans(day=date(2026, 3, 2))),
    ),
)
