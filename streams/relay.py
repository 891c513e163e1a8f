"""The relay: one leader takes the log to Kafka, in order, each event at least once and none left out.

It stores how far it is only after all of a chunk is acknowledged, so whoever takes over begins at or before the first
event that is missing. What is sent twice is met by the projectors' watermarks. That holds for two leaders too (one that
was frozen, say): each sends a run without holes that begins before the other's end.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]  # ships no types
from aiokafka.errors import KafkaError, MessageSizeTooLargeError  # type: ignore[import-untyped]  # likewise

from streams.database import Leadership, Log, RelayProgress, Sent, Unavailable
from streams.envelope import MOST_EVENTS, SOURCE, Message, Noted, Parcel, pack, parcels
from streams.topics import Topic, TopicError, check_partitions

LIVE = 50
"""A run of at most so many events goes one event a message, a longer one in envelopes."""

CHUNK = 4000
"""Events read, sent and acknowledged at a time."""

BATCH_BYTES = 1024 * 1024
WAIT_SECONDS = 1.0
SEND_SECONDS = 30.0
PATIENCE_SECONDS = 5.0

log = logging.getLogger(__name__)


class Relay:
    """Runs until `stop`, then finishes the chunk in hand. TopicError if the topic is not as it shall be."""

    def __init__(
        self,
        store: Log,
        progress: RelayProgress,
        leadership: Leadership,
        *,
        bootstrap_servers: str,
        topic: Topic,
        source: str = SOURCE,
    ) -> None:
        self._store = store
        self._progress = progress
        self._leadership = leadership
        self._out = Out(bootstrap_servers, topic)
        self._topic = topic
        self._source = source
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End after the chunk in hand; safe to repeat."""
        self._stopping.set()

    async def run(self) -> None:
        """Wait to be the leader, then send what comes."""
        try:
            while not self._stopping.is_set():
                try:
                    if await self._leadership.take():
                        await self._lead()
                    else:
                        await self._pause()
                except Unavailable as error:
                    log.warning("relay: %s", error)
                    await self._leave()
                    await self._pause()
        finally:
            await self._out.close()
            await self._leave()

    async def _lead(self) -> None:
        sent = await self._progress.read()
        log.info("relay: leading from position %d", sent.position)
        while not self._stopping.is_set():
            events = await asyncio.to_thread(self._store.after, sent.position, CHUNK)
            if not events:
                await asyncio.to_thread(self._store.wait, sent.position, WAIT_SECONDS)
                continue
            packed = divided(events, self._topic.partitions, sent)
            if not await self._out.send([pack(parcel, self._source) for parcel in packed], self._stopping):
                return
            sent = sent.then(packed, events[-1].position)
            await self._progress.write(sent)

    async def _leave(self) -> None:
        with suppress(Unavailable):
            await self._leadership.leave()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), WAIT_SECONDS)


def divided(events: Sequence[Noted], partitions: int, sent: Sent) -> list[Parcel]:
    """Return a run of the log as parcels: one event each while it is short, a hundred when there is backlog."""
    most = 1 if len(events) <= LIVE else MOST_EVENTS
    return list(parcels(events, partitions, {number: end.position for number, end in sent.ends.items()}, most))


class Out:
    """The way to Kafka: an idempotent producer, made anew after every failure.

    A partition has one batch under way at a time, so a batch that fails leaves no later one behind it: there are
    repetitions in a partition, never holes.
    """

    def __init__(self, bootstrap_servers: str, topic: Topic) -> None:
        self._servers = bootstrap_servers
        self._topic = topic
        self._producer: Any = None

    async def send(self, messages: Sequence[Message], stopping: asyncio.Event) -> bool:
        """Send until all are acknowledged by all replicas; False if told to stop while Kafka cannot take them.

        After a broker's restart a producer's sequence numbers may be refused for ever, so a failure closes it, and
        all of the messages are sent again.
        """
        pause = 0.1
        while True:
            try:
                await self._attempt(messages, stopping)
            except (TopicError, MessageSizeTooLargeError):
                raise
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("relay: sending again after %r", error)
                await self.close()
                if stopping.is_set():
                    return False
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)
            else:
                return True

    async def close(self) -> None:
        """Close the producer, however long Kafka takes to answer."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _closed(producer)

    async def _attempt(self, messages: Sequence[Message], stopping: asyncio.Event) -> None:
        """Send all; TimeoutError if that takes too long, sooner when told to stop."""
        sending = asyncio.create_task(self._send(messages))
        told = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({sending, told}, timeout=SEND_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if told.done():
                await asyncio.wait({sending}, timeout=PATIENCE_SECONDS)
            if not sending.done():
                raise TimeoutError
            await sending
        finally:
            sending.cancel()
            told.cancel()

    async def _send(self, messages: Sequence[Message]) -> None:
        if self._producer is None:
            self._producer = await self._started()
        lanes: dict[int, list[Message]] = {}
        for each in messages:
            lanes.setdefault(each.partition, []).append(each)
        try:
            async with asyncio.TaskGroup() as group:
                for partition, lane in lanes.items():
                    group.create_task(self._send_lane(partition, lane))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures

    async def _send_lane(self, partition: int, lane: Sequence[Message]) -> None:
        batch = self._producer.create_batch()
        for each in lane:
            if not _put(batch, each):
                await self._send_batch(partition, batch)
                batch = self._producer.create_batch()
                _put(batch, each)
        await self._send_batch(partition, batch)

    async def _send_batch(self, partition: int, batch: Any) -> None:
        acknowledged = await self._producer.send_batch(batch, self._topic.name, partition=partition)
        await acknowledged

    async def _started(self) -> Any:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._servers,
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=8000,
        )
        try:
            await producer.start()
            check_partitions(self._topic, await _partitions(producer, self._topic))
        except BaseException:
            await _closed(producer)
            raise
        return producer


async def _partitions(producer: Any, topic: Topic) -> int:
    """Return how many partitions a topic has, 0 if there is none: one just made may be unknown for a moment."""
    for _ in range(20):
        found = (await producer.client.fetch_all_metadata()).partitions_for_topic(topic.name)
        if found:
            return len(found)
        await asyncio.sleep(0.1)
    return 0


def _put(batch: Any, message: Message) -> bool:
    """Add a message to a batch; False if it is full. One that is larger than a batch has a batch of its own."""
    return batch.append(key=message.key, value=message.value, timestamp=None, headers=list(message.headers)) is not None


async def _closed(producer: Any) -> None:
    """Close a producer: in good order if Kafka answers soon, else at once."""
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer.stop(), PATIENCE_SECONDS)
        return
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer._sender.close(), PATIENCE_SECONDS)  # noqa: SLF001 -- else it retries for ever
    await producer.client.close()
