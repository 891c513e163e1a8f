"""Fixtures of access: one store for all tests that only look."""

from collections.abc import Iterator

import pytest

from infra.access.reads import SqliteReads
from infra.system import System
from tests.access.two_teams import two_teams


@pytest.fixture(scope="session")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Return the system of both teams; tests only look at it."""
    folder = tmp_path_factory.mktemp("two-teams")
    with two_teams(folder) as system:
        system.part("reads", lambda: SqliteReads(folder / "reads.db", durability="OFF"))  # no disk is waited for
        yield system
