"""The topic of events, created with its right shape."""

import asyncio
import logging

from infra.cli.session import Session
from infra.cli.streams.results import CreatedTopic
from infra.edges.problems import OptionsError, UsageError
from streams.topics import FOR_EVER, THE_BROKERS, Topic, TopicError, create_topic

DAY_MS = 24 * 60 * 60 * 1000


def create_topics(
    session: Session,
    bootstrap_servers: str | None,
    name: str | None,
    partitions: int | None,
    replicas: int | None,
    retention_days: int | None,
) -> CreatedTopic:
    """Create the topic if it is missing. UsageError: no Kafka, or a topic of another shape."""
    servers = bootstrap_servers or session.settings.bootstrap_servers
    if not servers:
        raise OptionsError("Missing option '--bootstrap-servers' or KAFKA_BOOTSTRAP_SERVERS")
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # its messages say what the one line says
    topic = Topic(
        name=name or session.settings.topic,
        partitions=partitions or session.settings.partitions,
        replicas=replicas or THE_BROKERS,
        retention_ms=retention_days * DAY_MS if retention_days else FOR_EVER,
    )
    try:
        made = asyncio.run(create_topic(servers, topic))
    except TopicError as error:
        raise UsageError(error.rule, **error.values) from error
    return CreatedTopic(topic.name, topic.partitions, made)
