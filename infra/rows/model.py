"""What every place of rows can do: be asked as of one moment, and take changes together with the position they lead to.

Rows and the position up to which they are true are written in one transaction, so a crash leaves neither ahead of the
other. A projection whose declared tables differ from those in place is emptied and filled again from 0.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, Self

from infra.store.recorded import StoredEvent
from projections.changes import Change, Projection, Table, folded
from projections.questions import Scalar
from projections.registry import handlers_of

Progress = Callable[[int, int], None]
"""Is told how far it is, and how far there is to go."""


class EventLog(Protocol):
    """The event store, as rows are made anew from it."""

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


@dataclass(frozen=True, slots=True)
class Step:
    """One projection goes from the position `after` to `position` by these changes."""

    projection: str
    after: int
    position: int
    changes: Sequence[Change]


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
        """Ask several questions of one moment, that of the first; writers go on beside it."""

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
        """The position up to which everything is told: what was written before it can be read."""
        return min(self.positions().values(), default=0)

    # Writing

    def apply(self, projection: str, position: int, changes: Sequence[Change]) -> None:
        """Write one projection's changes and its new position in one transaction; nothing if it is there already."""
        after = self.positions()[projection]
        if position > after:
            self.apply_all([Step(projection, after, position, changes)])

    def apply_all(self, steps: Sequence[Step]) -> bool:
        """Write the rows and positions of several projections in one transaction.

        False, and nothing written, if one of them is no longer where its step begins: somebody else was faster.
        """
        with self._writing() as cursor:
            found = self._held_positions(cursor)
            if any(found[step.projection] != step.after for step in steps):
                return False
            for name, rows in folded(chain.from_iterable(step.changes for step in steps)).items():
                self._write_rows(cursor, self.tables[name], rows)
            self._write_positions(cursor, steps)
            return True

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Any]:
        """Hold a transaction that writes: committed at the end, rolled back if anything is raised."""

    @abstractmethod
    def _held_positions(self, cursor: Any) -> dict[str, int]:
        """Return the positions; until the transaction's end nobody else moves them."""

    @abstractmethod
    def _write_rows(self, cursor: Any, table: Table, rows: Mapping[str, Change]) -> None:
        """Write the changes of one table, one per key; their order is free."""

    @abstractmethod
    def _write_positions(self, cursor: Any, steps: Sequence[Step]) -> None:
        """Write where the steps lead."""

    # Making anew

    @abstractmethod
    def beside(self, projections: Mapping[str, Projection]) -> AbstractContextManager["ReadModel"]:
        """Open empty rows beside these; they are gone at the end."""

    @abstractmethod
    def fill(self, log: EventLog, progress: Progress | None = None, like: RowsView | None = None) -> int:
        """Bring these rows, opened by `beside`, up to the log's end; return the position they are at.

        With `like`, a view of the rows beside which they were opened, to where those stand.
        """

    @abstractmethod
    def switch(self, fresh: "ReadModel", last: Callable[[], object]) -> None:
        """Put the rows of `fresh`, opened by `beside`, in the place of these in one transaction.

        `last` is called when nobody can move the rows in use any more.
        """
