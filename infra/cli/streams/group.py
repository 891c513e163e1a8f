"""The streams of the distributed system: their topic, how everybody stands, what was not taken, what time it is."""

import asyncio
import logging

import click

from infra.cli.streams.dead_letters import dead_letters
from infra.cli.streams.status import status
from infra.cli.with_session import Session, with_session
from infra.edges.moments import shown
from infra.edges.problems import UsageError
from infra.edges.results import to_json

DAY_MS = 24 * 60 * 60 * 1000


@click.group()
def streams() -> None:
    """The topic on which events travel, how everybody stands, dead letters, the clock of all parts."""


streams.add_command(status)
streams.add_command(dead_letters)


@streams.command("create-topics")
@click.option("--bootstrap-servers", metavar="HOST:PORT,...", help="Kafka (default: KAFKA_BOOTSTRAP_SERVERS).")
@click.option("--topic", "name", metavar="NAME", help="Its name (default: JIAYI_TOPIC, or jiayi.events.v1).")
@click.option("--partitions", type=click.IntRange(min=1), help="Frozen once made (default: JIAYI_PARTITIONS, or 8).")
@click.option("--replicas", type=click.IntRange(min=1), help="Copies of each partition (default: the brokers').")
@click.option("--retention-days", type=click.IntRange(min=1), help="Forget events after so long (default: never).")
@with_session()
def create_topics(
    session: Session,
    bootstrap_servers: str | None,
    name: str | None,
    partitions: int | None,
    replicas: int | None,
    retention_days: int | None,
) -> None:
    """Make the topic of events; one that is there as it shall be is left alone."""
    from streams.topics import (  # noqa: PLC0415 -- Kafka's client is loaded when it is asked
        FOR_EVER,
        THE_BROKERS,
        Topic,
        TopicError,
        create_topic,
    )

    servers = bootstrap_servers or session.settings.bootstrap_servers
    if not servers:
        raise click.UsageError("Missing option '--bootstrap-servers' or KAFKA_BOOTSTRAP_SERVERS")
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it has to say, the one line says
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
    if session.as_json:
        click.echo(to_json({"topic": topic.name, "partitions": topic.partitions, "made": made}))
    else:
        click.echo(f"{topic.name}: {session.say('topic-made' if made else 'topic-there')}")


@streams.command()
@click.option("--release", is_flag=True, help="Let the machines tell the time again.")
@with_session()
def clock(session: Session, *, release: bool) -> None:
    """Show whether somebody moves the clock of all parts, and where it stands."""
    from infra.distributed.clock import SharedClock  # noqa: PLC0415 -- databases are loaded when they are asked
    from infra.wiring import Distributed  # noqa: PLC0415 -- likewise

    session.settings.addresses()  # there is no such clock in the embedded system
    with session.open(repeats=True) as system:
        assert isinstance(system, Distributed), "it has addresses"
        shared = SharedClock(system.connections)
        if release:
            shared.release()
        told = shared.read()
    plans = not told.moved or told.budget is not None
    if session.as_json:
        click.echo(to_json({"now": told.now, "moved": told.moved, "plans": plans}))
    else:
        key = "clock-goes" if not told.moved else "clock-stands-planning" if plans else "clock-stands"
        click.echo(session.say(key, {"at": shown(told.now)}))
