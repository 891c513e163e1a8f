"""Triage: the emergency signs are asked about one by one before there is any advice (A8).

One sign that is there needs a hospital at once, and nothing more is asked. Without one there is advice only when every
sign has its answer: a sign that nobody asked about is not taken for one that is not there.
"""

from typing import get_args

from domain.event import value
from domain.policy_pack import PolicyPack
from domain.screening import Advice, UrgentSign, advice

EMERGENCY_SIGNS: tuple[UrgentSign, ...] = get_args(UrgentSign)[:6]
"""The signs of the emergency list, in the order in which they are asked about."""


@value
class Triage:
    """Where a triage stands: the signs to ask about next, and the advice; None where there is none, or none yet."""

    next_signs: tuple[UrgentSign, ...]
    advice: Advice | None

    @property
    def is_complete(self) -> bool:
        """Return whether nothing more is asked."""
        return not self.next_signs


def triage(present: tuple[UrgentSign, ...], absent: tuple[UrgentSign, ...], pack: PolicyPack) -> Triage:
    """Return where a triage stands with signs that are there, and others that are not."""
    if present:
        return Triage(next_signs=(), advice=advice(present, (), pack))
    return Triage(next_signs=tuple(sign for sign in EMERGENCY_SIGNS if sign not in absent), advice=None)
