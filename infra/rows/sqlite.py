"""Read model: rows in one SQLite file.

Rows can be rebuilt from the log: WAL with `synchronous=NORMAL` may lose the last commits in a power cut, but never
part of one.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from infra.database.errors import UnfitStoreError
from infra.database.sqlite import SqliteConnections
from infra.database.sqlite_tables import DEAD_LETTERS, ROW_POSITIONS
from infra.rows.model import ReadModel
from infra.rows.sqlite_sql import SqliteView, fingerprint, statements, write_rows
from infra.store.recorded import to_micros
from projections.changes import Change, Projection, Table
from projections.registry import PROJECTIONS
from streams.dead_letters import DeadLetter, ParkedStreams, StoredDeadLetter
from streams.errors import Unwritable

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

    def _writing(self) -> AbstractContextManager[sqlite3.Cursor]:
        return self.writing()

    def _held_positions(self, cursor: sqlite3.Cursor) -> dict[str, int]:
        return SqliteView(cursor).positions()

    def _write_rows(self, cursor: sqlite3.Cursor, table: Table, rows: Mapping[str, Change]) -> None:
        write_rows(cursor, table, rows)

    def letters(
        self, projection: str | None = None, stream: str | None = None, position: int | None = None
    ) -> list[StoredDeadLetter]:
        """Return the dead letters of projections in the order of the log."""
        with self.reading() as view:
            return view.letters(projection, stream, position)

    def _parked(self, cursor: sqlite3.Cursor) -> ParkedStreams:
        return set(cursor.execute("SELECT DISTINCT projection, stream FROM dead_letters"))

    def _write_positions(self, cursor: sqlite3.Cursor, positions: Mapping[str, int]) -> None:
        cursor.executemany(
            "UPDATE positions SET position = ? WHERE projection = ?",
            [(position, name) for name, position in positions.items()],
        )

    def _write_letters(self, cursor: sqlite3.Cursor, letters: Sequence[DeadLetter]) -> None:
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
