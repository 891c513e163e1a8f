"""Parts of the distributed system, each a process that may be killed and started again at any moment.

Exit codes: 0 after SIGTERM or SIGINT; 2 a setting or the topic is wrong, or the database is not ours or of a newer
program; 70 a broken invariant (see the log's last lines); 75 a service is away at the start, or the watchdog saw no
progress. A supervisor starts a part again after 70 and 75; after 2 somebody must look.
"""

import asyncio
import logging
import os
import sys
import threading
from typing import Literal, NoReturn

from domain.decider import Refused
from domain.event import value
from infra.database.errors import StoreError, UnfitStoreError
from infra.distributed.topic import topic_of
from infra.logs import log_to_standard_error
from infra.settings import Settings
from streams.exit_codes import AWAY, BROKEN
from streams.relay import EventTooLarge
from streams.topics import TopicError, check_topic

Part = Literal["relay", "projector", "reactor", "planner", "timers", "webhooks"]

log = logging.getLogger(__name__)


@value
class WorkerSlot:
    """The slot of a process among the workers of its part, and how many days a planner has in hand at a time."""

    slot: int = 0
    workers: int = 1


def run_part(part: Part, settings: Settings, worker: WorkerSlot, stop: threading.Event) -> None:
    """Run one part in this process until `stop` is set, or until a signal where it has a loop of its own."""
    log_to_standard_error(f"{part} {worker.slot}")
    try:
        if part == "planner":
            _plan(settings, worker, stop)
        elif part == "timers":
            _time(settings, stop)
        elif part == "webhooks":
            _send_webhooks(settings, stop)
        else:
            _stream(part, settings, worker, stop)
    except (Refused, TopicError) as error:
        if error.rule != "kafka-unreachable":
            raise
        _leave(part, AWAY, error)
    except UnfitStoreError:
        raise
    except StoreError as error:
        _leave(part, AWAY, error)
    except EventTooLarge as error:
        _leave(part, BROKEN, error)
    except Exception as error:
        _leave(part, BROKEN, error, traced=True)


def _leave(part: str, code: int, error: Exception, *, traced: bool = False) -> NoReturn:
    """End the process at once: threads of a pool may still run."""
    log.critical("%s: %s", part, error, exc_info=traced)
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)


def _stream(part: str, settings: Settings, worker: WorkerSlot, stop: threading.Event) -> None:
    from infra.processes import faust_workers  # noqa: PLC0415 -- Faust is loaded where it works
    from streams.agent import Membership  # noqa: PLC0415 -- likewise

    database_url, servers = settings.addresses()
    topic = topic_of(settings)
    member = Membership(bootstrap_servers=servers, topic=topic, group=f"{topic.name}.{part}", slot=worker.slot)
    if part == "relay":
        from infra.distributed_system import open_postgres_log  # noqa: PLC0415 -- likewise

        store = open_postgres_log(database_url)
        faust_workers.run_relay(store, database_url=database_url, bootstrap_servers=servers, topic=topic, stop=stop)
        return
    asyncio.run(check_topic(servers, topic))
    if part == "projector":
        faust_workers.run_projector(member, database_url=database_url, stop=stop)
    else:
        faust_workers.run_reactor(member, database_url=database_url, region=settings.packs, stop=stop)


def _plan(settings: Settings, worker: WorkerSlot, stop: threading.Event) -> None:
    from infra.distributed_system import Distributed  # noqa: PLC0415 -- solvers are loaded where days are planned
    from infra.planning.plan_day import LIVE  # noqa: PLC0415 -- likewise
    from infra.planning.prove_rosters import RosterProver  # noqa: PLC0415 -- likewise
    from infra.processes.planner import Planner  # noqa: PLC0415 -- likewise

    with Distributed(settings) as opened:
        system = opened.in_recorded_time(LIVE)
        proving = RosterProver(system) if worker.slot == 0 else None  # of all planners, one proves
        Planner(system, worker.workers, proving=proving).run(stop)


def _time(settings: Settings, stop: threading.Event) -> None:
    from infra.distributed.timers import Timers  # noqa: PLC0415 -- the domain is loaded where it is needed
    from infra.distributed_system import Distributed  # noqa: PLC0415 -- likewise

    with Distributed(settings) as system:
        clock = system.in_recorded_time().clock
        Timers(system.store, system.connections, clock, region=settings.packs).run(stop)


def _send_webhooks(settings: Settings, stop: threading.Event) -> None:
    from infra.distributed_system import Distributed  # noqa: PLC0415 -- likewise
    from infra.processes.webhooks import send_webhooks  # noqa: PLC0415 -- likewise

    with Distributed(settings) as system:
        send_webhooks(system, system.connections, stop)
