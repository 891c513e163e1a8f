"""The PostgreSQL side of the store: its layout, one writing connection behind a lock, and the tip of the log.

A writer that sleeps while it holds the lock (a frozen process, a lost machine) is cut off after 20 s, so that it cannot
block the others; its transaction is undone, and its next statement fails.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg import sql

from infra.database.advisory_locks import AdvisoryLock, lock_key, until_commit
from infra.database.errors import NewerStoreError, StoreError, UnfitStoreError
from infra.database.postgres import ConnectionPool, PostgresCursor, make_schema
from infra.database.postgres_errors import translate_errors
from infra.database.postgres_session import idle_limit
from infra.store.claims.personal import BEGIN_CLAIMS, PERSONAL_CLAIMS, PHONE_STATEMENTS
from infra.store.database import JIAYI, OWNER_TABLE, Cursor, LogEnd, Owner, Writes, check_owner
from infra.store.postgres_sql import COPIED, COPY, COPY_TYPES, FUNCTIONS, LAYOUT, TABLES, WRITE, WRITE_ONE
from infra.store.recorded import from_micros, to_micros
from infra.store.store_time import BEGIN, STORE_TIME

PLANS = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off"
"""Every read has a key. Plans are cached while tables are still empty, and would then read whole tables."""

SETTINGS = f"{PLANS}; {idle_limit(20)}"

OWN_TABLES = {"store_time", "personal_claims", "personal_phones_reached"}
"""Tables of Jiayi's own log that older programs made without."""

HEADS = 50_000
"""The number of streams whose versions are cached."""

BULK = 2000
"""From this many events in one commit on, COPY is faster than arrays: half the time for 3,000 events, less than a third
for 30,000.
"""


class Tip(NamedTuple):
    """The end of the log after a number of commits."""

    commits: int
    last_id: int
    recorded_at: int | None


class PostgresDatabase:
    """The store's tables in one schema. `heads` are versions of streams that hold as long as the tip is `tip`."""

    integrity_error = psycopg.IntegrityError
    blob_type = "bytea"

    def __init__(self, url: str, schema: str, owner: Owner = JIAYI) -> None:
        self.schema = schema
        self._owner = owner
        self.channel = f"jiayi_{schema}"
        self.connections = ConnectionPool(url, schema, PLANS)
        self.lock = threading.Lock()
        self._writer = ConnectionPool(url, schema, SETTINGS)
        self._cursor: PostgresCursor | None = None
        self._before: Tip | None = None
        self.tip: Tip | None = None
        self.alone = False
        self.heads: dict[str, int] = {}
        self._learned: dict[str, int] = {}
        self.reading = self.connections.reading
        self.cursor = self.connections.cursor
        try:
            with self.connections.cursor() as cursor, translate_errors():
                self._prepare(cursor)
        except BaseException:
            self.close()
            raise

    def _prepare(self, cursor: PostgresCursor) -> None:
        key = lock_key(self.schema, AdvisoryLock.WRITE_EVENTS)
        with cursor.connection.transaction():
            cursor.execute(until_commit(self.schema, AdvisoryLock.WRITE_EVENTS))
            make_schema(cursor, self.schema)
            held = {
                name
                for (name,) in cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = ?", (self.schema,))
            }
            if "layout" in held:
                (layout,) = cursor.execute("SELECT version FROM layout").fetchone()
                if layout > LAYOUT:
                    raise NewerStoreError(
                        f"{self.schema} has layout {layout}; this program knows layouts up to {LAYOUT}"
                    )
                name = cursor.execute("SELECT name FROM application").fetchone()[0] if "application" in held else JIAYI
                check_owner(self.schema, name, self._owner)
                if self._owner is JIAYI and not held >= OWN_TABLES:  # older programs made none
                    self._make_own_tables(cursor)
                return
            if "stored_events" in held:
                raise UnfitStoreError(f"{self.schema} holds events that this program did not write")
            functions = FUNCTIONS.format(key=key, channel=sql.quote(self.channel))
            cursor.connection.execute(TABLES + functions)
            cursor.execute("INSERT INTO layout VALUES (?)", (LAYOUT,))
            if self._owner is JIAYI:
                self._make_own_tables(cursor)
            else:
                cursor.execute(OWNER_TABLE)
                cursor.execute("INSERT INTO application VALUES (?)", (self._owner,))

    def _make_own_tables(self, cursor: PostgresCursor) -> None:
        for statement in (STORE_TIME, PERSONAL_CLAIMS, BEGIN_CLAIMS, *PHONE_STATEMENTS):
            cursor.execute(statement)

    # Writing

    def writer(self) -> PostgresCursor:
        """Return the writing connection, opened again if it broke; under the process's lock."""
        if self._cursor is None or self._cursor.connection.closed:
            self._drop()
            self._cursor = self._writer.connect()
        return self._cursor

    def _drop(self) -> None:
        """Close the writing connection and forget the tip: whether its last commit stands is not known."""
        cursor, self._cursor, self.tip = self._cursor, None, None
        self.heads.clear()
        if cursor is not None:
            cursor.connection.close()

    def begin(self) -> PostgresCursor:
        """Take the write lock; StoreError after 30 s without it or if the database is away."""
        self.lock.acquire()
        try:
            cursor = self._begun()
            tip = Tip(*cursor.execute("SELECT * FROM begin_writing()").fetchone())
        except BaseException as error:
            if isinstance(error, StoreError):  # it may lead to a standby: the next one is a new one
                self._drop()
            self._undo()
            raise
        self._before, known = tip._replace(commits=tip.commits - 1), self.tip
        self.alone = known is not None and known.commits == self._before.commits
        if not self.alone or len(self.heads) > HEADS:
            self.heads.clear()
        self.tip = tip
        return cursor

    def _begun(self) -> PostgresCursor:
        """Begin on the writing connection; a broken one fails here, before anything is lost with it."""
        cursor = self.writer()
        try:
            cursor.execute("BEGIN")
        except StoreError:
            self._drop()
            cursor = self.writer()
            cursor.execute("BEGIN")
        return cursor

    def learn(self, versions: dict[str, int]) -> None:
        """Set the versions that streams have once the current transaction is committed."""
        self._learned = versions

    def newest(self, cursor: Cursor) -> LogEnd:  # noqa: ARG002 -- known since the lock was taken
        """Return the end of the log; under the write lock."""
        tip = self.tip
        assert tip is not None, "under the write lock"
        return LogEnd(tip.last_id, None if tip.recorded_at is None else from_micros(tip.recorded_at))

    def write(self, cursor: Cursor, writes: Writes) -> None:
        """Write the rows of a commit; under the write lock."""
        assert isinstance(cursor, PostgresCursor)
        with translate_errors():
            if len(writes.events) < BULK:
                cursor.raw.execute(WRITE, (None, *arrays(writes)))
            else:
                self._copy(cursor, None, writes)
            if writes.lives:
                cursor.execute(BEGIN, (writes.lives,))
        self._advance(writes, 0)

    def write_at_tip(self, writes: Writes) -> bool:
        """Write and commit if nobody has written since the tip was read; one round trip unless it is a bulk.

        Under the process's lock.
        """
        tip = self.tip
        assert tip is not None, "a known tip"
        try:
            with translate_errors():
                written = self._write_at_tip(self.writer(), tip.commits, writes)
        except BaseException as error:
            self.tip = None
            if isinstance(error, StoreError):
                self._drop()
            raise
        if written:
            self._advance(writes, 1)
        else:
            self.tip = None
        return written

    def _write_at_tip(self, cursor: PostgresCursor, expected: int, writes: Writes) -> bool:
        if len(writes.events) >= BULK:
            with cursor.connection.transaction() as commit:
                if not self._copy(cursor, expected, writes):
                    raise psycopg.Rollback(commit)
                return True
            return False
        one = _one(writes)
        statement, values = (WRITE, arrays(writes)) if one is None else (WRITE_ONE, one)
        (written,) = cursor.raw.execute(statement, (expected, *values), prepare=True).fetchone() or (False,)
        return bool(written)

    def _copy(self, cursor: PostgresCursor, expected: int | None, writes: Writes) -> bool:
        """Write a bulk inside a transaction; False if somebody wrote since there were `expected` commits."""
        recorded, *columns = arrays(msgspec.structs.replace(writes, events=[]))
        (written,) = cursor.raw.execute(WRITE, (expected, recorded, *columns)).fetchone() or (False,)
        if written:
            with cursor.raw.copy(COPY) as copy:
                copy.set_types(COPY_TYPES)
                for row in writes.events:
                    copy.write_row(row)
            cursor.raw.execute(COPIED, (writes.events[-1][0], recorded, self.channel))
        return bool(written)

    def still_at_tip(self) -> bool:
        """Tell whether nobody has written since the tip was read."""
        with self.cursor() as cursor:
            (commits,) = cursor.execute("SELECT commits FROM tip").fetchone()
        return self.tip is not None and self.tip.commits == commits

    def _advance(self, writes: Writes, commits: int) -> None:
        tip = self.tip
        assert tip is not None, "a known tip"
        recorded = tip.recorded_at if writes.recorded_at is None else to_micros(writes.recorded_at)
        last_id = writes.events[-1][0] if writes.events else tip.last_id
        self.tip = Tip(tip.commits + commits, last_id, recorded)

    def commit(self) -> None:
        """Make everything since `begin` durable. StoreError if the database is away: the commit may stand or not."""
        try:
            assert self._cursor is not None, "between begin and commit"
            self._cursor.execute("COMMIT")  # never on a new connection: it would commit nothing without an error
            self.heads |= self._learned
        except BaseException:
            self._drop()
            raise
        finally:
            self._learned = {}
            self.lock.release()

    def rollback(self) -> None:
        """Undo everything since `begin`."""
        self.tip = self._before
        self._undo()

    def _undo(self) -> None:
        self._learned = {}
        try:
            if self._cursor is not None:
                with suppress(psycopg.Error, StoreError):
                    self._cursor.execute("ROLLBACK")
                if self._cursor.connection.closed:
                    self._drop()
        finally:
            self.lock.release()

    @contextmanager
    def writing(self) -> Iterator[PostgresCursor]:
        """Hold the write lock for a transaction: committed at the end, rolled back if anything is raised."""
        cursor = self.begin()
        try:
            yield cursor
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        self.connections.close()
        self._drop()


def _one(writes: Writes) -> list[Any] | None:
    """Return the arguments of `write_one` if the rows are one event and at most one answer, else None."""
    if len(writes.events) != 1 or len(writes.answers) > 1 or writes.keys or writes.documents or writes.marks:
        return None
    assert writes.recorded_at is not None, "an event has its moment"
    return [to_micros(writes.recorded_at), *writes.events[0], *(writes.answers[0] if writes.answers else (None,) * 3)]


def arrays(writes: Writes) -> list[Any]:
    """Return rows as the columns that `write_rows` takes, NULL where there are none."""
    recorded = None if writes.recorded_at is None else to_micros(writes.recorded_at)
    return [
        recorded,
        *_columns(writes.events, 6),
        *_columns(writes.answers, 3),
        writes.keys or None,
        *_columns(writes.claims, 4),
        *_columns(writes.documents, 2),
        *_columns(writes.marks, 6),
    ]


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [None] * width
