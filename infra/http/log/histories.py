"""Histories of aggregates: what happened, and what was true before and after each event."""

import orjson
from starlette.responses import Response

from infra.cli.records.contract_history import contract_history
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.http.lending import LentSession
from infra.http.paging import limit_of, link_to_next, page_of
from infra.http.questions import CURSOR, LIMIT, conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from infra.store.claims.earlier import twins


def history_of_contract(served: ServedSystem, exchange: Exchange) -> Response:
    """Tell the history of a contract: all of it, up to a moment of recording, or up to a version."""
    query = exchange.request.query_params
    contract_id = str(exchange.request.path_params["contract_id"])
    gate = served.gate(exchange)
    gate.check_operation("contract-history", contract_id=contract_id)
    session = LentSession.of(served, exchange)
    steps = contract_history(session, contract_id, query.get("at"), _version(query.get("version")))
    plain = orjson.loads(to_json(list(steps.items)))
    page = page_of(
        gate.show("contract-history", plain, contract_id=contract_id), limit_of(query.get("limit")), query.get("cursor")
    )
    headers = {}
    if page.next_cursor is not None:
        headers["Link"] = link_to_next(exchange.request.url.path, query.multi_items(), page.next_cursor)
    return conditional(exchange, to_json(list(page.rows)).encode(), headers)


def twins_of_city(served: ServedSystem, exchange: Exchange) -> Response:
    """List residents who were registered under one identity number by an earlier release."""
    gate = served.gate(exchange)
    gate.check_operation("resident-twins")
    rows = [{"resident_ids": list(ids)} for ids in twins(served.system.store)]
    return conditional(exchange, to_json(gate.show("resident-twins", rows)).encode(), {})


def _version(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text)):
        raise UsageError("bad-value", field="version", detail="a version from 1 on is expected")
    return int(text)


ROUTES = [
    ApiRoute(
        method="GET",
        path="/api/contracts/{contract_id}/history",
        handler=history_of_contract,
        summary="Tell the history of a contract, each event with what was true before and after it.",
        tag="log",
        parameters=[
            Parameter(name="contract_id", where="path", schema={"type": "string", "examples": ["contract-of-li"]}),
            Parameter(name="at", description="Up to this moment of recording.", schema={"type": "string"}),
            Parameter(name="version", description="Up to this version.", schema={"type": "integer", "minimum": 1}),
            LIMIT,
            CURSOR,
        ],
        answer={"type": "array", "items": {"type": "object"}},
    ),
    ApiRoute(
        method="GET",
        path="/api/residents/twins",
        handler=twins_of_city,
        summary="List residents who were registered under one identity number by an earlier release.",
        tag="log",
        answer={"type": "array", "items": {"type": "object"}},
    ),
]
