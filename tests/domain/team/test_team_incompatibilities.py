"""Incompatibilities of members with residents and with each other."""

from dataclasses import replace
from datetime import timedelta

from domain.team import TEAM
from domain.team.commands import EndApart, KeepApart
from domain.team.events import ApartEnded, KeptApart, TeamDisbanded
from tests.domain.builders import TEAM_1, TODAY, WANG, YESTERDAY
from tests.spec import given, touched

KEEP = KeepApart(team_id="team-1", member_id="he", resident_id="wang")
KEPT = KeptApart(team_id="team-1", member_id="he", resident_id="wang", other_member_id=None, from_day=TODAY)
PAIR = KeepApart(team_id="team-1", member_id="he", other_member_id="li")
PAIRED = KeptApart(team_id="team-1", member_id="he", resident_id=None, other_member_id="li", from_day=TODAY)
END = EndApart(team_id="team-1", member_id="he", resident_id="wang")
ENDED = ApartEnded(team_id="team-1", member_id="he", resident_id="wang", other_member_id=None, from_day=TODAY)
FOUR_WEEKS = [("team-1", TODAY + timedelta(days=ahead)) for ahead in range(29)]
OVER = TeamDisbanded(team_id="team-1", institution_id="fuhai", last_day=TODAY)


def test_a_member_is_kept_from_a_resident_and_may_go_again_later():
    given(TEAM_1).when(KEEP, resident=[WANG]).then(KEPT)
    given(TEAM_1, KEPT).when(END).then(ENDED)
    given(TEAM_1, KEPT, ENDED).when(KEEP, resident=[WANG]).then(KEPT)


def test_two_members_are_kept_apart_whoever_is_named_first():
    given(TEAM_1).when(PAIR).then(PAIRED)
    given(TEAM_1, PAIRED).when(replace(PAIR, member_id="li", other_member_id="he")).then_nothing()
    again = EndApart(team_id="team-1", member_id="li", other_member_id="he")
    given(TEAM_1, PAIRED).when(again).then(replace(ENDED, member_id="li", resident_id=None, other_member_id="he"))


def test_who_is_kept_apart_already_or_not_at_all_says_nothing():
    given(TEAM_1, KEPT).when(KEEP, resident=[WANG]).then_nothing()
    given(TEAM_1).when(END).then_nothing()
    given(TEAM_1, PAIRED).when(END).then_nothing()


def test_a_pair_is_a_member_and_one_other():
    for command in (KEEP, END):
        given(TEAM_1).when(replace(command, resident_id=None)).then_refused("apart-from-one", member="he")
        both = replace(command, other_member_id="li")
        given(TEAM_1).when(both).then_refused("apart-from-one", member="he")
        alone = replace(command, resident_id=None, other_member_id="he")
        given(TEAM_1).when(alone).then_refused("apart-from-herself", member="he")


def test_only_members_and_registered_residents_are_kept_apart():
    given().when(KEEP, resident=[WANG]).then_refused("team-not-formed", team="team-1")
    given().when(END).then_refused("team-not-formed", team="team-1")
    given(TEAM_1, OVER).when(KEEP, resident=[WANG]).then_refused("team-disbanded", team="team-1")
    given(TEAM_1, KEPT, OVER).when(END).then_refused("team-disbanded", team="team-1")
    given(TEAM_1).when(replace(KEEP, member_id="x"), resident=[WANG]).then_refused("member-not-seated", member="x")
    given(TEAM_1).when(replace(PAIR, other_member_id="x")).then_refused("member-not-seated", member="x")
    given(TEAM_1).when(KEEP).then_refused("resident-not-registered", resident="wang")


def test_today_and_tomorrow_are_planned_anew():
    assert touched(TEAM, TEAM_1, KEPT) == FOUR_WEEKS
    assert touched(TEAM, TEAM_1, replace(KEPT, from_day=YESTERDAY), ENDED) == FOUR_WEEKS
