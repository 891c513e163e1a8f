"""The tables of feeds: addresses of calendars, and how far each receiver of webhooks is. No event, no personal value.

They stand in `feeds.db` of the data folder, or in PostgreSQL. Secrets stand there as digests, or sealed.
"""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.database.sqlite import SqliteConnections
from infra.store.database import Cursor

if TYPE_CHECKING:
    from infra.database.postgres import ConnectionPool
    from infra.system import System

SQLITE_TABLES = (
    """CREATE TABLE IF NOT EXISTS access_calendar_feeds (
    digest TEXT PRIMARY KEY, member_id TEXT NOT NULL, made_at INTEGER NOT NULL, made_by TEXT NOT NULL,
    revoked_at INTEGER, revoked_by TEXT) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS webhook_secrets (
    webhook_id TEXT PRIMARY KEY, sealed TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS webhook_positions (
    webhook_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS webhook_deliveries (
    webhook_id TEXT NOT NULL, position INTEGER NOT NULL, stream TEXT NOT NULL, attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL, leased_until INTEGER NOT NULL, dead INTEGER NOT NULL, error TEXT NOT NULL,
    PRIMARY KEY (webhook_id, position)) STRICT, WITHOUT ROWID""",
)

POSTGRES_TABLES = """
CREATE TABLE IF NOT EXISTS access_calendar_feeds (
    digest text COLLATE "C" PRIMARY KEY, member_id text COLLATE "C" NOT NULL, made_at bigint NOT NULL,
    made_by text NOT NULL, revoked_at bigint, revoked_by text);
CREATE TABLE IF NOT EXISTS webhook_secrets (
    webhook_id text COLLATE "C" PRIMARY KEY, sealed text NOT NULL, made_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS webhook_positions (webhook_id text COLLATE "C" PRIMARY KEY, position bigint NOT NULL);
CREATE TABLE IF NOT EXISTS webhook_deliveries (
    webhook_id text COLLATE "C", position bigint, stream text COLLATE "C" NOT NULL, attempts bigint NOT NULL,
    next_at bigint NOT NULL, leased_until bigint NOT NULL, dead bigint NOT NULL, error text NOT NULL,
    PRIMARY KEY (webhook_id, position));
"""


class FeedTables:
    """The tables in one place; threads may share them."""

    def __init__(self, connections: "SqliteConnections | ConnectionPool") -> None:
        self._connections = connections

    def writing(self) -> AbstractContextManager[Cursor]:
        """Hold a transaction: committed at the end, rolled back if anything is raised."""
        return self._connections.writing()

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows that a SELECT with `?` for its values finds."""
        with self._connections.reading() as cursor:
            return list(cursor.execute(sql, values).fetchall())

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()


def feed_tables(system: "System") -> FeedTables:
    """Return the tables of a system, opened at the first use."""
    return system.part("feeds", lambda: _open(system))


def _open(system: "System") -> FeedTables:
    if not system.settings.distributed:
        return sqlite_tables(system.settings.data / "feeds.db")
    from infra.database.postgres import ConnectionPool, make_tables  # noqa: PLC0415 -- PostgreSQL's driver
    from infra.database.tables import SCHEMA  # noqa: PLC0415 -- likewise

    url, _ = system.settings.addresses()
    connections = ConnectionPool(url, SCHEMA)
    with connections.cursor() as cursor:
        make_tables(cursor, SCHEMA, POSTGRES_TABLES)
    return FeedTables(connections)


def sqlite_tables(path: Path) -> FeedTables:
    """Return the tables in a file."""
    return FeedTables(SqliteConnections(path, _make_tables, durability="FULL"))


def _make_tables(cursor: sqlite3.Cursor) -> None:
    for table in SQLITE_TABLES:
        cursor.execute(table)
