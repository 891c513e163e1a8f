"""A week in CP-SAT: one literal for each visit and each of its days, and the tiers as linear costs.

Lexicographic optimisation; adjacent tiers are weighed into one objective as long as the sum stays small.
Source: OR-Tools CP-SAT (https://developers.google.com/optimization/cp/cp_solver).
"""

from collections.abc import Callable, Iterator
from math import floor, prod

from ortools.sat.python import cp_model

from schedulers.week.problem import DAYS, LATER, WEEK_TIERS, Days, Spread, WeekItem, WeekProblem, WeekTier
from schedulers.week.rules import (
    MINUTE,
    STEPS,
    Hours,
    distant_pairs,
    has_changed,
    nearness,
    week_costs,
)

LARGEST_SUM = 2**20
"""Largest objective into which tiers are weighed together; larger ones, and single tiers, take longer to prove."""

Cost = cp_model.LinearExpr

WeekCost = tuple[Cost, int]
"""The cost of a tier, and its largest value."""


def prove_week(problem: WeekProblem, incumbent: Days) -> Spread:
    """Improve the incumbent days and prove them, as far as the counted work goes.

    An objective takes at most half of the work left, so that some is left for the tiers below.
    """
    model, work, tier = WeekModel(problem), problem.deterministic, 0
    costs = week_costs(problem, incumbent)
    unproved: tuple[str, int] | None = None
    while tier < len(WEEK_TIERS):
        behind = model.batch(tier)
        if any(costs[tier:behind]):
            solver = model.solve(tier, behind, incumbent, work / 2)
            work -= solver.deterministic_time
            if solver.solved and (counted := week_costs(problem, model.days(solver))) < costs:
                incumbent, costs = model.days(solver), counted
            if not solver.proved and unproved is None:
                unproved = model.bound(tier, behind, solver, costs)
        for number in range(tier, behind):
            model.hold(number, costs[number])
        tier = behind
    return Spread(incumbent, "proved") if unproved is None else Spread(incumbent, "within", *unproved)


class _WeekSolver(cp_model.CpSolver):
    """A solver that keeps how it ended."""

    solved = proved = False


class WeekModel:
    """The week as a CP-SAT model, with the largest value of each tier."""

    def __init__(self, problem: WeekProblem) -> None:
        self.problem, self.hours, self.model = problem, Hours(problem), cp_model.CpModel()
        self.on = {
            (item.id, day): self.model.new_bool_var(f"{item.id} on {day}")
            for item in problem.items
            for day in item.days
        }
        for item in problem.items:
            self.model.add_exactly_one(self.on[item.id, day] for day in item.days)
        self._area = {item.id: item.area for item in problem.items}
        self._steps = {key: self._full(*key) for key in self._at_work() if self.hours.minutes[key]}
        tiers = {
            WeekTier.NOBODY: self._open_days(self.hours.unmet),
            WeekTier.OVERFULL: self._overfull(),
            WeekTier.PUT_OFF: self._put_off(),
            WeekTier.CONTINUITY: self._open_days(self.hours.without_named),
            WeekTier.LAST_CHANCE: self._open_days(self._last_chance),
            WeekTier.PEAK: self._peak(),
            WeekTier.LAST_DAY: self._open_days(self._last_day),
            WeekTier.UNEVENNESS: self._unevenness(),
            WeekTier.SPACING: self._spacing(),
            WeekTier.CHANGE: self._change(),
            WeekTier.NEIGHBOURS: self._neighbours(),
            WeekTier.SOONER: self._sooner(),
        }
        self._tiers = [tiers[tier] for tier in WeekTier]

    def batch(self, first: int) -> int:
        """Return the end (exclusive) of the objective that begins with a tier."""
        behind = first + 1
        while behind < len(self._tiers) and prod(most + 1 for _, most in self._tiers[first : behind + 1]) < LARGEST_SUM:
            behind += 1
        return behind

    def weights(self, first: int, behind: int) -> list[int]:
        """Return the weight of each tier: more than the largest sum of the tiers below it."""
        return [prod(most + 1 for _, most in self._tiers[number + 1 : behind]) for number in range(first, behind)]

    def bound(self, first: int, behind: int, solver: cp_model.CpSolver, costs: tuple[int, ...]) -> tuple[str, int]:
        """Return the first tier of an objective that is not proved, and its lower bound."""
        tier = next(number for number in range(first, behind) if costs[number])  # nothing is below zero
        weight = self.weights(first, behind)[tier - first]
        least = max(0, floor(solver.best_objective_bound + 1e-6)) // weight
        return WEEK_TIERS[tier], min(least, costs[tier])

    def hold(self, tier: int, cost: int) -> None:
        """Limit a tier to a cost."""
        self.model.add(self._tiers[tier][0] <= cost)

    def solve(self, first: int, behind: int, incumbent: Days, deterministic: float) -> _WeekSolver:
        """Minimise some tiers, from the incumbent days on."""
        model, solver = self.model, _WeekSolver()
        weighed = zip(self._tiers[first:behind], self.weights(first, behind), strict=True)
        model.minimize(sum(cost * weight for (cost, _), weight in weighed))
        model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools forgot its type
        for (name, day), on in self.on.items():
            model.add_hint(on, incumbent[name] == day)
        parameters = solver.parameters
        parameters.num_workers, parameters.random_seed = 1, self.problem.seed
        parameters.max_deterministic_time = max(deterministic, 1e-3)
        status = solver.solve(model)
        solver.solved = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
        solver.proved = status == cp_model.OPTIMAL
        return solver

    def days(self, solver: _WeekSolver) -> Days:
        """Return the day of each visit in a solution."""
        return {name: day for (name, day), on in self.on.items() if solver.boolean_value(on)}

    def _sum(self, terms: Iterator[tuple[cp_model.IntVar, int]]) -> WeekCost:
        """Return the sum of weighed literals."""
        weighed = list(terms)
        literals, weights = [each for each, _ in weighed], [weight for _, weight in weighed]
        return cp_model.LinearExpr.weighted_sum(literals, weights), sum(weights)

    def _open(self) -> Iterator[tuple[WeekItem, int, cp_model.IntVar]]:
        """Yield each item with each of its open days."""
        for item in self.problem.items:
            for day in item.days:
                if day != LATER and self.problem.open[day]:
                    yield item, day, self.on[item.id, day]

    def _at_work(self) -> Iterator[tuple[str, int]]:
        open_days = [day for day in range(DAYS) if self.problem.open[day]]
        return ((role, day) for role in self.hours.roles for day in open_days)

    def _load(self, role: str, day: int) -> WeekCost:
        return self._sum(
            (on, need.seconds // MINUTE)
            for item, on_day, on in self._open()
            for need in item.needs
            if on_day == day and self.hours.role(need) == role
        )

    def _full(self, role: str, day: int) -> tuple[cp_model.IntVar, int]:
        """Return the fullness of a role on a day on which it works, in steps, and its largest value."""
        minutes = self.hours.minutes[role, day]
        load, heaviest = self._load(role, day)
        most = -(-STEPS * heaviest // minutes)
        steps = self.model.new_int_var(0, most, f"{role} on {day}")
        self.model.add(steps * minutes >= load * STEPS)
        return steps, most

    def _open_days(self, cost: Callable[[WeekItem, int], int]) -> WeekCost:
        return self._sum((on, value) for item, day, on in self._open() if (value := cost(item, day)))

    def _overfull(self) -> WeekCost:
        terms, most = [], 0
        for role, day in self._at_work():
            load, heaviest = self._load(role, day)
            beyond = max(0, heaviest - self.hours.minutes[role, day])
            if beyond:
                over = self.model.new_int_var(0, beyond, f"{role} beyond on {day}")
                self.model.add(over >= load - self.hours.minutes[role, day])
                terms.append(over)
                most += beyond
        return cp_model.LinearExpr.sum(terms), most

    def _put_off(self) -> WeekCost:
        return self._sum((self.on[i.id, LATER], i.priority) for i in self.problem.items if LATER in i.days)

    def _peak(self) -> WeekCost:
        tops, total = [], 0
        for role in self.hours.roles:
            days = [steps for (whose, _), steps in self._steps.items() if whose == role]
            most = max((most for _, most in days), default=0)
            tops.append(self.model.new_int_var(0, most, f"peak of {role}"))
            total += most
            for steps, _ in days:
                self.model.add(tops[-1] >= steps)
        return cp_model.LinearExpr.sum(tops), total

    def _unevenness(self) -> WeekCost:
        """Return the sum of the squares: each is the largest of its tangents."""
        squares, total = [], 0
        for steps, most in self._steps.values():
            square = self.model.new_int_var(0, most * most, "square")
            for step in range(most):
                self.model.add(square >= (2 * step + 1) * steps - step * (step + 1))
            squares.append(square)
            total += most * most
        return cp_model.LinearExpr.sum(squares), total

    def _last_chance(self, item: WeekItem, day: int) -> int:
        return item.priority if item.owed and self.hours.is_last(item, day) else 0

    def _last_day(self, item: WeekItem, day: int) -> int:
        return item.priority if not item.owed and self.hours.is_last(item, day) else 0

    def _spacing(self) -> WeekCost:
        terms = []
        for one, other in distant_pairs(self.problem):
            for day in one.days:
                for next_day in other.days:
                    if too_near := nearness(day, next_day):
                        both = self.model.new_bool_var("near")
                        self.model.add_bool_or(~self.on[one.id, day], ~self.on[other.id, next_day], both)
                        terms.append((both, too_near))
        return self._sum(iter(terms))

    def _change(self) -> WeekCost:
        items = self.problem.items
        return self._sum((self.on[item.id, day], 1) for item in items for day in item.days if has_changed(item, day))

    def _neighbours(self) -> WeekCost:
        visits: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        for (name, day), on in self.on.items():
            if day != LATER:
                visits.setdefault((self._area[name], day), []).append(on)
        return self._sum((self._any(several), 1) for several in visits.values())

    def _any(self, several: list[cp_model.IntVar]) -> cp_model.IntVar:
        if len(several) == 1:
            return several[0]
        there = self.model.new_bool_var("there")
        for each in several:
            self.model.add_implication(each, there)
        return there

    def _sooner(self) -> WeekCost:
        return self._sum(
            (self.on[item.id, day], item.priority * day) for item in self.problem.items for day in item.days
        )
