"""Tiers settled by looking at every way to share a day out that is left: from what is left out to the wishes."""

from dataclasses import dataclass

import numpy as np

from schedulers.proof.column_fixing import Sifting
from schedulers.proof.columns import Array
from schedulers.proof.kernels.route_kernel import LATE
from schedulers.proof.lp_bound import SCALE
from schedulers.proof.partitions import Covers, Ways
from schedulers.proof.synchronised_routes import TRIPS_OF_A_SECOND, Crews
from schedulers.proof.wishes import Wishes
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import Tier, down_to, in_order

SHARES_OF_A_SECOND = 250_000_000
"""Steps that count as a deterministic second, which is about two of the processor."""

MOST_SERVICES = 62
"""Services are bits of a whole number."""


WEIGHTS = {Tier.UNPLACED: (0, 0), Tier.CONTINUITY: (0, 0), Tier.TARDINESS: (1, 0), Tier.TRAVEL: (LATE, 1)}
"""By tier, what a second of lateness and of the way weigh in a route; where neither does, it need only be possible."""


def cost_of(found: Plan, tier: Tier) -> int:
    """What the plan costs, in the weights of a tier."""
    late, way = WEIGHTS[tier]
    if not late:  # routes need only be possible
        return found.costs[tier]
    return late * found.costs[Tier.TARDINESS] + way * found.costs[Tier.TRAVEL]


@dataclass(slots=True)
class Work:
    """What is worked with, and how much work there may be, in deterministic seconds."""

    deterministic: float
    covers: Covers
    crews: Crews

    @property
    def spent(self) -> float:
        """The work so far."""
        return self.covers.steps / SHARES_OF_A_SECOND + self.crews.steps / TRIPS_OF_A_SECOND

    @property
    def _left(self) -> float:
        return max(0.0, self.deterministic - self.spent)

    @property
    def most_shares(self) -> int:
        """Steps of sharing out at which to give up."""
        return self.covers.steps + int(SHARES_OF_A_SECOND * self._left)

    @property
    def most_trips(self) -> int:
        """Steps of crews at which to give up."""
        return self.crews.steps + int(TRIPS_OF_A_SECOND * self._left)


@dataclass(frozen=True, slots=True)
class Settled:
    """The best plan known, whether it is proved to be the best, and the work spent."""

    plan: Plan
    proved: bool
    spent: float


class Sharing:
    """The ways of a day, looked at where the sets of all its members are counted and nothing of it is published."""

    def __init__(self, state: DaySearch, sifting: Sifting) -> None:
        self.state, self.sifting = state, sifting
        published = any(demand.previous for demand in state.problem.demands)
        self._possible = not published and len(state.services) <= MOST_SERVICES
        self._left: tuple[Ways, Crews] | None = None

    def settle(self, found: Plan, tier: Tier, deterministic: float) -> Settled:
        """The best plan in this tier that is found, with those above held at the plan's costs."""
        if tier == Tier.FAIRNESS and self._left is not None:
            fairest = self._fairest(found, *self._left)
            return Settled(fairest or found, proved=fairest is not None, spent=0.0)
        if tier == Tier.WISH and self._left is not None:
            return self._best_wishes(found, *self._left, deterministic)
        self._left = None
        counted = all(each.counted and len(each.sets) for each in self.sifting.members)
        if not self._possible or not counted or self.sifting.last is None or self.sifting.windows is None:
            return Settled(found, proved=False, spent=0.0)
        work = Work(deterministic, Covers(*self.sifting.last), Crews(self.state, self.sifting.windows, WEIGHTS[tier]))
        plan, proved = self._look(found, tier, work)
        return Settled(plan, proved, work.spent)

    def _look(self, found: Plan, tier: Tier, work: "Work") -> tuple[Plan, bool]:
        """Look at ways ever further above the bound: they better the plan, until all that may be better are seen."""
        parameters, order = self.state.problem.proof, down_to(tier)
        covers, known, last = work.covers, -1, False
        above = covers.gap // parameters.first_gap_part + 1
        while not last:
            # A plan of this cost is known; ways that cost as much are of interest for the tiers behind the way alone.
            top = covers.gap if tier == Tier.TRAVEL else covers.gap - SCALE
            last = above >= top
            every = last and tier == Tier.TRAVEL
            ways = covers.ways(min(above, top), work.most_shares, -1 if every else known)
            if ways is None:
                return found, False
            most = cost_of(found, tier) - (0 if every else 1)
            looked = work.crews.cheapest(ways, most, work.most_trips, all_of_them=every)
            if looked.plan and in_order(looked.plan.costs, order) < in_order(found.costs, order):
                found = looked.plan
                self.sifting.hold(found)
            if not looked.whole:
                return found, False
            if every:
                self._keep(ways.only(looked.ways), work.crews)
            known, above = above, above * parameters.gap_growth
        return found, True

    def _keep(self, ways: Ways, crews: Crews) -> None:
        """Go on with these ways alone."""
        self._left = ways, crews
        self.sifting.only(dict(zip(ways.members, ways.told().T, strict=True)))

    def _fairest(self, found: Plan, ways: Ways, crews: Crews) -> Plan | None:
        """The plan of the fairest way that is left; None if it cannot be told."""
        spread = self._spread(ways)
        fairest = np.flatnonzero(spread == spread.min())
        self._keep(ways.only(tuple(fairest.tolist())), crews)
        return crews.plan_of(ways, int(fairest[0])) if int(spread.min()) < found.costs[Tier.FAIRNESS] else found

    def _best_wishes(self, found: Plan, ways: Ways, crews: Crews, deterministic: float) -> Settled:
        """Wishes of each of the fairest ways that are left: those of its crews, each for itself."""
        fairest = ways.only(tuple(np.flatnonzero(self._spread(ways) == found.costs[Tier.FAIRNESS]).tolist()))
        wishes = Wishes(self.state, crews, deterministic)
        plan = wishes.best(fairest, found)
        return Settled(plan or found, proved=plan is not None, spent=wishes.spent)

    def _spread(self, ways: Ways) -> Array:
        """What fairness each way costs."""
        problem, told = self.state.problem, ways.told()
        seconds = [problem.demands[d].services[j].seconds for d, j in self.state.services]
        loads = sum((told >> v & 1) * length for v, length in enumerate(seconds))
        spread = np.zeros(len(told), dtype=np.int64)
        at_work = [(i, problem.members[c]) for i, c in enumerate(ways.members) if problem.members[c].works]
        for role in {role for _, member in at_work for role in member.roles}:
            mine = np.asarray(loads)[:, [i for i, member in at_work if role in member.roles]]
            spread += mine.max(axis=1) - mine.min(axis=1)
        return spread
