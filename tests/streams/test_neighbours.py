"""Two cells on one database server and one broker: each has its own database and topic, and sees no other."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.institution import OpenInstitution
from infra.dev.local import Services
from tests.streams.full_system import PATIENCE, FullSystem


@pytest.fixture
def neighbour(services: Services, database_url: str, tmp_path: Path) -> Iterator[FullSystem]:
    """A second system next to that of the test."""
    url = f"{database_url}_neighbour"
    name = Identifier(url.rsplit("/", 1)[1])
    with psycopg.connect(services.database_url, autocommit=True) as link:
        link.execute(SQL("CREATE DATABASE {}").format(name))
    system = FullSystem(url, services.bootstrap_servers, tmp_path)
    try:
        system.make_topic()
        yield system
    finally:
        system.close()
        with psycopg.connect(services.database_url, autocommit=True) as link:
            link.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_both_lead_their_own_relay_and_take_their_own_events(full_system: FullSystem, neighbour: FullSystem) -> None:
    both = {"Futian": full_system, "Nanshan": neighbour}
    for cell in both.values():
        cell.begin("relay")
        cell.begin("projector")
    for name, cell in both.items():
        opened = OpenInstitution(
            institution_id="centre", name=name, kind="clinic", sector="public", tier=1, district=name
        )
        with cell.system() as system:
            system.execute(opened, actor="test")
    for name, cell in both.items():
        with cell.system() as system:
            assert system.follower.reach(system.store.last_position(), rows_only=True, patience=PATIENCE)
            assert system.rows.ask("SELECT name FROM institutions_v1") == [{"name": name}]
            assert system.store.last_position() == 1
