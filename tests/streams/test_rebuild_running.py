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
from tests.streams.logs import recorded
from tests.streams.stream_workers import PARTITIONS, StreamWorkers, rows_of, straight, until, written


@pytest.fixture
def store(workers: StreamWorkers) -> Iterator[PostgresStore]:
    with PostgresStore(workers.url) as opened:
        yield opened


@pytest.fixture
def rows(workers: StreamWorkers) -> Iterator[PostgresRows]:
    with PostgresRows(workers.url, partitions=PARTITIONS) as opened:
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


def tamper(workers: StreamWorkers, *statements: str) -> None:
    with psycopg.connect(workers.url, options="-c search_path=jiayi_rows") as link:
        for statement in statements:
            link.execute(statement.encode())


def test_rows_are_rebuilt_while_events_flow(
    workers: StreamWorkers, store: PostgresStore, rows: PostgresRows, tmp_path: Path
) -> None:
    events = recorded(history(5, 120))
    written(store, events[:300])
    relay, projector = workers.relay(), workers.projector()
    until(lambda: workers.settled(300), relay, projector)
    tamper(workers, "DELETE FROM residents_v1", "DELETE FROM visits_v1", "UPDATE teams_v1 SET institution_id = 'x'")
    with being_written(store, events[300:]):
        before = workers.relayed()
        rebuild(store, rows, fill, "residents")
        assert all(each.table in {"visits_v1", "teams_v1"} for each in check(store, rows, fill))
        for _ in range(2):
            rebuild(store, rows, fill)
            assert check(store, rows, fill) == []
        assert workers.relayed() > before
    until(lambda: workers.settled(len(events)), relay, projector)
    with straight(store, tmp_path) as expected:
        assert rows_of(workers.url) == expected
    assert rows.position == len(events)
    assert workers.ask("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'jiayi_rows_anew')") == []


def test_a_projector_fills_a_projection_that_is_new_and_goes_on(
    workers: StreamWorkers, store: PostgresStore, tmp_path: Path
) -> None:
    events = recorded(history(7, 20))
    written(store, events[:200])
    relay, projector = workers.relay(), workers.projector()
    until(lambda: workers.settled(200), relay, projector)
    projector.terminate()
    projector.wait()
    tamper(workers, "UPDATE projections SET fingerprint = 'older' WHERE projection IN ('visits', 'timers')")
    written(store, events[200:250])
    projector = workers.projector()
    written(store, events[250:])
    until(lambda: workers.settled(len(events)), relay, projector)
    with straight(store, tmp_path) as expected:
        assert rows_of(workers.url) == expected
