import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]

from infra.dev.local import Services
from infra.distributed.relay_progress import PostgresRelayProgress, RetryableLog
from streams.envelope import MOST_EVENTS, unpack
from streams.events import PartitionBatch
from streams.ports import RelayState
from streams.relay import Relay
from streams.topics import Topic, TopicError, create_topic, partition_of
from tests.projections.histories import history
from tests.streams.logs import GrowingLog, recorded

PARTITIONS = 4
PATIENCE = 120.0

EVENTS = recorded(history(3, 60))


class Alone:
    """Leadership without rivals, and progress that lasts as long as the test."""

    def __init__(self) -> None:
        self.sent = RelayState()

    async def take(self) -> bool:
        return True

    async def leave(self) -> None:
        pass

    async def read(self) -> RelayState:
        return self.sent

    async def write(self, sent: RelayState) -> None:
        self.sent = sent


async def a_topic(services: Services) -> Topic:
    topic = Topic(name=f"relay-{uuid4().hex[:8]}", partitions=PARTITIONS)
    await create_topic(services.bootstrap_servers, topic)
    return topic


async def until(holds: Callable[[], bool | Awaitable[bool]], *running: asyncio.Task[None]) -> None:
    """Return when it holds; fail if it never does or if what should be running ended with an error."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            for each in running:
                if each.done():
                    each.result()
            await asyncio.sleep(0.01)


async def travelled(services: Services, topic: Topic) -> list[list[PartitionBatch]]:
    """Return what each partition holds."""
    places = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    async with AIOKafkaConsumer(bootstrap_servers=services.bootstrap_servers) as consumer:
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        arrived: list[list[PartitionBatch]] = [[] for _ in places]
        while any([await consumer.position(place) < ends[place] for place in places]):
            for place, messages in (await consumer.getmany(timeout_ms=200)).items():
                arrived[place.partition] += [unpack(m.partition, m.value, m.headers) for m in messages]
    return arrived


def relay(services: Services, log: GrowingLog, progress: Alone | PostgresRelayProgress, topic: Topic) -> Relay:
    return Relay(RetryableLog(log), progress, progress, bootstrap_servers=services.bootstrap_servers, topic=topic)


def expected(partition: int, upto: int = len(EVENTS)) -> list[int]:
    return [event.position for event in EVENTS[:upto] if partition_of(event.stream, PARTITIONS) == partition]


def positions(parcels: list[PartitionBatch]) -> list[int]:
    return [event.position for parcel in parcels for event in parcel.events]


def test_what_comes_live_travels_one_by_one_and_backlog_in_envelopes(services: Services) -> None:
    async def run() -> None:
        topic, progress, log = await a_topic(services), Alone(), GrowingLog(EVENTS, upto=20)
        relaying = relay(services, log, progress, topic)
        task = asyncio.create_task(relaying.run())
        await until(lambda: progress.sent.position == 20, task)
        log.upto = len(EVENTS)
        await until(lambda: progress.sent.position == len(EVENTS), task)
        relaying.stop()
        await task
        arrived = await travelled(services, topic)
        assert [positions(each) for each in arrived] == [expected(number) for number in range(PARTITIONS)]
        sizes = {len(parcel.events) for each in arrived for parcel in each if parcel.position <= 20}
        assert sizes == {1}
        assert max(len(parcel.events) for each in arrived for parcel in each) == MOST_EVENTS
        for number, parcels in enumerate(arrived):
            assert [parcel.after for parcel in parcels] == [0, *[parcel.position for parcel in parcels]][:-1]
            assert progress.sent.ends[number].count == len(positions(parcels))
            assert progress.sent.ends[number].position == parcels[-1].position

    asyncio.run(run())


def test_one_relay_leads_and_the_next_goes_on_where_it_ended(services: Services, database_url: str) -> None:
    async def run() -> None:
        topic, log = await a_topic(services), GrowingLog(EVENTS, upto=100)
        first, second, third = (PostgresRelayProgress(database_url) for _ in range(3))
        leading, waiting = relay(services, log, first, topic), relay(services, log, second, topic)
        one = asyncio.create_task(leading.run())
        await until(lambda: at(database_url, 100), one)
        other = asyncio.create_task(waiting.run())
        assert not await third.take()
        await third.leave()
        leading.stop()
        await one
        log.upto = 200
        await until(lambda: at(database_url, 200), other)
        waiting.stop()
        await other
        arrived = await travelled(services, topic)
        assert [positions(each) for each in arrived] == [expected(number, 200) for number in range(PARTITIONS)]

    asyncio.run(run())


def test_a_leader_whose_database_went_away_leads_again(services: Services, database_url: str) -> None:
    async def run() -> None:
        topic, log = await a_topic(services), GrowingLog(EVENTS, upto=100)
        relaying = relay(services, log, PostgresRelayProgress(database_url), topic)
        task = asyncio.create_task(relaying.run())
        await until(lambda: at(database_url, 100), task)
        with psycopg.connect(services.database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [database_url.rsplit("/", 1)[1]],
            )
        log.upto = 200
        await until(lambda: at(database_url, 200), task)
        relaying.stop()
        await task
        for number, parcels in enumerate(await travelled(services, topic)):
            assert sorted(set(positions(parcels))) == expected(number, 200)

    asyncio.run(run())


def test_a_broker_that_is_killed_under_way_costs_nothing(services: Services) -> None:
    async def run() -> None:
        topic, progress, log = await a_topic(services), Alone(), GrowingLog(EVENTS, upto=10)
        relaying = relay(services, log, progress, topic)
        task = asyncio.create_task(relaying.run())
        await until(lambda: progress.sent.position == 10, task)
        restarted = asyncio.create_task(asyncio.to_thread(services.kafka.restart))
        while not restarted.done():
            log.upto = min(log.upto + 20, len(EVENTS))
            await asyncio.sleep(0.02)
        await restarted
        log.upto = len(EVENTS)
        await until(lambda: progress.sent.position == len(EVENTS), task)
        relaying.stop()
        await task
        for number, parcels in enumerate(await travelled(services, topic)):
            seen = 0
            for parcel in parcels:  # repetitions perhaps, holes never
                assert parcel.after <= seen
                seen = max(seen, parcel.position)
            assert sorted(set(positions(parcels))) == expected(number)

    asyncio.run(run())


@pytest.mark.parametrize(("partitions", "rule"), [(PARTITIONS + 1, "topic-partitions-frozen"), (0, "topic-missing")])
def test_a_topic_that_is_not_as_it_shall_be_ends_the_relay(services: Services, partitions: int, rule: str) -> None:
    async def run() -> None:
        made = await a_topic(services)
        wanted = Topic(name=made.name if partitions else "nowhere", partitions=partitions or PARTITIONS)
        with pytest.raises(TopicError) as failed:
            await relay(services, GrowingLog(EVENTS), Alone(), wanted).run()
        assert failed.value.rule == rule

    asyncio.run(run())


async def at(database_url: str, position: int) -> bool:
    """Say whether the relay's position is stored."""
    with suppress(psycopg.Error):
        async with await psycopg.AsyncConnection.connect(database_url) as link:
            arrived = await (await link.execute("SELECT position FROM jiayi.relay_position")).fetchone()
            return arrived == (position,)
    return False
