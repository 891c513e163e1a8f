"""Rows beside those in use, filled as projectors fill them: the same reading, watermarks and dead letters."""

from collections.abc import Mapping, Sequence
from typing import NoReturn

from infra.codec import decode
from infra.read_model_postgres import PostgresRows
from infra.rows import Progress, Recording
from infra.rows_sql_postgres import WHOLE_LOG
from infra.store.recorded import Recorded
from infra.streamed_rows import StreamedRows
from projections.changes import Projection
from projections.registry import handlers_of
from streams.agent import EVENTS, Batches
from streams.batch import Reading
from streams.envelope import Parcel, parcels
from streams.topics import partition_of

Reach = tuple[int, ...]
"""The last position that counts, by partition."""


class Filling:
    """Some projections of rows beside, and how far each partition is."""

    def __init__(self, fresh: PostgresRows, projections: Mapping[str, Projection], reach: Reach | None = None) -> None:
        self._partitions = fresh.partitions
        self._reach = reach
        self._rows = StreamedRows(fresh.url, projections, schema=fresh.schema)
        self._reading = Reading(tuple(projections), handlers_of(projections.values()), decode)
        self._batches = Batches("rebuild", self._commit, _end)
        first = next(iter(projections))
        marks = fresh.watermarks()[first]
        self.ends = {row - 1: position for row, position in marks.items() if row != WHOLE_LOG}

    async def take(self, found: Sequence[Parcel]) -> None:
        """Write parcels that go on at or before where their partitions end."""
        if found:
            await self._batches.commit(found)
            for each in found:
                self.ends[each.partition] = max(each.position, self.ends.get(each.partition, 0))

    async def take_events(self, events: Sequence[Recorded]) -> None:
        """Write those of a run of the log that count."""
        wanted = [event for event in events if self._wants(event)]
        await self.take(list(parcels(wanted, self._partitions, self.ends, len(events))))

    def _wants(self, event: Recorded) -> bool:
        return self._reach is None or event.position <= self._reach[partition_of(event.stream, self._partitions)]

    async def _commit(self, found: Sequence[Parcel], refused: Mapping[int, str]) -> None:
        async with self._rows.writing({parcel.partition for parcel in found}) as writing:
            await writing.write(self._reading.outcome(found, writing.standing, refused))

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        await self._rows.close()


def _end(code: int) -> NoReturn:
    raise AssertionError(code)  # only an agent ends its process


async def fill(
    log: Recording,
    fresh: PostgresRows,
    progress: Progress | None = None,
    watermarks: Mapping[str, Mapping[int, int]] | None = None,
) -> int:
    """Take a log from where rows beside stand to its end, or up to watermarks; return the position reached.

    The log is read once; projections whose watermarks differ are filled apart.
    """
    fillings, last = _fillings(fresh, watermarks)
    position = min(fresh.positions().values(), default=0)
    try:
        while (last is None or position < last) and (events := log.after(position, EVENTS)):
            for each in fillings:
                await each.take_events(events)
            position = events[-1].position
            if progress is not None:
                progress(position, log.last_position())
    finally:
        for each in fillings:
            await each.close()
    return position


def _fillings(
    fresh: PostgresRows, watermarks: Mapping[str, Mapping[int, int]] | None
) -> tuple[list[Filling], int | None]:
    """Return what is to be filled, and the last position that counts for any of it; None is the log's end."""
    if watermarks is None:
        return [Filling(fresh, fresh.projections)], None
    groups: dict[Reach, dict[str, Projection]] = {}
    for name, projection in fresh.projections.items():
        marks = watermarks[name]
        whole = marks[WHOLE_LOG]
        reach = tuple(max(whole, marks.get(number + 1, 0)) for number in range(fresh.partitions))
        groups.setdefault(reach, {})[name] = projection
    return [Filling(fresh, found, reach) for reach, found in groups.items()], max(map(max, groups), default=0)
