"""Nothing is recorded of a resident from before they were born."""

from dataclasses import replace
from datetime import timedelta

from domain.resident.commands import (
    CorrectDeparture,
    GiveConsent,
    JoinHousehold,
    RecordBirth,
    RecordDeparture,
    RecordMobility,
    ShowEvidence,
    TagKeyGroup,
)
from domain.resident.events import ResidentDeparted
from tests.domain.builders import TODAY, WANG, WANG_PERSONAL, YESTERDAY
from tests.domain.test_contract import SIGN, WHO
from tests.spec import given

BEFORE = WANG_PERSONAL.born_on - timedelta(days=1)
MOVED = ResidentDeparted(resident_id="wang", reason="moved-out", last_day=TODAY)


RECORDS = (
    TagKeyGroup(resident_id="wang", group="disabled", since=BEFORE),
    TagKeyGroup(resident_id="wang", group="pregnant", since=YESTERDAY, anchor=BEFORE),
    RecordBirth(resident_id="wang", delivered_on=BEFORE),
    RecordMobility(resident_id="wang", homebound=True, since=BEFORE),
    JoinHousehold(resident_id="wang", household_id="h1", relation="child", since=BEFORE),
    GiveConsent(resident_id="wang", kind="home-visits", given_on=BEFORE),
    RecordDeparture(resident_id="wang", reason="died", last_day=BEFORE),
    ShowEvidence(
        resident_id="wang", evidence="residence-permit", resident_since=WANG_PERSONAL.born_on, shown_on=BEFORE
    ),
)


def test_what_is_recorded_of_a_resident_happened_in_their_life() -> None:
    for command in RECORDS:
        given(WANG).when(command).then_refused("day-before-birth", day=BEFORE)


def test_a_departure_is_not_corrected_to_a_day_before_the_birth() -> None:
    wrong = CorrectDeparture(resident_id="wang", last_day=BEFORE, reason="the paper says another day")
    given(WANG, MOVED).when(wrong).then_refused("day-before-birth", day=BEFORE)


def test_nobody_signs_before_they_were_born() -> None:
    early = replace(SIGN, signed_on=BEFORE, starts_on=WANG_PERSONAL.born_on)
    given().when(early, **WHO).then_refused("day-before-birth", day=BEFORE)


def test_the_day_of_the_birth_counts() -> None:
    born = replace(WANG_PERSONAL, born_on=YESTERDAY)
    tagged = TagKeyGroup(resident_id="wang", group="disabled", since=YESTERDAY)
    assert len(given(replace(WANG, personal=born)).when(tagged).decided()) == 1
