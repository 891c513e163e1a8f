"""A member is ill at 6:50: ranked ways to cover, each checked, and one command that takes one."""

import json

import pytest

from domain.decider import Refused, TeamDay
from domain.resident.commands import GiveConsent
from domain.team.commands import FormTeam
from infra.planning.moment.cover import CoverAnswer, TakenCover, cover, take_cover
from infra.planning.plan_day import plan_day
from infra.planning.published_roster import read_published, verify
from infra.planning.replan_day import replan_day
from tests.infra.cli.desk import Desk
from tests.leader import worlds
from tests.leader.worlds import EVENING, MONDAY, TUESDAY, World, at, member

DAY = TeamDay("t1", TUESDAY)


@pytest.fixture(scope="module")
def morning(tmp_path_factory):
    """n1 and n2 have four visits each; the nurse g1 of the team t2 has none."""
    world = worlds.named(tmp_path_factory.mktemp("named"))
    crew = (member("d2", "gp"), member("g1", "nurse"))
    world.give(
        FormTeam(team_id="t2", institution_id="i1", base_x=0, base_y=0, members=crew),
        GiveConsent(resident_id="r2", kind="visit-notices", given_on=MONDAY),
        now=at("07:00", MONDAY),
    )
    with world.open(EVENING) as system:
        plan_day(system, TUESDAY)
    world.moment = at("06:50")
    return world


@pytest.fixture
def day(morning, tmp_path):
    return morning.copied(tmp_path)


def ask(world: World, member_id: str = "n2", since: str | None = None) -> CoverAnswer:
    with world.open() as system:
        return cover(system, member_id, TUESDAY, None if since is None else at(since))


def test_ways_are_ranked_and_say_who_takes_over_who_moves_and_whom_to_call(morning):
    answer = ask(morning)
    assert answer.visits == tuple(
        slot.visit_id
        for slot in sorted(morning.published().slots, key=lambda slot: slot.starts_at)
        if slot.member_id == "n2"
    )
    kinds = [way.kind for way in answer.ways]
    assert {"own-team", "guest"} <= set(kinds)
    assert len({way.token for way in answer.ways}) == len(kinds)
    best = answer.ways[0]
    assert (best.kind, best.member_id, best.home_team_id) == ("guest", "g1", "t2")
    assert [(each.member_id, set(each.visits)) for each in best.takeovers] == [("g1", set(answer.visits))]
    assert {each.visit_id for each in best.notices} == set(answer.visits)
    phones = {each.resident_id: (each.permission, each.phone) for each in best.notices}
    assert phones["r2"] == ("allowed", "13800000002")
    assert phones["r4"] == ("no-consent", None)


def test_only_what_begins_after_the_member_leaves_is_covered(morning):
    late = ask(morning, since="09:20").visits
    ends = {slot.visit_id: slot.ends_at for slot in morning.published().slots if slot.member_id == "n2"}
    assert set(late) == {name for name, ends_at in ends.items() if ends_at > at("09:20")}
    assert set(late) < set(ask(morning).visits)


def take(world: World, choice: str, member_id: str = "n2") -> TakenCover:
    with world.open() as system:
        return take_cover(system, member_id, TUESDAY, None, choice, actor="leader")


def test_the_way_that_is_taken_is_published_as_it_was_shown_with_the_absence_and_the_guest(day):
    answer = ask(day)
    taken = take(day, answer.ways[0].token)
    assert taken.revision == 2
    with day.open() as system:
        published = read_published(system.store, DAY)
        costs = {each.tier: each.cost for each in published.event.solution.costs}
        assert costs == answer.ways[0].costs
        assert not verify(published).faults
        away = system.rows.ask("SELECT team_id, member_id, reason FROM absences_v1 ORDER BY team_id")
        assert away == [
            {"team_id": "t1", "member_id": "n2", "reason": "ill"},
            {"team_id": "t2", "member_id": "g1", "reason": "with-another-team"},
        ]
        assert replan_day(system, DAY).moves == ()
    assert day.published().slots == published.event.slots


def test_the_own_team_may_be_taken_by_its_number_and_a_way_that_is_gone_is_refused(day):
    number = [way.kind for way in ask(day).ways].index("own-team") + 1
    token = ask(day).ways[0].token
    assert take(day, str(number)).way.kind == "own-team"
    with pytest.raises(Refused, match="cover-changed"):
        take(day, token)
    assert {slot.member_id for slot in day.published().slots} == {"n1"}


def test_an_unknown_member_a_day_without_a_roster_and_another_day_are_refused_by_name(morning):
    with morning.open() as system:
        with pytest.raises(Refused, match="member-of-no-team"):
            cover(system, "n9", TUESDAY)
        with pytest.raises(Refused, match="member-not-in-team"):
            cover(system, "n2", TUESDAY, team_id="t2")
        with pytest.raises(Refused, match="term-of-another-day"):
            cover(system, "n2", TUESDAY, at("09:00", MONDAY))
        with pytest.raises(Refused, match="roster-day-over"):
            cover(system, "n2", MONDAY)
        with pytest.raises(Refused, match="roster-not-published"):
            cover(system, "n2", TUESDAY.replace(day=11))


def test_the_command_line_covers_in_both_languages(day):
    desk, clock = Desk(day.folder), "2026-03-10T06:50"
    words = ("roster", "cover", "n2", "2026-03-10")
    listed = json.loads(desk(*words, "--json", now=clock).stdout)
    assert listed["ways"][0]["token"].startswith("guest-g1-")
    assert "借调 t2 的 g1" in desk(*words, "--language", "zh", now=clock).stdout
    taken = desk(*words, "--take", "1", "--language", "en", now=clock)
    assert (taken.exit_code, "Taken: g1 of t2 as a guest." in taken.stdout) == (0, True), taken.output
