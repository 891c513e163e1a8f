"""Villages and communities that teams serve, towns that an alliance reaches, and what institutions have."""

from dataclasses import replace
from datetime import date

from domain.alliance.events import ActivityRecorded, AllianceFormed, ExpertSent, InstitutionAdmitted
from domain.institution_area import MeansRecorded, PlaceAssigned, PlaceRemoved
from domain.team.events import TeamDisbanded
from projections.resources.area import AllianceTowns, InstitutionMeans, PlacesCovered
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.rules import holds

BRIDGE = PlaceAssigned(
    institution_id="fuhai",
    place="p1",
    name="桥头社区",
    kind="community",
    town="福海街道",
    team_id="team-1",
    from_day=b.YESTERDAY,
)
HILL = replace(BRIDGE, place="p2", name="后山村", kind="village", town="沙井街道", team_id=None)
MEANS = MeansRecorded(institution_id="fuhai", counted_on=b.YESTERDAY, floor_space=1400, headcount=20, technicians=18)


@holds("A3.6")
def test_places_that_a_team_serves_are_counted_against_all_that_are_known(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, b.TEAM_1, BRIDGE, HILL)
    total = answer(PlacesCovered(day=b.TODAY), rows)["total"]
    assert (total["known"], total["served"], total["share"], total["target"]) == (2, 1, 0.5, 1.0)
    assert [(each["kind"], each["share"]) for each in total["kinds"]] == [("community", 1.0), ("village", 0.0)]


def test_signed_residents_of_a_place_are_counted(rows_of: RowsOf) -> None:
    at_home = replace(b.WANG, personal=replace(b.WANG.personal, place="p1"))
    rows = rows_of(b.CENTRE, b.TEAM_1, BRIDGE, HILL, at_home, b.SIGNED)
    places = answer(PlacesCovered(day=b.TODAY, institution_id="fuhai"), rows)["places"]
    assert {each["place"]: each["signed"] for each in places} == {"p1": 1, "p2": 0}


def test_each_day_has_its_own_team_and_places(rows_of: RowsOf) -> None:
    served = replace(HILL, team_id="team-2", from_day=b.TODAY)
    gone = PlaceRemoved(institution_id="fuhai", place="p1", last_day=b.TODAY)
    rows = rows_of(b.CENTRE, b.TEAM_1, b.TEAM_2, BRIDGE, HILL, served, gone)
    shares = [answer(PlacesCovered(day=day), rows)["total"] for day in (b.YESTERDAY, b.TODAY, b.TOMORROW)]
    assert [(each["served"], each["known"]) for each in shares] == [(1, 2), (2, 2), (1, 1)]
    assert answer(PlacesCovered(day=date(2020, 1, 1)), rows)["total"]["share"] is None


def test_a_team_that_is_disbanded_serves_nobody(rows_of: RowsOf) -> None:
    over = TeamDisbanded(team_id="team-1", institution_id="fuhai", last_day=b.YESTERDAY)
    rows = rows_of(b.CENTRE, b.TEAM_1, BRIDGE, over)
    assert answer(PlacesCovered(day=b.TODAY), rows)["total"]["served"] == 0


def test_an_alliance_reaches_the_towns_of_its_institutions(rows_of: RowsOf) -> None:
    formed = AllianceFormed(alliance_id="a1", name="医联体", institution_id="hospital", formed_on=b.YESTERDAY)
    admitted = InstitutionAdmitted(alliance_id="a1", institution_id="fuhai", from_day=b.YESTERDAY)
    lecture = ActivityRecorded(
        alliance_id="a1",
        activity_id="l1",
        kind="lecture",
        institution_id="fuhai",
        held_on=b.TODAY,
        expert_ids=("e1",),
        people=30,
    )
    expert = ExpertSent(
        alliance_id="a1",
        posting_id="x1",
        member=b.SUN,
        institution_id="fuhai",
        team_id=None,
        from_day=b.TODAY,
        to_day=b.TODAY,
    )
    elsewhere = replace(HILL, institution_id="other")
    rows = rows_of(b.CENTRE, formed, admitted, lecture, expert, BRIDGE, elsewhere)
    (reach,) = answer(AllianceTowns(from_day=b.YESTERDAY, to_day=b.TODAY), rows)
    assert (reach["reached"], reach["known"], reach["share"]) == (1, 2, 0.5)
    assert reach["towns"] == [
        {"town": "福海街道", "institutions": ["fuhai"], "experts": 1, "activities": 1, "people": 30}
    ]
    (before,) = answer(AllianceTowns(from_day=b.YESTERDAY, to_day=b.YESTERDAY), rows)
    assert before["towns"][0]["activities"] == 0


@holds("A3.7")
def test_the_newest_count_of_means_by_a_day_tells_the_share_of_technicians(rows_of: RowsOf) -> None:
    later = replace(MEANS, counted_on=b.TODAY, technicians=20)
    rows = rows_of(b.CENTRE, MEANS, later)
    shares = [
        [each["technician_share"] for each in answer(InstitutionMeans(day=day), rows)]
        for day in (date(2020, 1, 1), b.YESTERDAY, b.TODAY)
    ]
    assert shares == [[], [0.9], [1.0]]
    (row,) = answer(InstitutionMeans(day=b.TODAY, institution_id="fuhai"), rows)
    assert (row["floor_space"], row["headcount"], row["name"]) == (1400, 20, "福海社康")
