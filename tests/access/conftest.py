"""Fixtures of access: one store for all tests that only look."""

from collections.abc import Iterator

import pytest

from infra.system import System
from tests.access.two_teams import two_teams


@pytest.fixture(scope="session")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Return the system of both teams; tests only look at it."""
    with two_teams(tmp_path_factory.mktemp("two-teams")) as system:
        yield system
