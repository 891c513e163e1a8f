"""Results of the commands of streams."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from infra.edges.exit_codes import UNEQUAL
from infra.edges.problems import Problem
from infra.edges.results import Result
from infra.monitoring.health import Status


@dataclass(frozen=True, slots=True)
class CreatedTopic(Result):
    """A topic that has the right shape; `made`: it was created just now."""

    topic: str
    partitions: int
    made: bool


@dataclass(frozen=True, slots=True)
class TimeOfParts(Result):
    """The time of all parts; `moved`: it was set by hand, and days may not be planned."""

    now: datetime
    moved: bool
    plans: bool


@dataclass(frozen=True, slots=True)
class HealthReport(Result):
    """The system's health at one moment, its problems in words; `checked`: the exit code depends on it."""

    status: Status
    fine: bool
    problems: Sequence[Problem]
    checked: bool

    def documents(self) -> Iterable[object]:
        """Return the health as one document, in which a mark's lag stands next to its watermark."""
        known: dict[str, Any] = msgspec.to_builtins(self.status)
        for mark in (*known["rows"], *known["reactions"], *([known["relay"]] if known["relay"] else ())):
            mark.update(mark.pop("behind"))
        known["troubles"] = [each.payload() for each in self.problems]
        system = "distributed" if self.status.relay else "embedded"
        return ({"system": system, "fine": self.fine, **known},)

    @property
    def exit_code(self) -> int:
        """Return 1 where a check finds something wrong."""
        return UNEQUAL if self.checked and not self.fine else 0


@dataclass(frozen=True, slots=True)
class ListedDeadLetter(Result):
    """An event that a projection or the reactions could not process. It tells where the event is, not what it says."""

    projection: str
    partition: int
    stream: str
    version: int
    position: int
    name: str
    reason: str
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeadLetterDetails(ListedDeadLetter):
    """The same, with the moment at which its event was recorded, what it waits for, and what waits behind it."""

    recorded: datetime | None
    waits_for: int | None
    behind: int
    last_behind: int | None


@dataclass(frozen=True, slots=True)
class DeadLettersAt(Result):
    """All dead letters of the event at one position."""

    letters: tuple[DeadLetterDetails, ...]

    def documents(self) -> Iterable[object]:
        """Return one list."""
        return (self.letters,)


@dataclass(frozen=True, slots=True)
class Redriven(Result):
    """What became of the dead letters of one stream: `taken` of them, and the one at `position` failed again."""

    projection: str
    stream: str
    taken: int
    waiting: int
    position: int | None
    error: str


@dataclass(frozen=True, slots=True)
class RedriveEnd(Result):
    """The end of a redrive: how many streams it looked at, and how many of them still wait."""

    streams: int
    waiting: int

    def documents(self) -> Iterable[object]:
        """Return nothing: each stream was a document of its own."""
        return ()

    @property
    def exit_code(self) -> int:
        """Return 1 where an event failed again."""
        return UNEQUAL if self.waiting else 0
