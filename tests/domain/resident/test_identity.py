"""A person has one number, however it is written, and one record."""

import string
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hypothesis import given as generated
from hypothesis import strategies as some

from domain.decider import FOREVER, Claim
from domain.resident import RESIDENT
from domain.resident.commands import CorrectPersonalDetails, Personal, RegisterResident
from domain.resident.events import PersonalDetailsCorrected, ResidentRegistered
from domain.resident.identity import check_digit, regular_number
from tests.domain.builders import CENTRE, WANG, WANG_PERSONAL, in_group
from tests.spec import claimed, folded, given

BODIES = some.from_regex(r"[1-6][0-9]{5}19[0-9]{9}", fullmatch=True)
"""The first seventeen digits of numbers of people who were born in the last century."""

FULL_WIDTH = str.maketrans(string.digits + "X", "０１２３４５６７８９Ｘ")

WAYS: dict[str, Callable[[str], str]] = {
    "full width": lambda number: number.translate(FULL_WIDTH),
    "small letter": str.lower,
    "blanks": lambda number: f" {number[:6]} {number[6:14]}\u3000{number[14:]}\t",
    "hidden signs": lambda number: f"\ufeff{number[:6]}\u200b{number[6:]}",
    "as it is": str,
}
CARD = "11010519491231002X"


def card(number: str) -> Personal:
    return replace(WANG_PERSONAL, identity_number=number, born_on=date(1949, 12, 31))


def held(personal: Personal) -> Claim:
    key = f"person:{personal.paper}:{personal.identity_number}"
    return Claim(key=key, rule="person-already-registered", since=date.min, until=FOREVER, personal=True)


def returned(personal: Personal) -> Claim:
    return replace(held(personal), since=FOREVER, until=date.min)


@generated(BODIES, some.sampled_from(list(WAYS)))
def test_one_number_is_one_number_however_it_is_written(body: str, way: str):
    number = body + check_digit(body)
    assert regular_number("identity-card", WAYS[way](number)) == number
    assert regular_number("identity-card", regular_number("identity-card", number)) == number


@generated(BODIES, some.sampled_from(["full width", "blanks", "hidden signs", "as it is"]))
def test_a_number_of_fifteen_digits_is_the_same_person_as_its_eighteen_signs(body: str, way: str):
    old = body[:6] + body[8:]
    assert regular_number("identity-card", WAYS[way](old)) == body + check_digit(body)


@generated(BODIES, BODIES)
def test_two_numbers_stay_two(one: str, other: str):
    same = regular_number("identity-card", one + check_digit(one)) == regular_number(
        "identity-card", other + check_digit(other)
    )
    assert same == (one == other)


@generated(some.text(max_size=20))
def test_any_text_has_a_regular_form_without_blanks_that_stays_as_it_is(text: str):
    once = regular_number("passport", text)
    assert regular_number("passport", once) == once
    assert not any(map(str.isspace, once))


def test_a_number_of_fifteen_signs_of_another_paper_is_no_card():
    assert regular_number("passport", "110105491231002") == "110105491231002"


def test_what_no_card_can_have_is_not_completed():
    assert regular_number("identity-card", "11010549123100") == "11010549123100"
    assert regular_number("identity-card", "11010549123100a") == "11010549123100A"


def test_a_number_is_kept_in_its_regular_form_and_another_way_of_writing_it_changes_nothing():
    register = RegisterResident(
        resident_id="wang",
        institution_id="fuhai",
        evidence="household-registration",
        resident_since=date(2000, 1, 1),
        personal=card("１１０１０５ 491231002"),
    )
    kept = replace(WANG, personal=card(CARD))
    elder = replace(in_group("elder"), since=date(2009, 12, 31), evidence="age")
    given().when(register, institution=[CENTRE]).then(kept, elder)
    again = replace(register, personal=card(CARD.lower()))
    given(kept, elder).when(again, institution=[CENTRE]).then_nothing()
    correct = CorrectPersonalDetails(resident_id="wang", personal=card(" 11010519491231002x"))
    given(kept, elder).when(correct).then_nothing()


def test_a_number_that_was_kept_in_another_form_changes_nothing_either():
    passport = replace(WANG_PERSONAL, paper="passport", identity_number="e 123")
    old = replace(WANG, personal=passport)
    correct = CorrectPersonalDetails(resident_id="wang", personal=replace(passport, identity_number="E123"))
    given(old, in_group("elder")).when(correct).then_nothing()


def test_a_registered_resident_is_one_person_for_ever():
    assert claimed(RESIDENT, WANG) == [held(WANG_PERSONAL)]


def test_a_corrected_number_is_claimed_and_the_wrong_one_returned():
    other = replace(WANG_PERSONAL, paper="passport", identity_number="E1")
    corrected = PersonalDetailsCorrected(resident_id="wang", personal=other)
    assert claimed(RESIDENT, WANG, corrected) == [returned(WANG_PERSONAL), held(other)]


def test_a_corrected_name_claims_nothing():
    corrected = PersonalDetailsCorrected(resident_id="wang", personal=replace(WANG_PERSONAL, name="王芳"))
    assert claimed(RESIDENT, WANG, corrected) == []


def test_the_number_before_a_correction_is_known_until_it_is_returned():
    corrected = PersonalDetailsCorrected(resident_id="wang", personal=replace(WANG_PERSONAL, name="王芳"))
    assert isinstance(WANG, ResidentRegistered)
    assert folded(RESIDENT, WANG, corrected).personal_before == WANG_PERSONAL
