"""Timers: one leader runs the commands that fall due with time, each once.

A command's id is derived from its timer and the moment at which it is due, so a second leader, or the same one after a
kill, is answered quietly. Fired timers are kept, refused or not: a timer stays in its row until its stream moves on.
"""

import threading

import psycopg

from infra.clock import Clock
from infra.database.advisory_locks import AdvisoryLock
from infra.database.postgres import ConnectionPool, PostgresCursor
from infra.distributed.leader import lead
from infra.reactions import fire, timer_command
from infra.store.store import EventStore
from projections.changes import moment
from projections.corrections.timer_rows import TIMERS_V1

MOST = 500
PAUSE_SECONDS = 0.2

UNFIRED = f"""jiayi_rows.{TIMERS_V1.name} d WHERE due_at <= :now AND NOT EXISTS (
    SELECT FROM jiayi.fired_timers f WHERE f.timer_id = d.timer_id AND f.due_at = d.due_at)"""
"""The timers that are due at `:now` and were not fired yet: the part of a query after FROM."""

DUE = f"SELECT timer_id, due_at, command FROM {UNFIRED} ORDER BY due_at, timer_id LIMIT :limit"  # noqa: S608 -- our own

FIRED = """INSERT INTO fired_timers SELECT * FROM unnest(?::text[], ?::text[], ?::text[]) ON CONFLICT DO NOTHING"""

GONE = f"""DELETE FROM fired_timers f WHERE NOT EXISTS (
    SELECT FROM jiayi_rows.{TIMERS_V1.name} d WHERE d.timer_id = f.timer_id AND d.due_at = f.due_at)"""  # noqa: S608 -- our own


class Timers:
    """Runs until `stop` is set. Any number may run; one leads, the others wait."""

    def __init__(self, store: EventStore, connections: ConnectionPool, clock: Clock, *, region: str) -> None:
        self._store = store
        self._connections = connections
        self._clock = clock
        self._region = region

    def run(self, stop: threading.Event) -> None:
        """Wait to be the leader, then fire what falls due; a database that is away is waited for."""

        def work(cursor: PostgresCursor) -> None:
            cursor.execute(GONE)
            while not stop.is_set():
                if not self.fire(cursor):
                    stop.wait(PAUSE_SECONDS)

        lead(self._connections, AdvisoryLock.TIMERS_LEADER, "timers", stop, work)

    def fire(self, cursor: PostgresCursor) -> int:
        """Run the commands of timers that are due and were not fired yet; return how many there were."""
        now = self._clock.read().now
        due = cursor.execute(DUE, {"now": moment(now), "limit": MOST}).fetchall()
        if not due:
            return 0
        commands = [timer_command(timer_id, due_at, body, now) for timer_id, due_at, body in due]
        rules = fire(self._store, commands, region=self._region, database_errors=(psycopg.Error,))
        cursor.execute(FIRED, ([each[0] for each in due], [each[1] for each in due], rules))
        return len(due)
