"""Fixtures of all tests. Property tests try the same examples in every run and have no time limit."""

import pytest
from hypothesis import HealthCheck, settings

from tests.services import database_url, embedded_by_default, services
from tests.timing import FolderTimes

__all__ = ["database_url", "embedded_by_default", "services"]


def pytest_configure(config: pytest.Config) -> None:
    """Print the seconds by folder where tests are reported: not in the workers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FolderTimes())


settings.register_profile("jiayi", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jiayi")
