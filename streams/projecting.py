"""What a batch of parcels means for the projections: a pure function from events and watermarks to row changes.

A watermark is the position of the last event that a projection has taken from a partition. Events at or below it are
passed over, so whatever comes twice counts once. Each parcel tells which event came before it: if that one is above the
watermark, something is missing, and nothing may be written.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from projections.changes import Change
from projections.registry import Handler
from streams.dead_letters import DeadLetter, ParkedStreams, dead_letter, error_summary
from streams.envelope import PartitionBatch, TransportedEvent, UnknownEvent

Decode = Callable[[str, bytes], object]
"""Returns the fact behind a stored name and stored bytes; any exception makes the event poison."""

Handlers = Mapping[str, Sequence[tuple[str, Handler]]]
"""Projections and what they make of an event, by its stored name."""

ProjectionPartition = tuple[str, int]
"""A projection and a partition."""


class MissingEventsError(Exception):
    """An event that was sent has not arrived: whatever follows it must not be written."""


@dataclass(frozen=True, slots=True)
class ProjectionMarks:
    """Where the projections stand, as the database says under its lock; a place without a watermark is at 0."""

    watermarks: Mapping[ProjectionPartition, int]
    parked: ParkedStreams = frozenset()


@dataclass(slots=True)
class ProjectionOutcome:
    """What is to be written in one transaction."""

    changes: list[Change] = field(default_factory=list)
    watermarks: dict[ProjectionPartition, int] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    taken: int = 0


@dataclass(frozen=True, slots=True)
class BatchProjector:
    """How events are read: all that a batch needs beside the batch. `projections` are the names of those kept up.

    Nobody who does not know an event can say that it means nothing: `known` are the names of all events, None: any.
    """

    projections: Sequence[str]
    handlers: Handlers
    decode: Decode
    known: Collection[str] | None = None

    def outcome(
        self, parcels: Iterable[PartitionBatch], standing: ProjectionMarks, refused: Collection[int] = ()
    ) -> ProjectionOutcome:
        """Return what batches come to. MissingEventsError if events are missing, UnknownEvent if one is not known.

        `refused` are positions whose rows the database does not take: they are poison for whoever would write them.
        """
        outcome = ProjectionOutcome()
        parked = set(standing.parked)
        for parcel in parcels:
            marks = {
                name: outcome.watermarks.get(place := (name, parcel.partition), standing.watermarks.get(place, 0))
                for name in self.projections
            }
            for name, mark in marks.items():
                if mark < parcel.after:
                    raise MissingEventsError(
                        f"{name} stands at {mark} in partition {parcel.partition}, next is after {parcel.after}"
                    )
                outcome.watermarks[name, parcel.partition] = max(mark, parcel.position)
            lowest = min(marks.values(), default=0)
            for event in parcel.events:
                handlers = self.handlers.get(event.name)
                if handlers is None:
                    if self.known is not None and event.name not in self.known and event.position > lowest:
                        raise UnknownEvent(event)
                    continue
                wanted = [each for each in handlers if marks[each[0]] < event.position]
                if wanted:
                    self._take(event, parcel.partition, wanted, parked, outcome, refused=event.position in refused)
            outcome.taken += sum(event.position > lowest for event in parcel.events)
        return outcome

    def _take(
        self,
        event: TransportedEvent,
        partition: int,
        wanted: Sequence[tuple[str, Handler]],
        parked: set[tuple[str, str]],
        outcome: ProjectionOutcome,
        *,
        refused: bool,
    ) -> None:
        fact: object = None
        for name, project in wanted:
            if (name, event.stream) in parked:
                outcome.letters.append(dead_letter(name, partition, event, "parked"))
                continue
            try:
                if fact is None:
                    fact = self.decode(event.name, event.state)
                changes = list(project(fact))
            except Exception as error:  # a broken event must not stop the others
                outcome.letters.append(dead_letter(name, partition, event, "poison", error_summary(error)))
                parked.add((name, event.stream))
                continue
            if changes and refused:
                outcome.letters.append(dead_letter(name, partition, event, "poison", "rows refused by the database"))
                parked.add((name, event.stream))
            else:
                outcome.changes.extend(changes)


def split(parcels: Sequence[PartitionBatch]) -> tuple[list[PartitionBatch], list[PartitionBatch]]:
    """Return the earlier and the later half of at least two events, as they stand in the log."""
    singles = sorted(_singles(parcels), key=lambda parcel: parcel.position)
    middle = len(singles) // 2
    return singles[:middle], singles[middle:]


def _singles(parcels: Iterable[PartitionBatch]) -> Iterator[PartitionBatch]:
    for parcel in parcels:
        after = parcel.after
        for event in parcel.events:
            yield PartitionBatch(parcel.partition, after, (event,))
            after = event.position
