"""Key groups derived from age and childbed, today and on a past day."""

from dataclasses import replace
from datetime import date, timedelta

from domain.policy_pack import pack_of
from domain.resident import RESIDENT
from domain.resident.commands import (
    CorrectPersonalDetails,
    RecordBirth,
    RegisterResident,
    ReviewKeyGroups,
    ShowEvidence,
    TagKeyGroup,
)
from domain.resident.events import (
    BirthRecorded,
    EvidenceShown,
    KeyGroupTagged,
    KeyGroupUntagged,
    PersonalDetailsCorrected,
)
from domain.resident.identity import check_digit
from tests.domain.builders import CENTRE, TODAY, TOMORROW, WANG, WANG_PERSONAL, YESTERDAY, in_group
from tests.rules import holds
from tests.spec import folded, given

CN_2022, EX_2020 = pack_of("CN-2022"), pack_of("EX-2020")


def born(day: date) -> object:
    """Return personal data with this birthday."""
    number = f"440301{day:%Y%m%d}002"
    return replace(WANG_PERSONAL, born_on=day, identity_number=number + check_digit(number))


def registered(day: date, **more: object) -> object:
    return replace(WANG, personal=born(day), **more)  # type: ignore[arg-type]


def register(day: date, **more: object) -> RegisterResident:
    command = RegisterResident(
        resident_id="wang",
        institution_id="fuhai",
        evidence="household-registration",
        resident_since=date(2000, 1, 1),
        personal=born(day),  # type: ignore[arg-type]
    )
    return replace(command, **more)  # type: ignore[arg-type]


REVIEW = ReviewKeyGroups(resident_id="wang")
BIRTH = RecordBirth(resident_id="wang", delivered_on=YESTERDAY, discharged_on=TODAY)
DELIVERED = BirthRecorded(resident_id="wang", delivered_on=YESTERDAY)
CHILDBED = KeyGroupTagged(
    resident_id="wang",
    group="postpartum",
    since=YESTERDAY,
    anchor=TODAY,
    evidence="birth",
    ends_on=YESTERDAY + timedelta(days=42),
)


def elder(since: date) -> KeyGroupTagged:
    return KeyGroupTagged(resident_id="wang", group="elder", since=since, evidence="age")


@holds("A4.11")
def test_a_registered_household_is_old_at_60_in_shenzhen_and_at_65_in_the_country():
    at_62 = register(date(1964, 3, 2))
    given().when(at_62, institution=[CENTRE]).then(registered(date(1964, 3, 2)), elder(date(2024, 3, 2)))
    given().when(at_62, institution=[CENTRE], pack=CN_2022).then(
        registered(date(1964, 3, 2), elder_on=date(2029, 3, 2))
    )


@holds("A4.11")
def test_others_are_old_at_65_once_they_have_lived_here_for_half_a_year():
    permit = {"evidence": "residence-permit", "resident_since": date(2025, 10, 2)}
    given().when(register(date(1950, 1, 1), **permit), institution=[CENTRE]).then(
        registered(date(1950, 1, 1), **permit, elder_on=date(2026, 4, 2))
    )


@holds("A4.1")
def test_a_child_is_a_child_until_the_seventh_birthday():
    given().when(register(date(2020, 3, 2)), institution=[CENTRE]).then(
        registered(date(2020, 3, 2), elder_on=date(2080, 3, 2)),
        KeyGroupTagged(
            resident_id="wang", group="child", since=date(2020, 3, 2), evidence="age", ends_on=date(2027, 3, 1)
        ),
    )
    last_day = KeyGroupTagged(resident_id="wang", group="child", since=date(2019, 3, 3), evidence="age", ends_on=TODAY)
    given().when(register(date(2019, 3, 3)), institution=[CENTRE]).then(
        registered(date(2019, 3, 3), elder_on=date(2079, 3, 3)), last_day
    )
    given().when(register(date(2019, 3, 2)), institution=[CENTRE]).then(
        registered(date(2019, 3, 2), elder_on=date(2079, 3, 2))
    )


@holds("A4.3")
def test_on_the_birthday_she_is_an_elder_and_the_day_before_not():
    past = registered(date(1966, 3, 2), elder_on=TODAY)
    given(past).when(REVIEW).then(elder(TODAY))
    given(registered(date(1966, 3, 3))).when(REVIEW).then_nothing()
    given().when(REVIEW).then_refused("resident-not-registered")


def test_time_ends_childhood_and_childbed():
    over = replace(CHILDBED, since=date(2026, 1, 1), ends_on=date(2026, 2, 12))
    given(registered(date(1990, 1, 1)), over).when(REVIEW).then(
        KeyGroupUntagged(resident_id="wang", group="postpartum", until=date(2026, 2, 12))
    )
    given(registered(date(1990, 1, 1)), CHILDBED).when(REVIEW).then_nothing()


def test_a_mended_birthday_takes_the_age_back():
    younger = CorrectPersonalDetails(resident_id="wang", personal=born(date(1980, 1, 1)))  # type: ignore[arg-type]
    given(WANG, elder(date(2000, 1, 1))).when(younger).then(
        PersonalDetailsCorrected(
            resident_id="wang",
            personal=born(date(1980, 1, 1)),  # type: ignore[arg-type]
            elder_on=date(2040, 1, 1),
        ),
        KeyGroupUntagged(resident_id="wang", group="elder", until=YESTERDAY),
    )


def test_other_evidence_brings_another_age():
    at_62 = registered(date(1964, 3, 2), evidence="residence-permit", elder_on=date(2029, 3, 2))
    shown = ShowEvidence(
        resident_id="wang", evidence="household-registration", resident_since=date(2000, 1, 1), shown_on=TODAY
    )
    given(at_62).when(shown).then(
        EvidenceShown(
            resident_id="wang",
            evidence="household-registration",
            resident_since=date(2000, 1, 1),
            shown_on=TODAY,
            valid_until=None,
            elder_on=None,
        ),
        elder(date(2024, 3, 2)),
    )


def test_nobody_is_tagged_outside_the_age_of_a_group():
    young = registered(date(1990, 1, 1))
    tag = TagKeyGroup(resident_id="wang", group="elder", since=YESTERDAY)
    given(young).when(tag).then_refused("age-outside-group", group="elder", age=36)
    given(young).when(replace(tag, group="child")).then_refused("age-outside-group", group="child", age=36)
    at_60 = registered(date(1966, 3, 1))
    given(at_60).when(tag).then(KeyGroupTagged(resident_id="wang", group="elder", since=YESTERDAY))
    at_6 = registered(date(2019, 3, 2))
    last_day = KeyGroupTagged(resident_id="wang", group="child", since=YESTERDAY, ends_on=YESTERDAY)
    given(at_6).when(replace(tag, group="child")).then(last_day)


@holds("A4.2")
def test_a_birth_ends_pregnancy_and_begins_childbed():
    given(WANG, in_group("pregnant")).when(BIRTH).then(
        DELIVERED, KeyGroupUntagged(resident_id="wang", group="pregnant", until=YESTERDAY), CHILDBED
    )


@holds("A4.2")
def test_a_birth_of_which_no_pregnancy_was_known_begins_childbed_too():
    given(WANG).when(BIRTH).then(DELIVERED, CHILDBED)


def test_a_birth_that_is_recorded_says_nothing():
    given(WANG, DELIVERED, CHILDBED).when(BIRTH).then_nothing()


def test_a_birth_is_not_to_come_not_before_the_pregnancy_and_not_twice_in_one_childbed():
    given(WANG).when(replace(BIRTH, discharged_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    earlier = replace(BIRTH, delivered_on=date(2026, 2, 20))
    given(WANG, in_group("pregnant")).when(earlier).then_refused("group-left-before-joined", group="pregnant")
    given(WANG, DELIVERED, CHILDBED).when(earlier).then_refused("birth-already-recorded", day=YESTERDAY)
    given().when(BIRTH).then_refused("resident-not-registered")


def test_a_stay_that_was_told_by_hand_knows_its_end_too():
    tag = TagKeyGroup(resident_id="wang", group="postpartum", since=YESTERDAY, anchor=TODAY)
    given(WANG).when(tag).then(replace(CHILDBED, evidence="register"))


@holds("A4.12")
def test_a_past_day_knows_the_groups_of_that_day():
    gone = KeyGroupUntagged(resident_id="wang", group="diabetes", until=TODAY)
    resident = folded(RESIDENT, WANG, in_group("diabetes"), gone, replace(in_group("elder"), since=TODAY))
    days = [date(2026, 2, 28), YESTERDAY, TODAY, TOMORROW]
    assert [resident.groups_on(day) for day in days] == [(), ("diabetes",), ("diabetes", "elder"), ("elder",)]
    assert resident.groups == ("elder",)


def test_age_is_counted_in_full_years():
    resident = folded(RESIDENT, registered(date(2000, 2, 29)))
    days = [date(2026, 2, 27), date(2026, 2, 28), date(2028, 2, 28), date(2028, 2, 29)]
    assert [resident.age_on(day) for day in days] == [25, 26, 27, 28]


@holds("A4.13")
def test_a_city_says_which_groups_count():
    assert "tumour" in EX_2020.key_groups
    assert "tumour" not in CN_2022.key_groups
    assert EX_2020.elder_age == 60


@holds("A4.14")
def test_confirmed_copd_is_a_group_of_the_nation_since_the_package_of_2024():
    assert ("copd" in pack_of("CN-2022").key_groups, "copd" in pack_of("CN-2025").key_groups) == (False, True)
    tag = TagKeyGroup(resident_id="wang", group="copd", since=YESTERDAY)
    (tagged,) = given(WANG).when(tag, pack=pack_of("SZ-2025")).decided()
    assert (tagged.group, tagged.since) == ("copd", YESTERDAY)
