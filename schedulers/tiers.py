"""The cost tiers of a team-day, defined once for rules, compiled search, CP-SAT model, proofs and words.

Costs are whole numbers, one for each tier, and are compared lexicographically: a tier counts only where all tiers above
it are equal. `Tier` names the columns; the order of a problem says which of them is above which.
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
    URGENT = 7
    IMBALANCE = 8

    @property
    def label(self) -> str:
        """The name under which a tier is stored, and by which words are looked up."""
        return self.name.lower()


Order = tuple[Tier, ...]

FIRST_ORDER: Order = (
    Tier.UNPLACED,
    Tier.CONTINUITY,
    Tier.DISRUPTION,
    Tier.TARDINESS,
    Tier.TRAVEL,
    Tier.FAIRNESS,
    Tier.WISH,
)
"""The order, most important first, of every problem that was stored before it named its own. It never changes."""

TIERS = tuple(tier.label for tier in Tier)
"""Stored names of the tiers, by column."""

WITH_LIMITS = (Tier.URGENT, Tier.IMBALANCE)
"""Tiers whose costs need the problem's limits. Each is a part of a tier of its own: of tardiness, and of fairness."""

MINUTE = 60

UNIT_SECONDS = {
    Tier.DISRUPTION.label: MINUTE,
    **{tier.label: 1 for tier in (Tier.TARDINESS, Tier.TRAVEL, Tier.FAIRNESS, Tier.WISH, Tier.URGENT, Tier.IMBALANCE)},
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


def tier_of(label: str) -> Tier:
    """Return the tier of a stored name. ValueError if there is none."""
    if label not in TIERS:
        raise ValueError(f"there is no tier {label}")
    return Tier(TIERS.index(label))


def tiers_of(labels: Iterable[str]) -> Order:
    """Return the tiers of stored names. ValueError if there is no such tier."""
    return tuple(tier_of(label) for label in labels)


def labels_of(order: Order) -> tuple[str, ...]:
    """Return the stored names of tiers."""
    return tuple(tier.label for tier in order)


def in_order(costs: Sequence[int], order: Order) -> tuple[int, ...]:
    """Return costs, most important first, so that tuples compare as rosters do."""
    return tuple(costs[tier] for tier in order)


def down_to(tier: Tier, order: Order) -> Order:
    """Return a tier and all tiers above it, most important first."""
    return order[: order.index(tier) + 1]
