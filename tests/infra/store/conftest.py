from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.store.store import EventStore
from tests.infra.store import places, wards
from tests.infra.store.places import KINDS, Kind, Place


@pytest.fixture(autouse=True)
def small_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    wards.move_in(monkeypatch.setattr)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture
def place(kind: Kind, tmp_path: Path) -> Iterator[Place]:
    yield from places.place(kind, tmp_path)


@pytest.fixture
def store(place: Place) -> Iterator[EventStore]:
    with place.store() as opened:
        yield opened
