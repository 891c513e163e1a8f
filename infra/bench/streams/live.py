"""How long after its commit an event's rows are there, while commands come one by one.

The projector's own transaction tells when it is committed (a trigger on the watermarks notifies), so nobody has to ask
again and again. Beside it: when a plain consumer has the event from Kafka.
"""

import asyncio
import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]  # ships no types

from infra.bench.figures import Figure, Goal, quantile
from infra.bench.servers import Servers, database
from infra.bench.store.residents import OPENING, REGION, CommandSource
from infra.bench.streams.log import PARTITIONS, new_topic
from infra.bench.streams.parts import projector, relay, running
from infra.command_handler import CommandRequest, execute
from infra.processes.faust_workers import SWITCH_SECONDS
from infra.rows.postgres import PostgresRows
from infra.store.postgres import PostgresStore
from streams.envelope import unpack
from streams.topics import Topic, partition_of

RATE = 160
"""Commands a second, one event each."""

WARM = 300
"""Commands that nobody measures."""

GOAL_MS = 100
PATIENCE = 60.0

TELL = """
CREATE FUNCTION jiayi_rows.bench_tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('bench', (SELECT string_agg(partition - 1 || ':' || position, ',') FROM
        (SELECT partition, min(position) AS position FROM moved GROUP BY partition) m));
    RETURN NULL;
END $$;
CREATE TRIGGER bench_tell AFTER UPDATE ON jiayi_rows.positions REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION jiayi_rows.bench_tell()
"""


@dataclass
class Moments:
    """When each position was reached, by partition: in the order in which it was told."""

    reached: dict[int, list[tuple[int, float]]] = field(default_factory=dict)

    def note(self, partition: int, position: int, now: float) -> None:
        """Note that a partition is at a position; the whole log (-1) counts for all."""
        for number in range(PARTITIONS) if partition < 0 else (partition,):
            self.reached.setdefault(number, []).append((position, now))

    def of(self, partition: int, position: int) -> float | None:
        """Return when the partition was first at the position or past it."""
        told = self.reached.get(partition, [])
        place = bisect_right(told, (position, 0.0))
        return told[place][1] if place < len(told) else None


@dataclass
class Watcher:
    """Two threads: one hears of rows, one reads Kafka."""

    url: str
    bootstrap_servers: str
    topic: Topic
    rows: Moments = field(default_factory=Moments)
    kafka: Moments = field(default_factory=Moments)
    ready: threading.Barrier = field(default_factory=lambda: threading.Barrier(3))
    done: threading.Event = field(default_factory=threading.Event)

    def hear(self) -> None:
        """Note what the trigger tells."""
        with psycopg.connect(self.url, autocommit=True) as link:
            link.execute("LISTEN bench")
            self.ready.wait(PATIENCE)
            while not self.done.is_set():
                for each in link.notifies(timeout=0.5):
                    now = time.perf_counter()
                    for told in filter(None, each.payload.split(",")):
                        partition, position = map(int, told.split(":"))
                        self.rows.note(partition, position, now)

    def read(self) -> None:
        """Note what a plain consumer gets."""
        asyncio.run(self._read())

    async def _read(self) -> None:
        places = [TopicPartition(self.topic.name, number) for number in range(PARTITIONS)]
        async with AIOKafkaConsumer(bootstrap_servers=self.bootstrap_servers, enable_auto_commit=False) as consumer:
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            await asyncio.to_thread(self.ready.wait, PATIENCE)
            while not self.done.is_set():
                for place, messages in (await consumer.getmany(timeout_ms=500)).items():
                    now = time.perf_counter()
                    for message in messages:
                        parcel = unpack(place.partition, message.value, message.headers)
                        self.kafka.note(parcel.partition, parcel.position, now)


Committed = list[tuple[int, int, float]]
"""Partition, position and moment of each commit."""


def give(store: PostgresStore, asked: Sequence[CommandRequest], rate: float) -> Committed:
    """Give commands at a steady rate."""
    committed: Committed = []
    begins = time.perf_counter()
    for number, each in enumerate(asked):
        time.sleep(max(0.0, begins + number / rate - time.perf_counter()))
        answer = execute(store, each, region=REGION)
        committed.append((partition_of(answer.stream, PARTITIONS), answer.position, time.perf_counter()))
    return committed


def measure(servers: Servers, seconds: float) -> list[Figure]:
    """Give commands for so many seconds; return the quantiles of the rows beside those of Kafka."""
    sys.setswitchinterval(SWITCH_SECONDS)  # who hears must not wait for who gives commands
    topic = asyncio.run(new_topic(servers.bootstrap_servers))
    with database(servers.database_url) as url, PostgresStore(url) as store:
        PostgresRows(url).close()
        with psycopg.connect(url, autocommit=True) as link:
            link.execute(TELL)
        with (
            running(relay, url, servers.bootstrap_servers, topic),
            running(projector, url, servers.bootstrap_servers, topic),
        ):
            watcher = Watcher(url, servers.bootstrap_servers, topic)
            committed = _watched(store, watcher, max(1, round(seconds * RATE)))
    rows, kafka = (_waits(committed, moments) for moments in (watcher.rows, watcher.kafka))
    return [
        _figure("row-visible-p50", 0.50, rows, kafka, None),
        _figure("row-visible-p95", 0.95, rows, kafka, Goal(less_than=GOAL_MS)),
        _figure("row-visible-p99", 0.99, rows, kafka, None),
    ]


def _figure(name: str, share: float, rows: Sequence[float], kafka: Sequence[float], goal: Goal | None) -> Figure:
    ours, limit = quantile(rows, share), quantile(kafka, share)
    return Figure(
        name=name,
        ours=ours,
        unit="milliseconds",
        limit_name="plain-consumer",
        limit=limit,
        ratio=ours / limit,
        goal=goal,
        size=len(rows),
    )


def _watched(store: PostgresStore, watcher: Watcher, commands: int) -> Committed:
    residents = CommandSource()
    with ThreadPoolExecutor(2) as crew:
        threads: list[Future[Any]] = [crew.submit(watcher.hear), crew.submit(watcher.read)]
        try:
            watcher.ready.wait(PATIENCE)
            execute(store, OPENING, region=REGION)
            for _ in range(2):  # the first are met by a projector that is only beginning
                _until(watcher, give(store, residents.more(WARM // 3), RATE))
            committed = give(store, residents.more(-(-commands // 3)), RATE)
            _until(watcher, committed)
        finally:
            watcher.done.set()
            for each in threads:
                each.result()
    return committed


def _until(watcher: Watcher, committed: Committed) -> None:
    """Wait until rows and Kafka have all of this."""
    ends = {partition: position for partition, position, _ in committed}
    give_up = time.monotonic() + PATIENCE
    while any(moments.of(*end) is None for end in ends.items() for moments in (watcher.rows, watcher.kafka)):
        if time.monotonic() > give_up:
            raise RuntimeError("the rows of some events did not come")
        time.sleep(0.05)


def _waits(committed: Committed, moments: Moments) -> list[float]:
    """Return the milliseconds from each commit on."""
    found = []
    for partition, position, at in committed:
        then = moments.of(partition, position)
        assert then is not None, "waited for"
        found.append(max(0.0, 1000 * (then - at)))
    return found
