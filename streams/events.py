"""Events as the log gives them and as they travel, in batches of one partition."""

from collections.abc import Iterable
from typing import Protocol

import msgspec


class LoggedEvent(Protocol):
    """An event as the log gives it. `state` and `metadata_state` are stored bytes."""

    @property
    def position(self) -> int:
        """Its place in the whole log."""
        ...

    @property
    def stream(self) -> str:
        """The stream that it belongs to."""
        ...

    @property
    def version(self) -> int:
        """Its place in its stream."""
        ...

    @property
    def name(self) -> str:
        """The name under which it is stored."""
        ...

    @property
    def state(self) -> bytes:
        """The stored event."""
        ...

    @property
    def metadata_state(self) -> bytes:
        """The stored metadata."""
        ...


class TransportedEvent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An event as it travels and arrives; also a `LoggedEvent`."""

    position: int
    stream: str
    version: int
    name: str
    state: bytes
    metadata_state: bytes


class PartitionBatch(msgspec.Struct, frozen=True, array_like=True):
    """Events of one partition in the order of the log. `after` is the position of the one before them, 0 if none."""

    partition: int
    after: int
    events: tuple[TransportedEvent, ...]

    @property
    def position(self) -> int:
        """The position of the last event."""
        return self.events[-1].position


class UnknownEvent(Exception):  # noqa: N818 -- the thing that is wrong is the event
    """An event whose name this program does not know: a newer program wrote it, and knows what it means."""

    def __init__(self, event: LoggedEvent) -> None:
        super().__init__(f"the event at position {event.position} is a {event.name}: start the program that knows it")


def transported(event: LoggedEvent) -> TransportedEvent:
    """Return a logged event as it travels."""
    return TransportedEvent(event.position, event.stream, event.version, event.name, event.state, event.metadata_state)


def whole_log_batch(after: int, events: Iterable[LoggedEvent]) -> PartitionBatch:
    """Return a run of the log as one batch of partition 0: where nothing travels there is one partition."""
    return PartitionBatch(0, after, tuple(map(transported, events)))
