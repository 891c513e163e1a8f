"""A newborn without an identity number is registered under a guardian, once."""

from dataclasses import replace
from datetime import date

from domain.decider import FOREVER, Claim
from domain.resident import RESIDENT
from domain.resident.commands import CorrectPersonalDetails, RegisterResident
from domain.resident.events import PersonalDetailsCorrected, ResidentRegistered
from domain.resident.identity import check_digit
from tests.domain.builders import CENTRE, MERGED, TODAY, WANG, WANG_PERSONAL, YESTERDAY
from tests.rules import holds
from tests.spec import claimed, given

CHILD = replace(WANG_PERSONAL, name="王小", identity_number="", born_on=YESTERDAY)
REGISTER = RegisterResident(
    resident_id="child",
    institution_id="fuhai",
    evidence="household-registration",
    resident_since=YESTERDAY,
    personal=CHILD,
    guardian_id="wang",
    birth_order=1,
)
NUMBERLESS = ResidentRegistered(
    resident_id="child",
    institution_id="fuhai",
    evidence="household-registration",
    resident_since=YESTERDAY,
    homebound=False,
    personal=CHILD,
    guardian_id="wang",
    birth_order=1,
)
BODY = f"440301{YESTERDAY:%Y%m%d}001"
NUMBERED = replace(CHILD, identity_number=BODY + check_digit(BODY))


def birth(order: int, day: date = YESTERDAY) -> Claim:
    key = f"person:newborn:wang:{day}:{order}"
    return Claim(key=key, rule="person-already-registered", since=date.min, until=FOREVER, personal=True)


def test_a_newborn_without_a_number_is_registered_under_a_registered_guardian() -> None:
    registered, *_ = given().when(REGISTER, institution=[CENTRE], guardian=[WANG]).decided()
    assert isinstance(registered, ResidentRegistered)
    assert (registered.guardian_id, registered.birth_order, registered.personal) == ("wang", 1, CHILD)
    given(registered).when(REGISTER, institution=[CENTRE], guardian=[WANG]).then_nothing()


def test_the_guardian_is_registered() -> None:
    given().when(REGISTER, institution=[CENTRE]).then_refused("resident-not-registered", resident="wang")
    given().when(REGISTER, institution=[CENTRE], guardian=[WANG, MERGED]).then_refused("resident-merged", kept="wang-2")


def test_the_guardian_was_born_before_the_child() -> None:
    younger = replace(WANG, personal=replace(WANG_PERSONAL, born_on=TODAY))
    given().when(REGISTER, institution=[CENTRE], guardian=[younger]).then_refused("day-before-birth", day=YESTERDAY)


def test_without_a_guardian_a_number_is_needed() -> None:
    alone = replace(REGISTER, guardian_id=None, birth_order=None)
    given().when(alone, institution=[CENTRE]).then_refused("paper-number-missing", paper="identity-card")


@holds("A1.13")
def test_a_child_without_a_number_is_a_newborn() -> None:
    last = date(TODAY.year - 1, TODAY.month, TODAY.day)
    old = replace(REGISTER, personal=replace(CHILD, born_on=last))
    assert given().when(old, institution=[CENTRE], guardian=[WANG]).decided()
    late = replace(REGISTER, personal=replace(CHILD, born_on=date.fromordinal(last.toordinal() - 1)))
    due = date.fromordinal(TODAY.toordinal() - 1)
    given().when(late, institution=[CENTRE], guardian=[WANG]).then_refused("newborn-number-due", until=due)


def test_children_of_one_birth_are_counted_from_one() -> None:
    for order in (0, 11):
        wrong = replace(REGISTER, birth_order=order)
        given().when(wrong, institution=[CENTRE], guardian=[WANG]).then_refused(
            "birth-order-outside-limits", order=order, most=10
        )


def test_an_order_of_birth_needs_a_guardian() -> None:
    alone = replace(REGISTER, guardian_id=None)
    given().when(alone, institution=[CENTRE]).then_refused("birth-order-without-guardian", resident="child")


def test_a_newborn_is_one_person_by_guardian_birthday_and_order_of_birth() -> None:
    assert claimed(RESIDENT, NUMBERLESS) == [birth(1)]
    assert claimed(RESIDENT, replace(NUMBERLESS, birth_order=None)) == [birth(1)]
    assert claimed(RESIDENT, replace(NUMBERLESS, birth_order=2)) == [birth(2)]


def test_a_number_is_added_later_and_the_birth_stays_claimed() -> None:
    corrected, *_ = given(NUMBERLESS).when(CorrectPersonalDetails(resident_id="child", personal=NUMBERED)).decided()
    assert isinstance(corrected, PersonalDetailsCorrected)
    number = replace(birth(1), key=f"person:identity-card:{NUMBERED.identity_number}")
    assert claimed(RESIDENT, NUMBERLESS, corrected) == [number]


def test_the_details_of_a_newborn_are_corrected_without_a_number() -> None:
    moved = replace(CHILD, born_on=TODAY)
    corrected, *_ = given(NUMBERLESS).when(CorrectPersonalDetails(resident_id="child", personal=moved)).decided()
    returned = replace(birth(1), since=FOREVER, until=date.min)
    assert claimed(RESIDENT, NUMBERLESS, corrected) == [returned, birth(1, TODAY)]


def test_a_number_is_not_taken_away() -> None:
    numbered = replace(NUMBERLESS, personal=NUMBERED)
    given(numbered).when(CorrectPersonalDetails(resident_id="child", personal=CHILD)).then_refused(
        "paper-number-missing", paper="identity-card"
    )
