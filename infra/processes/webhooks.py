"""Webhooks of the distributed system: any number of processes may run, one leads and sends, the others wait."""

import logging
import threading

from infra.database.advisory_locks import AdvisoryLock, try_lock
from infra.database.errors import StoreError
from infra.database.postgres import ConnectionPool, PostgresCursor
from infra.feeds.webhooks.dispatcher import dispatch
from infra.system import System

WAIT_SECONDS = 1.0

log = logging.getLogger(__name__)


class WebhookLeader:
    """Sends until `stop` is set, as long as its connection holds the lock."""

    def __init__(self, system: System, connections: ConnectionPool) -> None:
        self._system = system
        self._connections = connections

    def run(self, stop: threading.Event) -> None:
        """Wait to be the leader, then send; a database that is away is waited for."""
        while not stop.is_set():
            try:
                cursor = self._connections.connect()
                try:
                    self._stand_by(cursor, stop)
                finally:
                    cursor.connection.close()
            except StoreError as error:
                log.warning("webhooks: %s", error)
                stop.wait(WAIT_SECONDS)

    def _stand_by(self, cursor: PostgresCursor, stop: threading.Event) -> None:
        take = try_lock(self._connections.schema, AdvisoryLock.WEBHOOKS_LEADER)
        while not cursor.execute(take).fetchone()[0]:
            if stop.wait(WAIT_SECONDS):
                return
        log.info("webhooks: leading")

        def is_over() -> bool:
            if stop.is_set():
                return True
            cursor.execute("SELECT 1")  # StoreError: the connection is gone, and the lock with it
            return False

        dispatch(self._system, is_over)
