"""What a leader places by hand passes the checker first, and no command by hand goes round it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.day_terms.commands import PinVisit
from domain.decider import Refused, TeamDay
from domain.roster.commands import PublishRoster, RecordBound, RosterSlot
from domain.team.commands import RecordAbsence
from domain.visit.commands import AssignVisit, ReleaseVisit, Slot
from infra.planning.day_terms import day_terms
from infra.planning.leader.place_visit import PlaceByHand, PlacedByHand, place_visit
from infra.planning.published_roster import read_published, replay, verify
from infra.processes.embedded import run
from schedulers.problem import Budget
from tests.leader import worlds
from tests.leader.worlds import TUESDAY, World, at, in_this_process

DAY = TeamDay("t1", TUESDAY)
QUICK = Budget(iterations=20_000)
ROSTER = "t1.2026-03-10"
BOUND = RecordBound(team_id="t1", day=TUESDAY, revision=1, proof="proved", solver="somebody", deterministic=1.0)


@pytest.fixture(scope="module")
def published_once(tmp_path_factory):
    world = worlds.three_visits(tmp_path_factory.mktemp("three") / "data")
    world.plan(budget=QUICK)
    return world


@pytest.fixture
def published(published_once, tmp_path):
    return published_once.copied(tmp_path)


def place(world: World, now: str, visit_id: str, *parts: tuple[str, str], **more: object) -> PlacedByHand:
    """Place the parts of a visit with members at times."""
    wanted = {number: (member, at(time)) for number, (member, time) in enumerate(parts)}
    with world.open(at(now)) as system:
        by_hand = PlaceByHand(visit_id=visit_id, parts=wanted)
        return place_visit(system, DAY, by_hand, actor="wang", **more)  # type: ignore[arg-type]


def refused(world: World, command: object, now: str = "07:00") -> Refused:
    with world.open(at(now)) as system, pytest.raises(Refused) as refusal:
        system.execute(command, actor="wang")
    return refusal.value


def slot(world: World, visit_id: str) -> RosterSlot:
    return next(each for each in world.published().slots if each.visit_id == visit_id)


def assign(visit_id: str, member_id: str, time: str) -> AssignVisit:
    starts = at(time)
    slots = (Slot(member_id=member_id, starts_at=starts, ends_at=starts + timedelta(minutes=30)),)
    return AssignVisit(visit_id=visit_id, roster_id=ROSTER, day=TUESDAY, slots=slots)


def test_a_visit_placed_by_hand_is_a_revision_that_verifies_and_stays(published):
    before = {visit: slot(published, visit).starts_at for visit in ("V1", "V3")}
    dry = place(published, "06:30", "V2", ("n1", "15:00"), dry_run=True)
    assert (dry.planned.published, published.published().solution.solver) == (False, "jiayi-search-1")
    placed = place(published, "06:31", "V2", ("n1", "15:00"), if_revision=1)
    assert (placed.planned.revision, placed.difference.moved) == (2, ("V2",))
    assert (slot(published, "V2").member_id, slot(published, "V2").starts_at) == ("n1", at("15:00"))
    assert {visit: slot(published, visit).starts_at for visit in before} == before
    with published.open() as system:
        roster = read_published(system.store, DAY)
        assert verify(roster).faults == ()
        with pytest.raises(Refused, match="placed-by-hand"):
            replay(roster)
        assert [term.term_id for term in day_terms(system.store, DAY).terms] == ["pin:V2"]
        (row,) = system.rows.ask("SELECT slots FROM visits_v1 WHERE visit_id = 'V2'")
        assert "n1" in str(row["slots"])
    with published.open(at("06:40")) as system:
        run(system, until_idle=True, budget=QUICK, solvers=in_this_process)
    assert slot(published, "V2").starts_at == at("15:00")


@pytest.mark.parametrize(
    ("member", "time", "rule"),
    [
        ("nobody", "10:00", "member-not-in-team"),
        ("dr", "10:00", "member-has-the-role"),
        ("n1", "03:00", "place-in-the-past"),
        ("n1", "07:00", "inside-working-time"),
        ("n1", "12:15", "inside-working-time"),
        ("n1", "18:20", "inside-working-time"),
    ],
)
def test_a_place_that_breaks_a_rule_is_refused_by_it_and_nothing_is_written(published, member, time, rule):
    with pytest.raises(Refused) as refusal:
        place(published, "06:30", "V2", (member, time))
    assert refusal.value.rule == rule
    with published.open() as system:
        assert day_terms(system.store, DAY).terms == ()
    assert published.published().solution.solver == "jiayi-search-1"


def test_a_place_beside_another_visit_leaves_time_for_the_way(published):
    other = slot(published, "V1")
    behind = PlaceByHand(visit_id="V3", parts={0: (other.member_id, other.ends_at)})
    with published.open(at("06:30")) as system, pytest.raises(Refused) as refusal:
        place_visit(system, DAY, behind, actor="wang")
    assert refusal.value.rule == "time-to-travel"
    assert refusal.value.sentence == "place-breaks-rule"


def test_of_a_visit_by_two_one_part_may_be_placed_and_the_other_stays(tmp_path):
    world = worlds.double(tmp_path)
    world.plan(budget=QUICK)
    nurse, doctor = sorted(world.published().slots, key=lambda each: each.service)
    with pytest.raises(Refused, match="starts-agree"):
        place(world, "06:30", "A", ("n2", "15:00"))
    later = nurse.starts_at + timedelta(minutes=45)
    with world.open(at("06:31")) as system:
        place_visit(system, DAY, PlaceByHand(visit_id="A", parts={1: ("dr", later)}), actor="wang")
    after = sorted(world.published().slots, key=lambda each: each.service)
    assert after[0].starts_at == nurse.starts_at
    assert (after[1].member_id, after[1].starts_at) == ("dr", later)
    assert later > doctor.starts_at
    with pytest.raises(Refused, match="part-unknown"):
        place(world, "06:32", "A", ("n1", "10:00"), ("dr", "10:20"), ("n2", "10:20"))


def test_only_an_open_visit_of_a_published_day_is_placed(published):
    with pytest.raises(Refused, match="visit-not-on-the-day"):
        place(published, "06:30", "V9", ("n1", "10:00"))
    with pytest.raises(Refused, match="revision-unknown"):
        place(published, "06:30", "V2", ("n1", "10:00"), if_revision=2)


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (assign("V2", "nobody", "10:00"), "member-not-in-team"),
        (assign("V2", "dr", "03:00"), "member-has-the-role"),
        (assign("V2", "n1", "03:00"), "inside-working-time"),
        (assign("V2", "n1", "15:00"), "not-as-on-the-roster"),
        (ReleaseVisit(visit_id="V2", roster_id=ROSTER), "not-as-on-the-roster"),
        (BOUND, "bound-by-hand"),
    ],
)
def test_no_assignment_by_hand_goes_round_the_checker_or_the_roster(published, command, rule):
    assert refused(published, command).rule == rule


def test_a_legal_assignment_before_the_first_publication_is_still_accepted(tmp_path):
    world = worlds.three_visits(tmp_path)
    world.give(assign("V2", "n1", "10:00"))
    assert refused(world, assign("V1", "n1", "10:10")).rule == "time-to-travel"


def test_a_roster_by_hand_is_checked_against_the_problem_that_it_names_and_against_the_day(published):
    answer = published.published()
    command = PublishRoster(
        team_id="t1",
        day=TUESDAY,
        slots=answer.slots,
        unplaced=answer.unplaced,
        solution=answer.solution,
    )
    moved = replace(command.slots[0], member_id="dr")
    wrong = replace(command, slots=(moved, *command.slots[1:]))
    assert refused(published, wrong).rule == "member-has-the-role"
    unknown = replace(wrong, solution=replace(command.solution, problem_digest="0" * 64))
    assert refused(published, unknown).rule == "problem-not-kept"
    place(published, "06:30", "V2", ("n1", "15:00"))
    who = slot(published, "V1").member_id
    ill = RecordAbsence(
        team_id="t1", absence_id="ill", member_id=who, starts_at=at("08:00"), ends_at=at("17:00"), reason="ill"
    )
    published.give(ill, now=at("07:00"))
    assert refused(published, command, "07:01").rule == "inside-working-time"


def test_a_pin_that_no_plan_could_keep_is_refused_by_its_rule(published):
    def pin(visit_id: str, member_id: str | None, time: str | None) -> PinVisit:
        starts = None if time is None else at(time)
        return PinVisit(team_id="t1", day=TUESDAY, visit_id=visit_id, member_id=member_id, starts_at=starts)

    assert refused(published, pin("V2", "dr", None)).rule == "member-has-the-role"
    assert refused(published, pin("V2", "n1", "12:15")).rule == "inside-working-time"
    assert refused(published, pin("V2", None, "03:00"), "02:00").rule == "inside-working-time"
    assert refused(published, pin("V2", "n1", "07:20")).rule == "pin-too-soon"
    assert refused(published, pin("V2", None, None)).rule == "pin-without-member-or-time"
    published.give(pin("V2", "n1", "10:00"), now=at("07:01"))
    assert refused(published, pin("V1", "n1", "10:05"), "07:02").rule == "time-to-travel"
    published.give(pin("V1", "n2", "10:05"), now=at("07:03"))
