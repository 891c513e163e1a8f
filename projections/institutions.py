"""Institutions and what they counted: every census is kept, so any past day can be asked about."""

from collections.abc import Iterator
from typing import get_args

from domain.event import value
from domain.institution import CensusRecorded, InstitutionClosed, InstitutionEvent, InstitutionOpened
from projections.asking import Question, Row, Rows
from projections.changes import Change, Projection, Table, as_json

INSTITUTIONS_V1 = Table(
    "institutions_v1",
    "institution_id",
    {"name": "text", "kind": "text", "sector": "text", "tier": "int", "district": "text", "closed_on": "text"},
)

CENSUS_V1 = Table(
    "census_v1",
    "census_key",  # institution|day
    {"institution_id": "text", "counted_on": "text", "population": "int", "group_counts": "text"},
    indexes=(("institution_id", "counted_on"),),
)
"""`group_counts` is JSON: [{"group": code, "people": number}]. A second count of one day replaces the first."""


def project(fact: InstitutionEvent) -> Iterator[Change]:
    """Follow an institution."""
    match fact:
        case InstitutionOpened():
            yield INSTITUTIONS_V1.put(
                fact.institution_id,
                name=fact.name,
                kind=fact.kind,
                sector=fact.sector,
                tier=fact.tier,
                district=fact.district,
            )
        case CensusRecorded():
            counted_on = fact.counted_on.isoformat()
            yield CENSUS_V1.put(
                f"{fact.institution_id}|{counted_on}",
                institution_id=fact.institution_id,
                counted_on=counted_on,
                population=fact.population,
                group_counts=as_json(fact.groups),
            )
        case InstitutionClosed():
            yield INSTITUTIONS_V1.patch(fact.institution_id, closed_on=fact.closed_on.isoformat())


@value
class Institutions:
    """Ask for all institutions, by name."""


def institutions(question: Institutions, rows: Rows) -> list[Row]:  # noqa: ARG001 -- the signature of every answer
    """Return the columns of the table."""
    return [{**row} for row in rows.ask("SELECT * FROM institutions_v1 ORDER BY name, institution_id")]


INSTITUTIONS = Projection(
    name="institutions",
    tables=(INSTITUTIONS_V1, CENSUS_V1),
    events=get_args(InstitutionEvent),
    project=project,
    questions=(Question(asks=Institutions, answer=institutions, example=Institutions()),),
)
