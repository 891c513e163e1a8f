"""The clock that an operator sets for all processes.

A simulation lives in its own time. In the distributed system it shares its time with every process in one row of the
database, and the budget with which days are planned, or that none is. The row stays until the clock is released: what
was simulated in March would otherwise be over at once in the machine's November.
"""

from datetime import UTC, datetime

import msgspec

from infra.clock import ClockReading
from infra.database.postgres import ConnectionPool
from infra.store.recorded import from_micros, to_micros
from schedulers.problem import Budget


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
        """Stand at `now` for all processes until the clock is set again or released."""
        self._own = None
        body = None if budget is None else msgspec.json.encode(budget).decode()
        with self._connections.cursor() as cursor:
            cursor.execute(
                """INSERT INTO clock VALUES (1, ?, ?)
                ON CONFLICT (one) DO UPDATE SET stands_at = excluded.stands_at, budget = excluded.budget""",
                (to_micros(now), body),
            )

    def release(self) -> None:
        """Return to the machine's time."""
        self._own = None
        with self._connections.cursor() as cursor:
            cursor.execute("DELETE FROM clock")
