"""Rows that projectors keep, each partition at its watermark: compared, made anew, filled when they are new."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from infra.database.advisory_locks import AdvisoryLock, lock_key
from infra.distributed.relay_progress import PostgresRelayProgress
from infra.rows.model import catch_up
from infra.rows.postgres import PostgresRows
from infra.rows.rebuild import Difference, check, fill_new, rebuild
from infra.rows.rebuild_postgres import Reach, ShadowFiller, fill
from infra.rows.sqlite import SqliteRows
from infra.store.recorded import StoredEvent
from projections.registry import PROJECTIONS
from streams.ports import PartitionEnd, RelayState
from streams.topics import partition_of
from tests.infra.rows.test_read_model import everything
from tests.infra.store import places
from tests.infra.store.places import Place
from tests.projections.histories import history
from tests.streams.logs import GrowingLog, recorded

PARTITIONS = 4
EVENTS = recorded(history(5))
LAST = len(EVENTS)
ENDS = [max(e.position for e in EVENTS if partition_of(e.stream, PARTITIONS) == n) for n in range(PARTITIONS)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    yield from places.place("postgres", tmp_path)


@pytest.fixture
def rows(place: Place) -> Iterator[PostgresRows]:
    with opened(place) as rows:
        yield rows


def opened(place: Place) -> PostgresRows:
    assert place.url
    return PostgresRows(
        place.url, schema=f"{place.schema}_rows", store_schema=place.schema, partitions=PARTITIONS, durable=False
    )


def stream(rows: PostgresRows, *reach: int, events: Sequence[StoredEvent] = EVENTS) -> None:
    """Do what projectors do from the topic's beginning, each partition to its position; without any, to the end."""

    async def run(filling: ShadowFiller) -> None:
        filling.ends.clear()
        try:
            await filling.take_events(events)
        finally:
            await filling.close()

    asyncio.run(run(ShadowFiller(rows, rows.projections, Reach(reach) if reach else None)))


def straight(folder: Path, events: Sequence[StoredEvent] = EVENTS) -> dict[str, list[tuple[object, ...]]]:
    with SqliteRows(folder / "straight.db") as rows:
        catch_up(GrowingLog(events), rows)
        return everything(rows)


def relayed(place: Place, position: int, *ends: int) -> None:
    async def run() -> None:
        relaying = PostgresRelayProgress(str(place.url), place.schema)
        await relaying.take()
        await relaying.write(
            RelayState(position, {number: PartitionEnd(end, 1) for number, end in enumerate(ends) if end})
        )
        await relaying.leave()

    asyncio.run(run())


def letters(place: Place) -> list[tuple[object, ...]]:
    with psycopg.connect(str(place.url)) as link:
        rows = sql.SQL("SELECT projection, stream, reason FROM {}.dead_letters ORDER BY position, projection")
        return link.execute(rows.format(sql.Identifier(f"{place.schema}_rows"))).fetchall()


def test_a_check_looks_at_each_partition_up_to_its_own_watermark(rows: PostgresRows, place: Place) -> None:
    stream(rows, 30, LAST, 0, 90)
    assert check(GrowingLog(EVENTS), rows, fill) == []
    stream(rows, 60, LAST, 0, 90)
    rebuild(GrowingLog(EVENTS, 80), rows, fill, "residents")
    assert check(GrowingLog(EVENTS), rows, fill) == []
    known = str(rows.ask("SELECT min(resident_id) AS one FROM residents_v1")[0]["one"])
    place.run(f"UPDATE residents_v1 SET name = 'x' WHERE resident_id = '{known}'")
    assert check(GrowingLog(EVENTS), rows, fill, "visits") == []
    assert check(GrowingLog(EVENTS), rows, fill) == [Difference("residents_v1", known, "differs", ("name",))]


def test_a_partition_without_a_watermark_counts_up_to_the_position_in_the_whole_log(
    rows: PostgresRows, tmp_path: Path
) -> None:
    catch_up(GrowingLog(EVENTS, 70), rows)
    stream(rows, 100, 0, 0, 0)
    assert check(GrowingLog(EVENTS), rows, fill) == []
    stream(rows)
    assert everything(rows) == straight(tmp_path)


def test_rebuilt_rows_are_gone_on_with_and_nothing_comes_twice(rows: PostgresRows, tmp_path: Path) -> None:
    stream(rows, 30, LAST, 0, 90)
    rebuild(GrowingLog(EVENTS, 100), rows, fill)
    marks = rows.watermarks()["visits"]
    stream(rows)
    assert everything(rows) == straight(tmp_path)
    assert marks[0] == max(marks.values()) == 100
    assert rows.watermarks()["visits"] == {0: 100, **{number + 1: end for number, end in enumerate(ENDS)}}


def test_the_rows_position_is_the_lowest_that_is_behind_what_the_relay_has_sent(
    rows: PostgresRows, place: Place
) -> None:
    assert rows.position == 0
    relayed(place, LAST, *ENDS)
    stream(rows, 30, LAST, LAST, LAST)
    behind = max(e.position for e in EVENTS if e.position <= 30 and partition_of(e.stream, PARTITIONS) == 0)
    assert rows.position == behind
    rebuild(GrowingLog(EVENTS, 60), rows, fill, "visits")
    assert rows.position == behind
    stream(rows)
    assert rows.position == LAST
    relayed(place, 50, *(min(end, 50) for end in ENDS))
    assert rows.position == 50
    rebuild(GrowingLog(EVENTS), rows, fill)
    assert rows.position == LAST


def test_letters_of_before_are_answered_by_rows_made_anew(rows: PostgresRows, place: Place, tmp_path: Path) -> None:
    """An event that an older program could not read is read by this one."""
    broken, stream_id = with_a_broken_event()
    stream(rows, events=broken)
    assert {letter[1] for letter in letters(place)} == {stream_id}
    assert check(GrowingLog(broken), rows, fill) == []
    assert check(GrowingLog(EVENTS), rows, fill) != []
    rebuild(GrowingLog(EVENTS), rows, fill)
    assert letters(place) == []
    assert everything(rows) == straight(tmp_path)


def test_an_event_that_is_still_broken_keeps_its_stream_waiting(rows: PostgresRows, place: Place) -> None:
    broken, stream_id = with_a_broken_event()
    stream(rows, events=broken)
    before, written = everything(rows), letters(place)
    rebuild(GrowingLog(broken, LAST - 40), rows, fill)
    assert {letter[1] for letter in letters(place)} == {stream_id}
    stream(rows, events=broken)
    assert everything(rows) == before
    assert letters(place) == written


def with_a_broken_event() -> tuple[list[StoredEvent], str]:
    """Return events of which one cannot be read, and its stream, which goes on after it."""
    visits = [event for event in EVENTS if event.name == "visit.requested.v1"]
    broken = max(visits, key=lambda visit: sum(event.stream == visit.stream for event in EVENTS))
    events = list(EVENTS)
    events[broken.position - 1] = StoredEvent(
        broken.position, broken.stream, broken.version, broken.name, b"{", broken.metadata_state
    )
    return events, broken.stream


def test_only_projections_that_have_taken_nothing_are_filled(place: Place, tmp_path: Path) -> None:
    with opened(place) as rows:
        assert fill_new(GrowingLog(EVENTS, 0), rows, fill) == ()
        assert set(fill_new(GrowingLog(EVENTS, 50), rows, fill)) == set(PROJECTIONS)
        stream(rows, LAST, LAST, 60, LAST)
    place.run("UPDATE projections SET fingerprint = 'older' WHERE projection IN ('timers', 'visits')")
    with opened(place) as rows:
        before = rows.watermarks()
        assert not any(before["visits"].values())
        assert set(fill_new(GrowingLog(EVENTS), rows, fill)) == {"timers", "visits"}
        assert fill_new(GrowingLog(EVENTS), rows, fill) == ()
        assert rows.watermarks()["residents"] == before["residents"]
        stream(rows)
        assert everything(rows) == straight(tmp_path)


def test_of_several_that_would_fill_new_projections_one_does(place: Place, tmp_path: Path) -> None:
    def begin() -> int:
        with opened(place) as rows:
            return len(fill_new(GrowingLog(EVENTS), rows, fill))

    with ThreadPoolExecutor() as projectors:
        begun = [projectors.submit(begin) for _ in range(3)]
        assert sorted(each.result() for each in begun) == [0, 0, len(PROJECTIONS)]
    with opened(place) as rows:
        assert everything(rows) == straight(tmp_path)


def test_what_a_killed_rebuild_left_behind_is_taken_away_by_the_next(rows: PostgresRows, place: Place) -> None:
    left, in_use = (f"{rows.schema}_anew_{number}" for number in (1, 2))
    with psycopg.connect(str(place.url), autocommit=True) as link:
        for schema in (left, in_use):
            link.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        link.execute(f"SELECT pg_advisory_lock({lock_key(in_use, AdvisoryLock.SHADOW_ROWS)})".encode())
        rebuild(GrowingLog(EVENTS), rows, fill)
        there = link.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", (f"{rows.schema}_",))
        assert there.fetchall() == [(in_use,)]


def test_rows_for_another_number_of_partitions_stand_where_that_topic_does(rows: PostgresRows, tmp_path: Path) -> None:
    """The topic is made anew with fewer partitions: the rows are rebuilt for it before its projectors begin."""
    stream(rows)
    fewer = PARTITIONS - 1
    with PostgresRows(rows.url, schema=rows.schema, partitions=fewer) as other:
        rebuild(GrowingLog(EVENTS, 100), other, fill)
        assert other.watermarks()["visits"][PARTITIONS] == 0
        stream(other)
        assert everything(other) == straight(tmp_path)
