"""Recorders of the `eventsourcing` library for Applications of a user's own, over the same databases as Jiayi's log."""

from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    IntegrityError,
    Notification,
    ProcessRecorder,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.persistence import StoredEvent as LibraryEvent

from infra.store.database import Cursor, Database
from infra.store.store import EventStore, library_errors, select_between
from infra.store.transaction import Transaction

TRACKING = """CREATE TABLE IF NOT EXISTS tracking (
    application_name text PRIMARY KEY, notification_id bigint NOT NULL)"""

AGGREGATES = """CREATE TABLE IF NOT EXISTS {table} (
    originator_id text NOT NULL, originator_version bigint NOT NULL, topic text NOT NULL, state {blob} NOT NULL,
    PRIMARY KEY (originator_id, originator_version))"""

TRACK = """INSERT INTO tracking VALUES (?, ?) ON CONFLICT (application_name)
    DO UPDATE SET notification_id = excluded.notification_id WHERE tracking.notification_id < excluded.notification_id
    RETURNING notification_id"""

TRACKED = "SELECT notification_id FROM tracking WHERE application_name = ?"


class AggregateTable(AggregateRecorder):
    """Events or snapshots of single streams, in a table of their own."""

    def __init__(self, database: Database, purpose: str, *, create_table: bool = True, uuid_ids: bool = True) -> None:
        self._database = database
        self._table = f"aggregate_{purpose}"
        self._uuid_ids = uuid_ids
        if create_table:
            with database.writing() as cursor:
                cursor.execute(AGGREGATES.format(table=self._table, blob=database.blob_type))

    def insert_events(self, stored_events: Sequence[LibraryEvent], **kwargs: Any) -> None:  # noqa: ARG002 -- the library's
        """Insert events in one commit; IntegrityError if a stream already has one of that version."""
        sql = f"INSERT INTO {self._table} VALUES (?, ?, ?, ?)"  # noqa: S608 -- our own name
        with library_errors(self._database), self._database.writing() as cursor:
            for event in stored_events:
                cursor.execute(sql, (str(event.originator_id), event.originator_version, event.topic, event.state))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[LibraryEvent]:
        """Return the events of one stream, between two versions."""
        with library_errors(self._database), self._database.cursor() as cursor:
            rows = select_between(cursor, self._table, str(originator_id), gt=gt, lte=lte, desc=desc, limit=limit)
        return [LibraryEvent(library_id(stream, uuid_ids=self._uuid_ids), *others) for stream, *others in rows]

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        self._database.close()


class TrackingTable(TrackingRecorder):
    """How far this application has processed the logs of others."""

    def __init__(self, database: Database, *, create_table: bool = True) -> None:
        self._database = database
        if create_table:
            create_tracking_table(database)

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record a position; IntegrityError if the application is there already, or further."""
        with library_errors(self._database), self._database.writing() as cursor:
            track(cursor, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the position in an application's log, None if there is none."""
        with library_errors(self._database), self._database.cursor() as cursor:
            return tracked(cursor, application_name)

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        self._database.close()


class ApplicationRecording(EventStore):
    """The log of an Application: the library's own notifications, with the type of ids that it chose."""

    _uuid_ids = True

    def with_ids(self, kind: str) -> Self:
        """Give ids back as `uuid` or `text`."""
        self._uuid_ids = kind == "uuid"
        return self

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[LibraryEvent]:
        """Return the events of one stream, between two versions."""
        with library_errors(self._database):
            events = super().select_events(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        return [LibraryEvent(self._library_id(e.originator_id), e.originator_version, e.topic, e.state) for e in events]

    def select_notifications(  # type: ignore[override]  # the library's type, where ours gives metadata, too
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return up to `limit` notifications from the id `start` to `stop`, of some topics, in commit order."""
        with library_errors(self._database):
            events = super().select_notifications(start, limit, stop, topics, inclusive_of_start=inclusive_of_start)
        return [Notification(self._library_id(e.stream), e.version, e.name, e.state, e.position) for e in events]

    def _library_id(self, stream: UUID | str) -> UUID | str:
        return library_id(str(stream), uuid_ids=self._uuid_ids)


class ProcessRecording(ApplicationRecording, ProcessRecorder):
    """The log of an Application that follows others: events and position in one commit."""

    def create_tracking(self) -> None:
        """Make the table of positions if it is missing."""
        create_tracking_table(self._database)

    def _insert_more(self, transaction: Transaction, **kwargs: Any) -> None:
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is not None:
            track(transaction.cursor, tracking)

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record a position; IntegrityError if the application is there already, or further."""
        self.insert_events([], tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the position in an application's log, None if there is none."""
        with library_errors(self._database), self._database.cursor() as cursor:
            return tracked(cursor, application_name)


def create_tracking_table(database: Database) -> None:
    """Make the table of positions if it is missing."""
    with database.writing() as cursor:
        cursor.execute(TRACKING)


def track(cursor: Cursor, tracking: Tracking) -> None:
    """Record a position inside a transaction; IntegrityError if the application is there already, or further."""
    values = (tracking.application_name, tracking.notification_id)
    if not cursor.execute(TRACK, values).fetchall():
        raise IntegrityError(f"{tracking.application_name} is at {tracking.notification_id} already, or further")


def tracked(cursor: Cursor, application_name: str) -> int | None:
    """Return the position in an application's log, None if there is none."""
    row = cursor.execute(TRACKED, (application_name,)).fetchone()
    return None if row is None else int(row[0])


def library_id(stream: str, *, uuid_ids: bool) -> UUID | str:
    """Return an id as the Application knows it."""
    return UUID(stream) if uuid_ids else stream
