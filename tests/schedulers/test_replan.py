"""A changed day moves as little as the leader allows, and every moved visit has its cause."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedulers.check import check
from schedulers.counterfactual import as_published, evaluate, placements
from schedulers.plan import MoreMustMove, plan
from schedulers.problem import Demand, Member, Pin, Problem
from schedulers.replan import Move, moves
from schedulers.rules import RosterIndex, is_moved
from tests.schedulers.days import HOUR, member, problem, service, start, visit, who
from tests.schedulers.test_plan import busy_day, problems

ANN, BEA = member("ann"), member("bea")
SIX = tuple(visit(f"v{i}", place=1 + i) for i in range(6))


def published(members: Sequence[Member], demands: Sequence[Demand]) -> Problem:
    day = problem(members, demands)
    return as_published(day, plan(day))


def ill(day: Problem, member_id: str) -> Problem:
    return replace(day, members=tuple(replace(m, works=()) if m.id == member_id else m for m in day.members))


def with_visits(day: Problem, *more: Demand) -> Problem:
    return replace(day, demands=(*day.demands, *more))


def moved(day: Problem) -> list[Move]:
    return list(moves(day, plan(day)))


def test_nothing_moves_where_nothing_changed() -> None:
    assert moved(published((ANN, BEA), SIX)) == []


def test_only_the_visits_of_an_ill_member_move_and_because_of_the_illness() -> None:
    day = published((ANN, BEA), SIX)
    gone = str(day.demands[0].previous[0].member_id)
    move = moved(ill(day, gone))
    assert {(each.cause, each.member_id) for each in move} == {("move-member-away", gone)}
    assert {each.demand_id for each in move} == {d.id for d in day.demands if d.previous[0].member_id == gone}


def test_a_visit_of_a_member_who_left_tells_so() -> None:
    day = published((ANN, BEA), SIX[:1])
    gone = day.demands[0].previous[0].member_id
    (move,) = moved(replace(day, members=tuple(m for m in day.members if m.id != gone)))
    assert (move.cause, move.member_id) == ("move-member-left", gone)


def test_a_visit_that_can_no_longer_begin_at_its_old_time_tells_so() -> None:
    day = published((ANN,), SIX[:1])
    (move,) = moved(replace(day, demands=(replace(day.demands[0], opens=12 * HOUR),)))
    assert (move.cause, move.rule) == ("move-time-passed", None)


def test_a_visit_behind_one_that_takes_longer_tells_which() -> None:
    first = visit("first", pins=(Pin(member_id="ann", start=9 * HOUR),))
    then = visit("then", previous=(Pin(member_id="ann", start=9 * HOUR + 1200),))
    assert moved(problem((ANN,), (first, then))) == []
    longer = replace(first, services=(service(seconds=3000),))
    (move,) = moved(problem((ANN,), (longer, then)))
    assert (move.cause, move.other_id, move.rule) == ("move-beside-fixed-visit", "first", "time-to-travel")


def test_a_visit_that_makes_room_for_a_more_pressing_one_tells_what_holding_it_would_cost() -> None:
    short = member("m", works=((8 * HOUR, 8 * HOUR + 3000),))
    day = problem((short,), (visit("v", previous=(Pin(member_id="m", start=8 * HOUR + 600),)),))
    assert moved(day) == []
    (move,) = moved(with_visits(day, visit("urgent", service(seconds=1500), priority=9, slack_days=0)))
    assert (move.cause, move.tier, move.cost) == ("move-cost", "unplaced", 9 * 16)
    assert move.difference is not None
    assert move.difference.left_out == ("urgent",)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 6])
def test_no_more_visits_move_than_the_leader_allows(most) -> None:
    late = replace(SIX[0], services=(service(seconds=6000),), pins=(Pin(member_id="ann", start=8 * HOUR + 60),))
    pinned_at = [
        replace(d, previous=(Pin(member_id="ann", start=8 * HOUR + 1500 * (i + 1)),)) for i, d in enumerate(SIX)
    ]
    day = problem((ANN, BEA), (late, *pinned_at[1:]))
    crowded = replace(
        with_visits(day, *[visit(f"new{i}", place=2, closes=9 * HOUR) for i in range(3)]), most_moved=most
    )
    fewest = 3  # the pinned one runs into these
    if most < fewest:
        with pytest.raises(MoreMustMove) as move:
            plan(crowded)
        assert (move.value.most, move.value.least) == (most, fewest)
    else:
        roster = plan(crowded)
        assert check(crowded, roster) == ()
        assert len(moves(crowded, roster)) <= most


def test_the_limit_changes_the_answer() -> None:
    day = published((member("m", works=((8 * HOUR, 9 * HOUR),)),), (visit("a", priority=1), visit("b", priority=1)))
    urgent = with_visits(day, visit("urgent", service(seconds=1500), priority=9, slack_days=0))
    assert who(plan(urgent), "urgent") == "m"
    pinned_at = plan(replace(urgent, most_moved=0))
    assert who(pinned_at, "urgent") is None
    assert [start(pinned_at, name) for name in "ab"] == [d.previous[0].start for d in day.demands]


def test_a_team_without_members_cannot_keep_what_was_published() -> None:
    day = published((ANN,), SIX[:2])
    with pytest.raises(MoreMustMove):
        plan(replace(day, members=(), most_moved=1))


@settings(max_examples=60)
@given(problems(), st.integers(0, 6), st.integers(0, 3))
def test_a_random_day_keeps_the_limit_or_says_how_many_must_move(day: Problem, most: int, gone: int) -> None:
    changed = ill(as_published(day, plan(day)), f"m{gone}")
    limited = replace(changed, most_moved=most)
    free = RosterIndex(changed, plan(changed))
    at_most = sum(is_moved(free, demand) for demand in changed.demands)
    try:
        roster = plan(limited)
    except MoreMustMove as refusal:
        least = refusal.least
    else:
        least = 0
    if least:
        assert most < least <= at_most
        return
    assert check(limited, roster) == ()
    reasons_of = {each.demand_id for each in moves(limited, roster)}
    places = placements(roster)
    assert reasons_of == {d.id for d in limited.demands if d.previous and places.get(d.id) != d.previous}
    assert len(reasons_of) <= most


@settings(max_examples=30)
@given(problems())
def test_a_roster_laid_from_its_places_is_that_roster(day: Problem) -> None:
    roster = plan(day)
    again = evaluate(day, placements(roster))
    assert {(a.demand_id, a.service, a.member_id, a.start, a.end) for a in again.assignments} == {
        (a.demand_id, a.service, a.member_id, a.start, a.end) for a in roster.assignments
    }


def again() -> str:
    day = busy_day()
    changed = replace(ill(as_published(day, plan(day)), "a"), most_moved=8)
    roster = plan(changed)
    return repr((roster, moves(changed, roster)))


def test_another_process_plans_again_alike() -> None:
    code = "from tests.schedulers import test_replan as t; print(t.again())"
    root = Path(__file__).parents[2]
    move = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    assert move.stdout.strip() == again()
