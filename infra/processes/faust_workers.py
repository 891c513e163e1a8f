"""Processes of relay, projector and reactor: each `run_...` may be killed and started again at any moment.

Exit codes: 0 after SIGTERM or SIGINT, 70 a broken invariant (see the log's last line), 75 the watchdog saw no progress.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

import faust

from domain.registry import EVENT_TYPES
from infra.codec import decode
from infra.distributed.reactions import PostgresReactionProgress
from infra.distributed.relay_progress import BlockingLog, PostgresRelayProgress, RetryableLog
from infra.distributed_system import open_postgres_log
from infra.processes.supervisor import stop_on_signal
from infra.reactions import REACTION_RULES
from infra.rows.postgres import PostgresRows
from infra.rows.postgres_stream import StreamedRowsWriter
from infra.rows.rebuild import fill_new
from infra.rows.rebuild_postgres import fill
from projections.registry import HANDLERS, PROJECTIONS
from streams.agent import Membership, worker_app
from streams.exit_codes import AWAY
from streams.projecting import BatchProjector
from streams.projector import Projector
from streams.reactor import Reactor
from streams.relay import Relay
from streams.topics import Topic

GOOD_ORDER_SECONDS = 15.0
"""Time for a graceful shutdown. What a worker has in hand after it comes again: it was not committed."""

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005
"""Faust reads Kafka in a thread of its own; at Python's 5 ms each of its turns waits that long for the loop's."""

BATCH_PROJECTOR = BatchProjector(
    projections=tuple(PROJECTIONS), handlers=HANDLERS, decode=decode, known=EVENT_TYPES.keys()
)
"""Projects for all projections, as the embedded system does."""


def run_relay(
    store: BlockingLog,
    *,
    database_url: str,
    bootstrap_servers: str,
    topic: Topic | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Send the store's events to Kafka until SIGTERM or SIGINT; TopicError if the topic is not as required."""
    shutdown = GracefulShutdown(stop or stop_on_signal())
    asyncio.run(_relay(store, PostgresRelayProgress(database_url), bootstrap_servers, topic or Topic(), shutdown))


async def _relay(
    store: BlockingLog,
    relaying: PostgresRelayProgress,
    bootstrap_servers: str,
    topic: Topic,
    shutdown: "GracefulShutdown",
) -> None:
    relay = Relay(RetryableLog(store), relaying, relaying, bootstrap_servers=bootstrap_servers, topic=topic)
    loop = asyncio.get_running_loop()
    shutdown.in_good_order = lambda: loop.call_soon_threadsafe(relay.stop)
    await relay.run()


class GracefulShutdown:
    """Ends the process with 0 on request: at once while it begins, in good order once it works, but never late.

    Faust handles signals only when its loop runs, and one that comes while it begins may keep it from ever shutdown.
    """

    def __init__(self, stop: threading.Event) -> None:
        self.in_good_order: Callable[[], object] | None = None
        threading.Thread(target=self._watch, args=(stop,), name="ending", daemon=True).start()

    def _watch(self, stop: threading.Event) -> None:
        stop.wait()
        if self.in_good_order is not None:
            with suppress(RuntimeError):  # its loop is closed: it ends already
                self.in_good_order()
            time.sleep(GOOD_ORDER_SECONDS)
            log.warning("ends as it is: it was told to %.0f s ago", GOOD_ORDER_SECONDS)
        exit_now(0)


def run_projector(member: Membership, *, database_url: str, stop: threading.Event | None = None) -> NoReturn:
    """Keep the rows up with the topic until SIGTERM or SIGINT. Leaves the process; StoreError: not our rows."""
    shutdown = GracefulShutdown(stop or stop_on_signal())
    with (
        open_postgres_log(database_url) as store,
        PostgresRows(database_url, partitions=member.topic.partitions) as made,
    ):
        fill_new(store, made, fill)
    rows = StreamedRowsWriter(database_url, PROJECTIONS)
    work(worker_app(member, Projector(rows, BATCH_PROJECTOR, exit_now), exit_now), shutdown)


def run_reactor(member: Membership, *, database_url: str, region: str, stop: threading.Event | None = None) -> NoReturn:
    """Run the commands that follow from the topic's events until SIGTERM or SIGINT. Leaves the process; StoreError."""
    shutdown = GracefulShutdown(stop or stop_on_signal())
    store = open_postgres_log(database_url)
    reactions = PostgresReactionProgress(database_url, store, region=region)
    reactor = Reactor(reactions, RetryableLog(store), REACTION_RULES, exit_now, partitions=member.topic.partitions)
    work(worker_app(member, reactor, exit_now), shutdown)


class Worker(faust.Worker):
    """A Faust worker without signal handlers of its own."""

    def install_signal_handlers(self) -> None:
        """Keep the signal handlers of the process."""


def work(app: faust.App, shutdown: GracefulShutdown) -> NoReturn:
    """Run a worker until its shutdown is requested. It logs where this process logs."""
    sys.setswitchinterval(SWITCH_SECONDS)
    worker = Worker(app, quiet=True, loglevel="WARN", redirect_stdouts=False, override_logging=False)
    worker.spinner = None  # it would write a terminal's signs into log files
    shutdown.in_good_order = lambda: _request_shutdown(worker)
    try:
        worker.execute_from_commandline()
    except SystemExit as ended:
        if ended.code:  # a broker that is away at the start, say: nothing was written that does not hold
            log.critical("%s: Faust ended with %s", app.conf.id, ended.code)
            exit_now(AWAY)
        raise


def _request_shutdown(worker: Worker) -> None:
    worker.loop.call_soon_threadsafe(worker._schedule_shutdown, signal.SIGTERM)  # noqa: SLF001 -- as its handler does


def exit_now(code: int) -> NoReturn:
    """End the process at once: no handler, no commit, nothing more is written but what was already said."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # nobody listens any more
            stream.flush()
    os._exit(code)
