"""The read model: rows in one SQLite file, and the projector that keeps them up with the log.

Rows and the position up to which they are true are written in one transaction, so a crash leaves neither ahead of the
other. Rows can be made again from the log: WAL with `synchronous=NORMAL` may lose the last commits in a power cut, but
never part of one. A projection whose declared tables differ from those in the file is emptied and filled again from 0.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

from infra.rows_sql import View, fingerprint, statements, write_rows
from infra.store.recorded import StoreError
from projections.asking import Scalar
from projections.changes import Change, Projection, folded
from projections.registry import PROJECTIONS, handlers_of

LOCK_SECONDS = 30
CACHE_KIB = 64 * 1024
CHECKPOINT_PAGES = 8000
"""A write-ahead log of up to 32 MB: filling from 0 spends a third of its time in checkpoints of SQLite's 1000 pages."""

POSITIONS = """CREATE TABLE IF NOT EXISTS positions (
    projection TEXT PRIMARY KEY, position INTEGER NOT NULL, fingerprint TEXT NOT NULL, tables TEXT NOT NULL) STRICT"""

Progress = Callable[[int, int], None]
"""Is told the position reached and the log's last position."""


class Logged(Protocol):
    """An event as the log gives it."""

    @property
    def position(self) -> int:
        """Its place in the whole log."""
        ...

    @property
    def name(self) -> str:
        """The name under which it is stored."""
        ...

    @property
    def event(self) -> object:
        """The fact, decoded when it is asked for."""
        ...


class Log(Protocol):
    """What a projector reads from."""

    def after(self, position: int, limit: int = ...) -> Sequence[Logged]:
        """Return up to `limit` events past a position, in order."""
        ...

    def last_position(self) -> int:
        """Return the newest event's position; 0 if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One projection goes from the position `after` to `position` by these changes."""

    projection: str
    after: int
    position: int
    changes: Sequence[Change]


class SqliteRows:
    """Rows and positions in one file. Threads may share it; other processes open their own.

    Opening creates what is missing and empties what an older program shaped; StoreError if the file is not ours.
    """

    def __init__(
        self, path: Path | str, projections: Mapping[str, Projection] = PROJECTIONS, *, durable: bool = True
    ) -> None:
        self.path = Path(path)
        self.projections = projections
        self.handlers = handlers_of(projections.values())
        self.tables = {table.name: table for each in projections.values() for table in each.tables}
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

    def __enter__(self) -> "SqliteRows":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # Asking

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds; nothing can be written."""
        with self.reading() as rows:
            return rows.ask(sql, **parameters)

    @contextmanager
    def reading(self) -> Iterator["View"]:
        """Ask several questions of one moment, that of the first; writers go on beside it."""
        try:
            cursor = self._idle.pop()
        except IndexError:
            connection = self._connect()
            connection.execute("PRAGMA query_only=ON")
            cursor = connection.cursor()
        cursor.execute("BEGIN")
        try:
            yield View(cursor)
        finally:
            cursor.connection.rollback()
            self._idle.append(cursor)

    def positions(self) -> dict[str, int]:
        """Return how far each projection is."""
        with self.reading() as rows:
            return rows.positions()

    @property
    def position(self) -> int:
        """The position up to which everything is told: what was written before it can be read."""
        return min(self.positions().values(), default=0)

    # Writing

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

    def apply(self, projection: str, position: int, changes: Sequence[Change]) -> None:
        """Write one projection's changes and its new position in one transaction; nothing if it is there already."""
        after = self.positions()[projection]
        if position > after:
            self.apply_all([Step(projection, after, position, changes)])

    def apply_all(self, steps: Sequence[Step]) -> bool:
        """Write the rows and positions of several projections in one transaction.

        False, and nothing written, if one of them is no longer where its step begins: somebody else was faster.
        """
        with self.writing() as cursor:
            found = View(cursor).positions()
            if any(found[step.projection] != step.after for step in steps):
                return False
            for name, rows in folded(chain.from_iterable(step.changes for step in steps)).items():
                write_rows(cursor, self.tables[name], rows)
            cursor.executemany(
                "UPDATE positions SET position = ? WHERE projection = ?",
                [(step.position, step.projection) for step in steps],
            )
            return True

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
            raise StoreError(f"{self.path} holds tables that this program did not write")
        cursor.execute(POSITIONS)
        for name, shape, tables in cursor.execute("SELECT projection, fingerprint, tables FROM positions").fetchall():
            if name not in self.projections or fingerprint(self.projections[name]) != shape:
                for table in json.loads(tables):
                    cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
                cursor.execute("DELETE FROM positions WHERE projection = ?", (name,))
        there = View(cursor).positions()
        for name, projection in self.projections.items():
            if name not in there:
                for statement in chain.from_iterable(map(statements, projection.tables)):
                    cursor.execute(statement)
                cursor.execute(
                    "INSERT INTO positions VALUES (?, 0, ?, ?)",
                    (name, fingerprint(projection), json.dumps([table.name for table in projection.tables])),
                )


def catch_up(
    log: Log,
    rows: SqliteRows,
    batch: int = 2000,
    progress: Progress | None = None,
    until: Mapping[str, int] | None = None,
) -> int:
    """Bring every projection up to the log's end, or each to its position in `until`; return how many events were read.

    The log is read once for all. Normally they stand at one position; a new one starts at 0, and until it has caught
    up the others take nothing from what is read again.
    """
    read = 0
    while True:
        behind = {
            name: position for name, position in rows.positions().items() if until is None or position < until[name]
        }
        events = log.after(min(behind.values()), batch) if behind else []
        if not events:
            return read
        if rows.apply_all(steps_of(events, behind, rows, until)):
            read += len(events)
            if progress is not None:
                progress(events[-1].position, log.last_position())
            if len(events) < batch and until is None:
                return read


def steps_of(
    events: Sequence[Logged], behind: Mapping[str, int], rows: SqliteRows, until: Mapping[str, int] | None
) -> list[Step]:
    """Return what a run of events means for the projections that are behind."""
    last = events[-1].position
    goals = {name: last if until is None else min(last, until[name]) for name in behind}
    changes: dict[str, list[Change]] = {name: [] for name in behind}
    for event in events:
        wanted = [
            (name, project)
            for name, project in rows.handlers.get(event.name, ())
            if name in behind and behind[name] < event.position <= goals[name]
        ]
        if wanted:
            fact = event.event
            for name, project in wanted:
                changes[name].extend(project(fact))
    return [Step(name, behind[name], goals[name], changes[name]) for name in behind if goals[name] > behind[name]]
