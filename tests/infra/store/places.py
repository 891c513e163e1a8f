"""Where a test's events and rows are: a folder, or a schema of a PostgreSQL cluster that lives as long as the tests."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

from infra.store.postgres import PostgresStore
from infra.store.sqlite import SqliteStore
from infra.store.store import EventStore
from infra.store.team_days import Pace
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

    def store(self, pace: Pace | None = None) -> EventStore:
        if self.url:
            return PostgresStore(self.url, pace, schema=self.schema)
        return SqliteStore(self.folder / "events.db", pace)

    def run(self, *statements: str) -> None:
        """Run SQL past the program."""
        assert self.url is not None
        with psycopg.connect(self.url, autocommit=True) as link:
            link.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self.schema)))
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
        for name in (schema, f"{schema}_rows"):
            link.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
