"""Projecting: a pure function from batches of events and watermarks to row changes, in every system.

A watermark is the position of the last event that a projection has taken from a partition. Events at or below it are
skipped, so an event that arrives twice counts once. Each batch names the event that came before it: if that one is
above the watermark, events are missing, and nothing may be written.

An event that a projection cannot take is poison: it becomes a dead letter, and later events of its stream are parked
behind it. The other streams go on.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from projections.changes import Change
from projections.registry import Handler
from streams.dead_letters import REFUSED, DeadLetter, ParkedStreams, dead_letter, error_summary
from streams.errors import Unwritable
from streams.events import PartitionBatch, TransportedEvent, UnknownEvent

Decode = Callable[[str, bytes], object]
"""Returns the event behind a stored name and stored bytes; any exception makes it poison."""

Handlers = Mapping[str, Sequence[tuple[str, Handler]]]
"""The projections that follow an event, with their handlers, by its stored name."""

ProjectionPartition = tuple[str, int]
"""A projection and a partition."""


class MissingEventsError(Exception):
    """An event that was sent has not arrived: nothing that follows it may be written."""


@dataclass(frozen=True, slots=True)
class ProjectionMarks:
    """The watermarks of projections, read under the database's lock; one that is not there is 0."""

    watermarks: Mapping[ProjectionPartition, int]
    parked: ParkedStreams = frozenset()


@dataclass(slots=True)
class ProjectionOutcome:
    """What is to be written in one transaction. `taken` counts the events that were new to some projection."""

    changes: list[Change] = field(default_factory=list)
    watermarks: dict[ProjectionPartition, int] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    taken: int = 0


@dataclass(frozen=True, slots=True)
class BatchProjector:
    """Projects batches for the `projections` of these names.

    `known` are the names of all events, None: any. Only a program that knows an event can say that it means nothing.
    """

    projections: Sequence[str]
    handlers: Handlers
    decode: Decode
    known: Collection[str] | None = None

    def project(
        self, batches: Iterable[PartitionBatch], marks: ProjectionMarks, refused: Collection[int] = ()
    ) -> ProjectionOutcome:
        """Return what batches come to. MissingEventsError if events are missing, UnknownEvent if one is not known.

        `refused` are positions whose rows the database does not take: they are poison for the projections that would
        write them.
        """
        outcome = ProjectionOutcome()
        parked = set(marks.parked)
        for batch in batches:
            position = batch.position
            before = {
                name: outcome.watermarks.get(place := (name, batch.partition), marks.watermarks.get(place, 0))
                for name in self.projections
            }
            for name, mark in before.items():
                if mark < batch.after:
                    raise MissingEventsError(
                        f"{name} stands at {mark} in partition {batch.partition}, next is after {batch.after}"
                    )
                outcome.watermarks[name, batch.partition] = max(mark, position)
            lowest = min(before.values(), default=0)
            for event in batch.events:
                handlers = self.handlers.get(event.name)
                if handlers is None:
                    if self.known is not None and event.name not in self.known and event.position > lowest:
                        raise UnknownEvent(event)
                    continue
                following = [each for each in handlers if before.get(each[0], event.position) < event.position]
                if following:
                    self._take(event, batch.partition, following, parked, outcome, refused=event.position in refused)
            outcome.taken += sum(event.position > lowest for event in batch.events)
        return outcome

    def _take(
        self,
        event: TransportedEvent,
        partition: int,
        following: Sequence[tuple[str, Handler]],
        parked: set[tuple[str, str]],
        outcome: ProjectionOutcome,
        *,
        refused: bool,
    ) -> None:
        payload: object = None
        for name, project in following:
            if (name, event.stream) in parked:
                outcome.letters.append(dead_letter(name, partition, event, "parked"))
                continue
            try:
                if payload is None:
                    payload = self.decode(event.name, event.state)
                changes = list(project(payload))
            except Exception as error:  # a broken event must not stop the others
                outcome.letters.append(dead_letter(name, partition, event, "poison", error_summary(error)))
                parked.add((name, event.stream))
                continue
            if changes and refused:
                outcome.letters.append(dead_letter(name, partition, event, "poison", REFUSED))
                parked.add((name, event.stream))
            else:
                outcome.changes.extend(changes)


def redrive_event(projector: BatchProjector, event: TransportedEvent, write: Callable[[Sequence[Change]], None]) -> str:
    """Write what an event means for a projection, whatever its watermark; return what is wrong if it cannot be taken.

    `write` raises Unwritable, with nothing written, where the database does not take the rows.
    """
    outcome = projector.project([PartitionBatch(0, 0, (event,))], ProjectionMarks({}))
    if outcome.letters:
        return outcome.letters[0].error
    try:
        write(outcome.changes)
    except Unwritable:
        return REFUSED
    return ""
