"""Asynchronous connections to PostgreSQL: one for each task that holds locks or a leadership on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg

from infra.database.errors import UnfitStoreError
from infra.database.postgres_errors import is_away, translate_errors
from infra.database.postgres_session import adapt_integers, idle_limit, session_settings, table_script
from streams.errors import Unavailable

AsyncConnection = psycopg.AsyncConnection[tuple[Any, ...]]


class AsyncSession:
    """One connection, opened when it is needed and closed when the database went away; Unavailable then.

    Opening makes the missing ones of `tables` in the first schema. `generation` counts how often it was opened.
    """

    def __init__(self, url: str, *schemas: str, tables: str, settings: str = "") -> None:
        self._url = url
        self._schemas = schemas
        self._tables = tables
        self._settings = settings
        self._connection: AsyncConnection | None = None
        self.generation = 0

    @property
    def is_open(self) -> bool:
        """Tell whether the connection is there, as far as this process knows."""
        return self._connection is not None and not self._connection.closed

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Lend the connection; Unavailable if the database is away."""
        with translate_errors(Unavailable):
            if self._connection is None or self._connection.closed:
                self._connection = await self._open()
                self.generation += 1
            try:
                yield self._connection
            except BaseException as error:
                if is_away(error):  # it may lead to a standby: the next one is a new one
                    await self.close()
                raise

    async def _open(self) -> AsyncConnection:
        try:
            connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        except psycopg.ProgrammingError as error:
            raise UnfitStoreError(f"the database's address cannot be read: {error}") from error
        try:
            adapt_integers(connection.adapters)
            settings = f"{idle_limit(20)}; {self._settings}"
            await connection.execute(session_settings(self._schemas, settings))
            async with connection.transaction():
                await connection.execute(table_script(self._schemas[0], self._tables))
        except BaseException:
            await connection.close()
            raise
        return connection

    async def close(self) -> None:
        """Close the connection; safe to repeat."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                await connection.close()
