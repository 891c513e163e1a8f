"""Where a test's events and rows are: a folder, or a schema of a PostgreSQL cluster that lives as long as the tests."""

import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import sql

from infra.rows import model, rebuild_postgres
from infra.rows.model import ReadModel
from infra.rows.postgres import PostgresRows
from infra.rows.rebuild import Fill
from infra.rows.sqlite import SqliteRows
from infra.store.postgres import PostgresStore
from infra.store.sqlite import SqliteStore
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy
from projections.changes import Projection
from projections.registry import PROJECTIONS
from tests.infra.store import cluster

Kind = Literal["sqlite", "postgres"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgres")


@dataclass(frozen=True)
class Place:
    """A place that other processes can be told of. `url` is None for a folder."""

    folder: Path
    url: str | None = None
    schema: str = ""

    @property
    def kind(self) -> Kind:
        return "postgres" if self.url else "sqlite"

    def store(self, policy: DebouncePolicy | None = None) -> EventStore:
        if self.url:
            return PostgresStore(self.url, policy, schema=self.schema)
        return SqliteStore(self.folder / "events.db", policy)

    def rows(
        self, projections: Mapping[str, Projection] = PROJECTIONS, name: str = "rows", *, durable: bool = True
    ) -> ReadModel:
        if self.url:
            return PostgresRows(self.url, projections, schema=f"{self.schema}_{name}", durable=durable)
        return SqliteRows(self.folder / f"{name}.db", projections, durable=durable)

    @property
    def fill(self) -> Fill[Any]:
        """What fills shadow rows of this place."""
        return rebuild_postgres.fill if self.url else model.fill

    def run(self, *statements: str) -> None:
        """Run SQL past the program: on the store's tables, or the rows'."""
        if self.url is None:
            with closing(sqlite3.connect(self.folder / "rows.db", isolation_level=None)) as connection:
                for statement in statements:
                    connection.execute(statement)
            return
        with psycopg.connect(self.url, autocommit=True) as link:
            path = sql.SQL(", ").join(map(sql.Identifier, (self.schema, f"{self.schema}_rows")))
            link.execute(sql.SQL("SET search_path TO {}").format(path))
            for statement in statements:
                link.execute(statement.encode())


def place(kind: Kind, folder: Path) -> Iterator[Place]:
    """Yield an empty place; it is gone afterwards."""
    if kind == "sqlite":
        yield Place(folder)
        return
    schema = f"t{uuid.uuid4().hex[:12]}"
    yield Place(folder, cluster.url(), schema)
    with psycopg.connect(cluster.url(), autocommit=True) as link:
        made = link.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname::text, %s)", (schema,))
        for (name,) in made.fetchall():
            link.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
