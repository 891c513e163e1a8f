"""A whole distributed system for a bench: every part a process of its own, ended when it is not measured any more."""

import asyncio
import logging
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from infra.bench.servers import Servers, database
from infra.bench.streams.log import new_topic
from infra.planning.solver_pool import serve_one_parent
from infra.processes.parts import Part, WorkerSlot, run_part
from infra.processes.supervisor import stop_on_signal
from infra.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess as Process

SPAWN = multiprocessing.get_context("spawn")

PARTS: tuple[Part, ...] = ("relay", "projector", "reactor", "timers", "planner")
WORKERS = 2
"""Days that a planner has in hand at a time."""

PATIENCE_SECONDS = 20.0


@contextmanager
def district(servers: Servers) -> Iterator[Settings]:
    """Give the settings of a distributed system with an empty database and a new topic; nobody works in it yet."""
    topic = asyncio.run(new_topic(servers.bootstrap_servers))
    with database(servers.database_url) as url:
        yield Settings(
            database_url=url,
            bootstrap_servers=servers.bootstrap_servers,
            topic=topic.name,
            partitions=topic.partitions,
        )


@contextmanager
def parts(settings: Settings, *names: Part) -> Iterator[None]:
    """Run these parts, all if none is named, as `jiayi run PART` does."""
    with ExitStack() as stack:
        for name in names or PARTS:
            stack.enter_context(working(part, name, settings))
        yield


@contextmanager
def working(work: Callable[..., object], *given: Any) -> Iterator["Process"]:
    """Give a process that does this work until it is told to stop. It may have processes of its own."""
    process = SPAWN.Process(target=alone, args=(work, *given))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(PATIENCE_SECONDS)
        process.kill()
        process.join()


def alone(work: Callable[..., object], *given: Any) -> None:
    """Work in a process of its own, which ends with its parent and speaks only when it must end."""
    serve_one_parent()
    last_words = logging.StreamHandler()
    last_words.setLevel(logging.CRITICAL)
    logging.basicConfig(handlers=[last_words])
    work(*given, stop_on_signal())


def part(name: Part, settings: Settings, stop: threading.Event) -> None:
    """Run one part."""
    run_part(name, settings, WorkerSlot(workers=WORKERS), stop)
