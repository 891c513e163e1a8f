"""The rules of a week, each one a named function over a problem and the day of each item.

A hard rule yields a line for every violation. A soft rule returns its cost, an integer, in the tier of the same name.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from schedulers.check import WRONG_COSTS, Violation
from schedulers.problem import Proof
from schedulers.week.problem import DAYS, LATER, WEEK_TIERS, WeekItem, WeekNeed, WeekPlan, WeekProblem, WeekTier

MINUTE = 60

STEPS = 20
"""Fullness is counted in twentieths of a day's hours, rounded up: smaller differences move no visit."""

TOO_NEAR = 2
"""Days of distance at which visits do not disturb each other."""


class Hours:
    """Who works on which day of a week, and for how long."""

    def __init__(self, problem: WeekProblem) -> None:
        self._problem = problem
        self._held = {role for member in problem.members for role in member.roles}
        self.roles = tuple(sorted({self.role(need) for item in problem.items for need in item.needs}))
        self.minutes = {(role, day): self._minutes(role, day) for role in self.roles for day in range(DAYS)}
        """Minutes that each role can work on each day, less the reserve."""

    def _minutes(self, role: str, day: int) -> int:
        seconds = sum(member.seconds[day] for member in self._problem.members if role in member.roles)
        return seconds * (100 - self._problem.reserve) // (100 * MINUTE)

    def role(self, need: WeekNeed) -> str:
        """Return the role whose hours a need takes: its first role that a member has."""
        return next((role for role in need.roles if role in self._held), need.roles[0])

    def unmet(self, item: WeekItem, day: int) -> int:
        """Return for how many of an item's needs no able member works on a day."""
        return sum(not self._able(need, day, item.not_with) for need in item.needs)

    def _able(self, need: WeekNeed, day: int, not_with: tuple[str, ...]) -> bool:
        roles, wanted = set(need.roles), set(need.qualifications)
        at_work = (each for each in self._problem.members if each.seconds[day] and each.id not in not_with)
        return any(roles & set(member.roles) and wanted <= set(member.qualifications) for member in at_work)

    def is_last(self, item: WeekItem, day: int) -> bool:
        """Say whether this is the last of several days on which able members for an item work."""
        return len(item.days) > 1 and not any(
            later == LATER or not self.unmet(item, later) for later in item.days if later > day
        )

    def without_named(self, item: WeekItem, day: int) -> int:
        """Return for how many of an item's needs no member works on a day who is named or preferred for it."""
        at_work = {member.id for member in self._problem.members if member.seconds[day]}
        return sum(bool(need.known) and at_work.isdisjoint(need.known) for need in item.needs)


@dataclass(frozen=True)
class WeekIndex:
    """A problem with the day of each item, indexed for the rules."""

    problem: WeekProblem
    day_of: Mapping[str, int]

    @cached_property
    def hours(self) -> Hours:
        """Working time by role and day."""
        return Hours(self.problem)

    @cached_property
    def load(self) -> dict[tuple[str, int], int]:
        """Minutes of work of each role on each open day."""
        totals = {(role, day): 0 for role in self.hours.roles for day in range(DAYS) if self.problem.open[day]}
        for item in self.problem.items:
            for need in item.needs:
                key = self.hours.role(need), self.day_of[item.id]
                if key in totals:
                    totals[key] += need.seconds // MINUTE
        return totals

    @cached_property
    def fullness(self) -> dict[str, list[int]]:
        """Fullness of each role on each open day on which it works, in steps, rounded up."""
        totals: dict[str, list[int]] = {role: [] for role in self.hours.roles}
        for (role, day), minutes in self.load.items():
            if hours := self.hours.minutes[role, day]:
                totals[role].append(-(-STEPS * minutes // hours))
        return totals

    def assigned(self) -> Iterator[tuple[WeekItem, int]]:
        """Yield items with their days, on open days only."""
        for item in self.problem.items:
            day = self.day_of[item.id]
            if day != LATER and self.problem.open[day]:
                yield item, day


def nobody(index: WeekIndex) -> int:
    """Return the number of needs on days on which no able member works."""
    return sum(index.hours.unmet(item, day) for item, day in index.assigned())


def overfull(index: WeekIndex) -> int:
    """Return the minutes of work beyond the hours of a role, less the reserve."""
    return sum(max(0, minutes - index.hours.minutes[key]) for key, minutes in index.load.items())


def put_off(index: WeekIndex) -> int:
    """Return the priority of all visits that are put off to another week."""
    return sum(item.priority for item in index.problem.items if index.day_of[item.id] == LATER)


def continuity(index: WeekIndex) -> int:
    """Return the number of needs whose named and preferred members do not work on the day."""
    return sum(index.hours.without_named(item, day) for item, day in index.assigned())


def last_chance(index: WeekIndex) -> int:
    """Return the priority of all owed visits on the last of their days: if nobody opens, they are late.

    It counts more than an even week: a day may be fuller than others as long as all of it can be done.
    """
    return sum(item.priority for item, day in index.assigned() if item.owed and index.hours.is_last(item, day))


def peak(index: WeekIndex) -> int:
    """Return the fullness of each role on its fullest day, in steps, summed."""
    return sum(max(days, default=0) for days in index.fullness.values())


def last_day(index: WeekIndex) -> int:
    """Return the priority of all requested visits on the last of their days."""
    return sum(item.priority for item, day in index.assigned() if not item.owed and index.hours.is_last(item, day))


def unevenness(index: WeekIndex) -> int:
    """Return the sum of the squares of all fullness, in steps."""
    return sum(steps * steps for days in index.fullness.values() for steps in days)


def spacing(index: WeekIndex) -> int:
    """Return 2 for each pair that should keep a distance on one day, 1 on consecutive days."""
    return sum(nearness(index.day_of[one.id], index.day_of[other.id]) for one, other in distant_pairs(index.problem))


def change(index: WeekIndex) -> int:
    """Return the number of visits that leave the day of an earlier plan."""
    return sum(has_changed(item, index.day_of[item.id]) for item in index.problem.items)


def neighbours(index: WeekIndex) -> int:
    """Return the number of days with a visit in an area, over all areas."""
    return len({(item.area, index.day_of[item.id]) for item in index.problem.items if index.day_of[item.id] != LATER})


def sooner(index: WeekIndex) -> int:
    """Return the days since Monday, times the priority."""
    return sum(item.priority * index.day_of[item.id] for item in index.problem.items)


SOFT: dict[WeekTier, Callable[[WeekIndex], int]] = {
    WeekTier.NOBODY: nobody,
    WeekTier.OVERFULL: overfull,
    WeekTier.PUT_OFF: put_off,
    WeekTier.CONTINUITY: continuity,
    WeekTier.LAST_CHANCE: last_chance,
    WeekTier.PEAK: peak,
    WeekTier.LAST_DAY: last_day,
    WeekTier.UNEVENNESS: unevenness,
    WeekTier.SPACING: spacing,
    WeekTier.CHANGE: change,
    WeekTier.NEIGHBOURS: neighbours,
    WeekTier.SOONER: sooner,
}
assert SOFT.keys() == set(WeekTier), "every tier has its soft rule"


def has_changed(item: WeekItem, day: int) -> bool:
    """Say whether an item leaves a day that it could keep."""
    return item.before is not None and item.before in item.days and day != item.before


def nearness(one: int, other: int) -> int:
    """Return how much two visits that keep a distance disturb each other."""
    return 0 if LATER in {one, other} else max(0, TOO_NEAR - abs(one - other))


def distant_pairs(problem: WeekProblem) -> Iterator[tuple[WeekItem, WeekItem]]:
    """Yield every two items that keep a distance."""
    several: dict[str, list[WeekItem]] = {}
    for item in problem.items:
        if item.apart is not None:
            several.setdefault(item.apart, []).append(item)
    for items in several.values():
        yield from combinations(items, 2)


def every_item_answered(problem: WeekProblem, plan: WeekPlan) -> Iterator[str]:
    """Every item has one day, and there are no others."""
    stated = Counter(target.item_id for target in plan.targets)
    for item in problem.items:
        if stated.pop(item.id, 0) != 1:
            yield f"{item.id}: not assigned one day"
    yield from (f"{name}: not in the problem" for name in sorted(stated))


def inside_its_days(problem: WeekProblem, plan: WeekPlan) -> Iterator[str]:
    """No visit leaves its possible days."""
    days = {item.id: item.days for item in problem.items}
    for target in plan.targets:
        if target.day not in days.get(target.item_id, (target.day,)):
            yield f"{target.item_id}: day {target.day}"


def proof_holds(problem: WeekProblem, plan: WeekPlan) -> Iterator[str]:  # noqa: ARG001 -- shared signature
    """A proved plan has no bound, and a bound is not above its cost."""
    proofs: dict[Proof, bool] = {
        "proved": plan.bound_tier is None and plan.bound is None,
        "within": plan.bound_tier in WEEK_TIERS and plan.bound is not None,
        "unknown": plan.bound is None,
    }
    if not proofs[plan.proof]:
        yield f"{plan.proof} with bound {plan.bound} of {plan.bound_tier}"
    elif plan.bound is not None and plan.bound > dict(zip(WEEK_TIERS, plan.costs, strict=False))[str(plan.bound_tier)]:
        yield f"bound {plan.bound} above the cost of {plan.bound_tier}"


HARD: tuple[Callable[[WeekProblem, WeekPlan], Iterator[str]], ...] = (every_item_answered, inside_its_days, proof_holds)

WEEK_RULES = (*(rule.__name__.replace("_", "-") for rule in HARD), WRONG_COSTS)
"""Every rule name that a violation of a week's plan can have."""


def week_costs(problem: WeekProblem, day_of: Mapping[str, int]) -> tuple[int, ...]:
    """Return the cost of the days in each tier."""
    index = WeekIndex(problem, day_of)
    return tuple(SOFT[tier](index) for tier in WeekTier)


def check_week(problem: WeekProblem, plan: WeekPlan) -> tuple[Violation, ...]:
    """Return every violation; none if the plan may be recorded."""
    broken = [Violation(rule.__name__.replace("_", "-"), detail) for rule in HARD for detail in rule(problem, plan)]
    if any(each.rule == "every-item-answered" for each in broken):
        return tuple(broken)
    counted = week_costs(problem, {target.item_id: target.day for target in plan.targets})
    for tier, cost, stated in zip(WEEK_TIERS, counted, plan.costs, strict=False):
        if cost != stated:
            broken.append(Violation(WRONG_COSTS, f"{tier}: stated {stated}, counted {cost}"))
    if len(plan.costs) != len(WEEK_TIERS):
        broken.append(Violation(WRONG_COSTS, f"{len(plan.costs)} tiers stated"))
    return tuple(broken)
