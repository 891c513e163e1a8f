"""The event store, whatever database is behind it: an application recorder of the `eventsourcing` library, and more.

Jiayi's own commands are written by `decided`, with claims, answers and the planning queue; the log is read by the
library's `select_notifications`, which gives each event its metadata, too.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Notification, OperationalError, Subscription
from eventsourcing.persistence import StoredEvent as LibraryEvent

from infra.database.errors import StoreError
from infra.store.claims import earlier
from infra.store.claims.personal import ClaimsMissing, PersonalKeys, no_keys
from infra.store.database import Database
from infra.store.drafts import Drafts
from infra.store.recorded import Answer, Append, Metadata, StoredEvent, encode_metadata
from infra.store.store_time import StoreTime
from infra.store.team_days import DebouncePolicy, TeamDayQueue
from infra.store.transaction import Transaction, View

T = TypeVar("T")

POLL_SECONDS = 0.1
"""A waiting reader looks for events of other processes this often."""

PAGE = 500
"""Notifications that a subscription reads at a time."""


class EventStore(TeamDayQueue, Drafts, StoreTime, ApplicationRecorder):
    """Events, claims, answers, documents, drafts and the planning queue.

    Threads may share it; processes open their own.
    """

    def __init__(self, database: Database, policy: DebouncePolicy | None = None) -> None:
        self._database = database
        self._policy = policy or DebouncePolicy()
        self._grown = threading.Condition()
        self._waiting = 0
        self.personal_keys = PersonalKeys(no_keys)
        """Conceals the keys of personal claims; who knows the settings sets it."""
        self.states: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        """The states of aggregates by stream, the most recently used last, each with its number of events.

        Only the command handler reads and writes them. A state stays valid for its version, since streams only grow.
        """

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # Writing

    def writing(self) -> Transaction:
        """Return a transaction to be used in a `with`: many appends in one commit, decided under the write lock."""
        return Transaction(self._database, self._policy, self.wake, self.personal_keys, self.begins_as())

    def decided(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` returns, all that it appended in one commit. It may be run twice: it acts on nothing else.

        An error undoes everything, and was decided under the write lock.
        """
        try:
            return self._decided(work)
        except ClaimsMissing:
            self.catch_up_claims()
            return self._decided(work)

    def _decided(self, work: Callable[[Transaction], T]) -> T:
        with self.writing() as transaction:
            return work(transaction)

    def catch_up_claims(self) -> None:
        """Raise the personal claims of residents whom an earlier program registered. Refused `wrong-key-file`."""
        earlier.catch_up(self)

    def append(self, append: Append) -> Answer:
        """Write one decided command in one commit; raises as Transaction.append does."""
        return self.decided(lambda transaction: transaction.append(append))

    # Reading

    @contextmanager
    def reading(self) -> Iterator[View]:
        """Ask several questions of one moment."""
        with self._database.reading() as cursor:
            yield View(cursor)

    def read(self, stream: str) -> list[StoredEvent]:
        """Return a stream's events, oldest first."""
        with self._database.cursor() as cursor:
            return View(cursor).read(stream)

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
        names = () if name is None else (name,)
        with self._database.cursor() as cursor:
            return View(cursor).select(position + 1, limit, names=names, category=category, stream=stream)

    def last_position(self) -> int:
        """Return the id of the newest event; 0 if there is none."""
        with self._database.cursor() as cursor:
            return View(cursor).last_position()

    def last_recorded_at(self) -> datetime | None:
        """Return the UTC moment at which the newest event was written."""
        with self._database.cursor() as cursor:
            return View(cursor).last_recorded_at()

    def document(self, digest: str) -> bytes | None:
        """Return a document by the SHA-256 of its body, None if it was never kept."""
        with self._database.cursor() as cursor:
            return View(cursor).document(digest)

    def wait_past(self, position: int, timeout: float) -> int:
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

    def wake(self) -> None:
        """Let waiting readers of this process look for events now."""
        if self._waiting:  # a reader that begins to wait now looks for events first, and again 0.1 s later
            with self._grown:
                self._grown.notify_all()

    # The library's interface

    def insert_events(self, stored_events: Sequence[LibraryEvent], **kwargs: Any) -> Sequence[int] | None:
        """Insert the library's events in one commit and return their ids; `metadata=` is stored with them.

        The library's IntegrityError if a stream already has an event of that version, OperationalError if the database
        is away.
        """
        metadata = encode_metadata(
            kwargs.get("metadata") or Metadata(actor="eventsourcing", recorded_at=datetime.now(UTC))
        )
        with library_errors(self._database), self.writing() as transaction:
            ids = [
                transaction.insert(str(e.originator_id), e.originator_version, e.topic, e.state, metadata)
                for e in stored_events
            ]
            self._insert_more(transaction, **kwargs)
        return ids

    def _insert_more(self, transaction: Transaction, **kwargs: Any) -> None:
        """Write more rows in the same commit; a process recorder adds its tracking."""

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
        with self._database.cursor() as cursor:
            rows = select_between(cursor, "stored_events", str(originator_id), gt=gt, lte=lte, desc=desc, limit=limit)
        return [LibraryEvent(*row) for row in rows]

    def select_notifications(  # type: ignore[override]  # a StoredEvent has all attributes of a Notification
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[StoredEvent]:
        """Return up to `limit` events from the id `start` to `stop`, of some topics, in commit order."""
        first = 0 if start is None else start if inclusive_of_start else start + 1
        with self._database.cursor() as cursor:
            return View(cursor).select(first, limit, last=stop, names=topics)

    def max_notification_id(self) -> int | None:
        """Return the newest id, None if there is none, as the library's own recorders do."""
        return self.last_position() or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "EventSubscription":
        """Return an endless iterator of notifications past an id, to be used in a `with`; `stop` ends it."""
        return EventSubscription(self, gt, topics)


class EventSubscription(Subscription[EventStore]):
    """Notifications past an id. A commit of this process wakes it; those of others are noticed by polling."""

    def __init__(self, recorder: EventStore, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._page: list[Notification] = []

    def __next__(self) -> Notification:
        position = self._last_notification_id or 0
        while not (self._page or self._has_been_stopped):
            newest = self._recorder.wait_past(position, timeout=2 * POLL_SECONDS)
            page: Sequence[Any] = self._recorder.select_notifications(position + 1, PAGE, newest, self._topics)
            self._page = list(reversed(page))
            if not self._page:
                position = self._last_notification_id = max(position, newest)
        if self._has_been_stopped:
            raise StopIteration
        notification = self._page.pop()
        self._last_notification_id = notification.id
        return notification


@contextmanager
def library_errors(database: Database) -> Iterator[None]:
    """Raise the library's errors in place of the database's and ours."""
    try:
        yield
    except database.integrity_error as error:
        raise IntegrityError(error) from error
    except StoreError as error:
        raise OperationalError(error) from error


def select_between(
    cursor: Any, table: str, stream: str, *, gt: int | None, lte: int | None, desc: bool, limit: int | None
) -> list[Any]:
    """Return the columns of the library's events of one stream, past one version and up to another."""
    order = "DESC" if desc else "ASC"
    sql = f"""SELECT originator_id, originator_version, topic, state FROM {table}
        WHERE originator_id = ? AND originator_version > ? AND originator_version <= ?
        ORDER BY originator_version {order} LIMIT ?"""  # noqa: S608 -- our own names
    values = (stream, -(2**31) if gt is None else gt, 2**31 - 1 if lte is None else lte, limit or 2**31 - 1)
    rows: list[Any] = cursor.execute(sql, values).fetchall()
    return rows
