"""The distributed system: events and rows in PostgreSQL, and the other parts in processes of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from infra.clock import Clock
from infra.database.postgres import ConnectionPool, make_tables
from infra.database.tables import PARTS, SCHEMA
from infra.distributed.catch_up_wait import ProgressWaiter
from infra.distributed.clock import SharedClock
from infra.distributed.dead_letters import PostgresDeadLetters
from infra.older_stores import claim_what_is_open
from infra.rehearsal import rehearsing
from infra.rows.model import Progress
from infra.rows.postgres import PostgresRows
from infra.rows.rebuild import Difference, check, rebuild
from infra.settings import Settings
from infra.store.factory import open_log
from infra.store.store import EventStore
from infra.system import DEBOUNCE, System
from schedulers.problem import Budget

if TYPE_CHECKING:
    from infra.monitoring.health import Status

READ_YOUR_WRITES_SECONDS = 5.0
"""A question waits this long for the rows of what is already recorded."""


class Distributed(System):
    """Events and rows in PostgreSQL; relay, projectors, reactor, timers and planner are other processes.

    A command is answered when it is recorded; a question waits a little for the rows. Refused `streams-stand-still`
    where everything must have followed and nothing moves.
    """

    follower: ProgressWaiter
    rows: PostgresRows
    dead_letters: PostgresDeadLetters

    def __init__(self, settings: Settings) -> None:
        database_url, _ = settings.addresses()
        store = open_postgres_log(database_url)
        claim_what_is_open(store)
        rows = PostgresRows(database_url, partitions=settings.partitions)
        self.connections = ConnectionPool(database_url, SCHEMA)
        with self.connections.cursor() as cursor:
            make_tables(cursor, SCHEMA, PARTS)
        super().__init__(
            settings,
            store=store,
            rows=rows,
            follower=ProgressWaiter(self.connections),
            clock=SharedClock(self.connections, settings.now),
            dead_letters=PostgresDeadLetters(database_url, store, rows.projections, region=settings.packs),
        )

    @contextmanager
    def rehearsal(self) -> Iterator[System]:
        """Open the system of a dry run. Timers that are due are others': it sees what they have done by now."""
        self.follower.follow(self.now())
        with rehearsing(self.rows) as rows:
            yield self.rehearsed(rows, fires=False)

    def shared_clock(self) -> Clock:
        """Return the clock of all processes, whatever time this one has."""
        return SharedClock(self.connections)

    def follow_command(self, now: datetime) -> None:
        """Do nothing: a command is answered at once, and callers that need what follows wait for it."""

    def settle(self, now: datetime) -> None:
        """Have everything done that follows, or is due up to `now` where the clock of all can be set to it."""
        if self.advance_shared_clock(now) or self.settings.now is None:
            self.follower.settle(self.due_until(now))
        else:
            self.follower.follow(now)  # others have another time: what is due there is theirs

    def advance_shared_clock(self, now: datetime) -> bool:
        """Advance the shared clock to `now` where it is set by hand; False if it is the machine's."""
        shared = self.shared_clock().read()
        if shared.moved and now > shared.now:
            self.clock.set(now)
        return shared.moved

    def plan_elsewhere(self, now: datetime, budget: Budget) -> bool:
        """Have all touched days planned by the planners, with this budget, at the moment `now`."""
        self.clock.set(now, budget)
        self.follower.rest(now)
        self.clock.set(now)
        return True

    def rows_are_current(self) -> bool:
        """Wait a little until the rows hold all that is recorded by now; False if they do not yet."""
        return self.follower.reach(self.store.last_position(), patience=READ_YOUR_WRITES_SECONDS)

    def rows_reach(self, position: int, patience: float) -> bool:
        """Wait at most so many seconds until the rows hold all events up to a position; False if they do not yet."""
        return self.follower.reach(position, rows_only=True, patience=patience)

    def status(self, older_than: float) -> "Status":
        """Return the health of the system; what has waited for longer than so many seconds is looked at twice."""
        from infra.monitoring.collect import (  # noqa: PLC0415 -- loaded when it is asked
            alarms_of,
            collect_distributed_status,
            unsent_webhooks,
        )

        status = collect_distributed_status(self.connections, self.settings, older_than)
        status = status.also(unsent_webhooks(self.connections, self.rows))
        return replace(status, alarms=alarms_of(self.rows, status.now))

    def rebuild_rows(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows of one projection, or of all, from the store; return the position they are at."""
        from infra.rows.rebuild_postgres import fill as fill_shadow  # noqa: PLC0415 -- loaded when it is asked

        return rebuild(self.store, self.rows, fill_shadow, name, progress)

    def check_rows(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows of one projection, or of all, differ from rows rebuilt from the store."""
        from infra.rows.rebuild_postgres import fill as fill_shadow  # noqa: PLC0415 -- loaded when it is asked

        return check(self.store, self.rows, fill_shadow, name, progress)

    def rebuild_from_topic(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows from Kafka's topic; return the position they are at. TopicError."""
        from infra.distributed.topic import topic_of  # noqa: PLC0415 -- Kafka's client is loaded here
        from infra.rows.rebuild_from_topic import rebuild_from_kafka  # noqa: PLC0415 -- likewise

        _, servers = self.settings.addresses()
        topic = topic_of(self.settings)
        return rebuild_from_kafka(self.rows, bootstrap_servers=servers, topic=topic, name=name, progress=progress)

    def check_against_topic(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows differ from rows rebuilt from Kafka's topic. TopicError."""
        from infra.distributed.topic import topic_of  # noqa: PLC0415 -- Kafka's client is loaded here
        from infra.rows.rebuild_from_topic import check_against_kafka  # noqa: PLC0415 -- likewise

        _, servers = self.settings.addresses()
        topic = topic_of(self.settings)
        return check_against_kafka(self.rows, bootstrap_servers=servers, topic=topic, name=name, progress=progress)

    def close(self) -> None:
        """Close every connection."""
        self.dead_letters.close()
        self.connections.close()
        super().close()


def open_postgres_log(database_url: str) -> EventStore:
    """Open the events in PostgreSQL; StoreError if the database is away or not ours."""
    return open_log("infra.store.postgres", {"DATABASE_URL": database_url}, DEBOUNCE)
