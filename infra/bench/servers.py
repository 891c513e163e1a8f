"""The servers of a benchmark: the named ones, or its own in a temporary folder that is erased at the end."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from domain.event import value
from infra.dev import local
from infra.dev.tools import ProgressReporter, quiet


@value
class Servers:
    """The servers to measure, and a folder for files. Without Kafka `bootstrap_servers` is empty."""

    folder: Path
    database_url: str
    bootstrap_servers: str = ""


@contextmanager
def servers(
    database_url: str | None = None,
    bootstrap_servers: str | None = None,
    *,
    kafka: bool = True,
    on_progress: ProgressReporter = quiet,
) -> Iterator[Servers]:
    """Yield the named servers, and start those that are not named. ServiceNotReady if one cannot start."""
    with tempfile.TemporaryDirectory(prefix="jiayi-bench-") as name:
        folder = Path(name)
        kafka = kafka and bootstrap_servers is None
        try:
            own = local.up(folder / "own", kafka=kafka, postgres=database_url is None, on_progress=on_progress)
            yield Servers(
                folder=folder,
                database_url=database_url or own.database_url,
                bootstrap_servers=bootstrap_servers or (own.bootstrap_servers if kafka else ""),
            )
        finally:
            local.erase(folder / "own")


@contextmanager
def database(url: str) -> Iterator[str]:
    """Yield the URL of an empty database on the server; it is dropped at the end."""
    name = f"bench_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield make_conninfo(url, dbname=name)
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
