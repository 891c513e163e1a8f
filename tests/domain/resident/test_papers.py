"""Identity papers, evidence, households and consents of residents."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.decider import FOREVER, Claim, Refused
from domain.resident import RESIDENT
from domain.resident.commands import (
    ChooseChannel,
    CorrectPersonalDetails,
    GiveConsent,
    JoinHousehold,
    RecordBirth,
    RecordDeparture,
    RecordMobility,
    RegisterResident,
    ShowEvidence,
    TagKeyGroup,
    WithdrawConsent,
)
from domain.resident.events import (
    ConsentGiven,
    ConsentWithdrawn,
    EvidenceShown,
    HouseholdJoined,
    MobilityRecorded,
    ResidentDeparted,
)
from domain.resident.identity import check_digit, check_paper
from tests.domain.builders import CENTRE, TODAY, TOMORROW, WANG, WANG_PERSONAL, YESTERDAY, in_group
from tests.rules import holds
from tests.spec import SZ_2018, claimed, folded, given

REGISTER = RegisterResident(
    resident_id="wang",
    institution_id="fuhai",
    evidence="household-registration",
    resident_since=date(2000, 1, 1),
    personal=WANG_PERSONAL,
)
CORRECT = CorrectPersonalDetails(resident_id="wang", personal=WANG_PERSONAL)
NOT_HERS = {
    "identity-number-malformed": "44030119400101002",
    "identity-number-check-fails": "440301194001010021",
    "identity-number-says-another-birthday": "440300195001010026",
    "paper-number-missing": " ",
}

SHOW = ShowEvidence(
    resident_id="wang",
    evidence="residence-permit",
    resident_since=date(2019, 5, 1),
    shown_on=YESTERDAY,
    valid_until=date(2027, 1, 1),
)
SHOWN = EvidenceShown(
    resident_id="wang",
    evidence="residence-permit",
    resident_since=date(2019, 5, 1),
    shown_on=YESTERDAY,
    valid_until=date(2027, 1, 1),
    elder_on=None,
)
HOMEBOUND = RecordMobility(resident_id="wang", homebound=True, since=YESTERDAY)
CANNOT_COME = MobilityRecorded(resident_id="wang", homebound=True, since=YESTERDAY)
MOVE_IN = JoinHousehold(resident_id="wang", household_id="lane-3", relation="head", since=YESTERDAY)
MOVED_IN = HouseholdJoined(
    resident_id="wang", household_id="lane-3", relation="head", since=YESTERDAY, left_household_id=None
)
CONSENT = GiveConsent(resident_id="wang", kind="home-visits", given_on=YESTERDAY)
CONSENTED = ConsentGiven(resident_id="wang", kind="home-visits", given_on=YESTERDAY, given_by="resident")
NO_MORE = WithdrawConsent(resident_id="wang", kind="home-visits", withdrawn_on=TODAY)
TAKEN_BACK = ConsentWithdrawn(resident_id="wang", kind="home-visits", withdrawn_on=TODAY)
DEPART = RecordDeparture(resident_id="wang", reason="moved-out", last_day=YESTERDAY)
DEPARTED = ResidentDeparted(resident_id="wang", reason="moved-out", last_day=YESTERDAY)


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "440524188001010014", "440301194001010028", "99999919881122357X"]
)
def test_the_last_sign_of_an_identity_number_checks_the_others(number: str):
    assert check_digit(number[:17]) == number[17]


def test_a_number_that_cannot_be_hers_is_refused():
    for rule, number in NOT_HERS.items():
        personal = replace(WANG_PERSONAL, identity_number=number)
        given().when(replace(REGISTER, personal=personal), institution=[CENTRE]).then_refused(rule)
        given(WANG).when(replace(CORRECT, personal=personal)).then_refused(rule)


def test_a_refusal_never_tells_the_number():
    for number in NOT_HERS.values():
        with pytest.raises(Refused) as refused:
            check_paper("identity-card", number, WANG_PERSONAL.born_on)
        assert not refused.value.values or refused.value.values == {"paper": "identity-card"}


def test_other_papers_are_numbered_as_they_like_and_a_small_x_is_taken_as_the_capital_one():
    check_paper("passport", "E12345678", WANG_PERSONAL.born_on)
    check_paper("identity-card", "11010519491231002x", date(1949, 12, 31))


def test_a_corrected_birthday_is_not_to_come():
    unborn = replace(WANG_PERSONAL, born_on=TOMORROW, paper="birth-certificate")
    given(WANG).when(replace(CORRECT, personal=unborn)).then_refused("day-in-the-future", day=TOMORROW)


def test_evidence_is_kept_with_its_days():
    given(WANG, in_group("elder")).when(SHOW).then(SHOWN)


def test_evidence_that_was_shown_says_nothing():
    given(WANG, SHOWN).when(SHOW).then_nothing()


def test_evidence_of_tomorrow_or_that_is_over_shows_nothing():
    given(WANG).when(replace(SHOW, shown_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    over = replace(SHOW, valid_until=date(2020, 1, 1))
    given(WANG).when(over).then_refused("evidence-over-before-shown", valid_until=date(2020, 1, 1))
    for_a_day = replace(SHOW, shown_on=TODAY, valid_until=TODAY)
    given(WANG, in_group("elder")).when(for_a_day).then(replace(SHOWN, shown_on=TODAY, valid_until=TODAY))
    given().when(SHOW).then_refused("resident-not-registered")


def test_a_past_day_is_judged_by_the_evidence_of_that_day():
    short = replace(SHOWN, valid_until=TODAY)
    resident = folded(RESIDENT, WANG, short)
    assert [resident.eligible(day, SZ_2018) for day in (date(2001, 1, 1), YESTERDAY, TODAY, TOMORROW)] == [
        True,
        True,
        True,
        False,
    ]


def test_who_moved_away_is_not_eligible_until_she_shows_evidence_again():
    gone = folded(RESIDENT, WANG, DEPARTED)
    assert [gone.eligible(day, SZ_2018) for day in (YESTERDAY, TODAY)] == [True, False]
    given(WANG, in_group("elder"), SHOWN, DEPARTED).when(SHOW).then(SHOWN)
    assert folded(RESIDENT, WANG, DEPARTED, SHOWN).eligible(TODAY, SZ_2018)


def test_the_dead_show_no_evidence():
    died = replace(DEPARTED, reason="died")
    given(WANG, died).when(SHOW).then_refused("resident-died", resident="wang", day=YESTERDAY)


def test_somebody_becomes_homebound():
    given(WANG).when(HOMEBOUND).then(CANNOT_COME)
    assert folded(RESIDENT, WANG, CANNOT_COME).homebound


def test_who_is_homebound_already_is_so_quietly():
    given(WANG, CANNOT_COME).when(HOMEBOUND).then_nothing()


def test_nobody_is_homebound_from_tomorrow_on():
    given(WANG).when(replace(HOMEBOUND, since=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given().when(HOMEBOUND).then_refused("resident-not-registered")


def test_a_resident_lives_in_a_household():
    given(WANG).when(MOVE_IN).then(MOVED_IN)


def test_who_lives_there_lives_there_quietly():
    given(WANG, MOVED_IN).when(MOVE_IN).then_nothing()


def test_nobody_moves_in_tomorrow():
    given(WANG).when(replace(MOVE_IN, since=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given().when(MOVE_IN).then_refused("resident-not-registered")


def test_a_household_has_one_head_who_may_move_on():
    rule = "household-has-a-head"
    assert claimed(RESIDENT, WANG, MOVED_IN) == [
        Claim(key="household-head:lane-3", rule=rule, since=YESTERDAY, until=FOREVER)
    ]
    moved = replace(MOVED_IN, household_id="lane-9", since=TODAY, left_household_id="lane-3")
    assert claimed(RESIDENT, WANG, MOVED_IN, moved) == [
        Claim(key="household-head:lane-3", rule=rule, since=TODAY, until=YESTERDAY),
        Claim(key="household-head:lane-9", rule=rule, since=TODAY, until=FOREVER),
    ]
    (left,) = claimed(RESIDENT, WANG, MOVED_IN, DEPARTED)
    assert (left.key, left.until) == ("household-head:lane-3", YESTERDAY)
    (none,) = claimed(RESIDENT, WANG, replace(MOVED_IN, relation="child"))
    assert none.until < none.since


@holds("A10.5")
def test_a_consent_is_given_for_one_thing():
    given(WANG).when(CONSENT).then(CONSENTED)
    resident = folded(RESIDENT, WANG, CONSENTED)
    assert resident.consented("home-visits", YESTERDAY)
    assert not resident.consented("sharing-with-hospital", YESTERDAY)
    assert not resident.consented("home-visits", date(2026, 2, 28))


def test_a_consent_that_holds_says_nothing():
    given(WANG, CONSENTED).when(CONSENT).then_nothing()


def test_nobody_consents_tomorrow():
    given(WANG).when(replace(CONSENT, given_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given().when(CONSENT).then_refused("resident-not-registered")


def test_a_consent_is_taken_back_at_any_time():
    given(WANG, CONSENTED).when(NO_MORE).then(TAKEN_BACK)
    assert not folded(RESIDENT, WANG, CONSENTED, TAKEN_BACK).consented("home-visits", TODAY)


def test_a_consent_that_does_not_hold_is_taken_back_quietly():
    given(WANG).when(NO_MORE).then_nothing()


def test_a_consent_is_not_taken_back_tomorrow_or_before_it_was_given():
    given(WANG, CONSENTED).when(replace(NO_MORE, withdrawn_on=TOMORROW)).then_refused("day-in-the-future")
    early = replace(NO_MORE, withdrawn_on=date(2026, 2, 28))
    given(WANG, CONSENTED).when(early).then_refused("consent-withdrawn-before-given", day=YESTERDAY)
    at_once = replace(NO_MORE, withdrawn_on=YESTERDAY)
    given(WANG, CONSENTED).when(at_once).then(replace(TAKEN_BACK, withdrawn_on=YESTERDAY))
    given().when(NO_MORE).then_refused("resident-not-registered")


def test_a_resident_moves_away():
    given(WANG).when(DEPART).then(DEPARTED)


def test_who_is_gone_is_gone_quietly():
    given(WANG, DEPARTED).when(DEPART).then_nothing()


def test_nobody_is_known_to_leave_tomorrow():
    died = replace(DEPART, reason="died", last_day=TOMORROW)
    given(WANG).when(died).then_refused("day-in-the-future", day=TOMORROW)
    given().when(DEPART).then_refused("resident-not-registered")


def test_after_a_death_nothing_happens_to_the_resident():
    died = replace(DEPARTED, reason="died")
    after: list[Any] = [
        replace(CONSENT, given_on=TODAY),
        replace(HOMEBOUND, since=TODAY),
        replace(MOVE_IN, since=TODAY),
        TagKeyGroup(resident_id="wang", group="hypertension", since=TODAY),
        RecordBirth(resident_id="wang", delivered_on=TODAY),
        ChooseChannel(resident_id="wang", channel="call"),
    ]
    for command in after:
        given(WANG, died).when(command).then_refused("resident-died", resident="wang", day=YESTERDAY)
    given(WANG, CONSENTED, died).when(NO_MORE).then_refused("resident-died", resident="wang", day=YESTERDAY)


def test_what_was_before_a_death_may_be_recorded_late():
    died = replace(DEPARTED, reason="died")
    given(WANG, died).when(CONSENT).then(CONSENTED)
    given(WANG, died).when(HOMEBOUND).then(CANNOT_COME)


def test_who_moved_away_may_still_consent():
    today = replace(CONSENT, given_on=TODAY)
    given(WANG, DEPARTED).when(today).then(replace(CONSENTED, given_on=TODAY))
