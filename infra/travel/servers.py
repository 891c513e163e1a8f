"""Routing servers: OSRM, Valhalla and openrouteservice, asked through routingpy for one table after another.

A server sees where homes are; it is asked only if a setting names it. What it says, or fails to say, is never logged
with a place: errors of HTTP carry the whole address, so they end here.
"""

import logging
from collections.abc import Callable, Sequence
from math import ceil, isfinite
from time import monotonic
from typing import Any

from domain.decider import Refused
from infra.travel.fallback import Table, Unanswered
from schedulers.travel.plane import Plane
from schedulers.travel.times import Place

PROFILES: dict[str, dict[str, str]] = {
    "osrm": {"walk": "foot", "e-bike": "bike", "car": "car"},
    "valhalla": {"walk": "pedestrian", "e-bike": "bicycle", "car": "auto"},
    "ors": {"walk": "foot-walking", "e-bike": "cycling-electric", "car": "driving-car"},
}
"""What each server calls our ways of travel."""

PROFILE = "{profile}"
"""Stands in an OSRM server's address where it differs by way of travel: one OSRM server knows one."""

PATIENCE_SECONDS = 5.0
"""For one table, its connection included."""

REST_SECONDS = 60.0
"""A server that failed is left alone for so long, so that a storm of plans does not wait for it each time."""

TOGETHER = 40
"""Places on each side of a table: servers limit a table to 100 places, or to 2,500 ways."""

LONGEST_SECONDS = 1_000_000

# Its messages name whole addresses, with places.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class Server:
    """The ways that a server answers."""

    lacks = "no-way-between"

    def __init__(
        self,
        kind: str,
        address: str,
        plane: Plane,
        key: str | None = None,
        *,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Name a server by its address. Refused `roads-missing` without the extra."""
        try:
            from infra.travel.http_client import routers  # noqa: PLC0415 -- an optional extra
        except ImportError as error:
            raise Refused("roads-missing", module=error.name or "routingpy") from error
        self.name = kind
        self.key = f"{kind}:{address}|{plane.longitude!r},{plane.latitude!r}"
        self._kind = kind
        self._address = address.rstrip("/")
        self._plane = plane
        self._router: Callable[[str], Any] = lambda where: routers(kind, where, key, patience)
        self._clock = clock
        self._rests: tuple[float, str] | None = None

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Return the seconds from each start to each end, rounded up.

        Unanswered `mode-not-on-server`, `travel-server-away`, `-silent`, `-failed`, `-refuses` or `-nonsense`; what
        made it fail is answered again while it is left alone.
        """
        if self._kind == "osrm" and PROFILE not in self._address and mode != "car":
            raise Unanswered("mode-not-on-server")
        if self._rests is not None and self._clock() < self._rests[0]:
            raise Unanswered(self._rests[1])
        try:
            found: Table = [[] for _ in starts]
            for row in range(0, len(starts), TOGETHER):
                for column in range(0, len(ends), TOGETHER):
                    part = self._part(starts[row : row + TOGETHER], ends[column : column + TOGETHER], mode)
                    for number, answer in enumerate(part):
                        found[row + number] += answer
        except Unanswered as failure:
            self._rests = (self._clock() + REST_SECONDS, failure.rule)
            raise
        self._rests = None
        return found

    def _part(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Ask for one table."""
        profile = PROFILES[self._kind][mode]
        router = self._router(self._address.replace(PROFILE, profile))
        places = [list(self._plane.degrees(place)) for place in (*starts, *ends)]
        more: dict[str, Any] = {"annotations": ["duration"]} if self._kind == "osrm" else {}
        try:
            told = router.matrix(
                places,
                profile=profile,
                sources=list(range(len(starts))),
                destinations=list(range(len(starts), len(places))),
                **more,
            ).durations
        except (KeyError, TypeError, AttributeError, IndexError):  # the answer's shape is not the server's
            raise Unanswered("travel-server-nonsense") from None
        return checked(told, len(starts), len(ends))


def checked(told: object, rows: int, columns: int) -> Table:
    """Return the seconds of an answer, rounded up. Unanswered `travel-server-nonsense` if it is no table of them."""
    if not isinstance(told, list) or len(told) != rows:
        raise Unanswered("travel-server-nonsense")
    table: Table = []
    for row in told:
        if not isinstance(row, list) or len(row) != columns:
            raise Unanswered("travel-server-nonsense")
        table.append([second_of(each) for each in row])
    return table


def second_of(told: object) -> int | None:
    """Return whole seconds; None where the server found no way."""
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not isfinite(told):
        raise Unanswered("travel-server-nonsense")
    if not 0 <= told <= LONGEST_SECONDS:
        raise Unanswered("travel-server-nonsense")
    return ceil(round(told, 3))
