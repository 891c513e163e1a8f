from collections.abc import Iterator

import pytest

from tests.http.served import Served, served


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served small town, the same for all tests of a file."""
    with served(tmp_path_factory.mktemp("data")) as opened:
        yield opened
