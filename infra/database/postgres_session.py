"""The settings of every PostgreSQL connection, and the script that makes tables; for both kinds of connections."""

from collections.abc import Sequence

from psycopg import sql
from psycopg.adapt import AdaptersMap
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from infra.database.advisory_locks import AdvisoryLock, until_commit

LOCK_SECONDS = 30

KEEPALIVE = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
"""A lost machine is noticed after about ten seconds."""

SETTINGS = f"SET search_path TO {{schemas}}; SET lock_timeout = '{LOCK_SECONDS}s'; SET jit = off; {{settings}}"


def idle_limit(seconds: int) -> str:
    """Return settings that cut off a process which sleeps inside a transaction, or whose machine is lost."""
    return f"SET idle_in_transaction_session_timeout = '{seconds}s'; {KEEPALIVE}"


def session_settings(schemas: Sequence[str], settings: str) -> sql.Composed:
    """Return the statements that a new connection runs first; tables are looked up in these schemas, in order."""
    path = sql.SQL(", ").join(map(sql.Identifier, schemas))
    return sql.SQL(SETTINGS).format(schemas=path, settings=sql.SQL(settings))


def adapt_integers(adapters: AdaptersMap) -> None:
    """Send every integer as int8: one prepared statement, however large a number is."""
    for dumper in (Int8Dumper, Int8BinaryDumper):
        adapters.register_dumper(int, dumper)


def schema_script(schema: str) -> bytes:
    """Return statements that make a schema if it is missing; two sessions at once would collide without the lock.

    The schema is looked up first: `CREATE SCHEMA IF NOT EXISTS` asks for the right to create even where it is there.
    """
    name = sql.Identifier(schema).as_string()
    text = f"""{until_commit(schema, AdvisoryLock.SCHEMA)};
    DO $do$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = {sql.quote(schema)}) THEN CREATE SCHEMA {name}; END IF;
    END $do$"""
    return text.encode()


def table_script(schema: str, tables: str) -> bytes:
    """Return statements that make the missing ones of a part's tables in a schema, inside a transaction."""
    begin = f"{until_commit(schema, AdvisoryLock.PART_TABLES)}; SET LOCAL client_min_messages = warning;"
    return begin.encode() + schema_script(schema) + b";" + tables.encode()
