"""Leadership: of any number of processes the one that holds an advisory lock works, and the others wait for it."""

import logging
import threading
from collections.abc import Callable

from infra.database.advisory_locks import AdvisoryLock, try_lock
from infra.database.errors import StoreError
from infra.database.postgres import ConnectionPool, PostgresCursor

WAIT_SECONDS = 1.0

log = logging.getLogger(__name__)

Duty = Callable[[PostgresCursor], None]
"""Works until there is nothing more to do. The cursor's connection holds the lock: if it breaks, so does leadership."""


def lead(connections: ConnectionPool, lock: AdvisoryLock, name: str, stop: threading.Event, work: Duty) -> None:
    """Wait to be the leader, then work; again and again until `stop` is set. A database that is away is waited for."""
    while not stop.is_set():
        try:
            cursor = connections.connect()
            try:
                if _took_over(cursor, connections.schema, lock, stop):
                    log.info("%s: leading", name)
                    work(cursor)
            finally:
                cursor.connection.close()
        except StoreError as error:
            log.warning("%s: %s", name, error)
            stop.wait(WAIT_SECONDS)


def _took_over(cursor: PostgresCursor, schema: str, lock: AdvisoryLock, stop: threading.Event) -> bool:
    """Wait for the lock; False if `stop` was set before."""
    take = try_lock(schema, lock)
    while not cursor.execute(take).fetchone()[0]:
        if stop.wait(WAIT_SECONDS):
            return False
    return True
