"""Institutions and their censuses: every census is kept, so any past day can be asked about."""

from collections.abc import Iterator
from datetime import date
from math import ceil, hypot

from domain.event import value
from domain.institution import OFFERS, CensusRecorded, InstitutionClosed, InstitutionOpened
from domain.policy_pack import in_force
from projections.changes import Change, Projection, Table, as_json, day_text
from projections.questions import Question, Row, Rows, Scalar, whole

INSTITUTIONS_V1 = Table(
    "institutions_v1",
    "institution_id",
    {
        "name": "text",
        "kind": "text",
        "sector": "text",
        "tier": "int",
        "district": "text",
        "opened_on": "text",
        "closed_on": "text",
        "x": "int",
        "y": "int",
    },
)

CENSUS_V1 = Table(
    "census_v1",
    "census_key",  # institution|day
    {"institution_id": "text", "counted_on": "text", "population": "int", "group_counts": "text"},
    indexes=(("institution_id", "counted_on"),),
)
"""`group_counts` is JSON: [{"group": code, "people": number}]. A second count of one day replaces the first."""


def project(event: InstitutionOpened | CensusRecorded | InstitutionClosed) -> Iterator[Change]:
    """Follow an institution."""
    match event:
        case InstitutionOpened():
            yield INSTITUTIONS_V1.put(
                event.institution_id,
                name=event.name,
                kind=event.kind,
                sector=event.sector,
                tier=event.tier,
                district=event.district,
                opened_on=day_text(event.opened_on),
                x=event.x,
                y=event.y,
            )
        case CensusRecorded():
            counted_on = event.counted_on.isoformat()
            yield CENSUS_V1.put(
                f"{event.institution_id}|{counted_on}",
                institution_id=event.institution_id,
                counted_on=counted_on,
                population=event.population,
                group_counts=as_json(event.groups),
            )
        case InstitutionClosed():
            yield INSTITUTIONS_V1.patch(event.institution_id, closed_on=event.closed_on.isoformat())


@value
class Institutions:
    """Ask for all institutions, by name."""


def institutions(question: Institutions, rows: Rows) -> list[Row]:  # noqa: ARG001 -- the signature of every answer
    """Return the columns of the table."""
    return [{**row} for row in rows.ask("SELECT * FROM institutions_v1 ORDER BY name, institution_id")]


OPEN = """(opened_on IS NULL OR opened_on <= :day) AND (closed_on IS NULL OR closed_on > :day)"""


@value
class NearestInstitutions:
    """Ask which open institutions that may offer contracts are nearest to a resident's home."""

    resident_id: str
    day: date
    limit: int = 3


def nearest_institutions(question: NearestInstitutions, rows: Rows) -> list[Row]:
    """Return the columns of the table with `metres` as the crow flies, the nearest first; [] for an unknown person.

    Institutions without a place are left out.
    """
    homes = rows.ask("SELECT home_x, home_y FROM residents_v1 WHERE resident_id = :id", id=question.resident_id)
    if not homes:
        return []
    institutions = rows.ask(
        f"SELECT * FROM institutions_v1 WHERE x IS NOT NULL AND y IS NOT NULL AND {OPEN}",  # noqa: S608 -- a constant
        day=question.day.isoformat(),
    )
    home = (whole(homes[0]["home_x"]), whole(homes[0]["home_y"]))
    near: list[Row] = [
        {**row, "metres": round(hypot(whole(row["x"]) - home[0], whole(row["y"]) - home[1]))}
        for row in institutions
        if offers(row)
    ]
    return sorted(near, key=lambda row: (row["metres"], row["institution_id"]))[: question.limit]


def offers(row: dict[str, Scalar]) -> bool:
    """Say whether an institution may offer contracts (A1.2)."""
    kinds = OFFERS["public" if row["sector"] == "public" else "private"]
    return row["kind"] in kinds and (row["sector"] == "private" or row["tier"] == 1)


@value
class InstitutionLoad:
    """Ask how many people each open primary institution serves on a day, and how many the pack demands."""

    day: date
    region: str = "SZ"


def institution_load(question: InstitutionLoad, rows: Rows) -> Row:
    """Return `day`, `pack`, `people_per_institution` and `districts`, each with its `institutions`.

    Of each: `population` (the newest census by then; None: nobody counted), `registered` residents and `share`, the
    population in institutions' worth (1.0 is the pack's ratio); of a district also `open` and `wanted`.
    """
    pack = in_force(question.region, question.day)
    institutions = rows.ask(
        f"""SELECT i.institution_id, i.name, i.kind, i.sector, i.tier, i.district,
        (SELECT n.population FROM census_v1 n WHERE n.institution_id = i.institution_id AND n.counted_on <= :day
         ORDER BY n.counted_on DESC LIMIT 1) AS population,
        (SELECT count(*) FROM residents_v1 r WHERE r.institution_id = i.institution_id AND r.departed IS NULL)
        AS registered
        FROM institutions_v1 i WHERE {OPEN} ORDER BY i.district, i.institution_id""",  # noqa: S608 -- a constant
        day=question.day.isoformat(),
    )
    per = pack.people_per_institution
    primary: list[Row] = [{**row, "share": shared(row["population"], per)} for row in institutions if offers(row)]
    districts = [
        of_district(district, [row for row in primary if row["district"] == district], per)
        for district in sorted({str(row["district"]) for row in primary})
    ]
    head = {"day": question.day.isoformat(), "pack": pack.version, "people_per_institution": per}
    return {**head, "districts": districts}


def of_district(district: str, institutions: list[Row], per: int) -> Row:
    """Return a district with its open primary institutions, and how many its people want."""
    counted = [row["population"] for row in institutions if row["population"] is not None]
    people = sum(counted) if counted else None
    return {
        "district": district,
        "population": people,
        "open": len(institutions),
        "wanted": None if people is None else ceil(people / per),
        "institutions": institutions,
    }


def shared(population: Scalar, per: int) -> float | None:
    """Return a population in institutions' worth."""
    return round(whole(population) / per, 2) if population is not None else None


INSTITUTIONS = Projection(
    name="institutions",
    tables=(INSTITUTIONS_V1, CENSUS_V1),
    events=(InstitutionOpened, CensusRecorded, InstitutionClosed),
    project=project,
    questions=(
        Question(asks=Institutions, answer=institutions, example=Institutions()),
        Question(
            asks=NearestInstitutions,
            answer=nearest_institutions,
            example=NearestInstitutions(resident_id="resident-0007", day=date(2026, 3, 2)),
        ),
        Question(asks=InstitutionLoad, answer=institution_load, example=InstitutionLoad(day=date(2026, 3, 2))),
    ),
)
