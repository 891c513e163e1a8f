"""What the streams ask of the database behind them. They are handed in: this room opens no connection."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from streams.due_reactions import C, Due, Reacted
from streams.envelope import Noted, Parcel
from streams.projecting import Outcome, Standing


class Unavailable(Exception):  # noqa: N818 -- the database is away; it comes back
    """The database cannot answer now, or the connection was lost: nothing was written, try again."""


class Unwritable(Exception):  # noqa: N818 -- an answer about rows, not an error of the program
    """The database does not take these rows, now or later: a NUL in a text, a number beyond its range."""


class Log(Protocol):
    """The event store as the relay sees it. Both calls block and are made in a thread."""

    def after(self, position: int, limit: int = ...) -> Sequence[Noted]:
        """Return up to `limit` events past a position in commit order."""
        ...

    def wait(self, position: int, timeout: float) -> int:
        """Return the newest position once it is past `position`, or as it is after `timeout` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class End:
    """What one partition has been sent: the position of the last event, and how many there are up to it."""

    position: int
    count: int


@dataclass(frozen=True, slots=True)
class Sent:
    """How far the relay is: the log's position, and the end of each partition that has events."""

    position: int = 0
    ends: Mapping[int, End] = field(default_factory=dict)

    def then(self, sent: Sequence[Parcel], position: int) -> "Sent":
        """Return how far it is after these parcels."""
        ends = dict(self.ends)
        for parcel in sent:
            before = ends.get(parcel.partition)
            ends[parcel.partition] = End(parcel.position, (before.count if before else 0) + len(parcel.events))
        return Sent(position, ends)


class RelayProgress(Protocol):
    """Where the relay keeps how far it is; raises Unavailable."""

    async def read(self) -> Sent:
        """Return how far it was when it was last told."""
        ...

    async def write(self, sent: Sent) -> None:
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


class Writing(Protocol):
    """One transaction, in which the watermarks of some partitions are locked."""

    @property
    def standing(self) -> Standing:
        """Where the projections stand there."""
        ...

    async def write(self, outcome: Outcome) -> None:
        """Write rows, watermarks and dead letters; Unwritable, here or at the end, if the rows cannot be."""
        ...


class Rows(Protocol):
    """The read model as a projector writes it; raises Unavailable."""

    def writing(self, partitions: Collection[int]) -> AbstractAsyncContextManager[Writing]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        ...

    async def behind(self) -> Mapping[int, int]:
        """Return the lowest watermark of each partition that is not at the end that the relay has sent."""
        ...


class Reacting(Protocol[C]):
    """One transaction, in which the reactions' watermarks of some partitions are locked."""

    @property
    def reacted(self) -> Reacted:
        """How far the reactions are there."""
        ...

    async def write(self, due: Due[C]) -> None:
        """Give the commands for good, then keep what was refused, watermarks and letters.

        Unwritable if a command can be neither decided nor refused.
        """
        ...


class Reactions(Protocol[C]):
    """What has followed from events, and what has not yet; raises Unavailable."""

    def reacting(self, partitions: Collection[int]) -> AbstractAsyncContextManager[Reacting[C]]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        ...

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent."""
        ...
