"""Times that are offered to a resident on the phone: how far apart they lie, and how many there are."""

from domain.local_time import MINUTE
from domain.policy_pack import PolicyPack

MOST_OFFERS = 5
"""Times that somebody can choose from on the phone."""


def offer_gap(pack: PolicyPack) -> int:
    """Return the seconds that times offered on one day lie apart at least."""
    return pack.offer_gap_minutes * MINUTE
