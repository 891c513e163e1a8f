"""What time it is, and for whom: the machine's clock, one that stands still, or one that somebody moves for all.

A simulation lives in its own time. In the distributed system it tells its time to every process in one row of the
database, and with what budget days are to be planned, or that none is. The row stays until somebody lets the clock go:
what was simulated in March would otherwise be over at once in the machine's November.
"""

from datetime import UTC, datetime
from typing import Protocol

import msgspec

from domain.event import value
from infra.database.postgres import ConnectionPool
from infra.store.recorded import from_micros, to_micros
from schedulers.problem import Budget


@value
class ClockReading:
    """The time. Where somebody moves the clock for all, days are planned only with the `budget` that he tells."""

    now: datetime
    moved: bool = False
    budget: Budget | None = None


class Clock(Protocol):
    """Tells the time."""

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        ...

    def set(self, now: datetime, budget: Budget | None = None) -> None:
        """Let it be `now` until told otherwise."""
        ...

    def release(self) -> None:
        """Let the machine tell the time again."""
        ...


class OwnClock:
    """The clock of one process."""

    def __init__(self, now: datetime | None = None) -> None:
        self._stands_at = now

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        return ClockReading(now=self._stands_at or datetime.now(UTC))

    def set(self, now: datetime, budget: Budget | None = None) -> None:  # noqa: ARG002 -- this process plans by itself
        """Let it be `now` until told otherwise."""
        self._stands_at = now

    def release(self) -> None:
        """Let the machine tell the time again."""
        self._stands_at = None


class SharedClock:
    """The clock of all processes of a distributed system; `own` is for this one alone. StoreError: database away."""

    def __init__(self, connections: ConnectionPool, own: datetime | None = None) -> None:
        self._connections = connections
        self._own = own

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        if self._own is not None:
            return ClockReading(now=self._own)
        with self._connections.cursor() as cursor:
            row = cursor.execute("SELECT stands_at, budget FROM clock").fetchone()
        if row is None:
            return ClockReading(now=datetime.now(UTC))
        budget = None if row[1] is None else msgspec.json.decode(row[1], type=Budget)
        return ClockReading(now=from_micros(row[0]), moved=True, budget=budget)

    def set(self, now: datetime, budget: Budget | None = None) -> None:
        """Let it be `now` for everybody until told otherwise."""
        self._own = None
        body = None if budget is None else msgspec.json.encode(budget).decode()
        with self._connections.cursor() as cursor:
            cursor.execute(
                """INSERT INTO clock VALUES (1, ?, ?)
                ON CONFLICT (one) DO UPDATE SET stands_at = excluded.stands_at, budget = excluded.budget""",
                (to_micros(now), body),
            )

    def release(self) -> None:
        """Let the machine tell the time again."""
        self._own = None
        with self._connections.cursor() as cursor:
            cursor.execute("DELETE FROM clock")
