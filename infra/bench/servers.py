"""The servers of a bench: those that are named, or its own in a temporary folder, erased at the end."""

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
from infra.dev.tools import Told, quiet


@value
class Servers:
    """Where to measure, and a folder for files. Without Kafka `bootstrap_servers` is empty."""

    folder: Path
    database_url: str
    bootstrap_servers: str = ""


@contextmanager
def servers(
    database_url: str | None = None, bootstrap_servers: str | None = None, *, kafka: bool = True, told: Told = quiet
) -> Iterator[Servers]:
    """Give the named servers, and own ones in the place of those that are not; Unready if they cannot be had."""
    with tempfile.TemporaryDirectory(prefix="jiayi-bench-") as name:
        folder = Path(name)
        kafka = kafka and bootstrap_servers is None
        try:
            own = local.up(folder / "own", kafka=kafka, postgres=database_url is None, told=told)
            yield Servers(
                folder=folder,
                database_url=database_url or own.database_url,
                bootstrap_servers=bootstrap_servers or (own.bootstrap_servers if kafka else ""),
            )
        finally:
            local.erase(folder / "own")


@contextmanager
def database(url: str) -> Iterator[str]:
    """Give an empty database on the server; it is dropped at the end."""
    name = f"bench_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield make_conninfo(url, dbname=name)
        finally:
            link.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
