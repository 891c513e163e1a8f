"""Proof of a team-day, tier by tier: a bound over all sets of visits a member can do, then every way that is left.

Each tier is minimised with all tiers above held at their proved values. Where the ways to share the services out are
few enough, each of them is looked at; else CP-SAT searches. The first tier that cannot be proved within the budget gets
a lower bound, and there the proof ends. The search's plan is where it starts, bettered on the way. All work is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from schedulers.problem import Proof
from schedulers.proof.column_fixing import Sifting
from schedulers.proof.column_hints import Columns
from schedulers.proof.cp_model import DayModel
from schedulers.proof.enumeration import Sharing
from schedulers.search.search import DaySearch, Plan
from schedulers.stop import WorkLimit
from schedulers.tiers import ORDER, Tier, down_to

Watch = Callable[[int, int, int], None]
"""Is told a tier, the best cost known and a bound of it, as they come."""

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Proved:
    """The plan, bettered where the proof found better, and how far the proof came."""

    plan: Plan
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None


def prove(state: DaySearch, found: Plan, deterministic: float, watch: Watch | None = None) -> Proved:
    """Prove the tiers of `found` one after the other within so many deterministic seconds of CP-SAT."""
    proving = _Proving(state, found, deterministic)
    for tier in ORDER:
        if proving.found.costs[tier] > 0:  # nothing is below zero
            if proving.work.reached:
                return Proved(proving.found, "within", tier.label, 0)
            least = proving.tier(tier, None if watch is None else _of_tier(watch, tier))
            if least < proving.found.costs[tier]:
                return Proved(proving.found, "within", tier.label, least)
        proving.hold()
    return Proved(proving.found, "proved")


def _of_tier(watch: Watch, tier: Tier) -> Told:
    return lambda cost, bound: watch(tier, cost, bound)


class _Proving:
    """The best plan known, what is known of the sets and ways, and the work that is left."""

    def __init__(self, state: DaySearch, found: Plan, deterministic: float) -> None:
        self.state, self.found, self.work, parameters = state, found, WorkLimit(deterministic), state.problem.proof
        labels = int(parameters.labels_per_second * deterministic)
        self.sifting = Sifting(state, min(parameters.most_labels, labels))
        self.sharing = Sharing(state, self.sifting)
        self._columns: Columns | None = None
        self._held: set[Tier] = set()

    @property
    def columns(self) -> Columns:
        """The model of what is left; it takes time to build, and many days need none."""
        if self._columns is None:
            self._columns = Columns(DayModel(self.state))
        return self._columns

    def tier(self, tier: Tier, told: Told | None) -> int:
        """Prove a tier, or bound it from below."""
        least = self.sifting.bound(self.found, tier)
        if told is not None:
            told(self.found.costs[tier], least)
        if least < self.found.costs[tier] or Tier.TRAVEL in down_to(tier):
            settled = self.sharing.settle(self.found, tier, self.work.seconds)
            self.found = settled.plan
            self.work.spend(settled.spent)
            least = self.found.costs[tier] if settled.proved else least
        if least < self.found.costs[tier] and not self.work.reached:
            least = self._search(tier, least, told)
        if told is not None:
            told(self.found.costs[tier], least)
        return least

    def _search(self, tier: Tier, least: int, told: Told | None) -> int:
        """Let CP-SAT search what is left; the bound."""
        found, columns, model = self.found, self.columns, self.columns.model
        columns.narrow(self.sifting)
        columns.hint(found)
        for above in down_to(tier)[:-1]:
            if above not in self._held:
                model.hold(above, found.costs[above])
                self._held.add(above)
        model.model.add(model.tiers[tier] >= least)
        raised = None if told is None else lambda cost, bound: told(cost, max(least, bound))
        solver = model.solve(model.tiers[tier], found, self.work.seconds, found.costs[tier], raised)
        self.work.spend(solver.deterministic_time)
        if solver.solved and solver.value(model.tiers[tier]) < found.costs[tier]:
            self.found = model.plan(solver)
        return self.found.costs[tier] if solver.proved else max(least, ceil(solver.best_objective_bound - 1e-6))

    def hold(self) -> None:
        """The tier is proved to cost what it costs in the plan."""
        self.sifting.hold(self.found)


def fewest_moved(state: DaySearch, found: Plan, deterministic: float) -> tuple[Plan, int]:
    """A plan that moves as few published visits as can be, and a bound: no plan moves fewer."""
    model = DayModel(state, limited=False)
    solver = model.solve(model.moved, found, deterministic)
    least = max(0, ceil(solver.best_objective_bound - 1e-6))
    return (model.plan(solver) if solver.solved else found), least
