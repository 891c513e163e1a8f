import asyncio
from collections.abc import Sequence
from typing import NoReturn

import pytest

from streams.agent import BatchCommitter, Received, StallDetector
from streams.envelope import pack
from streams.events import PartitionBatch, TransportedEvent
from streams.exit_codes import BROKEN
from streams.projector import Projector
from tests.streams.memory_rows import PROJECTOR, MemoryRows
from tests.streams.test_projecting import noted

METADATA = b'{"actor":"a","recorded_at":"2026-03-02T04:00:00Z"}'


class Ended(BaseException):
    """What a test sees of a process that ended."""


def end(code: int) -> NoReturn:
    raise Ended(code)


def message(after: int, *events: TransportedEvent) -> Received:
    known = tuple([TransportedEvent(e.position, e.stream, e.version, e.name, e.state, METADATA) for e in events])
    packed = pack(PartitionBatch(0, after, known))
    return packed.partition, packed.value, packed.headers


def take(rows: MemoryRows, *messages: Received) -> MemoryRows:
    asyncio.run(Projector(rows, PROJECTOR, end).take(messages))
    return rows


def test_single_events_and_envelopes_are_written_in_one_transaction():
    rows = take(MemoryRows(), message(0, noted(1, "a", "1")), message(1, noted(2, "b", "2"), noted(3, "c", "3")))
    assert (rows.texts, rows.commits) == ({"a": "1", "b": "2", "c": "3"}, 1)


def test_a_database_that_is_away_is_asked_again():
    assert take(MemoryRows(away=3), message(0, noted(1, "a", "1"))).texts == {"a": "1"}


def test_a_row_that_the_database_cannot_hold_is_found_and_kept_aside():
    events = [noted(n, f"s{n}", "\0" if n == 11 else str(n)) for n in range(1, 18)]
    rows = take(MemoryRows(), message(0, *events), message(17, noted(18, "s11", "later"), noted(19, "s1", "later")))
    assert rows.texts == {f"s{n}": str(n) for n in range(1, 18) if n != 11} | {"s1": "later"}
    assert [(each.position, each.reason) for each in rows.letters] == [(11, "poison"), (18, "parked")]
    assert rows.watermarks["notes", 0] == 19


def test_a_message_of_somebody_else_is_passed_over():
    assert take(MemoryRows(), (0, b"hello", []), message(0, noted(1, "a", "1"))).texts == {"a": "1"}


@pytest.mark.parametrize(
    "wrong",
    [message(1, noted(2, "a", "2")), (0, b"{}", [("content-type", b"application/x"), ("jiayi_after", b"0")])],
    ids=["a gap", "a newer message"],
)
def test_a_broken_invariant_ends_the_process_before_anything_is_written(wrong):
    rows = MemoryRows()
    with pytest.raises(Ended) as ended:
        take(rows, wrong)
    assert ended.value.args == (BROKEN,)
    assert rows.commits == 0


def test_an_error_that_nobody_foresaw_ends_the_process():
    with pytest.raises(Ended):
        take(MemoryRows(broken=RuntimeError("no such table")), message(0, noted(1, "a", "1")))


def test_a_long_run_of_events_is_several_transactions():
    messages = [message(n, noted(n + 1, "a", str(n))) for n in range(5)]
    commits: list[list[int]] = []

    async def commit(parcels: Sequence[PartitionBatch], _: object) -> None:
        commits.append([parcel.position for parcel in parcels])

    asyncio.run(BatchCommitter("projector", commit, end, events=2).take(messages))
    assert commits == [[1, 2], [3, 4], [5]]


def test_the_watch_tells_who_stands_still_and_who_has_nothing_to_do():
    watch = StallDetector(patience=10)
    assert watch.stalled({0: 5, 1: 5}, now=0) == []
    assert watch.stalled({0: 5, 1: 6}, now=9) == []
    assert watch.stalled({0: 5, 1: 6}, now=11) == [0]
    assert watch.stalled({1: 6}, now=18) == []
    assert watch.stalled({0: 5, 1: 6}, now=20) == [1]
    watch.forget()
    assert watch.stalled({1: 6}, now=40) == []
