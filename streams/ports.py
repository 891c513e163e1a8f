"""Ports: what the streams need of the database. Adapters are handed in; this room opens no connection."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from streams.due_reactions import C, DueReactions, ReactionMarks
from streams.events import PartitionBatch, TransportedEvent
from streams.projecting import ProjectionMarks, ProjectionOutcome


class EventLog(Protocol):
    """The event store as the relay sees it. Both calls block and are made in a thread."""

    def select_notifications(self, start: int, limit: int) -> Sequence[TransportedEvent]:
        """Return up to `limit` events from a position on, in commit order."""
        ...

    def wait(self, position: int, timeout: float) -> int:
        """Return the newest position once it is past `position`, or as it is after `timeout` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class PartitionEnd:
    """What one partition has been sent: the position of the last event, and how many there are up to it."""

    position: int
    count: int


@dataclass(frozen=True, slots=True)
class RelayState:
    """How far the relay is: the log's position, and the end of each partition that has events."""

    position: int = 0
    ends: Mapping[int, PartitionEnd] = field(default_factory=dict)

    def then(self, sent: Sequence[PartitionBatch], position: int) -> "RelayState":
        """Return how far it is after these batches."""
        ends = dict(self.ends)
        for batch in sent:
            before = ends.get(batch.partition)
            ends[batch.partition] = PartitionEnd(batch.position, (before.count if before else 0) + len(batch.events))
        return RelayState(position, ends)


class RelayProgress(Protocol):
    """Keeps how far the relay is; raises Unavailable."""

    async def read(self) -> RelayState:
        """Return how far it was when it was last written."""
        ...

    async def write(self, sent: RelayState) -> None:
        """Write how far it is, whole or not at all."""
        ...


class Leadership(Protocol):
    """One leader at a time; raises Unavailable."""

    async def take(self) -> bool:
        """Become the leader; False if there is another."""
        ...

    async def leave(self) -> None:
        """Give the leadership up; safe to repeat."""
        ...


class RowsTransaction(Protocol):
    """One transaction, in which the watermarks of some partitions are locked."""

    @property
    def marks(self) -> ProjectionMarks:
        """The watermarks of the projections there, and what is parked."""
        ...

    async def write(self, outcome: ProjectionOutcome) -> None:
        """Write rows, watermarks and dead letters; Unwritable, here or at the end, if the rows cannot be."""
        ...


class RowsWriter(Protocol):
    """The read model as a projector writes it; raises Unavailable."""

    def writing(self, partitions: Collection[int]) -> AbstractAsyncContextManager[RowsTransaction]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        ...

    async def behind(self) -> Mapping[int, int]:
        """Return the lowest watermark of each partition that is not at the end that the relay has sent."""
        ...


class ReactionTransaction(Protocol[C]):
    """One transaction, in which the reactions' watermarks of some partitions are locked."""

    @property
    def marks(self) -> ReactionMarks:
        """The watermarks of the reactions there, and what is parked."""
        ...

    async def write(self, due: DueReactions[C]) -> None:
        """Commit the commands, then store refusals, watermarks and dead letters.

        Unwritable if a command can be neither decided nor refused.
        """
        ...


class ReactionProgress(Protocol[C]):
    """How far the reactions are; raises Unavailable."""

    def reacting(self, partitions: Collection[int]) -> AbstractAsyncContextManager[ReactionTransaction[C]]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        ...

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent."""
        ...
