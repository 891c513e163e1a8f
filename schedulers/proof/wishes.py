"""Wished times, crew by crew: where who does what is settled, each crew is a small day of its own for CP-SAT.

A way that costs least costs what its crews cost at least. So in every plan of it each crew is as little late and as
short a way out as can be, and what is left to choose are orders that cost the same, and moments.
"""

from dataclasses import replace

from schedulers.proof.columns import FREELY
from schedulers.proof.cp_model import DayModel
from schedulers.proof.kernels.route_kernel import LATE
from schedulers.proof.partitions import Ways
from schedulers.proof.synchronised_routes import TRIPS_OF_A_SECOND, Crew, Crews, TooMuchWork
from schedulers.search.search import WAIT_FOR, DaySearch, Plan
from schedulers.tiers import Tier

WORK_OF_A_CREW = 0.01
"""What it takes to begin with a crew, in deterministic seconds."""

Placing = tuple[int, int, int]
"""(start, service, member)."""


class Wishes:
    """What the wishes of each crew cost at least, asked once."""

    def __init__(self, state: DaySearch, crews: Crews, deterministic: float) -> None:
        self.state, self.crews, self.deterministic = state, crews, deterministic
        self._models, self._begun = 0.0, crews.steps
        self._known: dict[Crew, tuple[int, list[Placing]] | None] = {}

    @property
    def spent(self) -> float:
        """The work so far, in deterministic seconds."""
        return self._models + (self.crews.steps - self._begun) / TRIPS_OF_A_SECOND

    def best(self, ways: Ways, found: Plan) -> Plan | None:
        """The plan of one of these ways whose wishes cost least, or the one found; None if that is not known."""
        best, parts = found.costs[Tier.WISH], None
        for w in range(len(ways.choice)):
            cost, mine = 0, list[Placing]()
            for crew_of in self.crews.crews_of(ways, w):
                told = self._of(crew_of)
                if told is None:
                    return None
                cost, mine = cost + told[0], mine + told[1]
                if cost >= best:
                    break
            else:
                best, parts = cost, mine
        if parts is None:
            return found
        fits = self.state.lay(parts, WAIT_FOR)
        assert fits, "crews keep the rules of the decode"
        return self.state.tried()

    def _of(self, crew_of: Crew) -> tuple[int, list[Placing]] | None:
        if crew_of not in self._known:
            try:
                self._known[crew_of] = self._ask(crew_of)
            except TooMuchWork:
                self._known[crew_of] = None
        return self._known[crew_of]

    def _ask(self, crew_of: Crew) -> tuple[int, list[Placing]] | None:
        """What the crew's wishes cost at least, and how."""
        value, parts = self.crews.value(crew_of, FREELY), self.crews.parts_of(crew_of)
        if self.spent > self.deterministic or value is None or parts is None:
            return None
        day, services, members = self._day(crew_of)
        at = [(start, services.index(v), members.index(c)) for start, v, c in parts]
        fits = day.lay(at)
        assert fits, "a crew is possible"
        model = DayModel(day)
        for _, v, c in at:
            model.model.add(model.goes[v, c] == 1)
        for v, (earliest, latest) in self.crews.moments_of(crew_of, value).items():
            model.model.add_linear_constraint(model.start[services.index(v)], earliest, latest)
        model.hold(Tier.TARDINESS, value // LATE)
        model.hold(Tier.TRAVEL, value % LATE)
        solver = model.solve(model.tiers[Tier.WISH], day.tried(), self.deterministic - self.spent)
        self._models += WORK_OF_A_CREW + solver.deterministic_time
        if not solver.proved:
            return None
        plan = model.plan(solver)
        told = [(placed.start, services[placed.service], members[placed.member]) for placed in plan.placed]
        return plan.costs[Tier.WISH], told

    def _day(self, crew_of: Crew) -> tuple[DaySearch, list[int], list[int]]:
        """The crew's day, and which of the day's services and members are in it, by their places there."""
        problem, members = self.state.problem, [c for c, _ in crew_of]
        bits = sum(services for _, services in crew_of)
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
