import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.codec import decode
from projections.changes import folded
from projections.registry import HANDLERS, PROJECTIONS
from streams.committing import split
from streams.envelope import partition_batches
from streams.events import PartitionBatch, TransportedEvent, UnknownEvent
from streams.ports import RelayState
from streams.projecting import BatchProjector, MissingEventsError, ProjectionMarks
from streams.relay import relay_batches
from tests.projections.histories import history
from tests.streams.logs import recorded
from tests.streams.memory_rows import PROJECTOR, MemoryRows


def noted(position: int, stream: str, text: str) -> TransportedEvent:
    return TransportedEvent(position, stream, position, "noted", f"{stream}={text}".encode(), b"")


def parcel(after: int, *events: TransportedEvent, partition: int = 0) -> PartitionBatch:
    return PartitionBatch(partition, after, events)


def kept(rows: MemoryRows, *arrived: PartitionBatch) -> MemoryRows:
    rows.keep(PROJECTOR.project(arrived, rows.marks))
    return rows


def test_rows_and_watermarks_of_all_projections_move_together():
    rows = kept(
        MemoryRows(), parcel(0, noted(3, "a", "1"), noted(7, "b", "2")), parcel(0, noted(5, "c", "3"), partition=1)
    )
    assert rows.texts == {"a": "1", "b": "2", "c": "3"}
    assert rows.watermarks == {("notes", 0): 7, ("quiet", 0): 7, ("notes", 1): 5, ("quiet", 1): 5}


def test_what_comes_again_is_passed_over():
    first, second = parcel(0, noted(1, "a", "old")), parcel(1, noted(2, "a", "new"))
    rows = kept(MemoryRows(), first, second)
    again = PROJECTOR.project([first, second], rows.marks)
    assert (again.changes, again.taken, again.watermarks) == ([], 0, rows.watermarks)


def test_what_comes_again_moves_no_watermark_back():
    marks = {("notes", 0): 5, ("quiet", 0): 5}
    assert PROJECTOR.project([parcel(0, noted(1, "a", "1"))], ProjectionMarks(marks)).watermarks == marks


def test_of_a_parcel_that_comes_again_and_longer_only_the_end_is_taken():
    rows = kept(MemoryRows(), parcel(0, noted(1, "a", "1")))
    longer = PROJECTOR.project([parcel(0, noted(1, "a", "1"), noted(2, "a", "2"))], rows.marks)
    assert [change.key for change in longer.changes] == ["a"]
    assert longer.taken == 1


def test_a_missing_event_is_a_gap():
    rows = kept(MemoryRows(), parcel(0, noted(1, "a", "1")))
    with pytest.raises(MissingEventsError):
        PROJECTOR.project([parcel(2, noted(3, "a", "3"))], rows.marks)
    with pytest.raises(MissingEventsError, match="notes stands at 0"):
        PROJECTOR.project([parcel(1, noted(2, "a", "2"))], ProjectionMarks({("quiet", 0): 1}))


def test_a_projection_that_is_further_takes_nothing_again():
    ahead = ProjectionMarks({("notes", 0): 5, ("quiet", 0): 0})
    outcome = PROJECTOR.project([parcel(0, noted(4, "a", "4")), parcel(4, noted(6, "a", "6"))], ahead)
    assert len(outcome.changes) == 1
    assert outcome.watermarks == {("notes", 0): 6, ("quiet", 0): 6}


def test_a_poison_event_is_kept_aside_and_its_stream_waits_behind_it():
    rows = kept(
        MemoryRows(), parcel(0, noted(1, "a", "1"), noted(2, "a", "boom"), noted(3, "a", "3"), noted(4, "b", "4"))
    )
    kept(rows, parcel(4, noted(5, "a", "5"), noted(6, "b", "6")))
    assert rows.texts == {"a": "1", "b": "6"}
    assert [(each.position, each.reason) for each in rows.letters] == [(2, "poison"), (3, "parked"), (5, "parked")]
    assert rows.letters[0].error.startswith("ValueError at memory_rows.py:")
    assert rows.watermarks["notes", 0] == 6


def test_rows_that_the_database_refuses_park_their_stream_for_that_projection_alone():
    arrived = [parcel(0, noted(1, "a", "1"), noted(2, "a", "2"), noted(3, "b", "3"))]
    outcome = PROJECTOR.project(arrived, ProjectionMarks({}), refused={1})
    assert [(each.projection, each.position, each.reason) for each in outcome.letters] == [
        ("notes", 1, "poison"),
        ("notes", 2, "parked"),
    ]
    assert [change.key for change in outcome.changes] == ["b"]


def test_bytes_that_cannot_be_read_are_poison_for_every_projection_that_follows_the_event():
    broken = TransportedEvent(1, "visit-1", 1, "visit.requested.v1", b"{", b"")
    projector = BatchProjector(tuple(PROJECTIONS), HANDLERS, decode)
    outcome = projector.project([parcel(0, broken)], ProjectionMarks({}))
    assert [each.projection for each in outcome.letters] == [name for name, _ in HANDLERS["visit.requested.v1"]]
    assert {each.error.split()[0] for each in outcome.letters} == {"CorruptEvent"}
    assert {name for (name, _), mark in outcome.watermarks.items() if mark == 1} == set(PROJECTIONS)


def test_halves_are_the_whole_in_the_order_of_the_log():
    one, other = split([parcel(0, noted(1, "a", "1"), noted(3, "b", "2")), parcel(0, noted(2, "c", "3"), partition=1)])
    assert [(each.partition, each.after, each.position) for each in one + other] == [(0, 0, 1), (1, 0, 2), (0, 1, 3)]
    assert (len(one), len(other)) == (1, 2)


@settings(max_examples=40)
@given(st.data())
def test_however_often_parcels_come_the_rows_are_those_of_one_pass(data):
    """A relay that is killed begins again further back, and cuts the log elsewhere."""
    texts = [(f"s{data.draw(st.integers(0, 4))}", str(n)) for n in range(data.draw(st.integers(1, 30)))]
    events = [noted(n, stream, text) for n, (stream, text) in enumerate(texts, 1)]
    rows = MemoryRows()
    sent = [RelayState()]
    while sent[-1].position < len(events):
        known = sent[data.draw(st.integers(max(0, len(sent) - 3), len(sent) - 1))]
        chunk = events[known.position : known.position + data.draw(st.integers(1, 7))]
        ends = {number: end.position for number, end in known.ends.items()}
        cut = list(partition_batches(chunk, 2, ends, data.draw(st.integers(1, 4))))
        kept(rows, *cut)
        if chunk[-1].position > sent[-1].position:
            sent.append(known.then(cut, chunk[-1].position))
    assert rows.texts == dict(texts)
    assert {mark for (_, number), mark in rows.watermarks.items()} == {end.position for end in sent[-1].ends.values()}


def test_all_projections_come_to_the_same_rows_as_without_a_broker():
    events = recorded(history(1, 20))
    projector = BatchProjector(tuple(PROJECTIONS), HANDLERS, decode)
    streamed = projector.project(relay_batches(events, 4, RelayState()), ProjectionMarks({}))
    straight = [
        change for event in events for _, project in HANDLERS.get(event.name, ()) for change in project(event.event)
    ]
    assert folded(streamed.changes) == folded(straight)
    assert streamed.taken == len(events)


def test_an_event_that_only_a_newer_program_knows_is_not_passed_over():
    newer = TransportedEvent(2, "a", 2, "noted-otherwise", b"", b"")
    projector = BatchProjector(
        PROJECTOR.projections, PROJECTOR.handlers, PROJECTOR.decode, known={"noted", "whispered"}
    )
    whispered = TransportedEvent(1, "a", 1, "whispered", b"", b"")
    assert projector.project([parcel(0, whispered)], ProjectionMarks({})).watermarks["notes", 0] == 1
    with pytest.raises(UnknownEvent, match="the event at position 2 is a noted-otherwise"):
        projector.project([parcel(0, whispered, newer)], ProjectionMarks({}))
    taken = ProjectionMarks({("notes", 0): 2, ("quiet", 0): 2})  # rows were made by a program that knows it
    assert projector.project([parcel(0, whispered, newer)], taken).taken == 0
