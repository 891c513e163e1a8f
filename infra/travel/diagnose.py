"""Tries the chosen source on one pair of places, and counts the registered places that it does not cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from infra.travel.fallback import FallbackTravel
from schedulers.travel.times import SPEEDS, Place, Travel

TRIED_METRES = 500.0
"""The pair that is tried: a team's base, or else the plane's origin, and a point this far to the east. No home."""


@runtime_checkable
class CoversPlaces(Protocol):
    """A source that can say whether it covers a place without asking a server."""

    def covers(self, place: Place, mode: str) -> bool:
        """Return whether it knows times from and to a place."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """One mode of travel: the seconds of the tried pair, and the rule `because` of which they are a straight line.

    The source does not cover `unknown` of all registered places; None where only the server could tell.
    """

    mode: str
    source: str
    seconds: int
    because: str | None
    places: int
    unknown: int | None


def check_travel(travel: Travel, base: Place, places: Sequence[Place]) -> list[SourceCheck]:
    """Try the source by each mode of travel, from a base."""
    checks = []
    tried = (base, (base[0] + TRIED_METRES, base[1]))
    source = travel.source if isinstance(travel, FallbackTravel) else travel
    for mode in SPEEDS:
        times = travel.times(tried, mode)
        unknown = sum(not source.covers(each, mode) for each in places) if isinstance(source, CoversPlaces) else None
        checks.append(
            SourceCheck(
                mode=mode,
                source=times.travel_from.source,
                seconds=times.seconds[0][1],
                because=times.travel_from.because,
                places=len(places),
                unknown=unknown,
            )
        )
    return checks
