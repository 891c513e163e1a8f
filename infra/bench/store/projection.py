"""Batched projection beside the library's ProjectionRunner, both from PostgreSQL into PostgreSQL.

Ours writes what all projections make of the events, the library one row of its own for each.
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

from infra.bench.figures import Figure, beside
from infra.bench.store.postgres import environment
from infra.bench.store.residents import OPENING, REGION, CommandSource, fill_library, timed
from infra.command_handler import execute, execute_all
from infra.rows.catch_up import catch_up
from infra.rows.postgres import PostgresRows
from infra.store.postgres import PostgresStore

PATIENCE = 120.0


class Groups(PostgresTrackingRecorder):
    """The library's rows: the last group of each resident."""

    def __init__(self, datastore: PostgresDatastore, **told: Any) -> None:
        super().__init__(datastore, **told)
        table = Identifier(datastore.schema, "groups")
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {} (resident_id text PRIMARY KEY, told text NOT NULL)").format(table)
        )
        self.put = SQL(
            "INSERT INTO {} VALUES (%s, %s) ON CONFLICT (resident_id) DO UPDATE SET told = excluded.told"
        ).format(table)

    def keep(self, tracking: Tracking, resident_id: str, told: str) -> None:
        """Write one row and the tracking in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self.put, (resident_id, told))


class Told(Projection[Groups]):
    """Hands each event to the rows."""

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Process a domain event and track it."""
        self.view.keep(tracking, domain_event.resident_id, getattr(domain_event, "group", ""))


class Rivals(Application[Any]):
    """The library's application."""

    is_snapshotting_enabled = False


def measure(url: str, rounds: int, events: int) -> Figure:
    """Project so many events in batches, and a tenth of them with the library; so in turn."""
    schemas = [f"bench_{name}_{uuid.uuid4().hex[:8]}" for name in ("store", "rows", "library")]
    ours, rows, library = schemas
    try:
        with psycopg.connect(url, autocommit=True) as link:
            link.execute(SQL("CREATE SCHEMA {}").format(Identifier(library)))
        with PostgresStore(url, schema=ours) as store, Rivals(env=environment(url, library)) as rivals:
            execute(store, OPENING, region=REGION)
            execute_all(store, CommandSource().more(events // 3), region=REGION)
            found = []
            for number in range(rounds):
                fill_library(rivals, max(3, events // 10))
                found.append((_batched(url, store, f"{rows}_{number}"), _one_by_one(url, library, rivals)))
    finally:
        with psycopg.connect(url, autocommit=True) as link:
            for (name,) in link.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname::text LIKE ANY (%s)",
                ([f"{each}%" for each in schemas],),
            ).fetchall():
                link.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))
    return beside("projection-batched", found, "projection-runner", at_least=20, size=events)


def _batched(url: str, store: PostgresStore, schema: str) -> float:
    with PostgresRows(url, schema=schema) as rows:
        seconds, _ = timed(lambda: catch_up(store, rows))
    return store.last_position() / seconds


def _one_by_one(url: str, schema: str, rivals: Rivals) -> float:
    last = rivals.recorder.max_notification_id() or 0

    def run() -> int:
        runner = ProjectionRunner(
            application_class=Rivals, projection_class=Told, view_class=Groups, env=environment(url, schema)
        )
        with runner:
            before = int(runner.view.max_tracking_id(rivals.name) or 0)
            runner.wait(last, timeout=PATIENCE)
        return last - before

    seconds, taken = timed(run)
    return float(taken) / seconds
