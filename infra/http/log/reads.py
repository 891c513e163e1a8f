"""Who has seen a resident's record; and who read in an emergency or for an audit."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response

from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.http.paging import limit_of, link_to_next
from infra.http.questions import CURSOR, LIMIT, conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from projections.questions import Row

DIGITS = 18


def who_has_seen(served: ServedSystem, exchange: Exchange) -> Response:
    """Tell who has seen a resident's record, the newest read first."""
    resident_id = str(exchange.request.path_params["resident_id"])
    return _page(exchange, partial(served.gate(exchange).who_has_seen, resident_id))


def exceptional_reads(served: ServedSystem, exchange: Exchange) -> Response:
    """Tell who read in an emergency or for an audit, the newest read first."""
    return _page(exchange, served.gate(exchange).exceptional_reads)


def _page(exchange: Exchange, read: Callable[[int | None, int], list[Row]]) -> Response:
    query = exchange.request.query_params
    limit = limit_of(query.get("limit"))
    reads = read(_read_id(query.get("cursor")), limit)
    headers = {}
    if len(reads) == limit:
        path, last = exchange.request.url.path, str(reads[-1]["read_id"])
        headers["Link"] = link_to_next(path, query.multi_items(), last)
    return conditional(exchange, to_json(reads).encode(), headers)


def _read_id(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= DIGITS):
        raise UsageError("cursor-unreadable", field="cursor")
    return int(cursor)


ROUTES = [
    ApiRoute(
        method="GET",
        path="/api/residents/{resident_id}/reads",
        handler=who_has_seen,
        summary="Tell who has seen a resident's record, when, in which role, why and what of it.",
        tag="log",
        parameters=[
            Parameter(name="resident_id", where="path", schema={"type": "string", "examples": ["li"]}),
            LIMIT,
            CURSOR,
        ],
        answer={"type": "array", "items": {"type": "object"}},
    ),
    ApiRoute(
        method="GET",
        path="/api/reads/exceptional",
        handler=exceptional_reads,
        summary="Tell who read in an emergency, or in full for an audit: when, why and what.",
        tag="log",
        parameters=[LIMIT, CURSOR],
        answer={"type": "array", "items": {"type": "object"}},
    ),
]
