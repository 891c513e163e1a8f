"""The event store in one SQLite file: the library's recorder on our table, made fast and safe."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from infra.store.folded import Folded
from infra.store.recorded import Answer, Append, Metadata, Recorded, encode_metadata
from infra.store.sqlite_file import SqliteFile
from infra.store.team_days import Pace, TeamDayQueue
from infra.store.transaction import Transaction
from infra.store.view import View

POLL_SECONDS = 0.1
"""How often a waiting reader looks for events that another process wrote."""


class SqliteStore(TeamDayQueue, SQLiteApplicationRecorder):
    """Events, claims, answers, documents and the planning queue. Threads may share it; other processes open their own.

    Opening creates the layout; StoreError if the file is not ours or from a newer program.
    """

    def __init__(self, path: Path | str, pace: Pace | None = None) -> None:
        self._file = SqliteFile(Path(path))
        self._pace = pace or Pace()
        self._grown = threading.Condition()
        self._waiting = 0
        self.folded = Folded()
        super().__init__(self._file)
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state, metadata)"
            " VALUES (?, ?, ?, ?, ?)"
        )

    def close(self) -> None:
        """Close the file; safe to repeat."""
        self._file.close()

    def __enter__(self) -> "SqliteStore":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # Writing

    def writing(self) -> Transaction:
        """Return a transaction to be used in a `with`: many appends in one commit, decided under the write lock."""
        return Transaction(self._file, self._pace, self._wake)

    def append(self, asked: Append) -> Answer:
        """Write one decided command whole in one commit; see Transaction.append for what it raises."""
        with self.writing() as transaction:
            return transaction.append(asked)

    # Reading

    @contextmanager
    def reading(self) -> Iterator[View]:
        """Ask several questions of one moment."""
        with self._file.reading() as cursor:
            yield View(cursor)

    def read(self, stream: str) -> list[Recorded]:
        """Return a stream's events, oldest first."""
        with self.reading() as view:
            return view.read(stream)

    def after(
        self,
        position: int,
        limit: int = 1000,
        *,
        category: str | None = None,
        stream: str | None = None,
        name: str | None = None,
    ) -> list[Recorded]:
        """Return up to `limit` events past a position in commit order, of one category, stream or stored name."""
        with self.reading() as view:
            return view.after(position, limit, category=category, stream=stream, name=name)

    def last_position(self) -> int:
        """Return the id of the newest event; 0 if there is none."""
        with self.reading() as view:
            return view.last_position()

    def last_recorded_at(self) -> datetime | None:
        """Return the UTC moment at which the newest event was written."""
        with self.reading() as view:
            return view.last_recorded_at()

    def document(self, digest: str) -> bytes | None:
        """Return a document by the SHA-256 of its body, None if it was never kept."""
        with self.reading() as view:
            return view.document(digest)

    def wait(self, position: int, timeout: float) -> int:
        """Return the newest position once it is past `position`, or as it is after `timeout` seconds.

        Events of this process wake the waiter at once, those of others within 0.1 s.
        """
        with self._grown:
            self._waiting += 1
        try:
            return self._wait(position, time.monotonic() + timeout)
        finally:
            with self._grown:
                self._waiting -= 1

    def _wait(self, position: int, give_up: float) -> int:
        with self._grown:
            while (last := self.last_position()) <= position and (left := give_up - time.monotonic()) > 0:
                self._grown.wait(min(left, POLL_SECONDS))
        return last

    def _wake(self) -> None:
        if self._waiting:  # who begins to wait just now looks for events first, and again 0.1 s later
            with self._grown:
                self._grown.notify_all()

    # The library's interface, on our table

    def construct_create_table_statements(self) -> list[str]:
        """Nothing to create: opening the file did."""
        return []

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Insert events of the library's own kind; `metadata=` tells what is known beside them."""
        ids = super().insert_events(stored_events, **kwargs)
        self._wake()
        return ids

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        known = kwargs.get("metadata") or Metadata(actor="eventsourcing", recorded_at=datetime.now(UTC))
        metadata = encode_metadata(known)
        ids: list[int] = []
        for each in stored_events:
            c.execute(
                self.insert_events_statement,
                (str(each.originator_id), each.originator_version, each.topic, each.state, metadata),
            )
            ids.append(c.lastrowid)
        return ids

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return the library's notifications from `start` on, in commit order."""
        first = (start or 0) + (0 if inclusive_of_start or start is None else 1)
        chosen = f"AND topic IN ({','.join('?' * len(topics))})" if topics else ""
        sql = f"""SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events
            WHERE notification_id BETWEEN ? AND ? {chosen} ORDER BY notification_id LIMIT ?"""  # noqa: S608
        last = 2**63 - 1 if stop is None else stop
        with self._file.reading() as cursor:
            rows = cursor.execute(sql, (first, last, *topics, limit)).fetchall()
        return [
            Notification(id=i, originator_id=stream, originator_version=version, topic=topic, state=state)
            for i, stream, version, topic, state in rows
        ]

    def max_notification_id(self) -> int | None:  # type: ignore[override]
        """Return the newest id, None if there is none, as the library's own recorder does."""
        return self.last_position() or None
