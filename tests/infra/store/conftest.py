from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.store.sqlite import SqliteStore
from tests.infra.store import wards


@pytest.fixture(autouse=True)
def small_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    wards.move_in(monkeypatch.setattr)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(path) as opened:
        yield opened
