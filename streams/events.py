"""Events as the log gives them and as they travel, in batches of one partition."""

import msgspec


class TransportedEvent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An event as the log gives it and as it travels: its place in the whole log, its stream and its place there.

    `name` is the name under which it is stored; `state` and `metadata_state` are stored bytes.
    """

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

    def __init__(self, event: TransportedEvent) -> None:
        super().__init__(f"the event at position {event.position} is a {event.name}: start the program that knows it")
