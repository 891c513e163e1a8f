"""How events travel: one event a message when they come one by one, up to a hundred in an envelope under backlog.

Both forms carry the same: the stored bytes of the fact and of what is known beside it, unchanged. One event is a
CloudEvent in Kafka's binary mode: attributes in headers, key = stream id, value = the stored bytes. An envelope is
MessagePack and has no key, as it holds events of many streams of one partition. Keys and headers hold ids and codes,
never a name: what is personal stays in the value.

Every message also tells which event of its partition came before it, so whoever reads can prove that none is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from streams.topics import partition_of

MOST_EVENTS = 100
"""Events in one envelope. Measured through Faust: 25 events 96, a hundred 313 thousand events a second; one 5."""

MOST_BYTES = 512 * 1024
"""An envelope is closed at about this size; a larger event travels alone."""

SINGLE = b"application/json"
ENVELOPE = b"application/vnd.jiayi.envelope.v1+msgpack"
SOURCE = "urn:jiayi"

Headers = Sequence[tuple[str, bytes]]


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
        """The fact."""
        ...

    @property
    def metadata_state(self) -> bytes:
        """What is known beside it."""
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
    """Events of one partition in the order of the log. `after`: the one before them in this partition, 0 if none."""

    partition: int
    after: int
    events: tuple[TransportedEvent, ...]

    @property
    def position(self) -> int:
        """The position of the last event."""
        return self.events[-1].position


class Message(msgspec.Struct, frozen=True):
    """What is given to Kafka. `position` is that of its last event."""

    partition: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    position: int

    @property
    def size(self) -> int:
        """Its bytes, the headers' too."""
        return len(self.key or b"") + len(self.value) + sum(len(name) + len(told) for name, told in self.headers)


class ForeignMessage(Exception):  # noqa: N818 -- the thing that is wrong is the message
    """A message that no relay of ours has sent."""


class UnreadableMessage(Exception):  # noqa: N818 -- likewise
    """A message of ours that this program cannot read: from a newer version, or broken."""


class UnknownEvent(Exception):  # noqa: N818 -- likewise
    """An event under a name that this program does not know: a newer one wrote it, and knows what it means."""

    def __init__(self, event: "LoggedEvent") -> None:
        super().__init__(f"the event at position {event.position} is a {event.name}: start the program that knows it")


class _Known(msgspec.Struct):
    """What the headers tell of the metadata."""

    recorded_at: str
    traceparent: str | None = None


_known = msgspec.json.Decoder(_Known).decode
_to_envelope = msgspec.msgpack.Encoder().encode
_from_envelope = msgspec.msgpack.Decoder(PartitionBatch).decode


def partition_batches(
    events: Iterable[LoggedEvent], partitions: int, ends: Mapping[int, int], most: int = MOST_EVENTS
) -> Iterator[PartitionBatch]:
    """Divide a run of the log into parcels of up to `most` events, in order within each partition.

    `ends` is the position of the last event before this run by partition; a partition without one has none.
    """
    last = dict(ends)
    open_: dict[int, list[TransportedEvent]] = {}
    sizes: dict[int, int] = {}
    for each in events:
        partition = partition_of(each.stream, partitions)
        size = len(each.state) + len(each.metadata_state)
        held = open_.setdefault(partition, [])
        if held and (len(held) >= most or sizes[partition] + size > MOST_BYTES):
            yield _closed(partition, held, last)
            held = open_[partition] = []
        sizes[partition] = size + (sizes[partition] if held else 0)
        held.append(
            TransportedEvent(each.position, each.stream, each.version, each.name, each.state, each.metadata_state)
        )
    for partition, held in open_.items():
        yield _closed(partition, held, last)


def _closed(partition: int, held: list[TransportedEvent], last: dict[int, int]) -> PartitionBatch:
    parcel = PartitionBatch(partition, last.get(partition, 0), tuple(held))
    last[partition] = parcel.position
    return parcel


def pack(parcel: PartitionBatch, source: str = SOURCE) -> Message:
    """Return a parcel as a message: one event as a CloudEvent, more as an envelope."""
    after = ("jiayi_after", b"%d" % parcel.after)
    if len(parcel.events) > 1:
        headers = (("content-type", ENVELOPE), after)
        return Message(parcel.partition, None, _to_envelope(parcel), headers, parcel.position)
    (event,) = parcel.events
    known = _known(event.metadata_state)
    stream = event.stream.encode()
    known_headers = [
        ("content-type", SINGLE),
        ("ce_specversion", b"1.0"),
        ("ce_id", b"%s:%d" % (stream, event.version)),
        ("ce_source", source.encode()),
        ("ce_type", event.name.encode()),
        ("ce_time", known.recorded_at.encode()),
        ("ce_subject", stream),
        ("ce_sequence", b"%d" % event.position),
        after,
        ("jiayi_metadata", event.metadata_state),
    ]
    if known.traceparent:
        known_headers.append(("traceparent", known.traceparent.encode()))
    return Message(parcel.partition, stream, event.state, tuple(known_headers), event.position)


def unpack(partition: int, value: bytes, headers: Headers) -> PartitionBatch:
    """Return the batch in a message. ForeignMessage if it is not ours, UnreadableMessage if it cannot be read."""
    told = dict(headers)
    if "jiayi_after" not in told:
        raise ForeignMessage(f"a message without `jiayi_after` in partition {partition}")
    kind = told.get("content-type")
    try:
        if kind == ENVELOPE:
            parcel = _from_envelope(value)
        elif kind == SINGLE:
            parcel = _single(partition, value, told)
        else:
            raise UnreadableMessage(f"a message of the unknown kind {kind!r} in partition {partition}")
    except (msgspec.DecodeError, KeyError, ValueError) as error:
        raise UnreadableMessage(f"a broken message in partition {partition}: {error}") from error
    if parcel.partition != partition or not _in_order(parcel):
        raise UnreadableMessage(f"a message in partition {partition} whose events are not in order")
    return parcel


def _single(partition: int, value: bytes, told: Mapping[str, bytes]) -> PartitionBatch:
    stream = told["ce_subject"].decode()
    event = TransportedEvent(
        position=int(told["ce_sequence"]),
        stream=stream,
        version=int(told["ce_id"].rpartition(b":")[2]),
        name=told["ce_type"].decode(),
        state=value,
        metadata_state=told["jiayi_metadata"],
    )
    return PartitionBatch(partition, int(told["jiayi_after"]), (event,))


def _in_order(parcel: PartitionBatch) -> bool:
    before = parcel.after
    for event in parcel.events:
        if event.position <= before:
            return False
        before = event.position
    return bool(parcel.events)
