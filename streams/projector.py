"""The projector: an agent that writes what events mean for the rows, and watermarks, in one transaction."""

from collections.abc import Collection, Mapping, Sequence

from streams.agent import BatchCommitter, Fail, Received, RefusedPositions
from streams.envelope import PartitionBatch
from streams.ports import RowsWriter
from streams.projecting import BatchProjector


class Projector:
    """Writes what messages mean for the rows."""

    name = "projector"

    def __init__(self, rows: RowsWriter, reading: BatchProjector, fail: Fail) -> None:
        self._rows = rows
        self._reading = reading
        self._batches = BatchCommitter(self.name, self._write, fail)

    async def take(self, messages: Sequence[Received]) -> None:
        """Write a batch; return when it is in the database for good, and never raise."""
        await self._batches.take(messages)

    async def behind(self) -> Mapping[int, int]:
        """Return the lowest watermark of each partition that is not at the end that the relay has sent."""
        return await self._rows.behind()

    async def on_stalled(self, partitions: Collection[int]) -> None:
        """Wait on: rows are written from the topic only, or made anew from the store."""

    async def _write(self, parcels: Sequence[PartitionBatch], at_fault: RefusedPositions) -> None:
        async with self._rows.writing({parcel.partition for parcel in parcels}) as writing:
            await writing.write(self._reading.outcome(parcels, writing.standing, at_fault))
