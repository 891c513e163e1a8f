"""Search of a team-day: the problem as tables, restarts of the annealing, and schedules given from outside, settled.

A function of problem, seed and iterations. It starts from the pinned and the published assignments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from schedulers.problem import Demand, Member, Problem, Service
from schedulers.rules import gap_of, kept_apart, pin_of, urgency, work_intervals
from schedulers.search.annealing_kernel import (
    BEST,
    BEST_ORDER,
    LEG,
    MOVED,
    NOBODY,
    NOW,
    ORDER,
    RANKS,
    START,
    TIERS,
    TRIED,
    TRY_HOLD,
    TRY_ORDER,
    TRY_WHO,
    WANTED,
    WEIGHTS,
    Day,
    anneal,
    back_to_best,
    decode,
    keep_best,
)  # fmt: skip
from schedulers.search.compiled import Ints, ints, seeded, zeros
from schedulers.stop import MaxIterations
from schedulers.tiers import ORDER as TIER_ORDER
from schedulers.tiers import Tier, in_order

FAR = 1 << 40
AS_PUBLISHED, WAIT_FOR = 2, 3


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """A service placed: indices of member and service, start and travel before it in seconds."""

    member: int
    start: int
    order: int
    service: int
    travel: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A feasible schedule and its cost by tier."""

    placed: tuple[Placed, ...]
    costs: tuple[int, ...]

    def costs_less(self, other: "Plan") -> bool:
        """Is it the better one, tier by tier?"""
        return in_order(self.costs) < in_order(other.costs)


class DaySearch:
    """A problem as the compiled search sees it. Services are counted through all demands, in order."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.services = [(d, j) for d, demand in enumerate(problem.demands) for j in range(len(demand.services))]
        self.index = {member.id: c for c, member in enumerate(problem.members)}
        self.first = {d: v for v, (d, j) in enumerate(self.services) if j == 0}
        self.able = np.array(
            [[self._may(member, *self._part(v)) for v in range(len(self.services))] for member in problem.members],
            dtype=np.int64,
        ).reshape(len(problem.members), len(self.services))
        self.day = self._tables()
        self._fill_services()
        self._fill_demands()
        self._fill_members()
        for rank, tier in enumerate(TIER_ORDER):
            self.day.cost[RANKS, rank] = tier
        self.may_move(None)

    def may_move(self, most: int | None) -> None:
        """From now on no state is feasible in which more published visits moved or are left out; None: any may."""
        self.day.cost[WEIGHTS, MOVED] = FAR if most is None else most

    @property
    def moved(self) -> int:
        """How many published visits the tried state moves or leaves out."""
        return int(self.day.cost[TRIED, MOVED])

    def _part(self, v: int) -> tuple[Demand, int]:
        d, j = self.services[v]
        return self.problem.demands[d], j

    def _may(self, member: Member, demand: Demand, part: int) -> bool:
        pin = pin_of(demand, part)
        if pin is not None:
            return pin.member_id == member.id
        return bool(member.works) and member.id not in demand.not_with and can_do(member, demand.services[part])

    def _tables(self) -> Day:
        problem, m, k = self.problem, len(self.services), len(self.problem.members)
        modes = sorted({member.mode for member in problem.members})
        self.modes = {mode: i for i, mode in enumerate(modes)}
        roles = sorted({role for member in problem.members for role in member.roles})
        intervals = max((len(member.works) for member in problem.members), default=1) or 1
        who = np.zeros((m, max(k, 1)), dtype=np.int64)
        for v in range(m):
            able = np.flatnonzero(self.able[:, v])
            who[v, : len(able)] = able
        works_roles = [[int(bool(c.works) and role in c.roles) for c in problem.members] for role in roles]
        return Day(
            d=len(problem.demands),
            m=m,
            k=k,
            travel=ints([problem.travel[mode] for mode in modes]),
            works=zeros(k, intervals, 2),
            roles=ints(np.array(works_roles, dtype=np.int64).reshape(len(roles), k)),
            able=ints(self.able),
            who=ints(who),
            apart=self._apart(),
            service=zeros(m, 14),
            demand=zeros(len(problem.demands), 9),
            member=zeros(k, 11),
            state=zeros(max(m, len(problem.demands)), 9),
            cost=zeros(5, TIERS + 1),
            random=zeros(1),
        )

    def _apart(self) -> Ints:
        """1 where two must not do a demand together; nobody does so with herself."""
        apart, k = kept_apart(self.problem), max(len(self.problem.members), 1)
        table = np.eye(k, dtype=np.int64)
        for one, c in self.index.items():
            for other, e in self.index.items():
                table[c, e] = table[c, e] or frozenset((one, other)) in apart
        return ints(table)

    def _fill_services(self) -> None:
        for v, (d, j) in enumerate(self.services):
            demand = self.problem.demands[d]
            service, pin = demand.services[j], pin_of(demand, j)
            previous = demand.previous[j] if j < len(demand.previous) else None
            columns = (
                d,
                demand.place,
                service.seconds,
                NOBODY if pin is None else pin.start,
                demand.opens,
                demand.closes,
                NOBODY if service.named is None else self.index.get(service.named, -2),
                NOBODY if previous is None else self.index.get(previous.member_id, -2),
                NOBODY if previous is None else previous.start,
                int(self.able[:, v].sum()),
            )
            for column, value in enumerate(columns):
                self.day.service[v, column] = value

    def _fill_demands(self) -> None:
        for d, demand in enumerate(self.problem.demands):
            pins = [pin_of(demand, j) for j in range(len(demand.services))]
            wish = demand.wish or (NOBODY, NOBODY)
            sync = {"single": 0, "simultaneous": 1, "sequential": 2}[demand.sync] if len(pins) == 2 else 0
            fixed = all(pin is not None and pin.member_id in self.index for pin in pins)
            columns = (self.first[d], len(pins), sync, *gap_of(demand), urgency(demand), *wish, fixed)
            for column, value in enumerate(columns):
                self.day.demand[d, column] = int(value)

    def _fill_members(self) -> None:
        for c, member in enumerate(self.problem.members):
            end = member.works[-1][1] if member.works else FAR
            columns = (self.modes[member.mode], member.start_place, member.end_place, len(member.works), end)
            for column, value in enumerate(columns):
                self.day.member[c, column] = value
            for i, (begins, ends) in enumerate(work_intervals(member)):
                self.day.works[c, i, 0] = begins
                self.day.works[c, i, 1] = ends

    def fixed(self, d: int) -> bool:
        """Is every service of the demand pinned to members of the team?"""
        return bool(self.day.demand[d, 8])

    def lay(self, parts: Iterable[tuple[int, int, int]], hold: int = 0) -> bool:
        """Try exactly these (start, service, member); False if a hard rule breaks. With hold 3 none starts sooner."""
        rest = set(range(len(self.services)))
        order = []
        for v in range(self.day.m):
            self.day.state[v, TRY_WHO], self.day.service[v, WANTED] = NOBODY, 0
        for d in range(self.day.d):
            self.day.state[d, TRY_HOLD] = hold
        for start, v, c in sorted(parts):
            order.append(v)
            rest.discard(v)
            self.day.state[v, TRY_WHO] = c
            self.day.service[v, WANTED] = start
        for i, v in enumerate(order + sorted(rest)):
            self.day.state[i, TRY_ORDER] = v
        return bool(decode(self.day))

    def lay_plan(self, plan: Plan, hold: int = WAIT_FOR) -> bool:
        """Try exactly this plan; False if a hard rule breaks."""
        return self.lay([(each.start, each.service, each.member) for each in plan.placed], hold)

    def tried(self) -> Plan:
        """The tried state as it was decoded last."""
        placed = [
            Placed(int(c), int(self.day.service[v, START]), i, int(v), int(self.day.service[v, LEG]))
            for i in range(self.day.m)
            for v in (self.day.state[i, TRY_ORDER],)
            for c in (self.day.state[v, TRY_WHO],)
            if c != NOBODY
        ]
        return Plan(tuple(sorted(placed)), tuple(int(self.day.cost[TRIED, tier]) for tier in range(TIERS)))

    def settle(self, plan: Plan) -> Plan:
        """The same members and order, each demand as early as it may be without making any tier worse."""
        if not self.lay_plan(plan):
            return plan
        best = self.tried()
        for d in range(self.day.d):
            for hold in (0, 1, 2):
                if (hold == 1 and self.problem.demands[d].wish is None) or (
                    hold == 2 and not self.problem.demands[d].previous
                ):
                    continue
                self.day.state[d, TRY_HOLD] = hold
                if decode(self.day) and not best.costs_less(self.tried()):
                    best = self.tried()
                    break
                self.day.state[d, TRY_HOLD] = WAIT_FOR
        decode(self.day)
        return best

    def start(self) -> Plan:
        """Pinned demands, and of the published ones as many as still fit, in the order of their starts."""
        kept: list[tuple[int, int, int]] = []
        rest = []
        for d, demand in enumerate(self.problem.demands):
            services = range(self.first[d], self.first[d] + len(demand.services))
            if self.fixed(d):
                pins = [pin for pin in demand.pins if pin is not None]
                kept += [(pin.start, v, self.index[pin.member_id]) for v, pin in zip(services, pins, strict=True)]
            elif len(demand.previous) == len(demand.services):
                who = [self.index.get(each.member_id, NOBODY) for each in demand.previous]
                if all(c != NOBODY and self.able[c, v] for v, c in zip(services, who, strict=True)):
                    starts = [each.start for each in demand.previous]
                    rest.append(list(zip(starts, services, who, strict=True)))
        for parts in sorted(rest):
            if self.lay(kept + parts, AS_PUBLISHED):
                kept += parts
        self.lay(kept, AS_PUBLISHED)
        return self.tried()

    def pinned(self) -> list[tuple[int, int, int]]:
        """(start, service, member) of every demand that is pinned as a whole."""
        return [
            (pin.start, self.first[d] + j, self.index[pin.member_id])
            for d, demand in enumerate(self.problem.demands)
            if self.fixed(d)
            for j, pin in enumerate(demand.pins)
            if pin is not None
        ]

    def alone(self, d: int, kept: Sequence[tuple[int, int, int]] = ()) -> bool:
        """Could this demand be placed beside nothing but `kept`, with any able members in any order?"""
        services = range(self.first[d], self.first[d] + len(self.problem.demands[d].services))
        for who in permutations(range(self.day.k), len(services)):
            if all(self.able[c, v] for v, c in zip(services, who, strict=True)) and self._fits(services, who, kept):
                return True
        return False

    def _fits(self, services: range, who: Sequence[int], kept: Sequence[tuple[int, int, int]]) -> bool:
        moments = sorted({0, *(start + 1 for start, _, _ in kept)})
        if len(services) == 1:
            return any(self.lay([*kept, (t, services[0], who[0])]) for t in moments)
        pairs = [(t, u) for t in moments for u in moments if t <= u]
        return any(self.lay([*kept, (t, services[0], who[0]), (u, services[1], who[1])]) for t, u in pairs)

    def adopt(self, plan: Plan) -> None:
        """Make the tried state, which is this plan, current and best."""
        for i in range(max(self.day.m, self.day.d)):
            for j in range(3):
                self.day.state[i, ORDER + j] = self.day.state[i, TRY_ORDER + j]
        for tier in Tier:
            self.day.cost[NOW, tier] = plan.costs[tier]
            self.day.cost[WEIGHTS, tier] = self.problem.search.weights[tier]
        keep_best(self.day)


def can_do(member: Member, service: Service) -> bool:
    """Has she one of the roles and all the qualifications?"""
    return bool(set(service.roles) & set(member.roles)) and not set(service.qualifications) - set(member.qualifications)


def search(state: DaySearch, begin: Plan) -> Plan:
    """The best plan found from `begin` on within the problem's iterations, by all its restarts.

    The problem must have a member and a demand, and `begin` must be feasible.
    """
    best, parameters, stop = begin, state.problem.search, MaxIterations(state.problem.budget.iterations)
    restarts = max(1, min(parameters.most_restarts, stop.iterations // parameters.iterations_per_restart))
    for restart, share in enumerate(stop.shares(restarts)):
        found = _run(state, begin, share, seeded(state.problem.seed, restart))
        if found.costs_less(best):
            best = found
    return best


def _run(state: DaySearch, begin: Plan, iterations: int, seed: int) -> Plan:
    day, parameters = state.day, state.problem.search
    if not state.lay_plan(begin, AS_PUBLISHED) or state.tried().costs != begin.costs:
        state.lay_plan(begin)
    state.adopt(begin)
    day.random[0] = seed
    cooling, steps = iterations - int(iterations * parameters.polish_share), parameters.temperatures
    hot, cold = parameters.first_temperature, parameters.last_temperature
    for step in range(steps):
        moves = cooling * (step + 1) // steps - cooling * step // steps
        anneal(day, moves, hot * (cold / hot) ** (step / (steps - 1)))
    back_to_best(day)
    anneal(day, iterations - cooling, 0.0)
    for i in range(max(day.m, day.d)):
        for j in range(3):
            day.state[i, TRY_ORDER + j] = day.state[i, BEST_ORDER + j]
    decode(day)
    found = state.tried()
    assert found.costs == tuple(int(day.cost[BEST, tier]) for tier in range(TIERS))
    return found
