"""What each way to share a day out costs, lateness before way: the members' best routes, with double demands agreed.

Members who share double demands are a crew. A way costs what its crews cost, and a crew no less than two of it, which
no less than each alone. So few crews have to be looked at, and each of them once.
"""

from dataclasses import dataclass

import numpy as np

from schedulers.proof.columns import FREELY, Array, Windows
from schedulers.proof.kernels.route_kernel import LONGEST, NO_ROOM, STRIDE, Trips
from schedulers.proof.kernels.synchronised_kernel import DEEPEST, alone, crew, narrow
from schedulers.proof.partitions import Ways
from schedulers.rules import gap_of
from schedulers.search.compiled import ints, zeros
from schedulers.search.search import DaySearch, Plan

ALONE = -1

TRIPS_OF_A_SECOND = 40_000_000
"""Labels that count as a deterministic second, which is about two of the processor."""

STEPS_OF_A_WAY = 600
"""What the rest of a way's work is worth in labels."""

Crew = tuple[tuple[int, int], ...]
"""Its members, with the services of each as bits of the day's."""


@dataclass(frozen=True, slots=True)
class Route:
    """A member's best route: its cost, None if it is more than what was looked at; start and place of each service."""

    cost: int | None
    looked: int
    services: tuple[int, ...] = ()
    at: tuple[tuple[int, int], ...] = ()


class TooMuchWork(Exception):  # noqa: N818 -- an end of looking, no error
    """The steps allowed are used up, or a route is longer than what is looked at."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking at ways: those that cost least, the plan of the first, and whether all were looked at."""

    ways: tuple[int, ...]
    plan: Plan | None
    whole: bool


class Crews:
    """Crews of a day, valued on demand at weights of lateness and way; a crew's key is who does which services."""

    def __init__(self, state: DaySearch, windows: Windows, weights: tuple[int, int]) -> None:
        self.state, self.weights = state, weights
        # Each for itself, lateness and way of a set are what a route of it costs; both together may cost more.
        self._sum_is_exact = 0 in weights or not windows.late
        m, k = len(state.services), len(state.problem.members)
        self.trips = Trips(
            travel=state.day.travel,
            works=state.day.works,
            member=ints(np.asarray(state.day.member)[:, :5]),
            service=ints([self._service(v) for v in range(m)]),
            label=zeros(state.problem.proof.most_route_labels, 4),
            first=zeros(STRIDE << LONGEST),
            mine=zeros(LONGEST),
            rest=zeros(LONGEST, 4),
            weight=ints(weights),
            steps=zeros(1),
        )
        self.plan = zeros(DEEPEST + 2, m + k, 5)
        for v in range(m):
            self.plan[0, v, 0], self.plan[0, v, 1] = windows.earliest[v], windows.latest[v]
        self.best, self.turn = zeros(m, 3), zeros(2, DEEPEST + 2)
        self._known: dict[Crew, tuple[int | None, int]] = {}
        self._alone: dict[tuple[int, int], Route] = {}
        self._most_steps = 0

    def _service(self, v: int) -> tuple[int, int, int, int, int]:
        d, j = self.state.services[v]
        demand, other, behind = self.state.problem.demands[d], ALONE, 0
        if len(demand.services) == 2:
            least, most = gap_of(demand)
            other, behind = (v + 1, least) if j == 0 else (v - 1, -most)
        return demand.place, demand.services[j].seconds, demand.closes, other, behind

    @property
    def steps(self) -> int:
        """The work so far."""
        return int(self.trips.steps[0])

    def value(self, crew_of: Crew, most: int) -> int | None:
        """What a crew costs at least, None if that is more than `most`."""
        value, looked = self._known.get(crew_of, (None, -1))
        if value is None and looked < most:
            if self.steps > self._most_steps:
                raise TooMuchWork
            value, looked = self._solve(crew_of, most), most
            self._known[crew_of] = value, looked
        return value if value is not None and value <= most else None

    def _solve(self, crew_of: Crew, most: int) -> int | None:
        routes, total = [], 0
        for one in crew_of:
            routes.append(self._route(one, most - total))
            if routes[-1].cost is None:
                return None
            total += routes[-1].cost
        m = len(self.state.services)
        np.asarray(self.plan)[0, :m, 2:] = -1
        for i, route in enumerate(routes):
            np.asarray(self.plan)[0, list(route.services), 2:] = [(start, rank, i) for start, rank in route.at]
            self.plan[0, m + i, 0], self.plan[0, m + i, 1] = route.cost or 0, 0
        who, services = ints([c for c, _ in crew_of]), ints([services for _, services in crew_of])
        found = crew(self.trips, self.plan, who, services, most, self.best, self.turn)
        if found == NO_ROOM:
            raise TooMuchWork
        return found if found >= 0 else None

    def _route(self, one: tuple[int, int], most: int) -> "Route":
        """The best route of a member alone, as far as it costs no more than `most`."""
        route = self._alone.get(one, Route(None, -1))
        if route.cost is None and route.looked < most:
            cost = alone(self.trips, self.plan, *one, most, self.best)
            if cost == NO_ROOM:
                raise TooMuchWork
            mine = [v for v in range(len(self.state.services)) if self.best[v, 2] == 0]
            at = tuple((int(self.best[v, 0]), int(self.best[v, 1])) for v in mine)
            route = self._alone[one] = Route(cost if cost >= 0 else None, most, tuple(mine), at)
        return route if route.cost is not None and route.cost <= most else Route(None, most)

    def cheapest(self, ways: Ways, most: int, most_steps: int, *, all_of_them: bool) -> Looked:
        """Look for the cheapest ways that cost no more than `most`: all of them, or one."""
        best: list[int] = []
        self._most_steps = most_steps
        groups, whole = Groups(self.state, ways), True
        try:
            late, way = self.weights
            alone = (late * ways.late + way * ways.travel)[ways.choice]
            total = alone.sum(axis=1) + ways.costs
            for w in np.argsort(total, kind="stable").tolist():
                if total[w] > most or (best and not all_of_them and total[w] >= most):
                    break
                self.trips.steps[0] += STEPS_OF_A_WAY
                limit = most if all_of_them or not best else most - 1
                cost = None if groups.clash[w] else self._way(ways, w, alone[w].tolist(), groups, limit)
                if cost is not None:
                    best = [*best, w] if best and cost == most else [w]
                    most = cost
        except TooMuchWork:
            whole = False
        plan = self.plan_of(ways, best[0]) if best else None
        return Looked(tuple(best), plan, whole and (plan is not None or not best))

    def _way(self, ways: Ways, w: int, alone: list[int], groups: "Groups", most: int) -> int | None:
        """What a way costs, None if that is more than `most`."""
        who, crews = ways.who(w), groups.linked(w)
        if not self._sum_is_exact:
            crews = [*crews, *((one, []) for one in groups.single(groups.of(w), who))]
        slack, least, grown = most - sum(alone) - int(ways.costs[w]), {}, {}
        for members, pairs in crews:
            raises = {}
            for i, j in pairs if len(members) > 2 else ():
                value = self.value((who[i], who[j]), alone[i] + alone[j] + slack)
                if value is None:
                    return None
                raises[i, j] = value - alone[i] - alone[j]
            raised = _of_disjoint(raises)
            slack -= raised
            least[members] = sum(alone[i] for i in members) + raised
            grown[members] = _grown(raises)
        if slack < 0:
            return None
        for members in sorted(least, key=len):
            # Parts of a crew are shared by many ways: where one of them is too dear already, the others are, too.
            for part in [*grown[members], members]:
                own = least[members] - sum(alone[i] for i in members) + sum(alone[i] for i in part)
                value = self.value(tuple(who[i] for i in part), own + slack)
                if value is None:
                    return None
                more = max(0, value - own)
                slack, least[members] = slack - more, least[members] + more
        return most - slack

    def parts_of(self, crew_of: Crew) -> list[tuple[int, int, int]] | None:
        """(start, service, member) of the best plan of a crew that is possible; None: a route in it is too long."""
        value, _ = self._known.get(crew_of, (None, 0))
        try:
            self._solve(crew_of, FREELY if value is None else value)
        except TooMuchWork:
            return None
        services = [v for v in range(len(self.state.services)) if self.best[v, 2] >= 0]
        return [(int(self.best[v, 0]), v, crew_of[self.best[v, 2]][0]) for v in services]

    def moments_of(self, crew_of: Crew, value: int) -> dict[int, tuple[int, int]]:
        """Between which moments each service starts in every plan of the crew that costs no more, to five minutes."""
        plan = np.asarray(self.plan)
        before = plan[0, :, :2].copy()
        try:
            self._narrow(crew_of, value)
            return {v: (int(plan[0, v, 0]), int(plan[0, v, 1])) for v in _services_of(crew_of)}
        finally:
            plan[0, :, :2] = before

    def _narrow(self, crew_of: Crew, value: int) -> None:
        for _ in range(self.state.problem.proof.narrowings):
            costs = [alone(self.trips, self.plan, *one, value, self.best) for one in crew_of]
            if min(costs) < 0:
                raise TooMuchWork  # a route is too long, or has too many labels
            rest = value - sum(costs)
            narrowed = [
                narrow(self.trips, self.plan, *one, rest + cost) for one, cost in zip(crew_of, costs, strict=True)
            ]
            self._agree()
            if not any(narrowed):
                break

    def _agree(self) -> None:
        """Narrow the moments of double demands by each other."""
        plan = np.asarray(self.plan)
        for v, (_, _, _, other, behind) in enumerate(np.asarray(self.trips.service).tolist()):
            if other != ALONE:
                plan[0, other, 0] = max(plan[0, other, 0], plan[0, v, 0] + behind)
                plan[0, v, 1] = min(plan[0, v, 1], plan[0, other, 1] - behind)

    def crews_of(self, ways: Ways, w: int) -> list[Crew]:
        """Return the crews of a way, members who work alone among them."""
        groups, who = Groups(self.state, ways.only((w,))), ways.who(w)
        crews = groups.of(0)
        return [tuple(who[i] for i in members) for members in [*crews, *groups.single(crews, who)]]

    def plan_of(self, ways: Ways, w: int) -> Plan | None:
        """The plan of a way that is possible; None if a route in it is longer than what is looked at."""
        parts = []
        for crew_of in self.crews_of(ways, w):
            mine = self.parts_of(crew_of)
            if mine is None:
                return None
            parts += mine
        fits = self.state.lay(parts)
        assert fits, "crews keep the rules of the decode"
        return self.state.settle(self.state.tried())


def _of_disjoint(raises: dict[tuple[int, int], int]) -> int:
    """What pairs of no common member cost together more than each alone: the dearest first."""
    total, taken = 0, set[int]()
    for pair in sorted(raises, key=lambda pair: (-raises[pair], pair)):
        if not taken & set(pair):
            total, taken = total + raises[pair], taken | set(pair)
    return total


def _grown(raises: dict[tuple[int, int], int]) -> list[tuple[int, ...]]:
    """The dearest pair and those linked to it, one after the other: parts of a crew of more than three, rising."""
    if not raises:
        return []
    dearest = min(raises, key=lambda pair: (-raises[pair], pair))
    part, everybody = set(dearest), {i for pair in raises for i in pair}
    links = [*raises, *((j, i) for i, j in raises)]
    parts: list[tuple[int, ...]] = []
    while len(part) + 2 <= len(everybody):
        part |= {min(i for i, j in links if i not in part and j in part)}
        parts.append(tuple(sorted(part)))
    return parts


def _services_of(crew_of: Crew) -> list[int]:
    bits = sum(services for _, services in crew_of)
    return [v for v in range(bits.bit_length()) if bits >> v & 1]


class Groups:
    """Who shares double demands with whom in each way, by places in the way's order of members."""

    def __init__(self, state: DaySearch, ways: Ways) -> None:
        told, count = ways.told(), len(ways.choice)
        self.clash = np.zeros(count, dtype=np.bool_)
        shared: list[Array] = []
        apart, members = np.asarray(state.day.apart), np.array(ways.members)
        for d, demand in enumerate(state.problem.demands):
            if len(demand.services) == 2:
                one, other = (told >> (state.first[d] + j) & 1 for j in (0, 1))
                done = one.any(axis=1)
                first, second = one.argmax(axis=1), other.argmax(axis=1)
                self.clash |= done & (apart[members[first], members[second]] == 1)
                shared += [np.where(done, first, ALONE), second]
        # Who shares with whom is alike in many ways: it is worked out once.
        self._shared = np.stack(shared, axis=1) if shared else np.zeros((count, 0), dtype=np.int64)
        self._known: dict[bytes, list[tuple[tuple[int, ...], list[tuple[int, int]]]]] = {}

    def linked(self, w: int) -> list[tuple[tuple[int, ...], list[tuple[int, int]]]]:
        """Return the crews of a way, each with the pairs in it who share a demand."""
        key = self._shared[w].tobytes()
        if key not in self._known:
            told = zip(self._shared[w, ::2].tolist(), self._shared[w, 1::2].tolist(), strict=True)
            links = sorted({(min(i, j), max(i, j)) for i, j in told if i != ALONE})
            crews: list[set[int]] = []
            for i, j in links:
                touched = [each for each in crews if i in each or j in each]
                crews = [each for each in crews if each not in touched] + [{i, j}.union(*touched)]
            self._known[key] = [(tuple(sorted(each)), [pair for pair in links if each >= set(pair)]) for each in crews]
        return self._known[key]

    def of(self, w: int) -> list[tuple[int, ...]]:
        """Return the crews of a way."""
        return [members for members, _ in self.linked(w)]

    def single(self, crews: list[tuple[int, ...]], who: list[tuple[int, int]]) -> list[tuple[int, ...]]:
        """Return who has something to do and is in none of the crews."""
        inside = {i for members in crews for i in members}
        return [(i,) for i, (_, services) in enumerate(who) if services and i not in inside]
