"""Stations: the place where a member's day begins and ends."""

from dataclasses import replace
from datetime import timedelta

from domain.institution import InstitutionClosed
from domain.team import TEAM
from domain.team.commands import StationMember
from domain.team.events import MemberStationed, TeamDisbanded
from tests.domain.builders import CENTRE, TEAM_1, TODAY
from tests.spec import given, touched

PLACED = replace(CENTRE, institution_id="west", x=2000, y=0)
CLOSED = InstitutionClosed(institution_id="west", closed_on=TODAY)
STATION = StationMember(team_id="team-1", member_id="he", institution_id="west")
STATIONED = MemberStationed(team_id="team-1", member_id="he", institution_id="west", from_day=TODAY)
BACK = replace(STATION, institution_id=None)


def test_a_member_is_stationed_at_an_institution_and_comes_back_to_the_base():
    given(TEAM_1).when(STATION, institution=[PLACED]).then(STATIONED)
    given(TEAM_1, STATIONED).when(BACK).then(replace(STATIONED, institution_id=None))


def test_who_is_stationed_there_already_says_nothing():
    given(TEAM_1, STATIONED).when(STATION, institution=[PLACED]).then_nothing()
    given(TEAM_1).when(BACK).then_nothing()
    given(TEAM_1, STATIONED, replace(STATIONED, institution_id=None)).when(BACK).then_nothing()


def test_a_station_is_an_open_institution_whose_place_is_known():
    given(TEAM_1).when(STATION).then_refused("institution-not-open", institution="west")
    given(TEAM_1).when(STATION, institution=[PLACED, CLOSED]).then_refused("institution-not-open", institution="west")
    nowhere = replace(PLACED, x=None, y=None)
    given(TEAM_1).when(STATION, institution=[nowhere]).then_refused("institution-without-place", institution="west")


def test_only_members_of_a_working_team_are_stationed():
    given().when(STATION, institution=[PLACED]).then_refused("team-not-formed", team="team-1")
    over = TeamDisbanded(team_id="team-1", institution_id="fuhai", last_day=TODAY)
    given(TEAM_1, over).when(STATION, institution=[PLACED]).then_refused("team-disbanded", team="team-1")
    stranger = replace(STATION, member_id="x")
    given(TEAM_1).when(stranger, institution=[PLACED]).then_refused("member-not-seated", member="x")


def test_today_and_tomorrow_are_planned_anew():
    assert touched(TEAM, TEAM_1, STATIONED) == [("team-1", TODAY + timedelta(days=ahead)) for ahead in range(29)]
