"""An institution opens, counts the people it serves, and closes."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal, get_args

from domain.decider import Decider, Refused
from domain.event import event, value
from domain.local_time import local_day

Kind = Literal["community-health", "hospital", "outpatient-department", "tcm-clinic", "clinic"]
Sector = Literal["public", "private"]

KeyGroup = Literal[
    "child",
    "pregnant",
    "postpartum",
    "elder",
    "hypertension",
    "diabetes",
    "tuberculosis",
    "mental-disorder",
    "disabled",
    "low-income",
    "special-family",
    "rural-poor",
    "minimum-living",
    "extreme-hardship",
    "special-care",
    "child-leukaemia",
    "leprosy",
    "retired-cadre",
    "tumour",
    "copd",
]
"""Key groups (A4): the ten of the nation, pregnancy and childbed apart, to special-family; then local ones, of which a
community health system in the field knows. The policy pack says which count. A person may be in several."""

# What may be asked


@value
class GroupCount:
    """How many people of a key group live in the area."""

    group: KeyGroup
    people: int


@value
class OpenInstitution:
    """Open a health institution; `tier` 1 is the community, 3 the city hospital."""

    institution_id: str
    name: str
    kind: Kind
    sector: Sector
    tier: int
    district: str


@value
class RecordCensus:
    """Write down how many people, and how many of each key group, the institution serves on a day."""

    institution_id: str
    counted_on: date
    population: int
    groups: tuple[GroupCount, ...]


@value
class CloseInstitution:
    """Close an institution from a day on."""

    institution_id: str
    closed_on: date


# What is then true


@event("institution.opened.v1")
class InstitutionOpened:
    """An institution is open."""

    institution_id: str
    name: str
    kind: Kind
    sector: Sector
    tier: int
    district: str


@event("institution.census_recorded.v1")
class CensusRecorded:
    """The people in the institution's area, as counted."""

    institution_id: str
    counted_on: date
    population: int
    groups: tuple[GroupCount, ...]


@event("institution.closed.v1")
class InstitutionClosed:
    """The institution serves nobody from this day on."""

    institution_id: str
    closed_on: date


InstitutionEvent = InstitutionOpened | CensusRecorded | InstitutionClosed

# What is remembered


@value
class Institution:
    """What decisions about, and under, an institution ask."""

    opened: InstitutionOpened | None = None
    census: CensusRecorded | None = None
    closed_on: date | None = None

    def is_open(self, day: date) -> bool:
        """Say whether it serves people on that day."""
        return self.opened is not None and (self.closed_on is None or day < self.closed_on)

    def may_sign(self) -> bool:
        """Say whether it may offer contracts: public only at the primary level, private of any kind (A1.2)."""
        if self.opened is None:
            return False
        return self.opened.sector == "private" or self.opened.tier == 1


def evolve(institution: Institution, fact: InstitutionEvent) -> Institution:
    """Believe an event."""
    match fact:
        case InstitutionOpened():
            return replace(institution, opened=fact)
        case CensusRecorded():
            return replace(institution, census=fact)
        case InstitutionClosed():
            return replace(institution, closed_on=fact.closed_on)


# What is decided


def open_(command: OpenInstitution, institution: Institution) -> list[InstitutionEvent]:
    """Open it once; the same papers again say nothing."""
    if command.tier not in {1, 2, 3}:
        raise Refused("tier-unknown", tier=command.tier)
    opened = InstitutionOpened(
        institution_id=command.institution_id,
        name=command.name,
        kind=command.kind,
        sector=command.sector,
        tier=command.tier,
        district=command.district,
    )
    if institution.opened == opened:
        return []
    if institution.opened is not None:
        raise Refused("institution-already-open", institution=command.institution_id)
    return [opened]


def record_census(command: RecordCensus, institution: Institution, *, now: datetime) -> list[InstitutionEvent]:
    """Count people; a group is never larger than the population."""
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    if command.counted_on > local_day(now):
        raise Refused("day-in-the-future", day=command.counted_on)
    for count in command.groups:
        if not 0 <= count.people <= command.population:
            raise Refused("census-group-too-large", group=count.group, people=count.people)
    counted = CensusRecorded(
        institution_id=command.institution_id,
        counted_on=command.counted_on,
        population=command.population,
        groups=command.groups,
    )
    return [] if institution.census == counted else [counted]


def close(command: CloseInstitution, institution: Institution) -> list[InstitutionEvent]:
    """Close it once."""
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    if institution.closed_on == command.closed_on:
        return []
    if institution.closed_on is not None:
        raise Refused("institution-already-closed", institution=command.institution_id, day=institution.closed_on)
    return [InstitutionClosed(institution_id=command.institution_id, closed_on=command.closed_on)]


INSTITUTION: Decider[Institution, InstitutionEvent] = Decider(
    category="institution",
    initial=Institution(),
    evolve=evolve,
    decisions={OpenInstitution: open_, RecordCensus: record_census, CloseInstitution: close},
    events=get_args(InstitutionEvent),
    identify=lambda command: command.institution_id,
)
