"""What both stores promise: order, atomic appends, the library's interface, other processes, kill -9."""

import multiprocessing
import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from infra.codec import CorruptEvent
from infra.command_handler import execute
from infra.store import store as module
from infra.store.recorded import Append, Conflict, Metadata, document_digest
from infra.store.store import EventStore
from tests.infra.store import workers
from tests.infra.store.places import Place
from tests.infra.store.wards import NOW, REGION, Clean, Leave, RoomCleaned, rent_bed, request

SPAWN = multiprocessing.get_context("spawn")


def cleaned(ward_id: str, version: int = 0, rooms: int = 1, **more: object) -> Append:
    events = tuple([RoomCleaned(ward_id=ward_id, room=room) for room in range(rooms)])
    wanted: dict[str, object] = {"actor": "desk-1", "now": NOW, "events": events, **more}
    return Append(id=ward_id, stream=f"ward-{ward_id}", version=version, **wanted)  # type: ignore[arg-type]


def test_a_place_keeps_what_was_written_when_it_is_opened_again(place: Place) -> None:
    with place.store() as store:
        store.append(cleaned("w1", rooms=3))
    with place.store() as store:
        assert [(each.position, each.version) for each in store.read("ward-w1")] == [(1, 1), (2, 2), (3, 3)]
        assert store.append(cleaned("w1", version=3)).position == 4


# Appending


def test_a_stream_at_another_version_is_a_conflict_and_nothing_is_written(store: EventStore) -> None:
    store.append(cleaned("w1", rooms=2))
    for version in (0, 1, 3):
        with pytest.raises(Conflict) as conflict:
            store.append(cleaned("w1", version=version))
        assert (conflict.value.expected, conflict.value.actual) == (version, 2)
    assert store.last_position() == 2


def test_an_id_is_never_used_twice_even_when_the_newest_event_was_deleted(store: EventStore) -> None:
    store.append(cleaned("w1", rooms=2))
    with store._database.writing() as cursor:
        cursor.execute("DELETE FROM stored_events WHERE notification_id = 2")
    assert store.append(cleaned("w2")).position == 3


def test_a_transaction_reads_what_it_has_appended(store: EventStore) -> None:
    with store.writing() as transaction:
        transaction.append(cleaned("w1", rooms=2, command_id="c1", digest=b"d"))
        assert transaction.version("ward-w1") == 2
        assert [each.version for each in transaction.read("ward-w1")] == [1, 2]
        transaction.append(cleaned("w1", version=2))
        assert len(transaction.payloads("ward-w1")) == 3
        assert transaction.last_position() == 3
        assert transaction.last_recorded_at() == NOW


def test_what_is_raised_in_a_transaction_undoes_it(store: EventStore) -> None:
    def fail() -> None:
        with store.writing() as transaction:
            transaction.append(cleaned("w1"))
            transaction.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.last_position() == 0
    assert store.append(cleaned("w1")).position == 1


def test_documents_are_kept_once_by_what_they_say(store: EventStore) -> None:
    for ward in ("w1", "w2"):
        store.append(cleaned(ward, documents=(b"problem", b"\x00\xff")))
    assert store.document(document_digest(b"problem")) == b"problem"
    assert store.document(document_digest(b"\x00\xff")) == b"\x00\xff"
    assert store.document(document_digest(b"other")) is None


# Reading


def test_a_reader_may_choose_category_stream_or_stored_name(store: EventStore) -> None:
    execute(store, request(rent_bed("w1")), region=REGION)
    execute(store, request(Leave(nurse_id="n1")), region=REGION)
    execute(store, request(Clean(ward_id="w1", rooms=2)), region=REGION)
    execute(store, request(Clean(ward_id="w11", rooms=1)), region=REGION)
    assert [each.position for each in store.after(1, limit=2)] == [2, 3]
    assert [each.position for each in store.after(0, category="nurse")] == [2]
    assert [each.position for each in store.after(0, category="ward")] == [1, 3, 4, 5]
    assert [each.position for each in store.after(0, stream="ward-w1")] == [1, 3, 4]
    assert [each.position for each in store.after(0, stream="ward-w1", name="test-ward.room-cleaned.v1")] == [3, 4]


def test_bytes_that_no_class_can_read_are_named(store: EventStore) -> None:
    store.insert_events([StoredEvent("ward-w1", 1, "test-ward.rented.v1", b"{}")])
    with pytest.raises(CorruptEvent, match=r"test-ward\.rented\.v1"):
        _ = store.read("ward-w1")[0].event


def test_a_waiting_reader_is_woken_by_an_append(store: EventStore) -> None:
    assert store.wait_past(0, timeout=0) == 0
    writer = threading.Timer(0.05, lambda: store.append(cleaned("w1")))
    writer.start()
    started = time.monotonic()
    assert store.wait_past(0, timeout=20) == 1
    assert time.monotonic() - started < 10
    writer.join()


def test_a_waiting_reader_notices_another_process(store: EventStore, place: Place) -> None:
    with place.store() as other:
        writer = threading.Timer(0.05, lambda: other.append(cleaned("w1")))
        writer.start()
        assert store.wait_past(0, timeout=20) == 1
        writer.join()


# The library's interface


def test_the_librarys_recorder_interface_works_on_our_table(store: EventStore) -> None:
    assert store.max_notification_id() is None
    events = [StoredEvent("ward-w1", version, "test-ward.vacated.v1", b"\x00raw\xff") for version in (1, 2, 3)]
    known = Metadata(actor="import", recorded_at=NOW)
    assert store.insert_events(events, metadata=known) == [1, 2, 3]
    assert store.select_events("ward-w1") == events
    assert store.select_events("ward-w1", gt=1, lte=3, desc=True, limit=1) == [events[2]]
    assert store.max_notification_id() == 3
    assert [n.id for n in store.select_notifications(2, 10)] == [2, 3]
    assert [n.id for n in store.select_notifications(2, 10, inclusive_of_start=False)] == [3]
    assert [n.id for n in store.select_notifications(None, 2)] == [1, 2]
    assert [n.id for n in store.select_notifications(1, 10, stop=2, topics=["test-ward.vacated.v1"])] == [1, 2]
    assert store.select_notifications(1, 10, topics=["other"]) == []
    assert store.select_notifications(1, 1)[0].state == b"\x00raw\xff"
    with pytest.raises(IntegrityError):
        store.insert_events(events)
    assert store.read("ward-w1")[0].metadata == known
    assert store.append(cleaned("w1", version=3)).position == 4


def test_a_subscription_wakes_at_a_commit_of_its_process(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 30.0)
    store.append(cleaned("w1"))
    writer = threading.Timer(0.3, lambda: store.append(cleaned("w2")))
    started = time.monotonic()
    with store.subscribe(gt=0, topics=["test-ward.room-cleaned.v1"]) as subscription:
        assert next(subscription).originator_id == "ward-w1"
        writer.start()
        assert next(subscription).originator_id == "ward-w2"
    assert time.monotonic() - started < 20
    writer.join()


def test_a_subscription_notices_another_process_by_polling_and_ends_when_it_is_stopped(
    store: EventStore, place: Place
) -> None:
    with place.store() as other, store.subscribe(gt=None) as subscription:
        writer = threading.Timer(0.3, lambda: other.append(cleaned("w1")))
        writer.start()
        assert next(subscription).id == 1
        threading.Timer(0.3, subscription.stop).start()
        assert list(subscription) == []
        writer.join()


# Other processes


def test_of_two_processes_that_claim_at_the_same_moment_exactly_one_wins(store: EventStore, place: Place) -> None:
    barrier, verdicts = SPAWN.Barrier(2), SPAWN.SimpleQueue()
    racers = [SPAWN.Process(target=workers.rent_at_once, args=(place, f"w{n}", barrier, verdicts)) for n in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)
    assert sorted(verdicts.get() for _ in racers) == ["bed-is-taken", "won"]
    assert store.last_position() == 1


def test_a_tailing_reader_misses_nothing_beside_six_writers(store: EventStore, place: Place) -> None:
    writers, commits, per_commit = 6, 300, 5
    barrier = SPAWN.Barrier(writers + 1)
    crew = [
        SPAWN.Process(target=workers.write_many, args=(place, writer, commits, per_commit, barrier))
        for writer in range(writers)
    ]
    for each in crew:
        each.start()
    barrier.wait(60)
    seen: list[tuple[int, str, int]] = []
    position, total = 0, writers * commits * per_commit
    give_up = time.monotonic() + 120
    while len(seen) < total and time.monotonic() < give_up:
        for each_event in store.after(position, 500):
            seen.append((each_event.position, each_event.stream, each_event.version))
            position = each_event.position
        store.wait_past(position, timeout=1)
    for each in crew:
        each.join(60)
    assert [position for position, _, _ in seen] == list(range(1, total + 1))
    recorded = [stored.metadata.recorded_at for stored in store.after(0, total)]
    assert recorded == sorted(recorded)
    kept = [(e.position, e.stream, e.version) for e in store.after(0, total)]
    assert kept == seen


def test_a_process_killed_before_its_commit_leaves_nothing_and_no_lock(store: EventStore, place: Place) -> None:
    written = SPAWN.Event()
    victim = SPAWN.Process(target=workers.stop_before_commit, args=(place, written))
    victim.start()
    assert written.wait(60)
    os.kill(victim.pid or 0, signal.SIGKILL)
    victim.join(60)
    assert store.last_position() == 0
    assert store.append(cleaned("w1", command_id="c")).position == 1


def test_processes_killed_at_any_moment_leave_whole_commands_only(place: Place) -> None:
    for pause in (0.02, 0.07, 0.13):
        victim = SPAWN.Process(target=workers.write_until_killed, args=(place,))
        victim.start()
        before = _last_position(place)
        while _last_position(place) == before:
            time.sleep(0.01)
        time.sleep(pause)
        os.kill(victim.pid or 0, signal.SIGKILL)
        victim.join(60)
    with place.store() as store, store._database.reading() as cursor:
        if place.kind == "sqlite":
            assert cursor.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        last, count = cursor.execute("SELECT max(notification_id), count(*) FROM stored_events").fetchone()
        assert last == count
        (commands,) = cursor.execute("SELECT count(*) FROM commands").fetchone()
        (claims,) = cursor.execute("SELECT count(*) FROM claims").fetchone()
        assert (count, commands, count % 60) == (3 * claims, 2 * claims, 0)


def _last_position(place: Place) -> int:
    with place.store() as store:
        return store.last_position()


def test_threads_share_one_store(store: EventStore) -> None:
    def work(ward: str) -> None:
        for n in range(50):
            execute(store, request(Clean(ward_id=ward, rooms=1), after=timedelta(milliseconds=n)), region=REGION)

    crew = [threading.Thread(target=work, args=(f"w{n % 3}",)) for n in range(6)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    assert store.last_position() == 300
    assert [each.version for each in store.read("ward-w0")] == list(range(1, 101))
