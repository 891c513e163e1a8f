"""Where secrets of accounts stand: `access.db` in the data folder, or the tables `access_*` of PostgreSQL."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from infra.database.access_tables import ACCESS
from infra.settings import Settings
from infra.store.database import Cursor

if TYPE_CHECKING:
    import sqlite3

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class AccessDatabase(Protocol):
    """Transactions over the tables; StoreError if the database is away."""

    def reading(self) -> AbstractContextManager[Cursor]:
        """Lend a cursor that reads."""
        ...

    def writing(self) -> AbstractContextManager[Cursor]:
        """Lend a cursor for a transaction: committed at the end, rolled back if anything is raised."""
        ...

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        ...


def open_access_database(settings: Settings) -> AccessDatabase:
    """Open the database of the settings, and make the tables that are missing."""
    if not settings.distributed:
        from infra.database.sqlite import SqliteConnections  # noqa: PLC0415 -- only where it is embedded

        settings.data.mkdir(parents=True, exist_ok=True)
        path = settings.data / "access.db"
        if not path.exists():
            path.touch(mode=0o600)
        return SqliteConnections(path, make_sqlite_tables, durability="FULL")
    from infra.database.postgres import ConnectionPool, make_tables  # noqa: PLC0415 -- loads PostgreSQL's driver
    from infra.database.tables import SCHEMA  # noqa: PLC0415 -- likewise

    database_url, _ = settings.addresses()
    pool = ConnectionPool(database_url, SCHEMA)
    with pool.cursor() as cursor:
        make_tables(cursor, SCHEMA, ";\n".join(ACCESS))
    return pool


def make_sqlite_tables(cursor: "sqlite3.Cursor") -> None:
    """Make the tables that are missing."""
    for statement in ACCESS:
        cursor.execute(statement)


def micros(moment: datetime) -> int:
    """Return an aware moment as the tables hold it."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(count: int) -> datetime:
    """Return the moment that the tables hold as a number."""
    return EPOCH + count * MICROSECOND
