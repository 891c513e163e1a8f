"""Relay in PostgreSQL: leadership as an advisory lock, and its progress, on one connection.

The connection is the leadership: if it breaks, the lock is gone and nothing can be written with it, so a relay that was
cut off finds out before it writes that it is further.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from infra.database.advisory_locks import AdvisoryLock, try_lock
from infra.database.errors import StoreError
from infra.database.postgres_async import AsyncConnection, AsyncSession
from infra.database.tables import RELAY
from infra.store.recorded import StoredEvent
from streams.errors import Unavailable
from streams.ports import PartitionEnd, RelayState


class BlockingLog(Protocol):
    """The store."""

    def select_notifications(self, start: int, limit: int) -> Sequence[StoredEvent]:
        """Return up to `limit` events from a position on, in commit order."""
        ...

    def wait_past(self, position: int, timeout: float) -> int:
        """Return the newest position once it is past `position`, or as it is after `timeout` seconds."""
        ...


class RetryableLog:
    """The store as the relay sees it: a store that is away comes back."""

    def __init__(self, store: BlockingLog) -> None:
        self._store = store

    def select_notifications(self, start: int, limit: int) -> Sequence[StoredEvent]:
        """Return up to `limit` events from a position on, in commit order."""
        try:
            return self._store.select_notifications(start, limit)
        except StoreError as error:
            raise Unavailable(str(error)) from error

    def wait(self, position: int, timeout: float) -> int:
        """Return the newest position once it is past `position`, or as it is after `timeout` seconds."""
        try:
            return self._store.wait_past(position, timeout)
        except StoreError as error:
            raise Unavailable(str(error)) from error


class PostgresRelayProgress:
    """Leadership and progress of the relay."""

    def __init__(self, url: str, schema: str = "jiayi") -> None:
        self._schema = schema
        # what is forgotten is only sent again
        self._session = AsyncSession(url, schema, tables=RELAY, settings="SET synchronous_commit = off")

    async def take(self) -> bool:
        """Become the leader; False if there is another."""
        async with self._session.connection() as connection:
            cursor = await connection.execute(try_lock(self._schema, AdvisoryLock.RELAY_LEADER).encode())
            row = await cursor.fetchone()
        return bool(row and row[0])

    async def leave(self) -> None:
        """Give the leadership up; safe to repeat."""
        await self._session.close()

    async def read(self) -> RelayState:
        """Return how far the relay was when it last wrote."""
        async with self._leading() as connection:
            at = await (await connection.execute("SELECT position FROM relay_position")).fetchone()
            ends = await (await connection.execute("SELECT partition, position, count FROM relay_ends")).fetchall()
        return RelayState(
            at[0] if at else 0, {partition: PartitionEnd(position, count) for partition, position, count in ends}
        )

    async def write(self, sent: RelayState) -> None:
        """Keep how far the relay is, whole or not at all."""
        ends = list(sent.ends.items())
        async with self._leading() as connection:
            await connection.execute(
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

    def _leading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend the connection that took the leadership, and no other."""
        if not self._session.is_open:
            raise Unavailable("the connection that held the leadership is gone")
        return self._session.connection()
