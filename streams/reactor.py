"""Reactor: runs the commands that follow from events, each once in effect however often it runs.

A command's id is derived from its cause, so a repeated command is answered quietly: commands are committed first, the
watermark follows. An event that is missing from the topic is not lost either: the reactor reads it from the store.

Commands run in the order of the log, as in one process, also where one partition arrives before another: the missing
events are read from the store. Hence several reactors take turns, as all writers of the store do.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Generic

from streams.agent import BatchCommitter, Fail, Received
from streams.committing import RefusedPositions
from streams.due_reactions import C, MissingEvents, ReactionRules, missing_events
from streams.envelope import partition_batches
from streams.errors import Unavailable
from streams.events import PartitionBatch, TransportedEvent
from streams.ports import EventLog, ReactionProgress, ReactionTransaction
from streams.projecting import MissingEventsError
from streams.topics import partition_of

EVENTS = 1000
"""Events of one transaction: the watermarks are locked until what follows from them is committed."""

CHUNK = 1000
"""Events read from the store at a time, for one transaction."""

log = logging.getLogger(__name__)


class Reactor(Generic[C]):
    """Runs the reactions to messages. `partitions` is the topic's number of partitions."""

    name = "reactor"

    def __init__(
        self, progress: ReactionProgress[C], store: EventLog, rules: ReactionRules[C], fail: Fail, *, partitions: int
    ) -> None:
        self._progress = progress
        self._store = store
        self._rules = rules
        self._partitions = partitions
        self._busy = asyncio.Lock()
        self._batches = BatchCommitter(self.name, self._react, fail, EVENTS)
        self._stored = BatchCommitter(self.name, self._react_in_order, fail, EVENTS)

    async def take(self, messages: Sequence[Received]) -> None:
        """Run the reactions to a batch; return when they are committed, and never raise."""
        async with self._busy:
            await self._batches.take(messages)

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent."""
        return await self._progress.behind()

    async def on_stalled(self, partitions: Collection[int]) -> None:
        """Read from the store what was sent long ago and does not arrive: the topic may have been made again."""
        if self._busy.locked():
            return
        async with self._busy:
            with self._batches.exit_on_error(), suppress(Unavailable):
                behind = await self._progress.behind()
                mine = tuple(number for number in behind if number in partitions)
                if mine:
                    newest = await asyncio.to_thread(self._store.wait, 0, 0.0)
                    async with self._reacting() as transaction:
                        watermarks = transaction.marks.watermarks
                    await self._fill(MissingEvents(watermarks, min(watermarks.values()), newest, mine))

    def _reacting(self) -> AbstractAsyncContextManager[ReactionTransaction[C]]:
        """Hold every watermark: what comes next in the log depends on all of them."""
        return self._progress.reacting(range(self._partitions))

    async def _react(self, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        missing = await self._react_if_complete(batches, refused)
        if missing is None:
            return
        await self._fill(missing)
        if await self._react_if_complete(batches, refused) is not None:
            raise MissingEventsError(f"an event up to {missing.upto} was sent that is not in the store")

    async def _react_if_complete(
        self, batches: Sequence[PartitionBatch], refused: RefusedPositions
    ) -> MissingEvents | None:
        """Run the reactions in one transaction, or return what is missing before them."""
        async with self._reacting() as transaction:
            missing = missing_events(batches, transaction.marks)
            if missing is None:
                await transaction.write(self._rules.due(batches, transaction.marks, refused))
            return missing

    async def _react_in_order(self, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        """Run the reactions to events of the store, which leaves none out."""
        async with self._reacting() as transaction:
            await transaction.write(self._rules.due(batches, transaction.marks, refused))

    async def _fill(self, missing: MissingEvents) -> None:
        """Run the reactions to events that the topic does not hold, or not yet, as the store has them."""
        if missing.lacking:
            log.warning(
                "reactor: partitions %s lack events up to %d: read from the store", [*missing.lacking], missing.upto
            )
        ends = dict(missing.watermarks)
        position = missing.after
        while position < missing.upto:
            events = await asyncio.to_thread(
                self._store.select_notifications, position + 1, min(CHUNK, missing.upto - position)
            )
            if not events:
                return
            remaining = [event for event in events if self._is_past_end(event, ends)]
            batches = list(partition_batches(remaining, self._partitions, ends, CHUNK))
            if batches:
                await self._stored.commit(batches)
            ends |= {batch.partition: batch.position for batch in batches}
            position = events[-1].position

    def _is_past_end(self, event: TransportedEvent, ends: Mapping[int, int]) -> bool:
        return ends.get(partition_of(event.stream, self._partitions), 0) < event.position
