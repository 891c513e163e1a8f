"""What time a store lives in: one row in the store's own database, written in the transaction of its first commit.

A simulated store lives in the time that commands bring along; a live one in the time of its database's clock. A store
with events and without a row was written by an older program: it counts as simulated. A live store never goes back.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, Protocol

from domain.decider import Claim, Refused
from infra.store.database import Cursor, Database, Writes
from infra.store.recorded import from_micros, to_micros

Lives = Literal["simulated", "live"]
"""What time a store lives in."""

STORE_TIME = """CREATE TABLE IF NOT EXISTS store_time (
    one integer PRIMARY KEY CHECK (one = 1), lives text NOT NULL, trusted_at bigint)"""
"""`trusted_at`: when somebody last said that the clock of a live store is right, in microseconds since 1970."""

BEGIN = "INSERT INTO store_time VALUES (1, ?, NULL) ON CONFLICT (one) DO NOTHING"

GO_LIVE = """INSERT INTO store_time VALUES (1, 'live', ?)
    ON CONFLICT (one) DO UPDATE SET lives = 'live', trusted_at = excluded.trusted_at"""

LIVES = "SELECT (SELECT lives FROM store_time), (SELECT max(notification_id) FROM stored_events)"

STOPPED_CLOCKS = "DELETE FROM clock"


def lives_of(row: str | None, last_position: int | None) -> Lives | None:
    """Return what time a store lives in, by its row and its last position; None: its first commit will tell."""
    if row == "live":
        return "live"
    return "simulated" if row is not None or last_position else None


def require_not_live(cursor: Cursor) -> None:
    """Refuse `clock-fixed` in a live store: a clock that was set by hand has no say there."""
    (row,) = cursor.execute("SELECT (SELECT lives FROM store_time)").fetchone()
    if row == "live":
        raise Refused("clock-fixed")


class _Writing(Protocol):
    """A transaction under the write lock."""

    @property
    def cursor(self) -> Cursor: ...

    def last_recorded_at(self) -> datetime | None: ...


class StoreTime:
    """The part of an event store that knows what time it lives in."""

    _database: Database
    writing: Callable[[], AbstractContextManager[_Writing]]

    begins: Callable[[], Lives] | None = None
    """Tells what time a store begins to live in with its first commit; without it no row is written."""

    _is_live = False

    def begins_as(self) -> Lives | None:
        """Return what a first commit by this process makes of the store."""
        return None if self.begins is None else self.begins()

    def lives(self) -> Lives | None:
        """Return what time the store lives in; None: it is empty, and its first commit will tell."""
        if self._is_live:  # it never goes back
            return "live"
        with self._database.cursor() as cursor:
            lives = lives_of(*cursor.execute(LIVES).fetchone())
        self._is_live = lives == "live"
        return lives

    def is_of_an_older_release(self) -> bool:
        """Say whether the store has events, and none of a release that says what time a store lives in."""
        with self._database.cursor() as cursor:
            row, last_position = cursor.execute(LIVES).fetchone()
        return row is None and bool(last_position)

    def adopt(self, claims: Sequence[tuple[str, Claim]]) -> None:
        """Take over a store of an older release with the claims that it lacks, each with its stream; once."""
        keys = [claim.key for _, claim in claims]
        rows = [(claim.key, stream, claim.since.isoformat(), claim.until.isoformat()) for stream, claim in claims]
        with self._database.writing() as cursor:
            row, _ = cursor.execute(LIVES).fetchone()
            if row is None:
                self._database.write(cursor, Writes(keys=keys, claims=rows))
                cursor.execute(BEGIN, ("simulated",))

    def trusted_at(self) -> datetime | None:
        """Return the last moment at which somebody said that the clock of this live store is right."""
        with self._database.cursor() as cursor:
            (micros,) = cursor.execute("SELECT (SELECT trusted_at FROM store_time)").fetchone()
        return None if micros is None else from_micros(micros)

    def go_live(self, now: datetime, *, clocks: bool) -> None:
        """Let the store live in the time of its database's clock from now on; repeated, it says that `now` is right.

        Refused `now-before-last-event` while that clock has not reached what is recorded. With `clocks` the clock that
        was set for all processes is released in the same commit.
        """
        with self.writing() as transaction:
            last = transaction.last_recorded_at()
            if last is not None and now < last:
                raise Refused("now-before-last-event", now=now.isoformat(), last=last.isoformat())
            transaction.cursor.execute(GO_LIVE, (to_micros(now),))
            if clocks:
                transaction.cursor.execute(STOPPED_CLOCKS)
