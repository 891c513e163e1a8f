"""The matrix requests of three routing servers, and the seconds in their answers.

OSRM: the table service of its HTTP API. Valhalla: `sources_to_targets`. openrouteservice: the matrix service, v2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from infra.travel.http_client import ServerRequest

Degrees = tuple[float, float]
"""Longitude and latitude."""

ServerSeconds = list[list[float | None]]
"""Seconds as the server writes them, from row to column; None where it found no way."""


class _Durations(msgspec.Struct):
    durations: ServerSeconds


class _Cell(msgspec.Struct):
    time: float | None


class _SourcesToTargets(msgspec.Struct):
    sources_to_targets: list[list[_Cell]]


@dataclass(frozen=True, slots=True)
class MatrixService:
    """The matrix request of a kind of server, and the reader of its answer.

    `request` takes the server's profile, starts, ends and key; `seconds` raises msgspec.MsgspecError if the answer has
    another shape.
    """

    request: Callable[[str, Sequence[Degrees], Sequence[Degrees], str | None], ServerRequest]
    seconds: Callable[[bytes], ServerSeconds]


def osrm_request(profile: str, starts: Sequence[Degrees], ends: Sequence[Degrees], _key: str | None) -> ServerRequest:
    """Return a request of OSRM's table service: all places in the path, sources and destinations by number."""
    places = ";".join(f"{_short(longitude)},{_short(latitude)}" for longitude, latitude in (*starts, *ends))
    sources, destinations = _numbers(starts, ends)
    return ServerRequest(
        path=f"/table/v1/{profile}/{places}",
        parameters={
            "sources": ";".join(map(str, sources)),
            "destinations": ";".join(map(str, destinations)),
            "annotations": "duration",
        },
    )


def valhalla_request(
    profile: str, starts: Sequence[Degrees], ends: Sequence[Degrees], _key: str | None
) -> ServerRequest:
    """Return a request of Valhalla's matrix service."""
    sources, targets = (
        [{"lon": longitude, "lat": latitude} for longitude, latitude in part] for part in (starts, ends)
    )
    body = msgspec.json.encode({"costing": profile, "sources": sources, "targets": targets})
    return ServerRequest(path="/sources_to_targets", body=body)


def ors_request(profile: str, starts: Sequence[Degrees], ends: Sequence[Degrees], key: str | None) -> ServerRequest:
    """Return a request of openrouteservice's matrix service; it alone takes a key."""
    sources, destinations = _numbers(starts, ends)
    body = msgspec.json.encode(
        {"locations": [*starts, *ends], "sources": sources, "destinations": destinations, "metrics": ["duration"]}
    )
    return ServerRequest(path=f"/v2/matrix/{profile}/json", body=body, headers={"Authorization": key or ""})


def _short(degrees: float) -> str:
    """Return a coordinate to a tenth of a metre, as short as it can be written: an address holds 80 of them."""
    return f"{degrees:.6f}".rstrip("0").rstrip(".")


def _numbers(starts: Sequence[Degrees], ends: Sequence[Degrees]) -> tuple[list[int], list[int]]:
    return list(range(len(starts))), list(range(len(starts), len(starts) + len(ends)))


def _durations(body: bytes) -> ServerSeconds:
    return msgspec.json.decode(body, type=_Durations).durations


def _times(body: bytes) -> ServerSeconds:
    answer = msgspec.json.decode(body, type=_SourcesToTargets)
    return [[cell.time for cell in row] for row in answer.sources_to_targets]


SERVICES = {
    "osrm": MatrixService(request=osrm_request, seconds=_durations),
    "valhalla": MatrixService(request=valhalla_request, seconds=_times),
    "ors": MatrixService(request=ors_request, seconds=_durations),
}
