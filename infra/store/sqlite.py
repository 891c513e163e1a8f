"""The event store in one SQLite file, made fast and safe; see sqlite_database for how."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eventsourcing.persistence import IntegrityError

from infra.store.sqlite_database import SqliteDatabase
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy


class SqliteStore(EventStore):
    """Opening creates the layout; StoreError if the file is not ours or from a newer program."""

    def __init__(self, path: Path | str, policy: DebouncePolicy | None = None) -> None:
        super().__init__(SqliteDatabase(Path(path)), policy)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise IntegrityError(error) from error
