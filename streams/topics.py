"""Topic of events: created beforehand, with a partition count that is frozen from then on.

A stream's partition is Kafka's own: murmur2 of its id, so any producer that sends by the key agrees with the relay.
Another count would send the rest of a stream to another partition than its beginning.
"""

import asyncio
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]  # ships no types
from aiokafka.errors import (  # type: ignore[import-untyped]  # likewise
    KafkaConnectionError,
    KafkaError,
    TopicAlreadyExistsError,
    for_code,
)
from aiokafka.partitioner import murmur2  # type: ignore[import-untyped]  # likewise

FOR_EVER = -1
KNOWN_WITHIN_SECONDS = 5.0
THE_BROKERS = -1

LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes of one message; Kafka's own 1 MB is little for a roster of a large team in one event."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The required topic: retention in milliseconds (-1: for ever), replicas (-1: the brokers' default)."""

    name: str = "jiayi.events.v1"
    partitions: int = 8
    retention_ms: int = FOR_EVER
    replicas: int = THE_BROKERS


class TopicError(Exception):
    """The topic cannot be used as required. `rule` is in kebab case, `values` fill its sentence.

    Rules: `topic-missing`, `topic-partitions-frozen`, `topic-not-made`, `kafka-unreachable`.
    """

    def __init__(self, rule: str, **values: str | int) -> None:
        super().__init__(f"{rule}: {', '.join(f'{name} {value}' for name, value in values.items())}")
        self.rule = rule
        self.values = values


@lru_cache(maxsize=1 << 16)
def partition_of(stream: str, partitions: int) -> int:
    """Return the partition that Kafka's default partitioner gives to a stream's id, as Java's clients do."""
    return int((murmur2(stream.encode()) & 0x7FFFFFFF) % partitions)


async def create_topic(bootstrap_servers: str, topic: Topic) -> bool:
    """Create the topic; False if it exists. TopicError if it has another partition count or cannot be created."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        await admin.start()
        if await _make(admin, topic):
            return True
        check_partitions(topic, await _partitions_known(admin, topic.name))
        return False
    except KafkaConnectionError as error:
        raise TopicError("kafka-unreachable", servers=bootstrap_servers) from error
    finally:
        await admin.close()


async def _partitions_known(admin: AIOKafkaAdminClient, name: str) -> int:
    """Return how many partitions a topic that exists has; a broker hears of one that is new a moment later."""
    give_up = time.monotonic() + KNOWN_WITHIN_SECONDS
    while True:
        (described,) = await admin.describe_topics([name])
        if described["partitions"] or time.monotonic() > give_up:
            return len(described["partitions"])
        await asyncio.sleep(0.05)


async def check_topic(bootstrap_servers: str, topic: Topic, within: float = 5.0) -> None:
    """Raise TopicError if Kafka does not answer in so many seconds, or the topic is not as required."""
    check_partitions(topic, await partitions_there(bootstrap_servers, topic.name, within))


async def partitions_there(bootstrap_servers: str, name: str, within: float = 5.0) -> int:
    """Return how many partitions a topic has, 0 if there is none. TopicError `kafka-unreachable`."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=int(within * 1000))
    try:
        async with asyncio.timeout(within):
            await admin.start()
            topics = await admin.describe_topics()  # of all: to ask for one that is missing may make it
    except (KafkaError, OSError, TimeoutError) as error:
        raise TopicError("kafka-unreachable", servers=bootstrap_servers) from error
    finally:
        await admin.close()
    return next((len(each["partitions"]) for each in topics if each["topic"] == name), 0)


def check_partitions(topic: Topic, count: int) -> None:
    """Raise TopicError if the topic has another number of partitions than the settings name."""
    if count == 0:
        raise TopicError("topic-missing", topic=topic.name)
    if count != topic.partitions:
        raise TopicError("topic-partitions-frozen", topic=topic.name, found=count, wanted=topic.partitions)


async def _make(admin: Any, topic: Topic) -> bool:
    wanted = NewTopic(
        topic.name,
        topic.partitions,
        1,
        topic_configs={
            "cleanup.policy": "delete",
            "retention.ms": str(topic.retention_ms),
            "retention.bytes": "-1",
            "max.message.bytes": str(LARGEST_MESSAGE),
        },
    )
    wanted.replication_factor = topic.replicas  # its constructor refuses -1, Kafka does not
    answer = await admin.create_topics([wanted])
    for _, code, detail, *_ in answer.topic_errors:
        if code == TopicAlreadyExistsError.errno:
            return False
        if code:
            raise TopicError("topic-not-made", topic=topic.name, detail=detail or for_code(code).__name__)
    return True
