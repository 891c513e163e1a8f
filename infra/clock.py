"""The clock as commands and planners read it, and that of one process."""

from datetime import UTC, datetime
from typing import Protocol

from domain.event import value
from schedulers.problem import Budget


@value
class ClockReading:
    """The time. Where a clock is `moved` for all, days are planned only with its `budget`."""

    now: datetime
    moved: bool = False
    budget: Budget | None = None


class Clock(Protocol):
    """A source of the time."""

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        ...

    def set(self, now: datetime, budget: Budget | None = None) -> None:
        """Stand at `now` until the clock is set again or released."""
        ...

    def release(self) -> None:
        """Return to the machine's time."""
        ...


class OwnClock:
    """The clock of one process."""

    def __init__(self, now: datetime | None = None) -> None:
        self._stands_at = now

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        return ClockReading(now=self._stands_at or datetime.now(UTC))

    def set(self, now: datetime, budget: Budget | None = None) -> None:  # noqa: ARG002 -- this process plans by itself
        """Stand at `now` until the clock is set again or released."""
        self._stands_at = now

    def release(self) -> None:
        """Return to the machine's time."""
        self._stands_at = None
