"""Institutions and their censuses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from domain.institution import CensusRecorded, GroupCount, InstitutionClosed
from domain.institution_area import AbilityRecorded, MeansRecorded, PlaceAssigned, PlaceRemoved
from domain.key_groups import KeyGroup
from tests.domain import builders as b
from tests.projections.histories.cutting import cut

GROUPS: tuple[KeyGroup, ...] = ("elder", "hypertension", "diabetes")


def institution(luck: Random) -> Iterator[tuple[str, object]]:
    events: list[object] = [b.CENTRE]
    for year in range(luck.randint(1, 3)):
        groups = tuple(GroupCount(group=group, people=luck.randint(1, 50)) for group in GROUPS[: luck.randint(0, 3)])
        events.append(
            CensusRecorded(
                institution_id="fuhai",
                counted_on=date(2024 + year, 1, 1),
                population=luck.randint(50, 90),
                groups=groups,
            )
        )
    events.append(InstitutionClosed(institution_id="fuhai", closed_on=b.TOMORROW))
    yield from cut(luck, "institution-fuhai", events)
    yield from (("institution-fuhai", event) for event in area())


def area() -> Iterator[object]:
    """Yield places of an institution, one of them without a team, and what the institution has."""
    place = PlaceAssigned(
        institution_id="fuhai",
        place="p1",
        name="桥头社区",
        kind="community",
        town="福海街道",
        team_id="team-1",
        from_day=b.YESTERDAY,
    )
    yield place
    yield replace(place, place="p2", name="后山村", kind="village", team_id=None)
    yield replace(place, team_id="team-2", from_day=b.TODAY)
    yield MeansRecorded(institution_id="fuhai", counted_on=b.TODAY, floor_space=900, headcount=9, technicians=8)
    yield PlaceRemoved(institution_id="fuhai", place="p2", last_day=b.TODAY)
    yield AbilityRecorded(institution_id="fuhai", ability="coronary-intervention", offered=True, from_day=b.TODAY)
