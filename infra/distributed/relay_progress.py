"""What the relay needs of PostgreSQL: leadership as an advisory lock, and how far it is, on one connection.

The connection is the leadership: if it breaks, the lock is gone and nothing can be written with it, so a relay that was
cut off finds out before it says that it is further.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from infra.database.postgres import lock_key, naming
from infra.store.recorded import Recorded, StoreError
from streams.ports import PartitionEnd, RelayState, Unavailable

LEADING, MAKING = 16, 17
"""Advisory locks of a schema: of the leading relay, and of whoever makes tables."""

TABLES = """
CREATE TABLE IF NOT EXISTS relay_position (one INT PRIMARY KEY CHECK (one = 1), position BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS relay_ends (
    partition INT PRIMARY KEY, position BIGINT NOT NULL, count BIGINT NOT NULL, sent_at TIMESTAMPTZ NOT NULL)
"""

SETTINGS = """SET search_path TO {schemas}; SET jit = off; SET lock_timeout = '30s';
SET idle_in_transaction_session_timeout = '20s';
SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"""

AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,  # this process was frozen in a transaction
    psycopg.errors.ReadOnlySqlTransaction,  # the database is a standby that takes over
)

Link = AsyncConnection[tuple[Any, ...]]


class BlockingLog(Protocol):
    """The store."""

    def after(self, position: int, limit: int = ...) -> Sequence[Recorded]:
        """Return up to `limit` events past a position in commit order."""
        ...

    def wait(self, position: int, timeout: float) -> int:
        """Return the newest position once it is past `position`, or as it is after `timeout` seconds."""
        ...


class RetryableLog:
    """The store as the relay sees it: a store that is away comes back."""

    def __init__(self, store: BlockingLog) -> None:
        self._store = store

    def after(self, position: int, limit: int = 1000) -> Sequence[Recorded]:
        """Return up to `limit` events past a position in commit order."""
        try:
            return self._store.after(position, limit)
        except StoreError as error:
            raise Unavailable(str(error)) from error

    def wait(self, position: int, timeout: float) -> int:
        """Return the newest position once it is past `position`, or as it is after `timeout` seconds."""
        try:
            return self._store.wait(position, timeout)
        except StoreError as error:
            raise Unavailable(str(error)) from error


class PostgresRelayProgress:
    """Leadership and progress of the relay."""

    def __init__(self, url: str, schema: str = "jiayi") -> None:
        self._url = url
        self._schema = schema
        self._link: Link | None = None

    async def take(self) -> bool:
        """Become the leader; False if there is another."""
        async with available():
            if self._link is None or self._link.closed:
                self._link = await connected(self._url, self._schema, TABLES)
                await self._link.execute("SET synchronous_commit = off")  # what is forgotten is only sent again
            found = await self._link.execute(f"SELECT pg_try_advisory_lock({lock_key(self._schema, LEADING)})".encode())
            row = await found.fetchone()
        return bool(row and row[0])

    async def leave(self) -> None:
        """Let somebody else lead; safe to repeat."""
        link, self._link = self._link, None
        if link is not None:
            with suppress(psycopg.Error):
                await link.close()

    async def read(self) -> RelayState:
        """Return how far the relay was when it was last told."""
        async with available():
            link = self._leading()
            at = await (await link.execute("SELECT position FROM relay_position")).fetchone()
            ends = await (await link.execute("SELECT partition, position, count FROM relay_ends")).fetchall()
        return RelayState(
            at[0] if at else 0, {partition: PartitionEnd(position, count) for partition, position, count in ends}
        )

    async def write(self, sent: RelayState) -> None:
        """Keep how far the relay is, whole or not at all."""
        ends = list(sent.ends.items())
        async with available():
            await self._leading().execute(
                """WITH position AS (
                    INSERT INTO relay_position VALUES (1, %s)
                    ON CONFLICT (one) DO UPDATE SET position = excluded.position)
                INSERT INTO relay_ends SELECT *, now() FROM unnest(%s::int[], %s::bigint[], %s::bigint[])
                ON CONFLICT (partition) DO UPDATE
                SET position = excluded.position, count = excluded.count, sent_at = excluded.sent_at
                WHERE relay_ends.position <> excluded.position""",
                (
                    sent.position,
                    [partition for partition, _ in ends],
                    [end.position for _, end in ends],
                    [end.count for _, end in ends],
                ),
            )

    def _leading(self) -> Link:
        if self._link is None or self._link.closed:
            raise Unavailable("the connection that held the leadership is gone")
        return self._link


async def connected(url: str, schema: str, tables: str, *others: str) -> Link:
    """Open a connection that sees a schema and others, and make these tables in the first where they are missing."""
    link = await AsyncConnection.connect(url, autocommit=True)
    try:
        for dumper in (Int8Dumper, Int8BinaryDumper):  # one prepared statement, however large a number is
            link.adapters.register_dumper(int, dumper)
        name = sql.Identifier(schema)
        seen = sql.SQL(", ").join([name, *map(sql.Identifier, others)])
        await link.execute(sql.SQL(SETTINGS).format(schemas=seen))
        async with link.transaction():  # two that create at once would collide
            await link.execute(f"SELECT pg_advisory_xact_lock({lock_key(schema, MAKING)})".encode())
            await link.execute("SET LOCAL client_min_messages = warning")
            await link.execute(naming(schema).encode())
            await link.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
            await link.execute(tables.encode())
    except BaseException:
        await link.close()
        raise
    return link


@asynccontextmanager
async def available() -> AsyncIterator[None]:
    """Turn what says that the database is away, or that a lock is not given back, into Unavailable."""
    try:
        yield
    except AWAY as error:
        raise Unavailable(f"the database is away or would not give a lock: {type(error).__name__}") from error
