"""The event store, whatever database is behind it: what may be asked, and the library's interface on our table."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription
from eventsourcing.persistence import StoredEvent as LibraryEvent

from infra.store.database import Database
from infra.store.recorded import Answer, Append, Metadata, StoredEvent, encode_metadata
from infra.store.state_cache import StateCache
from infra.store.team_days import DebouncePolicy, TeamDayQueue
from infra.store.transaction import Transaction
from infra.store.view import View

T = TypeVar("T")

POLL_SECONDS = 0.1
"""How often a waiting reader looks for events of which nobody told it."""


class EventStore(TeamDayQueue, ApplicationRecorder, ABC):
    """Events, claims, answers, documents and the planning queue. Threads may share it; processes open their own."""

    def __init__(self, file: Database, policy: DebouncePolicy | None = None) -> None:
        self._file = file
        self._policy = policy or DebouncePolicy()
        self._grown = threading.Condition()
        self._waiting = 0
        self.state_cache = StateCache()

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # Writing

    def writing(self) -> Transaction:
        """Return a transaction to be used in a `with`: many appends in one commit, decided under the write lock."""
        return Transaction(self._file, self._policy, self._wake)

    def decided(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` returns, all that it appended in one commit. It may be run twice: it acts on nothing else.

        What is raised undoes everything and is true of the store as it was under the write lock.
        """
        with self.writing() as transaction:
            return work(transaction)

    def append(self, append: Append) -> Answer:
        """Write one decided command whole in one commit; see Transaction.append for what it raises."""
        return self.decided(lambda transaction: transaction.append(append))

    # Reading

    @contextmanager
    def reading(self) -> Iterator[View]:
        """Ask several questions of one moment."""
        with self._file.reading() as cursor:
            yield View(cursor)

    @contextmanager
    def _asking(self) -> Iterator[View]:
        with self._file.cursor() as cursor:
            yield View(cursor)

    def read(self, stream: str) -> list[StoredEvent]:
        """Return a stream's events, oldest first."""
        with self._asking() as view:
            return view.read(stream)

    def after(
        self,
        position: int,
        limit: int = 1000,
        *,
        category: str | None = None,
        stream: str | None = None,
        name: str | None = None,
    ) -> list[StoredEvent]:
        """Return up to `limit` events past a position in commit order, of one category, stream or stored name."""
        with self._asking() as view:
            return view.after(position, limit, category=category, stream=stream, name=name)

    def last_position(self) -> int:
        """Return the id of the newest event; 0 if there is none."""
        with self._asking() as view:
            return view.last_position()

    def last_recorded_at(self) -> datetime | None:
        """Return the UTC moment at which the newest event was written."""
        with self._asking() as view:
            return view.last_recorded_at()

    def document(self, digest: str) -> bytes | None:
        """Return a document by the SHA-256 of its body, None if it was never kept."""
        with self._asking() as view:
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

    def insert_events(self, stored_events: Sequence[LibraryEvent], **kwargs: Any) -> Sequence[int] | None:
        """Insert events of the library's own kind; `metadata=` tells what is known beside them.

        The library's IntegrityError if a stream already has an event of that version.
        """
        known = kwargs.get("metadata") or Metadata(actor="eventsourcing", recorded_at=datetime.now(UTC))
        metadata = encode_metadata(known)
        with self._translated(), self.writing() as transaction:
            return [
                transaction.insert(str(e.originator_id), e.originator_version, e.topic, e.state, metadata)
                for e in stored_events
            ]

    @abstractmethod
    def _translated(self) -> Any:
        """Return a context in which the database's errors become the library's."""

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[LibraryEvent]:
        """Return the library's events of one stream, between two versions."""
        sql = f"""SELECT originator_id, originator_version, topic, state FROM stored_events
            WHERE originator_id = ? AND originator_version > ? AND originator_version <= ?
            ORDER BY originator_version {"DESC" if desc else "ASC"} LIMIT ?"""  # noqa: S608
        with self._file.cursor() as cursor:
            values = (str(originator_id), gt or 0, 2**31 - 1 if lte is None else lte, limit or 2**31 - 1)
            return [LibraryEvent(*row) for row in cursor.execute(sql, values)]

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
        with self._file.cursor() as cursor:
            rows = cursor.execute(sql, (first, last, *topics, limit)).fetchall()
        return [
            Notification(id=i, originator_id=stream, originator_version=version, topic=topic, state=state)
            for i, stream, version, topic, state in rows
        ]

    def max_notification_id(self) -> int | None:
        """Return the newest id, None if there is none, as the library's own recorders do."""
        return self.last_position() or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "EventSubscription":
        """Return an endless run of the library's notifications, to be used in a `with`; it ends with `stop`."""
        return EventSubscription(self, gt, topics)


class EventSubscription(Subscription[EventStore]):
    """Notifications past a position, waiting for new ones at the end."""

    def __init__(self, recorder: EventStore, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._read: list[Notification] = []

    def __next__(self) -> Notification:
        at = self._last_notification_id or 0
        while not self._read:
            if self._has_been_stopped:
                raise StopIteration
            newest = self._recorder.wait(at, timeout=1)
            self._read = list(self._recorder.select_notifications(at + 1, 500, newest, self._topics))[::-1]
            if not self._read:
                at = self._last_notification_id = max(at, newest)
        following = self._read.pop()
        self._last_notification_id = following.id
        return following
