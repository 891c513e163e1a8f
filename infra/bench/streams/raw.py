"""The raw loop: aiokafka's `getmany`, and one transaction for its messages, with the same rows and watermarks.

It assumes that no event is ever repeated, missing or broken.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer  # type: ignore[import-untyped]  # ships no types

from infra.codec import decode
from infra.database.postgres_async import AsyncConnection, AsyncSession
from infra.database.tables import DEAD_LETTERS
from infra.rows.postgres_sql import row_statements
from projections.changes import Change, folded
from projections.registry import HANDLERS, PROJECTIONS, TABLES
from streams.agent import EVENTS, MESSAGES
from streams.envelope import MOST_EVENTS, unpack
from streams.events import PartitionBatch

HELD = "SELECT position FROM positions WHERE partition = ANY(%s) ORDER BY partition, projection FOR UPDATE"
MARK = """INSERT INTO positions SELECT p, n, m FROM unnest(%s::int[], %s::bigint[]) t(n, m), unnest(%s::text[]) p
ON CONFLICT (projection, partition) DO UPDATE SET position = excluded.position"""


def run(database_url: str, bootstrap_servers: str, topic: str, *, envelopes: bool) -> None:
    """Project until the process is killed."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a new broker's groups are not ready at once
    asyncio.run(_run(database_url, bootstrap_servers, topic, EVENTS // MOST_EVENTS if envelopes else MESSAGES))


async def _run(database_url: str, bootstrap_servers: str, topic: str, messages: int) -> None:
    session = AsyncSession(database_url, "jiayi_rows", tables=DEAD_LETTERS)
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap_servers,
        group_id=f"{topic}-raw",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=500,
    )
    await consumer.start()
    while True:
        fetched = await consumer.getmany(timeout_ms=1000, max_records=messages)
        batches = [_batch(message) for lane in fetched.values() for message in lane]
        if batches:
            async with session.connection() as connection:
                await _write(connection, batches)


def _batch(message: Any) -> PartitionBatch:
    return unpack(message.partition, message.value, message.headers)


async def _write(connection: AsyncConnection, batches: Sequence[PartitionBatch]) -> None:
    changes: list[Change] = []
    ends: dict[int, int] = {}
    for batch in batches:
        ends[batch.partition + 1] = batch.position
        for event in batch.events:
            decoded = decode(event.name, event.state)
            for _, project in HANDLERS.get(event.name, ()):
                changes.extend(project(decoded))
    async with connection.transaction(), connection.pipeline():
        await connection.execute(HELD, (list(ends),))
        for name, rows in folded(changes).items():
            for statement in row_statements(TABLES[name], rows):
                await connection.execute(statement.sql.encode(), statement.values)
        await connection.execute(MARK, (list(ends), list(ends.values()), list(PROJECTIONS)))
