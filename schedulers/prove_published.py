"""Proves a roster after it was published; its assignments stay as they are."""

from dataclasses import dataclass
from itertools import takewhile

from schedulers.check import RosterRejected, check
from schedulers.plan import proving_solver
from schedulers.problem import Problem, Proof, Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedProof:
    """How far a published roster is proved: `bound` is of its first tier that is not; both None if all tiers are."""

    proof: Proof
    bound_tier: str | None
    bound: int | None
    solver: str


def prove_published(problem: Problem, roster: Roster, deterministic: float) -> PublishedProof:
    """Prove a roster of a problem within a limit of deterministic seconds; the same call has the same result.

    If the proof finds a better roster, its cost is the bound of the published one.

    Raises:
        RosterRejected: it is not a roster of that problem.
    """
    violations = check(problem, roster)
    if violations:
        raise RosterRejected(violations)
    if not (problem.demands and problem.members):  # there is only one roster
        return PublishedProof(proof="proved", bound_tier=None, bound=None, solver=proving_solver())
    from schedulers.proof.prove import prove  # noqa: PLC0415 -- OR-Tools is loaded where it is needed
    from schedulers.search.decode_kernel import FROM_TARGET  # noqa: PLC0415 -- likewise compiled code
    from schedulers.search.search import DaySearch  # noqa: PLC0415 -- likewise compiled code

    state = DaySearch(problem)
    state.limit_moved(problem.most_moved)
    services = {(problem.demands[d].id, j): v for v, (d, j) in enumerate(state.services)}
    parts = [(a.start, services[a.demand_id, a.service], state.index[a.member_id]) for a in roster.assignments]
    feasible = state.decode(parts, FROM_TARGET)
    published = state.decoded()
    assert feasible and published.costs == roster.costs, "the search counts as the checker does"  # noqa: PT018 -- one invariant
    proved = prove(state, published, deterministic)
    for tier in takewhile(lambda tier: tier.label != proved.bound_tier, state.order):
        if proved.plan.costs[tier] < published.costs[tier]:
            return PublishedProof(
                proof="within", bound_tier=tier.label, bound=proved.plan.costs[tier], solver=proving_solver()
            )
    return PublishedProof(proof=proved.proof, bound_tier=proved.bound_tier, bound=proved.bound, solver=proving_solver())
