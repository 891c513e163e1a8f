"""Institutions and their censuses."""

from collections.abc import Iterator
from datetime import date
from random import Random

from domain.institution import CensusRecorded, GroupCount, InstitutionClosed
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
    return cut(luck, "institution-fuhai", events)
