"""Rows of a rehearsal: events are written into them in a transaction that is rolled back; nobody else sees them.

Rows that the rehearsal wrote stay locked for projectors until it ends: it must not last.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from domain.event import stored_name
from infra.database.postgres import PostgresCursor
from infra.rows.postgres import PostgresRows, PostgresView
from projections.questions import Scalar


class _Over(Exception):  # noqa: N818 -- a signal to roll back, never seen outside
    """The rehearsal is over."""


class RehearsedRows:
    """The rows as they would be after some more events."""

    def __init__(self, rows: PostgresRows, cursor: PostgresCursor) -> None:
        self._rows = rows
        self._cursor = cursor

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds."""
        return PostgresView(self._cursor).ask(sql, **parameters)

    @contextmanager
    def reading(self) -> Iterator[PostgresView]:
        """Ask several questions."""
        yield PostgresView(self._cursor)

    def take(self, events: Sequence[object]) -> None:
        """Write the row changes of events."""
        handlers = self._rows.handlers
        for event in events:
            for _, project in handlers.get(stored_name(type(event)), ()):
                self._rows.write_changes(self._cursor, project(event))


@contextmanager
def rehearsing(rows: PostgresRows) -> Iterator[RehearsedRows]:
    """Lend the rows for a rehearsal; what is written into them is gone at the end."""
    with suppress(_Over), rows.writing() as cursor:
        yield RehearsedRows(rows, cursor)
        raise _Over
