"""The clock as commands and planners read it, that of one process, and that of a store in a file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from domain.decider import Refused
from domain.event import value
from infra.store.store_time import Lives
from schedulers.problem import Budget

if TYPE_CHECKING:
    from infra.store.store import EventStore

MOST_AHEAD = timedelta(minutes=1)
"""A process whose own clock is ahead of the store's by more does nothing in a live store; nor may that clock be behind
the last recorded event by more."""


LONGEST_SILENCE = timedelta(days=31)
"""A live store's clock that leaps further past the newest event must be confirmed: one command stamped two years ahead
would stop all others until then, and every timer would fire."""


@value
class ClockReading:
    """The time. Where a clock is `moved` for all, days are planned only with its `budget`.

    `lives` says what time the store lives in. In a simulated store whose clock was not set, `recorded` is the moment of
    the newest event: timers and planners look no further. `machine` is what the clock would say if nobody had set it.
    """

    now: datetime
    moved: bool = False
    budget: Budget | None = None
    recorded: datetime | None = None
    machine: datetime | None = None
    lives: Lives = "simulated"

    @property
    def due_until(self) -> datetime:
        """The moment up to which timers fire and days are planned."""
        return self.recorded or self.now


class Clock(Protocol):
    """A source of the time."""

    @property
    def stands(self) -> bool:
        """Tell whether the clock was set by hand when it was last read or set."""
        ...

    def read(self) -> ClockReading:
        """Return what time it is, in UTC. Refused `clock-fixed` or `clock-ahead` in a live store."""
        ...

    def real(self) -> datetime:
        """Return what the clock of the store's database says, in a file the machine's; nobody can set it here."""
        ...

    def set(self, now: datetime, budget: Budget | None = None) -> None:
        """Stand at `now` until the clock is set again or released. Refused `clock-fixed` in a live store."""
        ...

    def release(self) -> None:
        """Return to the machine's time."""
        ...


def machine_time() -> datetime:
    """Return what the machine's clock says, in UTC."""
    return datetime.now(UTC)


class OwnClock:
    """The clock of one process; `machine` is the machine's."""

    def __init__(self, now: datetime | None = None, machine: Callable[[], datetime] = machine_time) -> None:
        self._stands_at = now
        self.machine = machine

    @property
    def stands(self) -> bool:
        """Tell whether the clock was set by hand."""
        return self._stands_at is not None

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        machine = self.machine()
        return ClockReading(now=self._stands_at or machine, machine=machine)

    def real(self) -> datetime:
        """Return what the machine's clock says."""
        return self.machine()

    def set(self, now: datetime, budget: Budget | None = None) -> None:  # noqa: ARG002 -- this process plans by itself
        """Stand at `now` until the clock is set again or released."""
        self._stands_at = now

    def release(self) -> None:
        """Return to the machine's time."""
        self._stands_at = None


class FileClock(OwnClock):
    """The clock of a store in a file: the machine's in a live store; in a simulated one it may be set by hand."""

    def __init__(
        self, store: "EventStore", now: datetime | None = None, machine: Callable[[], datetime] = machine_time
    ) -> None:
        super().__init__(now, machine)
        self._store = store

    def read(self) -> ClockReading:
        """Return what time it is, in UTC.

        Refused `clock-fixed`, `now-before-last-event` or `clock-leaps` in a live store.
        """
        reading = super().read()
        if self.stands:
            self._require_not_live()
            return reading
        last = self._store.last_recorded_at()
        if self._store.lives() == "simulated":
            return replace(reading, recorded=last)
        require_plausible(reading.now, last, self._store.trusted_at)
        return replace(reading, lives="live")

    def set(self, now: datetime, budget: Budget | None = None) -> None:
        """Stand at `now` until the clock is set again or released. Refused `clock-fixed` in a live store."""
        self._require_not_live()
        super().set(now, budget)

    def _require_not_live(self) -> None:
        if self._store.lives() == "live":
            raise Refused("clock-fixed")


def require_plausible(now: datetime, last: datetime | None, trusted_at: Callable[[], datetime | None]) -> None:
    """Refuse what the clock of a live store says if it does not follow from the newest event.

    `now-before-last-event`: it is behind by more than a minute, so it is wrong now, or was when the event was recorded.
    `clock-leaps`: nothing was recorded for longer than a store is silent, and nobody said that the clock is right.
    """
    if last is None:
        return
    if now < last - MOST_AHEAD:
        raise Refused("now-before-last-event", now=now.isoformat(), last=last.isoformat())
    if now > last + LONGEST_SILENCE:
        trusted = trusted_at()
        if trusted is None or now > trusted + LONGEST_SILENCE:
            raise Refused("clock-leaps", now=now.isoformat(), last=last.isoformat(), days=(now - last).days)


def require_not_ahead(own: datetime, now: datetime) -> None:
    """Refuse `clock-ahead` where a process's own clock is ahead of its store's by more than a minute."""
    if own > now + MOST_AHEAD:
        raise Refused("clock-ahead", own=own.isoformat(), now=now.isoformat())


class RecordedTime:
    """A clock that in a simulated store stands at the newest event, if nobody set it: nothing looks at the machine's.

    It is that of timers and planners; days are planned with `budget`.
    """

    def __init__(self, clock: Clock, budget: Budget | None = None) -> None:
        self._clock = clock
        self._budget = budget
        self._is_recorded = False

    @property
    def stands(self) -> bool:
        """Tell whether the clock stood still when it was last read or set."""
        return self._is_recorded or self._clock.stands

    def read(self) -> ClockReading:
        """Return what time it is, in UTC. Refused `clock-fixed` or `clock-ahead` in a live store."""
        reading = self._clock.read()
        self._is_recorded = reading.recorded is not None
        if reading.recorded is None:
            return reading
        return replace(reading, now=reading.recorded, moved=True, budget=self._budget)

    def real(self) -> datetime:
        """Return what the clock of the store's database says."""
        return self._clock.real()

    def set(self, now: datetime, budget: Budget | None = None) -> None:
        """Stand at `now` until the clock is set again or released. Refused `clock-fixed` in a live store."""
        self._is_recorded = False
        self._clock.set(now, budget)

    def release(self) -> None:
        """Return to the machine's time."""
        self._clock.release()
