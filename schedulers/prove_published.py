"""How good a published roster is known to be, found after it was published: its assignments stay as they are."""

from dataclasses import dataclass
from itertools import takewhile

from schedulers.check import RosterRejected, check
from schedulers.plan import exact_name
from schedulers.problem import Problem, Proof, Roster
from schedulers.tiers import ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """What is known of a roster: `bound` is of its first tier that is not proved; both None where all tiers are."""

    proof: Proof
    bound_tier: str | None
    bound: int | None
    solver: str


def bounded(problem: Problem, roster: Roster, deterministic: float) -> Bounded:
    """Prove a roster of the problem within so many deterministic seconds. A function: asked again, it says the same.

    Where the proof meets a better roster, the bound is told against the one that was published.

    Raises:
        RosterRejected: it is no roster of that problem.
    """
    violations = check(problem, roster)
    if violations:
        raise RosterRejected(violations)
    if not (problem.demands and problem.members):  # nobody could choose
        return Bounded(proof="proved", bound_tier=None, bound=None, solver=exact_name())
    from schedulers.proof.prove import prove  # noqa: PLC0415 -- OR-Tools is loaded where it is needed
    from schedulers.search.search import WAIT_FOR, DaySearch  # noqa: PLC0415 -- likewise compiled code

    state = DaySearch(problem)
    state.may_move(problem.most_moved)
    services = {(problem.demands[d].id, j): v for v, (d, j) in enumerate(state.services)}
    parts = [(a.start, services[a.demand_id, a.service], state.index[a.member_id]) for a in roster.assignments]
    fits = state.lay(parts, WAIT_FOR)
    published = state.tried()
    assert fits and published.costs == roster.costs, "the search counts as the checker does"  # noqa: PT018 -- one law
    told = prove(state, published, deterministic)
    for tier in takewhile(lambda tier: tier.label != told.bound_tier, ORDER):
        if told.plan.costs[tier] < published.costs[tier]:
            return Bounded(proof="within", bound_tier=tier.label, bound=told.plan.costs[tier], solver=exact_name())
    return Bounded(proof=told.proof, bound_tier=told.bound_tier, bound=told.bound, solver=exact_name())
