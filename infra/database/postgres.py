"""Connections to PostgreSQL: opened when they are needed, used again, given up when they broke.

A database that is away is a StoreError. Whoever meets one while committing does not know whether the commit stands; a
command under an id may be given again, and tells.
"""

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from infra.store.database import Values
from infra.store.postgres_sql import translated
from infra.store.recorded import StoreError

LOCK_SECONDS = 30
NAMING = 3

AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.IdleInTransactionSessionTimeout)

Link = Connection[tuple[Any, ...]]


class PostgresCursor:
    """A cursor that takes our statements."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.plain = link.cursor(binary=True)

    def execute(self, statement: str, values: Values = (), /) -> "PostgresCursor":
        """Run one statement with `?` or `:name` for its values; StoreError if the database went away."""
        with told_away():
            self.plain.execute(translated(statement), values)
        return self

    def fetchone(self) -> Any:
        """Return the next row, None at the end."""
        return self.plain.fetchone()

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return self.plain.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.plain)


class Links:
    """The connections of one process to one schema. Threads may share them; a forked process opens its own."""

    def __init__(self, url: str, schema: str, settings: str = "") -> None:
        self.url = url
        self.schema = schema
        self._settings = settings
        self._guard = threading.Lock()
        self._idle: list[PostgresCursor] = []
        self._closed = False

    def connect(self) -> PostgresCursor:
        """Open a connection; StoreError if the database cannot be reached."""
        try:
            link = psycopg.connect(self.url, autocommit=True)
        except psycopg.Error as error:
            raise StoreError(f"the database cannot be reached: {error}") from error
        for dumper in (Int8Dumper, Int8BinaryDumper):  # one prepared statement, however large a number is
            link.adapters.register_dumper(int, dumper)
        link.execute(
            sql.SQL(
                f"SET search_path TO {{}}; SET lock_timeout = '{LOCK_SECONDS}s'; SET jit = off; {self._settings}"
            ).format(sql.Identifier(self.schema))
        )
        return PostgresCursor(link)

    @contextmanager
    def asking(self) -> Iterator[PostgresCursor]:
        """Lend a connection for single statements; StoreError if the database went away."""
        with told_away():
            cursor = self._taken() or self.connect()
            try:
                yield cursor
            except (
                StoreError,
                psycopg.OperationalError,
            ):  # the others are as old: a restarted database has forgotten them too
                self._forget()
                raise
            finally:
                self._back(cursor)

    def _taken(self) -> PostgresCursor | None:
        """Return an idle connection that still stands: what a restarted database has dropped is not lent."""
        with self._guard:
            while self._idle:
                cursor = self._idle.pop()
                if is_standing(cursor.link):
                    return cursor
                cursor.link.close()
        return None

    @contextmanager
    def reading(self) -> Iterator[PostgresCursor]:
        """Look at one moment, that of the first question; nothing can be written."""
        with self.asking() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield cursor
            finally:
                with suppress(psycopg.Error, StoreError):
                    cursor.execute("ROLLBACK")

    def _back(self, cursor: PostgresCursor) -> None:
        with self._guard:
            if not (self._closed or cursor.link.closed):
                self._idle.append(cursor)
                return
        cursor.link.close()

    def close(self) -> None:
        """Close the connections that nobody uses, and the others when they come back; safe to repeat."""
        self._closed = True
        self._forget()

    def _forget(self) -> None:
        with self._guard:
            idle, self._idle = self._idle, []
        for cursor in idle:
            cursor.link.close()


def is_standing(link: Link) -> bool:
    """Say whether the other side has not hung up: before it does, it says why, and else an idle one hears nothing."""
    if link.closed:
        return False
    news = select.poll()
    news.register(link.fileno(), select.POLLIN)
    return not news.poll(0)


@contextmanager
def told_away() -> Iterator[None]:
    """Turn what says that the database is away, or that a lock is not given back, into a StoreError."""
    try:
        yield
    except AWAY as error:
        raise StoreError(f"the database went away or would not give a lock: {error}") from error


def ensure_schema(cursor: PostgresCursor, schema: str) -> None:
    """Make the schema if it is missing, inside a transaction."""
    cursor.execute(naming(schema))
    if cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = ?", (schema,)).fetchone() is None:
        cursor.plain.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))


def naming(schema: str) -> str:
    """Return the lock of whoever makes a schema, taken last: two that create at once would collide."""
    return f"SELECT pg_advisory_xact_lock({lock_key(schema, NAMING)})"


def lock_key(schema: str, part: int) -> str:
    """Return the SQL of the advisory lock's key: which part of Jiayi, which schema."""
    return f"{0x6A690000 + part}, hashtext({sql.quote(schema)})"
