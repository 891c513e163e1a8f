"""Rows made anew from the topic alone: those that the store gives, or nothing at all if the topic lacks an event."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infra.rows.catch_up import catch_up
from infra.rows.postgres import PostgresRows
from infra.rows.rebuild import Difference, check, rebuild
from infra.rows.rebuild_from_topic import check_against_kafka, rebuild_from_kafka
from infra.rows.rebuild_postgres import fill
from infra.store.postgres import PostgresStore
from streams.topics import Topic, TopicError, create_topic
from tests.projections.histories import history
from tests.streams.city import PARTITIONS, City, rows_of, straight, until, written
from tests.streams.logs import GrowingLog, recorded

EVENTS = recorded(history(8, 20))
LAST = len(EVENTS)


@pytest.fixture
def rows(city: City) -> Iterator[PostgresRows]:
    with PostgresRows(city.url, partitions=PARTITIONS) as opened:
        yield opened


def from_kafka(city: City, rows: PostgresRows, name: str | None = None) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    rebuild_from_kafka(
        rows,
        bootstrap_servers=city.services.bootstrap_servers,
        topic=city.topic,
        name=name,
        progress=lambda at, last: told.append((at, last)),
    )
    return told


def differing(city: City, rows: PostgresRows) -> list[Difference]:
    return check_against_kafka(rows, bootstrap_servers=city.services.bootstrap_servers, topic=city.topic)


def refused(city: City, rows: PostgresRows) -> TopicError:
    """Rebuild from the topic, which cannot be; return why, after a look at the rows that are as they were."""
    before, marks = rows_of(city.url), rows.watermarks()
    with pytest.raises(TopicError):
        differing(city, rows)
    with pytest.raises(TopicError) as error:
        from_kafka(city, rows)
    assert rows_of(city.url) == before
    assert rows.watermarks() == marks
    return error.value


def other_topic(city: City) -> Topic:
    """Return the topic so far; from now on there is another, empty one."""
    before = city.topic
    city.topic = Topic(name=f"{before.name}-anew", partitions=PARTITIONS)
    asyncio.run(create_topic(city.services.bootstrap_servers, city.topic))
    return before


def test_rows_from_the_topic_are_those_from_the_store(city: City, rows: PostgresRows, tmp_path: Path) -> None:
    city.relay_here(GrowingLog(EVENTS))
    told = from_kafka(city, rows)
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] > 0
    assert rows.position == LAST
    with straight(GrowingLog(EVENTS), tmp_path) as expected:
        assert rows_of(city.url) == expected
    marks = rows.watermarks()
    rebuild(GrowingLog(EVENTS), rows, fill)
    assert {name: {**each, 0: 0} for name, each in rows.watermarks().items()} == marks


def test_rows_are_compared_with_the_topic_up_to_each_partitions_watermark(city: City, rows: PostgresRows) -> None:
    city.relay_here(GrowingLog(EVENTS, 100))
    from_kafka(city, rows)
    city.relay_here(GrowingLog(EVENTS))
    from_kafka(city, rows, "visits")
    assert differing(city, rows) == []
    with psycopg.connect(city.url, options="-c search_path=jiayi_rows") as link:
        link.execute("DELETE FROM residents_v1 WHERE resident_id = 'p1'")
    assert differing(city, rows) == [Difference("residents_v1", "p1", "missing")]


def test_rows_are_rebuilt_from_the_topic_while_events_flow(city: City, rows: PostgresRows, tmp_path: Path) -> None:
    with PostgresStore(city.url) as store:
        written(store, EVENTS[:200])
        relay, projector = city.relay(), city.projector()
        until(lambda: city.settled(200), relay, projector)
        for at in range(200, LAST, 20):
            written(store, EVENTS[at : at + 20])
            if at in {300, 400}:
                until(lambda: city.relayed() >= 300, relay, projector)
                from_kafka(city, rows, "visits" if at == 300 else None)
                assert check(store, rows, fill) == []
        until(lambda: city.settled(LAST), relay, projector)
        with straight(store, tmp_path) as expected:
            assert rows_of(city.url) == expected


def test_a_topic_without_its_beginning_is_refused(city: City, rows: PostgresRows) -> None:
    city.relay_here(GrowingLog(EVENTS, 60))
    rebuild(GrowingLog(EVENTS, 60), rows, fill)
    other_topic(city)
    city.relay_here(GrowingLog(EVENTS))
    error = refused(city, rows)
    assert (error.rule, error.values["position"]) == ("topic-incomplete", 0)


def test_a_topic_with_a_hole_is_refused(city: City, rows: PostgresRows) -> None:
    city.relay_here(GrowingLog(EVENTS, 60))
    before = other_topic(city)
    city.relay_here(GrowingLog(EVENTS, 90))
    city.topic = before
    city.relay_here(GrowingLog(EVENTS))
    error = refused(city, rows)
    assert error.rule == "topic-incomplete"
    assert 0 < int(error.values["position"]) <= 60


def test_a_topic_that_ends_before_the_rows_do_is_refused(city: City, rows: PostgresRows) -> None:
    city.relay_here(GrowingLog(EVENTS, 60))
    from_kafka(city, rows)
    rebuild(GrowingLog(EVENTS), rows, fill)
    assert refused(city, rows).rule == "topic-behind"
    other_topic(city)
    city.relay_here(GrowingLog(EVENTS))
    assert refused(city, rows).rule == "topic-incomplete"


def test_a_topic_or_broker_that_is_not_there_is_refused(city: City, rows: PostgresRows) -> None:
    catch_up(GrowingLog(EVENTS, 50), rows)
    city.topic = Topic(name=f"{city.topic.name}-never", partitions=PARTITIONS)
    assert refused(city, rows).rule == "topic-missing"
    with pytest.raises(TopicError) as error:
        rebuild_from_kafka(rows, bootstrap_servers="127.0.0.1:1", topic=city.topic)
    assert error.value.rule == "kafka-unreachable"
