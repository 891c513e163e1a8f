"""What is peculiar to a store in PostgreSQL: decisions without the lock, a database that goes away, layouts."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.decider import Refused
from infra.command_handler import execute, execute_all
from infra.database.errors import NewerStoreError, StoreError, UnfitStoreError
from infra.database.statements import to_psycopg
from infra.store import postgres_database
from infra.store.postgres import PostgresStore
from infra.store.recorded import Answer
from tests.infra.store import places
from tests.infra.store.places import Place
from tests.infra.store.wards import NOW, REGION, TODAY, Clean, Leave, Rent, Vacate, rent_bed, request


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    yield from places.place("postgres", tmp_path)


@pytest.fixture
def store(place: Place) -> Iterator[PostgresStore]:
    with PostgresStore(place.url or "", schema=place.schema) as opened:
        yield opened


@pytest.fixture
def other(place: Place) -> Iterator[PostgresStore]:
    with PostgresStore(place.url or "", schema=place.schema) as opened:
        yield opened


def clean(store: PostgresStore, ward: str = "w1", command_id: str | None = None) -> Answer:
    return execute(store, request(Clean(ward_id=ward, rooms=1), command_id), region=REGION)


def test_a_layout_that_is_newer_or_foreign_is_not_touched(place: Place) -> None:
    place.store().close()
    place.run("UPDATE layout SET version = 7")
    with pytest.raises(NewerStoreError, match=r"has layout 7; this program knows layouts up to 1"):
        place.store()
    place.run("DROP TABLE layout")
    with pytest.raises(UnfitStoreError, match="did not write"):
        place.store()


def test_a_database_that_is_not_there_is_told() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        PostgresStore("postgresql://nobody@127.0.0.1:1/none")


def test_alone_a_command_needs_no_lock_beforehand(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    clean(store)
    clean(store)
    monkeypatch.setattr(store._database, "begin", lambda: pytest.fail("locked"))
    assert [clean(store, "w1", "c3").position, clean(store, "w2").position] == [3, 4]
    assert execute(store, request(Vacate(ward_id="w1")), region=REGION).events == ()


def test_what_another_process_wrote_in_between_is_seen(store: PostgresStore, other: PostgresStore) -> None:
    for _ in range(3):
        clean(store)
    execute(other, request(Leave(nurse_id="n1")), region=REGION)
    command = Rent(ward_id="w1", bed="b1", since=TODAY, until=TODAY, nurse_id="n1")
    with pytest.raises(Refused, match="nurse-is-away"):
        execute(store, request(command), region=REGION)
    clean(store)
    clean(store)
    execute(other, request(rent_bed("w9")), region=REGION)
    with pytest.raises(Refused, match="bed-is-taken"):
        execute(store, request(rent_bed("w2")), region=REGION)
    assert [each.position for each in store.after(0)] == list(range(1, 8))


def test_a_quiet_answer_is_true_of_the_newest_state(store: PostgresStore, other: PostgresStore) -> None:
    for _ in range(3):
        clean(store)
    execute(other, request(rent_bed("w1")), region=REGION)
    answer = execute(store, request(Vacate(ward_id="w1")), region=REGION)
    assert answer.events == ("test-ward.vacated.v1",)


def test_a_repeated_command_gets_its_first_answer_whoever_gave_it(store: PostgresStore, other: PostgresStore) -> None:
    for _ in range(3):
        clean(store)
    first = clean(other, "w5", "c1")
    clean(store)
    clean(store)
    assert clean(store, "w5", "c1") == first
    with pytest.raises(Refused, match="command-id-reused"):
        clean(store, "w6", "c1")
    again = [request(Clean(ward_id="w5", rooms=1), "c1"), request(Clean(ward_id="w5", rooms=1), "c2")]
    verdicts = execute_all(store, again, region=REGION)
    assert verdicts[0] == first
    assert store.last_position() == 7


def test_a_store_goes_on_after_the_database_forgot_its_connections(place: Place, store: PostgresStore) -> None:
    clean(store)
    clean(store)
    with psycopg.connect(place.url or "", autocommit=True) as link:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        link.execute(f"SELECT pg_terminate_backend(pid) {others}".encode())
        while link.execute(f"SELECT 1 {others}".encode()).fetchone():
            time.sleep(0.01)
    assert store.last_position() == 2  # what had hung up is not asked
    with pytest.raises(StoreError, match="went away"):  # whether it was written is not known: ask again under its id
        clean(store, command_id="c3")
    assert clean(store, command_id="c3").position == 3
    assert clean(store, command_id="c3").position == 3
    assert clean(store).version == 4


def test_a_writer_that_stands_still_loses_the_lock(store: PostgresStore, other: PostgresStore) -> None:
    store._database.writer().execute("SET idle_in_transaction_session_timeout = '200ms'")
    transaction = store.writing()
    transaction.__enter__()
    assert clean(other).position == 1
    with pytest.raises(StoreError):
        transaction.read("ward-w1")
    transaction.__exit__(ValueError)
    assert clean(store).position == 2


def test_commits_last_and_nobody_locks_tables(store: PostgresStore) -> None:
    with store._database.writing() as cursor:
        assert cursor.execute("SHOW synchronous_commit").fetchone() == ("on",)
        modes = cursor.execute(
            "SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NOT NULL"
        )
        assert "ExclusiveLock" not in {mode for (mode,) in modes}
    assert execute(store, request(Clean(ward_id="w1", rooms=1), after=timedelta(0)), region=REGION).position == 1
    assert store.read("ward-w1")[0].metadata.recorded_at == NOW


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("a = ? AND b = :day", "a = %s AND b = %(day)s"),
        ("a = ':day?' AND \":b\" LIKE '%x' AND c::text = :c", "a = ':day?' AND \":b\" LIKE '%%x' AND c::text = %(c)s"),
        ("a = 'it''s :so' % 2", "a = 'it''s :so' %% 2"),
    ],
)
def test_statements_are_put_as_the_driver_wants_them(ours: str, theirs: str) -> None:
    assert to_psycopg(ours) == theirs


@pytest.fixture
def bulks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three events be a bulk."""
    monkeypatch.setattr(postgres_database, "BULK", 3)


@pytest.mark.usefixtures("bulks")
def test_a_bulk_is_written_as_any_other_commit(store: PostgresStore, other: PostgresStore) -> None:
    clean(store)
    for first, ward in ((1, "w1"), (9, "w2")):  # under the lock, then without it
        commands = [request(Clean(ward_id=ward, rooms=2), f"{ward}-{n}") for n in range(4)]
        verdicts = execute_all(store, commands, region=REGION)
        assert [each.position for each in verdicts if isinstance(each, Answer)] == [first + n for n in (2, 4, 6, 8)]
        assert execute_all(store, commands, region=REGION) == verdicts
    assert [each.position for each in other.after(0)] == list(range(1, 18))
    assert clean(other, "w2").version == 9


@pytest.mark.usefixtures("bulks")
def test_a_bulk_decided_on_an_old_state_is_decided_again(store: PostgresStore, other: PostgresStore) -> None:
    for _ in range(3):
        clean(store)
    clean(other, "w2")
    answer = execute(store, request(Clean(ward_id="w2", rooms=4)), region=REGION)
    assert (answer.position, answer.version) == (8, 5)
    first = execute(other, request(Clean(ward_id="w2", rooms=4), "c1"), region=REGION)
    assert execute(store, request(Clean(ward_id="w2", rooms=4), "c1"), region=REGION) == first
    assert store.last_position() == other.last_position() == 12


@pytest.mark.usefixtures("bulks")
def test_a_bulk_that_cannot_be_written_leaves_nothing(store: PostgresStore) -> None:
    events = [StoredEvent("ward-w1", version, "test-ward.vacated.v1", b"{}") for version in (1, 2, 3, 3)]
    with pytest.raises(IntegrityError):
        store.insert_events(events)
    assert store.last_position() == 0
    assert clean(store, "w1").position == 1


@pytest.mark.usefixtures("bulks")
def test_who_waits_hears_of_a_bulk(store: PostgresStore, other: PostgresStore) -> None:
    with ThreadPoolExecutor(1) as crew:
        waiting = crew.submit(other.wait_past, 0, 30)
        execute(store, request(Clean(ward_id="w1", rooms=5)), region=REGION)
        assert waiting.result() == 5
