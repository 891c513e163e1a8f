"""All advisory locks of Jiayi in PostgreSQL. A key is a pair: the lock's number, and a hash of the schema's name."""

from enum import IntEnum

from psycopg import sql

NAMESPACE = 0x6A690000


class AdvisoryLock(IntEnum):
    """The numbers of the locks. A number never changes its meaning: two releases may run at once."""

    WRITE_EVENTS = 1  # stands in the stored functions of every store
    ROW_TABLES = 2
    SCHEMA = 3
    RELAY_LEADER = 16
    PART_TABLES = 17
    TIMERS_LEADER = 18
    FILL_ROWS = 19
    SHADOW_ROWS = 20
    WEBHOOKS_LEADER = 24


def lock_key(schema: str, lock: AdvisoryLock) -> str:
    """Return the SQL of an advisory lock's key."""
    return f"{NAMESPACE + lock}, hashtext({sql.quote(schema)})"


def until_commit(schema: str, lock: AdvisoryLock) -> str:
    """Return a statement that waits for a lock and holds it until the transaction ends."""
    return f"SELECT pg_advisory_xact_lock({lock_key(schema, lock)})"


def try_lock(schema: str, lock: AdvisoryLock) -> str:
    """Return a statement that takes a lock for the session if it is free, and tells whether it did."""
    return f"SELECT pg_try_advisory_lock({lock_key(schema, lock)})"


def unlock(schema: str, lock: AdvisoryLock) -> str:
    """Return a statement that gives a session's lock back."""
    return f"SELECT pg_advisory_unlock({lock_key(schema, lock)})"
