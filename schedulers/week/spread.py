"""Spread a week: each visit that may wait is given the day on which it had best be made, before days are planned.

A function of the problem: CP-SAT with one worker, a seed and counted work. As many tiers as fit into one sum of whole
numbers are minimised at once, and held for the tiers below; where the work is used up before the proof, the best days
found stand, with a bound. So few ways that they are tried sooner are tried, all of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from itertools import product
from math import prod

from schedulers.check import RosterRejected
from schedulers.week.problem import LATER, WEEK_TIERS, Days, Spread, Target, WeekItem, WeekPlan, WeekProblem, WeekTier
from schedulers.week.rules import Hours, WeekSheet, check_week, week_costs

FEW_WAYS = 24
"""So many are tried one by one: OR-Tools takes longer to be loaded."""

WEEK_REASONS = ("only-day", "first-day", "as-before", *WEEK_TIERS)
"""Why a visit has its day: it has no other, it is the first of them, it was so before, or what another would cost."""


@cache
def solver_name() -> str:
    """Return the name and the version under which plans are recorded."""
    return f"jiayi-week-1 ortools-{version('ortools')}"


def spread(problem: WeekProblem) -> WeekPlan:
    """Return the best days found for a week's visits. Raises RosterRejected if the checker refuses them."""
    ways = prod(len(item.days) for item in problem.items)
    if ways <= FEW_WAYS:
        found = Spread(try_all(problem), "proved")
    else:
        from schedulers.week.cp_model import prove_week  # noqa: PLC0415 -- OR-Tools is loaded where it is needed

        found = prove_week(problem, first_guess(problem))
    plan = WeekPlan(
        team_id=problem.team_id,
        monday=problem.monday,
        targets=tuple(Target(item_id=name, day=day) for name, day in sorted(found.day_of.items())),
        costs=week_costs(problem, found.day_of),
        proof=found.proof,
        bound_tier=found.bound_tier,
        bound=found.bound,
        solver=solver_name(),
    )
    if violations := check_week(problem, plan):
        raise RosterRejected(violations)
    return plan


def keeping(problem: WeekProblem) -> WeekProblem:
    """Return the problem in which each item keeps the day it had, so that only newcomers are given one.

    Not kept is a day on which somebody whom the item needs, or who is named for it, is not at work any more, and a day
    whose hours do not suffice.
    """
    kept = {item.id: item.before for item in problem.items if item.before in item.days and item.before is not None}
    known = replace(problem, items=tuple(item for item in problem.items if item.id in kept))
    sheet = WeekSheet(known, kept)
    full = {key for key, minutes in sheet.load.items() if minutes > sheet.hours.minutes[key]}

    def held(item: WeekItem) -> bool:
        day = kept.get(item.id)
        if day is None or day == LATER:
            return day is not None
        crowded = any((sheet.hours.role(need), day) in full for need in item.needs)
        return not (crowded or sheet.hours.unmet(item, day) or sheet.hours.without_named(item, day))

    return replace(
        problem,
        items=tuple(replace(item, days=(kept[item.id],)) if held(item) else item for item in problem.items),
    )


def try_all(problem: WeekProblem) -> Days:
    """Return the best of all ways; of those that cost the same the first."""
    names = [item.id for item in problem.items]
    ways = (dict(zip(names, days, strict=True)) for days in product(*(item.days for item in problem.items)))
    return min(ways, key=lambda day_of: week_costs(problem, day_of))


def first_guess(problem: WeekProblem) -> Days:
    """Return a good day for each: where it was, else where its roles have most room, those with fewest days first."""
    hours = Hours(problem)
    room = {key: float(minutes) for key, minutes in hours.minutes.items()}
    found: Days = {}
    for item in sorted(problem.items, key=lambda each: (len(each.days), each.days[-1], each.id)):
        day = item.before if item.before in item.days else roomiest(item, hours, room)
        assert day is not None
        found[item.id] = day
        for need in item.needs:
            if day != LATER:
                room[hours.role(need), day] -= need.seconds / 60
    return found


def roomiest(item: WeekItem, hours: Hours, room: Mapping[tuple[str, int], float]) -> int:
    """Return the day on which the tightest of an item's roles has most room left; later only if nobody works before."""

    def left(day: int) -> tuple[float, int]:
        shares = [
            room[role, day] / hours.minutes[role, day] if hours.minutes[role, day] else -1.0
            for role in map(hours.role, item.needs)
        ]
        return min(shares), -day

    return max((day for day in item.days if day != LATER), key=left, default=LATER)


def why(problem: WeekProblem, plan: WeekPlan) -> Iterator[tuple[str, str]]:
    """Yield for each item why it has its day, and not the one it had before, or its first: one of `WEEK_REASONS`.

    A tier's name is a reason that was found by taking the move back: it is the first tier that gets dearer.
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
            dearer = (tier for tier, a, b in zip(WEEK_TIERS, plan.costs, other, strict=True) if b != a)
            yield item.id, next(dearer, WeekTier.SOONER.label)
