"""An institution opens, counts the people it serves, and closes."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import Literal

from domain.decider import Decider, Refused, decision, members_of
from domain.event import command, event, value
from domain.inputs import NOW, PACK, count, held
from domain.institution_area import (
    Ability,
    AbilityRecorded,
    AssignPlace,
    MeansRecorded,
    PlaceAssigned,
    PlaceRemoved,
    RecordAbility,
    RecordMeans,
    RemovePlace,
)
from domain.key_groups import KeyGroup
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.recorded_days import check_recorded_years

InstitutionKind = Literal[
    "community-health",
    "hospital",
    "outpatient-department",
    "tcm-clinic",
    "clinic",
    "maternity-child",
    "disease-control",
    "elder-care",
]
Sector = Literal["public", "private"]

OFFERS: dict[Sector, frozenset[InstitutionKind]] = {
    "public": frozenset({"hospital", "community-health", "outpatient-department", "tcm-clinic", "clinic"}),
    "private": frozenset({"hospital", "outpatient-department", "tcm-clinic", "clinic"}),
}
"""The kinds that may offer contracts (A1.2); public ones at the first tier only, hospitals too."""

# Commands


@value
class GroupCount:
    """How many people of a key group live in the area."""

    group: KeyGroup
    people: int


@command
class OpenInstitution:
    """Open a health institution, on `opened_on` or without a first day; `tier` 1 is the community, 3 the city hospital.

    `x`, `y` are metres on the city's grid.
    """

    institution_id: str
    name: str
    kind: InstitutionKind
    sector: Sector
    tier: int
    district: str
    opened_on: date | None = None
    x: int | None = None
    y: int | None = None


@command
class RecordCensus:
    """Record how many people, and how many of each key group, the institution serves on a day."""

    institution_id: str
    counted_on: date
    population: int
    groups: tuple[GroupCount, ...]


@command
class CloseInstitution:
    """Close an institution from a day on."""

    institution_id: str
    closed_on: date


InstitutionCommand = (
    OpenInstitution | RecordCensus | AssignPlace | RemovePlace | RecordMeans | RecordAbility | CloseInstitution
)

# Events: the stored shapes; changing one is a new version


@event("institution.opened.v1")
class InstitutionOpened:
    """An institution is open, from `opened_on` on if it is set."""

    institution_id: str
    name: str
    kind: InstitutionKind
    sector: Sector
    tier: int
    district: str
    opened_on: date | None = None
    x: int | None = None
    y: int | None = None


@event("institution.census_recorded.v1")
class CensusRecorded:
    """The people in the institution's area, as counted."""

    institution_id: str
    counted_on: date
    population: int
    groups: tuple[GroupCount, ...]


@event("institution.closed.v1")
class InstitutionClosed:
    """The institution is closed from this day on; `teams` counts its teams when this was decided."""

    institution_id: str
    closed_on: date
    teams: int = 0


InstitutionEvent = (
    InstitutionOpened
    | CensusRecorded
    | PlaceAssigned
    | PlaceRemoved
    | MeansRecorded
    | AbilityRecorded
    | InstitutionClosed
)

# State


@value
class Institution:
    """The state of an institution."""

    opened: InstitutionOpened | None = None
    census: CensusRecorded | None = None
    closed_on: date | None = None
    places: Mapping[str, PlaceAssigned | PlaceRemoved] = field(default_factory=dict)
    means: MeansRecorded | None = None
    abilities: Mapping[Ability, AbilityRecorded] = field(default_factory=dict)

    def is_open(self, day: date) -> bool:
        """Return whether it is open on that day."""
        if self.opened is None or (self.opened.opened_on is not None and day < self.opened.opened_on):
            return False
        return self.closed_on is None or day < self.closed_on

    @property
    def tier(self) -> int | None:
        """The tier: 1 for the community, 2 and 3 for hospitals; None before it was opened."""
        return self.opened.tier if self.opened else None

    @property
    def sector(self) -> Sector | None:
        """The sector, public or private; None before it was opened."""
        return self.opened.sector if self.opened else None

    @property
    def place(self) -> tuple[int, int] | None:
        """The place in metres on the city's grid, None if unknown."""
        if self.opened is None or self.opened.x is None or self.opened.y is None:
            return None
        return self.opened.x, self.opened.y

    def may_sign(self) -> bool:
        """Return whether it may offer contracts: of a listed kind, and public ones at the primary level only (A1.2)."""
        if self.opened is None or self.opened.kind not in OFFERS[self.opened.sector]:
            return False
        return self.opened.sector == "private" or self.opened.tier == 1


def evolve(institution: Institution, event: InstitutionEvent) -> Institution:
    """Return the state after an event."""
    match event:
        case InstitutionOpened():
            return replace(institution, opened=event)
        case CensusRecorded():
            return replace(institution, census=event)
        case PlaceAssigned() | PlaceRemoved():
            return replace(institution, places={**institution.places, event.place: event})
        case MeansRecorded():
            return replace(institution, means=event)
        case AbilityRecorded():
            return replace(institution, abilities={**institution.abilities, event.ability: event})
        case InstitutionClosed():
            return replace(institution, closed_on=event.closed_on)


# Decisions


def open_(command: OpenInstitution, institution: Institution) -> list[InstitutionEvent]:
    """Open it once; the same details again change nothing."""
    if command.tier not in {1, 2, 3}:
        raise Refused("tier-unknown", tier=command.tier)
    opened = InstitutionOpened(
        institution_id=command.institution_id,
        name=command.name,
        kind=command.kind,
        sector=command.sector,
        tier=command.tier,
        district=command.district,
        opened_on=command.opened_on,
        x=command.x,
        y=command.y,
    )
    if institution.opened == opened:
        return []
    if (command.x is None) != (command.y is None):
        raise Refused("place-half-given", institution=command.institution_id)
    if institution.opened is not None:
        raise Refused("institution-already-open", institution=command.institution_id)
    return [opened]


def record_census(
    command: RecordCensus, institution: Institution, *, now: datetime, pack: PolicyPack
) -> list[InstitutionEvent]:
    """Record a census; a group is never larger than the population."""
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    check_recorded_years(command.counted_on, now, pack.census_years)
    for each in command.groups:
        if not 0 <= each.people <= command.population:
            raise Refused("census-group-too-large", group=each.group, people=each.people)
    counted = CensusRecorded(
        institution_id=command.institution_id,
        counted_on=command.counted_on,
        population=command.population,
        groups=command.groups,
    )
    return [] if institution.census == counted else [counted]


def assign_place(
    command: AssignPlace,
    institution: Institution,
    *,
    now: datetime,
    pack: PolicyPack,
    institution_teams: tuple[str, ...],
) -> list[InstitutionEvent]:
    """Record a place of the area and a team of the institution that serves it (A3.6)."""
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    check_recorded_years(command.from_day, now, pack.census_years)
    if command.team_id is not None and command.team_id not in institution_teams:
        raise Refused("team-of-another-institution", team=command.team_id, institution=command.institution_id)
    assigned = PlaceAssigned(
        institution_id=command.institution_id,
        place=command.place,
        name=command.name,
        kind=command.kind,
        town=command.town,
        team_id=command.team_id,
        from_day=command.from_day,
    )
    match institution.places.get(command.place):
        case PlaceAssigned() as known if replace(known, from_day=max(known.from_day, command.from_day)) == assigned:
            return []
        case PlaceAssigned(from_day=day) | PlaceRemoved(last_day=day) if command.from_day < day:
            raise Refused("place-changed-later", place=command.place, day=day)
    return [assigned]


def remove_place(
    command: RemovePlace, institution: Institution, *, now: datetime, pack: PolicyPack
) -> list[InstitutionEvent]:
    """Record that a place belongs to the area no longer; one that is not there is unknown."""
    removed = PlaceRemoved(institution_id=command.institution_id, place=command.place, last_day=command.last_day)
    known = institution.places.get(command.place)
    if known == removed:
        return []
    if not isinstance(known, PlaceAssigned):
        raise Refused("place-unknown", place=command.place, institution=command.institution_id)
    check_recorded_years(command.last_day, now, pack.census_years)
    if command.last_day < known.from_day:
        raise Refused("place-changed-later", place=command.place, day=known.from_day)
    return [removed]


def record_means(
    command: RecordMeans, institution: Institution, *, now: datetime, pack: PolicyPack
) -> list[InstitutionEvent]:
    """Record what an institution has; technicians are part of the headcount (A3.7)."""
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    check_recorded_years(command.counted_on, now, pack.census_years)
    floor, staff, technicians = command.floor_space, command.headcount, command.technicians
    if floor < 0 or not 0 <= technicians <= staff:
        raise Refused("means-impossible", headcount=staff, technicians=technicians, floor_space=floor)
    recorded = MeansRecorded(
        institution_id=command.institution_id,
        counted_on=command.counted_on,
        floor_space=floor,
        headcount=staff,
        technicians=technicians,
    )
    return [] if institution.means == recorded else [recorded]


def record_ability(
    command: RecordAbility, institution: Institution, *, now: datetime, pack: PolicyPack
) -> list[InstitutionEvent]:
    """Record what a hospital can do, so that the nearest one is named in an emergency (A8.4)."""
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    if institution.opened.kind != "hospital":
        raise Refused("ability-of-no-hospital", institution=command.institution_id)
    check_recorded_years(command.from_day, now, pack.census_years)
    recorded = AbilityRecorded(
        institution_id=command.institution_id,
        ability=command.ability,
        offered=command.offered,
        from_day=command.from_day,
    )
    return [] if institution.abilities.get(command.ability) == recorded else [recorded]


def close(
    command: CloseInstitution, institution: Institution, *, now: datetime, institution_teams: int
) -> list[InstitutionEvent]:
    """Close it once; while it has teams only from a later day on, so that they can move their residents."""
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    if institution.closed_on == command.closed_on:
        return []
    if institution.closed_on is not None:
        raise Refused("institution-already-closed", institution=command.institution_id, day=institution.closed_on)
    if institution_teams and command.closed_on <= local_day(now):
        raise Refused("institution-has-teams", institution=command.institution_id, teams=institution_teams)
    return [
        InstitutionClosed(institution_id=command.institution_id, closed_on=command.closed_on, teams=institution_teams)
    ]


TEAMS_HELD = held("institution_teams", by="institution_id")

DECISIONS = (
    decision(OpenInstitution, open_),
    decision(RecordCensus, record_census, now=NOW, pack=PACK),
    decision(AssignPlace, assign_place, now=NOW, pack=PACK, institution_teams=TEAMS_HELD),
    decision(RemovePlace, remove_place, now=NOW, pack=PACK),
    decision(RecordMeans, record_means, now=NOW, pack=PACK),
    decision(RecordAbility, record_ability, now=NOW, pack=PACK),
    decision(CloseInstitution, close, now=NOW, institution_teams=count("institution_teams", by="institution_id")),
)

INSTITUTION: Decider[Institution, InstitutionEvent, InstitutionCommand] = Decider(
    category="institution",
    initial=Institution(),
    evolve=evolve,
    commands=members_of(InstitutionCommand),
    events=members_of(InstitutionEvent),
    decisions=DECISIONS,
    identify=lambda command: command.institution_id,
)
