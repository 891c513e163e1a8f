"""A database set back to a backup: the topic knows what the database has forgotten, so another topic takes over."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.institution import OpenInstitution
from infra.dev.local import Services
from infra.distributed_system import Distributed
from tests.streams.full_system import PATIENCE, FullSystem


@pytest.fixture
def restored(services: Services, database_url: str, tmp_path: Path) -> Iterator[FullSystem]:
    """A system with a topic that is not there yet; its database is that of the test, as it was at some moment."""
    restored_system = FullSystem(f"{database_url}_restored", services.bootstrap_servers, tmp_path)
    try:
        yield restored_system
    finally:
        restored_system.close()
        administer(services, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), restored_system)


def test_a_backup_goes_on_with_another_topic_once_its_rows_are_made_anew(
    full_system: FullSystem, restored: FullSystem, services: Services
) -> None:
    full_system.begin("relay")
    with full_system.system() as system:
        opened(system, "in the rows")
        system.rebuild_rows()
        opened(system, "sent but not in the rows")
        sent(system)
    assert full_system.end("relay") == 0
    administer(services, SQL("CREATE DATABASE {} TEMPLATE {}"), restored, full_system)
    full_system.begin("relay")
    with full_system.system() as system:
        opened(system, "after the backup")
        sent(system)
    assert full_system.end("relay") == 0

    restored.make_topic()
    with restored.system() as system:
        system.rebuild_rows()
        restored.begin("relay")
        restored.begin("projector")
        opened(system, "since then")
        assert system.follower.reach(system.store.last_position(), rows_only=True, patience=PATIENCE)
        restored_system = system.rows.ask("SELECT name FROM institutions_v1 ORDER BY name")
        assert [row["name"] for row in restored_system] == ["in the rows", "sent but not in the rows", "since then"]
        assert system.check_rows() == []


def opened(system: Distributed, name: str) -> None:
    command = OpenInstitution(
        institution_id=name, name=name, kind="clinic", sector="public", tier=1, district="Nanshan"
    )
    system.execute(command, actor="test")


def sent(system: Distributed) -> None:
    """Wait for the relay."""
    give_up = time.monotonic() + PATIENCE
    while (standing := system.follower.progress(system.now())).relayed < standing.last:
        assert time.monotonic() < give_up, "it was never sent"
        time.sleep(0.05)


def administer(services: Services, statement: SQL, *districts: FullSystem) -> None:
    """Run a statement about the databases of these districts."""
    names = [Identifier(each.settings.addresses()[0].rsplit("/", 1)[1]) for each in districts]
    with psycopg.connect(services.database_url, autocommit=True) as link:
        link.execute(statement.format(*names))
