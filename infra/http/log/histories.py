"""Histories of aggregates: what happened, and what was true before and after each event."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from starlette.responses import Response

from infra.cli.records import histories
from infra.cli.session import Session
from infra.edges.problems import UsageError
from infra.edges.results import Listing, to_json
from infra.http.lending import LentSession
from infra.http.paging import limit_of, link_to_next, page_of
from infra.http.questions import CURSOR, LIMIT, conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from infra.store.claims.earlier import twins


def history(served: ServedSystem, exchange: Exchange, whose: "HistoryRoute") -> Response:
    """Tell a history: all of it, up to a moment of recording, or up to a version."""
    query = exchange.request.query_params
    named = {whose.id_field: str(exchange.request.path_params[whose.id_field])}
    gate = served.gate(exchange)
    gate.check_operation(whose.operation, **named)
    session = LentSession.of(served, exchange)
    steps = whose.function(session, named[whose.id_field], query.get("at"), _version(query.get("version")))
    plain = orjson.loads(to_json(list(steps.items)))
    page = page_of(gate.show(whose.operation, plain, **named), limit_of(query.get("limit")), query.get("cursor"))
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


@dataclass(frozen=True, slots=True)
class HistoryRoute:
    """Whose history a route tells: the first part of its path, the id, an example, and the operation of the roles."""

    path: str
    id_field: str
    example: str
    operation: str
    function: Callable[[Session, str, str | None, int | None], Listing[Any]]
    of: str

    def route(self) -> ApiRoute:
        """Return the route."""
        return ApiRoute(
            method="GET",
            path=f"/api/{self.path}/{{{self.id_field}}}/history",
            handler=partial(history, whose=self),
            summary=f"Tell the history of {self.of}, each event with what was true before and after it.",
            tag="log",
            parameters=[
                Parameter(name=self.id_field, where="path", schema={"type": "string", "examples": [self.example]}),
                Parameter(name="at", description="Up to this moment of recording.", schema={"type": "string"}),
                Parameter(name="version", description="Up to this version.", schema={"type": "integer", "minimum": 1}),
                LIMIT,
                CURSOR,
            ],
            answer={"type": "array", "items": {"type": "object"}},
        )


HISTORIES = (
    HistoryRoute(
        "contracts", "contract_id", "contract-of-li", "contract-history", histories.contract_history, "a contract"
    ),
    HistoryRoute("visits", "visit_id", "v1", "visit-history", histories.visit_history, "a visit"),
    HistoryRoute("beds", "family_bed_id", "bed-of-li", "bed-history", histories.bed_history, "a family bed"),
    HistoryRoute("referrals", "referral_id", "f1", "referral-history", histories.referral_history, "a referral"),
    HistoryRoute("teams", "team_id", "east", "team-history", histories.team_history, "a team"),
    HistoryRoute("alliances", "alliance_id", "a1", "alliance-history", histories.alliance_history, "an alliance"),
    HistoryRoute(
        "institutions",
        "institution_id",
        "centre",
        "institution-history",
        histories.institution_history,
        "an institution",
    ),
)

ROUTES = [
    *(each.route() for each in HISTORIES),
    ApiRoute(
        method="GET",
        path="/api/residents/twins",
        handler=twins_of_city,
        summary="List residents who were registered under one identity number by an earlier release.",
        tag="log",
        answer={"type": "array", "items": {"type": "object"}},
    ),
]
