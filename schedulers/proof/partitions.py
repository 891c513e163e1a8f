"""Every way to share a day's services out that may cost no more than the plan: few, once the sets are sifted.

What the relaxation does not know is that double demands start together. So its bound is too low, but few ways are left
between the bound and the plan; what each of them costs is settled by `schedulers.proof.synchronised_routes`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from schedulers.proof.columns import FREELY, Array, MemberSets
from schedulers.proof.kernels.partition_kernel import Shares, share_out
from schedulers.proof.lp_bound import SCALE, Bound, SetBound
from schedulers.search.compiled import ints, zeros
from schedulers.tiers import Tier


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to share the services out: a column of each member, who stand in an order of their own.

    `services` are each column's services as bits of the day's, `late` and `travel` what they cost at least, each for
    itself. `choice[w, i]` is the column of the i-th member in way w, and `costs` what the way costs in a tier that
    routes are no matter to, else 0.
    """

    members: tuple[int, ...]
    services: Array
    late: Array
    travel: Array
    choice: Array
    costs: Array

    def only(self, these: tuple[int, ...]) -> "Ways":
        """Return these ways alone."""
        return replace(self, choice=self.choice[list(these)], costs=self.costs[list(these)])

    def who(self, w: int) -> list[tuple[int, int]]:
        """Return each member in one way, with her services."""
        return list(zip(self.members, self.services[self.choice[w]].tolist(), strict=True))

    def told(self) -> Array:
        """Return the services of each member in each way, (ways, members)."""
        return np.asarray(self.services[self.choice], dtype=np.int64)


class Covers:
    """The sets of all members as columns, to be put together."""

    def __init__(self, relaxed: SetBound, bound: Bound) -> None:
        self.relaxed, self.bound = relaxed, bound
        members = sorted(relaxed.members, key=lambda each: (len(each.sets), each.member))
        self.members = tuple(each.member for each in members)
        columns = [_columns(relaxed, each, bound) for each in members]
        first = np.cumsum([0, *(len(each) for each in columns)])
        out = np.array(list(_may_be_out(relaxed, bound)), dtype=np.int64).reshape(-1, 3)
        must = columns[-1][:, 0] & ~np.bitwise_or.reduce(out[:, 0], initial=0)
        in_order = np.argsort(must, kind="stable")
        columns[-1] = columns[-1][in_order]
        together = np.concatenate(columns)
        self.column, self.travel = together[:, :4], together[:, 4]
        can = [int(np.bitwise_or.reduce(self.column[begin:, 0], initial=0)) for begin in first]
        self.shares = Shares(
            first=ints(first),
            column=ints(self.column),
            can=ints(can),
            every=ints([(1 << len(relaxed.rows)) - 1]),
            out=ints(out),
            must=ints(must[in_order]),
            limits=zeros(6),
            level=zeros(len(members) + 1, 6),
        )
        self._steps = zeros(1)

    @property
    def steps(self) -> int:
        """The work so far."""
        return int(self._steps[0])

    @property
    def gap(self) -> int:
        """What the plan costs above the bound, in units of SCALE."""
        return SCALE * self.relaxed.most - self.bound.scaled

    def ways(self, above: int, most_steps: int, known: int = -1) -> Ways | None:
        """All ways that cost so much above the bound at most, and more than is known; None where these are too many."""
        for i, limit in enumerate((min(above, self.gap), *_limits(self.relaxed), most_steps, known)):
            self.shares.limits[i] = limit
        choice = zeros(self.relaxed.state.problem.proof.most_partitions, len(self.members))
        count = share_out(self.shares, choice, self._steps)
        if count < 0:
            return None
        chosen = np.asarray(choice)[:count].copy()
        return Ways(self.members, self.column[:, 0], self.column[:, 3], self.travel, chosen, self._costs(chosen))

    def _costs(self, choice: Array) -> Array:
        """What ways cost by who does what and what is left out."""
        if self.relaxed.tier == Tier.CONTINUITY:
            return np.asarray(self.column[:, 2][choice].sum(axis=1), dtype=np.int64)
        costs = np.zeros(len(choice), dtype=np.int64)
        if self.relaxed.tier == Tier.UNPLACED:
            done = np.bitwise_or.reduce(self.column[:, 0][choice], axis=1)
            for d in self.relaxed.may_leave:
                costs += self.relaxed.left[d] * (done >> self.relaxed.state.first[d] & 1 == 0)
        return costs


def _limits(relaxed: SetBound) -> tuple[int, int, int]:
    """Most services with somebody who is not named, lateness, and urgency left out."""
    most = relaxed.held | {relaxed.tier: relaxed.most}
    return most.get(Tier.CONTINUITY, FREELY), most.get(Tier.TARDINESS, FREELY), most[Tier.UNPLACED]


def _columns(relaxed: SetBound, each: MemberSets, bound: Bound) -> Array:
    """A member's sets as the kernel reads them, with their ways behind, the cheapest first."""
    above = relaxed.above(each, bound).copy()
    wrong = np.zeros(len(each.sets), dtype=np.int64)
    dear = {relaxed.state.first[d]: -out for d, out in _outs(relaxed, bound) if out < 0}  # to place them costs that
    for i, v in enumerate(each.services):
        has: NDArray[np.int64] = each.sets >> i & 1
        wrong += has * int(relaxed.wrong[each.member][i])
        above += has * dear.get(v, 0)
    nothing = np.zeros(len(each.sets), dtype=np.int64)
    late, travel = (each.costs.get(tier, nothing) for tier in (Tier.TARDINESS, Tier.TRAVEL))
    columns = np.stack([each.of_day(), above, wrong, late, travel], axis=1)
    return np.asarray(columns[np.argsort(above, kind="stable")], dtype=np.int64)


def _outs(relaxed: SetBound, bound: Bound) -> Iterator[tuple[int, int]]:
    for d in sorted(relaxed.may_leave):
        yield d, relaxed.out(d, bound.prices)


def _may_be_out(relaxed: SetBound, bound: Bound) -> Iterator[tuple[int, int, int]]:
    for d, out in _outs(relaxed, bound):
        yield sum(1 << v for v in relaxed.services(d)), max(0, out), relaxed.left[d]
