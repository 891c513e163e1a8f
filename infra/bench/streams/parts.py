"""Parts of the distributed system as processes of their own, killed when they are not measured any more."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from infra.bench.streams import raw
from infra.processes.faust_workers import run_projector, run_relay
from infra.store.postgres import PostgresStore
from streams.agent import Membership
from streams.topics import Topic

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess as Process

SPAWN = multiprocessing.get_context("spawn")


@contextmanager
def running(part: Callable[..., object], *given: Any, **told: Any) -> Iterator["Process"]:
    """Give a process that runs this part."""
    process = SPAWN.Process(target=part, args=given, kwargs=told, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def relay(database_url: str, bootstrap_servers: str, topic: Topic) -> None:
    """Relay the store of a database."""
    run_relay(PostgresStore(database_url), database_url=database_url, bootstrap_servers=bootstrap_servers, topic=topic)


def projector(database_url: str, bootstrap_servers: str, topic: Topic) -> None:
    """Keep the rows of a database up with a topic from its beginning, through Faust."""
    member = Membership(bootstrap_servers=bootstrap_servers, topic=topic, group=f"{topic.name}-{uuid4().hex}")
    run_projector(member, database_url=database_url)


def raw_singles(database_url: str, bootstrap_servers: str, topic: Topic) -> None:
    """Keep the rows up in a raw loop that expects one event a message."""
    raw.run(database_url, bootstrap_servers, topic.name, envelopes=False)


def raw_envelopes(database_url: str, bootstrap_servers: str, topic: Topic) -> None:
    """Keep the rows up in a raw loop that expects envelopes."""
    raw.run(database_url, bootstrap_servers, topic.name, envelopes=True)
