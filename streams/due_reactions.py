"""Due reactions: a pure function from batches of events and watermarks to the commands that follow, in every system.

A watermark is the position up to which the reactions to a partition's events were run; events at or below it are
skipped. An event whose reactions fail is poison: later events of its stream that have reactions are parked behind it.

Two events may command the same aggregate with an outcome that depends on their order: a round that was made, and the
closing of its bed. So the log's order holds across partitions, although each partition keeps only its own.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from streams.dead_letters import REACTIONS, DeadLetter, dead_letter, error_summary
from streams.events import PartitionBatch, TransportedEvent, UnknownEvent

C = TypeVar("C")
"""A command with its context. This room only hands it on."""


@dataclass(frozen=True, slots=True)
class ReactionMarks:
    """The watermarks of the reactions, read under the database's lock, and the streams parked behind poison."""

    watermarks: Mapping[int, int]
    parked: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EventCommands(Generic[C]):
    """An event, and the commands that follow from it in their order."""

    event: TransportedEvent
    commands: Sequence[C]


@dataclass(slots=True)
class DueReactions(Generic[C]):
    """What is to be done: commands first, then watermarks and letters in one transaction."""

    causes: list[EventCommands[C]] = field(default_factory=list)
    watermarks: dict[int, int] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)

    @property
    def commands(self) -> list[C]:
        """All commands in the log's order."""
        return [command for cause in self.causes for command in cause.commands]


@dataclass(frozen=True, slots=True)
class MissingEvents:
    """Events that are missing before or between batches: past a position of the log, up to that of the last batch.

    `watermarks` are those of every partition. In the `lacking` ones an event was sent that did not arrive; without
    any, some partitions are only further than others.
    """

    watermarks: Mapping[int, int]
    after: int
    upto: int
    lacking: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ReactionRules(Generic[C]):
    """What follows from events. `react` is asked only about these stored names; any exception makes an event poison.

    `known` are the names of all events, None: any. Only a newer program can say what follows from another one.
    """

    names: Collection[str]
    react: Callable[[TransportedEvent], Sequence[C]]
    known: Collection[str] | None = None

    def due(
        self, batches: Iterable[PartitionBatch], marks: ReactionMarks, refused: Mapping[int, str]
    ) -> DueReactions[C]:
        """Return what complete batches come to, in the log's order. UnknownEvent if an event is not known.

        `refused` are positions whose commands cannot be decided, and why: they are poison.
        """
        due: DueReactions[C] = DueReactions()
        parked = set(marks.parked)
        for batch in batches:
            mark = due.watermarks.get(batch.partition, marks.watermarks.get(batch.partition, 0))
            due.watermarks[batch.partition] = max(mark, batch.position)
            for event in batch.events:
                if event.position <= mark:
                    continue
                if event.name not in self.names:
                    if self.known is not None and event.name not in self.known:
                        raise UnknownEvent(event)
                    continue
                if event.stream in parked:
                    due.letters.append(dead_letter(REACTIONS, batch.partition, event, "parked"))
                    continue
                error = self._take(event, due, refused)
                if error is not None:
                    due.letters.append(dead_letter(REACTIONS, batch.partition, event, "poison", error))
                    parked.add(event.stream)
        due.causes.sort(key=lambda cause: cause.event.position)
        due.watermarks = levelled(marks.watermarks, due.watermarks)
        return due

    def _take(self, event: TransportedEvent, due: DueReactions[C], refused: Mapping[int, str]) -> str | None:
        """Add the commands that follow from an event, or return what is wrong with it."""
        if event.position in refused:
            return refused[event.position]
        try:
            commands = self.react(event)
        except Exception as error:  # a broken event must not stop the others
            return error_summary(error)
        if commands:
            due.causes.append(EventCommands(event, commands))
        return None


def missing_events(batches: Sequence[PartitionBatch], marks: ReactionMarks) -> MissingEvents | None:
    """Return what is missing before or between batches, None if nothing is. `marks` knows every partition.

    The log's positions have no gaps, so what is missing past the lowest watermark is in a partition that arrives
    later, or only in the store.
    """
    front = min(marks.watermarks.values(), default=0)
    ahead = {event.position for batch in batches for event in batch.events if event.position > front}
    if not ahead or max(ahead) == front + len(ahead):
        return None
    return MissingEvents(marks.watermarks, front, max(ahead), incomplete_partitions(batches, marks))


def incomplete_partitions(batches: Iterable[PartitionBatch], marks: ReactionMarks) -> tuple[int, ...]:
    """Return the partitions of which an event is missing before or between batches."""
    ends = dict(marks.watermarks)
    incomplete: set[int] = set()
    for batch in batches:
        mark = ends.get(batch.partition, 0)
        if mark < batch.after:
            incomplete.add(batch.partition)
        ends[batch.partition] = max(mark, batch.position)
    return tuple(sorted(incomplete))


def levelled(before: Mapping[int, int], moved: Mapping[int, int]) -> dict[int, int]:
    """Return every partition's watermark after a run of the log: nothing is left before its end in any of them."""
    end = max(moved.values(), default=0)
    return {number: max(mark, end) for number, mark in {**before, **moved}.items()}
