"""Six writers and a reader at the log's end: none is missed, and the order of ids is the order of commits.

The reader asks again and again for what is past the last event that it saw, and never for what it has passed. If it
meets them all, then what could be seen was a beginning of the log at every moment: ids follow the order of commits.
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
class Place:
    """Where the events are, told to other processes: a file, or a schema of a database."""

    at: str
    schema: str | None = None

    def store(self) -> EventStore:
        """Open the store."""
        return PostgresStore(self.at, schema=self.schema) if self.schema else SqliteStore(Path(self.at))


@value
class Seen:
    """What the reader met. `missed` it had passed before they could be seen, `disordered` are older than the last."""

    events: int
    missed: int
    disordered: int
    seconds: float


def write(place: Place, writer: int, commits: int, ready: Barrier) -> None:
    """Write so many commits to streams of one's own."""
    with place.store() as store:
        ready.wait()
        for n in range(commits):
            resident = f"w{writer}-{n}"
            facts = tuple(
                KeyGroupTagged(resident_id=resident, group="elder", since=date(2020, 1, 1)) for _ in range(PER_COMMIT)
            )
            append = Append(
                id=resident, stream=f"resident-{resident}", version=0, actor="w", now=datetime.now(UTC), events=facts
            )
            store.append(append)


def tail(store: EventStore, total: int) -> Seen:
    """Read on until so many events were met, or none came for a minute."""
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
    return Seen(events=events, missed=total - events, disordered=disordered, seconds=last - began)


def contest(place: Place, events: int) -> Seen:
    """Let six processes write so many events while this one reads them."""
    commits = -(-events // (WRITERS * PER_COMMIT))
    ready = SPAWN.Barrier(WRITERS + 1)
    with place.store() as store:
        crew = [SPAWN.Process(target=write, args=(place, writer, commits, ready)) for writer in range(WRITERS)]
        for each in crew:
            each.start()
        try:
            ready.wait(PATIENCE)
            return tail(store, commits * WRITERS * PER_COMMIT)
        finally:
            for each in crew:
                each.join(PATIENCE)
                each.kill()


def measure(folder: Path, url: str | None, events: int) -> list[Figure]:
    """Run the contest on SQLite, and in the database if one is told."""
    figures = _figures("sqlite-tail", contest(Place(at=str(folder / "tail.db")), events))
    if url is not None:
        place = Place(at=url, schema=f"bench_tail_{uuid.uuid4().hex[:8]}")
        try:
            figures += _figures("postgres-tail", contest(place, events))
        finally:
            with psycopg.connect(url, autocommit=True) as link:
                link.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(str(place.schema))))
    return figures


def _figures(name: str, seen: Seen) -> list[Figure]:
    none = Goal(less_than=1)
    return [
        Figure(name=name, ours=seen.events / seen.seconds, size=seen.events),
        Figure(name="tail-missed", ours=seen.missed, unit="events", goal=none, size=seen.events),
        Figure(name="tail-disordered", ours=seen.disordered, unit="events", goal=none, size=seen.events),
    ]
