"""The cost of each partition: best routes of all members with double demands synchronised, lateness before travel.

Members who share double demands, directly or through others, are a synchronised group. A partition costs the sum of its
groups, and a group no less than a pair of its members, a pair no less than each alone. So few groups have to be solved,
and each only once. The group's branch and bound is in `schedulers.proof.kernels.synchronised_kernel`.
"""

from dataclasses import dataclass

import numpy as np

from schedulers.proof.columns import Array, StartWindows
from schedulers.proof.kernels.route_kernel import MOST_SERVICES, NO_ROOM, STRIDE, RouteTables
from schedulers.proof.kernels.synchronised_kernel import MOST_DEPTH, best_alone, narrow_windows, synchronise
from schedulers.proof.partitions import Partitions
from schedulers.rules import gap_of
from schedulers.search.compiled import Ints, ints, zeros
from schedulers.search.search import DaySearch, Plan

NO_PARTNER = -1

LABELS_PER_SECOND = 40_000_000
"""Labels that count as a deterministic second, which is about two seconds of the processor."""

ANY_COST = 1 << 59
"""No group costs more."""

STEPS_PER_PARTITION = 600
"""Labels that stand for the rest of the work on a partition."""

TYPICAL_PARTITIONS = 64
"""After so many partitions, and each time they have doubled, it is asked how far those that are left would lead."""

SynchronisedGroup = tuple[tuple[int, int], ...]
"""The members of a group, each with the mask of their services."""


@dataclass(frozen=True, slots=True)
class MemberRoute:
    """A member's best route: its cost, None if it is more than `limit`; start and rank of each service."""

    cost: int | None
    limit: int
    services: tuple[int, ...] = ()
    at: tuple[tuple[int, int], ...] = ()


class WorkExhausted(Exception):  # noqa: N818 -- the search stops, nothing is wrong
    """The allowed steps are used up, or a route has too many services or labels."""


@dataclass(frozen=True, slots=True)
class PartitionSearch:
    """The cheapest partitions, the plan of the first one, and whether the search was complete."""

    partitions: tuple[int, ...]
    plan: Plan | None
    complete: bool


class SynchronisedGroups:
    """Synchronised groups of a day, solved on demand with weights of routes (`enumeration`), and cached."""

    def __init__(self, state: DaySearch, windows: StartWindows, weights: tuple[int, int, int]) -> None:
        self.state, self.weights = state, weights
        # Alone, least lateness and least travel of a column are those of some route; one route may not have both.
        self._sum_is_exact = sum(weight > 0 for weight in weights) < 2 or not windows.late
        m, k = len(state.services), len(state.problem.members)
        self.tables = RouteTables(
            travel=state.day.travel,
            works=_works(state, windows),
            member=ints([[*np.asarray(state.day.member)[c, :5], state.urgent_end(c)] for c in range(k)]),
            service=ints([self._service(v) for v in range(m)]),
            label=zeros(state.problem.proof.most_route_labels, 4),
            first=zeros(STRIDE << MOST_SERVICES),
            listed=zeros(MOST_SERVICES),
            remaining=zeros(MOST_SERVICES, 8),
            weight=ints(weights),
            steps=zeros(1),
        )
        self.nodes = zeros(MOST_DEPTH + 2, m + k, 5)
        for v in range(m):
            self.nodes[0, v, 0], self.nodes[0, v, 1] = windows.earliest[v], windows.latest[v]
        self.best, self.branching = zeros(m, 3), zeros(2, MOST_DEPTH + 2)
        self._known: dict[SynchronisedGroup, tuple[int | None, int]] = {}
        self._alone: dict[tuple[int, int], MemberRoute] = {}
        self._most_steps = 0

    def _service(self, v: int) -> tuple[int, ...]:
        d, j = self.state.services[v]
        demand, other, gap = self.state.problem.demands[d], NO_PARTNER, 0
        if len(demand.services) == 2:
            least, most = gap_of(demand)
            other, gap = (v + 1, least) if j == 0 else (v - 1, -most)
        return demand.place, demand.services[j].seconds, demand.closes, other, gap, self.state.urgent_closes(v)

    @property
    def steps(self) -> int:
        """Labels extended so far."""
        return int(self.tables.steps[0])

    def value(self, group: SynchronisedGroup, most: int) -> int | None:
        """Return the least cost of a group, None if it is more than `most`."""
        value, limit = self._known.get(group, (None, -1))
        if value is None and limit < most:
            if self.steps > self._most_steps:
                raise WorkExhausted
            value, limit = self._solve(group, most), most
            self._known[group] = value, limit
        return value if value is not None and value <= most else None

    def _solve(self, group: SynchronisedGroup, most: int) -> int | None:
        routes, total = [], 0
        for task in group:
            routes.append(self._route(task, most - total))
            if routes[-1].cost is None:
                return None
            total += routes[-1].cost
        m = len(self.state.services)
        np.asarray(self.nodes)[0, :m, 2:] = -1
        for i, route in enumerate(routes):
            np.asarray(self.nodes)[0, list(route.services), 2:] = [(start, rank, i) for start, rank in route.at]
            self.nodes[0, m + i, 0], self.nodes[0, m + i, 1] = route.cost or 0, 0
        members, masks = ints([c for c, _ in group]), ints([services for _, services in group])
        value = synchronise(self.tables, self.nodes, members, masks, most, self.best, self.branching)
        if value == NO_ROOM:
            raise WorkExhausted
        return value if value >= 0 else None

    def _route(self, task: tuple[int, int], most: int) -> MemberRoute:
        """Return the best route of a member alone, without a cost if it is more than `most`."""
        route = self._alone.get(task, MemberRoute(None, -1))
        if route.cost is None and route.limit < most:
            cost = best_alone(self.tables, self.nodes, *task, most, self.best)
            if cost == NO_ROOM:
                raise WorkExhausted
            services = [v for v in range(len(self.state.services)) if self.best[v, 2] == 0]
            at = tuple((int(self.best[v, 0]), int(self.best[v, 1])) for v in services)
            route = self._alone[task] = MemberRoute(cost if cost >= 0 else None, most, tuple(services), at)
        return route if route.cost is not None and route.cost <= most else MemberRoute(None, most)

    def cheapest(
        self, partitions: Partitions, most: int, most_steps: int, *, find_all: bool, slack: float = 0.0
    ) -> PartitionSearch:
        """Search for the cheapest partitions that cost at most `most`: all of them, or one.

        With `slack` it gives up early where all would take that many times the allowed steps.
        """
        best: list[int] = []
        self._most_steps = most_steps
        shared, complete = SharedDemands(self.state, partitions), True
        try:
            late, travel, urgent = self.weights
            costs = late * partitions.late + travel * partitions.travel + urgent * partitions.urgent
            alone = costs[partitions.choice]
            total = alone.sum(axis=1) + partitions.costs
            begun = self.steps
            for done, p in enumerate(np.argsort(total, kind="stable").tolist()):
                if total[p] > most or (best and not find_all and total[p] >= most):
                    break
                if slack and self._is_out_of_reach(done, slack, int((total <= most).sum()), begun):
                    raise WorkExhausted
                self.tables.steps[0] += STEPS_PER_PARTITION
                limit = most if find_all or not best else most - 1
                cost = (
                    None if shared.clash[p] else self._partition_cost(partitions, p, alone[p].tolist(), shared, limit)
                )
                if cost is not None:
                    best = [*best, p] if best and cost == most else [p]
                    most = cost
        except WorkExhausted:
            complete = False
        plan = self.plan_of(partitions, best[0]) if best else None
        return PartitionSearch(tuple(best), plan, complete and (plan is not None or not best))

    def _is_out_of_reach(self, done: int, slack: float, number: int, begun: int) -> bool:
        """Say whether all partitions would take far more than the allowed steps, if all are like the first ones."""
        if done < TYPICAL_PARTITIONS or done & (done - 1):
            return False
        return (self.steps - begun) * number > slack * done * (self._most_steps - begun)

    def _partition_cost(
        self, partitions: Partitions, p: int, alone: list[int], shared: "SharedDemands", most: int
    ) -> int | None:
        """Return the cost of a partition, None if it is more than `most`."""
        who, groups = partitions.members_of(p), shared.linked(p)
        if not self._sum_is_exact:
            groups = [*groups, *((task, []) for task in shared.single_members(shared.groups(p), who))]
        slack, least, subsets = most - sum(alone) - int(partitions.costs[p]), {}, {}
        for members, pairs in groups:
            increases = {}
            for i, j in pairs if len(members) > 2 else ():
                value = self.value((who[i], who[j]), alone[i] + alone[j] + slack)
                if value is None:
                    return None
                increases[i, j] = value - alone[i] - alone[j]
            increase = _disjoint_increase(increases)
            slack -= increase
            least[members] = sum(alone[i] for i in members) + increase
            subsets[members] = _growing_subsets(increases)
        if slack < 0:
            return None
        for members in sorted(least, key=len):
            # Subsets of a group are shared by many partitions: if one is too expensive, all of these are.
            for part in [*subsets[members], members]:
                estimate = least[members] - sum(alone[i] for i in members) + sum(alone[i] for i in part)
                value = self.value(tuple(who[i] for i in part), estimate + slack)
                if value is None:
                    return None
                more = max(0, value - estimate)
                slack, least[members] = slack - more, least[members] + more
        return most - slack

    def schedule(self, group: SynchronisedGroup) -> list[tuple[int, int, int]] | None:
        """Return (start, service, member) of the best schedule of a feasible group; None if the work is exhausted."""
        value, _ = self._known.get(group, (None, 0))
        try:
            self._solve(group, ANY_COST if value is None else value)
        except WorkExhausted:
            return None
        services = [v for v in range(len(self.state.services)) if self.best[v, 2] >= 0]
        return [(int(self.best[v, 0]), v, group[self.best[v, 2]][0]) for v in services]

    def start_windows(self, group: SynchronisedGroup, value: int) -> dict[int, tuple[int, int]]:
        """Return the start window of each service over all schedules of a group that cost no more."""
        nodes = np.asarray(self.nodes)
        original = nodes[0, :, :2].copy()
        try:
            self._narrow(group, value)
            return {v: (int(nodes[0, v, 0]), int(nodes[0, v, 1])) for v in _services_of(group)}
        finally:
            nodes[0, :, :2] = original

    def _narrow(self, group: SynchronisedGroup, value: int) -> None:
        for _ in range(self.state.problem.proof.narrowings):
            costs = [best_alone(self.tables, self.nodes, *task, value, self.best) for task in group]
            if min(costs) < 0:
                raise WorkExhausted  # a route has too many services or labels
            slack = value - sum(costs)
            narrowed = [
                narrow_windows(self.tables, self.nodes, *task, slack + cost)
                for task, cost in zip(group, costs, strict=True)
            ]
            self._agree()
            if not any(narrowed):
                break

    def _agree(self) -> None:
        """Tighten the start windows of double demands by each other."""
        nodes = np.asarray(self.nodes)
        for v, (_, _, _, other, gap, _) in enumerate(np.asarray(self.tables.service).tolist()):
            if other != NO_PARTNER:
                nodes[0, other, 0] = max(nodes[0, other, 0], nodes[0, v, 0] + gap)
                nodes[0, v, 1] = min(nodes[0, v, 1], nodes[0, other, 1] - gap)

    def groups_of(self, partitions: Partitions, p: int) -> list[SynchronisedGroup]:
        """Return the groups of a partition, members who work alone among them."""
        shared, who = SharedDemands(self.state, partitions.subset((p,))), partitions.members_of(p)
        groups = shared.groups(0)
        return [tuple(who[i] for i in members) for members in [*groups, *shared.single_members(groups, who)]]

    def plan_of(self, partitions: Partitions, p: int) -> Plan | None:
        """Return the plan of a feasible partition; None if the work is exhausted."""
        parts = []
        for group in self.groups_of(partitions, p):
            placements = self.schedule(group)
            if placements is None:
                return None
            parts += placements
        fits = self.state.decode(parts)
        assert fits, "groups keep the rules of the decode"
        return self.state.left_shift(self.state.decoded())


def _works(state: DaySearch, windows: StartWindows) -> Ints:
    """Return the working intervals, cut as the start windows say, as the search's table."""
    works = np.asarray(state.day.works).copy()
    for c, intervals in enumerate(windows.works):
        works[c, : len(intervals)] = np.array(intervals, dtype=np.int64).reshape(-1, 2)
    return ints(works)


def _disjoint_increase(increases: dict[tuple[int, int], int]) -> int:
    """Return how much disjoint pairs cost more than their members alone, the most expensive pair first."""
    total, taken = 0, set[int]()
    for pair in sorted(increases, key=lambda pair: (-increases[pair], pair)):
        if not taken & set(pair):
            total, taken = total + increases[pair], taken | set(pair)
    return total


def _growing_subsets(increases: dict[tuple[int, int], int]) -> list[tuple[int, ...]]:
    """Return growing subsets of a group of more than three: the most expensive pair, then linked members."""
    if not increases:
        return []
    most_expensive = min(increases, key=lambda pair: (-increases[pair], pair))
    part, everybody = set(most_expensive), {i for pair in increases for i in pair}
    links = [*increases, *((j, i) for i, j in increases)]
    parts: list[tuple[int, ...]] = []
    while len(part) + 2 <= len(everybody):
        part |= {min(i for i, j in links if i not in part and j in part)}
        parts.append(tuple(sorted(part)))
    return parts


def _services_of(group: SynchronisedGroup) -> list[int]:
    mask = sum(services for _, services in group)
    return [v for v in range(mask.bit_length()) if mask >> v & 1]


class SharedDemands:
    """Which members share double demands in each partition, by their places in the partition's order."""

    def __init__(self, state: DaySearch, partitions: Partitions) -> None:
        masks, count = partitions.member_masks(), len(partitions.choice)
        self.clash = np.zeros(count, dtype=np.bool_)
        shared: list[Array] = []
        apart, members = np.asarray(state.day.apart), np.array(partitions.members)
        for d, demand in enumerate(state.problem.demands):
            if len(demand.services) == 2:
                one, other = (masks >> (state.first[d] + j) & 1 for j in (0, 1))
                done = one.any(axis=1)
                first, second = one.argmax(axis=1), other.argmax(axis=1)
                self.clash |= done & (apart[members[first], members[second]] == 1)
                shared += [np.where(done, first, NO_PARTNER), second]
        # Many partitions share demands alike: the groups are found once.
        self._shared = np.stack(shared, axis=1) if shared else np.zeros((count, 0), dtype=np.int64)
        self._known: dict[bytes, list[tuple[tuple[int, ...], list[tuple[int, int]]]]] = {}

    def linked(self, p: int) -> list[tuple[tuple[int, ...], list[tuple[int, int]]]]:
        """Return the groups of a partition, each with its pairs of members who share a demand."""
        key = self._shared[p].tobytes()
        if key not in self._known:
            pairs = zip(self._shared[p, ::2].tolist(), self._shared[p, 1::2].tolist(), strict=True)
            links = sorted({(min(i, j), max(i, j)) for i, j in pairs if i != NO_PARTNER})
            groups: list[set[int]] = []
            for i, j in links:
                touched = [each for each in groups if i in each or j in each]
                groups = [each for each in groups if each not in touched] + [{i, j}.union(*touched)]
            self._known[key] = [(tuple(sorted(each)), [pair for pair in links if each >= set(pair)]) for each in groups]
        return self._known[key]

    def groups(self, p: int) -> list[tuple[int, ...]]:
        """Return the groups of a partition."""
        return [members for members, _ in self.linked(p)]

    def single_members(self, groups: list[tuple[int, ...]], who: list[tuple[int, int]]) -> list[tuple[int, ...]]:
        """Return members who have services and are in no group."""
        inside = {i for members in groups for i in members}
        return [(i,) for i, (_, services) in enumerate(who) if services and i not in inside]
