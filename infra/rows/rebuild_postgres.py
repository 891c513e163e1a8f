"""Rows beside those in use, filled as projectors fill them: the same reading, watermarks and dead letters."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from domain import registry
from infra.codec import decode
from infra.database.errors import NewerStoreError
from infra.rows.model import EventLog, Progress
from infra.rows.postgres import PostgresRows
from infra.rows.postgres_sql import WHOLE_LOG
from infra.rows.postgres_stream import StreamedRowsWriter
from infra.store.recorded import StoredEvent
from projections.changes import Projection
from projections.registry import handlers_of
from streams.agent import EVENTS, BatchCommitter
from streams.envelope import PartitionBatch, UnknownEvent, partition_batches
from streams.projecting import BatchProjector

Reach = tuple[int, ...]
"""The last position that counts, by partition."""


class ShadowFiller:
    """Some projections of rows beside, and how far each partition is."""

    def __init__(self, fresh: PostgresRows, projections: Mapping[str, Projection], reach: Reach | None = None) -> None:
        self._partitions = fresh.partitions
        self._reach = reach
        self._rows = StreamedRowsWriter(fresh.url, projections, schema=fresh.schema)
        handlers = handlers_of(projections.values())
        self._reading = BatchProjector(tuple(projections), handlers, decode, registry.EVENT_TYPES.keys())
        self._batches = BatchCommitter("rebuild", self._commit, _end)
        first = next(iter(projections))
        marks = fresh.watermarks()[first]
        self.ends = {row - 1: position for row, position in marks.items() if row != WHOLE_LOG}

    async def take(self, found: Iterable[PartitionBatch]) -> None:
        """Write what counts of parcels that go on at or before where their partitions end."""
        counted = [part for part in map(self._counted, found) if part.events]
        if counted:
            await self._batches.commit(counted)
            for each in counted:
                self.ends[each.partition] = max(each.position, self.ends.get(each.partition, 0))

    async def take_events(self, events: Sequence[StoredEvent]) -> None:
        """Write what counts of the next run of the log."""
        await self.take(partition_batches(events, self._partitions, self.ends, len(events)))

    def _counted(self, parcel: PartitionBatch) -> PartitionBatch:
        reach = parcel.position if self._reach is None else self._reach[parcel.partition]
        if parcel.position <= reach:
            return parcel
        return PartitionBatch(
            parcel.partition, parcel.after, tuple(event for event in parcel.events if event.position <= reach)
        )

    async def _commit(self, found: Sequence[PartitionBatch], refused: Mapping[int, str]) -> None:
        async with self._rows.writing({parcel.partition for parcel in found}) as writing:
            try:
                outcome = self._reading.outcome(found, writing.standing, refused)
            except UnknownEvent as error:
                raise NewerStoreError(str(error)) from error
            await writing.write(outcome)

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        await self._rows.close()


def _end(code: int) -> NoReturn:
    raise AssertionError(code)  # only an agent ends its process


async def fill(
    log: EventLog,
    fresh: PostgresRows,
    progress: Progress | None = None,
    watermarks: Mapping[str, Mapping[int, int]] | None = None,
) -> int:
    """Take a log from where rows beside stand to its end, or up to watermarks; return the position reached.

    The log is read once; projections whose watermarks differ are filled apart.
    """
    fillings = shadow_fillers(fresh, watermarks)
    last = None if watermarks is None else max((max(each.values()) for each in watermarks.values()), default=0)
    position = min(fresh.positions().values(), default=0)
    try:
        while (last is None or position < last) and (events := log.select_notifications(position + 1, EVENTS)):
            for each in fillings:
                await each.take_events(events)
            position = events[-1].position
            if progress is not None:
                progress(position, log.last_position())
    finally:
        for each in fillings:
            await each.close()
    return position


def shadow_fillers(
    fresh: PostgresRows, watermarks: Mapping[str, Mapping[int, int]] | None = None
) -> list[ShadowFiller]:
    """Return what is to be filled without an end, or up to watermarks: projections of the same ones are one."""
    if watermarks is None:
        return [ShadowFiller(fresh, fresh.projections)]
    groups: dict[Reach, dict[str, Projection]] = {}
    for name, projection in fresh.projections.items():
        marks = watermarks[name]
        whole = marks[WHOLE_LOG]
        reach = tuple(max(whole, marks.get(number + 1, 0)) for number in range(fresh.partitions))
        groups.setdefault(reach, {})[name] = projection
    return [ShadowFiller(fresh, found, reach) for reach, found in groups.items()]
