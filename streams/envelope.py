"""Messages: one event each when events come one by one, up to a hundred in an envelope under backlog.

Both forms carry the stored bytes of events and metadata unchanged. One event is a CloudEvent in Kafka's binary mode:
attributes in headers, key = stream id, value = the stored bytes. An envelope is MessagePack and has no key, as it holds
events of many streams of one partition. Keys and headers hold ids and codes, never a name: personal data stays in the
value.

Every message also names the event of its partition that came before it, so a reader can prove that none is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from streams.events import PartitionBatch, TransportedEvent
from streams.topics import partition_of

MOST_EVENTS = 100
"""Events in one envelope. Measured through Faust: 25 events 96, a hundred 313 thousand events a second; one 5."""

MOST_BYTES = 512 * 1024
"""An envelope is closed at about this size; a larger event travels alone."""

SINGLE = b"application/json"
ENVELOPE = b"application/vnd.jiayi.envelope.v1+msgpack"
SOURCE = "urn:jiayi"

Headers = Sequence[tuple[str, bytes]]


class Message(msgspec.Struct, frozen=True):
    """A message as Kafka takes it. `position` is that of its last event."""

    partition: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    position: int

    @property
    def size(self) -> int:
        """Its length in bytes, headers included."""
        return len(self.key or b"") + len(self.value) + sum(len(name) + len(value) for name, value in self.headers)


class ForeignMessage(Exception):  # noqa: N818 -- the message is what is wrong
    """A message that Jiayi's relay has not sent."""


class UnreadableMessage(Exception):  # noqa: N818 -- likewise
    """A message of Jiayi that this program cannot read: of a newer version, or broken."""


class _KnownMetadata(msgspec.Struct):
    """The metadata that stand in headers."""

    recorded_at: str
    traceparent: str | None = None


_known = msgspec.json.Decoder(_KnownMetadata).decode
_to_envelope = msgspec.msgpack.Encoder().encode
_from_envelope = msgspec.msgpack.Decoder(PartitionBatch).decode


def partition_batches(
    events: Iterable[TransportedEvent], partitions: int, ends: Mapping[int, int], most: int = MOST_EVENTS
) -> Iterator[PartitionBatch]:
    """Divide a run of the log into batches of up to `most` events, in order within each partition.

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
    batch = PartitionBatch(partition, last.get(partition, 0), tuple(held))
    last[partition] = batch.position
    return batch


def pack(batch: PartitionBatch, source: str = SOURCE) -> Message:
    """Return a batch as a message: one event as a CloudEvent, several as an envelope."""
    after = ("jiayi_after", b"%d" % batch.after)
    if len(batch.events) > 1:
        headers = (("content-type", ENVELOPE), after)
        return Message(batch.partition, None, _to_envelope(batch), headers, batch.position)
    (event,) = batch.events
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
    return Message(batch.partition, stream, event.state, tuple(known_headers), event.position)


def unpack(partition: int, value: bytes, headers: Headers) -> PartitionBatch:
    """Return the batch in a message. ForeignMessage if it is not ours, UnreadableMessage if it cannot be read."""
    attributes = dict(headers)
    if "jiayi_after" not in attributes:
        raise ForeignMessage(f"a message without `jiayi_after` in partition {partition}")
    kind = attributes.get("content-type")
    try:
        if kind == ENVELOPE:
            batch = _from_envelope(value)
        elif kind == SINGLE:
            batch = _single(partition, value, attributes)
        else:
            raise UnreadableMessage(f"a message of the unknown kind {kind!r} in partition {partition}")
    except (msgspec.DecodeError, KeyError, ValueError) as error:
        raise UnreadableMessage(f"a broken message in partition {partition}: {error}") from error
    if batch.partition != partition or not _in_order(batch):
        raise UnreadableMessage(f"a message in partition {partition} whose events are not in order")
    return batch


def _single(partition: int, value: bytes, attributes: Mapping[str, bytes]) -> PartitionBatch:
    stream = attributes["ce_subject"].decode()
    event = TransportedEvent(
        position=int(attributes["ce_sequence"]),
        stream=stream,
        version=int(attributes["ce_id"].rpartition(b":")[2]),
        name=attributes["ce_type"].decode(),
        state=value,
        metadata_state=attributes["jiayi_metadata"],
    )
    return PartitionBatch(partition, int(attributes["jiayi_after"]), (event,))


def _in_order(batch: PartitionBatch) -> bool:
    before = batch.after
    for event in batch.events:
        if event.position <= before:
            return False
        before = event.position
    return bool(batch.events)
