"""Reads the topic without a consumer group: no offset is committed, and no other reader is disturbed."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]  # ships no types
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]  # likewise

from streams.envelope import ForeignMessage, UnreadableMessage, unpack
from streams.events import TransportedEvent
from streams.topics import TopicError, partitions_there

MESSAGES = 500
PATIENCE_SECONDS = 15.0


@asynccontextmanager
async def open_topic(bootstrap_servers: str, name: str) -> AsyncIterator["TopicReader"]:
    """Open a reader at the beginning of a topic. TopicError if it is missing or Kafka does not answer."""
    count = await partitions_there(bootstrap_servers, name)
    if not count:
        raise TopicError("topic-missing", topic=name)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False, group_id=None)
    places = [TopicPartition(name, number) for number in range(count)]
    try:
        try:
            await consumer.start()
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
        except KafkaError as error:
            raise TopicError("kafka-unreachable", servers=bootstrap_servers) from error
        yield TopicReader(consumer, places, bootstrap_servers)
    finally:
        await consumer.stop()


class TopicReader:
    """Reads a topic's events, each once, however often the relay has sent it."""

    def __init__(self, consumer: Any, places: Sequence[Any], bootstrap_servers: str) -> None:
        self._consumer = consumer
        self._servers = bootstrap_servers
        self._queues: dict[Any, deque[TransportedEvent]] = {place: deque() for place in places}
        self._last = dict.fromkeys(range(len(places)), 0)

    async def held(self) -> AsyncIterator[TransportedEvent]:
        """Yield the events that the topic holds by now, in the order of the log. TopicError if it cannot be read."""
        ends = await self._ends()
        heard = monotonic()
        while True:
            short = [place for place, queue in self._queues.items() if not queue]
            short = [place for place in short if await self._consumer.position(place) < ends[place]]
            if short:  # the next event is known when each partition has shown its next
                if await self._fetch(short):
                    heard = monotonic()
                elif monotonic() - heard > PATIENCE_SECONDS:
                    raise TopicError("kafka-unreachable", servers=self._servers)
                continue
            queues = [queue for queue in self._queues.values() if queue]
            if not queues:
                return
            yield min(queues, key=lambda queue: queue[0].position).popleft()

    async def coming(self) -> AsyncIterator[TransportedEvent]:
        """Yield events that are sent from now on, as they come; each partition in its order."""
        while True:
            await self._fetch(list(self._queues))
            for queue in self._queues.values():
                while queue:
                    yield queue.popleft()

    async def _ends(self) -> dict[Any, int]:
        try:
            ends: dict[Any, int] = await self._consumer.end_offsets(list(self._queues))
        except KafkaError as error:
            raise TopicError("kafka-unreachable", servers=self._servers) from error
        return ends

    async def _fetch(self, places: Sequence[Any]) -> bool:
        """Read on in some partitions; False if nothing came within a second."""
        try:
            fetched = await self._consumer.getmany(*places, timeout_ms=1000, max_records=MESSAGES)
        except KafkaError as error:
            raise TopicError("kafka-unreachable", servers=self._servers) from error
        for place, messages in fetched.items():
            for message in messages:
                self._queues[place].extend(self._new(place, message))
        return bool(fetched)

    def _new(self, place: Any, message: Any) -> list[TransportedEvent]:
        """Return the events of a message that were not seen yet; none of a message that is not ours."""
        try:
            batch = unpack(place.partition, message.value or b"", message.headers)
        except ForeignMessage:
            return []
        except UnreadableMessage as error:
            raise TopicError("topic-unreadable", partition=place.partition, topic=place.topic) from error
        last = self._last[place.partition]
        self._last[place.partition] = max(last, batch.position)
        return [event for event in batch.events if event.position > last]
