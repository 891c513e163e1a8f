"""Read model: rows in one SQLite file.

Rows can be made again from the log: WAL with `synchronous=NORMAL` may lose the last commits in a power cut, but never
part of one.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.rows.catch_up import catch_up
from infra.rows.model import EventLog, Progress, ReadModel, RowsView, Step
from infra.rows.sqlite_sql import SqliteView, fingerprint, statements, write_rows
from infra.store.recorded import StoreError, UnfitStoreError
from projections.changes import Change, Projection, Table
from projections.registry import PROJECTIONS

LOCK_SECONDS = 30
CACHE_KIB = 64 * 1024
CHECKPOINT_PAGES = 8000
"""A write-ahead log of up to 32 MB: filling from 0 spends a third of its time in checkpoints of SQLite's 1000 pages."""

POSITIONS = """CREATE TABLE IF NOT EXISTS positions (
    projection TEXT PRIMARY KEY, position INTEGER NOT NULL, fingerprint TEXT NOT NULL, tables TEXT NOT NULL) STRICT"""


class SqliteRows(ReadModel):
    """Rows and positions in one file. Threads may share it; other processes open their own.

    Opening creates what is missing and empties what an older program shaped; UnfitStoreError if the file is not ours.
    """

    def __init__(
        self, path: Path | str, projections: Mapping[str, Projection] = PROJECTIONS, *, durable: bool = True
    ) -> None:
        self.path = Path(path)
        super().__init__(projections)
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Cursor] = []
        try:
            self._writer = self._connect()
            self._in_wal()
            self._writer.execute(f"PRAGMA synchronous={'NORMAL' if durable else 'OFF'}")
            self._writer.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            self._writer.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            with self.writing() as cursor:
                self._prepare(cursor)
        except (sqlite3.Error, StoreError) as error:
            self.close()
            raise error if isinstance(error, StoreError) else StoreError(f"{path}: {error}") from error

    def close(self) -> None:
        """Close the file; safe to repeat."""
        for connection in self._connections:
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[SqliteView]:
        """Ask several questions of one moment, that of the first; writers go on beside it."""
        try:
            cursor = self._idle.pop()
        except IndexError:
            connection = self._connect()
            connection.execute("PRAGMA query_only=ON")
            cursor = connection.cursor()
        cursor.execute("BEGIN")
        try:
            yield SqliteView(cursor)
        finally:
            cursor.connection.rollback()
            self._idle.append(cursor)

    @contextmanager
    def writing(self, fresh: Path | None = None) -> Iterator[sqlite3.Cursor]:
        """Hold the write lock for a transaction: committed at the end, rolled back if anything is raised.

        Another file of rows can be read in it under the name `fresh`.
        """
        with self._lock:
            cursor = self._writer.cursor()
            if fresh is not None:
                cursor.execute("ATTACH ? AS fresh", (str(fresh),))
            try:
                cursor.execute("BEGIN IMMEDIATE")
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                self._writer.rollback()
                raise
            finally:
                if fresh is not None:
                    cursor.execute("DETACH fresh")

    def _writing(self) -> AbstractContextManager[sqlite3.Cursor]:
        return self.writing()

    def _held_positions(self, cursor: sqlite3.Cursor) -> dict[str, int]:
        return SqliteView(cursor).positions()

    def _write_rows(self, cursor: sqlite3.Cursor, table: Table, rows: Mapping[str, Change]) -> None:
        write_rows(cursor, table, rows)

    def _write_positions(self, cursor: sqlite3.Cursor, steps: Sequence[Step]) -> None:
        cursor.executemany(
            "UPDATE positions SET position = ? WHERE projection = ?",
            [(step.position, step.projection) for step in steps],
        )

    @contextmanager
    def beside(self, projections: Mapping[str, Projection]) -> Iterator["SqliteRows"]:
        """Open empty rows in the folder of these; they are gone at the end."""
        with (
            TemporaryDirectory(dir=self.path.parent, prefix="rows-anew-") as folder,
            SqliteRows(Path(folder) / "rows.db", projections, durable=False) as fresh,
        ):
            yield fresh

    def fill(self, log: EventLog, progress: Progress | None = None, like: RowsView | None = None) -> int:
        """Bring these rows up to the log's end, or to the positions of those seen by `like`."""
        catch_up(log, self, progress=progress, until=None if like is None else like.positions())
        return self.position

    def switch(self, fresh: ReadModel, last: Callable[[], object]) -> None:
        """Put the rows of `fresh` in the place of these in one transaction; `last` is called under the write lock."""
        assert isinstance(fresh, SqliteRows), "opened by `beside`"
        with self.writing(fresh.path) as cursor:
            last()
            for name in fresh.tables:
                cursor.execute(f'DELETE FROM main."{name}"')  # noqa: S608 -- names come from the program
                cursor.execute(f'INSERT INTO main."{name}" SELECT * FROM fresh."{name}"')  # noqa: S608
            cursor.execute(
                """UPDATE main.positions SET position = f.position FROM fresh.positions f
                WHERE f.projection = main.positions.projection"""
            )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS, cached_statements=256
        )
        self._connections.append(connection)
        return connection

    def _in_wal(self) -> None:
        """Switch to WAL; of two processes that create the file at once one is told "locked" without waiting."""
        give_up = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                self._writer.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > give_up:
                    raise
                time.sleep(0.01)
            else:
                return

    def _prepare(self, cursor: sqlite3.Cursor) -> None:
        held = {name for (name,) in cursor.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if held and "positions" not in held:
            raise UnfitStoreError(f"{self.path} holds tables that this program did not write")
        cursor.execute(POSITIONS)
        for name, shape, tables in cursor.execute("SELECT projection, fingerprint, tables FROM positions").fetchall():
            if name not in self.projections or fingerprint(self.projections[name], statements) != shape:
                for table in json.loads(tables):
                    cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
                cursor.execute("DELETE FROM positions WHERE projection = ?", (name,))
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
