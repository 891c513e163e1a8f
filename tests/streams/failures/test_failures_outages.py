"""The database and the broker are away for a while; the long form is tests/chaos/outages.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.dev.local import Services, erase
from tests.chaos.outages import Outages
from tests.services import up_or_skip
from tests.streams.full_system import FullSystem
from tests.streams.growing_town import GrowingTown


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Services]:
    """Services that nobody else needs."""
    folder = tmp_path / "services"
    try:
        yield up_or_skip(folder)
    finally:
        erase(folder)


def test_commands_go_on_when_the_database_and_the_broker_are_back_and_nothing_is_lost(
    own: Services, tmp_path: Path
) -> None:
    full_system = FullSystem(own.database_url, own.bootstrap_servers, tmp_path)
    full_system.make_topic()
    outages = Outages(full_system, own, [("database", 4.0), ("broker", 6.0)], GrowingTown)
    try:
        outages.run()
    finally:
        print(full_system.log.read_text())  # noqa: T201 -- shown where the test failed
    assert outages.figures["commands while the broker was away"] > 0
    assert outages.figures["lines of log"] < 150  # a client that knocks at a closed door says so once
