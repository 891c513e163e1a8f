"""Ng-routes of a member whose columns are too many to enumerate: pricing, and the columns within a gap.

Source: Baldacci, Mingozzi and Roberti (2011, doi 10.1287/opre.1110.0975); the kernels are in
`schedulers.proof.kernels.ng_route_kernel` and `priced_column_kernel`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from schedulers.parameters import ProofParameters
from schedulers.proof.columns import LabelQuery, MaskCosts, MemberColumns, combine_tiers, key_of, member_day
from schedulers.proof.kernels.column_kernel import MemberDay
from schedulers.proof.kernels.ng_route_kernel import NEVER, NgTables, bound_completions, cheapest_ng_route, fill_tables
from schedulers.proof.kernels.priced_column_kernel import PricedTables, enumerate_priced_masks
from schedulers.search.compiled import ints, zeros
from schedulers.search.search import DaySearch
from schedulers.tiers import Tier


@dataclass(frozen=True, slots=True)
class NgRoute:
    """An ng-route: its services, some maybe repeated, its lateness and travel in seconds, and its reduced cost."""

    services: tuple[int, ...]
    late: int
    travel: int
    reduced_cost: int


class NgRoutePricing:
    """The ng-routes of one member's day in one tier, shared by all members whose days are alike.

    The answers under the last duals are kept, since one member after the other asks for the same.
    """

    def __init__(self, state: DaySearch, days: dict[Tier, MemberDay]) -> None:
        self.days, self.day = days, next(iter(days.values()))
        self.tables = _ng_tables(self.day, state.problem.proof)
        fill_tables(self.day, self.tables)
        self._duals, self._weight = zeros(self.day.service.shape[0]), zeros(2)
        self._route = zeros(3 + self.tables.ready.shape[1])
        self._last: tuple[tuple[int, ...], int, int] | None = None
        self._routes: list[NgRoute] = []
        self._within: dict[tuple[int, int], list[MaskCosts | None]] = {}

    def price(self, duals: tuple[int, ...], late: int, travel: int) -> list[NgRoute]:
        """Return the cheapest ng-route from each first service, in places of services."""
        if self._last != (duals, late, travel):
            self._last, self._within = (duals, late, travel), {}
            for i, dual in enumerate(duals):
                self._duals[i] = dual
            self._weight[0], self._weight[1] = late, travel
            bound_completions(self.day, self.tables, self._duals, self._weight)
            self._routes = list(self._cheapest())
        return self._routes

    def _cheapest(self) -> Iterator[NgRoute]:
        for first in range(self.day.service.shape[0]):
            reduced_cost = cheapest_ng_route(self.day, self.tables, self._duals, self._weight, first, self._route)
            if reduced_cost < NEVER:
                late, travel, number, *order = np.asarray(self._route).tolist()
                yield NgRoute(tuple(order[:number]), late, travel, reduced_cost)

    def within(self, most: int, most_labels: int) -> list[MaskCosts | None]:
        """Return, for each tier that the query counts, the masks within a gap under the last duals.

        Routes weigh one kind of lateness; the other, if there are two, only has its limit. A tier whose masks are too
        many is None, and the last one.
        """
        if (most, most_labels) not in self._within:
            weights = {Tier.TRAVEL: self._weight[1], late_tier(next(iter(self.days))): self._weight[0]}
            enumerated: list[MaskCosts | None] = []
            for tier, day in self.days.items():
                enumerated.append(self._enumerate(day, weights.get(tier, 0), most, most_labels))
                if enumerated[-1] is None:
                    break
            self._within[most, most_labels] = enumerated
        return self._within[most, most_labels]

    def _enumerate(self, day: MemberDay, unit: int, most: int, most_labels: int) -> MaskCosts | None:
        room = max(2, most_labels // 4)
        duals = PricedTables(
            duals=self._duals,
            limits=ints([unit, most]),
            masks=zeros(room),
            first=zeros(room + 1),
            slots=zeros(1 << (2 * room).bit_length()),
            labels=ints(np.empty((max(2, most_labels), 3), dtype=np.int64)),
        )
        columns = zeros(room, 2)
        number = enumerate_priced_masks(day, self.tables, duals, columns)
        if number < 0:
            return None
        rising = np.argsort(np.asarray(columns)[:number, 0], kind="stable")
        return np.asarray(columns)[rising, 0], np.asarray(columns)[rising, 1]


class MemberNgRoutes:
    """The ng-routes of one member in one tier; `shared` are the pricings so far, by the tables of a day."""

    def __init__(
        self, state: DaySearch, c: int, query: LabelQuery, shared: dict[bytes, NgRoutePricing] | None = None
    ) -> None:
        self.state, self.member, self.query = state, c, query
        self.active = query.windows.active(c)
        days = {tier: member_day(state, c, self.active, query, tier) for tier in query.kinds}
        key = b"".join(key_of(day) for day in days.values())
        pricing = None if shared is None else shared.get(key)
        self._pricing = pricing or NgRoutePricing(state, days)
        if shared is not None:
            shared[key] = self._pricing

    def price(self, duals: dict[int, int], late: int, travel: int) -> Iterator[NgRoute]:
        """Yield the cheapest ng-route from each first service; `late` and `travel` weigh a second of each."""
        for each in self._pricing.price(tuple(duals[v] for v in self.active), late, travel):
            yield replace(each, services=tuple(self.active[i] for i in each.services))

    def columns_within(self, most: int, most_labels: int) -> MemberColumns:
        """Enumerate the columns whose reduced cost under the last duals is at most `most`."""
        by_tier = zip(self.query.kinds.items(), self._pricing.within(most, most_labels), strict=False)
        enumerated = ((tier, kind, masks) for (tier, kind), masks in by_tier)
        return combine_tiers(self.state, self.member, self.active, enumerated)


def late_tier(tier: Tier) -> Tier:
    """Return the tier of the lateness that the routes of a tier weigh."""
    return Tier.URGENT if tier == Tier.URGENT else Tier.TARDINESS


def can_use_ng_routes(state: DaySearch) -> bool:
    """Does every service take a tick at least, so that time moves on along an ng-route?"""
    tick = state.problem.proof.tick_seconds
    return all(service.seconds >= tick for demand in state.problem.demands for service in demand.services)


def _ng_tables(day: MemberDay, parameters: ProofParameters) -> NgTables:
    n = day.service.shape[0]
    works, tick = np.asarray(day.works)[0], parameters.tick_seconds
    begin, end = (int(works[0, 0]), int(works[-1, 1])) if len(works) else (0, 0)
    ticks = (end - begin) // tick + 1
    g = min(parameters.neighbours, max(0, n - 1))
    while g > 0 and (n * ticks) << g > parameters.most_states:
        g -= 1
    legs = np.asarray(day.legs)[:n, :n]
    nearest = np.argsort(legs + legs.T + np.where(np.eye(n, dtype=bool), NEVER // 4, 0), axis=1, kind="stable")
    return NgTables(
        clock=ints([begin, tick]),
        neighbours=ints(nearest[:, :g]),
        forbidden=zeros(n, 1 << g),
        memory=zeros(n, n, 1 << g),
        ready=zeros(n + 1, ticks, n),
        late=zeros(n + 1, ticks, n),
        over=zeros(n, ticks),
        completion=zeros(n, ticks, 1 << g),
    )
