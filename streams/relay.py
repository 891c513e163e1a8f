"""Relay: one leader sends the log to Kafka in order, each event at least once and none left out.

The relay stores its position only after a chunk is acknowledged, so its successor begins at or before the first missing
event. Watermarks make a repeated event harmless. That holds for two leaders too (one that was frozen, say): each sends
a complete run that begins before the other's end.

A missing topic ends the relay, and so does an event that Kafka refuses: nothing is sent past it.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]  # ships no types
from aiokafka.errors import (  # type: ignore[import-untyped]  # likewise
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from streams.envelope import MOST_EVENTS, SOURCE, Message, pack, partition_batches
from streams.errors import Unavailable
from streams.events import PartitionBatch, TransportedEvent
from streams.ports import EventLog, Leadership, RelayProgress, RelayState
from streams.topics import Topic, check_partitions

LIVE = 50
"""A run of at most so many events goes one event a message, a longer one in envelopes."""

CHUNK = 4000
"""Events read, sent and acknowledged at a time."""

BATCH_BYTES = 1024 * 1024
WAIT_SECONDS = 1.0
SEND_SECONDS = 30.0
PATIENCE_SECONDS = 5.0
LOOK_SECONDS = 5.0
"""How often the topic is looked for while nothing is acknowledged: a client that knew it sends to it for ever."""

log = logging.getLogger(__name__)


class EventTooLarge(Exception):  # noqa: N818 -- the thing that is wrong is the event
    """Kafka does not take an event that is in the log. The topic must, by its `max.message.bytes`."""

    def __init__(self, message: Message) -> None:
        super().__init__(
            f"the event at position {message.position} makes a message of {message.size} bytes: the topic takes less"
        )
        self.message = message


class Relay:
    """Runs until `stop`, then finishes the chunk in hand.

    TopicError if the topic is not as it shall be; EventTooLarge if it does not take an event.
    """

    def __init__(
        self,
        store: EventLog,
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
        self._out = TopicWriter(bootstrap_servers, topic)
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
        looked = -LOOK_SECONDS
        while not self._stopping.is_set():
            events = await asyncio.to_thread(self._store.select_notifications, sent.position + 1, CHUNK)
            if not events:
                if monotonic() - looked > LOOK_SECONDS:
                    await self._out.look(self._stopping)
                    looked = monotonic()
                await asyncio.to_thread(self._store.wait, sent.position, WAIT_SECONDS)
                continue
            events = before_large_event(events)
            packed = relay_batches(events, self._topic.partitions, sent)
            if not await self._out.send([pack(batch, self._source) for batch in packed], self._stopping):
                return
            sent = sent.then(packed, events[-1].position)
            await self._progress.write(sent)

    async def _leave(self) -> None:
        with suppress(Unavailable):
            await self._leadership.leave()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), WAIT_SECONDS)


def before_large_event(events: Sequence[TransportedEvent]) -> Sequence[TransportedEvent]:
    """Return a run up to an event larger than a batch, or that event alone: a refused event is sent with no others."""
    large = next((number for number, event in enumerate(events) if len(event.state) > BATCH_BYTES), None)
    return events if large is None else events[: max(large, 1)]


def relay_batches(events: Sequence[TransportedEvent], partitions: int, sent: RelayState) -> list[PartitionBatch]:
    """Return a run of the log as batches: one event each while it is short, a hundred when there is backlog."""
    most = 1 if len(events) <= LIVE else MOST_EVENTS
    return list(
        partition_batches(events, partitions, {number: end.position for number, end in sent.ends.items()}, most)
    )


class TopicWriter:
    """Writes to the topic through an idempotent producer, which is opened again after every failure.

    A partition has one batch under way at a time, so a batch that fails leaves no later one behind it: there are
    repetitions in a partition, never missing events.
    """

    def __init__(self, bootstrap_servers: str, topic: Topic) -> None:
        self._servers = bootstrap_servers
        self._topic = topic
        self._producer: Any = None

    async def send(self, messages: Sequence[Message], stopping: asyncio.Event) -> bool:
        """Send until all are acknowledged by all replicas; False if stopped while Kafka cannot take them.

        After a broker's restart a producer's sequence numbers may be refused for ever, so a failure closes it, and
        all of the messages are sent again.
        """
        pause = 0.1
        while True:
            try:
                await self._attempt(self._send(messages), stopping, SEND_SECONDS)
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("relay: sending again after %r", error)
                await self.close()
                if stopping.is_set():
                    return False
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)
            else:
                return True

    async def look(self, stopping: asyncio.Event) -> None:
        """Raise TopicError if the topic is not as it shall be. Kafka that is away is asked again the next time."""
        try:
            await self._attempt(self._look(), stopping, PATIENCE_SECONDS)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("relay: Kafka does not answer: %r", error)
            await self.close()

    async def _look(self) -> None:
        if self._producer is None:
            self._producer = await self._started()
        else:
            check_partitions(self._topic, await _partitions(self._producer, self._topic))

    async def close(self) -> None:
        """Close the producer, however long Kafka takes to answer."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _closed(producer)

    async def _attempt(self, work: Coroutine[Any, Any, None], stopping: asyncio.Event, within: float) -> None:
        """Await a request to Kafka; TimeoutError if it takes too long, or sooner after `stop`."""
        working = asyncio.create_task(work)
        stopped = asyncio.create_task(stopping.wait())
        gone = asyncio.create_task(self._gone())
        try:
            await asyncio.wait({working, stopped, gone}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                await gone
            if stopped.done():
                await asyncio.wait({working}, timeout=PATIENCE_SECONDS)
            if not working.done():
                raise TimeoutError
            await working
        finally:
            for each in (working, stopped, gone):
                each.cancel()

    async def _gone(self) -> None:
        """Wait until the topic is gone, and raise TopicError: what is sent to it would wait for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._producer is not None:
                with suppress(KafkaError, OSError):
                    check_partitions(self._topic, await _partitions(self._producer, self._topic))

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
        for batch, messages in self._batches(lane):
            try:
                acknowledged = await self._producer.send_batch(batch, self._topic.name, partition=partition)
                await acknowledged
            except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
                raise EventTooLarge(max(messages, key=lambda each: each.size)) from error

    def _batches(self, lane: Sequence[Message]) -> Iterator[tuple[Any, list[Message]]]:
        """Yield batches with what is in each. A message that is larger than a batch has a batch of its own."""
        batch, held = self._producer.create_batch(), list[Message]()
        for each in lane:
            if not _put(batch, each):
                yield batch, held
                batch, held = self._producer.create_batch(), []
                _put(batch, each)
            held.append(each)
        yield batch, held

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
        partitions = (await producer.client.fetch_all_metadata()).partitions_for_topic(topic.name)
        if partitions:
            return len(partitions)
        await asyncio.sleep(0.1)
    return 0


def _put(batch: Any, message: Message) -> bool:
    """Add a message to a batch; False if the batch is full."""
    return batch.append(key=message.key, value=message.value, timestamp=None, headers=list(message.headers)) is not None


async def _closed(producer: Any) -> None:
    """Close a producer: in good order if Kafka answers soon, else at once."""
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer.stop(), PATIENCE_SECONDS)
        return
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer._sender.close(), PATIENCE_SECONDS)  # noqa: SLF001 -- else it retries for ever
    await producer.client.close()
