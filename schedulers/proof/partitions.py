"""Partitions of the day's services into columns that may cost no more than the incumbent: few, once columns are fixed.

The relaxation ignores that double demands start together, so its bound may be too low. But few partitions remain
between the bound and the incumbent, and `schedulers.proof.synchronised_routes` finds the cost of each.

Source: enumeration of all columns within the gap, then of their partitions (Baldacci, Christofides and Mingozzi, 2008,
doi 10.1007/s10107-007-0178-5).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from schedulers.proof.columns import UNLIMITED, Array, MemberColumns
from schedulers.proof.kernels.partition_kernel import PartitionTables, enumerate_partitions
from schedulers.proof.lp_bound import SCALE, ColumnRelaxation, LagrangianBound
from schedulers.search.compiled import ints, zeros
from schedulers.tiers import Tier


@dataclass(frozen=True, slots=True)
class Partitions:
    """Partitions of the services: one column of each member, members in an order of their own.

    `services` (columns,) are masks of the day's services, `late`, `travel` and `urgent` (columns,) their least costs,
    each taken alone. `choice[p, i]` is the column of the i-th member in partition p, and `costs[p]` the cost of the
    partition in a tier that does not depend on routes, else 0.
    """

    members: tuple[int, ...]
    services: Array
    late: Array
    travel: Array
    urgent: Array
    choice: Array
    costs: Array

    def subset(self, indices: tuple[int, ...]) -> "Partitions":
        """Return only these partitions."""
        return replace(self, choice=self.choice[list(indices)], costs=self.costs[list(indices)])

    def members_of(self, p: int) -> list[tuple[int, int]]:
        """Return each member of one partition with the mask of their services."""
        return list(zip(self.members, self.services[self.choice[p]].tolist(), strict=True))

    def member_masks(self) -> Array:
        """Return the masks of all members in all partitions, shape (partitions, members)."""
        return np.asarray(self.services[self.choice], dtype=np.int64)


class PartitionEnumerator:
    """Enumerates partitions from the columns of all members."""

    def __init__(self, relaxation: ColumnRelaxation, bound: LagrangianBound) -> None:
        self.relaxation, self.bound = relaxation, bound
        members = sorted(relaxation.members, key=lambda each: (len(each.masks), each.member))
        columns = [_columns(relaxation, each, bound) for each in members]
        alike = [0] * len(members)
        if relaxation.state.problem.proof.symmetry:
            members, columns, alike = _side_by_side(relaxation, members, columns)
        self.members = tuple(each.member for each in members)
        first = np.cumsum([0, *(len(each) for each in columns)])
        unplaced = np.array(list(_unplaced_options(relaxation, bound)), dtype=np.int64).reshape(-1, 3)
        required = columns[-1][:, 0] & ~np.bitwise_or.reduce(unplaced[:, 0], initial=0)
        in_order = np.argsort(required, kind="stable")
        columns[-1] = columns[-1][in_order]
        together = np.concatenate(columns)
        self.column, self.travel = together[:, :5], together[:, 5]
        coverable = [int(np.bitwise_or.reduce(self.column[begin:, 0], initial=0)) for begin in first]
        self.tables = PartitionTables(
            first=ints(first),
            column=ints(self.column),
            coverable=ints(coverable),
            all_services=ints([(1 << len(relaxation.rows)) - 1]),
            unplaced=ints(unplaced),
            required=ints(required[in_order]),
            limits=zeros(7),
            level=zeros(len(members) + 1, 7),
            alike=ints(alike),
        )
        self._steps = zeros(1)

    @property
    def steps(self) -> int:
        """Steps so far."""
        return int(self._steps[0])

    @property
    def gap(self) -> int:
        """The gap between bound and incumbent, in units of 1 / SCALE."""
        return SCALE * self.relaxation.upper - self.bound.scaled

    def enumerate(self, excess: int, most_steps: int, known: int = -1) -> Partitions | None:
        """Return all partitions with an excess of at most `excess` and more than `known`; None if they are too many."""
        for i, limit in enumerate((min(excess, self.gap), *_limits(self.relaxation), most_steps, known)):
            self.tables.limits[i] = limit
        choice = zeros(self.relaxation.state.problem.proof.most_partitions, len(self.members))
        number = enumerate_partitions(self.tables, choice, self._steps)
        if number < 0:
            return None
        chosen = np.asarray(choice)[:number].copy()
        costs = (self.column[:, 3], self.travel, self.column[:, 4])
        return Partitions(self.members, self.column[:, 0], *costs, chosen, self._costs(chosen))

    def _costs(self, choice: Array) -> Array:
        """Return the costs of partitions that do not depend on routes."""
        if self.relaxation.tier == Tier.CONTINUITY:
            return np.asarray(self.column[:, 2][choice].sum(axis=1), dtype=np.int64)
        costs = np.zeros(len(choice), dtype=np.int64)
        if self.relaxation.tier == Tier.UNPLACED:
            done = np.bitwise_or.reduce(self.column[:, 0][choice], axis=1)
            for d in self.relaxation.may_be_unplaced:
                costs += self.relaxation.urgency[d] * (done >> self.relaxation.state.first[d] & 1 == 0)
        return costs


def _limits(relaxation: ColumnRelaxation) -> tuple[int, int, int, int]:
    """Return the most services named for others, lateness, urgency left out, and urgent lateness."""
    most = relaxation.held | {relaxation.tier: relaxation.upper}
    continuity, late, urgent = (most.get(tier, UNLIMITED) for tier in (Tier.CONTINUITY, Tier.TARDINESS, Tier.URGENT))
    return continuity, late, most[Tier.UNPLACED], urgent


def _side_by_side(
    relaxation: ColumnRelaxation, members: list[MemberColumns], columns: list[Array]
) -> tuple[list[MemberColumns], list[Array], list[int]]:
    """Return members and columns with members who are alike next to each other, and 1 for each who is like the last."""
    left, sorted_ = list(range(len(members))), list[int]()
    alike: list[int] = []
    while left:
        first = left[0]
        same = [i for i in left if i == first or _is_alike(relaxation, (members, columns), first, i)]
        sorted_ += same
        alike += [0] + [1] * (len(same) - 1)
        left = [i for i in left if i not in same]
    return [members[i] for i in sorted_], [columns[i] for i in sorted_], alike


def _is_alike(relaxation: ColumnRelaxation, those: tuple[list[MemberColumns], list[Array]], i: int, k: int) -> bool:
    """Say whether two members may change places in a partition at no cost in any tier that counts."""
    members, columns = those
    if len(columns[i]) < 2 or not np.array_equal(columns[i], columns[k]):
        return False
    day, problem, c, e = relaxation.state.day, relaxation.state.problem, members[i].member, members[k].member
    if replace(problem.members[c], id="") != replace(problem.members[e], id=""):
        return False
    apart, strange = np.asarray(day.apart), np.asarray(day.strange)
    if relaxation.tier == Tier.TRAVEL and not np.array_equal(strange[c], strange[e]):
        return False  # its partitions are the choice of the tiers below
    return np.array_equal(np.delete(apart[c], [c, e]), np.delete(apart[e], [c, e]))


def _columns(relaxation: ColumnRelaxation, each: MemberColumns, bound: LagrangianBound) -> Array:
    """Return a member's columns as the kernel reads them, with travel behind, in rising excess."""
    excess = relaxation.excess(each, bound).copy()
    not_named = np.zeros(len(each.masks), dtype=np.int64)
    penalty = {
        relaxation.state.first[d]: -unplaced for d, unplaced in _reduced_costs_out(relaxation, bound) if unplaced < 0
    }  # the excess of placing them
    counted = Tier.CONTINUITY in (relaxation.tier, *relaxation.held)
    for i, v in enumerate(each.services):
        has: NDArray[np.int64] = each.masks >> i & 1
        not_named += has * int(counted and relaxation.not_named[each.member][i])
        excess += has * penalty.get(v, 0)
    nothing = np.zeros(len(each.masks), dtype=np.int64)
    costs = [each.costs.get(tier, nothing) for tier in (Tier.TARDINESS, Tier.URGENT, Tier.TRAVEL)]
    columns = np.stack([each.day_masks(), excess, not_named, *costs], axis=1)
    return np.asarray(columns[np.argsort(excess, kind="stable")], dtype=np.int64)


def _reduced_costs_out(relaxation: ColumnRelaxation, bound: LagrangianBound) -> Iterator[tuple[int, int]]:
    for d in sorted(relaxation.may_be_unplaced):
        yield d, relaxation.reduced_cost_out(d, bound.duals)


def _unplaced_options(relaxation: ColumnRelaxation, bound: LagrangianBound) -> Iterator[tuple[int, int, int]]:
    for d, unplaced in _reduced_costs_out(relaxation, bound):
        yield sum(1 << v for v in relaxation.services(d)), max(0, unplaced), relaxation.urgency[d]
