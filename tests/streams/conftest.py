"""Fixtures: worker processes, and a whole distributed system."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.dev.local import Services
from tests.streams.full_system import full_system
from tests.streams.stream_workers import StreamWorkers

__all__ = ["full_system", "workers"]


@pytest.fixture
def workers(services: Services, database_url: str, tmp_path: Path) -> Iterator[StreamWorkers]:
    """A new topic and an empty database; the log of its processes is shown where a test failed."""
    started = StreamWorkers(services, database_url, tmp_path)
    try:
        started.make_topic()
        yield started
    finally:
        started.close()
        print(started.log.read_text() if started.log.exists() else "")  # noqa: T201
