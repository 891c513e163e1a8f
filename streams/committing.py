"""Commits batches of events; where the database refuses one, halves the run until that event stands alone.

The event at fault is then committed with the reason, so that it becomes a dead letter and the others go on.
"""

from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping, Sequence

from streams.errors import Unwritable
from streams.events import PartitionBatch

RefusedPositions = Mapping[int, str]
"""Positions of events that the database does not take, and why."""

NOTHING_REFUSED: RefusedPositions = {}

Attempt = tuple[Sequence[PartitionBatch], RefusedPositions]
"""What goes into one transaction."""


def commit(
    batches: Sequence[PartitionBatch], write: Callable[[Sequence[PartitionBatch], RefusedPositions], None]
) -> None:
    """Commit batches by `write`, one transaction a call; raises what it raises, but for Unwritable."""
    attempts = isolating_attempts(batches)
    attempt = next(attempts, None)
    while attempt is not None:
        reason: str | None = None
        try:
            write(*attempt)
        except Unwritable as error:
            if attempt[1]:
                raise
            reason = str(error)
        attempt = _following(attempts, reason)


async def commit_async(
    batches: Sequence[PartitionBatch], write: Callable[[Sequence[PartitionBatch], RefusedPositions], Awaitable[None]]
) -> None:
    """Commit batches by `write`, one transaction a call; raises what it raises, but for Unwritable."""
    attempts = isolating_attempts(batches)
    attempt = next(attempts, None)
    while attempt is not None:
        reason: str | None = None
        try:
            await write(*attempt)
        except Unwritable as error:
            if attempt[1]:
                raise
            reason = str(error)
        attempt = _following(attempts, reason)


def isolating_attempts(batches: Sequence[PartitionBatch]) -> Generator[Attempt, str | None, None]:
    """Yield what to commit next; it is sent the reason for which the database refused that, None if it did not."""
    reason = yield batches, NOTHING_REFUSED
    if reason is None:
        return
    if sum(len(batch.events) for batch in batches) == 1:
        yield batches, {batches[0].position: reason}
        return
    for half in split(batches):
        yield from isolating_attempts(half)


def split(batches: Sequence[PartitionBatch]) -> tuple[list[PartitionBatch], list[PartitionBatch]]:
    """Return the earlier and the later half of at least two events, as they stand in the log."""
    singles = sorted(_singles(batches), key=lambda batch: batch.position)
    middle = len(singles) // 2
    return singles[:middle], singles[middle:]


def _following(attempts: Generator[Attempt, str | None, None], reason: str | None) -> Attempt | None:
    try:
        return attempts.send(reason)
    except StopIteration:
        return None


def _singles(batches: Iterable[PartitionBatch]) -> Iterator[PartitionBatch]:
    for batch in batches:
        after = batch.after
        for event in batch.events:
            yield PartitionBatch(batch.partition, after, (event,))
            after = event.position
