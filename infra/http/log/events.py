"""The events of the log over HTTP, oldest first, page by page; personal values stay sealed."""

from starlette.responses import Response

from infra.cli.log.tail import record
from infra.edges.event_filters import EventFilter, filter_of, require_known_people
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.http.paging import DEFAULT_LIMIT, MOST, limit_of, link_to_next
from infra.http.questions import conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from infra.store.recorded import StoredEvent
from infra.system import System

READ_AT_ONCE = 1000
MOST_READ = 20_000
"""Events that one request looks through; what lies behind them is on the next page."""


def list_events(served: ServedSystem, exchange: Exchange) -> Response:
    """List events behind a position. The next page begins behind the last event that was looked at."""
    request = exchange.request
    query = request.query_params
    for name in query:
        if name not in KNOWN:
            raise UsageError("unknown-field", field=name, detail=", ".join(sorted(KNOWN)))
    gate = served.gate(exchange)
    gate.check_operation("events")
    chosen, limit = filter_of(query), limit_of(query.get("limit"))
    require_known_people(served.system, chosen)
    events, reached = _page(served.system, chosen, _position(query.get("cursor")), limit)
    shown = [record(each, personal=False).payload() for each in events]
    headers = {}
    if reached is not None:
        headers["Link"] = link_to_next(request.url.path, query.multi_items(), str(reached))
    return conditional(exchange, to_json(gate.show("events", shown)).encode(), headers)


def _page(system: System, chosen: EventFilter, position: int, limit: int) -> tuple[list[StoredEvent], int | None]:
    """Return the events of a page, and the position behind which the next one begins, None at the end."""
    store = system.store
    events: list[StoredEvent] = []
    looked_at = 0
    while looked_at < MOST_READ:
        read = store.after(position, READ_AT_ONCE, **chosen.columns)
        for event in read:
            looked_at += 1
            position = event.position
            if chosen.fits_event(event, system):
                events.append(event)
                if len(events) == limit:
                    return events, position if position < store.last_position() else None
        if len(read) < READ_AT_ONCE:
            return events, None
    return events, position


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
        raise UsageError("cursor-unreadable", field="cursor")
    return int(cursor)


_MOMENT = {"type": "string", "examples": ["2026-03-02T07:00:00Z", "2026-03-02"]}

FILTERS = [
    Parameter(name="category", description="The kind of stream, as `visit`."),
    Parameter(name="stream", description="One stream, as `visit-v1`."),
    Parameter(name="name", description="One stored name, as `visit.requested.v1`."),
]

PARAMETERS = [
    *FILTERS,
    Parameter(name="actor", description="Who gave the command."),
    Parameter(name="correlation", description="The correlation id of the command."),
    Parameter(name="team_id", description="A team: what names it, or is of its visits, contracts, beds and referrals."),
    Parameter(name="recorded_from", description="Recorded at this moment or later.", schema=_MOMENT),
    Parameter(name="recorded_until", description="Recorded at this moment or earlier.", schema=_MOMENT),
    Parameter(
        name="limit",
        description="Events of a page.",
        schema={"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    ),
    Parameter(name="cursor", description="Where the page begins: from the Link header of the page before."),
]

KNOWN = frozenset(each.name for each in PARAMETERS)

ROUTES = [
    ApiRoute(
        method="GET",
        path="/api/events",
        handler=list_events,
        summary="List recorded events, oldest first, without personal values.",
        tag="log",
        parameters=PARAMETERS,
        answer={"type": "array", "items": {"type": "object"}},
    )
]
