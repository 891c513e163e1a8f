"""The clock of a store in PostgreSQL: the database's in a live store; one that an operator sets in a simulated one.

A simulation lives in its own time. In the distributed system it shares its time with every process in one row of the
database, and the budget with which days are planned, or that none is. The row stays until the clock is released: what
was simulated in March would otherwise be over at once in the machine's November.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec

from domain.decider import Refused
from infra.clock import ClockReading, machine_time, require_not_ahead, require_plausible
from infra.database.postgres import ConnectionPool
from infra.store.recorded import from_micros, to_micros
from infra.store.store_time import lives_of, require_not_live
from schedulers.problem import Budget

DATABASE_TIME = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

READ = f"""SELECT c.stands_at, c.budget, s.lives, s.trusted_at, t.last_id, t.recorded_at,
    {DATABASE_TIME}
FROM tip t LEFT JOIN clock c ON true LEFT JOIN store_time s ON true"""  # noqa: S608 -- our own


class SharedClock:
    """The clock of all processes of a distributed system; `own` is for this one alone. StoreError: database away.

    `machine` is this machine's clock. In a live store it decides nothing, and must not be ahead.
    """

    def __init__(
        self, connections: ConnectionPool, own: datetime | None = None, machine: Callable[[], datetime] = machine_time
    ) -> None:
        self._connections = connections
        self._own = own
        self._machine = machine
        self._moved = False

    @property
    def stands(self) -> bool:
        """Tell whether the clock was set by hand when it was last read or set."""
        return self._own is not None or self._moved

    def read(self) -> ClockReading:
        """Return what time it is, in UTC.

        Refused `clock-fixed`, `clock-ahead`, `now-before-last-event` or `clock-leaps` in a live store.
        """
        own = self._machine()  # first: a wait for the database does not put this clock ahead
        with self._connections.cursor() as cursor:
            stands_at, budget, row, trusted_at, position, recorded_at, micros = cursor.execute(READ).fetchone()
        database, last = from_micros(micros), None if recorded_at is None else from_micros(recorded_at)
        lives, self._moved = lives_of(row, position), stands_at is not None
        if lives == "live" or (lives is None and not self.stands):
            if self._own is not None:
                raise Refused("clock-fixed")
            require_not_ahead(own, database)
            require_plausible(database, last, lambda: None if trusted_at is None else from_micros(trusted_at))
            return ClockReading(now=database, machine=database, lives="live")
        if self._own is not None:
            return ClockReading(now=self._own, machine=database)
        if stands_at is None:
            return ClockReading(now=own, recorded=last, machine=database)
        decoded = None if budget is None else msgspec.json.decode(budget, type=Budget)
        return ClockReading(now=from_micros(stands_at), moved=True, budget=decoded, machine=database)

    def real(self) -> datetime:
        """Return what the database's clock says."""
        with self._connections.cursor() as cursor:
            (micros,) = cursor.execute(f"SELECT {DATABASE_TIME}").fetchone()
        return from_micros(micros)

    def set(self, now: datetime, budget: Budget | None = None) -> None:
        """Stand at `now` for all processes until the clock is set again or released. Refused `clock-fixed` if live."""
        body = None if budget is None else msgspec.json.encode(budget).decode()
        with self._connections.writing() as cursor:
            require_not_live(cursor)
            cursor.execute(
                """INSERT INTO clock VALUES (1, ?, ?)
                ON CONFLICT (one) DO UPDATE SET stands_at = excluded.stands_at, budget = excluded.budget""",
                (to_micros(now), body),
            )
        self._own, self._moved = None, True

    def release(self) -> None:
        """Return to the machine's time."""
        self._own, self._moved = None, False
        with self._connections.cursor() as cursor:
            cursor.execute("DELETE FROM clock")
