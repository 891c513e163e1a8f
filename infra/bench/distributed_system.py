"""Runs a whole distributed system for a benchmark, every part in a process of its own."""

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
"""Days that a planner solves at the same time."""

PATIENCE_SECONDS = 20.0


@contextmanager
def empty_system(servers: Servers) -> Iterator[Settings]:
    """Yield the settings of a distributed system with an empty database and a new topic; no part runs yet."""
    topic = asyncio.run(new_topic(servers.bootstrap_servers))
    with database(servers.database_url) as url:
        yield Settings(
            database_url=url,
            bootstrap_servers=servers.bootstrap_servers,
            topic=topic.name,
            partitions=topic.partitions,
        )


@contextmanager
def running_parts(settings: Settings, *names: Part) -> Iterator[None]:
    """Run the named parts, or all, as `jiayi run PART` does."""
    with ExitStack() as stack:
        for name in names or PARTS:
            stack.enter_context(running_process(run_one_part, name, settings))
        yield


@contextmanager
def running_process(work: Callable[..., object], *arguments: Any) -> Iterator["Process"]:
    """Run work in a process until the end of the block; it may have child processes."""
    process = SPAWN.Process(target=run_alone, args=(work, *arguments))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(PATIENCE_SECONDS)
        process.kill()
        process.join()


def run_alone(work: Callable[..., object], *arguments: Any) -> None:
    """Run work in this process, which ends with its parent and logs only critical messages."""
    serve_one_parent()
    critical = logging.StreamHandler()
    critical.setLevel(logging.CRITICAL)
    logging.basicConfig(handlers=[critical])
    work(*arguments, stop_on_signal())


def run_one_part(name: Part, settings: Settings, stop: threading.Event) -> None:
    """Run a part until it is stopped."""
    run_part(name, settings, WorkerSlot(workers=WORKERS), stop)
