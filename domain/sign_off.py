"""Signing off: an auditor looked at what was done, and says whether it was in order. Shared by the aggregates."""

from collections.abc import Mapping
from typing import Literal

from domain.decider import Refused

SignOffVerdict = Literal["in-order", "not-in-order"]
"""What the auditor found."""

SignOffReason = Literal["checked", "explained", "no-ground", "papers-missing", "amounts-wrong", "rule-broken"]
"""Why: a code, so that it names nobody."""

REASONS: Mapping[SignOffVerdict, frozenset[SignOffReason]] = {
    "in-order": frozenset({"checked", "explained"}),
    "not-in-order": frozenset({"no-ground", "papers-missing", "amounts-wrong", "rule-broken"}),
}
"""Which reasons speak for a verdict."""


def require_fitting(verdict: SignOffVerdict, reason: SignOffReason) -> None:
    """Refuse a reason that contradicts the verdict."""
    if reason not in REASONS[verdict]:
        raise Refused("sign-off-reason-unfit", verdict=verdict, reason=reason)
