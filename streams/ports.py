"""What the streams ask of the database behind them. They are handed in: this room opens no connection."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from streams.due_reactions import C, DueReactions, ReactionMarks
from streams.envelope import LoggedEvent, PartitionBatch
from streams.projecting import ProjectionMarks, ProjectionOutcome


class Unavailable(Exception):  # noqa: N818 -- the database is away; it comes back
    """The database cannot answer now, or the connection was lost: nothing was written, try again."""


class Unwritable(Exception):  # noqa: N818 -- an answer about rows, not an error of the program
    """The database does not take these rows, now or later: a NUL in a text, a number beyond its range."""


class EventLog(Protocol):
    """The event store as the relay sees it. Both calls block and are made in a thread."""

    def select_notifications(self, start: int, limit: int) -> Sequence[LoggedEvent]:
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
        """Return how far it is after these parcels."""
        ends = dict(self.ends)
        for parcel in sent:
            before = ends.get(parcel.partition)
            ends[parcel.partition] = PartitionEnd(parcel.position, (before.count if before else 0) + len(parcel.events))
        return RelayState(position, ends)


class RelayProgress(Protocol):
    """Where the relay keeps how far it is; raises Unavailable."""

    async def read(self) -> RelayState:
        """Return how far it was when it was last told."""
        ...

    async def write(self, sent: RelayState) -> None:
        """Keep how far it is, whole or not at all."""
        ...


class Leadership(Protocol):
    """One leader at a time; raises Unavailable."""

    async def take(self) -> bool:
        """Become the leader; False if there is another."""
        ...

    async def leave(self) -> None:
        """Let somebody else lead; safe to repeat."""
        ...


class RowsTransaction(Protocol):
    """One transaction, in which the watermarks of some partitions are locked."""

    @property
    def standing(self) -> ProjectionMarks:
        """Where the projections stand there."""
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
    def reacted(self) -> ReactionMarks:
        """How far the reactions are there."""
        ...

    async def write(self, due: DueReactions[C]) -> None:
        """Give the commands for good, then keep what was refused, watermarks and letters.

        Unwritable if a command can be neither decided nor refused.
        """
        ...


class ReactionProgress(Protocol[C]):
    """What has followed from events, and what has not yet; raises Unavailable."""

    def reacting(self, partitions: Collection[int]) -> AbstractAsyncContextManager[ReactionTransaction[C]]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        ...

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent."""
        ...
