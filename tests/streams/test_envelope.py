from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.resident.events import ResidentRegistered
from infra.store.recorded import StoredEvent
from streams.envelope import ENVELOPE, MOST_BYTES, ForeignMessage, UnreadableMessage, pack, partition_batches, unpack
from streams.events import PartitionBatch, TransportedEvent
from streams.ports import PartitionEnd, RelayState
from streams.relay import BATCH_BYTES, LIVE, before_large_event, relay_batches
from streams.topics import partition_of
from tests.projections.histories import history
from tests.streams.logs import METADATA, recorded

PLAIN = b'{"actor":"a","recorded_at":"2026-03-02T04:00:00Z"}'

events_of_any_kind = st.builds(
    StoredEvent,
    position=st.just(0),
    stream=st.text(min_size=1, max_size=8),
    version=st.integers(1, 10**9),
    name=st.text(min_size=1, max_size=8),
    state=st.binary(max_size=40),
    metadata_state=st.sampled_from([METADATA, PLAIN]),
)


@st.composite
def runs(draw: st.DrawFn) -> list[StoredEvent]:
    """Draw a run of a log: positions rise, here and there by more than one."""
    run = []
    position = 0
    for event in draw(st.lists(events_of_any_kind, max_size=40)):
        position += draw(st.integers(1, 3))
        run.append(StoredEvent(position, event.stream, event.version, event.name, event.state, event.metadata_state))
    return run


def carried(event: StoredEvent) -> TransportedEvent:
    return TransportedEvent(event.position, event.stream, event.version, event.name, event.state, event.metadata_state)


def travelled(sent: Sequence[PartitionBatch]) -> list[PartitionBatch]:
    messages = [pack(parcel) for parcel in sent]
    return [unpack(message.partition, message.value, message.headers) for message in messages]


def by_partition(events: Sequence[TransportedEvent], partitions: int) -> Mapping[int, list[TransportedEvent]]:
    by_number: dict[int, list[TransportedEvent]] = {}
    for event in events:
        by_number.setdefault(partition_of(event.stream, partitions), []).append(event)
    return by_number


@given(runs(), st.integers(1, 5), st.integers(1, 7))
def test_what_arrives_is_what_was_sent_in_order_within_each_partition(run, partitions, most):
    sent = list(partition_batches(run, partitions, {}, most))
    arrived = travelled(sent)
    assert arrived == sent
    by_number: dict[int, list[TransportedEvent]] = {}
    for parcel in arrived:
        assert len(parcel.events) <= most
        by_number.setdefault(parcel.partition, []).extend(parcel.events)
    assert by_number == by_partition([carried(event) for event in run], partitions)


@given(runs(), st.integers(1, 3), st.lists(st.integers(1, 7), min_size=1))
def test_each_parcel_names_the_one_before_it_however_the_log_is_cut(run, partitions, sizes):
    sent = RelayState()
    last: dict[int, int] = {}
    at = 0
    while at < len(run):
        chunk = run[at : at + sizes[at % len(sizes)]]
        at += len(chunk)
        cut = list(partition_batches(chunk, partitions, {number: end.position for number, end in sent.ends.items()}, 3))
        sent = sent.then(cut, chunk[-1].position)
        for parcel in cut:
            assert parcel.after == last.get(parcel.partition, 0)
            last[parcel.partition] = parcel.position
    counted = {
        number: len(each) for number, each in by_partition([carried(event) for event in run], partitions).items()
    }
    assert sent.ends == {number: PartitionEnd(last[number], count) for number, count in counted.items()}


def test_each_batch_of_a_partition_names_the_last_event_of_the_one_before():
    events = recorded(history(1))[:5]
    assert [batch.after for batch in partition_batches(events, 1, {0: 0}, most=2)] == [0, 2, 4]


def test_one_event_is_a_cloud_event_under_its_streams_id():
    (event,) = recorded(history(1))[:1]
    (parcel,) = partition_batches([event], 8, {})
    message = pack(parcel)
    headers = dict(message.headers)
    assert (message.key, message.value) == (event.stream.encode(), event.state)
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_id"] == event.event_id.encode()
    assert headers["ce_type"] == event.name.encode()
    assert headers["ce_time"] == b"2026-03-02T04:00:00Z"
    assert headers["ce_subject"] == event.stream.encode()
    assert headers["ce_sequence"] == b"1"
    assert headers["traceparent"] == b"00-0af7-b7ad-01"


def test_an_event_outside_a_trace_has_no_trace_parent():
    event = StoredEvent(1, "visit-1", 1, "visit.requested.v1", b"{}", PLAIN)
    assert "traceparent" not in dict(pack(next(partition_batches([event], 8, {}))).headers)


def test_few_events_travel_one_by_one_and_many_in_envelopes():
    events = recorded(history(1, 30))
    assert {len(parcel.events) for parcel in relay_batches(events[:LIVE], 8, RelayState())} == {1}
    backlog = relay_batches(events, 8, RelayState())
    assert max(len(parcel.events) for parcel in backlog) > 20
    assert len(backlog) < len(events) / 10


def test_an_event_larger_than_a_kafka_batch_is_sent_alone_and_what_comes_before_it_first():
    sizes = (5, BATCH_BYTES, BATCH_BYTES + 1, 5)
    events = [StoredEvent(n, "visit-1", n, "x", b"a" * size, PLAIN) for n, size in enumerate(sizes, 1)]
    assert [event.position for event in before_large_event(events)] == [1, 2]
    assert [event.position for event in before_large_event(events[2:])] == [3]
    assert [event.position for event in before_large_event(events[3:])] == [4]


def test_nothing_personal_is_in_keys_or_headers():
    events = recorded(history(1))
    people = [event.event.personal for event in events if isinstance(event.event, ResidentRegistered)]
    secrets = [secret.encode() for each in people for secret in (each.name, each.phone, each.identity_number)]
    assert secrets
    for event in events:
        message = pack(next(partition_batches([event], 8, {})))
        outside = b"|".join([message.key or b"", *(held for _, held in message.headers)])
        assert not [secret for secret in secrets if secret and secret in outside]


def test_an_envelope_stays_far_below_the_largest_message():
    events = [StoredEvent(n, "visit-1", n, "x", b"a" * 60_000, PLAIN) for n in range(1, 51)]
    sizes = [len(pack(parcel).value) for parcel in partition_batches(events, 8, {})]
    assert len(sizes) == 7
    assert max(sizes) < 1.1 * MOST_BYTES


def test_an_event_larger_than_an_envelope_travels_alone():
    events = [StoredEvent(n, "visit-1", n, "x", b"a" * size, PLAIN) for n, size in enumerate([5, MOST_BYTES + 1, 5], 1)]
    assert [len(parcel.events) for parcel in partition_batches(events, 8, {})] == [1, 1, 1]


def test_somebody_elses_message_is_foreign():
    with pytest.raises(ForeignMessage):
        unpack(0, b"{}", [("content-type", b"application/json")])


@pytest.mark.parametrize(
    ("partition", "value", "headers"),
    [
        (0, b"\x93", [("content-type", ENVELOPE), ("jiayi_after", b"0")]),
        (0, b"{}", [("content-type", b"application/vnd.jiayi.envelope.v2+msgpack"), ("jiayi_after", b"0")]),
        (0, b"{}", [("content-type", b"application/json"), ("jiayi_after", b"0")]),
        (
            1,
            pack(
                PartitionBatch(
                    0, 0, (TransportedEvent(1, "s", 1, "x", b"", PLAIN), TransportedEvent(2, "s", 2, "x", b"", PLAIN))
                )
            ).value,
            None,
        ),
        (
            0,
            pack(
                PartitionBatch(
                    0, 0, (TransportedEvent(2, "s", 2, "x", b"", PLAIN), TransportedEvent(1, "s", 1, "x", b"", PLAIN))
                )
            ).value,
            None,
        ),
        (0, pack(PartitionBatch(0, 0, (TransportedEvent(1, "s", 1, "x", b"", PLAIN),) * 2)).value, None),
    ],
    ids=["broken", "newer", "without its attributes", "in another partition", "out of order", "an event twice"],
)
def test_a_message_of_ours_that_cannot_be_read_is_told_from_a_foreign_one(partition, value, headers):
    with pytest.raises(UnreadableMessage):
        unpack(partition, value, headers or [("content-type", ENVELOPE), ("jiayi_after", b"0")])
