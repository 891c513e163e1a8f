"""A death or a move that was recorded by mistake, or on the wrong day."""

from dataclasses import replace
from datetime import date

from domain.decider import FOREVER
from domain.resident import RESIDENT
from domain.resident.commands import AnnulDeparture, CorrectDeparture
from domain.resident.events import DepartureAnnulled, DepartureCorrected, HouseholdJoined, ResidentDeparted
from tests.domain.builders import TODAY, TOMORROW, WANG, YESTERDAY
from tests.domain.endings.departures import DIED, MOVED
from tests.rules import holds
from tests.spec import SZ_2018, claimed, folded, given

ANNUL = AnnulDeparture(resident_id="wang", departure="died", reason="recorded for a namesake", allowed_by="head")
ANNULLED = DepartureAnnulled(
    resident_id="wang",
    departure="died",
    last_day=YESTERDAY,
    stands=None,
    stands_after=None,
    elder_on=None,
    reason="recorded for a namesake",
    allowed_by="head",
)
EARLIER = date(2026, 2, 20)
CORRECT = CorrectDeparture(resident_id="wang", last_day=EARLIER, reason="the paper says so", allowed_by="head")
CORRECTED = DepartureCorrected(
    resident_id="wang",
    departure="died",
    was_last_day=YESTERDAY,
    last_day=EARLIER,
    reason="the paper says so",
    allowed_by="head",
)


@holds("A10.11")
def test_a_death_recorded_by_mistake_is_annulled_once_with_a_reason_and_a_second_person():
    given(WANG, DIED).when(ANNUL).then(ANNULLED)
    given(WANG).when(ANNUL).then_nothing()
    given().when(ANNUL).then_refused("resident-not-registered", resident="wang")
    given(WANG, DIED).when(replace(ANNUL, reason=" ")).then_refused("correction-without-reason")
    given(WANG, DIED).when(replace(ANNUL, allowed_by=None)).then_refused("second-person-missing")
    given(WANG, DIED).when(ANNUL, actor="head").then_refused("second-person-is-actor")
    assert folded(RESIDENT, WANG, DIED, ANNULLED).eligible(TODAY, SZ_2018)


@holds("A10.11")
def test_a_pack_may_leave_the_second_person_out_and_a_move_needs_none():
    alone = replace(ANNUL, allowed_by=None)
    given(WANG, DIED).when(alone, pack=replace(SZ_2018, second_person_for=())).then(replace(ANNULLED, allowed_by=None))
    given(WANG, MOVED).when(alone).then_nothing()
    given(WANG, MOVED).when(replace(alone, departure="moved-out")).then(
        replace(ANNULLED, departure="moved-out", allowed_by=None)
    )


def test_a_move_that_a_mistaken_death_replaced_stands_again():
    stands = replace(ANNULLED, stands="moved-out", stands_after=TOMORROW)
    moves = ResidentDeparted(resident_id="wang", reason="moved-out", last_day=TOMORROW)
    given(WANG, moves, DIED).when(ANNUL).then(stands)
    assert folded(RESIDENT, WANG, moves, DIED, stands).departed == moves


def test_the_last_day_of_a_departure_is_corrected_and_that_of_a_death_is_never_in_the_future():
    given(WANG, DIED).when(CORRECT).then(CORRECTED)
    given(WANG, DIED, CORRECTED).when(CORRECT).then_nothing()
    given().when(CORRECT).then_refused("resident-not-registered", resident="wang")
    given(WANG).when(CORRECT).then_refused("resident-not-departed", resident="wang")
    given(WANG, DIED).when(replace(CORRECT, reason="")).then_refused("correction-without-reason")
    given(WANG, DIED).when(replace(CORRECT, allowed_by=None)).then_refused("second-person-missing")
    given(WANG, DIED).when(CORRECT, actor="head").then_refused("second-person-is-actor")
    given(WANG, DIED).when(replace(CORRECT, last_day=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    assert folded(RESIDENT, WANG, DIED, CORRECTED).departed == replace(DIED, last_day=EARLIER)


def test_a_household_has_its_head_again_after_an_annulled_death():
    head = HouseholdJoined(
        resident_id="wang", household_id="lane-3", relation="head", since=YESTERDAY, left_household_id=None
    )
    (again,) = claimed(RESIDENT, WANG, head, DIED, ANNULLED)
    assert (again.key, again.until) == ("household-head:lane-3", FOREVER)
    (shorter,) = claimed(RESIDENT, WANG, head, DIED, CORRECTED)
    assert shorter.until == EARLIER
