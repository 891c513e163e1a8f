"""Wished times, group by group: for a fixed partition, each synchronised group is a small day of its own for CP-SAT.

A partition of least cost has every group at its least lateness and travel. What is left to choose are orders of the
same cost, and start times.
"""

from dataclasses import replace

from schedulers.proof.cp_model import DayModel
from schedulers.proof.kernels.route_kernel import LATE, URGENT
from schedulers.proof.partitions import Partitions
from schedulers.proof.synchronised_routes import (
    ANY_COST,
    LABELS_PER_SECOND,
    SynchronisedGroup,
    SynchronisedGroups,
    WorkExhausted,
)
from schedulers.search.decode_kernel import FROM_TARGET
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import Tier

WORK_PER_GROUP = 0.01
"""Deterministic seconds that building the model of a group counts for."""

Placement = tuple[int, int, int]
"""(start, service, member)."""


class WishOptimiser:
    """The least cost of the wishes of each group, each solved once."""

    def __init__(self, state: DaySearch, groups: SynchronisedGroups, deterministic: float) -> None:
        self.state, self.groups, self.deterministic = state, groups, deterministic
        self._models, self._begun = 0.0, groups.steps
        self._known: dict[SynchronisedGroup, tuple[int, list[Placement]] | None] = {}

    @property
    def spent(self) -> float:
        """The work so far, in deterministic seconds."""
        return self._models + (self.groups.steps - self._begun) / LABELS_PER_SECOND

    def optimise(self, partitions: Partitions, incumbent: Plan) -> Plan | None:
        """Return the plan of these partitions whose wishes cost least, or the incumbent; None if work is exhausted."""
        least, parts = incumbent.costs[Tier.WISH], None
        for p in range(len(partitions.choice)):
            cost, placements = 0, list[Placement]()
            for group in self.groups.groups_of(partitions, p):
                wishes = self._solve_once(group)
                if wishes is None:
                    return None
                cost, placements = cost + wishes[0], placements + wishes[1]
                if cost >= least:
                    break
            else:
                least, parts = cost, placements
        if parts is None:
            return incumbent
        feasible = self.state.decode(parts, FROM_TARGET)
        assert feasible, "groups keep the rules of the decode"
        return self.state.decoded()

    def _solve_once(self, group: SynchronisedGroup) -> tuple[int, list[Placement]] | None:
        if group not in self._known:
            try:
                self._known[group] = self._solve(group)
            except WorkExhausted:
                self._known[group] = None
        return self._known[group]

    def _solve(self, group: SynchronisedGroup) -> tuple[int, list[Placement]] | None:
        """Return the least cost of a group's wishes, and its schedule; None if the work is exhausted."""
        value, parts = self.groups.value(group, ANY_COST), self.groups.schedule(group)
        if self.spent > self.deterministic or value is None or parts is None:
            return None
        if self.state.problem.proof.quick_wishes and self._cost(parts) == 0:
            return 0, parts
        day, services, members = self._group_day(group)
        scheduled = [(start, services.index(v), members.index(c)) for start, v, c in parts]
        feasible = day.decode(scheduled)
        assert feasible, "a group is feasible"
        model = DayModel(day)
        for _, v, c in scheduled:
            model.model.add(model.goes[v, c] == 1)
        for v, (earliest, latest) in self.groups.start_windows(group, value).items():
            model.model.add_linear_constraint(model.start[services.index(v)], earliest, latest)
        if Tier.URGENT in self.state.order:
            model.hold(Tier.URGENT, value // URGENT)
        model.hold(Tier.TARDINESS, value % URGENT // LATE)
        model.hold(Tier.TRAVEL, value % LATE)
        solver = model.solve(model.tiers[Tier.WISH], day.decoded(), self.deterministic - self.spent)
        self._models += WORK_PER_GROUP + solver.deterministic_time
        if not solver.proved:
            return None
        plan = model.plan(solver)
        schedule = [(placed.start, services[placed.service], members[placed.member]) for placed in plan.placed]
        return plan.costs[Tier.WISH], schedule

    def _cost(self, parts: list[Placement]) -> int:
        """Return the cost of the wishes of a schedule."""
        cost = 0
        for start, v, _ in parts:
            d, j = self.state.services[v]
            wish = self.state.problem.demands[d].wish
            if wish is not None and j == 0:
                cost += max(0, wish[0] - start, start - wish[1])
        return cost

    def _group_day(self, group: SynchronisedGroup) -> tuple[DaySearch, list[int], list[int]]:
        """Return a group's day, and the services and members of the whole day that are in it, by their new indices."""
        problem, members = self.state.problem, [c for c, _ in group]
        bits = sum(services for _, services in group)
        services = [v for v in range(len(self.state.services)) if bits >> v & 1]
        demands = sorted({self.state.services[v][0] for v in services})
        ids = {problem.members[c].id for c in members}
        apart = tuple(pair for pair in problem.apart if ids >= set(pair))
        small = replace(
            problem,
            members=tuple(problem.members[c] for c in members),
            demands=tuple(problem.demands[d] for d in demands),
            apart=apart,
        )
        return DaySearch(small), services, members
