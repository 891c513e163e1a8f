"""Event logs for the tests of the streams, as the store would give them."""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from infra.codec import encode
from infra.store.recorded import Metadata, StoredEvent, encode_metadata

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
METADATA = encode_metadata(Metadata(actor="test", recorded_at=NOON, traceparent="00-0af7-b7ad-01"))


def recorded(history: Iterable[tuple[str, object]]) -> list[StoredEvent]:
    """Return streams and facts as stored events, in one log from position 1 on."""
    events: list[StoredEvent] = []
    versions: dict[str, int] = {}
    for stream, event in history:
        versions[stream] = versions.get(stream, 0) + 1
        name, state = encode(event)
        events.append(StoredEvent(len(events) + 1, stream, versions[stream], name, state, METADATA))
    return events


class GrowingLog:
    """A log of which only the first `upto` events are written yet. Threads may share it."""

    def __init__(self, events: Sequence[StoredEvent], upto: int | None = None) -> None:
        self.events = list(events)
        self.upto = len(events) if upto is None else upto

    def select_notifications(self, start: int, limit: int) -> list[StoredEvent]:
        return self.events[start - 1 : min(self.upto, start - 1 + limit)]

    def last_position(self) -> int:
        return self.upto

    def wait_past(self, position: int, timeout: float) -> int:
        return self.wait(position, timeout)

    def wait(self, position: int, timeout: float) -> int:
        give_up = time.monotonic() + timeout
        while self.upto <= position and time.monotonic() < give_up:
            time.sleep(0.005)
        return self.upto
