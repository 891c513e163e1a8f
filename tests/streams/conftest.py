"""A city for every distributed test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.dev.local import Services
from tests.streams.city import City
from tests.streams.district import district

__all__ = ["city", "district"]


@pytest.fixture
def city(services: Services, database_url: str, tmp_path: Path) -> Iterator[City]:
    """A new topic and an empty database; the log of its processes is shown where a test failed."""
    found = City(services, database_url, tmp_path)
    try:
        found.make_topic()
        yield found
    finally:
        found.close()
        print(found.log.read_text() if found.log.exists() else "")  # noqa: T201
