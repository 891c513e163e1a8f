"""Fills shadow tables during a rebuild, exactly as the live projector would: watermarks and dead letters included."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from domain import registry
from infra.codec import decode
from infra.database.errors import NewerStoreError
from infra.rows.model import EventLog, Progress, RowsView
from infra.rows.postgres import PostgresRows, PostgresView
from infra.rows.postgres_sql import WHOLE_LOG
from infra.rows.postgres_stream import StreamedRowsWriter
from projections.changes import Projection
from projections.registry import handlers_of
from streams.committing import RefusedPositions, commit_async
from streams.envelope import partition_batches
from streams.events import PartitionBatch, TransportedEvent, UnknownEvent
from streams.projecting import BatchProjector

EVENTS = 5000
"""Events read from the log, and written in one transaction."""

Reach = tuple[int, ...]
"""The last position that counts, by partition."""


class ShadowFiller:
    """Fills some projections of shadow rows; `ends` is how far each partition is."""

    def __init__(self, shadow: PostgresRows, projections: Mapping[str, Projection], reach: Reach | None = None) -> None:
        self._partitions = shadow.partitions
        self._reach = reach
        self._rows = StreamedRowsWriter(shadow.url, projections, schema=shadow.schema)
        handlers = handlers_of(projections.values())
        self._projector = BatchProjector(tuple(projections), handlers, decode, registry.EVENT_TYPES.keys())
        first = next(iter(projections))
        marks = shadow.watermarks()[first]
        self.ends = {row - 1: position for row, position in marks.items() if row != WHOLE_LOG}

    async def take(self, batches: Iterable[PartitionBatch]) -> None:
        """Write the events within reach of batches that begin at or before the end of their partition."""
        within = [batch for batch in map(self._within_reach, batches) if batch.events]
        if within:
            await commit_async(within, self._commit)
            for batch in within:
                self.ends[batch.partition] = max(batch.position, self.ends.get(batch.partition, 0))

    async def take_events(self, events: Sequence[TransportedEvent]) -> None:
        """Write the events within reach of the next run of the log."""
        await self.take(partition_batches(events, self._partitions, self.ends, len(events)))

    def _within_reach(self, batch: PartitionBatch) -> PartitionBatch:
        reach = batch.position if self._reach is None else self._reach[batch.partition]
        if batch.position <= reach:
            return batch
        return PartitionBatch(
            batch.partition, batch.after, tuple(event for event in batch.events if event.position <= reach)
        )

    async def _commit(self, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        async with self._rows.writing({batch.partition for batch in batches}) as transaction:
            try:
                outcome = self._projector.project(batches, transaction.marks, refused)
            except UnknownEvent as error:
                raise NewerStoreError(str(error)) from error
            await transaction.write(outcome)

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        await self._rows.close()


def fill(log: EventLog, shadow: PostgresRows, progress: Progress | None = None, like: RowsView | None = None) -> int:
    """Bring shadow rows up to the log's end, as projectors would; return the position reached.

    With `like`, a view of the rows in use, each partition of each projection goes up to where it stands there.
    """
    assert like is None or isinstance(like, PostgresView), "rows of the same kind"
    position = asyncio.run(_fill(log, shadow, progress, None if like is None else like.watermarks()))
    shadow.set_position(position)
    return position


async def _fill(
    log: EventLog,
    shadow: PostgresRows,
    progress: Progress | None,
    watermarks: Mapping[str, Mapping[int, int]] | None,
) -> int:
    """Read the log once for all projections; those whose watermarks differ are filled separately."""
    fillers = shadow_fillers(shadow, watermarks)
    last = None if watermarks is None else max((max(each.values()) for each in watermarks.values()), default=0)
    position = min(shadow.positions().values(), default=0)
    try:
        while (last is None or position < last) and (events := log.select_notifications(position + 1, EVENTS)):
            for filler in fillers:
                await filler.take_events(events)
            position = events[-1].position
            if progress is not None:
                progress(position, log.last_position())
    finally:
        for filler in fillers:
            await filler.close()
    return position


def shadow_fillers(
    shadow: PostgresRows, watermarks: Mapping[str, Mapping[int, int]] | None = None
) -> list[ShadowFiller]:
    """Return the fillers up to the log's end, or up to watermarks: one for all projections of the same watermarks."""
    if watermarks is None:
        return [ShadowFiller(shadow, shadow.projections)]
    groups: dict[Reach, dict[str, Projection]] = {}
    for name, projection in shadow.projections.items():
        marks = watermarks[name]
        whole = marks[WHOLE_LOG]
        reach = tuple(max(whole, marks.get(number + 1, 0)) for number in range(shadow.partitions))
        groups.setdefault(reach, {})[name] = projection
    return [ShadowFiller(shadow, projections, reach) for reach, projections in groups.items()]
