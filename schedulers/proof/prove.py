"""Proof of a team-day, tier by tier: a bound by column generation, then partitions or CP-SAT close the gap.

Each tier is minimised with all tiers above held at their proved values (lexicographic optimisation). If few
partitions remain between bound and incumbent, all are enumerated; else CP-SAT searches. The first tier that is not
proved within the budget gets a lower bound, and the proof ends there. The incumbent is the search's plan at first, and
improves on the way. All work is counted, never timed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from schedulers.problem import Proof
from schedulers.proof.column_fixing import ColumnFixing
from schedulers.proof.column_hints import ColumnLiterals
from schedulers.proof.cp_model import DayModel, OnBound
from schedulers.proof.enumeration import TierEnumeration
from schedulers.search.search import DaySearch, Plan
from schedulers.search.stop import WorkLimit
from schedulers.tiers import Tier, down_to

OnProgress = Callable[[int, int, int], None]
"""Called with a tier, the incumbent's cost and a bound of it, whenever one of them improves."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The incumbent, improved by the proof where it could, and how far the proof came."""

    plan: Plan
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None


def prove(state: DaySearch, incumbent: Plan, deterministic: float, on_progress: OnProgress | None = None) -> Proved:
    """Prove the tiers of an incumbent one after the other within a limit of deterministic seconds."""
    return DayProof(state, incumbent).run(deterministic, on_progress)


class DayProof:
    """A proof that can go on from the first tier that is not proved, with more work or a better incumbent."""

    def __init__(self, state: DaySearch, incumbent: Plan) -> None:
        self._state, self._prover = state, _TierProver(state, incumbent)
        self._left = list(state.order)

    def improve(self, plan: Plan) -> None:
        """Go on from a plan of the search if it is better: tiers that are proved cost the same."""
        if plan.is_better(self._prover.incumbent, self._state.order):
            self._prover.incumbent = plan

    def run(
        self, deterministic: float, on_progress: OnProgress | None = None, *, by_columns_only: bool = False
    ) -> Proved:
        """Prove tiers one after the other within a limit of deterministic seconds, without CP-SAT if so asked."""
        prover = self._prover
        prover.begin(deterministic, by_columns_only=by_columns_only)
        while self._left:
            tier = self._left[0]
            if prover.incumbent.costs[tier] > 0:  # nothing is below zero
                if prover.work.reached:
                    return Proved(prover.incumbent, "within", tier.label, 0)
                least = prover.tier(tier, None if on_progress is None else _bound_reporter(on_progress, tier))
                if least < prover.incumbent.costs[tier]:
                    return Proved(prover.incumbent, "within", tier.label, least)
            prover.hold()
            self._left.pop(0)
        return Proved(prover.incumbent, "proved")


def _bound_reporter(on_progress: OnProgress, tier: Tier) -> OnBound:
    return lambda cost, bound: on_progress(tier, cost, bound)


class _TierProver:
    """The incumbent, the remaining columns and partitions, and the work that is left."""

    def __init__(self, state: DaySearch, incumbent: Plan) -> None:
        self.state, self.incumbent, self.work = state, incumbent, WorkLimit(0)
        self.fixing = ColumnFixing(state)
        self.enumeration = TierEnumeration(state, self.fixing)
        self._literals: ColumnLiterals | None = None
        self._held: set[Tier] = set()
        self._by_columns_only = False

    def begin(self, deterministic: float, *, by_columns_only: bool) -> None:
        """Allow this much work from now on."""
        self.work, self._by_columns_only = WorkLimit(deterministic), by_columns_only
        parameters = self.state.problem.proof
        self.fixing.most_labels = min(parameters.most_labels, int(parameters.labels_per_second * deterministic))

    @property
    def literals(self) -> ColumnLiterals:
        """The CP-SAT model; it takes time to build, and many days need none."""
        if self._literals is None:
            self._literals = ColumnLiterals(DayModel(self.state))
        return self._literals

    def tier(self, tier: Tier, on_bound: OnBound | None) -> int:
        """Prove a tier, or bound it from below."""
        least, with_cp_sat = self.fixing.bound(self.incumbent, tier), not self._by_columns_only
        if on_bound is not None:
            on_bound(self.incumbent.costs[tier], least)
        if least < self.incumbent.costs[tier] or Tier.TRAVEL in down_to(tier, self.state.order):
            result = self.enumeration.solve(self.incumbent, tier, self.work.seconds)
            self.incumbent = result.plan
            self.work.spend(result.spent)
            least = self.incumbent.costs[tier] if result.proved else least
            with_cp_sat = with_cp_sat and not (result.was_tried and self.state.problem.proof.columns_alone)
        if least < self.incumbent.costs[tier] and not self.work.reached and with_cp_sat:
            least = self._search(tier, least, on_bound)
        if on_bound is not None:
            on_bound(self.incumbent.costs[tier], least)
        return least

    def _search(self, tier: Tier, least: int, on_bound: OnBound | None) -> int:
        """Let CP-SAT search the rest; return the bound."""
        incumbent, literals, model = self.incumbent, self.literals, self.literals.model
        literals.tighten(self.fixing)
        literals.hint(incumbent)
        for above in down_to(tier, self.state.order)[:-1]:
            if above not in self._held:
                model.hold(above, incumbent.costs[above])
                self._held.add(above)
        model.model.add(model.tiers[tier] >= least)
        report = None if on_bound is None else lambda cost, bound: on_bound(cost, max(least, bound))
        solver = model.solve(model.tiers[tier], incumbent, self.work.seconds, incumbent.costs[tier], report)
        self.work.spend(solver.deterministic_time)
        if solver.solved and solver.value(model.tiers[tier]) < incumbent.costs[tier]:
            self.incumbent = model.plan(solver)
        return self.incumbent.costs[tier] if solver.proved else max(least, ceil(solver.best_objective_bound - 1e-6))

    def hold(self) -> None:
        """Take the tier's cost in the incumbent as proved."""
        self.fixing.hold(self.incumbent)


def fewest_moved(state: DaySearch, incumbent: Plan, deterministic: float) -> tuple[Plan, int]:
    """Return a plan that moves as few published visits as possible, and a lower bound of their number."""
    model = DayModel(state, limited=False)
    solver = model.solve(model.moved, incumbent, deterministic)
    least = max(0, ceil(solver.best_objective_bound - 1e-6))
    return (model.plan(solver) if solver.solved else incumbent), least
