"""One SQLite file: its layout, one writing connection behind a lock, reading connections beside it.

WAL lets readers work beside the writer; `synchronous=FULL` makes a commit survive a power cut; BEGIN IMMEDIATE takes
the write lock before the first read, since a transaction that upgrades later fails with "database is locked".
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.store.database import Cursor, Newest, Writes
from infra.store.recorded import NewerStoreError, StoreError, UnfitStoreError
from infra.store.view import recorded_at

LAYOUT = 1
LOCK_SECONDS = 30

TABLES = (
    # AUTOINCREMENT: an id is never used twice, even after the last row was deleted. Readers keep it as a position.
    """CREATE TABLE stored_events (
        notification_id INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, metadata BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)) STRICT""",
    """CREATE TABLE claims (key TEXT NOT NULL, holder TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
        PRIMARY KEY (key, holder)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE commands (command_id TEXT PRIMARY KEY, digest BLOB NOT NULL, answer BLOB NOT NULL)
        STRICT, WITHOUT ROWID""",
    "CREATE TABLE documents (digest TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
    # Moments are microseconds since 1970 in UTC, days are ISO 8601.
    """CREATE TABLE team_days (
        team_id TEXT NOT NULL, day TEXT NOT NULL, wanted INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
        plan_from INTEGER NOT NULL, due_at INTEGER NOT NULL, first_at INTEGER NOT NULL, lease_until INTEGER,
        PRIMARY KEY (team_id, day)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX undone_team_days ON team_days (due_at) WHERE wanted > done",
)

NEWEST = """SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'),
    (SELECT metadata FROM stored_events ORDER BY notification_id DESC LIMIT 1)"""

MARK = """INSERT INTO team_days (team_id, day, wanted, plan_from, due_at, first_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (team_id, day) DO UPDATE
    SET wanted = excluded.wanted, first_at = excluded.first_at, due_at = excluded.due_at"""


class SqliteFile:
    """The connections to one file; threads may share it."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; StoreError if it is foreign or of a newer layout."""
        self._closed = False
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Cursor] = []
        self.path = path
        try:
            self._writer = self._connect()
            self._prepare()
        except (sqlite3.Error, StoreError) as error:
            self.close()
            raise error if isinstance(error, StoreError) else StoreError(f"{path}: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS, cached_statements=256
        )
        self._connections.append(connection)
        return connection

    def _prepare(self) -> None:
        _in_wal(self._writer)
        self._writer.execute("PRAGMA synchronous=FULL")
        self._cursor = self._writer.cursor()
        with self.writing() as cursor:
            (layout,) = cursor.execute("PRAGMA user_version").fetchone()
            if layout > LAYOUT:
                raise NewerStoreError(f"{self.path} has layout {layout}; this program knows layouts up to {LAYOUT}")
            if layout == 0:
                if cursor.execute("SELECT 1 FROM sqlite_schema WHERE name = 'stored_events'").fetchone():
                    raise UnfitStoreError(f"{self.path} holds events that this program did not write")
                for statement in TABLES:
                    cursor.execute(statement)
                cursor.execute(f"PRAGMA user_version={LAYOUT}")

    def begin(self) -> sqlite3.Cursor:
        """Take the write lock; StoreError after 30 s without it. Ends with `commit` or `rollback`."""
        self._lock.acquire()
        try:
            return self._cursor.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            self._lock.release()
            if isinstance(error, sqlite3.OperationalError):
                raise StoreError(f"{self.path} could not be locked for writing: {error}") from error
            raise

    def newest(self, cursor: Cursor) -> Newest:
        """Return where the log ends; under the write lock."""
        last_id, metadata = cursor.execute(NEWEST).fetchone()
        return Newest(last_id or 0, recorded_at(metadata) if metadata else None)

    def write(self, cursor: Cursor, writes: Writes) -> None:  # noqa: ARG002 -- there is one writing cursor
        """Write finished rows, many at a time; under the write lock."""
        many = self._cursor.executemany
        for rows, sql in (
            (writes.events, "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, ?)"),
            (writes.answers, "INSERT INTO commands VALUES (?, ?, ?)"),
            ([(key,) for key in writes.keys], "DELETE FROM claims WHERE key = ?"),
            (writes.claims, "INSERT INTO claims VALUES (?, ?, ?, ?)"),
            (writes.documents, "INSERT OR IGNORE INTO documents VALUES (?, ?)"),
            (writes.marks, MARK),
        ):
            if rows:
                many(sql, rows)

    def commit(self) -> None:
        """Make everything since `begin` last; if that fails nothing of it does, and the error is raised."""
        try:
            self._cursor.execute("COMMIT")
        except BaseException:
            self._writer.rollback()
            raise
        finally:
            self._lock.release()

    def rollback(self) -> None:
        """Forget everything since `begin`."""
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
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """Look at one moment of the file; writers go on beside it."""
        try:
            cursor = self._idle.pop()
        except IndexError:
            connection = self._connect()
            connection.execute("PRAGMA query_only=ON")
            cursor = connection.cursor()
        cursor.execute("BEGIN")
        try:
            yield cursor
        finally:
            cursor.connection.rollback()
            self._idle.append(cursor)

    asking = reading

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        if not self._closed:
            self._closed = True
            for connection in self._connections:
                connection.close()


def _in_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; of two processes that create the file at once one is told "locked" without waiting."""
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
