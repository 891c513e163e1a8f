"""Six writers and a reader at the log's end: the reader misses no event, and ids follow the order of commits.

The reader polls for events after the last one that it read, and never reads earlier ones again. If it reads them all,
the visible events were a prefix of the log at every moment.
"""

import multiprocessing
import time
import uuid
from datetime import UTC, date, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from domain.event import value
from domain.resident.events import KeyGroupTagged
from infra.bench.figures import Figure, Goal
from infra.store.postgres import PostgresStore
from infra.store.recorded import Append
from infra.store.sqlite import SqliteStore
from infra.store.store import EventStore

WRITERS = 6
PER_COMMIT = 25
PATIENCE = 60.0
"""Seconds without a new event after which the reader gives up."""

SPAWN = multiprocessing.get_context("spawn")


@value
class StoreLocation:
    """A store that other processes can open: a file, or a schema of a database."""

    at: str
    schema: str | None = None

    def store(self) -> EventStore:
        """Open the store."""
        return PostgresStore(self.at, schema=self.schema) if self.schema else SqliteStore(Path(self.at))


@value
class TailResult:
    """The events that the reader read. It passed `missed` events unread; `disordered` ones are older than the last."""

    events: int
    missed: int
    disordered: int
    seconds: float


def write(location: StoreLocation, writer: int, commits: int, ready: Barrier) -> None:
    """Write this many commits, each to a stream of its own."""
    with location.store() as store:
        ready.wait()
        for n in range(commits):
            resident = f"w{writer}-{n}"
            events = tuple(
                KeyGroupTagged(resident_id=resident, group="elder", since=date(2020, 1, 1)) for _ in range(PER_COMMIT)
            )
            append = Append(
                id=resident, stream=f"resident-{resident}", version=0, actor="w", now=datetime.now(UTC), events=events
            )
            store.append(append)


def tail(store: EventStore, total: int) -> TailResult:
    """Read until this many events came, or none came for a minute."""
    position, events, disordered = 0, 0, 0
    newest = datetime.min.replace(tzinfo=UTC)
    began = last = time.perf_counter()
    while events < total and time.perf_counter() - last < PATIENCE:
        for each in store.select_notifications(position + 1, 5000):
            recorded = each.metadata.recorded_at
            disordered += recorded < newest
            position, newest = each.position, recorded
            events += 1
            last = time.perf_counter()
        if events < total:
            store.wait_past(position, timeout=1)
    return TailResult(events=events, missed=total - events, disordered=disordered, seconds=last - began)


def read_while_written(location: StoreLocation, events: int) -> TailResult:
    """Read this many events while six processes write them."""
    commits = -(-events // (WRITERS * PER_COMMIT))
    ready = SPAWN.Barrier(WRITERS + 1)
    with location.store() as store:
        writers = [SPAWN.Process(target=write, args=(location, writer, commits, ready)) for writer in range(WRITERS)]
        for each in writers:
            each.start()
        try:
            ready.wait(PATIENCE)
            return tail(store, commits * WRITERS * PER_COMMIT)
        finally:
            for each in writers:
                each.join(PATIENCE)
                each.kill()


def measure(folder: Path, url: str | None, events: int) -> list[Figure]:
    """Measure SQLite, and PostgreSQL if a URL is named."""
    figures = _figures("sqlite-tail", read_while_written(StoreLocation(at=str(folder / "tail.db")), events))
    if url is not None:
        location = StoreLocation(at=url, schema=f"bench_tail_{uuid.uuid4().hex[:8]}")
        try:
            figures += _figures("postgres-tail", read_while_written(location, events))
        finally:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(str(location.schema))))
    return figures


def _figures(name: str, result: TailResult) -> list[Figure]:
    none = Goal(less_than=1)
    return [
        Figure(name=name, ours=result.events / result.seconds, size=result.events),
        Figure(name="tail-missed", ours=result.missed, unit="events", goal=none, size=result.events),
        Figure(name="tail-disordered", ours=result.disordered, unit="events", goal=none, size=result.events),
    ]
