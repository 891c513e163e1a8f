"""Consents: their kinds, and the acts that a pack lets rest on one."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from domain.event import value

ConsentKind = Literal["health-data", "home-visits", "sharing-with-hospital", "visit-notices"]
"""Kinds of consent, each given by itself: health data are sensitive (personal information protection law).

With `visit-notices` the team may call or write about the time of a visit.
"""

ConsentAct = Literal["contract-signature", "family-bed", "referral"]
"""Acts that may rest on a consent: a signature or renewal, the agreement on a bed, a request that is not urgent."""


@value
class RequiredConsent:
    """From a day on an act needs a consent of this kind."""

    act: ConsentAct
    kind: ConsentKind
    from_day: date


def consent_faults(required: tuple[RequiredConsent, ...]) -> Iterator[str]:
    """Yield the faults of a pack's list."""
    pairs = [(each.act, each.kind) for each in required]
    if len(set(pairs)) < len(pairs):
        yield "consents_required has each act and kind once"
