"""Residents and what is true of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from domain.key_groups import KeyGroup
from domain.resident.events import (
    BirthRecorded,
    ChannelChosen,
    ConsentGiven,
    ConsentWithdrawn,
    EvidenceShown,
    HouseholdJoined,
    KeyGroupTagged,
    KeyGroupUntagged,
    MobilityRecorded,
    PersonalDetailsCorrected,
    ResidentDeparted,
)
from tests.domain import builders as b
from tests.projections.histories import corrections as corrected
from tests.projections.histories.cutting import cut

GROUPS: tuple[KeyGroup, ...] = ("elder", "hypertension", "diabetes")


def resident(luck: Random, person: str) -> Iterator[tuple[str, object]]:
    events: list[object] = [replace(b.WANG, resident_id=person)]
    for group in luck.sample(GROUPS, luck.randint(0, 3)):
        events.append(KeyGroupTagged(resident_id=person, group=group, since=date(2025, 1, luck.randint(1, 28))))
        if luck.random() < 0.5:
            events.append(KeyGroupUntagged(resident_id=person, group=group, until=date(2025, 6, 30)))
            events.append(KeyGroupTagged(resident_id=person, group=group, since=date(2025, 9, 1)))
    events.append(PersonalDetailsCorrected(resident_id=person, personal=replace(b.WANG_PERSONAL, phone="139")))
    events += luck.sample(lives_of(person), luck.randint(0, 6))
    if luck.random() < 0.3:
        events += corrected.of_resident(person)
    return cut(luck, f"resident-{person}", events)


def lives_of(person: str) -> list[object]:
    """Return what may happen to a resident beside her groups."""
    return [
        EvidenceShown(
            resident_id=person,
            evidence="residence-permit",
            resident_since=date(2020, 1, 1),
            shown_on=b.YESTERDAY,
            valid_until=date(2030, 1, 1),
            elder_on=date(2031, 5, 1),
        ),
        BirthRecorded(resident_id=person, delivered_on=b.YESTERDAY),
        MobilityRecorded(resident_id=person, homebound=True, since=b.YESTERDAY),
        HouseholdJoined(
            resident_id=person, household_id="h1", relation="child", since=b.YESTERDAY, left_household_id=None
        ),
        ConsentGiven(resident_id=person, kind="home-visits", given_on=b.YESTERDAY, given_by="resident"),
        ChannelChosen(resident_id=person, channel="family"),
        ConsentWithdrawn(resident_id=person, kind="home-visits", withdrawn_on=b.TODAY),
        ResidentDeparted(resident_id=person, reason="moved-out", last_day=b.TODAY),
    ]
