"""Streams that end anywhere, and many in one log."""

from collections.abc import Iterator, Sequence
from random import Random

from infra.codec import encode
from streams.events import TransportedEvent


class ListLog:
    """A log in memory."""

    def __init__(self, events: Sequence[tuple[str, object]]) -> None:
        self.events = [
            TransportedEvent(n, stream, n, *encode(event), b"") for n, (stream, event) in enumerate(events, start=1)
        ]

    def select_notifications(self, start: int, limit: int) -> list[TransportedEvent]:
        return self.events[start - 1 : start - 1 + limit]

    def last_position(self) -> int:
        return len(self.events)


def interleaved(luck: Random, streams: list[list[tuple[str, object]]]) -> Iterator[tuple[str, object]]:
    """Yield the streams' events, each stream in its order."""
    while streams:
        at = luck.randrange(len(streams))
        yield streams[at].pop(0)
        if not streams[at]:
            streams[at] = streams[-1]
            streams.pop()


def cut(luck: Random, stream: str, events: Sequence[object], least: int = 1) -> Iterator[tuple[str, object]]:
    """Yield the beginning of a stream: histories end anywhere."""
    yield from ((stream, event) for event in events[: luck.randint(least, len(events))])
