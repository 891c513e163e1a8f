"""The live line: server-sent events of what is recorded, for all that the listener may see.

`id` is the position. A line that comes back with `Last-Event-ID` gets what it missed. It tells that something happened,
and no value: pages read what they show through their own questions.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

from anyio.to_thread import run_sync
from starlette.responses import Response, StreamingResponse

from domain.decider import Refused
from infra.edges.event_filters import EventFilter, filter_of
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.http import feed
from infra.http.feed import MOST_MISSED, Message, message_of, wire
from infra.http.log.events import FILTERS
from infra.http.log.teams import team_of_event
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem

ALIVE = b": alive\n\n"
SILENCE = Message(wire=ALIVE)
SEES_EVERY_EVENT = "events-envelopes"
SEES_A_TEAM = "roster-show"


async def listen(served: ServedSystem, exchange: Exchange) -> Response:
    """Open a line. UsageError `too-many-requests` for an account that has too many."""
    if served.limit is not None:
        served.limit.count_line(exchange.who)
    chosen = filter_of(exchange.request.query_params)
    since = _since(exchange)
    sight = await run_sync(partial(Sight, served, exchange, chosen))
    return StreamingResponse(
        _messages(served, exchange, sight, since),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


class Sight:
    """What a listener may see: every event, or those of teams whose rosters they may see, and their own jobs."""

    def __init__(self, served: ServedSystem, exchange: Exchange, chosen: EventFilter) -> None:
        self._gate = served.gate(exchange)
        self._account_id = exchange.who.account_id
        self.chosen = chosen
        self._teams: dict[str, bool] = {}
        self._sees_every_event = self._may(SEES_EVERY_EVENT)

    def wants(self, message: Message) -> bool:
        """Say whether a message is told on this line."""
        if message.account_id is not None:
            return message.account_id == self._account_id
        return self.chosen.fits(message.stream, message.name) and (
            self._sees_every_event or self._sees_team(message.team_id)
        )

    def _sees_team(self, team_id: str | None) -> bool:
        if team_id is None:
            return False
        if team_id not in self._teams:
            self._teams[team_id] = self._may(SEES_A_TEAM, team_id=team_id)
        return self._teams[team_id]

    def _may(self, operation: str, **arguments: object) -> bool:
        try:
            self._gate.check_operation(operation, **arguments)
        except Refused:
            return False
        return True


async def _messages(served: ServedSystem, exchange: Exchange, sight: Sight, since: int | None) -> AsyncIterator[bytes]:
    """Yield what was missed, then what happens; a comment while nothing does. It ends when nobody is signed in."""
    with served.feed.line(sight.wants) as line, served.line_of(exchange.who):
        yield b"retry: 1000\n\n"
        reached = 0
        if since is not None:
            missed, reached = await run_sync(partial(_missed, served, sight, since))
            for each in missed:
                yield each
        looked_at = time.monotonic()
        while True:
            try:
                message = await line.next()
            except TimeoutError:
                message = SILENCE
            if message is None:
                return
            if time.monotonic() - looked_at >= feed.HEARTBEAT_SECONDS:
                looked_at = time.monotonic()
                renewed = await run_sync(partial(_renewed, served, exchange, sight))
                if renewed is None:
                    yield wire("signed-out", "{}")
                    return
                sight, line.wanted = renewed, renewed.wants
            if message is SILENCE:
                yield ALIVE
            elif (message.position is None or message.position > reached) and sight.wants(message):
                yield message.wire


def _renewed(served: ServedSystem, exchange: Exchange, sight: Sight) -> Sight | None:
    """Look at the session again; None if it is over, counts no longer, or is another's by now."""
    try:
        principal = served.authenticate(exchange.request)
    except Refused:  # a token that is over, or a password that must be changed first
        return None
    if principal is None or principal.account_id != exchange.who.account_id:
        return None
    return Sight(served, replace(exchange, principal=principal), sight.chosen)


def _missed(served: ServedSystem, sight: Sight, since: int) -> tuple[list[bytes], int]:
    """Return what a line missed, and up to where; one that missed too much is told to read anew."""
    store = served.system.store
    last = store.last_position()
    events = store.after(since, MOST_MISSED + 1) if since < last else []
    if len(events) > MOST_MISSED or since > last:
        return [wire("read-anew", to_json({"position": last}), last)], last
    messages = [message_of(each, team_of_event(served.system, each)) for each in events]
    reached = events[-1].position if events else since
    return [each.wire for each in messages if sight.wants(each)], reached


def _since(exchange: Exchange) -> int | None:
    text = exchange.request.headers.get("last-event-id") or exchange.request.query_params.get("since")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise UsageError("bad-value", field="since", detail="a position of the log is expected")
    return int(text)


ROUTES = [
    ApiRoute(
        method="GET",
        path="/api/live",
        handler=listen,
        summary="Listen to what is recorded: server-sent events with the position as their id.",
        tag="log",
        parameters=[
            *FILTERS,
            Parameter(
                name="since",
                description="The position after which to begin, where there is no Last-Event-ID.",
                schema={"type": "integer", "minimum": 0},
            ),
            Parameter(name="Last-Event-ID", where="header", description="The position that was heard last."),
        ],
        answer={"type": "string"},
        media_type="text/event-stream",
        streams=True,
    )
]
