"""Rebuilds rows from the topic alone, read from its beginning: this also proves that Kafka holds every event.

Each batch names the event that came before it in its partition, the first one 0, so a missing event shows; and the end
must be at or past all that the rows in use have taken.
"""

import asyncio
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]  # ships no types
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]  # likewise
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]  # likewise

from infra.rows.model import Progress
from infra.rows.postgres import PostgresRows
from infra.rows.postgres_sql import WHOLE_LOG
from infra.rows.rebuild import Difference, chosen, compare
from infra.rows.rebuild_postgres import ShadowFiller, shadow_fillers
from streams.envelope import ForeignMessage, UnreadableMessage, unpack
from streams.events import PartitionBatch
from streams.topics import Topic, TopicError, check_partitions

MESSAGES = 200
"""Read at a time, and written in one transaction."""

PATIENCE_SECONDS = 30.0

log = logging.getLogger(__name__)


def rebuild_from_kafka(
    rows: PostgresRows,
    *,
    bootstrap_servers: str,
    topic: Topic,
    name: str | None = None,
    progress: Progress | None = None,
) -> int:
    """Rebuild one projection's rows, or all, from the topic and switch; return the position that all rows reach.

    Readers see the old rows until the switch and the new ones after it; projectors may go on. TopicError, and nothing
    changed, if the topic lacks an event; KeyError if there is no such projection.
    """
    with asyncio.Runner() as runner, rows.shadow(chosen(rows, name)) as shadow:
        replay = TopicReplay(bootstrap_servers, topic, shadow_fillers(shadow))

        def last() -> None:
            must_hold = ends_of(rows, shadow.projections, topic)
            runner.run(replay.read_on())
            replay.check(must_hold)

        try:
            runner.run(replay.begin())
            runner.run(replay.read_on(progress))
            rows.switch(shadow, last)
        finally:
            runner.run(replay.close())
        return rows.position


def check_against_kafka(
    rows: PostgresRows,
    *,
    bootstrap_servers: str,
    topic: Topic,
    name: str | None = None,
    progress: Progress | None = None,
) -> list[Difference]:
    """Return where the rows of one projection, or of all, differ from rows rebuilt from it up to the same watermarks.

    TopicError if the topic lacks an event; KeyError if there is no such projection.
    """
    with asyncio.Runner() as runner, rows.reading() as view, rows.shadow(chosen(rows, name)) as shadow:
        replay = TopicReplay(bootstrap_servers, topic, shadow_fillers(shadow, view.watermarks()))
        must_hold = ends_of(rows, shadow.projections, topic)
        try:
            runner.run(replay.begin())
            runner.run(replay.read_on(progress))
        finally:
            runner.run(replay.close())
        replay.check(must_hold)
        return compare(view, shadow)


def ends_of(rows: PostgresRows, projections: Collection[str], topic: Topic) -> dict[int, int]:
    """Return the last event of each partition that the topic must hold: the relay has sent it, or the rows have it."""
    relayed, ends = rows.relayed()
    marks = [each for name, each in rows.watermarks().items() if name in projections]
    whole = max((each[WHOLE_LOG] for each in marks), default=0)
    if whole > relayed:  # which of them are whose is known when they are sent
        raise TopicError("topic-behind", topic=topic.name, relayed=relayed, position=whole)
    return {
        number: max(ends.get(number, 0), *(each.get(number + 1, 0) for each in marks))
        for number in range(topic.partitions)
    }


class TopicReplay:
    """Replays the topic from its beginning into shadow rows."""

    def __init__(self, bootstrap_servers: str, topic: Topic, fillers: Sequence[ShadowFiller]) -> None:
        self._servers = bootstrap_servers
        self._topic = topic
        self._fillers = fillers
        self._ends = dict.fromkeys(range(topic.partitions), 0)
        self._places = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        self._consumer: Any = None
        self._begins: dict[Any, int] = {}

    async def begin(self) -> None:
        """Stand at the beginning of every partition."""
        try:
            check_partitions(self._topic, await _partitions(self._servers, self._topic))
            self._consumer = AIOKafkaConsumer(
                bootstrap_servers=self._servers, enable_auto_commit=False, auto_offset_reset="earliest"
            )
            await self._consumer.start()
            self._consumer.assign(self._places)
            self._begins = await self._consumer.beginning_offsets(self._places)
            await self._consumer.seek_to_beginning(*self._places)
        except KafkaError as error:
            raise TopicError("kafka-unreachable", servers=self._servers) from error

    async def read_on(self, progress: Progress | None = None) -> None:
        """Take every message up to the end that the topic has now."""
        try:
            ends = await self._consumer.end_offsets(self._places)
            total = sum(ends.values()) - sum(self._begins.values())
            left, heard = await self._left(ends), monotonic()
            while left:
                fetched = await self._consumer.getmany(timeout_ms=1000, max_records=MESSAGES)
                if not fetched and monotonic() - heard > PATIENCE_SECONDS:
                    raise TopicError("kafka-unreachable", servers=self._servers)
                heard = monotonic() if fetched else heard
                batches = list(self._read(fetched))
                for filler in self._fillers:
                    await filler.take(batches)
                left = await self._left(ends)
                if progress is not None:
                    progress(max(0, total - left), total)
        except KafkaError as error:
            raise TopicError("kafka-unreachable", servers=self._servers) from error

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        for filler in self._fillers:
            await filler.close()
        if self._consumer is not None:
            await self._consumer.stop()

    def check(self, must_hold: Mapping[int, int]) -> None:
        """Raise TopicError if what was read of a partition ends before this position."""
        for partition, position in must_hold.items():
            end = self._ends[partition]
            if end < position:
                raise TopicError("topic-incomplete", topic=self._topic.name, partition=partition, position=end)

    async def _left(self, ends: dict[Any, int]) -> int:
        """Return how many messages are still to be read."""
        return sum([max(0, end - await self._consumer.position(place)) for place, end in ends.items()])

    def _read(self, fetched: dict[Any, Sequence[Any]]) -> Iterator[PartitionBatch]:
        """Yield our batches in the order of each partition; TopicError where one is missing or cannot be read."""
        for place, messages in fetched.items():
            for message in messages:
                try:
                    batch = unpack(place.partition, message.value or b"", message.headers)
                except ForeignMessage as error:
                    log.error("rebuild: passes over %s", error)
                    continue
                except UnreadableMessage as error:
                    raise TopicError("topic-unreadable", topic=self._topic.name, partition=place.partition) from error
                end = self._ends[place.partition]
                if batch.after > end:
                    raise TopicError(
                        "topic-incomplete", topic=self._topic.name, partition=place.partition, position=end
                    )
                self._ends[place.partition] = max(end, batch.position)
                yield batch


async def _partitions(bootstrap_servers: str, topic: Topic) -> int:
    """Return how many partitions a topic has, 0 if there is none."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        await admin.start()
        (described,) = await admin.describe_topics([topic.name])
        return len(described["partitions"])
    finally:
        await admin.close()
