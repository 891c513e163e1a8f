"""Spreads a week: assigns each visit that may wait its best day, before days are planned.

A function of the problem: CP-SAT with one worker, a seed and counted work. If the work is used up before the proof, the
best days are returned with a bound. Few combinations of days are enumerated instead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from itertools import product
from math import prod

from schedulers.check import RosterRejected
from schedulers.week.problem import LATER, WEEK_TIERS, Days, Spread, Target, WeekItem, WeekPlan, WeekProblem, WeekTier
from schedulers.week.rules import Hours, WeekIndex, check_week, week_costs

FEW_COMBINATIONS = 24
"""Combinations up to which all are tried: loading OR-Tools takes longer."""

WEEK_REASONS = ("only-day", "first-day", "as-before", *WEEK_TIERS)
"""Why a visit has its day: the only one, the first one, the one before, or the first tier that another day costs."""


@cache
def solver_name() -> str:
    """Return the name and the version under which plans are recorded."""
    return f"jiayi-week-1 ortools-{version('ortools')}"


def spread(problem: WeekProblem) -> WeekPlan:
    """Return the best days of a week's visits. RosterRejected if the checker refuses them."""
    combinations = prod(len(item.days) for item in problem.items)
    if combinations <= FEW_COMBINATIONS:
        solution = Spread(try_all(problem), "proved")
    else:
        from schedulers.week.cp_model import prove_week  # noqa: PLC0415 -- OR-Tools is loaded where it is needed

        solution = prove_week(problem, initial_days(problem))
    plan = WeekPlan(
        team_id=problem.team_id,
        monday=problem.monday,
        targets=tuple(Target(item_id=name, day=day) for name, day in sorted(solution.day_of.items())),
        costs=week_costs(problem, solution.day_of),
        proof=solution.proof,
        bound_tier=solution.bound_tier,
        bound=solution.bound,
        solver=solver_name(),
    )
    if violations := check_week(problem, plan):
        raise RosterRejected(violations)
    return plan


def keeping(problem: WeekProblem) -> WeekProblem:
    """Return the problem in which each item keeps its earlier day, so that only new items are assigned one.

    An item does not keep a day on which a member it needs or names no longer works, or whose hours do not suffice.
    """
    kept = {item.id: item.before for item in problem.items if item.before in item.days and item.before is not None}
    known = replace(problem, items=tuple(item for item in problem.items if item.id in kept))
    index = WeekIndex(known, kept)
    full = {key for key, minutes in index.load.items() if minutes > index.hours.minutes[key]}

    def keeps_day(item: WeekItem) -> bool:
        day = kept.get(item.id)
        if day is None or day == LATER:
            return day is not None
        crowded = any((index.hours.role(need), day) in full for need in item.needs)
        return not (crowded or index.hours.unmet(item, day) or index.hours.without_named(item, day))

    return replace(
        problem,
        items=tuple(replace(item, days=(kept[item.id],)) if keeps_day(item) else item for item in problem.items),
    )


def try_all(problem: WeekProblem) -> Days:
    """Return the best of all combinations of days, the first of equal ones."""
    names = [item.id for item in problem.items]
    combinations = (dict(zip(names, days, strict=True)) for days in product(*(item.days for item in problem.items)))
    return min(combinations, key=lambda day_of: week_costs(problem, day_of))


def initial_days(problem: WeekProblem) -> Days:
    """Return a good day for each item: its earlier one, else the roomiest; items with fewest days first."""
    hours = Hours(problem)
    room = {key: float(minutes) for key, minutes in hours.minutes.items()}
    days: Days = {}
    for item in sorted(problem.items, key=lambda each: (len(each.days), each.days[-1], each.id)):
        day = item.before if item.before in item.days else roomiest(item, hours, room)
        assert day is not None
        days[item.id] = day
        for need in item.needs:
            if day != LATER:
                room[hours.role(need), day] -= need.seconds / 60
    return days


def roomiest(item: WeekItem, hours: Hours, room: Mapping[tuple[str, int], float]) -> int:
    """Return the day on which the tightest of an item's roles has most room; LATER only if there is no other."""

    def left(day: int) -> tuple[float, int]:
        shares = [
            room[role, day] / hours.minutes[role, day] if hours.minutes[role, day] else -1.0
            for role in map(hours.role, item.needs)
        ]
        return min(shares), -day

    return max((day for day in item.days if day != LATER), key=left, default=LATER)


def why(problem: WeekProblem, plan: WeekPlan) -> Iterator[tuple[str, str]]:
    """Yield for each item why it has its day and not its earlier or first one: one of `WEEK_REASONS`.

    A tier's name is found by taking the move back: it is the first tier that costs more.
    """
    day_of = {target.item_id: target.day for target in plan.targets}
    for item in problem.items:
        day, kept = day_of[item.id], item.before if item.before in item.days else None
        wanted = item.days[0] if kept is None else kept
        if len(item.days) == 1:
            yield item.id, "only-day"
        elif day == wanted:
            yield item.id, "first-day" if kept is None else "as-before"
        else:
            other = week_costs(problem, {**day_of, item.id: wanted})
            costlier = (tier for tier, a, b in zip(WEEK_TIERS, plan.costs, other, strict=True) if b != a)
            yield item.id, next(costlier, WeekTier.SOONER.label)
