"""Fixtures of a real Kafka and a real PostgreSQL, started once a session, by the first test that needs them.

Tests that run in parallel have a session, and so services, for each worker.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from infra.dev.local import Services

PREFIX = "jiayi-services-"


@pytest.fixture(autouse=True, scope="session")
def embedded_by_default() -> None:
    """Remove the addresses of a developer's own services, as `jiayi dev up` exports them, from the environment."""
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "JIAYI_TOPIC", "JIAYI_PARTITIONS"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def services() -> "Iterator[Services]":
    """Yield both services, empty when the session begins. A test that kills one starts it again."""
    from infra.dev.local import erase

    erase_orphans()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        yield up_or_skip(folder)
    finally:
        erase(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(services: "Services") -> Iterator[str]:
    """Yield the address of an empty database, dropped after the test."""
    import psycopg

    name = f"test_{uuid4().hex}"
    with psycopg.connect(services.database_url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield services.database_url.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(services.database_url, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def up_or_skip(folder: Path) -> "Services":
    """Start both services; skip the test where this machine has no Kafka or PostgreSQL.

    Raises ServiceNotReady instead where a service started and does not answer, and in CI, which promises both.
    """
    from infra.dev.local import up
    from infra.dev.processes import ServiceNotReady

    try:
        return up(folder)
    except ServiceNotReady as error:
        if os.environ.get("CI") == "true" or error.rule == "dev-service-silent":
            raise
        pytest.skip(f"{error.rule}: {dict(error.values)}")


def erase_orphans() -> None:
    """Erase the services of sessions that were killed before they could."""
    from infra.dev.local import erase

    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = re.match(rf"{PREFIX}(\d+)-", folder.name)
        if owner and not is_alive(int(owner[1])):
            erase(folder)
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
