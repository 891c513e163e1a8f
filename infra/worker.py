"""The distributed system's processes: each `run_...` is one part, restartable at any moment by any supervisor.

Exit codes: 0 after SIGTERM or SIGINT, 70 a broken invariant (see the log's last line), 75 the watchdog saw no progress.
"""

import asyncio
import logging
import os
import signal
import sys
from typing import NoReturn

import faust

from infra.codec import decode
from infra.reacting import CAUSES, PostgresReactions
from infra.read_model_postgres import PostgresRows
from infra.rebuild import fill_new
from infra.relaying import BlockingLog, PostgresRelaying, RelayedLog
from infra.store.postgres import PostgresStore
from infra.streamed_rows import StreamedRows
from infra.wiring import PACE
from projections.registry import HANDLERS, PROJECTIONS
from streams.agent import STALLED, Membership, worker_app
from streams.batch import Reading
from streams.projector import Projector
from streams.reactor import Reactor
from streams.relay import Relay
from streams.topics import Topic

log = logging.getLogger(__name__)

READING = Reading(projections=tuple(PROJECTIONS), handlers=HANDLERS, decode=decode)
"""How the projector reads events: all projections, as the embedded system does."""


def run_relay(store: BlockingLog, *, database_url: str, bootstrap_servers: str, topic: Topic | None = None) -> None:
    """Take the store's events to Kafka until SIGTERM or SIGINT; TopicError if the topic is not as it shall be."""
    asyncio.run(_relay(store, PostgresRelaying(database_url), bootstrap_servers, topic or Topic()))


async def _relay(store: BlockingLog, relaying: PostgresRelaying, bootstrap_servers: str, topic: Topic) -> None:
    relay = Relay(RelayedLog(store), relaying, relaying, bootstrap_servers=bootstrap_servers, topic=topic)
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, relay.stop)
    await relay.run()


def run_projector(member: Membership, *, database_url: str) -> NoReturn:
    """Keep the rows up with the topic until SIGTERM or SIGINT. Leaves the process; StoreError: not our rows."""
    with PostgresRows(database_url, partitions=member.topic.partitions) as made, PostgresStore(database_url) as store:
        fill_new(store, made)
    rows = StreamedRows(database_url, PROJECTIONS)
    work(worker_app(member, Projector(rows, READING, leave_at_once), leave_at_once))


def run_reactor(member: Membership, *, database_url: str, region: str) -> NoReturn:
    """Give the commands that follow from the topic's events until SIGTERM or SIGINT. Leaves the process; StoreError."""
    store = PostgresStore(database_url, PACE)
    reactions = PostgresReactions(database_url, store, region=region)
    reactor = Reactor(reactions, RelayedLog(store), CAUSES, leave_at_once, partitions=member.topic.partitions)
    work(worker_app(member, reactor, leave_at_once))


def work(app: faust.App) -> NoReturn:
    """Run a worker until SIGTERM or SIGINT. What it logs goes where this process logs."""
    worker = faust.Worker(app, quiet=True, loglevel="WARN", redirect_stdouts=False, override_logging=False)
    worker.spinner = None  # it would write a terminal's signs into log files
    try:
        worker.execute_from_commandline()
    except SystemExit as ended:
        if ended.code:  # a broker that is away at the start, say: nothing was written that does not hold
            log.critical("%s: Faust ended with %s", app.conf.id, ended.code)
            leave_at_once(STALLED)
        raise


def leave_at_once(code: int) -> NoReturn:
    """End the process here and now: no handler, no commit, nothing more is written."""
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)
