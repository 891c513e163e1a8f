"""The projector: a Faust agent that takes messages in batches and writes rows and watermarks in one transaction.

An agent that raises loses its batch, so this one never does: a database that is away is asked again, a poison event
becomes a dead letter, and where an invariant is broken the process ends at once, before anything more is written or
committed. A supervisor starts it anew.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import NoReturn

import faust
from faust.types import Message, StreamT

from streams.batch import Gap, Reading, split
from streams.database import Rows, Unavailable, Unwritable
from streams.envelope import Foreign, Headers, Parcel, Unreadable, unpack
from streams.topics import Topic

BROKEN = 70
"""The exit code of a broken invariant: an event is missing, a message of ours cannot be read, a table is not ours."""

STALLED = 75
"""The exit code of the watchdog: events are there and no watermark moves."""

MESSAGES = 200
WITHIN_SECONDS = 0.05
"""A batch is what arrives in this time: a shorter one makes more transactions, a longer one keeps readers waiting."""

EVENTS = 5000
"""Events of one transaction, so that the loop answers the broker between two of them."""

LONGEST_PAUSE = 3.0

log = logging.getLogger(__name__)

Fail = Callable[[int], NoReturn]
"""Ends the process at once with this exit code."""

Received = tuple[int, bytes, Headers]
"""A message's partition, value and headers."""


class Projector:
    """Writes what messages mean for the rows."""

    def __init__(self, rows: Rows, reading: Reading, fail: Fail) -> None:
        self._rows = rows
        self._reading = reading
        self._fail = fail

    async def take(self, messages: Sequence[Received]) -> None:
        """Write a batch; return when it is in the database for good, and never raise."""
        try:
            for parcels in _transactions(_read(messages)):
                await self._write(parcels)
        except (Gap, Unreadable) as error:
            log.critical("projector: %s", error)
            self._fail(BROKEN)
        except Exception:
            log.critical("projector: ends, as it does not know what is true", exc_info=True)
            self._fail(BROKEN)

    async def _write(self, parcels: Sequence[Parcel], refused: frozenset[int] = frozenset()) -> None:
        """Write in one transaction; if the database refuses the rows, halve until the event at fault is alone."""
        try:
            await self._insist(parcels, refused)
        except Unwritable:
            if refused:
                raise
            if sum(len(parcel.events) for parcel in parcels) == 1:
                await self._write(parcels, frozenset([parcels[0].position]))
            else:
                for half in split(parcels):
                    await self._write(half)

    async def _insist(self, parcels: Sequence[Parcel], refused: frozenset[int]) -> None:
        """Write in one transaction, however long the database is away."""
        pause = 0.05
        while True:
            try:
                async with self._rows.writing({parcel.partition for parcel in parcels}) as writing:
                    await writing.write(self._reading.outcome(parcels, writing.standing, refused))
            except Unavailable as error:
                log.warning("projector: trying again after %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return


def _read(messages: Sequence[Received]) -> Iterator[Parcel]:
    """Yield the parcels of our messages; one of somebody else is passed over, and nothing of ours with it."""
    for partition, value, headers in messages:
        try:
            yield unpack(partition, value, headers)
        except Foreign as error:
            log.error("projector: passes over %s", error)


def _transactions(parcels: Iterator[Parcel]) -> Iterator[list[Parcel]]:
    together: list[Parcel] = []
    events = 0
    for parcel in parcels:
        together.append(parcel)
        events += len(parcel.events)
        if events >= EVENTS:
            yield together
            together, events = [], 0
    if together:
        yield together


@dataclass
class Watch:
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
    """A worker's place among the others. The slot is unique among running workers and lasts over restarts."""

    bootstrap_servers: str
    topic: Topic
    group: str = "jiayi-projector"
    slot: int = 0
    patience: float = 60.0


class Diskless(faust.App):
    """A Faust app that makes no folder: it has no tables to keep in one."""

    def _create_directories(self) -> None:
        pass


def projector_app(member: Membership, rows: Rows, reading: Reading, fail: Fail) -> faust.App:
    """Return the Faust app of one worker; start it with faust.Worker.

    Faust gives groups and dispatch only: no tables, no topics of its own, no pages that could show health data.
    """
    app = Diskless(
        member.group,
        broker=[f"kafka://{server}" for server in member.bootstrap_servers.split(",")],
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=False,
        stream_buffer_maxsize=1000,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=f"{member.group}-{member.slot}",
        broker_session_timeout=10,
        broker_heartbeat_interval=2,
        broker_commit_interval=1.0,
        broker_max_poll_records=500,
        web_enabled=False,
        web_tables_enabled=False,
        web_router_enabled=False,
    )
    topic = app.topic(member.topic.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    projector = Projector(rows, reading, fail)

    async def project(stream: StreamT[bytes]) -> None:
        assert isinstance(stream, faust.Stream)
        async for events in stream.take_events(MESSAGES, within=WITHIN_SECONDS):
            await projector.take([_received(event.message) for event in events])

    async def watch_progress() -> None:
        watch = Watch(member.patience)
        while not app.should_stop:
            await asyncio.sleep(member.patience / 10)
            try:
                behind = await rows.behind()
            except Unavailable:
                watch.forget()
                continue
            mine = {each.partition for each in app.consumer.assignment()} or behind.keys()
            stalled = watch.stalled({number: mark for number, mark in behind.items() if number in mine}, monotonic())
            if stalled:
                log.critical("projector: no progress in partitions %s for %.0f s", stalled, member.patience)
                fail(STALLED)

    app.agent(topic, name="projector")(project)
    app.task(watch_progress)
    return app


def _received(message: Message) -> Received:
    """Return what a message holds. Headers arrive in either shape; one without a value holds nothing of ours."""
    headers = message.headers or ()
    pairs = list(headers.items()) if isinstance(headers, Mapping) else headers
    return message.partition, message.value or b"", pairs
