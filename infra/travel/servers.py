"""Routing servers: OSRM, Valhalla and openrouteservice, asked for one table after another.

A server sees where homes are, so it is asked only if a setting names it. No message about it carries a place: errors of
HTTP carry the whole address, so they end in `http_client`.
"""

from collections.abc import Callable, Sequence
from math import ceil, isfinite
from time import monotonic

import msgspec

from infra.travel.fallback import Table, TravelSourceError
from schedulers.travel.plane import Plane
from schedulers.travel.times import Place

PROFILES: dict[str, dict[str, str]] = {
    "osrm": {"walk": "foot", "e-bike": "bike", "car": "car"},
    "valhalla": {"walk": "pedestrian", "e-bike": "bicycle", "car": "auto"},
    "ors": {"walk": "foot-walking", "e-bike": "cycling-electric", "car": "driving-car"},
}
"""Each server's names of our modes of travel."""

PROFILE = "{profile}"
"""Stands in an OSRM server's address where it differs by mode: one OSRM server knows one mode."""

PATIENCE_SECONDS = 5.0
"""For one table, its connection included."""

REST_SECONDS = 60.0
"""A server that failed is not asked for this long, so a storm of plans does not wait for it each time."""

PLACES_AT_ONCE = 40
"""Places on each side of a table: servers limit a table to 100 places, or to 2,500 pairs."""

MAX_SECONDS = 1_000_000


class RoutingServer:
    """The travel times of one server."""

    missing_rule = "no-way-between"

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
        """Name a server by its address."""
        # Both load an HTTP client, which only those who ask a server need.
        from infra.travel.http_client import fetch  # noqa: PLC0415 -- see above
        from infra.travel.matrix_requests import SERVICES  # noqa: PLC0415 -- see above

        self.name = kind
        self.key = f"{kind}:{address}|{plane.longitude!r},{plane.latitude!r}"
        self._kind = kind
        self._address = address.rstrip("/")
        self._plane = plane
        self._server_key = key
        self._patience = patience
        self._fetch = fetch
        self._service = SERVICES[kind]
        self._clock = clock
        self._rest: tuple[float, str] | None = None

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Return the seconds from each start to each end, rounded up.

        TravelSourceError `mode-not-on-server`, `travel-server-away`, `-silent`, `-failed`, `-refuses` or `-nonsense`;
        while the server rests after a failure, the same rule again.
        """
        if self._kind == "osrm" and PROFILE not in self._address and mode != "car":
            raise TravelSourceError("mode-not-on-server")
        if self._rest is not None and self._clock() < self._rest[0]:
            raise TravelSourceError(self._rest[1])
        try:
            table: Table = [[] for _ in starts]
            for row in range(0, len(starts), PLACES_AT_ONCE):
                for column in range(0, len(ends), PLACES_AT_ONCE):
                    part = self._part(starts[row : row + PLACES_AT_ONCE], ends[column : column + PLACES_AT_ONCE], mode)
                    for number, answer in enumerate(part):
                        table[row + number] += answer
        except TravelSourceError as error:
            self._rest = (self._clock() + REST_SECONDS, error.rule)
            raise
        self._rest = None
        return table

    def _part(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Ask for one table."""
        profile = PROFILES[self._kind][mode]
        leaves, arrives = ([self._plane.degrees(place) for place in places] for places in (starts, ends))
        request = self._service.request(profile, leaves, arrives, self._server_key)
        body = self._fetch(self._address.replace(PROFILE, profile), request, self._patience)
        try:
            answer = self._service.seconds(body)
        except msgspec.MsgspecError:  # another shape than the server's
            raise TravelSourceError("travel-server-nonsense") from None
        return whole_seconds(answer, len(starts), len(ends))


def whole_seconds(answer: list[list[float | None]], rows: int, columns: int) -> Table:
    """Round an answer's seconds up. TravelSourceError `travel-server-nonsense` if it has another size."""
    if len(answer) != rows or any(len(row) != columns for row in answer):
        raise TravelSourceError("travel-server-nonsense")
    return [[_rounded_up(seconds) for seconds in row] for row in answer]


def _rounded_up(seconds: float | None) -> int | None:
    if seconds is None:
        return None
    if not (isfinite(seconds) and 0 <= seconds <= MAX_SECONDS):
        raise TravelSourceError("travel-server-nonsense")
    return ceil(round(seconds, 3))
