"""Events that a projection could not take, and those of the same stream that wait behind them.

A letter holds where the event is and what was wrong, never what it says: the event itself stays in the log.
"""

import traceback
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from streams.envelope import TransportedEvent

Reason = Literal["poison", "parked"]

ParkedStreams = Collection[tuple[str, str]]
"""Projections and streams: what comes next of the stream waits, as far as the projection is concerned."""


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
