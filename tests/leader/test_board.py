"""The roster that a leader looks at says what has changed since it was published, and how everybody's day is."""

import pytest

from domain.decider import TeamDay
from domain.team.commands import RecordAbsence
from domain.visit.commands import (
    CancelVisit,
    CompleteVisit,
    Need,
    RecordPartnerAbsent,
    RescheduleVisit,
    StartVisit,
)
from infra.cli.roster.board import views
from infra.cli.roster.board.show import about_visit
from infra.edges.phrases import Translator
from infra.planning.leader.day_board import Board, DayChange, board_of
from infra.planning.published_roster import read_published
from infra.processes.embedded import run
from infra.settings import Language
from schedulers.problem import Budget
from schedulers.tiers import TIERS
from tests.infra.cli.desk import Desk
from tests.leader import worlds
from tests.leader.worlds import TUESDAY, World, at, in_this_process

DAY = TeamDay("t1", TUESDAY)
QUICK = Budget(iterations=20_000)


def absence(member_id: str, begins: str = "08:00", ends: str = "17:00") -> RecordAbsence:
    return RecordAbsence(
        team_id="t1", absence_id=member_id, member_id=member_id, starts_at=at(begins), ends_at=at(ends), reason="ill"
    )


def seen(world: World, now: str) -> Board:
    with world.open(at(now)) as system:
        return board_of(system, read_published(system.store, DAY))


def shown(world: World, now: str, *options: str) -> str:
    """Return what `jiayi roster show` prints."""
    result = Desk(world.folder)("roster", "show", "t1", str(TUESDAY), *options, now=f"{TUESDAY}T{now}")
    assert result.exit_code == 0, result.output
    return str(result.stdout)


@pytest.fixture(scope="module")
def published_once(tmp_path_factory):
    world = worlds.three_visits(tmp_path_factory.mktemp("three") / "data")
    world.plan(budget=QUICK)
    return world


@pytest.fixture
def published(published_once, tmp_path):
    return published_once.copied(tmp_path)


@pytest.fixture(scope="module")
def changed(published_once, tmp_path_factory):
    world = published_once.copied(tmp_path_factory.mktemp("changed"))
    who = {slot.member_id for slot in world.published().slots}
    world.give(
        *(absence(name) for name in sorted({"n1", "n2"} | who)),
        CancelVisit(visit_id="V2", reason="resident-asked"),
        now=at("06:00"),
    )
    return world


def test_a_roster_says_in_one_sentence_what_has_changed_since_it_was_published(changed):
    english, chinese = shown(changed, "06:05"), shown(changed, "06:05", "--language", "zh")
    assert "The day has changed since 20:00: n1 and n2 ill, V2 cancelled. Plan again." in english
    assert "Nobody can go now to V1 and V3." in english
    assert "As the day was at 20:00: " in english
    assert "Every visit has a place" not in english
    assert "20:00 之后当日有变动：n1和n2 病假，V2 已取消。请重新排班。" in chinese
    assert "第 1 版" in chinese
    assert " min" not in chinese


def test_the_telephone_stands_where_the_leader_has_to_call_and_nowhere_else(changed, published):
    assert "13800000001" in shown(changed, "06:05")
    assert "138000" not in shown(published, "06:05")
    board = seen(changed, "06:05")
    assert about_visit(board, "V1", set())["phone"] is None


def test_windows_days_left_idle_and_absent_members_and_the_way_home_are_shown(published):
    text = shown(published, "06:05")
    board = seen(published, "06:05")
    (busy,) = (each for each in board.members if each.visits)
    assert (busy.visits, busy.service_seconds) == (3, 5400)
    assert busy.last_ends is not None
    assert busy.way_home is not None
    assert busy.back == busy.last_ends + busy.way_home
    assert f"{busy.member_id}: the last visit ends at " in text
    assert "Without a visit: dr (general practitioner) and " in text
    assert "V1 · home visit on request" in text
    assert "all day" in text
    assert board.slack_days == {"V1": 0, "V2": 0, "V3": 0}


def test_a_visit_in_the_overtime_of_its_member_has_somebody_who_can_go(tmp_path):
    world = World(tmp_path, (worlds.DOCTOR, worlds.N1))
    world.residents(1)
    world.visit("late", 1, opens_at=17 * 60 + 5, closes_at=17 * 60 + 30)
    roster = world.plan(budget=QUICK)
    assert [slot.visit_id for slot in roster.slots] == ["late"]
    assert seen(world, "08:00").without_member == ()


def test_changes_of_members_and_visits_of_every_kind_are_told(published):
    published.give(
        absence("n1", "14:00", "15:00"),
        RescheduleVisit(visit_id="V3", window_from=TUESDAY, window_to=TUESDAY, opens_at=600, closes_at=700),
        now=at("06:00"),
    )
    published.visit("NEW", 1, now=at("06:01"))
    changes = seen(published, "06:05").changes
    assert DayChange(kind="away", member_id="n1", reason="ill", begins=14 * 3600, ends=15 * 3600) in changes
    assert DayChange(kind="requested", visit_id="NEW") in changes
    assert DayChange(kind="altered", visit_id="V3") in changes
    assert {change.kind for change in changes} <= {"away", *views.CHANGES}


def test_a_change_that_a_plan_has_seen_and_left_the_roster_as_it_was_is_no_change_any_more(published):
    busy = published.published().slots[0].member_id
    published.give(absence(busy, "16:00", "16:30"), now=at("06:00"))
    assert seen(published, "06:05").changes
    with published.open(at("06:06")) as system:
        run(system, until_idle=True, budget=QUICK, solvers=in_this_process)
    board = seen(published, "06:07")
    assert (len(published.published().slots), board.changes) == (3, ())


def test_a_visit_that_an_absent_partner_kept_from_being_made_says_so_and_that_it_is_requested_again(tmp_path):
    world = worlds.double(tmp_path)
    nurse, _ = sorted(world.plan(budget=QUICK).slots, key=lambda slot: slot.service)
    world.give(
        StartVisit(visit_id="A", entered_at=at("08:10"), member_id=nurse.member_id),
        CompleteVisit(visit_id="A", left_at=at("08:26"), member_id=nurse.member_id),
        RecordPartnerAbsent(visit_id="A", member_id="dr"),
        now=at("08:50"),
    )
    again = DayChange(kind="missed-again", visit_id="A", reason="partner-absent")
    assert seen(world, "08:51").changes == (again,)
    assert "A not made (partner did not come), requested again" in shown(world, "08:51")
    assert "A 未完成（同行人员未到），已重新申请" in shown(world, "08:51", "--language", "zh")


def test_a_visit_by_two_names_the_other_person_and_their_time(tmp_path):
    world = World(tmp_path)
    world.residents(1)
    needs = (Need(roles=("nurse",), minutes=15), Need(roles=("gp",), minutes=20))
    world.visit("A", 1, needs=needs, sync="sequential", least_gap=20, most_gap=60)
    world.plan(budget=QUICK)
    text = shown(world, "06:05")
    assert "with dr 08:" in text
    assert "assigned · with n" in text


def test_every_tier_has_a_sentence_for_its_cost():
    assert set(views.COSTS) == set(TIERS)
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        words = Translator(language)
        assert all("{" not in words.say(key, {"amount": "1"}) for key in views.COSTS.values())


def test_in_chinese_revisions_minutes_and_costs_are_said_as_a_leader_says_them(changed):
    desk = Desk(changed.folder)
    for words in (("show",), ("verify",), ("replan", "--dry-run"), ("what-if", "--ill", "n1"), ("week",)):
        name, *options = words
        text = desk("roster", name, "t1", str(TUESDAY), *options, "--language", "zh", now=f"{TUESDAY}T06:10").stdout
        assert " min" not in text
        assert "修订版" not in text
    verified = desk("roster", "verify", "t1", str(TUESDAY), "--language", "zh", now=f"{TUESDAY}T06:10").stdout
    assert "第 1 版" in verified
    assert "分钟" in verified
