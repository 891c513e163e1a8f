"""The events of the log over HTTP, oldest first, page by page; personal values stay sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from infra.cli.log.tail import record
from infra.edges.event_filters import require_known_filters
from infra.edges.moments import moment
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.http.paging import DEFAULT_LIMIT, MOST, limit_of, link_to_next
from infra.http.questions import conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from infra.store.recorded import StoredEvent
from infra.store.store import EventStore

READ_AT_ONCE = 1000
MOST_READ = 20_000
"""Events that one request looks through; what lies behind them is on the next page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are wanted: all of those that are named must fit. `since` and `until` are moments of recording."""

    category: str | None = None
    stream: str | None = None
    name: str | None = None
    actor: str | None = None
    correlation: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, stream: str, name: str) -> bool:
        """Say whether an event fits by where it stands and what it is called."""
        return (
            (self.category is None or stream.startswith(f"{self.category}-"))
            and self.stream in {None, stream}
            and self.name in {None, name}
        )

    def fits_event(self, event: StoredEvent) -> bool:
        """Say whether an event fits."""
        metadata = event.metadata
        return (
            self.fits(event.stream, event.name)
            and self.actor in {None, metadata.actor}
            and self.correlation in {None, metadata.correlation_id}
            and (self.since is None or metadata.recorded_at >= self.since)
            and (self.until is None or metadata.recorded_at <= self.until)
        )


def filter_of(query: Mapping[str, str]) -> EventFilter:
    """Return the filter of a query. UsageError `bad-moment`, `category-unknown`, `event-name-unknown`."""
    require_known_filters(query.get("category"), query.get("name"))
    recorded_from, recorded_until = query.get("recorded_from"), query.get("recorded_until")
    return EventFilter(
        category=query.get("category"),
        stream=query.get("stream"),
        name=query.get("name"),
        actor=query.get("actor"),
        correlation=query.get("correlation"),
        since=None if recorded_from is None else moment(recorded_from, "recorded_from"),
        until=None if recorded_until is None else moment(recorded_until, "recorded_until", end_of_day=True),
    )


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
    events, reached = _page(served.system.store, chosen, _position(query.get("cursor")), limit)
    shown = [record(each, personal=False).payload() for each in events]
    headers = {}
    if reached is not None:
        headers["Link"] = link_to_next(request.url.path, query.multi_items(), str(reached))
    return conditional(exchange, to_json(gate.show("events", shown)).encode(), headers)


def _page(store: EventStore, chosen: EventFilter, position: int, limit: int) -> tuple[list[StoredEvent], int | None]:
    """Return the events of a page, and the position behind which the next one begins, None at the end."""
    events: list[StoredEvent] = []
    looked_at = 0
    while looked_at < MOST_READ:
        read = store.after(position, READ_AT_ONCE, category=chosen.category, stream=chosen.stream, name=chosen.name)
        for event in read:
            looked_at += 1
            position = event.position
            if chosen.fits_event(event):
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
