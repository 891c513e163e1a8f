"""The balance of work in the relaxation: for each pair of members of a role, how much more one may serve.

The load of a member is linear in columns, so each pair is a row of the linear programme, and its dual is a price of
each second of service: the one who may not be ahead pays it, the other gets it. What may be out of balance is one
number for each role.
"""

from dataclasses import dataclass

from schedulers.limits import sharing
from schedulers.search.search import DaySearch


@dataclass(frozen=True, slots=True)
class Pair:
    """A member may serve at most `ahead` seconds more than another one of a role, beyond that it is out of balance."""

    role: int
    one: int
    other: int
    ahead: int


class Balance:
    """The pairs of a day, none if imbalance is not counted."""

    def __init__(self, state: DaySearch, *, counted: bool) -> None:
        problem = state.problem
        self.seconds = [problem.demands[d].services[j].seconds for d, j in state.services]
        groups = list(sharing(problem.members)) if counted else []
        self.roles = len(groups)
        self.pairs = [
            Pair(role, c, e, int(state.day.ahead[c, e]))
            for role, mine in enumerate(groups)
            for c in mine
            for e in mine
            if c != e
        ]

    def price(self, member: int, prices: list[int]) -> int:
        """Return the price of a second of service of a member, from the prices of the pairs."""
        pays = zip(self.pairs, prices, strict=True)
        return sum(price * ((pair.one == member) - (pair.other == member)) for pair, price in pays)

    def most_saved(self, prices: list[int], most: int, unit: int) -> int:
        """Return the most that the pairs' limits, and being out of balance by `most` seconds at `unit` each, save."""
        by_role = [0] * self.roles
        free = 0
        for pair, price in zip(self.pairs, prices, strict=True):
            by_role[pair.role] += price
            free += price * pair.ahead
        return free + most * max(0, max(by_role, default=0) - unit)
