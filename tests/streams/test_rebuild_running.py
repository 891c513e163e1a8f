"""Rows made anew from the store while relay and projector run: mended, nothing applied twice, nothing lost."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from infra.rows.postgres import PostgresRows
from infra.rows.rebuild import check, rebuild
from infra.rows.rebuild_postgres import fill
from infra.store.postgres import PostgresStore
from infra.store.recorded import StoredEvent
from tests.projections.histories import history
from tests.streams.city import PARTITIONS, City, rows_of, straight, until, written
from tests.streams.logs import recorded


@pytest.fixture
def store(city: City) -> Iterator[PostgresStore]:
    with PostgresStore(city.url) as opened:
        yield opened


@pytest.fixture
def rows(city: City) -> Iterator[PostgresRows]:
    with PostgresRows(city.url, partitions=PARTITIONS) as opened:
        yield opened


@contextmanager
def being_written(store: PostgresStore, events: Sequence[StoredEvent]) -> Iterator[None]:
    """Let events be recorded a few at a time, while other things happen and then to the end."""

    def write() -> None:
        for at in range(0, len(events), 7):
            written(store, events[at : at + 7])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        writer.join()


def tamper(city: City, *statements: str) -> None:
    with psycopg.connect(city.url, options="-c search_path=jiayi_rows") as link:
        for statement in statements:
            link.execute(statement.encode())


def test_rows_are_rebuilt_while_events_flow(
    city: City, store: PostgresStore, rows: PostgresRows, tmp_path: Path
) -> None:
    events = recorded(history(5, 120))
    written(store, events[:300])
    relay, projector = city.relay(), city.projector()
    until(lambda: city.settled(300), relay, projector)
    tamper(city, "DELETE FROM residents_v1", "DELETE FROM visits_v1", "UPDATE teams_v1 SET institution_id = 'x'")
    with being_written(store, events[300:]):
        before = city.relayed()
        rebuild(store, rows, fill, "residents")
        assert all(each.table in {"visits_v1", "teams_v1"} for each in check(store, rows, fill))
        for _ in range(2):
            rebuild(store, rows, fill)
            assert check(store, rows, fill) == []
        assert city.relayed() > before
    until(lambda: city.settled(len(events)), relay, projector)
    with straight(store, tmp_path) as expected:
        assert rows_of(city.url) == expected
    assert rows.position == len(events)
    assert city.ask("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'jiayi_rows_anew')") == []


def test_a_projector_fills_a_projection_that_is_new_and_goes_on(
    city: City, store: PostgresStore, tmp_path: Path
) -> None:
    events = recorded(history(7, 20))
    written(store, events[:200])
    relay, projector = city.relay(), city.projector()
    until(lambda: city.settled(200), relay, projector)
    projector.terminate()
    projector.wait()
    tamper(city, "UPDATE projections SET fingerprint = 'older' WHERE projection IN ('visits', 'timers')")
    written(store, events[200:250])
    projector = city.projector()
    written(store, events[250:])
    until(lambda: city.settled(len(events)), relay, projector)
    with straight(store, tmp_path) as expected:
        assert rows_of(city.url) == expected
