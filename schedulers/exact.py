"""Proof of a team-day, tier by tier: a bound over all sets of visits a member can do, then CP-SAT; counted work.

Each tier is minimised with all tiers above held at their proved values. The first that cannot be proved within the
budget gets a lower bound, and there the proof ends. The search's plan is where it starts, bettered on the way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from schedulers.day_columns import Columns
from schedulers.day_model import DayModel
from schedulers.day_sets import MOST_LABELS
from schedulers.problem import TIERS, Proof
from schedulers.search import DaySearch, Plan
from schedulers.sifting import Sifting

LABELS_OF_A_SECOND = 400_000
"""Who gives CP-SAT little work wants few sets counted, too: labels of a member for a deterministic second."""

Watch = Callable[[int, int, int], None]
"""Is told a tier, the best cost known and a bound of it, as they come."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The plan, bettered where the proof found better, and how far the proof came."""

    plan: Plan
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None


def prove(state: DaySearch, found: Plan, deterministic: float, watch: Watch | None = None) -> Proved:
    """Prove the tiers of `found` one after the other within so many deterministic seconds of CP-SAT."""
    most_labels = min(MOST_LABELS, int(LABELS_OF_A_SECOND * deterministic))
    sifting, columns = Sifting(state, most_labels), Columns(DayModel(state))
    for tier, name in enumerate(TIERS):
        if found.costs[tier] > 0:  # nothing is below zero
            if deterministic <= 0:
                return Proved(found, "within", name, 0)
            found, least, spent = _prove(tier, found, sifting, columns, deterministic, watch)
            deterministic -= spent
            if least < found.costs[tier]:
                return Proved(found, "within", name, least)
            sifting.hold(found)
        columns.model.hold(tier, found.costs[tier])
    return Proved(found, "proved")


def _prove(
    tier: int, found: Plan, sifting: Sifting, columns: Columns, deterministic: float, watch: Watch | None
) -> tuple[Plan, int, float]:
    """The best plan known, what the tier costs at least, and the work spent."""
    least, model, spent = sifting.bound(found, tier), columns.model, 0.0
    told = None if watch is None else lambda cost, bound: watch(tier, cost, max(least, bound))
    if told is not None:
        told(found.costs[tier], least)
    if least < found.costs[tier]:
        columns.narrow(sifting)
        columns.hint(found)
        model.model.add(model.tiers[tier] >= least)
        solver = model.solve(model.tiers[tier], found, deterministic, found.costs[tier], told)
        spent = solver.deterministic_time
        if solver.solved and solver.value(model.tiers[tier]) < found.costs[tier]:
            found = model.plan(solver)
        least = found.costs[tier] if solver.proved else max(least, ceil(solver.best_objective_bound - 1e-6))
    if told is not None:
        told(found.costs[tier], least)
    return found, least, spent


def fewest_moved(state: DaySearch, found: Plan, deterministic: float) -> tuple[Plan, int]:
    """A plan that moves as few published visits as can be, and a bound: no plan moves fewer."""
    model = DayModel(state, limited=False)
    solver = model.solve(model.moved, found, deterministic)
    least = max(0, ceil(solver.best_objective_bound - 1e-6))
    return (model.plan(solver) if solver.solved else found), least
