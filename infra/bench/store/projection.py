"""Batched projection compared with the library's ProjectionRunner, both from PostgreSQL into PostgreSQL.

Ours writes the rows of all projections; the library writes one row of its own for each event.
"""

import uuid
from functools import singledispatchmethod
from typing import Any

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from infra.bench.figures import Figure, compared
from infra.bench.store.postgres import environment
from infra.bench.store.residents import OPENING, REGION, CommandSource, fill_library, timed, with_key
from infra.command_handler import execute, execute_all
from infra.rows.model import catch_up
from infra.rows.postgres import PostgresRows
from infra.store.postgres import PostgresStore

PATIENCE = 120.0


class LibraryRows(PostgresTrackingRecorder):
    """The library's rows: the last group of each resident."""

    def __init__(self, datastore: PostgresDatastore, **options: Any) -> None:
        super().__init__(datastore, **options)
        table = Identifier(datastore.schema, "groups")
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {} (resident_id text PRIMARY KEY, key_group text NOT NULL)").format(table)
        )
        self.put = SQL(
            "INSERT INTO {} VALUES (%s, %s) ON CONFLICT (resident_id) DO UPDATE SET key_group = excluded.key_group"
        ).format(table)

    def keep(self, tracking: Tracking, resident_id: str, group: str) -> None:
        """Write one row and the tracking in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self.put, (resident_id, group))


class LibraryProjection(Projection[LibraryRows]):
    """Writes a row for each event."""

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Process a domain event and track it."""
        self.view.keep(tracking, domain_event.resident_id, getattr(domain_event, "group", ""))


class LibraryApplication(Application[Any]):
    """The library's application."""

    is_snapshotting_enabled = False


def measure(url: str, rounds: int, events: int) -> Figure:
    """Project this many events in batches, and a tenth of them with the library, in turn."""
    schemas = [f"bench_{name}_{uuid.uuid4().hex[:8]}" for name in ("store", "rows", "library")]
    ours, rows, library_schema = schemas
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(library_schema)))
        with (
            with_key(PostgresStore(url, schema=ours)) as store,
            LibraryApplication(env=environment(url, library_schema)) as library,
        ):
            execute(store, OPENING, region=REGION)
            execute_all(store, CommandSource().more(events // 3), region=REGION)
            rates = []
            for number in range(rounds):
                fill_library(library, max(3, events // 10))
                rates.append((_batched(url, store, f"{rows}_{number}"), _one_by_one(url, library_schema, library)))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            for (name,) in connection.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname::text LIKE ANY (%s)",
                ([f"{each}%" for each in schemas],),
            ).fetchall():
                connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))
    return compared("projection-batched", rates, "projection-runner", at_least=20, size=events)


def _batched(url: str, store: PostgresStore, schema: str) -> float:
    with PostgresRows(url, schema=schema) as rows:
        seconds, _ = timed(lambda: catch_up(store, rows))
    return store.last_position() / seconds


def _one_by_one(url: str, schema: str, library: LibraryApplication) -> float:
    last = library.recorder.max_notification_id() or 0

    def run() -> int:
        runner = ProjectionRunner(
            application_class=LibraryApplication,
            projection_class=LibraryProjection,
            view_class=LibraryRows,
            env=environment(url, schema),
        )
        with runner:
            before = int(runner.view.max_tracking_id(library.name) or 0)
            runner.wait(last, timeout=PATIENCE)
        return last - before

    seconds, taken = timed(run)
    return float(taken) / seconds
