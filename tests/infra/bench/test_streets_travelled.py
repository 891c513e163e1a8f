"""A roster with longer travel times than it was planned with."""

from dataclasses import replace

from infra.bench.solver.streets_travelled import travelled
from schedulers.plan import plan
from schedulers.problem import Problem
from tests.schedulers.days import HOUR, SHIFT, line, member, problem, start, visit


def day(closes: int = 16 * HOUR, works: tuple[tuple[int, int], ...] = SHIFT) -> Problem:
    return problem([member("li", works=works)], [visit("near", place=1), visit("far", place=8, closes=closes)])


def with_travel(planned: Problem, seconds: int) -> Problem:
    return replace(planned, travel={"walk": line(seconds)})


def test_with_the_planned_travel_times_a_roster_stays_the_same() -> None:
    planned = plan(day())
    assert travelled(day(), planned) == planned


def test_longer_travel_delays_visits_and_shorter_travel_makes_none_earlier() -> None:
    planned = plan(day())
    slower, faster = travelled(with_travel(day(), 120), planned), travelled(with_travel(day(), 30), planned)
    first, last = sorted(("near", "far"), key=lambda name: start(planned, name))
    assert start(slower, first) > start(planned, first)
    assert start(slower, last) > start(planned, last)
    assert [start(faster, name) for name in (first, last)] == [start(planned, name) for name in (first, last)]


def test_a_visit_that_begins_after_its_window_is_late() -> None:
    closes = 8 * HOUR + 3600
    planned = plan(day(closes))
    assert planned.costs[3] == 0
    slower = travelled(with_travel(day(closes), 600), planned)
    assert slower.costs[3] == start(slower, "far") - closes


def test_a_visit_for_which_no_time_is_left_is_not_made() -> None:
    hour = ((8 * HOUR, 9 * HOUR),)
    planned = plan(day(works=hour))
    assert planned.unplaced == ()
    slower = travelled(with_travel(day(works=hour), 240), planned)
    assert [left.demand_id for left in slower.unplaced] == ["far"]
    assert start(slower, "near") > 0
