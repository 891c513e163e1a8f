"""Commands through the whole path: read, fold, read inputs, decide, append."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.decider import Refused
from infra.command_handler import Answer, CommandRequest, execute, execute_all
from infra.store.sqlite import SqliteStore
from infra.store.store import EventStore
from tests.infra.store.places import Place
from tests.infra.store.wards import NOW, REGION, Clean, Leave, Rent, Rented, Vacate, move_in, rent_bed, request


@pytest.fixture(autouse=True)
def small_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    move_in(monkeypatch.setattr)


@pytest.fixture
def store(place: Place) -> Iterator[EventStore]:
    with place.store() as opened:
        yield opened


def test_a_command_is_decided_with_clock_and_pack_and_stored(store: EventStore) -> None:
    answer = execute(store, request(rent_bed("w1"), "c1", correlation_id="k", causation_id="z"), region=REGION)
    assert answer == Answer("w1", "ward-w1", 1, 1, ("test-ward.rented.v1",))
    (stored,) = store.read("ward-w1")
    event, about = stored.event, stored.metadata
    assert isinstance(event, Rented)
    assert (event.at, event.bed, stored.event_id) == (NOW, "b1", "ward-w1:1")
    assert (about.actor, about.command_id, about.correlation_id, about.causation_id) == ("desk-1", "c1", "k", "z")
    assert about.recorded_at == NOW
    assert about.pack is not None
    assert event.notice_days == len(about.pack)


def test_a_command_without_an_id_has_that_of_its_first_event_and_is_its_own_cause(store: EventStore) -> None:
    execute(store, request(Clean(ward_id="w1", rooms=1)), region=REGION)
    execute(store, request(Clean(ward_id="w1", rooms=2)), region=REGION)
    ids = [each.metadata.command_id for each in store.read("ward-w1")]
    assert ids == ["ward-w1:1", "ward-w1:2", "ward-w1:2"]
    for each in store.read("ward-w1"):
        assert each.metadata.correlation_id == each.metadata.causation_id == each.metadata.command_id


def test_what_begins_with_a_command_correlates_with_it_and_what_follows_keeps_its_own_ids(store: EventStore) -> None:
    execute(store, request(Clean(ward_id="w1", rooms=1), "c1"), region=REGION)
    execute(
        store, request(Clean(ward_id="w2", rooms=1), "c2", correlation_id="c1", causation_id="ward-w1:1"), region=REGION
    )
    (first,), (second,) = store.read("ward-w1"), store.read("ward-w2")
    assert (first.metadata.correlation_id, first.metadata.causation_id) == ("c1", "c1")
    assert (second.metadata.correlation_id, second.metadata.causation_id) == ("c1", "ward-w1:1")


def test_another_aggregate_named_by_the_decision_is_found_by_its_id(store: EventStore) -> None:
    execute(store, request(Leave(nurse_id="n1")), region=REGION)
    command = Rent(ward_id="w1", bed="b1", since=date(2026, 3, 2), until=date(2026, 3, 9), nurse_id="n1")
    with pytest.raises(Refused, match="nurse-is-away"):
        execute(store, request(command), region=REGION)
    assert store.last_position() == 1


def test_nothing_to_say_leaves_no_trace_without_a_command_id(store: EventStore) -> None:
    answer = execute(store, request(Vacate(ward_id="w1")), region=REGION)
    assert answer == Answer("w1", "ward-w1", 0, 0, ())


def test_the_same_id_twice_gives_the_first_answer_and_writes_nothing(store: EventStore) -> None:
    first = execute(store, request(Clean(ward_id="w1", rooms=2), "c1"), region=REGION)
    again = execute(store, request(Clean(ward_id="w1", rooms=2), "c1", after=timedelta(days=1)), region=REGION)
    assert again == first
    assert store.last_position() == 2


def test_a_quiet_answer_is_remembered_under_its_id(store: EventStore) -> None:
    first = execute(store, request(Vacate(ward_id="w1"), "c1"), region=REGION)
    execute(store, request(rent_bed("w1")), region=REGION)
    assert execute(store, request(Vacate(ward_id="w1"), "c1"), region=REGION) == first
    assert store.last_position() == 1


def test_an_id_cannot_be_used_for_another_command(store: EventStore) -> None:
    execute(store, request(Clean(ward_id="w1", rooms=2), "c1"), region=REGION)
    with pytest.raises(Refused, match="command-id-reused"):
        execute(store, request(Clean(ward_id="w1", rooms=3), "c1"), region=REGION)


def test_an_id_cannot_be_used_for_another_command_of_the_same_commit(store: EventStore) -> None:
    clean = [request(Clean(ward_id="w1", rooms=rooms), "c1") for rooms in (2, 2, 3)]
    first, again, other = execute_all(store, clean, region=REGION)
    assert again == first
    assert isinstance(other, Refused)
    assert (other.rule, store.last_position()) == ("command-id-reused", 2)


def test_a_refused_command_may_be_tried_again_under_its_id(store: EventStore) -> None:
    execute(store, request(rent_bed("w1"), "c1"), region=REGION)
    with pytest.raises(Refused):
        execute(store, request(rent_bed("w2"), "c2"), region=REGION)
    execute(store, request(Vacate(ward_id="w1"), "c3"), region=REGION)
    assert execute(store, request(rent_bed("w2"), "c2"), region=REGION).version == 1


def test_the_clock_does_not_run_backwards(store: EventStore) -> None:
    execute(store, request(rent_bed("w1")), region=REGION)
    with pytest.raises(Refused, match="now-before-last-event") as refused:
        execute(store, request(Vacate(ward_id="w1"), after=timedelta(minutes=-1)), region=REGION)
    assert refused.value.values == {"now": "2026-03-02T00:59:00+00:00", "last": "2026-03-02T01:00:00+00:00"}


def test_a_command_that_waited_a_moment_for_the_lock_is_recorded_no_earlier_than_the_last(store: EventStore) -> None:
    execute(store, request(rent_bed("w1")), region=REGION)
    execute(store, request(Vacate(ward_id="w1"), after=timedelta(seconds=-2)), region=REGION)
    assert store.last_recorded_at() == NOW


def test_what_follows_from_an_event_is_decided_as_of_the_newest_whoever_finds_out_when(store: EventStore) -> None:
    execute(store, request(Clean(ward_id="w1", rooms=1)), region=REGION)
    late = request(rent_bed("w1"), "c1", after=timedelta(hours=-1), follows=True)
    assert execute(store, late, region=REGION).version == 2
    event = store.read("ward-w1")[-1].event
    assert isinstance(event, Rented)
    assert event.at == store.last_recorded_at() == NOW


def test_a_command_without_an_offset_in_its_moment_is_an_error(store: EventStore) -> None:
    with pytest.raises(ValueError, match="offset"):
        execute(store, CommandRequest(Vacate(ward_id="w1"), None, "desk-1", NOW.replace(tzinfo=None)), region=REGION)


def test_what_another_process_wrote_is_seen_by_the_next_command(store: EventStore, place: Place) -> None:
    with place.store() as other:
        for n in range(3):
            assert execute(store, request(Clean(ward_id="w1", rooms=1)), region=REGION).version == 2 * n + 1
            assert execute(other, request(Clean(ward_id="w1", rooms=1)), region=REGION).version == 2 * n + 2
    assert [getattr(stored.event, "room", None) for stored in store.read("ward-w1")] == list(range(6))


def test_a_state_that_was_rolled_back_is_not_remembered(store: EventStore) -> None:
    batch = [
        request(rent_bed("w1")),
        request(Vacate(ward_id="w1")),
        request(rent_bed("w3", bed="b3")),
        request(object()),
    ]
    with pytest.raises(KeyError):
        execute_all(store, batch, region=REGION)
    execute_all(store, [*batch[:2], request(rent_bed("w1", days=0))], region=REGION, keep_good=False)
    assert execute(store, batch[2], region=REGION).version == 1


def test_a_batch_keeps_the_good_and_tells_the_refused(store: EventStore) -> None:
    batch = [request(rent_bed("w1"), "c1"), request(rent_bed("w2"), "c2"), request(Vacate(ward_id="w1"), "c3")]
    first, second, third = execute_all(store, [*batch, request(rent_bed("w2"), "c4")], region=REGION)[:3]
    assert isinstance(first, Answer)
    assert isinstance(second, Refused)
    assert (second.rule, second.values) == (
        "bed-is-taken",
        {"key": "bed:b1", "held_by": "ward-w1", "claimed": "b1", "holder": "w1"},
    )
    assert third == Answer("w1", "ward-w1", 2, 2, ("test-ward.vacated.v1",))
    assert [stored.stream for stored in store.after(0)] == ["ward-w1", "ward-w1", "ward-w2"]


def test_a_batch_that_stands_together_falls_together(store: EventStore) -> None:
    batch = [request(Clean(ward_id="w0", rooms=3), "c0"), request(rent_bed("w1"), "c1"), request(rent_bed("w2"), "c2")]
    verdicts = execute_all(store, batch, region=REGION, keep_good=False)
    assert [v.rule for v in verdicts if isinstance(v, Refused)] == ["rolled-back-with-batch"] * 2 + ["bed-is-taken"]
    assert store.last_position() == 0
    assert execute(store, batch[2], region=REGION).position == 1


def test_a_batch_and_one_by_one_end_in_the_same_events_whatever_the_database(store: EventStore, tmp_path: Path) -> None:
    script = [
        request(
            Clean(ward_id=f"w{n % 3}", rooms=n % 4, team_id="t1", day=date(2026, 3, 3)), f"c{n % 17}-{n % 3}-{n % 4}"
        )
        for n in range(60)
    ]
    script += [request(rent_bed(f"w{n % 3}", bed=f"b{n % 2}"), f"r{n}") for n in range(8)]
    with SqliteStore(tmp_path / "one.db") as one:
        verdicts: list[object] = []
        for each in script:
            try:
                verdicts.append(execute(one, each, region=REGION))
            except Refused as refused:
                verdicts.append(str(refused))
        batched = [str(v) if isinstance(v, Refused) else v for v in execute_all(store, script, region=REGION)]
        assert batched == verdicts
        assert store.after(0) == one.after(0)


def test_an_error_in_a_batch_undoes_the_batch(store: EventStore) -> None:
    with pytest.raises(KeyError):
        execute_all(store, [request(Clean(ward_id="w1", rooms=1)), request(object())], region=REGION)
    assert store.last_position() == 0
