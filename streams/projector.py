"""Projector: writes the rows that follow from events and the watermarks, in one transaction."""

from collections.abc import Collection, Mapping, Sequence

from streams.agent import BatchCommitter, Fail, Received
from streams.committing import RefusedPositions
from streams.events import PartitionBatch
from streams.ports import RowsWriter
from streams.projecting import BatchProjector


class Projector:
    """Processes messages for the rows."""

    name = "projector"

    def __init__(self, rows: RowsWriter, projector: BatchProjector, fail: Fail) -> None:
        self._rows = rows
        self._projector = projector
        self._batches = BatchCommitter(self.name, self._write, fail)

    async def take(self, messages: Sequence[Received]) -> None:
        """Write a batch; return when it is committed, and never raise."""
        await self._batches.take(messages)

    async def behind(self) -> Mapping[int, int]:
        """Return the lowest watermark of each partition that is not at the end that the relay has sent."""
        return await self._rows.behind()

    async def on_stalled(self, partitions: Collection[int]) -> None:
        """Do nothing: rows are written from the topic only, or rebuilt from the store."""

    async def _write(self, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        async with self._rows.writing({batch.partition for batch in batches}) as transaction:
            await transaction.write(self._projector.project(batches, transaction.marks, refused))
