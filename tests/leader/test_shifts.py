"""Night duty belongs to the day on which it begins, and a day may have several shifts."""

from datetime import date, datetime

import pytest

from domain.decider import Refused, TeamDay
from domain.local_time import at_local
from domain.team.commands import ChangeShifts, RecordAbsence, Shift
from domain.visit.commands import CompleteVisit, Need, StartVisit
from infra.planning.plan_day import plan_day
from infra.planning.published_roster import read_published
from infra.planning.replan_day import replan_day
from infra.processes.embedded import run
from schedulers.problem import Budget
from tests.leader.worlds import TUESDAY, World, at, in_this_process, member
from tests.rules import holds

HOUR = 3600
QUICK = Budget(iterations=20_000)
WEDNESDAY = date(2026, 3, 11)
NIGHTS = tuple(Shift(weekday=day, starts=1320, ends=360) for day in range(5))
TWICE = tuple(
    Shift(weekday=day, starts=starts, ends=ends) for day in range(5) for starts, ends in ((480, 660), (900, 1140))
)
TOGETHER = (Need(roles=("nurse",), minutes=30), Need(roles=("gp",), minutes=30))


@pytest.fixture
def night(tmp_path):
    """A doctor and a nurse on night duty, a nurse in the morning and the evening; a visit for half past midnight."""
    world = World(tmp_path, (member("dr", "gp", NIGHTS), member("n1", "nurse", NIGHTS), member("n2", "nurse", TWICE)))
    world.residents(3)
    world.visit("V1", 1, needs=TOGETHER, sync="simultaneous", opens_at=1470, closes_at=1530)
    world.visit("V2", 2, opens_at=480, closes_at=660)
    world.visit("V3", 3, opens_at=900, closes_at=1140)
    return world


def slots(world: World) -> dict[tuple[str, str], datetime]:
    return {(slot.visit_id, slot.member_id): slot.starts_at for slot in world.published().slots}


@holds("A11.32")
def test_a_visit_after_midnight_is_made_by_the_night_duty_of_the_day_before(night):
    roster = night.plan(budget=QUICK)
    assert roster.unplaced == ()
    assert slots(night)["V1", "n1"] == slots(night)["V1", "dr"] == at_local(TUESDAY, 1470)
    assert {visit: member_id for visit, member_id in slots(night) if visit != "V1"} == {"V2": "n2", "V3": "n2"}
    works = {each.id: each.works for each in night.problem().members}
    assert works["n1"] == ((22 * HOUR, 25 * HOUR + 2700), (26 * HOUR + 900, 30 * HOUR))
    night.visit("V6", 2)
    assert night.plan(budget=QUICK) is not None
    assert slots(night)["V6", "n2"] < at("19:00")
    assert works["n2"] == ((8 * HOUR, 11 * HOUR), (15 * HOUR, 19 * HOUR))


@holds("A11.32")
def test_the_next_days_roster_has_no_use_of_the_hours_of_the_night(night):
    early = tuple(Shift(weekday=day, starts=240, ends=600) for day in range(5))
    night.give(ChangeShifts(team_id="t1", member_id="n1", shifts=early, from_day=WEDNESDAY))
    night.visit("V4", 1, day=WEDNESDAY)
    night.plan(budget=QUICK)
    night.plan(WEDNESDAY, budget=QUICK)
    with night.open() as system:
        problem = read_published(system.store, TeamDay("t1", WEDNESDAY)).problem()
    assert {each.id: each.works for each in problem.members}["n1"] == ((6 * HOUR, 10 * HOUR),)


@holds("A11.32")
def test_a_visit_of_the_night_is_not_missed_at_midnight_and_the_day_is_planned_until_it_ends(night):
    night.plan(budget=QUICK)
    after = at("00:10", WEDNESDAY)
    night.visit("V5", 2, now=at("23:00"), needs=TOGETHER, sync="simultaneous", opens_at=1560, closes_at=1620)
    with night.open(after) as system:
        (planned,) = plan_day(system, TUESDAY, team_id="t1", budget=QUICK, solvers=in_this_process)
    assert planned.roster is not None
    assert slots(night)["V1", "n1"] == at_local(TUESDAY, 1470)
    night.give(StartVisit(visit_id="V1", entered_at=at("00:30", WEDNESDAY)), now=at("00:31", WEDNESDAY))
    night.give(CompleteVisit(visit_id="V1", left_at=at("01:00", WEDNESDAY)), now=at("01:01", WEDNESDAY))
    with night.open(at("07:00", WEDNESDAY)) as system, pytest.raises(Refused, match="roster-day-over"):
        plan_day(system, TUESDAY, team_id="t1", budget=QUICK, solvers=in_this_process)


def test_an_absence_after_midnight_plans_the_night_of_the_day_before_again(night):
    night.plan(budget=QUICK)
    after, morning = at("00:10", WEDNESDAY), at("06:00", WEDNESDAY)
    night.give(
        RecordAbsence(team_id="t1", absence_id="a1", member_id="dr", reason="ill", starts_at=after, ends_at=morning),
        now=after,
    )
    with night.open() as system:
        planned = run(system, until_idle=True, budget=QUICK, solvers=in_this_process)
    assert (TUESDAY, 2) in [(each.day, each.revision) for each in planned]
    assert "V1" in {left.visit_id for left in night.published().unplaced}
    with night.open(morning) as system:
        assert run(system, until_idle=True, budget=QUICK, solvers=in_this_process) == []


def test_the_day_before_is_settled_without_a_plan_where_nobody_works_at_night(tmp_path):
    world = World(tmp_path)
    world.residents(1)
    world.visit("V1", 1)
    world.plan(budget=QUICK)
    with world.open(at("00:10", WEDNESDAY)) as system:
        system.store.mark(TeamDay("t1", TUESDAY), system.now())
        planned = run(system, until_idle=True, budget=QUICK, solvers=in_this_process)
        assert TUESDAY not in [each.day for each in planned]
        assert system.store.undone_team_days(system.now()) == 0
    with world.open() as system, pytest.raises(Refused, match="team-not-formed"):
        replan_day(system, TeamDay("t9", TUESDAY))
