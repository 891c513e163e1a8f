from dataclasses import replace

from domain.institution import (
    INSTITUTION,
    CensusRecorded,
    CloseInstitution,
    GroupCount,
    InstitutionClosed,
    InstitutionKind,
    OpenInstitution,
    RecordCensus,
)
from domain.institution_area import (
    AbilityRecorded,
    AssignPlace,
    MeansRecorded,
    PlaceAssigned,
    PlaceRemoved,
    RecordAbility,
    RecordMeans,
    RemovePlace,
)
from tests.domain.builders import CENTRE, HOSPITAL, LONG_AGO, TODAY, TOMORROW, YESTERDAY
from tests.rules import holds
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


@holds("A3.1")
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
    given(CENTRE).when(replace(COUNT, counted_on=LONG_AGO)).then_refused("day-too-long-ago")


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


def test_a_closing_is_announced_while_teams_are_there_but_takes_no_effect_at_once():
    given(CENTRE).when(CLOSE, institution_teams=2).then(replace(CLOSED, teams=2))
    given(CENTRE).when(replace(CLOSE, closed_on=TODAY), institution_teams=2).then_refused(
        "institution-has-teams", institution="fuhai", teams=2
    )
    given(CENTRE).when(replace(CLOSE, closed_on=TODAY)).then(replace(CLOSED, closed_on=TODAY))


def test_it_closes_once():
    given(CENTRE, CLOSED).when(replace(CLOSE, closed_on=TODAY)).then_refused("institution-already-closed", day=TOMORROW)


def test_an_unknown_institution_cannot_close():
    given().when(CLOSE).then_refused("institution-unknown")


def test_it_serves_people_until_the_day_it_closes():
    centre = folded(INSTITUTION, CENTRE, CLOSED)
    assert [centre.is_open(day) for day in (YESTERDAY, TODAY, TOMORROW)] == [True, True, False]


def test_it_serves_people_from_the_day_it_opens():
    given().when(replace(OPEN, opened_on=TODAY)).then(replace(CENTRE, opened_on=TODAY))
    centre = folded(INSTITUTION, replace(CENTRE, opened_on=TODAY))
    assert [centre.is_open(day) for day in (YESTERDAY, TODAY)] == [False, True]
    assert (centre.tier, centre.sector) == (1, "public")


def test_a_place_has_two_coordinates():
    given().when(replace(OPEN, x=10, y=-20)).then(replace(CENTRE, x=10, y=-20))
    given().when(replace(OPEN, x=10)).then_refused("place-half-given", institution="fuhai")


def test_kinds_that_offer_no_contracts_sign_in_no_sector():
    kinds: tuple[InstitutionKind, ...] = ("elder-care", "disease-control", "maternity-child")
    for kind in kinds:
        assert not folded(INSTITUTION, replace(CENTRE, kind=kind)).may_sign()
    assert folded(INSTITUTION, replace(CENTRE, kind="hospital")).may_sign()
    assert not folded(INSTITUTION, replace(CENTRE, sector="private")).may_sign()


def test_public_institutions_sign_at_the_primary_level_only_and_private_ones_at_any():
    private = replace(HOSPITAL, sector="private")
    assert [folded(INSTITUTION, *past).may_sign() for past in ([], [CENTRE], [HOSPITAL], [private])] == [
        False,
        True,
        False,
        True,
    ]


ASSIGN = AssignPlace(
    institution_id="fuhai",
    place="440306007001",
    name="桥头社区",
    kind="community",
    town="福海街道",
    from_day=TODAY,
    team_id="team-1",
)
ASSIGNED_PLACE = PlaceAssigned(
    institution_id="fuhai",
    place="440306007001",
    name="桥头社区",
    kind="community",
    town="福海街道",
    team_id="team-1",
    from_day=TODAY,
)
REMOVE = RemovePlace(institution_id="fuhai", place="440306007001", last_day=TODAY)
MEANS = RecordMeans(institution_id="fuhai", counted_on=TODAY, floor_space=1_400, headcount=20, technicians=18)
RECORDED = MeansRecorded(institution_id="fuhai", counted_on=TODAY, floor_space=1_400, headcount=20, technicians=18)
TEAMS = ("team-1", "team-2")


@holds("A3.6")
def test_a_community_is_served_by_a_team_of_the_institution():
    given(CENTRE).when(ASSIGN, institution_teams=TEAMS).then(ASSIGNED_PLACE)
    stranger = replace(ASSIGN, team_id="team-9")
    given(CENTRE).when(stranger, institution_teams=TEAMS).then_refused("team-of-another-institution", team="team-9")


def test_a_village_that_nobody_serves_yet_is_known_all_the_same():
    nobody = replace(ASSIGN, kind="village", team_id=None)
    given(CENTRE).when(nobody).then(replace(ASSIGNED_PLACE, kind="village", team_id=None))


def test_another_team_serves_a_community_from_a_later_day_on():
    before = replace(ASSIGNED_PLACE, from_day=YESTERDAY)
    other = replace(ASSIGN, team_id="team-2")
    given(CENTRE, before).when(other, institution_teams=TEAMS).then(replace(ASSIGNED_PLACE, team_id="team-2"))
    given(CENTRE, before).when(ASSIGN, institution_teams=TEAMS).then_nothing()
    earlier = replace(ASSIGN, from_day=YESTERDAY)
    given(CENTRE, ASSIGNED_PLACE).when(earlier, institution_teams=TEAMS).then_refused("place-changed-later", day=TODAY)


def test_a_community_leaves_the_area_once():
    removed = PlaceRemoved(institution_id="fuhai", place="440306007001", last_day=TODAY)
    given(CENTRE, ASSIGNED_PLACE).when(REMOVE).then(removed)
    given(CENTRE, ASSIGNED_PLACE, removed).when(REMOVE).then_nothing()
    given(CENTRE).when(REMOVE).then_refused("place-unknown", place="440306007001")
    given(CENTRE, ASSIGNED_PLACE, removed).when(replace(REMOVE, last_day=YESTERDAY)).then_refused("place-unknown")
    given(CENTRE, replace(removed, last_day=YESTERDAY)).when(ASSIGN, institution_teams=TEAMS).then(ASSIGNED_PLACE)
    given(CENTRE, ASSIGNED_PLACE).when(replace(REMOVE, last_day=YESTERDAY)).then_refused("place-changed-later")


def test_an_area_and_means_are_recorded_of_known_institutions_and_days_only():
    for command in (ASSIGN, MEANS):
        given().when(command).then_refused("institution-unknown")
    for command in (replace(ASSIGN, from_day=TOMORROW), replace(MEANS, counted_on=TOMORROW)):
        given(CENTRE).when(command).then_refused("day-in-the-future")
    for command in (replace(ASSIGN, from_day=LONG_AGO), replace(MEANS, counted_on=LONG_AGO)):
        given(CENTRE).when(command).then_refused("day-too-long-ago")
    given(CENTRE, ASSIGNED_PLACE).when(replace(REMOVE, last_day=TOMORROW)).then_refused("day-in-the-future")
    given(CENTRE, ASSIGNED_PLACE).when(replace(REMOVE, last_day=LONG_AGO)).then_refused("day-too-long-ago")


@holds("A3.7")
def test_technicians_are_part_of_the_headcount():
    given(CENTRE).when(MEANS).then(RECORDED)
    given(CENTRE, RECORDED).when(MEANS).then_nothing()
    given(CENTRE).when(replace(MEANS, technicians=20)).then(replace(RECORDED, technicians=20))
    given(CENTRE).when(replace(MEANS, technicians=21)).then_refused("means-impossible", headcount=20)
    given(CENTRE).when(replace(MEANS, floor_space=-1)).then_refused("means-impossible", floor_space=-1)


ABLE = RecordAbility(institution_id="city-3", ability="coronary-intervention", from_day=TODAY)
ABILITY = AbilityRecorded(institution_id="city-3", ability="coronary-intervention", offered=True, from_day=TODAY)


@holds("A8.4")
def test_a_hospital_records_that_it_opens_coronary_vessels_and_that_it_does_no_longer():
    given(HOSPITAL).when(ABLE).then(ABILITY)
    given(HOSPITAL, ABILITY).when(ABLE).then_nothing()
    given(HOSPITAL, ABILITY).when(replace(ABLE, offered=False)).then(replace(ABILITY, offered=False))
    given(CENTRE).when(replace(ABLE, institution_id="fuhai")).then_refused("ability-of-no-hospital")
    given().when(ABLE).then_refused("institution-unknown")
    given(HOSPITAL).when(replace(ABLE, from_day=TOMORROW)).then_refused("day-in-the-future")
    given(HOSPITAL).when(replace(ABLE, from_day=LONG_AGO)).then_refused("day-too-long-ago")
