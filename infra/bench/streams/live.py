"""The time from an event's commit to its rows, while commands come one by one.

A trigger on the watermarks notifies when the projector's transaction commits, so nothing polls. The limit is the time
until a plain consumer has the event from Kafka.
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
from infra.bench.store.residents import OPENING, REGION, CommandSource, with_key
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
"""Commands before the measured ones."""

GOAL_MS = 100
PATIENCE = 60.0

NOTIFY_TRIGGER = """
CREATE FUNCTION jiayi_rows.bench_notify() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('bench', (SELECT string_agg(partition - 1 || ':' || position, ',') FROM
        (SELECT partition, min(position) AS position FROM moved GROUP BY partition) m));
    RETURN NULL;
END $$;
CREATE TRIGGER bench_notify AFTER UPDATE ON jiayi_rows.positions REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION jiayi_rows.bench_notify()
"""


@dataclass
class Moments:
    """The moments at which each partition reached its positions, in the order of their reports."""

    reached: dict[int, list[tuple[int, float]]] = field(default_factory=dict)

    def note(self, partition: int, position: int, now: float) -> None:
        """Record that a partition is at a position; -1 means the whole log, and counts for all partitions."""
        for number in range(PARTITIONS) if partition < 0 else (partition,):
            self.reached.setdefault(number, []).append((position, now))

    def of(self, partition: int, position: int) -> float | None:
        """Return the moment at which the partition first was at the position or past it."""
        moments = self.reached.get(partition, [])
        at = bisect_right(moments, (position, 0.0))
        return moments[at][1] if at < len(moments) else None


@dataclass
class Watcher:
    """Two threads: one listens for notifications of rows, one reads Kafka."""

    url: str
    bootstrap_servers: str
    topic: Topic
    rows: Moments = field(default_factory=Moments)
    kafka: Moments = field(default_factory=Moments)
    ready: threading.Barrier = field(default_factory=lambda: threading.Barrier(3))
    done: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Record the trigger's notifications."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("LISTEN bench")
            self.ready.wait(PATIENCE)
            while not self.done.is_set():
                for each in connection.notifies(timeout=0.5):
                    now = time.perf_counter()
                    for mark in filter(None, each.payload.split(",")):
                        partition, position = map(int, mark.split(":"))
                        self.rows.note(partition, position, now)

    def read(self) -> None:
        """Record the events that a plain consumer reads."""
        asyncio.run(self._read())

    async def _read(self) -> None:
        sources = [TopicPartition(self.topic.name, number) for number in range(PARTITIONS)]
        async with AIOKafkaConsumer(bootstrap_servers=self.bootstrap_servers, enable_auto_commit=False) as consumer:
            consumer.assign(sources)
            await consumer.seek_to_beginning(*sources)
            await asyncio.to_thread(self.ready.wait, PATIENCE)
            while not self.done.is_set():
                for source, messages in (await consumer.getmany(timeout_ms=500)).items():
                    now = time.perf_counter()
                    for message in messages:
                        batch = unpack(source.partition, message.value, message.headers)
                        self.kafka.note(batch.partition, batch.position, now)


Committed = list[tuple[int, int, float]]
"""Partition, position and moment of each commit."""


def execute_steadily(store: PostgresStore, requests: Sequence[CommandRequest], rate: float) -> Committed:
    """Execute commands at a steady rate."""
    committed: Committed = []
    begins = time.perf_counter()
    for number, each in enumerate(requests):
        time.sleep(max(0.0, begins + number / rate - time.perf_counter()))
        answer = execute(store, each, region=REGION)
        committed.append((partition_of(answer.stream, PARTITIONS), answer.position, time.perf_counter()))
    return committed


def measure(servers: Servers, seconds: float) -> list[Figure]:
    """Execute commands for this many seconds; return the quantiles for rows and for Kafka."""
    sys.setswitchinterval(SWITCH_SECONDS)  # the listener must not wait for the thread that executes commands
    topic = asyncio.run(new_topic(servers.bootstrap_servers))
    with database(servers.database_url) as url, with_key(PostgresStore(url)) as store:
        PostgresRows(url).close()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(NOTIFY_TRIGGER)
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
    with ThreadPoolExecutor(2) as threads:
        futures: list[Future[Any]] = [threads.submit(watcher.listen), threads.submit(watcher.read)]
        try:
            watcher.ready.wait(PATIENCE)
            execute(store, OPENING, region=REGION)
            for _ in range(2):  # the first ones meet a projector that is still starting
                _until(watcher, execute_steadily(store, residents.more(WARM // 3), RATE))
            committed = execute_steadily(store, residents.more(-(-commands // 3)), RATE)
            _until(watcher, committed)
        finally:
            watcher.done.set()
            for each in futures:
                each.result()
    return committed


def _until(watcher: Watcher, committed: Committed) -> None:
    """Wait until rows and Kafka have all of these events."""
    ends = {partition: position for partition, position, _ in committed}
    give_up = time.monotonic() + PATIENCE
    while any(moments.of(*end) is None for end in ends.items() for moments in (watcher.rows, watcher.kafka)):
        if time.monotonic() > give_up:
            raise RuntimeError("the rows of some events did not come")
        time.sleep(0.05)


def _waits(committed: Committed, moments: Moments) -> list[float]:
    """Return the milliseconds from each commit to its moment."""
    waits = []
    for partition, position, at in committed:
        then = moments.of(partition, position)
        assert then is not None, "waited for"
        waits.append(max(0.0, 1000 * (then - at)))
    return waits
