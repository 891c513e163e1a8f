"""The reactor: an agent that gives the commands that follow from events, each once in effect however often it runs.

A command bears an id made from its cause, so one that was given before is quiet: commands are given first, for good,
and the watermark follows. Hence nothing is lost with an event that is missing from the topic either: the store has it,
and the reactor reads it there.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Generic

from streams.agent import AtFault, Batches, Fail, Received
from streams.batch import Gap
from streams.causes import C, Causes, Hole, hole
from streams.database import Log, Reactions, Unavailable
from streams.envelope import Noted, Parcel, parcels
from streams.topics import partition_of

EVENTS = 1000
"""Events of one transaction: the watermarks are locked until what follows from them is committed."""

CHUNK = 2000
"""Events read from the store at a time."""

log = logging.getLogger(__name__)


class Reactor(Generic[C]):
    """Runs the reactions to what messages hold. `partitions` is the topic's number of them."""

    name = "reactor"

    def __init__(self, work: Reactions[C], store: Log, causes: Causes[C], fail: Fail, *, partitions: int) -> None:
        self._work = work
        self._store = store
        self._causes = causes
        self._partitions = partitions
        self._busy = asyncio.Lock()
        self._batches = Batches(self.name, self._react, fail, EVENTS)

    async def take(self, messages: Sequence[Received]) -> None:
        """Run the reactions to a batch; return when it is in the database for good, and never raise."""
        async with self._busy:
            await self._batches.take(messages)

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent."""
        return await self._work.behind()

    async def stand_still(self, partitions: Collection[int]) -> None:
        """Read what was sent long ago and does not come from the store: the topic may have been made anew."""
        if self._busy.locked():
            return
        async with self._busy:
            with self._batches.or_end(), suppress(Unavailable):
                behind = await self._work.behind()
                marks = {number: mark for number, mark in behind.items() if number in partitions}
                if marks:
                    await self._fill(Hole(marks, await asyncio.to_thread(self._store.wait, 0, 0.0)))

    async def _react(self, parcels: Sequence[Parcel], at_fault: AtFault) -> None:
        missing = await self._reacted(parcels, at_fault)
        if missing is None:
            return
        await self._fill(missing)
        if await self._reacted(parcels, at_fault) is not None:
            raise Gap(f"an event up to {missing.upto} was sent that is not in the store")

    async def _reacted(self, parcels: Sequence[Parcel], at_fault: AtFault) -> Hole | None:
        """Run the reactions in one transaction, or return what is missing before them."""
        async with self._work.reacting({parcel.partition for parcel in parcels}) as reacting:
            missing = hole(parcels, reacting.reacted)
            if missing is None:
                await reacting.write(self._causes.due(parcels, reacting.reacted, at_fault))
            return missing

    async def _fill(self, missing: Hole) -> None:
        """Run the reactions to events that the topic does not hold, as the store has them."""
        log.warning(
            "reactor: partitions %s lack events up to %d: read from the store", [*missing.watermarks], missing.upto
        )
        ends = dict(missing.watermarks)
        at = min(ends.values())
        while at < missing.upto:
            events = await asyncio.to_thread(self._store.after, at, CHUNK)
            if not events:
                return
            lacking = [each for each in events if self._ends_before(each, ends)]
            found = list(parcels(lacking, self._partitions, ends, CHUNK))
            if found:
                await self._batches.commit(found)
            ends |= {each.partition: each.position for each in found}
            at = events[-1].position

    def _ends_before(self, event: Noted, ends: Mapping[int, int]) -> bool:
        partition = partition_of(event.stream, self._partitions)
        return partition in ends and ends[partition] < event.position
