"""Catching up: projects a log into any rows, in one process; the log is read once for all projections."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from infra.codec import decode
from infra.database.errors import NewerStoreError
from infra.rows.model import Progress, ReadModel, RowsView
from streams.committing import RefusedPositions, commit
from streams.events import LoggedEvent, PartitionBatch, UnknownEvent, whole_log_batch
from streams.projecting import BatchProjector


class Log(Protocol):
    """The log that a projector reads from."""

    def select_notifications(self, start: int, limit: int) -> Sequence[LoggedEvent]:
        """Return up to `limit` events from a position on, in order."""
        ...

    def last_position(self) -> int:
        """Return the newest event's position; 0 if there is none."""
        ...


def catch_up(
    log: Log,
    rows: ReadModel,
    batch: int = 2000,
    progress: Progress | None = None,
    until: Mapping[str, int] | None = None,
    known: Collection[str] | None = None,
) -> int:
    """Bring every projection up to the log's end, or each to its position in `until`; return how many events were read.

    Normally projections stand at one position; a new one starts at 0, and until it has caught up the others take
    nothing from what is read again. `known` are the names of all events, None: any; NewerStoreError at another one.
    An event that a projection cannot take becomes a dead letter, and later ones of its stream wait behind it.
    """
    read = 0
    while True:
        behind = {
            name: position for name, position in rows.positions().items() if until is None or position < until[name]
        }
        after = min(behind.values(), default=0)
        events = log.select_notifications(after + 1, batch) if behind else []
        if until is not None:  # projections that go less far stop there, and the others go on without them
            end = min((until[name] for name in behind), default=0)
            events = [event for event in events if event.position <= end]
        if not events:
            return read
        projector = BatchProjector(tuple(behind), rows.handlers, decode, known)
        commit([whole_log_batch(after, events)], _Writer(rows, projector))
        read += len(events)
        if progress is not None:
            progress(events[-1].position, log.last_position())
        if len(events) < batch and until is None:
            return read


class _Writer:
    """Projects batches in one transaction."""

    def __init__(self, rows: ReadModel, projector: BatchProjector) -> None:
        self._rows = rows
        self._projector = projector

    def __call__(self, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        with self._rows.projecting() as transaction:
            try:
                outcome = self._projector.project(batches, transaction.marks, refused)
            except UnknownEvent as error:
                raise NewerStoreError(str(error)) from error
            transaction.write(outcome)


def fill(log: Log, shadow: ReadModel, progress: Progress | None = None, like: RowsView | None = None) -> int:
    """Bring shadow rows up to the log's end, or to the positions of the rows seen by `like`; return their position."""
    catch_up(log, shadow, progress=progress, until=None if like is None else like.positions())
    return shadow.position
