"""The event store in one SQLite file, a persistence module of the `eventsourcing` library."""

from pathlib import Path

from infra.store import factory
from infra.store.application import ApplicationRecording, ProcessRecording
from infra.store.database import JIAYI, Owner
from infra.store.sqlite_database import SqliteDatabase
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy


class SqliteStore(EventStore):
    """Events in one file. Opening creates its layout; StoreError if the file is not ours or from a newer program."""

    def __init__(self, path: Path | str, policy: DebouncePolicy | None = None, *, owner: Owner = JIAYI) -> None:
        super().__init__(SqliteDatabase(Path(path), owner), policy)


class SqliteApplicationRecorder(ApplicationRecording, SqliteStore):
    """The events of an Application of the library, in a file of its own."""


class SqliteProcessRecorder(ProcessRecording, SqliteApplicationRecorder):
    """The same with tracking in the same commit."""


class SqliteFactory(factory.StoreFactory):
    """Opens the file that `SQLITE_DBNAME` names."""

    def __init__(self, env: factory.Environment | factory.EnvType | None) -> None:
        super().__init__(env)
        path = self.env.get("SQLITE_DBNAME")
        if not path:
            keys = ", ".join(self.env.create_keys("SQLITE_DBNAME"))
            raise OSError(f"SQLite database name not found in environment with keys: {keys}")
        self._path = Path(path)

    def open_database(self) -> SqliteDatabase:
        """Open the file."""
        return SqliteDatabase(self._path, self.owner)

    def open_log(self, policy: DebouncePolicy) -> SqliteStore:
        """Open Jiayi's own log."""
        return SqliteStore(self._path, policy)

    def open_application(self) -> SqliteApplicationRecorder:
        """Open an Application's events."""
        return SqliteApplicationRecorder(self._path, owner=self.owner)

    def open_process(self) -> SqliteProcessRecorder:
        """Open an Application's events with tracking."""
        return SqliteProcessRecorder(self._path, owner=self.owner)
