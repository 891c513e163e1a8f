"""The rules of a week, each one named function over a problem and the days given; who spread it is not asked.

A hard rule yields a line for every place where a plan breaks it. A soft rule tells its cost, a whole number, in the
tier of the same name.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from schedulers.check import COSTS_AS_TOLD, Violation
from schedulers.problem import Proof
from schedulers.week.problem import DAYS, LATER, WEEK_TIERS, WeekItem, WeekNeed, WeekPlan, WeekProblem, WeekTier

MINUTE = 60

STEPS = 20
"""A day is as full as the next twentieth of its hours: what is less than that is no reason to move anything."""

TOO_NEAR = 2
"""Visits that are so many days apart do not disturb each other."""


class Hours:
    """Who is at work in a week, and for how long."""

    def __init__(self, problem: WeekProblem) -> None:
        self._problem = problem
        self._held = {role for member in problem.members for role in member.roles}
        self.roles = tuple(sorted({self.role(need) for item in problem.items for need in item.needs}))
        self.minutes = {(role, day): self._minutes(role, day) for role in self.roles for day in range(DAYS)}
        """What each role may be given on each day, in minutes, less the reserve."""

    def _minutes(self, role: str, day: int) -> int:
        seconds = sum(member.seconds[day] for member in self._problem.members if role in member.roles)
        return seconds * (100 - self._problem.reserve) // (100 * MINUTE)

    def role(self, need: WeekNeed) -> str:
        """Return the role whose hours a need takes: the first that anybody of the team has."""
        return next((role for role in need.roles if role in self._held), need.roles[0])

    def unmet(self, item: WeekItem, day: int) -> int:
        """Return for how many of an item's needs nobody is at work on a day."""
        return sum(not self._able(need, day, item.not_with) for need in item.needs)

    def _able(self, need: WeekNeed, day: int, not_with: tuple[str, ...]) -> bool:
        roles, wanted = set(need.roles), set(need.qualifications)
        at_work = (each for each in self._problem.members if each.seconds[day] and each.id not in not_with)
        return any(roles & set(member.roles) and wanted <= set(member.qualifications) for member in at_work)

    def is_last(self, item: WeekItem, day: int) -> bool:
        """Say whether this is the last of several days on which an item's people are at work."""
        return len(item.days) > 1 and not any(
            later == LATER or not self.unmet(item, later) for later in item.days if later > day
        )

    def without_named(self, item: WeekItem, day: int) -> int:
        """Return how many members who are named for an item are not at work on a day."""
        at_work = {member.id for member in self._problem.members if member.seconds[day]}
        return sum(need.named is not None and need.named not in at_work for need in item.needs)


@dataclass(frozen=True)
class WeekSheet:
    """A problem with the day of each item, laid out for the rules."""

    problem: WeekProblem
    day_of: Mapping[str, int]

    @cached_property
    def hours(self) -> Hours:
        """Who is at work, and for how long."""
        return Hours(self.problem)

    @cached_property
    def load(self) -> dict[tuple[str, int], int]:
        """Minutes of work of each role on each open day."""
        found = {(role, day): 0 for role in self.hours.roles for day in range(DAYS) if self.problem.open[day]}
        for item in self.problem.items:
            for need in item.needs:
                key = self.hours.role(need), self.day_of[item.id]
                if key in found:
                    found[key] += need.seconds // MINUTE
        return found

    @cached_property
    def fullness(self) -> dict[str, list[int]]:
        """How full each role is on each open day on which it works, in steps, the begun one too."""
        found: dict[str, list[int]] = {role: [] for role in self.hours.roles}
        for (role, day), minutes in self.load.items():
            if hours := self.hours.minutes[role, day]:
                found[role].append(-(-STEPS * minutes // hours))
        return found

    def given(self) -> Iterator[tuple[WeekItem, int]]:
        """Items with their days, of open days only."""
        for item in self.problem.items:
            day = self.day_of[item.id]
            if day != LATER and self.problem.open[day]:
                yield item, day


def nobody(sheet: WeekSheet) -> int:
    """Needs on days on which nobody works who could meet them."""
    return sum(sheet.hours.unmet(item, day) for item, day in sheet.given())


def overfull(sheet: WeekSheet) -> int:
    """Minutes of work beyond the hours of a role, less the reserve."""
    return sum(max(0, minutes - sheet.hours.minutes[key]) for key, minutes in sheet.load.items())


def put_off(sheet: WeekSheet) -> int:
    """Priority of each visit that is put off to another week."""
    return sum(item.priority for item in sheet.problem.items if sheet.day_of[item.id] == LATER)


def continuity(sheet: WeekSheet) -> int:
    """Named members who are not at work on the day."""
    return sum(sheet.hours.without_named(item, day) for item, day in sheet.given())


def last_chance(sheet: WeekSheet) -> int:
    """Priority of each owed visit that is left to the last of its days: where nobody opens then, it is late.

    It counts for more than an even week: a day may be fuller than others as long as all of it can be made.
    """
    return sum(item.priority for item, day in sheet.given() if item.owed and sheet.hours.is_last(item, day))


def peak(sheet: WeekSheet) -> int:
    """How full each role is on its fullest day, in steps."""
    return sum(max(days, default=0) for days in sheet.fullness.values())


def last_day(sheet: WeekSheet) -> int:
    """Priority of each visit on request that is left to the last of its days."""
    return sum(item.priority for item, day in sheet.given() if not item.owed and sheet.hours.is_last(item, day))


def unevenness(sheet: WeekSheet) -> int:
    """Squares of the steps to which the roles are full on each day."""
    return sum(steps * steps for days in sheet.fullness.values() for steps in days)


def spacing(sheet: WeekSheet) -> int:
    """Visits that keep a distance on the same day (2), or on two days that follow each other (1)."""
    return sum(nearness(sheet.day_of[one.id], sheet.day_of[other.id]) for one, other in kept_apart(sheet.problem))


def change(sheet: WeekSheet) -> int:
    """Visits that an earlier plan gave another of their days."""
    return sum(has_changed(item, sheet.day_of[item.id]) for item in sheet.problem.items)


def neighbours(sheet: WeekSheet) -> int:
    """Days on which somebody goes to an area, over all areas."""
    return len({(item.area, sheet.day_of[item.id]) for item in sheet.problem.items if sheet.day_of[item.id] != LATER})


def sooner(sheet: WeekSheet) -> int:
    """Days since Monday, times the priority."""
    return sum(item.priority * sheet.day_of[item.id] for item in sheet.problem.items)


SOFT: dict[WeekTier, Callable[[WeekSheet], int]] = {
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


def has_changed(item: WeekItem, day: int) -> bool:
    """Say whether an item leaves a day that it could keep."""
    return item.before is not None and item.before in item.days and day != item.before


def nearness(one: int, other: int) -> int:
    """Return how much two visits that keep a distance disturb each other."""
    return 0 if LATER in {one, other} else max(0, TOO_NEAR - abs(one - other))


def kept_apart(problem: WeekProblem) -> Iterator[tuple[WeekItem, WeekItem]]:
    """Yield every two items that keep a distance."""
    several: dict[str, list[WeekItem]] = {}
    for item in problem.items:
        if item.apart is not None:
            several.setdefault(item.apart, []).append(item)
    for items in several.values():
        yield from combinations(items, 2)


def every_item_answered(problem: WeekProblem, plan: WeekPlan) -> Iterator[str]:
    """Every item has one day, and nothing else is told."""
    told = Counter(target.item_id for target in plan.targets)
    for item in problem.items:
        if told.pop(item.id, 0) != 1:
            yield f"{item.id}: not given one day"
    yield from (f"{name}: not asked for" for name in sorted(told))


def inside_its_days(problem: WeekProblem, plan: WeekPlan) -> Iterator[str]:
    """No visit leaves its legal window, and none moves that stands already."""
    days = {item.id: item.days for item in problem.items}
    for target in plan.targets:
        if target.day not in days.get(target.item_id, (target.day,)):
            yield f"{target.item_id}: day {target.day}"


def proof_holds(problem: WeekProblem, plan: WeekPlan) -> Iterator[str]:  # noqa: ARG001 -- shared signature
    """What is proved has no bound, and a bound is not above its cost."""
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

WEEK_RULES = (*(rule.__name__.replace("_", "-") for rule in HARD), COSTS_AS_TOLD)
"""Every rule name that a violation of a week's plan can carry."""


def week_costs(problem: WeekProblem, day_of: Mapping[str, int]) -> tuple[int, ...]:
    """The cost of these days in each tier."""
    sheet = WeekSheet(problem, day_of)
    return tuple(SOFT[tier](sheet) for tier in WeekTier)


def check_week(problem: WeekProblem, plan: WeekPlan) -> tuple[Violation, ...]:
    """Every violation; none for a plan that may be recorded."""
    broken = [Violation(rule.__name__.replace("_", "-"), detail) for rule in HARD for detail in rule(problem, plan)]
    if any(each.rule == "every-item-answered" for each in broken):
        return tuple(broken)
    counted = week_costs(problem, {target.item_id: target.day for target in plan.targets})
    for tier, cost, told in zip(WEEK_TIERS, counted, plan.costs, strict=False):
        if cost != told:
            broken.append(Violation(COSTS_AS_TOLD, f"{tier}: told {told}, is {cost}"))
    if len(plan.costs) != len(WEEK_TIERS):
        broken.append(Violation(COSTS_AS_TOLD, f"{len(plan.costs)} tiers told"))
    return tuple(broken)
