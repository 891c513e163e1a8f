"""The SQL of rows in SQLite: how tables are made, changes written, and rows read as of one moment."""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from infra.store.recorded import from_micros
from projections.changes import Change, Patch, Projection, Put, Table
from projections.questions import Scalar
from streams.dead_letters import StoredDeadLetter

TYPES = {"text": "TEXT", "int": "INTEGER", "real": "REAL"}


class SqliteView:
    """The rows as of one moment."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds."""
        rows = self._cursor.execute(sql, parameters)
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def positions(self) -> dict[str, int]:
        """Return how far each projection is."""
        return dict(self._cursor.execute("SELECT projection, position FROM positions").fetchall())

    def letters(
        self, projection: str | None = None, stream: str | None = None, position: int | None = None
    ) -> list[StoredDeadLetter]:
        """Return dead letters in the order of the log."""
        rows = self._cursor.execute(
            """SELECT projection, partition, stream, version, position, name, reason, error, at FROM dead_letters
            WHERE (:projection IS NULL OR projection = :projection) AND (:stream IS NULL OR stream = :stream)
            AND (:position IS NULL OR position = :position) ORDER BY position, projection""",
            {"projection": projection, "stream": stream, "position": position},
        )
        names = tuple(StoredDeadLetter.__dataclass_fields__)
        return [StoredDeadLetter(**dict(zip(names, (*row[:-1], from_micros(row[-1])), strict=True))) for row in rows]

    def rows_of(self, table: Table) -> Iterator[tuple[Scalar, ...]]:
        """Yield a table's rows, the key first, in the order of their keys."""
        sql = f'SELECT * FROM "{table.name}" ORDER BY "{table.key}"'  # noqa: S608 -- names come from the program
        yield from self._cursor.connection.execute(sql)


def statements(table: Table) -> Iterator[str]:
    """Yield the SQL that makes a table and its indexes."""
    columns = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in table.columns.items())
    yield f'CREATE TABLE "{table.name}" ("{table.key}" TEXT PRIMARY KEY NOT NULL, {columns}) STRICT'
    for index in table.indexes:
        yield f'CREATE INDEX "{table.name}_by_{"_".join(index)}" ON "{table.name}" ({", ".join(index)})'


def fingerprint(projection: Projection, statements: Callable[[Table], Iterator[str]]) -> str:
    """Return a digest of how a projection's tables are shaped."""
    return hashlib.sha256(";".join(chain.from_iterable(map(statements, projection.tables))).encode()).hexdigest()


class SortedChanges(NamedTuple):
    """The changes of one table as values: whole rows, keys to drop, and by their columns patches, the key last."""

    puts: list[tuple[Scalar, ...]]
    drops: list[str]
    patches: dict[tuple[str, ...], list[tuple[Scalar, ...]]]


def sorted_changes(table: Table, rows: Mapping[str, Change]) -> SortedChanges:
    """Return what the changes of one table, one per key, come to."""
    columns = tuple(table.columns)
    changes = SortedChanges([], [], defaultdict(list))
    for key, change in rows.items():
        if isinstance(change, Put):
            changes.puts.append((key, *map(change.row.get, columns)))
        elif isinstance(change, Patch):
            changes.patches[tuple(change.columns)].append((*change.columns.values(), key))
        else:
            changes.drops.append(key)
    return changes


def write_rows(cursor: sqlite3.Cursor, table: Table, rows: Mapping[str, Change]) -> None:
    """Write the changes of one table, one per key; their order is free."""
    puts, drops, patches = sorted_changes(table, rows)
    if puts:
        places = ", ".join("?" * (1 + len(table.columns)))
        cursor.executemany(f'INSERT OR REPLACE INTO "{table.name}" VALUES ({places})', puts)  # noqa: S608
    for names, values in patches.items():
        news = ", ".join(f'"{name}" = ?' for name in names)
        cursor.executemany(f'UPDATE "{table.name}" SET {news} WHERE "{table.key}" = ?', values)  # noqa: S608
    if drops:
        gone = [(key,) for key in drops]
        cursor.executemany(f'DELETE FROM "{table.name}" WHERE "{table.key}" = ?', gone)  # noqa: S608
