"""Rows made anew from the topic alone: those that the store gives, or nothing at all if the topic lacks an event."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infra.rows.model import catch_up
from infra.rows.postgres import PostgresRows
from infra.rows.rebuild import Difference, check, rebuild
from infra.rows.rebuild_from_topic import check_against_kafka, rebuild_from_kafka
from infra.rows.rebuild_postgres import fill
from infra.store.postgres import PostgresStore
from streams.topics import Topic, TopicError, create_topic
from tests.projections.histories import history
from tests.streams.logs import GrowingLog, recorded
from tests.streams.stream_workers import PARTITIONS, StreamWorkers, rows_of, straight, until, written

EVENTS = recorded(history(8, 20))
LAST = len(EVENTS)


@pytest.fixture
def rows(workers: StreamWorkers) -> Iterator[PostgresRows]:
    with PostgresRows(workers.url, partitions=PARTITIONS) as opened:
        yield opened


def from_kafka(workers: StreamWorkers, rows: PostgresRows, name: str | None = None) -> list[tuple[int, int]]:
    calls: list[tuple[int, int]] = []
    rebuild_from_kafka(
        rows,
        bootstrap_servers=workers.services.bootstrap_servers,
        topic=workers.topic,
        name=name,
        progress=lambda at, last: calls.append((at, last)),
    )
    return calls


def differing(workers: StreamWorkers, rows: PostgresRows) -> list[Difference]:
    return check_against_kafka(rows, bootstrap_servers=workers.services.bootstrap_servers, topic=workers.topic)


def refused(workers: StreamWorkers, rows: PostgresRows) -> TopicError:
    """Rebuild from the topic, which cannot be; return why, after a look at the rows that are as they were."""
    before, marks = rows_of(workers.url), rows.watermarks()
    with pytest.raises(TopicError):
        differing(workers, rows)
    with pytest.raises(TopicError) as error:
        from_kafka(workers, rows)
    assert rows_of(workers.url) == before
    assert rows.watermarks() == marks
    return error.value


def other_topic(workers: StreamWorkers) -> Topic:
    """Return the topic so far; from now on there is another, empty one."""
    before = workers.topic
    workers.topic = Topic(name=f"{before.name}-anew", partitions=PARTITIONS)
    asyncio.run(create_topic(workers.services.bootstrap_servers, workers.topic))
    return before


def test_rows_from_the_topic_are_those_from_the_store(
    workers: StreamWorkers, rows: PostgresRows, tmp_path: Path
) -> None:
    workers.relay_here(GrowingLog(EVENTS))
    calls = from_kafka(workers, rows)
    assert calls == sorted(calls)
    assert calls[-1][0] == calls[-1][1] > 0
    assert rows.position == LAST
    with straight(GrowingLog(EVENTS), tmp_path) as expected:
        assert rows_of(workers.url) == expected
    marks = rows.watermarks()
    rebuild(GrowingLog(EVENTS), rows, fill)
    assert {name: {**each, 0: 0} for name, each in rows.watermarks().items()} == marks


def test_rows_are_compared_with_the_topic_up_to_each_partitions_watermark(
    workers: StreamWorkers, rows: PostgresRows
) -> None:
    workers.relay_here(GrowingLog(EVENTS, 100))
    from_kafka(workers, rows)
    workers.relay_here(GrowingLog(EVENTS))
    from_kafka(workers, rows, "visits")
    assert differing(workers, rows) == []
    with psycopg.connect(workers.url, options="-c search_path=jiayi_rows") as link:
        lost = "DELETE FROM residents_v1 WHERE resident_id = (SELECT min(resident_id) FROM residents_v1) RETURNING *"
        (resident_id, *_) = link.execute(lost).fetchall()[0]
    assert differing(workers, rows) == [Difference("residents_v1", resident_id, "missing")]


def test_rows_are_rebuilt_from_the_topic_while_events_flow(
    workers: StreamWorkers, rows: PostgresRows, tmp_path: Path
) -> None:
    with PostgresStore(workers.url) as store:
        written(store, EVENTS[:200])
        relay, projector = workers.relay(), workers.projector()
        until(lambda: workers.settled(200), relay, projector)
        for at in range(200, LAST, 20):
            written(store, EVENTS[at : at + 20])
            if at in {300, 400}:
                until(lambda: workers.relayed() >= 300, relay, projector)
                from_kafka(workers, rows, "visits" if at == 300 else None)
                assert check(store, rows, fill) == []
        until(lambda: workers.settled(LAST), relay, projector)
        with straight(store, tmp_path) as expected:
            assert rows_of(workers.url) == expected


def test_a_topic_without_its_beginning_is_refused(workers: StreamWorkers, rows: PostgresRows) -> None:
    workers.relay_here(GrowingLog(EVENTS, 60))
    rebuild(GrowingLog(EVENTS, 60), rows, fill)
    other_topic(workers)
    workers.relay_here(GrowingLog(EVENTS))
    error = refused(workers, rows)
    assert (error.rule, error.values["position"]) == ("topic-incomplete", 0)


def test_a_topic_with_a_hole_is_refused(workers: StreamWorkers, rows: PostgresRows) -> None:
    workers.relay_here(GrowingLog(EVENTS, 60))
    before = other_topic(workers)
    workers.relay_here(GrowingLog(EVENTS, 90))
    workers.topic = before
    workers.relay_here(GrowingLog(EVENTS))
    error = refused(workers, rows)
    assert error.rule == "topic-incomplete"
    assert 0 < int(error.values["position"]) <= 60


def test_a_topic_that_ends_before_the_rows_do_is_refused(workers: StreamWorkers, rows: PostgresRows) -> None:
    workers.relay_here(GrowingLog(EVENTS, 60))
    from_kafka(workers, rows)
    rebuild(GrowingLog(EVENTS), rows, fill)
    assert refused(workers, rows).rule == "topic-behind"
    other_topic(workers)
    workers.relay_here(GrowingLog(EVENTS))
    assert refused(workers, rows).rule == "topic-incomplete"


def test_a_topic_or_broker_that_is_not_there_is_refused(workers: StreamWorkers, rows: PostgresRows) -> None:
    catch_up(GrowingLog(EVENTS, 50), rows)
    workers.topic = Topic(name=f"{workers.topic.name}-never", partitions=PARTITIONS)
    assert refused(workers, rows).rule == "topic-missing"
    with pytest.raises(TopicError) as error:
        rebuild_from_kafka(rows, bootstrap_servers="127.0.0.1:1", topic=workers.topic)
    assert error.value.rule == "kafka-unreachable"
