"""Up to three people make a visit together, and any of the preferred members keeps continuity."""

from itertools import pairwise

import pytest

from domain.decider import TeamDay
from domain.visit.commands import CompleteVisit, Need, StartVisit
from infra.planning.replan_day import replan_day
from infra.planning.today.day_forecast import forecast_day
from infra.processes.embedded import run
from schedulers.problem import Budget
from tests.leader.worlds import DOCTOR, N1, N2, TUESDAY, World, at, double, in_this_process
from tests.rules import holds

QUICK = Budget(iterations=20_000, deterministic=0.5)
THREE = (Need(roles=("gp",), minutes=30), Need(roles=("nurse",), minutes=30), Need(roles=("nurse",), minutes=20))


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, (DOCTOR, N1, N2))
    made.residents(3)
    return made


@holds("A11.1")
def test_three_people_begin_a_visit_together_and_each_is_asked_for_once(world):
    world.visit("V1", 1, needs=THREE, sync="simultaneous")
    world.visit("V2", 2)
    roster = world.plan(budget=QUICK)
    joint = [slot for slot in roster.slots if slot.visit_id == "V1"]
    assert {slot.member_id for slot in joint} == {"dr", "n1", "n2"}
    assert len({slot.starts_at for slot in joint}) == 1
    assert roster.solution.proof == "proved"
    begins = joint[0].starts_at
    world.give(StartVisit(visit_id="V1", entered_at=begins), now=at("12:00"))
    world.give(CompleteVisit(visit_id="V1", left_at=at("11:00")), now=at("12:00"))


@holds("A11.1")
def test_three_people_go_one_after_the_other(world):
    world.visit("V1", 1, needs=THREE, sync="sequential", least_gap=30, most_gap=45)
    roster = world.plan(budget=QUICK)
    starts = [slot.starts_at for slot in sorted(roster.slots, key=lambda slot: slot.service)]
    gaps = [(later - sooner).total_seconds() / 60 for sooner, later in pairwise(starts)]
    assert len({slot.member_id for slot in roster.slots}) == 3
    assert all(30 <= gap <= 45 for gap in gaps)


def test_any_preferred_member_keeps_continuity(world):
    world.visit("V1", 1, needs=(Need(roles=("nurse",), minutes=30, preferred_ids=("n2",)),))
    world.visit("V2", 2, needs=(Need(roles=("nurse",), minutes=30, preferred_ids=("n1", "n2")),))
    roster = world.plan(budget=QUICK)
    assert {slot.visit_id: slot.member_id for slot in roster.slots}["V1"] == "n2"
    costs = {each.tier: each.cost for each in roster.solution.costs}
    assert costs["continuity"] == 0


def test_a_partner_who_is_merely_late_makes_no_new_revision(tmp_path):
    late = double(tmp_path)
    nurse = next(slot.member_id for slot in late.plan(budget=QUICK).slots if slot.member_id != "dr")
    late.give(StartVisit(visit_id="A", member_id=nurse, entered_at=at("08:03")), now=at("08:05"))
    for moment in ("08:10", "08:50"):
        with late.open(at(moment)) as system:
            run(system, until_idle=True, budget=QUICK, solvers=in_this_process)
            again = replan_day(system, TeamDay("t1", TUESDAY))
            assert (again.moves, again.planned.published, again.planned.revision) == ((), False, 1)
            assert system.store.undone_team_days(system.now()) == 0
    late.visit("B", 1, role="gp", now=at("08:51"))
    with late.open() as system:
        assert replan_day(system, TeamDay("t1", TUESDAY)).new == ("B",)
    slots = {slot.visit_id: slot for slot in late.published().slots if slot.member_id == "dr"}
    assert slots["A"].starts_at == at("08:51")


def test_who_came_instead_is_the_reason_why_a_visit_is_with_somebody_else(tmp_path):
    swapped = double(tmp_path)
    nurse = next(slot.member_id for slot in swapped.plan(budget=QUICK).slots if slot.member_id != "dr")
    other = "n2" if nurse == "n1" else "n1"
    swapped.give(StartVisit(visit_id="A", member_id=other, entered_at=at("08:03")), now=at("08:05"))
    with swapped.open(at("08:10")) as system:
        (move,) = replan_day(system, TeamDay("t1", TUESDAY)).moves
    assert (move.demand_id, move.cause, move.member_id) == ("A", "move-other-came", other)


def test_the_day_says_how_late_a_partner_is(tmp_path):
    late = double(tmp_path)
    nurse = next(slot.member_id for slot in late.plan(budget=QUICK).slots if slot.member_id != "dr")
    late.give(StartVisit(visit_id="A", member_id=nurse, entered_at=at("08:03")), now=at("08:05"))
    for time, minutes in (("08:32", 0), ("08:34", 10)):
        with late.open(at(time)) as system:
            (visit,) = forecast_day(system, TeamDay("t1", TUESDAY)).visits
        assert [(part.member_id, part.minutes_late) for part in visit.parts] == [(nurse, 0), ("dr", minutes)]
    shown = late.command_line("roster", "day", "t1", "2026-03-10", "--language", "en", now="2026-03-10T08:50").output
    (line,) = [each for each in shown.splitlines() if " dr " in each]
    assert "expected 08:50, 26 min late" in line
