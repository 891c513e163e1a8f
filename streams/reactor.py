"""The reactor: an agent that gives the commands that follow from events, each once in effect however often it runs.

A command bears an id made from its cause, so one that was given before is quiet: commands are given first, for good,
and the watermark follows. Hence nothing is lost with an event that is missing from the topic either: the store has it,
and the reactor reads it there.

They are given in the order of the log, as in one process, also where one partition arrives before another: who is
further reads from the store what the others have not brought yet. Hence several reactors take turns, as whoever writes
to the store does anyway.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Generic

from streams.agent import BatchCommitter, Fail, Received, RefusedPositions
from streams.due_reactions import C, MissingEvents, ReactionRules, missing_events
from streams.envelope import LoggedEvent, PartitionBatch, partition_batches
from streams.ports import EventLog, ReactionProgress, ReactionTransaction, Unavailable
from streams.projecting import MissingEventsError
from streams.topics import partition_of

EVENTS = 1000
"""Events of one transaction: the watermarks are locked until what follows from them is committed."""

CHUNK = 1000
"""Events read from the store at a time, for one transaction."""

log = logging.getLogger(__name__)


class Reactor(Generic[C]):
    """Runs the reactions to what messages hold. `partitions` is the topic's number of them."""

    name = "reactor"

    def __init__(
        self, work: ReactionProgress[C], store: EventLog, causes: ReactionRules[C], fail: Fail, *, partitions: int
    ) -> None:
        self._work = work
        self._store = store
        self._causes = causes
        self._partitions = partitions
        self._busy = asyncio.Lock()
        self._batches = BatchCommitter(self.name, self._react, fail, EVENTS)
        self._stored = BatchCommitter(self.name, self._react_in_order, fail, EVENTS)

    async def take(self, messages: Sequence[Received]) -> None:
        """Run the reactions to a batch; return when it is in the database for good, and never raise."""
        async with self._busy:
            await self._batches.take(messages)

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent."""
        return await self._work.behind()

    async def on_stalled(self, partitions: Collection[int]) -> None:
        """Read what was sent long ago and does not come from the store: the topic may have been made anew."""
        if self._busy.locked():
            return
        async with self._busy:
            with self._batches.exit_on_error(), suppress(Unavailable):
                behind = await self._work.behind()
                mine = tuple(number for number in behind if number in partitions)
                if mine:
                    newest = await asyncio.to_thread(self._store.wait, 0, 0.0)
                    async with self._reacting() as reacting:
                        marks = reacting.reacted.watermarks
                    await self._fill(MissingEvents(marks, min(marks.values()), newest, mine))

    def _reacting(self) -> AbstractAsyncContextManager[ReactionTransaction[C]]:
        """Hold every watermark: what comes next in the log depends on all of them."""
        return self._work.reacting(range(self._partitions))

    async def _react(self, parcels: Sequence[PartitionBatch], at_fault: RefusedPositions) -> None:
        missing = await self._reacted(parcels, at_fault)
        if missing is None:
            return
        await self._fill(missing)
        if await self._reacted(parcels, at_fault) is not None:
            raise MissingEventsError(f"an event up to {missing.upto} was sent that is not in the store")

    async def _reacted(self, parcels: Sequence[PartitionBatch], at_fault: RefusedPositions) -> MissingEvents | None:
        """Run the reactions in one transaction, or return what is missing before them."""
        async with self._reacting() as reacting:
            missing = missing_events(parcels, reacting.reacted)
            if missing is None:
                await reacting.write(self._causes.due(parcels, reacting.reacted, at_fault))
            return missing

    async def _react_in_order(self, parcels: Sequence[PartitionBatch], at_fault: RefusedPositions) -> None:
        """Run the reactions to what the store gave: it leaves nothing out."""
        async with self._reacting() as reacting:
            await reacting.write(self._causes.due(parcels, reacting.reacted, at_fault))

    async def _fill(self, missing: MissingEvents) -> None:
        """Run the reactions to events that the topic does not hold, or not yet, as the store has them."""
        if missing.lacking:
            log.warning(
                "reactor: partitions %s lack events up to %d: read from the store", [*missing.lacking], missing.upto
            )
        ends = dict(missing.watermarks)
        at = missing.after
        while at < missing.upto:
            events = await asyncio.to_thread(self._store.select_notifications, at + 1, min(CHUNK, missing.upto - at))
            if not events:
                return
            untaken = [each for each in events if self._ends_before(each, ends)]
            found = list(partition_batches(untaken, self._partitions, ends, CHUNK))
            if found:
                await self._stored.commit(found)
            ends |= {each.partition: each.position for each in found}
            at = events[-1].position

    def _ends_before(self, event: LoggedEvent, ends: Mapping[int, int]) -> bool:
        return ends.get(partition_of(event.stream, self._partitions), 0) < event.position
