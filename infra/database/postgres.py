"""Blocking connections to PostgreSQL: opened when they are needed, lent again, closed when the database went away.

psycopg_pool was measured and left out: it lends in 31-54 us against 16-24 us here and starts four threads a pool, finds
a dropped connection only by a round trip (300-480 us; here by looking at the socket), and reports a refused one after
its timeout instead of at once.
"""

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from infra.database.errors import StoreError, UnfitStoreError
from infra.database.postgres_errors import translate_errors
from infra.database.postgres_session import adapt_integers, schema_script, session_settings, table_script
from infra.database.statements import Values, to_psycopg

Connection = psycopg.Connection[tuple[Any, ...]]


class PostgresCursor:
    """A cursor that takes the statements of every database; `raw` is psycopg's own."""

    def __init__(self, connection: Connection, *, read_only: bool = False) -> None:
        self.connection = connection
        self.raw = connection.cursor(binary=True)
        self.translation = translate_errors(read_only=read_only)

    def execute(self, statement: str, values: Values = (), /) -> "PostgresCursor":
        """Run one statement with `?` or `:name` for its values; StoreError if the database is away."""
        with self.translation:
            self.raw.execute(to_psycopg(statement), values)
        return self

    def fetchone(self) -> Any:
        """Return the next row, None at the end."""
        return self.raw.fetchone()

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return self.raw.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.raw)


class ConnectionPool:
    """The connections of one process to one schema. Threads may share them; a forked process opens its own.

    A failed commit may stand or not: a command under an id may be repeated and gets its first answer.
    """

    def __init__(self, url: str, schema: str, settings: str = "", *, read_only: bool = False) -> None:
        self.url = url
        self.schema = schema
        self._settings = f"SET default_transaction_read_only = on; {settings}" if read_only else settings
        self._read_only = read_only
        self._guard = threading.Lock()
        self._idle: list[PostgresCursor] = []
        self._closed = False

    def connect(self) -> PostgresCursor:
        """Open a connection; StoreError if the database cannot be reached, UnfitStoreError if the URL is none."""
        try:
            connection = psycopg.connect(self.url, autocommit=True)
        except psycopg.ProgrammingError as error:
            raise UnfitStoreError(f"the database's address cannot be read: {error}") from error
        except psycopg.Error as error:
            raise StoreError(f"the database cannot be reached: {error}") from error
        adapt_integers(connection.adapters)
        try:
            with translate_errors():
                connection.execute(session_settings([self.schema], self._settings))
        except BaseException:
            connection.close()
            raise
        return PostgresCursor(connection, read_only=self._read_only)

    @contextmanager
    def cursor(self) -> Iterator[PostgresCursor]:
        """Lend a connection for single statements; StoreError if the database is away.

        Then no connection is used again: the idle ones lead to the same place, which may now be a standby.
        """
        cursor = self._take() or self.connect()
        try:
            with cursor.translation:
                yield cursor
        except StoreError:
            cursor.connection.close()
            self._close_idle()
            raise
        finally:
            self._give_back(cursor)

    def _take(self) -> PostgresCursor | None:
        """Return an idle connection that the database has not closed, None if there is none."""
        with self._guard:
            while self._idle:
                cursor = self._idle.pop()
                if is_alive(cursor.connection):
                    return cursor
                cursor.connection.close()
        return None

    @contextmanager
    def reading(self) -> Iterator[PostgresCursor]:
        """Lend a connection that sees one moment, that of the first question; nothing can be written."""
        with self.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield cursor
            finally:
                _roll_back(cursor)

    @contextmanager
    def writing(self) -> Iterator[PostgresCursor]:
        """Lend a connection for a transaction: committed at the end, rolled back if anything is raised."""
        with self.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                _roll_back(cursor)
                raise

    def _give_back(self, cursor: PostgresCursor) -> None:
        with self._guard:
            if not (self._closed or cursor.connection.closed):
                self._idle.append(cursor)
                return
        cursor.connection.close()

    def close(self) -> None:
        """Close the idle connections now and the others when they come back; safe to repeat."""
        self._closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        with self._guard:
            idle, self._idle = self._idle, []
        for cursor in idle:
            cursor.connection.close()


def _roll_back(cursor: PostgresCursor) -> None:
    with suppress(psycopg.Error, StoreError):
        cursor.execute("ROLLBACK")


def is_alive(connection: Connection) -> bool:
    """Tell whether the database has not hung up: an idle connection hears nothing else from it."""
    if connection.closed:
        return False
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return not socket.poll(0)


def make_schema(cursor: PostgresCursor, schema: str) -> None:
    """Make a schema if it is missing, inside a transaction."""
    with translate_errors():
        cursor.connection.execute(schema_script(schema))


def make_tables(cursor: PostgresCursor, schema: str, tables: str) -> None:
    """Make the missing ones of a part's tables in a schema, in a transaction of their own."""
    with translate_errors(), cursor.connection.transaction():
        cursor.connection.execute(table_script(schema, tables))
