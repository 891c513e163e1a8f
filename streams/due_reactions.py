"""What a batch of parcels means for the reactions: a pure function from events and watermarks to what follows.

A watermark is a position up to which the reactions to a partition's events were run; events at or below it are passed
over. An event whose reactions cannot be told is poison: later ones of its stream, as far as anything would follow from
them, are parked behind it.

Two events may command the same aggregate, and it need not be the same whichever comes first: a round that was made, and
the closing of its bed. So the log's order holds across partitions, which keep it only each for itself.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from streams.dead_letters import DeadLetter, dead_letter, error_summary
from streams.envelope import PartitionBatch, TransportedEvent, UnknownEvent

C = TypeVar("C")
"""A command with what is known beside it. This room only hands it on."""

REACTIONS = "reactions"
"""In a letter, who has not taken the event."""


@dataclass(frozen=True, slots=True)
class ReactionMarks:
    """How far the reactions are, as the database says under its lock, and which streams wait behind poison."""

    watermarks: Mapping[int, int]
    parked: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EventCommands(Generic[C]):
    """An event, and the commands that follow from it in their order."""

    event: TransportedEvent
    commands: Sequence[C]


@dataclass(slots=True)
class DueReactions(Generic[C]):
    """What is to be done: commands first, then what is written in one transaction."""

    causes: list[EventCommands[C]] = field(default_factory=list)
    watermarks: dict[int, int] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MissingEvents:
    """Events that are missing before or between parcels: past a position of the log, up to that of the last parcel.

    `watermarks` are how far each partition is. In the `lacking` ones an event was sent that did not arrive; without
    any, some partitions are only further than others.
    """

    watermarks: Mapping[int, int]
    after: int
    upto: int
    lacking: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ReactionRules(Generic[C]):
    """What follows from events. `react` is asked only about these stored names; any exception makes an event poison.

    `known` are the names of all events, None: any. What follows from another only a newer program can say.
    """

    names: Collection[str]
    react: Callable[[TransportedEvent], Sequence[C]]
    known: Collection[str] | None = None

    def due(
        self, parcels: Iterable[PartitionBatch], reacted: ReactionMarks, at_fault: Mapping[int, str]
    ) -> DueReactions[C]:
        """Return what complete batches come to, in the log's order. UnknownEvent if an event is not known.

        `at_fault` are positions whose commands cannot be decided, and why: they are poison.
        """
        due: DueReactions[C] = DueReactions()
        parked = set(reacted.parked)
        for parcel in parcels:
            mark = due.watermarks.get(parcel.partition, reacted.watermarks.get(parcel.partition, 0))
            due.watermarks[parcel.partition] = max(mark, parcel.position)
            for event in parcel.events:
                if event.position <= mark:
                    continue
                if event.name not in self.names:
                    if self.known is not None and event.name not in self.known:
                        raise UnknownEvent(event)
                    continue
                if event.stream in parked:
                    due.letters.append(dead_letter(REACTIONS, parcel.partition, event, "parked"))
                    continue
                error = self._take(event, due, at_fault)
                if error is not None:
                    due.letters.append(dead_letter(REACTIONS, parcel.partition, event, "poison", error))
                    parked.add(event.stream)
        due.causes.sort(key=lambda cause: cause.event.position)
        due.watermarks = levelled(reacted.watermarks, due.watermarks)
        return due

    def _take(self, event: TransportedEvent, due: DueReactions[C], at_fault: Mapping[int, str]) -> str | None:
        """Add what follows from an event, or return what is wrong with it."""
        if event.position in at_fault:
            return at_fault[event.position]
        try:
            commands = self.react(event)
        except Exception as error:  # a broken event must not stop the others
            return error_summary(error)
        if commands:
            due.causes.append(EventCommands(event, commands))
        return None


def missing_events(parcels: Sequence[PartitionBatch], reacted: ReactionMarks) -> MissingEvents | None:
    """Return what is missing before or between parcels, None if nothing is. `reacted` knows of every partition.

    The log's positions have no gaps, so what is missing past the lowest watermark is somewhere: in a partition that
    arrives later, or only in the store.
    """
    front = min(reacted.watermarks.values(), default=0)
    ahead = {event.position for parcel in parcels for event in parcel.events if event.position > front}
    if not ahead or max(ahead) == front + len(ahead):
        return None
    return MissingEvents(reacted.watermarks, front, max(ahead), incomplete_partitions(parcels, reacted))


def incomplete_partitions(parcels: Iterable[PartitionBatch], reacted: ReactionMarks) -> tuple[int, ...]:
    """Return the partitions of which an event is missing before or between parcels."""
    ends = dict(reacted.watermarks)
    found: set[int] = set()
    for parcel in parcels:
        mark = ends.get(parcel.partition, 0)
        if mark < parcel.after:
            found.add(parcel.partition)
        ends[parcel.partition] = max(mark, parcel.position)
    return tuple(sorted(found))


def levelled(before: Mapping[int, int], moved: Mapping[int, int]) -> dict[int, int]:
    """Return how far every partition is: in a run of the log nothing is left before its end, in none of them."""
    end = max(moved.values(), default=0)
    return {number: max(mark, end) for number, mark in {**before, **moved}.items()}
