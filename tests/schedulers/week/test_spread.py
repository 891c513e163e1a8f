"""A week is spread: every rule changes the answer, the checker gates it, and nothing is ever lost."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schedulers.week.cp_model import prove_week
from schedulers.week.problem import (
    LATER,
    WEEK_TIERS,
    Target,
    WeekItem,
    WeekMember,
    WeekNeed,
    WeekPlan,
    WeekProblem,
)
from schedulers.week.rules import check_week, week_costs
from schedulers.week.spread import initial_days, keeping, spread, try_all, why

ROOT = Path(__file__).parents[3]

MON, TUE, WED, THU, FRI, SAT = range(6)
WORKING = (8 * 3600,) * 5 + (0, 0)
OFF_ON_MONDAY = (0, *WORKING[1:])

NURSE = WeekMember(id="li", roles=("nurse",), seconds=WORKING)
GP = WeekMember(id="chen", roles=("gp",), seconds=WORKING)


def need(role: str = "nurse", minutes: int = 60, **more: object) -> WeekNeed:
    return WeekNeed(roles=(role,), seconds=minutes * 60, **more)  # type: ignore[arg-type]  # keywords of the builder


def item(name: str, *days: int, **more: object) -> WeekItem:
    defaults: dict[str, object] = {"needs": (need(),), "area": sum(map(ord, name))}
    return WeekItem(id=name, days=days or (MON, TUE), **(defaults | more))  # type: ignore[arg-type]  # likewise


def week(*items: WeekItem, members: tuple[WeekMember, ...] = (NURSE, GP), **more: object) -> WeekProblem:
    defaults: dict[str, object] = {"open": (True,) * 7, "reserve": 20}
    return WeekProblem(team_id="team", monday="2026-03-02", members=members, items=items, **(defaults | more))  # type: ignore[arg-type]  # likewise


def day(problem: WeekProblem, name: str = "v") -> int:
    plan = spread(problem)
    assert check_week(problem, plan) == ()
    return next(target.day for target in plan.targets if target.item_id == name)


def reason(problem: WeekProblem, name: str = "v") -> str:
    return dict(why(problem, spread(problem)))[name]


def test_a_visit_is_not_meant_for_a_day_on_which_nobody_can_make_it():
    assert day(week(item("v"))) == MON
    assert day(week(item("v"), members=(replace(NURSE, seconds=OFF_ON_MONDAY), GP))) == TUE


def test_somebody_at_work_must_have_the_qualification():
    wound_care = item("v", needs=(need(qualifications=("wound-care",)),))
    qualified = replace(NURSE, id="he", qualifications=("wound-care",))
    assert day(week(wound_care, members=(NURSE, replace(qualified, seconds=WORKING)))) == MON
    assert day(week(wound_care, members=(NURSE, replace(qualified, seconds=OFF_ON_MONDAY)))) == TUE


def test_somebody_at_work_must_be_one_who_may_go_there():
    other = replace(NURSE, id="he", seconds=OFF_ON_MONDAY)
    assert spread(week(item("v", MON), members=(NURSE, other))).costs[0] == 0
    assert spread(week(item("v", MON, not_with=("li",)), members=(NURSE, other))).costs[0] == 1
    assert day(week(item("v", not_with=("li",)), members=(NURSE, other))) == TUE


def test_a_full_day_sends_a_visit_to_another():
    long = item("long", MON, needs=(need(minutes=5 * 60),))
    assert day(week(item("v", MON, TUE, needs=(need(minutes=120),)))) == MON
    full = week(long, item("v", MON, TUE, needs=(need(minutes=120),)), reserve=20)
    assert day(full) == TUE
    assert reason(full) == "overfull"
    assert reason(replace(full, reserve=0)) == "peak"


def test_hours_kept_in_reserve_are_not_given_away():
    day_full = item("full", MON, needs=(need(minutes=5 * 60),))
    waiting = item("v", MON, LATER, needs=(need(minutes=100),))
    assert day(week(day_full, waiting, reserve=10)) == MON
    assert day(week(day_full, waiting, reserve=20)) == LATER


def test_what_may_wait_is_put_off_only_when_the_week_is_full():
    assert day(week(item("v", MON, LATER))) == MON
    assert day(week(item("v", MON, LATER, needs=(need(minutes=9 * 60),)))) == LATER
    assert day(week(item("v", MON, needs=(need(minutes=9 * 60),)))) == MON  # the legal window is hard


def test_a_visit_goes_where_its_named_doctor_is_at_work():
    named = item("v", needs=(need("gp", named="chen"),))
    other = replace(GP, id="wu")
    assert day(week(named, members=(GP, other))) == MON
    off = week(named, members=(replace(GP, seconds=OFF_ON_MONDAY), other))
    assert day(off) == TUE
    assert reason(off) == "continuity"


def test_a_visit_goes_where_a_preferred_doctor_is_at_work_if_the_named_one_is_not():
    either = item("v", needs=(need("gp", named="wu", preferred=("lin",)),))
    wu, lin = replace(GP, id="wu", seconds=(0,) * 7), replace(GP, id="lin")
    assert day(week(either, members=(GP, wu, lin))) == MON
    assert day(week(either, members=(GP, wu, replace(lin, seconds=OFF_ON_MONDAY)))) == TUE


def test_the_named_doctor_counts_for_more_than_an_even_week():
    busy = item("busy", TUE, needs=(need("gp", minutes=180),))
    named = item("v", needs=(need("gp", named="chen"),))
    wu = replace(GP, id="wu")
    assert day(week(busy, named, members=(GP, wu))) == MON
    assert day(week(busy, named, members=(replace(GP, seconds=OFF_ON_MONDAY), wu))) == TUE


def test_visits_are_spread_evenly_over_their_days():
    plan = spread(week(*(item(f"v{number}", MON, TUE, WED, THU, FRI, LATER) for number in range(10))))
    assert [sum(target.day == on for target in plan.targets) for on in range(7)] == [2, 2, 2, 2, 2, 0, 0]
    assert plan.proof == "proved"


def test_evenness_follows_the_hours_of_the_day():
    half = replace(NURSE, seconds=(WORKING[0], WORKING[1] // 3, 0, 0, 0, 0, 0))
    visits = [item(f"v{number}", MON, TUE, LATER, needs=(need(minutes=30),)) for number in range(8)]
    plan = spread(week(*visits, members=(half,)))
    assert sum(target.day == MON for target in plan.targets) == 6


def test_a_visit_is_not_left_to_its_last_day():
    busy, full = item("busy", MON), item("full", FRI, needs=(need(minutes=200),))
    assert day(week(busy, item("v", MON, TUE))) == TUE  # the fullest day counts for more
    busy = replace(busy, needs=(need(minutes=30),))
    assert day(week(busy, full, item("v", MON, TUE))) == MON
    assert day(week(busy, full, item("v", MON, TUE, WED))) == TUE
    assert day(week(busy, full, item("v", MON, TUE, LATER))) == TUE  # next week is left to it
    assert day(week(busy, full, item("v", MON, TUE, SAT))) == MON  # on Saturday nobody works


def test_what_is_owed_keeps_a_day_on_which_it_can_be_tried_again():
    busy = item("busy", MON)
    assert day(week(busy, item("v", MON, TUE, owed=True))) == MON  # however much fuller that makes the fullest day
    assert reason(week(busy, item("v", MON, TUE, owed=True, before=TUE))) == "last-chance"
    assert day(week(busy, item("v", MON, TUE, WED, owed=True))) == TUE
    too_much = item("too-much", MON, needs=(need(minutes=380),))
    assert day(week(too_much, item("v", MON, TUE, owed=True))) == TUE  # on Monday there is no time for it


def test_rounds_of_a_bed_or_the_same_service_are_not_on_days_that_follow_each_other():
    made = item("made", MON, apart="b1", needs=(need("gp", 20),))
    assert day(week(made, item("v", TUE, WED, THU, needs=(need("nurse", 20),)))) == TUE
    assert day(week(made, item("v", TUE, WED, THU, needs=(need("nurse", 20),), apart="b1"))) == WED
    assert day(week(made, item("v", TUE, WED, THU, needs=(need("nurse", 20),), apart="b2"))) == TUE


def test_a_plan_is_changed_only_where_that_is_worth_it():
    assert day(week(item("v", MON, TUE, WED))) == MON
    assert day(week(item("v", MON, TUE, WED, before=TUE))) == TUE
    assert reason(week(item("v", MON, TUE, WED, before=TUE))) == "as-before"


def test_neighbours_are_visited_on_one_day():
    there = item("there", TUE, needs=(need("gp"),), area=1)
    assert day(week(there, item("v", MON, TUE, WED, area=2))) == MON
    near = week(there, item("v", MON, TUE, WED, area=1))
    assert day(near) == TUE
    assert reason(near) == "neighbours"


def test_of_two_equal_days_the_earlier_is_taken():
    assert day(week(item("v", TUE, WED, THU))) == TUE
    assert reason(week(item("v", TUE, WED, THU))) == "first-day"


def test_days_that_are_closed_weigh_nothing():
    over = week(item("made", MON, needs=(need(minutes=20 * 60),)), item("v", TUE, WED, THU), open=(False, *[True] * 6))
    assert spread(over).costs[:8] == (0, 0, 0, 0, 0, 4, 0, 16)


def test_an_illness_moves_only_what_it_must():
    items = [item(f"v{number}", MON, TUE, WED, THU, FRI, LATER) for number in range(10)]
    before = {target.item_id: target.day for target in spread(week(*items)).targets}
    known = [replace(each, before=before[each.id]) for each in items]
    ill = week(*known, members=(replace(NURSE, seconds=(*WORKING[:2], 0, *WORKING[3:])), GP))
    for problem in (ill, keeping(ill)):
        after = {target.item_id: target.day for target in spread(problem).targets}
        moved = {name for name in after if after[name] != before[name]}
        assert moved == {name for name in before if before[name] == WED}


def test_newcomers_are_given_a_day_beside_what_keeps_its_own():
    known = [item(f"v{number}", MON, TUE, WED, before=MON) for number in range(3)]
    kept = keeping(week(*known, item("new", MON, TUE, WED)))
    assert [each.days for each in kept.items] == [(MON,), (MON,), (MON,), (MON, TUE, WED)]
    assert day(kept, "new") == TUE


def test_what_lost_its_named_doctor_or_its_room_keeps_no_day():
    named = item("v", MON, TUE, needs=(need("gp", named="chen"),), before=MON)
    gone = replace(GP, seconds=OFF_ON_MONDAY)
    assert keeping(week(named)).items[0].days == (MON,)
    assert keeping(week(named, members=(gone, replace(GP, id="wu")))).items[0].days == (MON, TUE)
    long = [item(name, MON, TUE, needs=(need(minutes=5 * 60),), before=MON) for name in ("one", "other")]
    assert [each.days for each in keeping(week(*long)).items] == [(MON, TUE), (MON, TUE)]


DAY_SETS = st.sets(st.integers(0, LATER), min_size=1, max_size=4).filter(lambda days: days != {LATER})


@st.composite
def weeks(draw: st.DrawFn) -> WeekProblem:
    hours = st.tuples(*[st.sampled_from((0, 3600, 6 * 3600))] * 7)
    members = tuple(
        WeekMember(id=f"m{number}", roles=(role,), seconds=draw(hours)) for number, role in enumerate(("gp", "nurse"))
    )
    needs = st.builds(
        need, st.sampled_from(("gp", "nurse")), st.integers(10, 200), named=st.sampled_from((None, "m0", "m1", "gone"))
    )
    items = tuple(
        item(
            f"v{number}",
            *sorted(draw(DAY_SETS)),
            needs=draw(st.tuples(needs) | st.tuples(needs, needs)),
            area=draw(st.integers(0, 2)),
            owed=draw(st.booleans()),
            apart=draw(st.sampled_from((None, "b1"))),
            before=draw(st.sampled_from((None, *range(8)))),
            priority=draw(st.integers(1, 9)),
        )
        for number in range(draw(st.integers(1, 4)))
    )
    open_days = draw(st.tuples(*[st.booleans()] * 7))
    return week(*items, members=members, open=open_days, reserve=draw(st.sampled_from((0, 20))))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(weeks())
def test_cp_sat_finds_and_proves_what_trying_all_combinations_finds(problem):
    best = prove_week(problem, initial_days(problem))
    assert best.proof == "proved"
    assert week_costs(problem, best.day_of) == week_costs(problem, try_all(problem))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(weeks(), st.data())
def test_the_checker_takes_every_plan_and_no_mutation_of_it(problem, data):
    plan = spread(problem)
    assert check_week(problem, plan) == ()
    for altered in mutations(problem, plan, data):
        assert check_week(problem, altered)


def mutations(problem: WeekProblem, plan: WeekPlan, data: st.DataObject) -> list[WeekPlan]:
    """A visit missing, twice, or on a forbidden day; a visit not in the problem; a cost or a bound altered."""
    number = data.draw(st.integers(0, len(plan.targets) - 1))
    target, others = plan.targets[number], plan.targets[:number] + plan.targets[number + 1 :]
    allowed = next(each.days for each in problem.items if each.id == target.item_id)
    forbidden = sorted(set(range(8)) - set(allowed))
    tier = data.draw(st.integers(0, len(WEEK_TIERS) - 1))
    dearer = tuple(cost + (place == tier) for place, cost in enumerate(plan.costs))
    return [
        replace(plan, targets=others),
        replace(plan, targets=(*plan.targets, target)),
        replace(plan, targets=(*plan.targets, Target(item_id="unknown", day=0))),
        replace(plan, targets=(*others, replace(target, day=data.draw(st.sampled_from(forbidden))))),
        replace(plan, costs=dearer),
        replace(plan, costs=plan.costs[:-1]),
        replace(plan, proof="within", bound_tier=WEEK_TIERS[tier], bound=plan.costs[tier] + 1),
        replace(plan, bound_tier=WEEK_TIERS[tier], bound=0),
    ]


def many() -> WeekProblem:
    """A week too large to be proved with little work."""
    spans = [(*range(number % 4, 4 + number % 3), LATER) for number in range(40)]
    return week(
        *(
            item(f"v{number}", *span, needs=(need(minutes=20 + number % 3 * 10),), area=number % 9)
            for number, span in enumerate(spans)
        ),
        deterministic=0.05,
    )


def test_a_plan_has_a_bound_where_the_work_ends_before_the_proof():
    problem = many()
    plan = spread(problem)
    assert plan.proof == "within"
    assert check_week(problem, plan) == ()
    assert plan.costs < week_costs(problem, initial_days(problem))


PRINT = "import orjson; from tests.schedulers.week.test_spread import *; print(orjson.dumps(spread(many())).decode())"


def test_the_same_problem_has_the_same_bytes_in_another_process():
    other = subprocess.run([sys.executable, "-c", PRINT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == orjson.dumps(spread(many())).decode()
