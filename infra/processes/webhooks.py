"""Webhooks of the distributed system: any number of processes may run, one leads and sends, the others wait."""

import threading

from infra.database.advisory_locks import AdvisoryLock
from infra.database.postgres import ConnectionPool, PostgresCursor
from infra.distributed.leader import lead
from infra.feeds.webhooks.dispatcher import dispatch
from infra.system import System


def send_webhooks(system: System, connections: ConnectionPool, stop: threading.Event) -> None:
    """Send until `stop` is set, as long as this process leads; a database that is away is waited for."""

    def work(cursor: PostgresCursor) -> None:
        def is_over() -> bool:
            if stop.is_set():
                return True
            cursor.execute("SELECT 1")  # StoreError: the connection is gone, and the lock with it
            return False

        dispatch(system, is_over)

    lead(connections, AdvisoryLock.WEBHOOKS_LEADER, "webhooks", stop, work)
