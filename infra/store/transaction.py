"""Reads of the store as of one moment, and one commit: events, claims, answers, marks and documents, all or nothing.

Every check runs before a command changes the transaction, so a refused command leaves nothing and earlier ones stand.
Rows are collected and written at the end, many at a time. The write lock is held from the start: versions and the next
id are therefore known, and the order of ids is the order of commits.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import starmap
from typing import Self

from domain.decider import Refused, TeamDay
from infra.codec import encode
from infra.store.claims.periods import ClaimedPeriods
from infra.store.claims.personal import SET_KEY_FILE, PersonalKeys
from infra.store.database import Cursor, Database, ExpectedReads, LogEnd, Writes
from infra.store.recorded import (
    LARGEST_EVENT,
    Answer,
    Append,
    Conflict,
    Metadata,
    StoredEvent,
    decode_answer,
    document_digest,
    encode_answer,
    encode_metadata,
    event_id,
    recorded_at,
)
from infra.store.store_time import Lives, require_not_live
from infra.store.team_days import DebouncePolicy, TeamDayTouch, check_not_stale, mark_planned, marked

COLUMNS = "notification_id, originator_id, originator_version, topic, state, metadata"


class View:
    """Reads inside one transaction."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    @property
    def cursor(self) -> Cursor:
        """The cursor of this transaction, for rows that belong to the same moment or commit."""
        return self._cursor

    def read(self, stream: str) -> list[StoredEvent]:
        """Return a stream's events, oldest first; `[]` if it was never begun."""
        rows = self._cursor.execute(
            f"SELECT {COLUMNS} FROM stored_events WHERE originator_id = ? ORDER BY originator_version",  # noqa: S608
            (stream,),
        )
        return list(starmap(StoredEvent, rows))

    def payloads(self, stream: str, version: int = 0) -> list[tuple[str, bytes]]:
        """Return the stored names and bytes of a stream past a version, oldest first, for a fold."""
        return self._cursor.execute(
            "SELECT topic, state FROM stored_events WHERE originator_id = ? AND originator_version > ?"
            " ORDER BY originator_version",
            (stream, version),
        ).fetchall()

    def version(self, stream: str) -> int:
        """Return how many events the stream has."""
        (version,) = self._cursor.execute(
            "SELECT max(originator_version) FROM stored_events WHERE originator_id = ?", (stream,)
        ).fetchone()
        return version or 0

    def select(
        self,
        first: int,
        limit: int,
        *,
        last: int | None = None,
        names: Sequence[str] = (),
        category: str | None = None,
        stream: str | None = None,
    ) -> list[StoredEvent]:
        """Return up to `limit` events in commit order from a position on, up to `last`, of some names or streams."""
        sql = f"SELECT {COLUMNS} FROM stored_events WHERE notification_id >= ?"  # noqa: S608
        values: list[str | int] = [first]
        if last is not None:
            sql += " AND notification_id <= ?"
            values.append(last)
        if names:
            sql += f" AND topic IN ({', '.join('?' * len(names))})"
            values += names
        if category is not None:
            sql += " AND originator_id >= ? AND originator_id < ?"
            values += [f"{category}-", f"{category}."]  # "." follows "-"
        if stream is not None:
            sql += " AND originator_id = ?"
            values.append(stream)
        values.append(limit)
        return list(starmap(StoredEvent, self._cursor.execute(sql + " ORDER BY notification_id LIMIT ?", values)))

    def last_position(self) -> int:
        """Return the id of the newest event; 0 if there is none."""
        (position,) = self._cursor.execute("SELECT max(notification_id) FROM stored_events").fetchone()
        return position or 0

    def last_recorded_at(self) -> datetime | None:
        """Return the UTC moment at which the newest event was written."""
        row = self._cursor.execute(
            "SELECT metadata FROM stored_events ORDER BY notification_id DESC LIMIT 1"
        ).fetchone()
        return recorded_at(row[0]) if row else None

    def first_answer(self, command_id: str, digest: bytes) -> Answer | None:
        """Return the first answer to a command id, None if the id is new.

        Refused `command-id-reused` if it belongs to another command.
        """
        row = self._cursor.execute("SELECT digest, answer FROM commands WHERE command_id = ?", (command_id,)).fetchone()
        if row is None:
            return None
        if row[0] != digest:
            raise Refused("command-id-reused", command_id=command_id)
        return decode_answer(row[1])

    def document(self, digest: str) -> bytes | None:
        """Return a document by the SHA-256 of its body, None if it was never kept."""
        row = self._cursor.execute("SELECT body FROM documents WHERE digest = ?", (digest,)).fetchone()
        return bytes(row[0]) if row else None


class Transaction(ClaimedPeriods, View):
    """The write side of a View, used in a `with`: committed at its end, rolled back if anything is raised.

    `wake` is called after a commit that holds events. `begins` tells what time the store begins to live in with its
    first commit: simulated if the clock was set by hand. StoreError after 30 s without the write lock; Refused
    `clock-fixed` where the clock was set by hand and the store is live.
    """

    def __init__(
        self,
        database: Database,
        policy: DebouncePolicy,
        wake: Callable[[], None],
        personal: PersonalKeys,
        begins: Lives | None = None,
    ) -> None:
        ClaimedPeriods.__init__(self, personal)
        self._database = database
        self._policy = policy
        self._wake = wake
        self._begins = begins
        self._next_id = 1
        self._recorded_at: datetime | None = None
        self.appended = 0
        self._writes = Writes()
        self._answers: dict[str, tuple[bytes, Answer]] = {}
        self._marks: dict[TeamDay, TeamDayTouch] = {}
        self._documents: dict[str, bytes] = {}
        self._versions: dict[str, int] = {}
        self._written: set[str] = set()
        self._new_command = ""

    def __enter__(self) -> Self:
        self._cursor = self._database.begin()
        try:
            self._start(self._database.newest(self._cursor))
            if self._begins == "simulated":
                require_not_live(self._cursor)
        except BaseException:
            self._database.rollback()
            raise
        return self

    def _start(self, newest: LogEnd) -> None:
        self._next_id = newest.last_id + 1
        self._recorded_at = newest.recorded_at

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is not None:
            self._database.rollback()
            return
        try:
            self.flush()
        except BaseException:
            self._database.rollback()
            raise
        self._database.commit()
        if self.appended:
            self._wake()

    def expect(self, wanted: Callable[[], ExpectedReads]) -> None:
        """Announce reads that happen in any case; a database in the same process gains nothing from it."""

    def insert(self, stream: str, version: int, name: str, state: bytes, metadata: bytes) -> int:
        """Add one encoded event and return its id; the database checks its version when it is written."""
        position = self._next_id
        self._writes.events.append((position, stream, version, name, state, metadata))
        self._next_id += 1
        self.appended += 1
        self._written.add(stream)
        self._versions[stream] = version
        return position

    def append(self, decided: Append) -> Answer:
        """Add one decided command, or return its first answer if its id is known.

        Raises Refused (a claim, the command id, an event's size), StaleBasis or Conflict, each before the command
        changes the transaction.
        """
        if decided.command_id and decided.command_id != self._new_command:
            first = self.first_answer(decided.command_id, decided.digest)
            if first is not None:
                return first
        if decided.publishes:
            self.flush()
            check_not_stale(self._cursor, *decided.publishes)
        known = self.version(decided.stream)
        if known != decided.version:
            raise Conflict(decided.stream, decided.version, known)
        claimed = self._claimed(decided.stream, decided.claims) if decided.claims else {}
        payloads = [encode(event) for event in decided.events]
        for name, state in payloads:
            if len(state) > LARGEST_EVENT:
                raise Refused("event-too-large", event=name, size=len(state), most=LARGEST_EVENT)

        self._hold(claimed)
        answer = self._keep(decided, payloads)
        if decided.publishes:
            mark_planned(self._cursor, *decided.publishes)
        for index, team_day in decided.touches:
            self._mark(team_day, answer.position - len(payloads) + 1 + index, decided.now)
        for body in decided.documents:
            self._documents[document_digest(body)] = body
        if decided.command_id:
            self._answers[decided.command_id] = (decided.digest, answer)
            self._new_command = ""
        return answer

    def _keep(self, decided: Append, payloads: list[tuple[str, bytes]]) -> Answer:
        if not payloads:
            return Answer(decided.id, decided.stream, decided.version, self.last_position(), ())
        if self._recorded_at is None or decided.now > self._recorded_at:
            self._recorded_at = decided.now  # never earlier than the event before it, whatever two clocks say
        metadata = encode_metadata(
            Metadata(
                actor=decided.actor,
                recorded_at=self._recorded_at,
                command_id=decided.command_id or event_id(decided.stream, decided.version + 1),
                correlation_id=decided.correlation_id,
                causation_id=decided.causation_id,
                pack=decided.pack,
                traceparent=decided.traceparent,
                word_of=decided.word_of,
                taken_over=decided.taken_over,
                basis=decided.publishes[1] if decided.publishes else None,
            )
        )
        for version, (name, state) in enumerate(payloads, start=decided.version + 1):
            self.insert(decided.stream, version, name, state, metadata)
        names = tuple([name for name, _ in payloads])
        return Answer(decided.id, decided.stream, decided.version + len(payloads), self._next_id - 1, names)

    def _set_key_file(self, digest: str) -> None:
        self._cursor.execute(SET_KEY_FILE, (digest,))

    def _mark(self, team_day: TeamDay, position: int, now: datetime) -> None:
        before = self._marks.get(team_day)
        self._marks[team_day] = TeamDayTouch(position, before.first if before else now, now)

    # Reads inside the transaction include its own writes.

    def read(self, stream: str) -> list[StoredEvent]:
        """Return a stream's events, those of this transaction too."""
        self.flush()
        return super().read(stream)

    def payloads(self, stream: str, version: int = 0) -> list[tuple[str, bytes]]:
        """Return names and bytes of a stream past a version, those of this transaction too."""
        if stream in self._written:
            self.flush()
        known = super().payloads(stream, version)
        self._versions[stream] = version + len(known)
        return known

    def version(self, stream: str) -> int:
        """Return how many events the stream has, those of this transaction too."""
        known = self._versions.get(stream)
        if known is None:
            known = self._versions[stream] = super().version(stream)
        return known

    def last_position(self) -> int:
        """Return the id of the newest event, those of this transaction too."""
        return self._next_id - 1 if self.appended else super().last_position()

    def last_recorded_at(self) -> datetime | None:
        """Return when the newest event was written, those of this transaction too."""
        return self._recorded_at

    def first_answer(self, command_id: str, digest: bytes) -> Answer | None:
        """Return the first answer to a command id, one given in this transaction too."""
        if command_id not in self._answers:
            first = super().first_answer(command_id, digest)
            self._new_command = "" if first else command_id
            return first
        known, answer = self._answers[command_id]
        if known != digest:
            raise Refused("command-id-reused", command_id=command_id)
        return answer

    def flush(self) -> None:
        """Write the collected rows now."""
        writes = self._gathered()
        if writes is not None:
            self._database.write(self._cursor, writes)

    def _gathered(self) -> Writes | None:
        """Return the collected rows and start a new collection; None if there are none."""
        writes = self._writes
        if not (writes.events or self._answers or self._claimed_keys or self._documents or self._marks):
            return None
        writes.answers = [(key, digest, encode_answer(answer)) for key, (digest, answer) in self._answers.items()]
        writes.keys = list(self._claimed_keys)
        writes.claims = [(key, holder, *period) for key in writes.keys for holder, period in self._periods[key].items()]
        writes.documents = list(self._documents.items())
        writes.marks = marked(self._cursor, self._marks, self._policy) if self._marks else []
        writes.recorded_at = self._recorded_at
        if writes.events and writes.events[0][0] == 1:
            writes.lives = self._begins
        self._writes, self._answers, self._claimed_keys, self._documents, self._marks = Writes(), {}, set(), {}, {}
        return writes
