"""Dead letters: events that a projection or the reactions could not take, and those of their stream parked behind them.

A letter holds where the event is and what was wrong, never what it says: the event itself stays in the log. Letters
are redriven when the program is mended: in order, until the first that still cannot be taken.
"""

import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from domain.event import value
from streams.events import TransportedEvent

Reason = Literal["poison", "parked"]

ParkedStreams = Collection[tuple[str, str]]
"""Projections and streams: later events of the stream wait, as far as the projection is concerned."""

REACTIONS = "reactions"
"""The name of the reactions where projections have theirs."""

REFUSED, MISSING = "rows refused by the database", "not in the store"
"""What a letter says of an event whose rows cannot be written, and of one that is not there."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event that one projection has not taken. `error` is empty for an event that only waits."""

    projection: str
    partition: int
    stream: str
    version: int
    position: int
    name: str
    reason: Reason
    error: str = ""


@value
class StoredDeadLetter:
    """A dead letter as the database keeps it: `at` is the moment (UTC) at which it was written."""

    projection: str
    partition: int
    stream: str
    version: int
    position: int
    name: str
    reason: str
    error: str
    at: datetime


@value
class RedriveResult:
    """What became of a stream's letters: `taken` ones are gone; the event at `position` still cannot be taken."""

    projection: str
    stream: str
    taken: int
    waiting: int = 0
    position: int | None = None
    error: str = ""


class DeadLetters(Protocol):
    """The dead letters of a system, those of reactions included. StoreError: the database is away."""

    def find(
        self, projection: str | None = None, stream: str | None = None, position: int | None = None
    ) -> list[StoredDeadLetter]:
        """Return letters in the order of the log."""
        ...

    def redrive(self, letters: Sequence[StoredDeadLetter]) -> Iterator[RedriveResult]:
        """Take the events that wait in the streams of these letters, one stream after the other."""
        ...


class RedriveTransaction(Protocol):
    """One transaction over the letters of one stream, under the lock under which letters are added."""

    def take(self, letter: StoredDeadLetter, event: TransportedEvent) -> str:
        """Write what an event means; return what is wrong, and have nothing written, if it cannot be taken."""
        ...

    def remove(self, letter: StoredDeadLetter) -> None:
        """Remove the letter of an event that was taken."""
        ...

    def keep(self, letter: StoredDeadLetter, error: str) -> None:
        """Keep a letter as poison, with what is wrong now."""
        ...


def redrive_stream(
    letters: Sequence[StoredDeadLetter], events: Mapping[int, TransportedEvent], transaction: RedriveTransaction
) -> int:
    """Take a stream's letters in order up to the first that still cannot be taken; return how many were.

    `events` are those of the stream by version.
    """
    for taken, letter in enumerate(letters):
        event = events.get(letter.version)
        error = MISSING if event is None else transaction.take(letter, event)
        if error:
            transaction.keep(letter, error)
            return taken
        transaction.remove(letter)
    return len(letters)


def redrive_each(
    letters: Sequence[StoredDeadLetter], dead_letters: DeadLetters, redrive: Callable[[str, str], int]
) -> Iterator[RedriveResult]:
    """Redrive each stream of these letters by `redrive(projection, stream)`, and yield what is left of it."""
    for projection, stream in dict.fromkeys((letter.projection, letter.stream) for letter in letters):
        taken = redrive(projection, stream)
        left = dead_letters.find(projection, stream)
        yield RedriveResult(
            projection=projection,
            stream=stream,
            taken=taken,
            waiting=max(0, len(left) - 1),
            position=left[0].position if left else None,
            error=left[0].error if left else "",
        )


def dead_letter(
    projection: str, partition: int, event: TransportedEvent, reason: Reason, error: str = ""
) -> DeadLetter:
    """Return the letter of an event."""
    return DeadLetter(
        projection=projection,
        partition=partition,
        stream=event.stream,
        version=event.version,
        position=event.position,
        name=event.name,
        reason=reason,
        error=error,
    )


def error_summary(error: BaseException) -> str:
    """Return the kind of an error and where it was raised. Its text may quote the event, so it is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
