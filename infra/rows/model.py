"""Read model: rows that are asked as of one moment, and written together with the positions they lead to.

Rows, positions and dead letters are written in one transaction, so a crash leaves none ahead of the others. A
projection whose declared tables differ from those in place is emptied and filled again from 0.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, Self

from infra.store.recorded import StoredEvent
from projections.changes import Change, Projection, Table, folded
from projections.questions import Scalar
from projections.registry import handlers_of
from streams.dead_letters import DeadLetter, ParkedStreams
from streams.projecting import ProjectionMarks, ProjectionOutcome

WHOLE_LOG_PARTITION = 0
"""The partition of batches that are read from the whole log."""

Progress = Callable[[int, int], None]
"""Called with how far a work is, and how far it has to go."""


class EventLog(Protocol):
    """The event store as rows are rebuilt from it."""

    def select_notifications(self, start: int, limit: int) -> Sequence[StoredEvent]:
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

    @contextmanager
    def projecting(self) -> Iterator["RowsWrite"]:
        """Hold the positions in the whole log: committed at the end, rolled back if anything is raised.

        Unwritable: the database does not take the rows.
        """
        with self._writing() as cursor:
            yield RowsWrite(self, cursor)

    def write(self, cursor: Any, marks: ProjectionMarks, outcome: ProjectionOutcome) -> None:
        """Write what was projected; a position moves only forwards."""
        for name, rows in folded(outcome.changes).items():
            self._write_rows(cursor, self.tables[name], rows)
        moved = {
            name: position
            for (name, partition), position in outcome.watermarks.items()
            if position > marks.watermarks[name, partition]
        }
        self._write_positions(cursor, moved)
        self._write_letters(cursor, outcome.letters)

    def marks(self, cursor: Any) -> ProjectionMarks:
        """Return the positions in the whole log and what is parked; until the transaction's end nobody moves them."""
        positions = self._held_positions(cursor)
        watermarks = {(name, WHOLE_LOG_PARTITION): position for name, position in positions.items()}
        return ProjectionMarks(watermarks, self._parked(cursor))

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Any]:
        """Hold a transaction that writes: committed at the end, rolled back if anything is raised."""

    @abstractmethod
    def _held_positions(self, cursor: Any) -> dict[str, int]:
        """Return the positions; until the transaction's end nobody else moves them."""

    @abstractmethod
    def _parked(self, cursor: Any) -> ParkedStreams:
        """Return the projections and streams that have dead letters."""

    @abstractmethod
    def _write_rows(self, cursor: Any, table: Table, rows: Mapping[str, Change]) -> None:
        """Write the changes of one table, one per key; their order is free."""

    @abstractmethod
    def _write_positions(self, cursor: Any, positions: Mapping[str, int]) -> None:
        """Write how far projections are."""

    @abstractmethod
    def _write_letters(self, cursor: Any, letters: Sequence[DeadLetter]) -> None:
        """Write dead letters."""

    # Rebuilding

    @abstractmethod
    def shadow(self, projections: Mapping[str, Projection]) -> AbstractContextManager[Self]:
        """Open empty shadow tables of some projections; they are gone at the end."""

    @abstractmethod
    def switch(self, shadow: Self, last: Callable[[], object]) -> None:
        """Replace these rows by those of `shadow`, opened by `shadow()`, in one transaction.

        `last` is called when nobody can move the rows in use any more.
        """


class RowsWrite:
    """One transaction that projects events of the whole log."""

    def __init__(self, rows: ReadModel, cursor: Any) -> None:
        self._rows = rows
        self._cursor = cursor
        self.marks = rows.marks(cursor)

    def write(self, outcome: ProjectionOutcome) -> None:
        """Write rows, positions and dead letters."""
        self._rows.write(self._cursor, self.marks, outcome)
