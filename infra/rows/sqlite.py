"""Read model: rows in one SQLite file.

Rows can be rebuilt from the log: WAL with `synchronous=NORMAL` may lose the last commits in a power cut, but never
part of one.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Self

from infra.database.errors import UnfitStoreError
from infra.database.sqlite import SqliteConnections
from infra.database.sqlite_tables import DEAD_LETTERS, ROW_POSITIONS
from infra.rows.model import ReadModel, fingerprint
from infra.store.recorded import from_micros, to_micros
from projections.changes import Change, Patch, Projection, Put, Table
from projections.questions import Scalar
from projections.registry import PROJECTIONS
from streams.dead_letters import DeadLetter, ParkedStreams, StoredDeadLetter
from streams.errors import Unwritable

TYPES = {"text": "TEXT", "int": "INTEGER", "real": "REAL"}

CACHE_KIB = 64 * 1024
CHECKPOINT_PAGES = 8000
"""A write-ahead log of up to 32 MB: filling from 0 spends a third of its time in checkpoints of SQLite's 1000 pages."""


def is_refusal(error: BaseException) -> bool:
    """Say whether SQLite will never take a value: of another type than its column, too large, half a character."""
    unbound = isinstance(error, sqlite3.ProgrammingError) and "binding parameter" in str(error)
    return unbound or isinstance(error, sqlite3.IntegrityError | sqlite3.DataError | OverflowError | UnicodeEncodeError)


@contextmanager
def savepoint(cursor: sqlite3.Cursor) -> Iterator[None]:
    """Undo what is written inside if anything is raised. Unwritable: the database does not take a row."""
    cursor.execute("SAVEPOINT rows")
    try:
        yield
    except BaseException as error:
        cursor.execute("ROLLBACK TO rows")
        cursor.execute("RELEASE rows")
        if is_refusal(error):
            raise Unwritable(type(error).__name__) from error
        raise
    cursor.execute("RELEASE rows")


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


class SqliteRows(ReadModel):
    """Rows and positions in one file. Threads may share it; other processes open their own.

    Opening creates what is missing and empties what an older program shaped; UnfitStoreError if the file is not ours.
    """

    def __init__(
        self, path: Path | str, projections: Mapping[str, Projection] = PROJECTIONS, *, durable: bool = True
    ) -> None:
        super().__init__(projections)
        self.path = Path(path)
        self._file = SqliteConnections(
            self.path,
            self._prepare,
            durability="NORMAL" if durable else "OFF",
            pragmas=(f"cache_size=-{CACHE_KIB}", f"wal_autocheckpoint={CHECKPOINT_PAGES}"),
        )

    def close(self) -> None:
        """Close the file; safe to repeat."""
        self._file.close()

    @contextmanager
    def reading(self) -> Iterator[SqliteView]:
        """Ask several questions of one moment, that of the first; writers go on meanwhile."""
        with self._file.reading() as cursor:
            yield SqliteView(cursor)

    def positions(self) -> dict[str, int]:
        """Return how far each projection is."""
        with self._file.reading() as cursor:
            return SqliteView(cursor).positions()

    def view_of(self, cursor: sqlite3.Cursor) -> SqliteView:
        """Return the rows as a transaction of `writing` sees them."""
        return SqliteView(cursor)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """Hold the write lock for a transaction: committed at the end, rolled back if anything is raised.

        Unwritable: the database does not take a row.
        """
        with self._file.writing() as cursor:
            try:
                yield cursor
            except BaseException as error:
                if is_refusal(error):
                    raise Unwritable(type(error).__name__) from error
                raise

    def letters(
        self, projection: str | None = None, stream: str | None = None, position: int | None = None
    ) -> list[StoredDeadLetter]:
        """Return the dead letters of projections in the order of the log."""
        with self.reading() as view:
            return view.letters(projection, stream, position)

    def _marks(self, cursor: sqlite3.Cursor) -> tuple[dict[str, int], ParkedStreams]:
        parked = set(cursor.execute("SELECT DISTINCT projection, stream FROM dead_letters"))
        return SqliteView(cursor).positions(), parked

    def _write(
        self,
        cursor: sqlite3.Cursor,
        tables: Mapping[str, Mapping[str, Change]],
        positions: Mapping[str, int],
        letters: Sequence[DeadLetter],
    ) -> None:
        for name, rows in tables.items():
            write_rows(cursor, self.tables[name], rows)
        cursor.executemany(
            "UPDATE positions SET position = ? WHERE projection = ?",
            [(position, name) for name, position in positions.items()],
        )
        if letters:
            now = to_micros(datetime.now(UTC))
            cursor.executemany(
                "INSERT OR IGNORE INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (e.projection, e.position, e.partition, e.stream, e.version, e.name, e.reason, e.error, now)
                    for e in letters
                ],
            )

    @contextmanager
    def shadow(self, projections: Mapping[str, Projection]) -> Iterator[Self]:
        """Open empty shadow rows in a folder next to these; they are gone at the end."""
        with (
            TemporaryDirectory(dir=self.path.parent, prefix="rows-anew-") as folder,
            type(self)(Path(folder) / "rows.db", projections, durable=False) as shadow,
        ):
            yield shadow

    def switch(self, shadow: Self, last: Callable[[], object]) -> None:
        """Replace these rows by the shadow rows in one transaction; `last` is called under the write lock."""
        with self._file.attached(shadow.path, "fresh"), self.writing() as cursor:
            last()
            for name in shadow.tables:
                cursor.execute(f'DELETE FROM main."{name}"')  # noqa: S608 -- names come from the program
                cursor.execute(f'INSERT INTO main."{name}" SELECT * FROM fresh."{name}"')  # noqa: S608
            cursor.execute(
                """UPDATE main.positions SET position = f.position FROM fresh.positions f
                WHERE f.projection = main.positions.projection"""
            )
            cursor.execute("DELETE FROM main.dead_letters WHERE projection IN (SELECT projection FROM fresh.positions)")
            cursor.execute("INSERT INTO main.dead_letters SELECT * FROM fresh.dead_letters")

    def _prepare(self, cursor: sqlite3.Cursor) -> None:
        held = {name for (name,) in cursor.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if held and "positions" not in held:
            raise UnfitStoreError(f"{self.path} holds tables that this program did not write")
        cursor.execute(ROW_POSITIONS)
        cursor.execute(DEAD_LETTERS)
        for name, shape, tables in cursor.execute("SELECT projection, fingerprint, tables FROM positions").fetchall():
            if name not in self.projections or fingerprint(self.projections[name], statements) != shape:
                for table in json.loads(tables):
                    cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
                cursor.execute("DELETE FROM positions WHERE projection = ?", (name,))
                cursor.execute("DELETE FROM dead_letters WHERE projection = ?", (name,))
        there = SqliteView(cursor).positions()
        for name, projection in self.projections.items():
            if name not in there:
                for statement in chain.from_iterable(map(statements, projection.tables)):
                    cursor.execute(statement)
                cursor.execute(
                    "INSERT INTO positions VALUES (?, 0, ?, ?)",
                    (
                        name,
                        fingerprint(projection, statements),
                        json.dumps([table.name for table in projection.tables]),
                    ),
                )


def statements(table: Table) -> Iterator[str]:
    """Yield the SQL that makes a table and its indexes."""
    columns = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in table.columns.items())
    yield f'CREATE TABLE "{table.name}" ("{table.key}" TEXT PRIMARY KEY NOT NULL, {columns}) STRICT'
    for index in table.indexes:
        yield f'CREATE INDEX "{table.name}_by_{"_".join(index)}" ON "{table.name}" ({", ".join(index)})'


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
