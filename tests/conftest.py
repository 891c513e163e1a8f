"""Fixtures of all tests. Property tests try the same examples in every run and have no time limit."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.services import database_url, embedded_by_default, services
from tests.timing import FolderTimes

__all__ = ["database_url", "embedded_by_default", "services"]


def pytest_configure(config: pytest.Config) -> None:
    """Print the seconds by folder where tests are reported: not in the workers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FolderTimes())


@pytest.fixture(autouse=True, scope="session")
def own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the key file and all else that belongs to a user in a folder of the tests."""
    folder = tmp_path_factory.mktemp("configuration")
    before = os.environ.get("XDG_CONFIG_HOME")
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    yield folder
    if before is None:
        os.environ.pop("XDG_CONFIG_HOME")
    else:
        os.environ["XDG_CONFIG_HOME"] = before


@pytest.fixture(autouse=True, scope="session")
def one_pool_of_solvers() -> Iterator[None]:
    """Let all tests of a worker plan in one pool of processes, which the first that plans starts."""
    from infra.planning.solver_pool import keep_pool

    with keep_pool():
        yield


settings.register_profile("jiayi", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jiayi")
