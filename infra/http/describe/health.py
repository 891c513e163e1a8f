"""Health for machines: whether the process lives, and whether it is ready to serve. No sign-in, and no secret."""

from datetime import datetime

import orjson
from starlette.responses import Response

from domain.event import stored_name
from domain.roster.events import RosterPublished, RosterRevised
from infra.edges.results import to_json
from infra.http.routing import ApiRoute
from infra.http.served import Exchange, ServedSystem

LOOKED_BACK = 2000
"""Events among which the newest roster is looked for."""

MOST_BEHIND = 10_000
"""Events that rows may lag behind the log for a process that is ready."""

ROSTERS = (stored_name(RosterPublished), stored_name(RosterRevised))

LIVE = {"type": "object", "properties": {"status": {"const": "live"}}, "required": ["status"]}
READY = {
    "type": "object",
    "properties": {
        "status": {"enum": ["ready", "not-ready"]},
        "position": {"type": "integer", "description": "The newest event's position."},
        "rows_behind": {"type": "integer", "description": "Events that the rows do not hold yet."},
        "last_planned_at": {"type": ["string", "null"], "format": "date-time"},
    },
    "required": ["status"],
}


def live(served: ServedSystem, exchange: Exchange) -> Response:  # noqa: ARG001 -- shared signature
    """Answer that the process lives."""
    return _answer({"status": "live"}, 200)


def ready(served: ServedSystem, exchange: Exchange) -> Response:  # noqa: ARG001 -- shared signature
    """Answer whether the store can be read and the rows are near its end. StoreError: it cannot be read now."""
    store, rows = served.system.store, served.system.rows
    last = store.last_position()
    behind = max(0, last - rows.position)
    planned = store.select_notifications(max(1, last - LOOKED_BACK), LOOKED_BACK, topics=ROSTERS)
    last_planned_at: datetime | None = planned[-1].metadata.recorded_at if planned else None
    fit = behind <= MOST_BEHIND
    state = {
        "status": "ready" if fit else "not-ready",
        "position": last,
        "rows_behind": behind,
        "last_planned_at": last_planned_at,
    }
    return _answer(orjson.loads(to_json(state)), 200 if fit else 503)


def _answer(state: dict[str, object], status: int) -> Response:
    return Response(to_json(state), status, media_type="application/json", headers={"Cache-Control": "no-store"})


ROUTES = [
    ApiRoute(
        method="GET",
        path="/health/live",
        handler=live,
        summary="Tell that the process lives.",
        tag="health",
        answer=LIVE,
        signed_in=False,
    ),
    ApiRoute(
        method="GET",
        path="/health/ready",
        handler=ready,
        summary="Tell whether the store can be read, how far rows are behind, and when a team-day was last planned.",
        tag="health",
        answer=READY,
        signed_in=False,
    ),
]
