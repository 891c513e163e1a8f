"""Offers: the best times for one more visit on a team-day, each with what it costs the others.

The day's present plan is the incumbent. The visit is inserted everywhere: before every visit of every able member, and
at every time of a grid, the others staying where they are or giving way. Where every insertion disturbs somebody, or
nothing is published yet, a search goes on from the best one. All is compared by the problem's order of tiers.

Source: cheapest insertion, Solomon (1987, doi 10.1287/opre.35.2.254).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from schedulers.check import RosterRejected, check
from schedulers.counterfactual import with_demand
from schedulers.plan import reason_left_out
from schedulers.problem import Budget, Problem, Roster
from schedulers.rules import gap_of, urgency
from schedulers.search.as_roster import roster_of
from schedulers.search.decode_kernel import (
    FROM_TARGET,
    NOBODY,
    TARGET,
    TRY_MEMBER,
    TRY_ORDER,
    TRY_WAIT,
    decode,
)
from schedulers.search.restarts import search
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import MINUTE, Order, Tier, in_order

GRID = 15 * MINUTE
"""Seconds between the times of a day that are tried, whatever its visits are."""

PRESENT_ITERATIONS = 20_000
"""Iterations of the search of a day without the new visit, where nothing is published or what is published broke."""

ITERATIONS = 200_000
"""Iterations of the search that goes on from the best insertion: as many as a plan on the day has."""

AGREEING = 4
"""Restarts that end the search when they have found the same least costs."""

REPAIR_ITERATIONS = 8_000
"""Iterations of the search around one offered time that disturbs others."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """A plan with the new visit, the visit's first start, and what the plan costs more, by column of `Tier`."""

    start: int
    added: tuple[int, ...]
    plan: Plan


class OfferSearch:
    """A team-day with one more demand, which has no published place: the present day, and where the demand could go.

    `insertions` are the cheapest first; none if there is no place for the demand, and then `rule` says why.
    """

    def __init__(self, problem: Problem, demand_id: str, left_out: frozenset[str] = frozenset()) -> None:
        """Insert the demand everywhere, and search on where that disturbs somebody.

        `left_out` are the demands without a place in what is published.
        """
        # These searches are short and go on from a good plan: quick restarts would cost more than they find.
        whole = replace(problem.search, quick_restarts=0, agreeing=AGREEING)
        self.problem, self.demand_id = replace(problem, budget=Budget(iterations=ITERATIONS), search=whole), demand_id
        self.d = next(d for d, each in enumerate(problem.demands) if each.id == demand_id)
        self.demand = problem.demands[self.d]
        self.insertions: list[Insertion] = []
        self.is_published = any(each.previous for each in problem.demands)
        self.state = DaySearch(self.problem)
        first = self.state.first[self.d]
        self.services = range(first, first + len(self.demand.services))
        self.settled, self.without = self._present(left_out)
        if problem.most_moved is not None:
            self.state.decode_plan(self.without)
            self.state.limit_moved(max(problem.most_moved, self.state.moved))
        insert = Inserter(self.state, self.without)
        for members in self._able():
            for starts in self._starts(members):
                if insert.by_time(self.services, members, starts):
                    self._keep(self.state.decoded())
            if len(members) == 1:
                for each in self.without.placed:
                    if each.member == members[0] and insert.before(self.services[0], members[0], each.service):
                        self._keep(self.state.decoded())
        self._search_on()
        self.insertions.sort(key=self.rank)
        self.state.limit_moved(None)
        self.rule = None if self.insertions else reason_left_out(self.state, self.d)

    @property
    def order(self) -> Order:
        """The problem's tiers, most important first."""
        return self.state.order

    @property
    def present(self) -> Roster:
        """The day without the new visit, which is left out."""
        return roster_of(self.state, self.without)

    def rank(self, insertion: Insertion) -> tuple[tuple[int, ...], bool, int]:
        """Return the key by which the day's insertions are sorted."""
        return rank_of(insertion, self.order)

    def roster(self, insertion: Insertion) -> Roster:
        """Return an insertion as a roster that the checker has passed. RosterRejected if it has not."""
        roster = roster_of(self.state, insertion.plan)
        if violations := check(self.problem, roster):
            raise RosterRejected(violations)
        return roster

    def repaired(self, insertion: Insertion) -> Insertion:
        """Return the cheapest plan with the visit at the same time: published places that give way are searched."""
        if not self.is_published or self._disturbs_nobody(insertion.plan):
            return insertion
        start = insertion.start
        fixed = with_demand(self.problem, self.demand_id, lambda each: replace(each, opens=start, closes=start))
        other = DaySearch(replace(fixed, budget=Budget(iterations=REPAIR_ITERATIONS)))
        if not other.decode_plan(insertion.plan):
            return insertion
        best = search(other, other.decoded())
        if not self.state.decode_plan(best):
            return insertion
        answer = self._insertion(self.state.decoded())
        better = answer is not None and answer.start == start and self.rank(answer) < self.rank(insertion)
        return answer if better and answer is not None else insertion

    def _present(self, left_out: frozenset[str]) -> tuple[bool, Plan]:
        """Return whether what is published holds, and the plan of the others: that, or the best of a short search."""
        others = tuple(each for each in self.problem.demands if each.id != self.demand_id)
        initial = self.state.initial_plan()
        placed = {self.state.services[each.service][0] for each in initial.placed}
        held = {self.problem.demands[d].id for d in placed}
        if held and all(each.id in held or each.id in left_out for each in others):
            return True, initial
        alone = DaySearch(replace(self.problem, demands=others, budget=Budget(iterations=PRESENT_ITERATIONS)))
        best = alone.left_shift(search(alone, alone.initial_plan())) if others else initial
        offset = [v for v in range(len(self.state.services)) if v not in self.services]
        self.state.decode([(each.start, offset[each.service], each.member) for each in best.placed], FROM_TARGET)
        return False, self.state.decoded()

    def _able(self) -> Iterator[tuple[int, ...]]:
        """Yield the members who can make the visit, in the order of its services."""
        apart = np.asarray(self.state.day.apart)
        for members in permutations(range(self.state.day.k), len(self.services)):
            if all(self.state.able[c, v] for v, c in zip(self.services, members, strict=True)) and not any(
                apart[one, other] for one, other in permutations(members, 2)
            ):
                yield members

    def _starts(self, members: Sequence[int]) -> list[tuple[int, ...]]:
        """Return the starts to try: the grid, and when one of the members can be there, behind each of their visits."""
        demand, hours = self.demand, [hours for c in members for hours in self.problem.members[c].works]
        last = min(demand.closes, max((ends for _, ends in hours), default=0))
        opens = max(demand.opens, min((begins for begins, _ in hours), default=0))
        times = {demand.opens, *range(-(-opens // GRID) * GRID, last + 1, GRID)}
        for c in members:
            member = self.problem.members[c]
            legs = self.problem.travel[member.mode]
            times.update(begins + legs[member.start_place][demand.place] for begins, _ in member.works)
            for each in self.without.placed:
                if each.member == c:
                    d, j = self.state.services[each.service]
                    before = self.problem.demands[d]
                    times.add(each.start + before.services[j].seconds + legs[before.place][demand.place])
        tried = {whole for time in times for whole in (time, _whole_minute(time)) if demand.opens <= whole <= last}
        gaps = sorted(set(gap_of(demand)))
        return [(time, *(time + gap for _ in members[1:])) for time in sorted(tried) for gap in gaps]

    def _search_on(self) -> None:
        """Search on from the best insertion, unless it disturbs nobody: then none is better."""
        best = min(self.insertions, key=self.rank, default=None)
        if best is not None and self._disturbs_nobody(best.plan):
            return
        self.state.decode_plan(self.without if best is None else best.plan)
        plan = self.state.left_shift(search(self.state, self.state.decoded()))
        self._keep(plan)
        parts = [
            (_whole_minute(each.start) if each.service in self.services else each.start, each.service, each.member)
            for each in plan.placed
        ]
        if self.state.decode(parts, FROM_TARGET):
            self._keep(self.state.decoded())

    def _disturbs_nobody(self, plan: Plan) -> bool:
        """Say whether a plan costs no more in any tier down to disruption, everybody else being published and in place.

        Then no plan is cheaper that moves others, and the others' places are not searched.
        """
        if not self.settled or Tier.DISRUPTION not in self.order:
            return False
        above = self.order[: self.order.index(Tier.DISRUPTION) + 1]
        return max(in_order(self._added(plan), above)) <= 0

    def _keep(self, plan: Plan) -> None:
        insertion = self._insertion(plan)
        if insertion is not None:
            self.insertions.append(insertion)

    def _insertion(self, plan: Plan) -> Insertion | None:
        """Return a plan as an insertion; None if it leaves the visit out, or is no better than leaving it out."""
        start = next((each.start for each in plan.placed if each.service == self.services[0]), None)
        added = self._added(plan)
        return None if start is None or added[Tier.UNPLACED] >= urgency(self.demand) else Insertion(start, added, plan)

    def _added(self, plan: Plan) -> tuple[int, ...]:
        """Return what a plan costs more than the present day, on which the visit is not wanted."""
        before = list(self.without.costs)
        before[Tier.UNPLACED] -= urgency(self.demand)
        return tuple(cost - known for cost, known in zip(plan.costs, before, strict=True))


class Inserter:
    """Inserts services into a plan; the others begin no sooner than they do in it."""

    def __init__(self, state: DaySearch, plan: Plan) -> None:
        """Prepare the tables: the plan's services in their order, and those that are left out behind them."""
        self.state = state
        self.day_state, self.day_service = np.asarray(state.day.state), np.asarray(state.day.service)
        parts = sorted((each.start, each.service) for each in plan.placed)
        self.keys = [start for start, _ in parts]
        self.sequence = [service for _, service in parts]
        self.rest = [v for v in range(state.day.m) if v not in set(self.sequence)]
        self.members = np.full(state.day.m, NOBODY, dtype=np.int64)
        self.targets = np.zeros(state.day.m, dtype=np.int64)
        for each in plan.placed:
            self.members[each.service], self.targets[each.service] = each.member, each.start

    def by_time(self, services: Sequence[int], members: Sequence[int], starts: Sequence[int]) -> bool:
        """Insert services at times, behind whatever begins before; False if a hard rule breaks."""
        order = list(self.sequence)
        for number, (start, service) in enumerate(sorted(zip(starts, services, strict=True))):
            order.insert(bisect_left(self.keys, start) + number, service)
        return self._decode(order, services, members, starts)

    def before(self, service: int, member: int, other: int) -> bool:
        """Insert a service directly before another one, which gives way; False if a hard rule breaks."""
        at = self.sequence.index(other)
        return self._decode([*self.sequence[:at], service, *self.sequence[at:]], (service,), (member,), (0,))

    def _decode(
        self, order: Sequence[int], services: Sequence[int], members: Sequence[int], starts: Sequence[int]
    ) -> bool:
        m, ours = self.state.day.m, set(services)
        self.day_state[:m, TRY_MEMBER] = self.members
        self.day_service[:, TARGET] = self.targets
        self.day_state[: self.state.day.d, TRY_WAIT] = FROM_TARGET
        self.day_state[:m, TRY_ORDER] = [*order, *(v for v in self.rest if v not in ours)]
        for service, member, start in zip(services, members, starts, strict=True):
            self.day_state[service, TRY_MEMBER], self.day_service[service, TARGET] = member, start
        return bool(decode(self.state.day))


def _whole_minute(second: int) -> int:
    """Return the next whole minute."""
    return -(-second // MINUTE) * MINUTE


def rank_of(insertion: Insertion, order: Order) -> tuple[tuple[int, ...], bool, int]:
    """Return the key by which insertions are sorted: added cost, then a whole minute, then the earliest."""
    return in_order(insertion.added, order), insertion.start % MINUTE != 0, insertion.start


def apart(insertions: Sequence[Insertion], seconds: int, most: int) -> list[Insertion]:
    """Return the first insertions that lie so many seconds apart, up to `most`."""
    chosen: list[Insertion] = []
    for each in insertions:
        if all(abs(each.start - other.start) >= seconds for other in chosen):
            chosen.append(each)
        if len(chosen) == most:
            break
    return chosen
