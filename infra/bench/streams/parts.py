"""Runs parts of the distributed system in processes of their own, and kills them at the end."""

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
def running(part: Callable[..., object], *arguments: Any) -> Iterator["Process"]:
    """Run a part in a process until the end of the block."""
    process = SPAWN.Process(target=part, args=arguments, daemon=True)
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
    """Project a topic from its beginning into the rows of a database, through Faust."""
    member = Membership(bootstrap_servers=bootstrap_servers, topic=topic, group=f"{topic.name}-{uuid4().hex}")
    run_projector(member, database_url=database_url)


def raw_singles(database_url: str, bootstrap_servers: str, topic: Topic) -> None:
    """Project in a raw loop that expects one event in each message."""
    raw.run(database_url, bootstrap_servers, topic.name, envelopes=False)


def raw_envelopes(database_url: str, bootstrap_servers: str, topic: Topic) -> None:
    """Project in a raw loop that expects envelopes."""
    raw.run(database_url, bootstrap_servers, topic.name, envelopes=True)
