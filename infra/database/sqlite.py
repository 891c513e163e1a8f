"""SQLite files: one writing connection behind a lock, and reading connections that see one moment each.

WAL lets readers work while a writer writes. BEGIN IMMEDIATE takes the write lock before the first read, since a
transaction that upgrades later fails with "database is locked".
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal

from infra.database.errors import StoreError

LOCK_SECONDS = 30

AWAY_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Locked, no memory, disk broken or full, file not to be opened: the same statement may succeed later."""

Durability = Literal["FULL", "NORMAL", "OFF"]
"""FULL: a commit survives a power cut. NORMAL: the last ones may be lost. OFF: the file may be."""


class translate_sqlite_errors:  # noqa: N801 -- a context, named as its twin for PostgreSQL
    """Raise StoreError in place of errors that say that a file cannot be used now."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in AWAY_CODES:
            raise StoreError(f"{self._path} cannot be used now: {error}") from error


def open_sqlite(path: Path | str, *, durability: Durability) -> sqlite3.Connection:
    """Open or create a file in WAL mode, without Python's implicit transactions; threads may share the connection."""
    connection = _connect(path)
    try:
        _switch_to_wal(connection)
        connection.execute(f"PRAGMA synchronous={durability}")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS, cached_statements=256
    )


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; of two processes that create the file at once one fails with "locked" without waiting."""
    give_up = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


class SqliteConnections:
    """The connections of one process to one file; threads may share them."""

    def __init__(
        self,
        path: Path,
        prepare: Callable[[sqlite3.Cursor], None],
        *,
        durability: Durability,
        pragmas: tuple[str, ...] = (),
    ) -> None:
        """Open or create the file and let `prepare` make its tables; StoreError if it cannot be used."""
        self.path = path
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Cursor] = []
        try:
            self._writer = open_sqlite(path, durability=durability)
            self._connections.append(self._writer)
            for pragma in pragmas:
                self._writer.execute(f"PRAGMA {pragma}")
            self._cursor = self._writer.cursor()
            with self.writing() as cursor:
                prepare(cursor)
        except BaseException as error:
            self.close()
            if isinstance(error, sqlite3.Error):
                raise StoreError(f"{path}: {error}") from error
            raise

    def begin(self) -> sqlite3.Cursor:
        """Take the write lock; StoreError after 30 s without it. Ends with `commit` or `rollback`."""
        self._lock.acquire()
        try:
            with translate_sqlite_errors(self.path):
                return self._cursor.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise

    def commit(self) -> None:
        """Make everything since `begin` durable, or nothing of it and raise the error."""
        try:
            with translate_sqlite_errors(self.path):
                self._cursor.execute("COMMIT")
        except BaseException:
            self._writer.rollback()
            raise
        finally:
            self._lock.release()

    def rollback(self) -> None:
        """Undo everything since `begin`."""
        try:
            self._writer.rollback()
        finally:
            self._lock.release()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """Hold the write lock for a transaction: committed at the end, rolled back if anything is raised."""
        cursor = self.begin()
        try:
            yield cursor
        except BaseException:
            self.rollback()
            raise
        self.commit()

    @contextmanager
    def attached(self, path: Path, name: str) -> Iterator[None]:
        """Let the writing connection see another file's tables under a name."""
        with self._lock:
            self._writer.execute(f"ATTACH ? AS {name}", (str(path),))
        try:
            yield
        finally:
            with self._lock:
                self._writer.execute(f"DETACH {name}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """Lend a cursor that sees one moment of the file, that of the first question; writers go on meanwhile."""
        try:
            cursor = self._idle.pop()
        except IndexError:
            connection = _connect(self.path)
            self._connections.append(connection)
            connection.execute("PRAGMA query_only=ON")
            cursor = connection.cursor()
        cursor.execute("BEGIN")
        try:
            yield cursor
        finally:
            cursor.connection.rollback()
            self._idle.append(cursor)

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()
