"""The state of a search: the problem as tables of the compiled code, and plans from elsewhere, decoded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations

import numpy as np

from schedulers.limits import known_place, minutes_to_call, most_ahead, urgent_closes
from schedulers.problem import Demand, Member, Problem, Service
from schedulers.rules import (
    gap_of,
    incompatible_pairs,
    is_stranger,
    pin_of,
    urgency,
    work_intervals,
)
from schedulers.search.annealing_kernel import keep_best
from schedulers.search.compiled import Ints, ints, zeros
from schedulers.search.decode_kernel import (
    CANDIDATE,
    FROM_OPENING,
    FROM_PUBLISHED,
    FROM_TARGET,
    FROM_WISH,
    LEG,
    MOVED,
    NOBODY,
    NOW,
    ORDER,
    PINNED,
    RANKS,
    START,
    TARGET,
    TIERS,
    TRY_MEMBER,
    TRY_ORDER,
    TRY_WAIT,
    URGENT_CLOSES,
    URGENT_END,
    WEIGHTS,
    Day,
    decode,
)
from schedulers.tiers import Order, Tier, in_order

FAR = 1 << 40


@dataclass(frozen=True, slots=True, order=True)
class PlacedService:
    """A placed service: indices of member and service, start and travel before it in seconds."""

    member: int
    start: int
    order: int
    service: int
    travel: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A feasible schedule and its costs by tier."""

    placed: tuple[PlacedService, ...]
    costs: tuple[int, ...]

    def is_better(self, other: "Plan", order: Order) -> bool:
        """Does this plan cost less, tier by tier?"""
        return in_order(self.costs, order) < in_order(other.costs, order)


class DaySearch:
    """A problem as tables of the compiled search. Services are numbered through all demands, in order.

    `order` are the tiers, most important first, by default the problem's: search and proof compare by it.
    """

    def __init__(self, problem: Problem, order: Order | None = None) -> None:
        self.problem, self.order = problem, problem.tiers if order is None else order
        self.services = [(d, j) for d, demand in enumerate(problem.demands) for j in range(len(demand.services))]
        self.index = {member.id: c for c, member in enumerate(problem.members)}
        self.first = {d: v for v, (d, j) in enumerate(self.services) if j == 0}
        self.able = np.array(
            [
                [self._is_able(member, *self._demand_of(v)) for v in range(len(self.services))]
                for member in problem.members
            ],
            dtype=np.int64,
        ).reshape(len(problem.members), len(self.services))
        self.day = self._tables()
        self._fill_services()
        self._fill_demands()
        self._fill_members()
        not_counted = [tier for tier in Tier if tier not in self.order]  # they cost nothing
        for rank, tier in enumerate([*self.order, *not_counted]):
            self.day.cost[RANKS, rank] = tier
        self.limit_moved(None)

    def limit_moved(self, most: int | None) -> None:
        """Make states infeasible in which more published demands moved or are left out; None: no limit."""
        self.day.cost[WEIGHTS, MOVED] = FAR if most is None else most

    @property
    def moved(self) -> int:
        """The number of published demands that the decoded state moves or leaves out."""
        return int(self.day.cost[CANDIDATE, MOVED])

    def _demand_of(self, v: int) -> tuple[Demand, int]:
        d, j = self.services[v]
        return self.problem.demands[d], j

    def _is_able(self, member: Member, demand: Demand, service: int) -> bool:
        pin = pin_of(demand, service)
        if pin is not None:
            return pin.member_id == member.id
        return bool(member.works) and member.id not in demand.not_with and can_do(member, demand.services[service])

    def _tables(self) -> Day:
        problem, m, k = self.problem, len(self.services), len(self.problem.members)
        modes = sorted({member.mode for member in problem.members})
        self.modes = {mode: i for i, mode in enumerate(modes)}
        roles = sorted({role for member in problem.members for role in member.roles})
        intervals = max((len(member.works) for member in problem.members), default=1) or 1
        members = np.zeros((m, max(k, 1)), dtype=np.int64)
        for v in range(m):
            able = np.flatnonzero(self.able[:, v])
            members[v, : len(able)] = able
        works_roles = [[int(bool(c.works) and role in c.roles) for c in problem.members] for role in roles]
        return Day(
            d=len(problem.demands),
            m=m,
            k=k,
            travel=ints([problem.travel[mode] for mode in modes]),
            works=zeros(k, intervals, 2),
            roles=ints(np.array(works_roles, dtype=np.int64).reshape(len(roles), k)),
            able=ints(self.able),
            strange=self._strange(),
            unknown=self._unknown(),
            who=ints(members),
            apart=self._apart(),
            ahead=self._ahead(),
            service=zeros(m, 14),
            demand=zeros(len(problem.demands), 12),
            member=zeros(k, 12),
            state=zeros(max(m, len(problem.demands)), 9),
            cost=zeros(5, TIERS + 1),
            random=zeros(1),
        )

    def _strange(self) -> Ints:
        """Return a table (k, m) of 1 where others than the member are named or preferred for the service."""
        parts = [demand.services[j] for demand, j in map(self._demand_of, range(len(self.services)))]
        table = [[is_stranger(service, member.id) for service in parts] for member in self.problem.members]
        return ints(np.array(table, dtype=np.int64).reshape(len(self.problem.members), len(parts)))

    def _unknown(self) -> Ints:
        """Return a table (k, m) of 1 where the resident expects others than the member."""
        known = [known_place(demand) for demand, _ in map(self._demand_of, range(len(self.services)))]
        table = [[each is not None and c.id not in each.member_ids for each in known] for c in self.problem.members]
        return ints(np.array(table, dtype=np.int64).reshape(len(self.problem.members), len(known)))

    def _apart(self) -> Ints:
        """Return a table (k, k) of 1 where two must not do a demand together; the diagonal is 1."""
        apart, k = incompatible_pairs(self.problem), max(len(self.problem.members), 1)
        table = np.eye(k, dtype=np.int64)
        for one, c in self.index.items():
            for other, e in self.index.items():
                table[c, e] = table[c, e] or frozenset((one, other)) in apart
        return ints(table)

    def _ahead(self) -> Ints:
        """Return a table (k, k) of the most seconds that one may do more than the other; empty if none are counted."""
        limits, members = self.problem.limits, self.problem.members
        if limits is None or Tier.IMBALANCE not in self.order:
            return zeros(0, 0)
        return ints([[most_ahead(one, other, limits) for other in members] for one in members])

    def _fill_services(self) -> None:
        limits = self.problem.limits if Tier.URGENT in self.order else None
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
                NOBODY if previous is None else self.index.get(previous.member_id, -2),
                NOBODY if previous is None else previous.start,
                int(self.able[:, v].sum()),
            )
            for column, value in enumerate(columns):
                self.day.service[v, column] = value
            self.day.service[v, URGENT_CLOSES] = FAR if limits is None else urgent_closes(demand, limits)

    def _fill_demands(self) -> None:
        for d, demand in enumerate(self.problem.demands):
            pins = [pin_of(demand, j) for j in range(len(demand.services))]
            wish = demand.wish or (NOBODY, NOBODY)
            sync = {"single": 0, "simultaneous": 1, "sequential": 2}[demand.sync] if len(pins) > 1 else 0
            pinned = all(pin is not None and pin.member_id in self.index for pin in pins)
            call = (minutes_to_call(demand, self.problem.calls), *self.known_span(d))
            columns = (self.first[d], len(pins), sync, *gap_of(demand), urgency(demand), *wish, pinned, *call)
            for column, value in enumerate(columns):
                self.day.demand[d, column] = int(value)

    def _fill_members(self) -> None:
        limits = self.problem.limits if Tier.URGENT in self.order else None
        for c, member in enumerate(self.problem.members):
            end = member.works[-1][1] if member.works else FAR
            columns = (self.modes[member.mode], member.start_place, member.end_place, len(member.works), end)
            for column, value in enumerate(columns):
                self.day.member[c, column] = value
            self.day.member[c, URGENT_END] = FAR if limits is None or not member.works else end + limits.overtime
            for i, (begins, ends) in enumerate(work_intervals(member)):
                self.day.works[c, i, 0] = begins
                self.day.works[c, i, 1] = ends

    def urgent_closes(self, v: int) -> int:
        """Return the latest start of a service that is not urgently late; FAR if none is."""
        return int(self.day.service[v, URGENT_CLOSES])

    def urgent_end(self, c: int) -> int:
        """Return the latest end of a member's day that is not urgently late; FAR if none is."""
        return int(self.day.member[c, URGENT_END])

    def known_span(self, d: int) -> tuple[int, int]:
        """Return the first and the last start of a demand about which its resident need not be called."""
        known, calls = known_place(self.problem.demands[d]), self.problem.calls
        return (0, FAR) if known is None or calls is None else (known.start - calls.beyond, known.start + calls.beyond)

    def is_pinned(self, d: int) -> bool:
        """Is every service of the demand pinned to members of the team?"""
        return bool(self.day.demand[d, PINNED])

    def decode(self, parts: Iterable[tuple[int, int, int]], wait: int = FROM_OPENING) -> bool:
        """Decode these (start, service, member); False if a hard rule breaks. FROM_TARGET lets none start sooner."""
        rest = set(range(len(self.services)))
        order = []
        for v in range(self.day.m):
            self.day.state[v, TRY_MEMBER], self.day.service[v, TARGET] = NOBODY, 0
        for d in range(self.day.d):
            self.day.state[d, TRY_WAIT] = wait
        for start, v, c in sorted(parts):
            order.append(v)
            rest.discard(v)
            self.day.state[v, TRY_MEMBER] = c
            self.day.service[v, TARGET] = start
        for i, v in enumerate(order + sorted(rest)):
            self.day.state[i, TRY_ORDER] = v
        return bool(decode(self.day))

    def decode_plan(self, plan: Plan, wait: int = FROM_TARGET) -> bool:
        """Decode a plan; False if a hard rule breaks."""
        return self.decode([(each.start, each.service, each.member) for each in plan.placed], wait)

    def decoded(self) -> Plan:
        """Return the plan that was decoded last."""
        placed = [
            PlacedService(int(c), int(self.day.service[v, START]), i, int(v), int(self.day.service[v, LEG]))
            for i in range(self.day.m)
            for v in (self.day.state[i, TRY_ORDER],)
            for c in (self.day.state[v, TRY_MEMBER],)
            if c != NOBODY
        ]
        return Plan(tuple(sorted(placed)), self.costs)

    @property
    def costs(self) -> tuple[int, ...]:
        """The costs of the decoded state."""
        return tuple(int(self.day.cost[CANDIDATE, tier]) for tier in range(TIERS))

    def left_shift(self, plan: Plan) -> Plan:
        """Return the plan with the same members and order, each demand as early as no tier gets worse."""
        if not self.decode_plan(plan):
            return plan
        best = self.decoded()
        for d in range(self.day.d):
            for wait in (FROM_OPENING, FROM_WISH, FROM_PUBLISHED):
                if (wait == FROM_WISH and self.problem.demands[d].wish is None) or (
                    wait == FROM_PUBLISHED and not self.problem.demands[d].previous
                ):
                    continue
                self.day.state[d, TRY_WAIT] = wait
                if decode(self.day) and in_order(self.costs, self.order) <= in_order(best.costs, self.order):
                    best = self.decoded()
                    break
                self.day.state[d, TRY_WAIT] = FROM_TARGET
        decode(self.day)
        return best

    def initial_plan(self) -> Plan:
        """Return a plan of all pinned demands and as many published ones as still fit, by their starts."""
        fixed: list[tuple[int, int, int]] = []
        rest = []
        for d, demand in enumerate(self.problem.demands):
            services = range(self.first[d], self.first[d] + len(demand.services))
            if self.is_pinned(d):
                pins = [pin for pin in demand.pins if pin is not None]
                fixed += [(pin.start, v, self.index[pin.member_id]) for v, pin in zip(services, pins, strict=True)]
            elif len(demand.previous) == len(demand.services):
                members = [self.index.get(each.member_id, NOBODY) for each in demand.previous]
                if all(c != NOBODY and self.able[c, v] for v, c in zip(services, members, strict=True)):
                    starts = [each.start for each in demand.previous]
                    rest.append(list(zip(starts, services, members, strict=True)))
        for parts in sorted(rest):
            if self.decode(fixed + parts, FROM_PUBLISHED):
                fixed += parts
        self.decode(fixed, FROM_PUBLISHED)
        return self.decoded()

    def pinned_services(self) -> list[tuple[int, int, int]]:
        """Return (start, service, member) of every demand that is pinned as a whole."""
        return [
            (pin.start, self.first[d] + j, self.index[pin.member_id])
            for d, demand in enumerate(self.problem.demands)
            if self.is_pinned(d)
            for j, pin in enumerate(demand.pins)
            if pin is not None
        ]

    def is_feasible_alone(self, d: int, fixed: Sequence[tuple[int, int, int]] = ()) -> bool:
        """Could a demand be placed with only some services fixed, by any able members in any order?"""
        services = range(self.first[d], self.first[d] + len(self.problem.demands[d].services))
        for members in permutations(range(self.day.k), len(services)):
            if all(self.able[c, v] for v, c in zip(services, members, strict=True)) and self._fits(
                services, members, fixed
            ):
                return True
        return False

    def _fits(self, services: range, members: Sequence[int], fixed: Sequence[tuple[int, int, int]]) -> bool:
        moments = sorted({0, *(start + 1 for start, _, _ in fixed)})
        return any(
            self.decode([*fixed, *zip(starts, services, members, strict=True)])
            for starts in combinations_with_replacement(moments, len(services))
        )

    def make_current(self, plan: Plan, weights: Sequence[int]) -> None:
        """Make the decoded state, which is this plan, current and best, and let the tiers weigh this much by column."""
        for i in range(max(self.day.m, self.day.d)):
            for j in range(3):
                self.day.state[i, ORDER + j] = self.day.state[i, TRY_ORDER + j]
        for tier in Tier:
            self.day.cost[NOW, tier] = plan.costs[tier]
            self.day.cost[WEIGHTS, tier] = weights[tier] if tier < len(weights) else 0
        keep_best(self.day)


def can_do(member: Member, service: Service) -> bool:
    """Has a member one of the roles and all the qualifications?"""
    return bool(set(service.roles) & set(member.roles)) and not set(service.qualifications) - set(member.qualifications)
