"""Read model: rows that are asked as of one moment, written together with their positions, and kept up with the log.

Rows, positions and dead letters are written in one transaction, so a crash leaves none ahead of the others. A
projection whose declared tables differ from those in place is emptied and filled again from 0.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import chain
from typing import Any, Protocol, Self

from infra.codec import decode
from infra.database.errors import NewerStoreError
from projections.changes import Change, Projection, Table, folded
from projections.questions import Scalar
from projections.registry import handlers_of
from streams.committing import RefusedPositions, commit
from streams.dead_letters import DeadLetter, ParkedStreams
from streams.events import PartitionBatch, TransportedEvent, UnknownEvent
from streams.projecting import BatchProjector, ProjectionMarks, ProjectionOutcome

WHOLE_LOG_PARTITION = 0
"""The partition of batches that are read from the whole log."""

Progress = Callable[[int, int], None]
"""Called with how far a work is, and how far it has to go."""

Project = Callable[[Sequence[PartitionBatch], ProjectionMarks, RefusedPositions], ProjectionOutcome]
"""Returns what batches come to."""


class EventLog(Protocol):
    """The event store as rows are rebuilt from it."""

    def select_notifications(self, start: int, limit: int) -> Sequence[TransportedEvent]:
        """Return up to `limit` events from a position on, in order."""
        ...

    def last_position(self) -> int:
        """Return the newest event's position; 0 if there is none."""
        ...


class RowsView(Protocol):
    """The rows as of one moment."""

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds."""
        ...

    def positions(self) -> dict[str, int]:
        """Return how far each projection is."""
        ...

    def rows_of(self, table: Table) -> Iterator[tuple[Scalar, ...]]:
        """Yield a table's rows, the key first, in the order of their keys."""
        ...


class ReadModel(ABC):
    """Rows and positions of some projections. Threads may share it; other processes open their own."""

    def __init__(self, projections: Mapping[str, Projection]) -> None:
        self.projections = projections
        self.handlers = handlers_of(projections.values())
        self.tables = {table.name: table for each in projections.values() for table in each.tables}

    @abstractmethod
    def close(self) -> None:
        """Close every connection; safe to repeat."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # Asking

    @abstractmethod
    def reading(self) -> AbstractContextManager[RowsView]:
        """Ask several questions of one moment, that of the first; writers go on meanwhile."""

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds; nothing can be written."""
        with self.reading() as rows:
            return rows.ask(sql, **parameters)

    def positions(self) -> dict[str, int]:
        """Return how far each projection is."""
        with self.reading() as rows:
            return rows.positions()

    @property
    def position(self) -> int:
        """The position up to which every projection is: events up to it can be read from the rows."""
        return min(self.positions().values(), default=0)

    # Writing

    def write(self, project: Project, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        """Write rows, positions and dead letters as `project` returns them; a position moves only forwards.

        One transaction holds the positions in the whole log meanwhile. Unwritable: the database does not take the rows.
        """
        with self.writing() as cursor:
            positions, parked = self._marks(cursor)
            before = {(name, WHOLE_LOG_PARTITION): position for name, position in positions.items()}
            outcome = project(batches, ProjectionMarks(before, parked), refused)
            moved = {
                name: position
                for (name, partition), position in outcome.watermarks.items()
                if position > before[name, partition]
            }
            self._write(cursor, folded(outcome.changes), moved, outcome.letters)

    @abstractmethod
    def view_of(self, cursor: Any) -> RowsView:
        """Return the rows as a transaction of `writing` sees them."""

    def write_changes(self, cursor: Any, changes: Iterable[Change]) -> None:
        """Write changes and no position in a transaction of `writing`."""
        self._write(cursor, folded(changes), {}, ())

    @abstractmethod
    def writing(self) -> AbstractContextManager[Any]:
        """Hold a transaction that writes: committed at the end, rolled back if anything is raised.

        Unwritable: the database does not take a row.
        """

    @abstractmethod
    def _marks(self, cursor: Any) -> tuple[dict[str, int], ParkedStreams]:
        """Return the positions, which stay until the transaction's end, and the parked streams of projections."""

    @abstractmethod
    def _write(
        self,
        cursor: Any,
        tables: Mapping[str, Mapping[str, Change]],
        positions: Mapping[str, int],
        letters: Sequence[DeadLetter],
    ) -> None:
        """Write changes by table and key, in any order, how far projections are, and dead letters."""

    # Rebuilding

    @abstractmethod
    def shadow(self, projections: Mapping[str, Projection]) -> AbstractContextManager[Self]:
        """Open empty shadow tables of some projections; they are gone at the end."""

    @abstractmethod
    def switch(self, shadow: Self, last: Callable[[], object]) -> None:
        """Replace these rows by those of `shadow`, opened by `shadow()`, in one transaction.

        `last` is called when nobody can move the rows in use any more.
        """


def fingerprint(projection: Projection, statements: Callable[[Table], Iterator[str]]) -> str:
    """Return a digest of how a projection's tables are shaped."""
    return hashlib.sha256(";".join(chain.from_iterable(map(statements, projection.tables))).encode()).hexdigest()


def catch_up(
    log: EventLog,
    rows: ReadModel,
    batch: int = 2000,
    progress: Progress | None = None,
    until: Mapping[str, int] | None = None,
    known: Collection[str] | None = None,
) -> int:
    """Bring every projection up to the log's end, or each to its position in `until`; return how many events were read.

    Normally projections stand at one position; a new one starts at 0, and until it has caught up the others take
    nothing from what is read again. `known` are the names of all events, None: any; NewerStoreError at another one.
    An event that a projection cannot take becomes a dead letter, and later ones of its stream wait behind it.
    """
    read = 0
    while True:
        behind = {
            name: position for name, position in rows.positions().items() if until is None or position < until[name]
        }
        after = min(behind.values(), default=0)
        events = log.select_notifications(after + 1, batch) if behind else []
        if until is not None:  # projections that go less far stop there, and the others go on without them
            end = min((until[name] for name in behind), default=0)
            events = [event for event in events if event.position <= end]
        if not events:
            return read
        projector = BatchProjector(tuple(behind), rows.handlers, decode, known)
        try:
            commit([PartitionBatch(WHOLE_LOG_PARTITION, after, tuple(events))], partial(rows.write, projector.project))
        except UnknownEvent as error:
            raise NewerStoreError(str(error)) from error
        read += len(events)
        if progress is not None:
            progress(events[-1].position, log.last_position())
        if len(events) < batch and until is None:
            return read


def fill(log: EventLog, shadow: ReadModel, progress: Progress | None = None, like: RowsView | None = None) -> int:
    """Bring shadow rows up to the log's end, or to the positions of the rows seen by `like`; return their position."""
    catch_up(log, shadow, progress=progress, until=None if like is None else like.positions())
    return shadow.position
