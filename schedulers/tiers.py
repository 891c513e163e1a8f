"""The cost tiers of a team-day, defined once for rules, compiled search, CP-SAT model, proofs and words.

Costs are whole numbers, one for each tier, and are compared lexicographically: a tier counts only where all tiers above
it are equal. `Tier` names the columns; `ORDER` alone says which of them is above which.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum


class Tier(IntEnum):
    """A cost tier. Its value is its column in every table and tuple of costs."""

    UNPLACED = 0
    CONTINUITY = 1
    DISRUPTION = 2
    TARDINESS = 3
    TRAVEL = 4
    FAIRNESS = 5
    WISH = 6

    @property
    def label(self) -> str:
        """The name under which a tier is stored, and by which words are looked up."""
        return self.name.lower()


Order = tuple[Tier, ...]

ORDER: Order = tuple(Tier)
"""The tiers, most important first."""

TIERS = tuple(tier.label for tier in Tier)
"""Stored names of the tiers, by column."""

MINUTE = 60

UNIT_SECONDS = {
    Tier.DISRUPTION.label: MINUTE,
    **{tier.label: 1 for tier in (Tier.TARDINESS, Tier.TRAVEL, Tier.FAIRNESS, Tier.WISH)},
}
"""Seconds in the unit of a tier that measures time, by stored name; the other tiers count."""

MEMBER_CHANGE = 60
"""Disruption of another member (or none) for a published service, in minutes of moved start."""


def require_every_tier(tiers: Iterable[int], what: str) -> None:
    """Raise LookupError, e.g. "wish has no soft rule", unless these are all tiers."""
    counted = set(tiers)
    for tier in Tier:
        if tier not in counted:
            raise LookupError(f"{tier.label} has no {what}")


def in_order(costs: Sequence[int], order: Order = ORDER) -> tuple[int, ...]:
    """Return costs, most important first, so that tuples compare as rosters do."""
    return tuple(costs[tier] for tier in order)


def down_to(tier: Tier, order: Order = ORDER) -> Order:
    """Return a tier and all tiers above it, most important first."""
    return order[: order.index(tier) + 1]
