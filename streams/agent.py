"""A Faust agent takes messages in batches: one transaction after the other, written for good before the next is taken.

An agent that raises loses its batch, so these never do: a database that is away is asked again, what cannot be written
is found and kept aside, and where an invariant is broken the process ends at once, before anything more is written or
committed. A supervisor starts it anew.
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
from streams.envelope import ForeignMessage, Headers, PartitionBatch, UnknownEvent, UnreadableMessage, unpack
from streams.exit_codes import AWAY, BROKEN
from streams.ports import Unavailable, Unwritable
from streams.projecting import MissingEventsError, split
from streams.topics import Topic

MESSAGES = 200
WITHIN_SECONDS = 0.01
"""So long the first message of a batch waits for others: for less, more transactions; for more, readers wait.

Faust's own `take_events` looks at a clock instead: after each batch it waits the whole time again, whatever has come.
"""

EVENTS = 5000
"""Events of one transaction, so that the loop answers the broker between two of them."""

LONGEST_PAUSE = 3.0

NOTHING: Mapping[int, str] = {}

log = logging.getLogger(__name__)

Fail = Callable[[int], NoReturn]
"""Ends the process at once with this exit code."""

Received = tuple[int, bytes, Headers]
"""A message's partition, value and headers."""

RefusedPositions = Mapping[int, str]
"""Positions of events that the database does not take, and why."""

Commit = Callable[[Sequence[PartitionBatch], RefusedPositions], Awaitable[None]]
"""Takes parcels in one transaction. Unavailable: to be tried again; Unwritable: an event is at fault."""


class BatchCommitter:
    """Commits what messages hold, transaction by transaction, on behalf of the part of this name."""

    def __init__(self, part: str, commit: Commit, fail: Fail, events: int = EVENTS) -> None:
        self._part = part
        self._commit = commit
        self._fail = fail
        self._events = events

    async def take(self, messages: Sequence[Received]) -> None:
        """Commit a batch; return when it is in the database for good, and never raise."""
        with self.exit_on_error():
            for parcels in self._transactions(self._read(messages)):
                await self.commit(parcels)

    @contextmanager
    def exit_on_error(self) -> Iterator[None]:
        """End the process at whatever is raised."""
        try:
            yield
        except (MissingEventsError, UnknownEvent, UnreadableMessage) as error:
            log.critical("%s: %s", self._part, error)
            self._fail(BROKEN)
        except Exception:
            log.critical("%s: ends, as it does not know what is true", self._part, exc_info=True)
            self._fail(BROKEN)

    async def commit(self, parcels: Sequence[PartitionBatch], at_fault: RefusedPositions = NOTHING) -> None:
        """Commit in one transaction; if the database does not take it, halve until the event at fault is alone."""
        try:
            await self._insist(parcels, at_fault)
        except Unwritable as error:
            if at_fault:
                raise
            if sum(len(parcel.events) for parcel in parcels) == 1:
                await self.commit(parcels, {parcels[0].position: str(error)})
            else:
                for half in split(parcels):
                    await self.commit(half)

    async def _insist(self, parcels: Sequence[PartitionBatch], at_fault: RefusedPositions) -> None:
        """Commit in one transaction, however long the database is away."""
        pause = 0.05
        while True:
            try:
                await self._commit(parcels, at_fault)
            except Unavailable as error:
                log.warning("%s: trying again after %s", self._part, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return

    def _read(self, messages: Sequence[Received]) -> Iterator[PartitionBatch]:
        """Yield the parcels of our messages; one of somebody else is passed over, and nothing of ours with it."""
        for partition, value, headers in messages:
            try:
                yield unpack(partition, value, headers)
            except ForeignMessage as error:
                log.error("%s: passes over %s", self._part, error)

    def _transactions(self, parcels: Iterator[PartitionBatch]) -> Iterator[list[PartitionBatch]]:
        together: list[PartitionBatch] = []
        events = 0
        for parcel in parcels:
            together.append(parcel)
            events += len(parcel.events)
            if events >= self._events:
                yield together
                together, events = [], 0
        if together:
            yield together


@dataclass
class StallDetector:
    """Knows since when each partition's watermark has not moved although there is more."""

    patience: float
    _seen: dict[int, tuple[int, float]] = field(default_factory=dict)

    def stalled(self, behind: Mapping[int, int], now: float) -> list[int]:
        """Return the partitions that have stood still for longer than the patience, in seconds."""
        seen = {}
        for partition, mark in behind.items():
            before = self._seen.get(partition)
            seen[partition] = before if before and before[0] == mark else (mark, now)
        self._seen = seen
        return [partition for partition, (_, since) in seen.items() if now - since > self.patience]

    def forget(self) -> None:
        """Begin anew: nothing is known of the time in between."""
        self._seen = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A worker's place among the others of its part. The slot is unique among them and lasts over restarts.

    `group` is the part's own, `jiayi-<part>`, unless another is named.
    """

    bootstrap_servers: str
    topic: Topic
    group: str | None = None
    slot: int = 0
    patience: float = 60.0


class MessageProcessor(Protocol):
    """What one kind of worker does with messages."""

    @property
    def name(self) -> str:
        """How it is called in logs and in the name of its group."""
        ...

    async def take(self, messages: Sequence[Received]) -> None:
        """Take a batch for good; never raise."""
        ...

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent; Unavailable."""
        ...

    async def on_stalled(self, partitions: Collection[int]) -> None:
        """Hear that these have not moved for half the patience although there is more; never raise."""
        ...


class DisklessApp(faust.App):
    """A Faust app that makes no folder: it has no tables to keep in one. `called` is its name in logs."""

    called = "worker"

    @property
    def shortlabel(self) -> str:
        """Return what stands before its messages."""
        return self.called

    def _create_directories(self) -> None:
        pass


def worker_app(member: Membership, part: MessageProcessor, fail: Fail) -> faust.App:
    """Return the Faust app of one worker; start it with faust.Worker.

    Faust gives groups and dispatch only: no tables, no topics of its own, no pages that could show health data.
    """
    group = member.group or f"jiayi-{part.name}"
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
    app.called = f"{part.name} {member.slot}"
    topic = app.topic(member.topic.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    async def take(stream: StreamT[bytes]) -> None:
        assert isinstance(stream, faust.Stream)
        stream.enable_acks = False  # done here, once a batch is written
        async with aclosing(batched(stream.events(), MESSAGES, WITHIN_SECONDS)) as batches:
            async for events in batches:
                await part.take([_received(event.message) for event in events])
                for event in events:
                    await stream.ack(event)

    async def watch_progress() -> None:
        early, watch = StallDetector(member.patience / 2), StallDetector(member.patience)
        while not app.should_stop:
            await asyncio.sleep(member.patience / 10)
            try:
                behind = await part.behind()
            except Unavailable:
                early.forget()
                watch.forget()
                continue
            mine = {each.partition for each in app.consumer.assignment()} or behind.keys()
            behind = {number: mark for number, mark in behind.items() if number in mine}
            stalled = watch.stalled(behind, monotonic())
            if stalled:
                log.critical("%s: no progress in partitions %s for %.0f s", part.name, stalled, member.patience)
                fail(AWAY)
            slow = early.stalled(behind, monotonic())
            if slow:
                await part.on_stalled(slow)

    app.agent(topic, name=part.name)(take)
    app.task(watch_progress)
    return app


def _received(message: Message) -> Received:
    """Return what a message holds. Headers arrive in either shape; one without a value holds nothing of ours."""
    headers = message.headers or ()
    pairs = list(headers.items()) if isinstance(headers, Mapping) else headers
    return message.partition, message.value or b"", pairs
