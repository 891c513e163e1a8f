"""The values that the event store takes and returns, the same for every database."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import msgspec

from domain.decider import Claim, Refused, TeamDay
from infra.codec import decode
from streams.events import TransportedEvent

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


LARGEST_EVENT = 4 * 1024 * 1024
"""Bytes of one event in every store: half of a message of the topic, which also carries the metadata."""


class Conflict(Exception):  # noqa: N818 -- another writer was first; the caller reads again
    """A stream is not at the version that the append expected."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class StaleBasis(Refused):
    """The team-day was touched after the planner read it: its roster is out of date before it is published."""

    def __init__(self, team_day: TeamDay, as_of_position: int, requested: int) -> None:
        team_id, day = team_day
        super().__init__("stale-basis", team_id=team_id, day=day, basis=as_of_position, wanted=requested)


class TakenOver(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a step of a history was taken over: the day on which it was done and by whose rules it was judged.

    `document` is the number of the paper behind it, `digest` the SHA-256 of a copy.
    """

    day: date
    document: str | None = None
    digest: str | None = None


class Metadata(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """An event's metadata: its actor, the UTC moment of writing, the ids of its command, the policy pack, the trace.

    A command without an id of its own has that of its first event. Stored are a correlation other than the command's id
    and a cause other than the command; `StoredEvent.metadata` names all three. Earlier releases stored no id for
    such commands.

    `basis` belongs to a roster: the position of the last event that had touched its day when it was read. `word_of` is
    the id of the person whose word an import took, where the actor only carried it over.
    """

    actor: str
    recorded_at: datetime
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    pack: str | None = None
    traceparent: str | None = None
    basis: int | None = None
    word_of: str | None = None
    taken_over: TakenOver | None = None


class Answer(msgspec.Struct, frozen=True):
    """The result of a command: the stored names of its events, none if it changed nothing.

    `id` is the aggregate's, `version` its stream's, `position` that of its last event in the log (without events, the
    log's last position). Rows that have reached `position` show the command's effect.
    """

    id: str
    stream: str
    version: int
    position: int
    events: tuple[str, ...]


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """One decided command, to be written whole or not at all. `touches` pairs an event's index with a team-day."""

    id: str
    stream: str
    version: int
    actor: str
    now: datetime
    events: tuple[object, ...] = ()
    claims: tuple[Claim, ...] = ()
    touches: tuple[tuple[int, TeamDay], ...] = ()
    command_id: str | None = None
    digest: bytes = b""
    correlation_id: str | None = None
    causation_id: str | None = None
    pack: str | None = None
    traceparent: str | None = None
    word_of: str | None = None
    taken_over: TakenOver | None = None
    documents: tuple[bytes, ...] = ()
    publishes: tuple[TeamDay, int] | None = None

    @property
    def writes(self) -> bool:
        """Tell whether anything is written: an answer without events and without a command id leaves no trace."""
        return bool(self.events or self.command_id or self.publishes or self.documents)


class StoredEvent(TransportedEvent, frozen=True, gc=False):
    """One stored event, ready to travel, with all attributes of the library's `Notification` and its metadata.

    It is no subclass of that dataclass: a page of the log is built six times faster so. `event` and `metadata` are
    decoded each time they are read.
    """

    @property
    def event_id(self) -> str:
        """The event's place in its stream."""
        return event_id(self.stream, self.version)

    @property
    def event(self) -> object:
        """The decoded event; raises CorruptEvent."""
        return decode(self.name, self.state)

    @property
    def metadata(self) -> Metadata:
        """The decoded metadata; what began with its command has the command's id as correlation and as cause."""
        stored = decode_metadata(self.metadata_state)
        if stored.command_id is None or (stored.correlation_id and stored.causation_id):
            return stored
        return msgspec.structs.replace(
            stored,
            correlation_id=stored.correlation_id or stored.command_id,
            causation_id=stored.causation_id or stored.command_id,
        )

    @property
    def id(self) -> int:
        """The library's name for the position."""
        return self.position

    @property
    def originator_id(self) -> str:
        """The library's name for the stream."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The library's name for the version."""
        return self.version

    @property
    def topic(self) -> str:
        """The library's name for the stored name."""
        return self.name


encode_metadata = msgspec.json.Encoder().encode
decode_metadata = msgspec.json.Decoder(Metadata).decode
encode_answer = msgspec.json.Encoder().encode
decode_answer = msgspec.json.Decoder(Answer).decode


class _When(msgspec.Struct):
    """The one field of the metadata that every command reads."""

    recorded_at: datetime


_decode_when = msgspec.json.Decoder(_When).decode


def event_id(stream: str, version: int) -> str:
    """Return the id of an event: its place in its stream."""
    return f"{stream}:{version}"


def recorded_at(metadata: bytes) -> datetime:
    """Return the UTC moment at which an event was written, and decode nothing else."""
    return _decode_when(metadata).recorded_at


def document_digest(body: bytes) -> str:
    """Return the key of a document: the SHA-256 of its body in 64 hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def to_micros(moment: datetime) -> int:
    """Return an aware moment as whole microseconds since 1970 in UTC."""
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the UTC moment of a number of microseconds since 1970."""
    return EPOCH + micros * MICROSECOND


class SortedKeys:
    """Keys under one prefix, sorted by what follows it: a team has thousands, and every signature asks for them."""

    def __init__(self, prefix: str, keys: Iterable[str]) -> None:
        self._endings = sorted({key[len(prefix) :] for key in keys})

    def __len__(self) -> int:
        return len(self._endings)

    def endings(self) -> tuple[str, ...]:
        """Return what follows the prefix, sorted."""
        return tuple(self._endings)

    def put(self, ending: str, *, is_held: bool) -> None:
        """Add a key or remove it."""
        place = bisect_left(self._endings, ending)
        is_there = place < len(self._endings) and self._endings[place] == ending
        if is_held and not is_there:
            self._endings.insert(place, ending)
        elif is_there and not is_held:
            del self._endings[place]
