"""A Faust agent takes messages in batches: one transaction after the other, committed before the next is taken.

An agent that raises loses its batch, so these never do: a database that is away is asked again, an event that it
refuses is isolated and becomes a dead letter, and a broken invariant ends the process at once, before anything more is
written or committed. A supervisor starts it again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import NoReturn, Protocol

import faust
from faust.types import Message, StreamT

from streams.batching import batched
from streams.committing import RefusedPositions, commit_async
from streams.envelope import ForeignMessage, Headers, UnreadableMessage, unpack
from streams.errors import Unavailable
from streams.events import PartitionBatch, UnknownEvent
from streams.exit_codes import AWAY, BROKEN
from streams.projecting import MissingEventsError
from streams.topics import Topic

MESSAGES = 200
WITHIN_SECONDS = 0.01
"""So long the first message of a batch waits for others: for less, more transactions; for more, readers wait.

Faust's own `take_events` looks at a clock instead: after each batch it waits the whole time again, whatever has come.
"""

EVENTS = 5000
"""Events of one transaction, so that the loop answers the broker between two of them."""

LONGEST_PAUSE = 3.0

log = logging.getLogger(__name__)

Fail = Callable[[int], NoReturn]
"""Ends the process at once with this exit code."""

Received = tuple[int, bytes, Headers]
"""A message's partition, value and headers."""

Commit = Callable[[Sequence[PartitionBatch], RefusedPositions], Awaitable[None]]
"""Commits batches in one transaction. Unavailable: to be tried again; Unwritable: the database refuses an event."""


class BatchCommitter:
    """Commits what messages hold, transaction by transaction, on behalf of the part of this name."""

    def __init__(self, part: str, commit: Commit, fail: Fail, events: int = EVENTS) -> None:
        self._part = part
        self._commit = commit
        self._fail = fail
        self._events = events

    async def take(self, messages: Sequence[Received]) -> None:
        """Commit a batch; return when it is committed, and never raise."""
        with self.exit_on_error():
            for batches in self._transactions(self._read(messages)):
                await self.commit(batches)

    @contextmanager
    def exit_on_error(self) -> Iterator[None]:
        """End the process at any error."""
        try:
            yield
        except (MissingEventsError, UnknownEvent, UnreadableMessage) as error:
            log.critical("%s: %s", self._part, error)
            self._fail(BROKEN)
        except Exception:
            log.critical("%s: ends, as it does not know what is true", self._part, exc_info=True)
            self._fail(BROKEN)

    async def commit(self, batches: Sequence[PartitionBatch]) -> None:
        """Commit batches; if the database refuses them, halve until the event at fault is alone."""
        await commit_async(batches, self._insist)

    async def _insist(self, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        """Commit in one transaction, however long the database is away."""
        pause = 0.05
        while True:
            try:
                await self._commit(batches, refused)
            except Unavailable as error:
                log.warning("%s: trying again after %s", self._part, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return

    def _read(self, messages: Sequence[Received]) -> Iterator[PartitionBatch]:
        """Yield the batches of Jiayi's messages; foreign messages are skipped, and nothing of ours with them."""
        for partition, value, headers in messages:
            try:
                yield unpack(partition, value, headers)
            except ForeignMessage as error:
                log.error("%s: passes over %s", self._part, error)

    def _transactions(self, batches: Iterator[PartitionBatch]) -> Iterator[list[PartitionBatch]]:
        transaction: list[PartitionBatch] = []
        events = 0
        for batch in batches:
            transaction.append(batch)
            events += len(batch.events)
            if events >= self._events:
                yield transaction
                transaction, events = [], 0
        if transaction:
            yield transaction


@dataclass
class StallDetector:
    """Finds the partitions whose watermark does not move although there is more."""

    patience: float
    _seen: dict[int, tuple[int, float]] = field(default_factory=dict)

    def stalled(self, behind: Mapping[int, int], now: float) -> list[int]:
        """Return the partitions that have not moved for longer than the patience, in seconds."""
        seen = {}
        for partition, mark in behind.items():
            before = self._seen.get(partition)
            seen[partition] = before if before and before[0] == mark else (mark, now)
        self._seen = seen
        return [partition for partition, (_, since) in seen.items() if now - since > self.patience]

    def forget(self) -> None:
        """Start again: nothing is known of the time in between."""
        self._seen = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A worker among the others of its part. The slot is unique among them and lasts over restarts.

    `group` is the part's own, `jiayi-<part>`, unless another is named.
    """

    bootstrap_servers: str
    topic: Topic
    group: str | None = None
    slot: int = 0
    patience: float = 60.0


class MessageProcessor(Protocol):
    """Processes the messages of one kind of worker."""

    @property
    def name(self) -> str:
        """Its name in logs and in its consumer group."""
        ...

    async def take(self, messages: Sequence[Received]) -> None:
        """Process a batch and commit it; never raise."""
        ...

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent; Unavailable."""
        ...

    async def on_stalled(self, partitions: Collection[int]) -> None:
        """Called when these partitions made no progress for half the watchdog timeout; never raises."""
        ...


class DisklessApp(faust.App):
    """A Faust app that makes no folder: it has no tables to keep in one. `log_name` is its name in logs."""

    log_name = "worker"

    @property
    def shortlabel(self) -> str:
        """Return the prefix of its messages."""
        return self.log_name

    def _create_directories(self) -> None:
        pass


def worker_app(member: Membership, processor: MessageProcessor, fail: Fail) -> faust.App:
    """Return the Faust app of one worker; start it with faust.Worker.

    Faust gives groups and dispatch only: no tables, no topics of its own, no pages that could show health data.
    """
    group = member.group or f"jiayi-{processor.name}"
    app = DisklessApp(
        group,
        broker=[f"kafka://{server}" for server in member.bootstrap_servers.split(",")],
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=False,
        stream_buffer_maxsize=1000,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=5000,  # a topic that is made again is seen so late; else after five minutes
        consumer_group_instance_id=f"{group}-{member.slot}",
        broker_session_timeout=10,
        broker_rebalance_timeout=15,  # all wait so long for one that was killed while it joined; else a minute
        broker_heartbeat_interval=2,
        broker_commit_interval=1.0,
        broker_max_poll_records=500,
        web_enabled=False,
        web_tables_enabled=False,
        web_router_enabled=False,
    )
    app.log_name = f"{processor.name} {member.slot}"
    topic = app.topic(member.topic.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    async def take(stream: StreamT[bytes]) -> None:
        assert isinstance(stream, faust.Stream)
        stream.enable_acks = False  # done here, once a batch is written
        async with aclosing(batched(stream.events(), MESSAGES, WITHIN_SECONDS)) as batches:
            async for events in batches:
                await processor.take([_received(event.message) for event in events])
                for event in events:
                    await stream.ack(event)

    async def watch_progress() -> None:
        early, watch = StallDetector(member.patience / 2), StallDetector(member.patience)
        while not app.should_stop:
            await asyncio.sleep(member.patience / 10)
            try:
                behind = await processor.behind()
            except Unavailable:
                early.forget()
                watch.forget()
                continue
            mine = {each.partition for each in app.consumer.assignment()} or behind.keys()
            behind = {number: mark for number, mark in behind.items() if number in mine}
            stalled = watch.stalled(behind, monotonic())
            if stalled:
                log.critical("%s: no progress in partitions %s for %.0f s", processor.name, stalled, member.patience)
                fail(AWAY)
            slow = early.stalled(behind, monotonic())
            if slow:
                await processor.on_stalled(slow)

    app.agent(topic, name=processor.name)(take)
    app.task(watch_progress)
    return app


def _received(message: Message) -> Received:
    """Return what a message holds. Headers arrive in either shape; a message without a value is not ours."""
    headers = message.headers or ()
    pairs = list(headers.items()) if isinstance(headers, Mapping) else headers
    return message.partition, message.value or b"", pairs
