"""Events taken as a projector takes them, without Kafka: its messages, its transactions, the real database."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NoReturn

from infra.codec import decode
from infra.rows.postgres_stream import StreamedRowsWriter
from infra.store.recorded import StoredEvent
from projections.changes import Projection
from projections.registry import PROJECTIONS, handlers_of
from streams.agent import Received
from streams.envelope import pack, partition_batches
from streams.projecting import BatchProjector
from streams.projector import Projector

PARTITIONS = 4


def sent(events: Sequence[StoredEvent]) -> list[Received]:
    """Return events from the log's beginning on as they arrive, some alone and some together."""
    packed = [pack(parcel) for parcel in partition_batches(events, PARTITIONS, {}, 7)]
    return [(each.partition, each.value, each.headers) for each in packed]


def end(code: int) -> NoReturn:
    raise AssertionError(code)


def project(
    url: str,
    events: Sequence[StoredEvent],
    projections: Mapping[str, Projection] = PROJECTIONS,
    size: int = 50,
) -> None:
    """Take events as a projector of these projections does, so many messages at a time."""

    async def take() -> None:
        rows = StreamedRowsWriter(url, projections)
        projector = Projector(rows, BatchProjector(tuple(projections), handlers_of(projections.values()), decode), end)
        messages = sent(events)
        for start in range(0, len(messages), size):
            await projector.take(messages[start : start + size])
        await rows.close()

    asyncio.run(take())
