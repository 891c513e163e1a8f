"""The event store in PostgreSQL, a persistence module of the `eventsourcing` library."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from infra.database.errors import StoreError
from infra.store import factory
from infra.store.application import ApplicationRecording, ProcessRecording
from infra.store.database import JIAYI, Owner
from infra.store.postgres_database import PostgresDatabase
from infra.store.postgres_transactions import DecideAgain, OptimisticTransaction, PessimisticTransaction
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy
from infra.store.transaction import Transaction

T = TypeVar("T")

RESERVED_SCHEMAS = frozenset({"jiayi", "jiayi_rows"})


class PostgresStore(EventStore):
    """Events in one schema. Opening creates its layout; StoreError if it is not ours, newer, or cannot be reached.

    Connections live as long as the store (sessions: LISTEN works through no transaction pooler).
    """

    _database: PostgresDatabase

    def __init__(
        self, url: str, policy: DebouncePolicy | None = None, *, schema: str = "jiayi", owner: Owner = JIAYI
    ) -> None:
        self._listener: _CommitListener | None = None
        super().__init__(PostgresDatabase(url, schema, owner), policy)

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        if self._listener is not None:
            self._listener.close()
        super().close()

    def writing(self) -> Transaction:
        """Return a transaction to be used in a `with`: many appends in one commit, decided under the write lock."""
        return PessimisticTransaction(self._database, self._policy, self.wake, self.personal_keys, self.begins_as())

    def _decided(self, work: Callable[[Transaction], T]) -> T:
        """Decide on cached versions, or under the lock. StoreError if the database is away.

        A commit during which it went away may stand or not.
        """
        with self._database.lock:
            tip = self._database.tip
            if tip is not None and tip.last_id and self._database.alone:  # the first commit writes more rows
                with suppress(DecideAgain):
                    return self._optimistic(work)
        with self.writing() as transaction:
            return work(transaction)

    def _optimistic(self, work: Callable[[Transaction], T]) -> T:
        with self._database.cursor() as cursor:
            transaction = OptimisticTransaction(self._database, self._policy, self.wake, self.personal_keys, cursor)
            try:
                result = work(transaction)
                transaction.finish()
            except StoreError:
                raise
            except Exception as error:  # cached versions may be old: decided again under the lock
                raise DecideAgain from error
        return result

    def wait_past(self, position: int, timeout: float) -> int:
        """Return the newest position once it is past `position`, or as it is after `timeout` seconds.

        Every commit wakes the waiter (NOTIFY); it also polls each 0.1 s.
        """
        if self._listener is None and timeout > 0:
            self._listener = _CommitListener(self._database, self.wake)
        return super().wait_past(position, timeout)


class _CommitListener:
    """Wakes the readers of this process at every commit (LISTEN)."""

    def __init__(self, database: PostgresDatabase, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="store-ear", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self._closed.is_set():
            with suppress(psycopg.Error, StoreError):
                link = self._database.connections.connect().connection
                with link:
                    link.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._database.channel)))
                    while not self._closed.is_set():
                        for _ in link.notifies(timeout=5, stop_after=1):
                            self._wake()
            self._closed.wait(0.5)

    def close(self) -> None:
        """Stop listening."""
        self._closed.set()
        with suppress(psycopg.Error, StoreError), self._database.cursor() as cursor:
            cursor.execute("SELECT pg_notify(?, '')", (self._database.channel,))
        self._thread.join(timeout=10)


class PostgresApplicationRecorder(ApplicationRecording, PostgresStore):
    """The events of an Application of the library, in a schema of its own."""


class PostgresProcessRecorder(ProcessRecording, PostgresApplicationRecorder):
    """The same with tracking in the same commit."""


class PostgresFactory(factory.StoreFactory):
    """Opens a schema: `DATABASE_URL` or the library's `POSTGRES_...` keys, and `POSTGRES_SCHEMA`.

    Without POSTGRES_SCHEMA an Application has the schema `application_NAME`.
    """

    def __init__(self, env: factory.Environment | factory.EnvType | None) -> None:
        super().__init__(env)
        self._url = self.env.get("DATABASE_URL") or self._conninfo()
        self._schema = self.env.get("POSTGRES_SCHEMA") or self._default_schema()
        if self.owner is not JIAYI and self._schema in RESERVED_SCHEMAS:
            raise OSError(f"POSTGRES_SCHEMA {self._schema} is Jiayi's own: an Application needs another")

    def _conninfo(self) -> str:
        names = {"dbname": "POSTGRES_DBNAME", "host": "POSTGRES_HOST", "port": "POSTGRES_PORT"}
        names |= {"user": "POSTGRES_USER", "password": "POSTGRES_PASSWORD"}
        values = {name: value for name, key in names.items() if (value := self.env.get(key))}
        if "dbname" not in values:
            keys = ", ".join(self.env.create_keys("DATABASE_URL") + self.env.create_keys("POSTGRES_DBNAME"))
            raise OSError(f"PostgreSQL database not found in environment with keys: {keys}")
        return make_conninfo("", **values)

    def _default_schema(self) -> str:
        return "jiayi" if self.owner is JIAYI else f"application_{self.env.name.lower()}"

    def open_database(self) -> PostgresDatabase:
        """Open the schema."""
        return PostgresDatabase(self._url, self._schema, self.owner)

    def open_log(self, policy: DebouncePolicy) -> PostgresStore:
        """Open Jiayi's own log."""
        return PostgresStore(self._url, policy, schema=self._schema)

    def open_application(self) -> PostgresApplicationRecorder:
        """Open an Application's events."""
        return PostgresApplicationRecorder(self._url, schema=self._schema, owner=self.owner)

    def open_process(self) -> PostgresProcessRecorder:
        """Open an Application's events with tracking."""
        return PostgresProcessRecorder(self._url, schema=self._schema, owner=self.owner)
