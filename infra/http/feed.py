"""Live lines: each recorded event goes at once to every open line.

The feed lives in the event loop. A thread watches the log and hands new events over.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.database.errors import StoreError
from infra.edges.results import to_json
from infra.store.recorded import StoredEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.store.store import EventStore

HEARTBEAT_SECONDS = 15.0
"""A silent line says so often that it is alive, and whoever listens is looked at again."""

MOST_BEHIND = 64
"""A line that has not taken so many messages is cut: it comes back and gets what it missed."""

MOST_MISSED = 256
"""A line that comes back gets so many missed events; one that missed more is told to read anew."""

WATCH_SECONDS = 0.2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a line: an event of the log, or the progress of a job, which has no position.

    `team_id` is the team whose day it concerns, None where it is not about one. `account_id` is the one person to whom
    it is told, None: to all who may see it.
    """

    wire: bytes
    position: int | None = None
    stream: str = ""
    name: str = ""
    team_id: str | None = None
    account_id: str | None = None


Wanted = Callable[[Message], bool]
"""Says whether a line wants a message."""

TeamOf = Callable[[StoredEvent], str | None]
"""Returns the team that an event concerns."""


class LiveLine:
    """One open line: what it has not taken yet. None at the end of the queue: it is cut."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.messages: asyncio.Queue[Message | None] = asyncio.Queue()

    def offer(self, message: Message) -> bool:
        """Put a message into the queue; False if the line is too far behind, and is cut."""
        if not self.wanted(message):
            return True
        if self.messages.qsize() >= MOST_BEHIND:
            self.cut()
            return False
        self.messages.put_nowait(message)
        return True

    def cut(self) -> None:
        """Let the line end when it has taken what waits."""
        self.messages.put_nowait(None)

    async def next(self) -> Message | None:
        """Return the next message, None at the end. TimeoutError after a heartbeat without one."""
        return await asyncio.wait_for(self.messages.get(), HEARTBEAT_SECONDS)


class LiveFeed:
    """All open lines of a process."""

    def __init__(self) -> None:
        self._lines: set[LiveLine] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = threading.Event()
        self._closed = False

    @property
    def open_lines(self) -> int:
        """How many lines listen now."""
        return len(self._lines)

    @contextmanager
    def line(self, wanted: Wanted) -> "Iterator[LiveLine]":
        """Open a line for as long as somebody listens; in the event loop."""
        line = LiveLine(wanted)
        self._lines.add(line)
        if self._closed:
            line.cut()
        try:
            yield line
        finally:
            self._lines.discard(line)

    def publish(self, messages: Sequence[Message]) -> None:
        """Tell messages to all lines that want them; in the event loop."""
        for line in list(self._lines):
            if not all(line.offer(each) for each in messages):
                self._lines.discard(line)

    def tell(self, message: Message) -> None:
        """Tell a message from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.publish, [message])

    def close(self) -> None:
        """End every line, and every one that is opened from now on; in the event loop."""
        self._closed = True
        self._stop.set()
        for line in self._lines:
            line.cut()

    @asynccontextmanager
    async def watch(self, store: "EventStore", team_of: TeamOf) -> AsyncIterator[None]:
        """Watch the log in a thread while the caller goes on."""
        self._loop = asyncio.get_running_loop()
        watcher = threading.Thread(target=self._watch, args=(store, team_of), name="live", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self.close()
            await asyncio.to_thread(watcher.join)

    def _watch(self, store: "EventStore", team_of: TeamOf) -> None:
        position: int | None = None
        while not self._stop.is_set():
            try:
                if position is None:
                    position = store.last_position()
                if store.wait_past(position, WATCH_SECONDS) <= position:
                    continue
                events = store.after(position, MOST_MISSED)
                position = events[-1].position if events else position
                if self._lines and self._loop is not None:
                    messages = [message_of(each, team_of(each)) for each in events]
                    self._loop.call_soon_threadsafe(self.publish, messages)
            except StoreError as error:  # it comes back, and what was missed is told then
                log.warning("live lines wait for the store: %s", error)
                self._stop.wait(WATCH_SECONDS)


def message_of(event: StoredEvent, team_id: str | None) -> Message:
    """Return the message of an event: where it stands and what it is called, and nothing of its data."""
    payload = {
        "position": event.position,
        "stream": event.stream,
        "version": event.version,
        "event": event.name,
        "team_id": team_id,
        "recorded_at": event.metadata.recorded_at,
    }
    return Message(
        wire=wire("recorded", to_json(payload), event.position),
        position=event.position,
        stream=event.stream,
        name=event.name,
        team_id=team_id,
    )


def wire(name: str, text: str, position: int | None = None) -> bytes:
    """Return a message as server-sent events have it; the text is one line."""
    at = "" if position is None else f"id: {position}\n"
    return f"{at}event: {name}\ndata: {text}\n\n".encode()
