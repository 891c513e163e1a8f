from dataclasses import replace

from domain.institution import (
    INSTITUTION,
    CensusRecorded,
    CloseInstitution,
    GroupCount,
    InstitutionClosed,
    OpenInstitution,
    RecordCensus,
)
from tests.domain.builders import CENTRE, HOSPITAL, TODAY, TOMORROW, YESTERDAY
from tests.spec import folded, given

OPEN = OpenInstitution(
    institution_id="fuhai", name="福海社康", kind="community-health", sector="public", tier=1, district="baoan"
)
COUNT = RecordCensus(
    institution_id="fuhai", counted_on=TODAY, population=20_000, groups=(GroupCount(group="elder", people=1_500),)
)
COUNTED = CensusRecorded(institution_id="fuhai", counted_on=TODAY, population=20_000, groups=COUNT.groups)
CLOSE = CloseInstitution(institution_id="fuhai", closed_on=TOMORROW)
CLOSED = InstitutionClosed(institution_id="fuhai", closed_on=TOMORROW)


def test_an_institution_opens():
    given().when(OPEN).then(CENTRE)


def test_opened_again_with_the_same_papers_it_says_nothing():
    given(CENTRE).when(OPEN).then_nothing()


def test_it_cannot_open_again_as_something_else():
    given(CENTRE).when(replace(OPEN, kind="clinic")).then_refused("institution-already-open", institution="fuhai")


def test_there_are_three_tiers():
    given().when(replace(OPEN, tier=4)).then_refused("tier-unknown", tier=4)


def test_a_census_is_recorded():
    given(CENTRE).when(COUNT).then(COUNTED)


def test_a_new_count_replaces_the_last():
    given(CENTRE, COUNTED).when(replace(COUNT, population=21_000)).then(replace(COUNTED, population=21_000))


def test_the_same_census_again_says_nothing():
    given(CENTRE, COUNTED).when(COUNT).then_nothing()


def test_an_unknown_institution_counts_nobody():
    given().when(COUNT).then_refused("institution-unknown")


def test_nobody_is_counted_tomorrow():
    given(CENTRE).when(replace(COUNT, counted_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)


def test_a_group_is_never_larger_than_the_population_and_may_be_empty():
    nobody = (GroupCount(group="elder", people=0),)
    given(CENTRE).when(replace(COUNT, groups=nobody)).then(replace(COUNTED, groups=nobody))
    below = (GroupCount(group="elder", people=-1),)
    given(CENTRE).when(replace(COUNT, groups=below)).then_refused("census-group-too-large", people=-1)
    given(CENTRE).when(replace(COUNT, population=1_000)).then_refused("census-group-too-large", group="elder")


def test_an_institution_closes():
    given(CENTRE).when(CLOSE).then(CLOSED)


def test_closed_again_on_the_same_day_it_says_nothing():
    given(CENTRE, CLOSED).when(CLOSE).then_nothing()


def test_it_closes_once():
    given(CENTRE, CLOSED).when(replace(CLOSE, closed_on=TODAY)).then_refused("institution-already-closed", day=TOMORROW)


def test_an_unknown_institution_cannot_close():
    given().when(CLOSE).then_refused("institution-unknown")


def test_it_serves_people_until_the_day_it_closes():
    centre = folded(INSTITUTION, CENTRE, CLOSED)
    assert [centre.is_open(day) for day in (YESTERDAY, TODAY, TOMORROW)] == [True, True, False]


def test_public_institutions_sign_at_the_primary_level_only_and_private_ones_at_any():
    private = replace(HOSPITAL, sector="private")
    assert [folded(INSTITUTION, *past).may_sign() for past in ([], [CENTRE], [HOSPITAL], [private])] == [
        False,
        True,
        False,
        True,
    ]
