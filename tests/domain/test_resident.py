from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from domain.key_groups import KeyGroup
from domain.resident import RESIDENT
from domain.resident.commands import CorrectPersonalDetails, RegisterResident, TagKeyGroup, UntagKeyGroup
from domain.resident.events import KeyGroupTagged, KeyGroupUntagged, PersonalDetailsCorrected
from tests.domain.builders import CENTRE, TODAY, TOMORROW, WANG, WANG_PERSONAL, YESTERDAY, in_group
from tests.rules import holds
from tests.spec import SZ_2018, folded, given

REGISTER = RegisterResident(
    resident_id="wang",
    institution_id="fuhai",
    evidence="household-registration",
    resident_since=date(2000, 1, 1),
    personal=WANG_PERSONAL,
)
MOVED = replace(WANG_PERSONAL, address="福海街道 2 号", home_x=0)
CORRECT = CorrectPersonalDetails(resident_id="wang", personal=MOVED)
CORRECTED = PersonalDetailsCorrected(resident_id="wang", personal=MOVED)
ELDER_SINCE_60 = KeyGroupTagged(resident_id="wang", group="elder", since=date(2000, 1, 1), evidence="age")
TAG = TagKeyGroup(resident_id="wang", group="elder", since=YESTERDAY)
UNTAG = UntagKeyGroup(resident_id="wang", group="elder", until=TODAY)


def test_a_resident_is_registered():
    given().when(REGISTER, institution=[CENTRE]).then(WANG, ELDER_SINCE_60)


def test_the_same_papers_again_say_nothing():
    given(WANG).when(REGISTER, institution=[CENTRE]).then_nothing()


def test_other_papers_for_the_same_resident_are_refused():
    given(WANG).when(replace(REGISTER, homebound=True), institution=[CENTRE]).then_refused(
        "resident-already-registered", resident="wang"
    )


def test_a_resident_is_registered_at_an_institution_that_is_there():
    given().when(REGISTER).then_refused("institution-unknown", institution="fuhai")


def test_nobody_lives_here_since_tomorrow():
    given().when(replace(REGISTER, resident_since=TOMORROW), institution=[CENTRE]).then_refused(
        "day-in-the-future", day=TOMORROW
    )


def test_nobody_is_born_tomorrow():
    unborn = replace(WANG_PERSONAL, born_on=TOMORROW)
    given().when(replace(REGISTER, personal=unborn), institution=[CENTRE]).then_refused("day-in-the-future")


def test_personal_details_are_corrected():
    given(WANG).when(CORRECT).then(CORRECTED)


def test_the_same_details_again_say_nothing():
    given(WANG, CORRECTED).when(CORRECT).then_nothing()


def test_details_of_an_unregistered_person_cannot_be_corrected():
    given().when(CORRECT).then_refused("resident-not-registered", resident="wang")


@holds("A4.4", "A4.5", "A4.6", "A4.7", "A4.8", "A4.9", "A4.10", "A4.12", "A4.13")
def test_each_key_group_is_tagged():
    groups: tuple[KeyGroup, ...] = get_args(KeyGroup)
    for group in set(groups) - {"child", "postpartum"}:
        given(WANG).when(replace(TAG, group=group)).then(in_group(group))


def test_a_key_group_is_tagged():
    given(WANG).when(TAG).then(in_group("elder"))


def test_a_resident_may_be_in_several_groups():
    given(WANG, in_group("elder")).when(replace(TAG, group="diabetes")).then(
        KeyGroupTagged(resident_id="wang", group="diabetes", since=YESTERDAY)
    )


def test_a_group_that_is_tagged_says_nothing():
    given(WANG, in_group("elder")).when(TAG).then_nothing()


def test_a_group_is_told_again_with_another_anchor_or_stage():
    tag = TagKeyGroup(resident_id="wang", group="tuberculosis", since=YESTERDAY, stage="suspect")
    suspected = KeyGroupTagged(resident_id="wang", group="tuberculosis", since=YESTERDAY, stage="suspect")
    treated = replace(suspected, anchor=TODAY, stage="intensive")
    given(WANG).when(tag).then(suspected)
    given(WANG, suspected).when(replace(tag, anchor=TODAY, stage="intensive")).then(treated)
    assert folded(RESIDENT, WANG, suspected, treated).tags == (treated,)


def test_a_stage_belongs_to_its_group():
    given(WANG).when(replace(TAG, stage="stable")).then_refused("stage-of-another-group", group="elder", stage="stable")


def test_an_anchor_is_not_to_come():
    given(WANG).when(replace(TAG, anchor=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)


def test_nobody_is_tagged_from_tomorrow_on():
    given(WANG).when(replace(TAG, since=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)


def test_an_unregistered_person_is_in_no_group():
    given().when(TAG).then_refused("resident-not-registered")


def test_a_key_group_is_not_left_before_it_was_joined():
    tagged = in_group("elder")
    earlier = replace(UNTAG, until=tagged.since - timedelta(days=1))
    given(WANG, tagged).when(earlier).then_refused("group-left-before-joined", group="elder", since=tagged.since)
    same_day = KeyGroupUntagged(resident_id="wang", group="elder", until=tagged.since)
    given(WANG, tagged).when(replace(UNTAG, until=tagged.since)).then(same_day)


def test_a_key_group_is_untagged():
    given(WANG, in_group("elder")).when(UNTAG).then(KeyGroupUntagged(resident_id="wang", group="elder", until=TODAY))


def test_a_group_that_is_not_tagged_says_nothing():
    given(WANG).when(UNTAG).then_nothing()


def test_an_unregistered_person_leaves_no_group():
    given().when(UNTAG).then_refused("resident-not-registered")


def test_a_registered_household_may_sign_at_once_and_others_after_half_a_year():
    newcomer = replace(WANG, evidence="residence-permit", resident_since=date(2025, 9, 3))
    assert folded(RESIDENT, WANG).eligible(TODAY, SZ_2018)
    assert not folded(RESIDENT, newcomer).eligible(TODAY, SZ_2018)
    assert folded(RESIDENT, newcomer).eligible(TOMORROW, SZ_2018)
    assert not folded(RESIDENT).eligible(TODAY, SZ_2018)
