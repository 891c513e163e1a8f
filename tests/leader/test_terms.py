"""The leader's terms of a day last, and the automatic plan keeps them as far as the day allows."""

import pytest

from domain.day_terms.commands import ForbidPair, HoldDay, LimitMoves, PinVisit, WithdrawTerm
from domain.decider import TeamDay
from domain.local_time import LOCAL, at_local
from domain.team.commands import RecordAbsence
from infra.command_handler import CommandRequest, execute
from infra.planning.day_terms import day_terms
from infra.planning.plan_day import PlannedDay, plan_day
from infra.planning.replan_day import replan_day
from infra.processes.embedded import run
from schedulers.problem import Budget
from tests.leader import worlds
from tests.leader.worlds import EVENING, TUESDAY, World, at, in_this_process
from tests.rules import holds

DAY = TeamDay("t1", TUESDAY)
QUICK = Budget(iterations=20_000)


def absence(member_id: str, begins: str, ends: str, name: str = "away") -> RecordAbsence:
    return RecordAbsence(
        team_id="t1", absence_id=name, member_id=member_id, starts_at=at(begins), ends_at=at(ends), reason="ill"
    )


def pin(visit_id: str, member_id: str | None = None, time: str | None = None, service: int = 0) -> PinVisit:
    return PinVisit(
        team_id="t1",
        day=TUESDAY,
        visit_id=visit_id,
        service=service,
        member_id=member_id,
        starts_at=None if time is None else at(time),
    )


def planned(world: World, now: str | None = None) -> PlannedDay:
    with world.open(EVENING if now is None else at(now)) as system:
        (day,) = plan_day(system, TUESDAY, team_id="t1", budget=QUICK, solvers=in_this_process)
    return day


def automatic(world: World, now: str) -> None:
    """Let everything that is due be done: the touched day is planned."""
    with world.open(at(now)) as system:
        run(system, until_idle=True, budget=QUICK, solvers=in_this_process)


def places(world: World) -> dict[str, list[tuple[str, str]]]:
    """Return members and local starts of each visit."""
    starts: dict[str, list[tuple[str, str]]] = {}
    for slot in sorted(world.published().slots, key=lambda slot: slot.service):
        starts.setdefault(slot.visit_id, []).append((slot.member_id, f"{slot.starts_at.astimezone(LOCAL):%H:%M}"))
    return starts


@pytest.fixture
def three(tmp_path):
    return worlds.three_visits(tmp_path)


@holds("A11.29")
def test_pins_of_a_member_a_time_and_both_are_kept_from_the_first_publication_on(three):
    three.give(pin("V1", "n1"), pin("V2", time="10:00"), pin("V3", "n2", "14:30"), now=EVENING)
    planned(three)
    kept = places(three)
    assert (kept["V1"][0][0], kept["V2"][0][1], kept["V3"]) == ("n1", "10:00", [("n2", "14:30")])
    three.give(absence("n1", "14:00", "14:30"), now=at("07:00"))
    automatic(three, "07:01")
    assert places(three) == kept
    three.give(WithdrawTerm(team_id="t1", day=TUESDAY, term_id="pin:V3"), pin("V3", "n1"), now=at("07:05"))
    automatic(three, "07:06")
    assert places(three)["V3"][0][0] == "n1"


def test_a_visit_that_the_leader_holds_elsewhere_says_so_whether_with_a_member_or_at_a_time(three):
    planned(three)
    was = {visit: member for visit, [(member, _)] in places(three).items()}
    three.give(pin("V1", "n1" if was["V1"] == "n2" else "n2"), pin("V2", time="15:00"), now=at("06:00"))
    with three.open(at("06:01")) as system:
        moves = {move.demand_id: move for move in replan_day(system, DAY).moves}
    assert [(moves[visit].cause, moves[visit].rule) for visit in ("V1", "V2")] == [
        ("move-breaks-rule", "pinned-stays")
    ] * 2


def test_an_illness_wins_over_pins_and_the_pins_are_told_as_broken(three):
    three.give(pin("V1", "n1"), pin("V2", "n1", "10:00"), pin("V3", "n2"), now=EVENING)
    three.give(absence("n1", "08:00", "17:00"), now=at("06:00"))
    day = planned(three, "06:30")
    assert {(broken.term_id, broken.rule) for broken in day.broken} == {
        ("pin:V1", "inside-working-time"),
        ("pin:V2", "inside-working-time"),
    }
    assert {parts[0][0] for parts in places(three).values()} == {"n2"}


def test_a_part_of_a_double_is_pinned_and_the_other_one_follows(tmp_path):
    world = worlds.double(tmp_path)
    world.give(pin("A", "n2", "10:00"), now=EVENING)
    planned(world)
    (nurse, doctor) = places(world)["A"]
    assert nurse == ("n2", "10:00")
    assert doctor[0] == "dr"
    assert "10:20" <= doctor[1] <= "11:00"
    world.give(pin("A", "dr", "10:50", service=1), now=at("07:00"))
    automatic(world, "07:01")
    assert places(world)["A"] == [("n2", "10:00"), ("dr", "10:50")]


def test_pins_that_exclude_each_other_give_way_to_the_older_one(three):
    three.give(pin("V1", "n1", "10:00"), now=EVENING)
    with three.open(EVENING) as system:  # without the check of what is given by hand, as if the way had been shorter
        request = CommandRequest(command=pin("V2", "n1", "10:10"), command_id=None, actor="wang", now=EVENING)
        execute(system.store, request, region=system.region)
    day = planned(three)
    assert [(broken.term_id, broken.rule) for broken in day.broken] == [("pin:V2", "time-to-travel")]
    assert places(three)["V1"] == [("n1", "10:00")]


def test_members_who_are_kept_apart_for_a_day_do_not_meet_on_it(three):
    home = ForbidPair(team_id="t1", day=TUESDAY, member_id="n2", resident_id="r1")
    visit = ForbidPair(team_id="t1", day=TUESDAY, member_id="n1", visit_id="V2")
    three.give(home, visit, now=EVENING)
    planned(three)
    assert (places(three)["V1"][0][0], places(three)["V2"][0][0]) == ("n1", "n2")


def test_two_members_who_are_kept_apart_do_not_share_a_visit_that_day(tmp_path):
    world = worlds.double(tmp_path)
    world.give(ForbidPair(team_id="t1", day=TUESDAY, member_id="dr", other_member_id="n1"), now=EVENING)
    planned(world)
    assert [member for member, _ in places(world)["A"]] == ["n2", "dr"]


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    """The leader plans a day again with at most four moves; then a nurse is away for half an hour more."""
    world = worlds.named(tmp_path_factory.mktemp("named"))
    world.plan(budget=QUICK)
    world.give(absence("n2", "08:00", "12:00"), now=at("07:00"))
    with world.open(at("07:05")) as system:
        replan_day(system, DAY, most_moved=4, freeze=at("08:30"), actor="wang")
    return world


def test_the_leaders_limits_are_recorded_with_the_roster_and_with_who_set_them(limited):
    with limited.open() as system:
        terms = day_terms(system.store, DAY).terms
        actors = {each.metadata.actor for each in system.store.read("day_terms-t1.2026-03-10")}
    assert [term.term_id for term in terms] == ["hold", "limit"]
    assert actors == {"wang"}
    assert {term.until for term in terms} == {at_local(TUESDAY, 24 * 60)}


def test_the_automatic_plan_after_the_leaders_moves_only_what_a_change_forces(limited):
    four_moved = places(limited)
    limited.visit("URG", 3, priority=9, opens_at=510, closes_at=530, now=at("07:08"))
    automatic(limited, "07:09")
    before = places(limited)
    assert {visit: before[visit] for visit in four_moved} == four_moved  # in time it would cost a fifth move
    assert "URG" in before
    limited.give(absence("n1", "14:00", "14:30", "later"), now=at("07:10"))
    hit = {
        slot.visit_id
        for slot in limited.published().slots
        if slot.member_id == "n1" and slot.starts_at < at("14:30") and slot.ends_at > at("14:00")
    }
    automatic(limited, "07:11")
    after = places(limited)
    moved = {visit for visit, parts in before.items() if after.get(visit) != parts}
    assert hit <= moved
    assert len(moved) <= max(1, len(hit))


def test_a_limit_that_cannot_be_kept_does_not_keep_the_day_from_being_planned(three):
    planned(three)
    three.give(LimitMoves(team_id="t1", day=TUESDAY, most=0, since_revision=1), now=at("06:00"))
    gone = {parts[0][0] for parts in places(three).values()}
    three.give(*(absence(name, "08:00", "17:00", name) for name in sorted(gone)), now=at("06:10"))
    day = planned(three, "06:20")
    assert [(broken.term_id, broken.least) for broken in day.broken] == [("limit", 3)]
    assert not gone & {parts[0][0] for parts in places(three).values()}


def test_a_held_day_moves_nothing_that_begins_before_the_moment(three):
    planned(three)
    before = places(three)
    three.give(HoldDay(team_id="t1", day=TUESDAY, before=at("17:00")), now=at("06:00"))
    three.visit("URG", 3, priority=9, opens_at=480, closes_at=500, now=at("06:10"))
    automatic(three, "06:20")
    after = places(three)
    assert {visit: after.get(visit) for visit in before} == before
    assert "URG" in after
