"""What one commit writes: events, claims, answers, marks of team-days and documents, together or not at all.

Everything that may refuse is asked before anything is kept, so a refused command leaves nothing and the ones before it
stand. Rows are gathered and written at the end of the transaction, many at a time. The write lock is held from the
start: versions and the next id are therefore known, and the order of ids is the order of commits.
"""

from collections.abc import Callable
from datetime import datetime

from domain.decider import Claim, Refused, TeamDay
from infra.codec import encode
from infra.store.recorded import (
    Answer,
    Append,
    Conflict,
    Metadata,
    Recorded,
    document_digest,
    encode_answer,
    encode_metadata,
)
from infra.store.sqlite_file import SqliteFile
from infra.store.team_days import Pace, check_basis, finish, write_marks
from infra.store.view import View, recorded_at

BEGINNING = """SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'),
    (SELECT metadata FROM stored_events ORDER BY notification_id DESC LIMIT 1)"""

Periods = dict[str, tuple[str, str]]
"""The holders of one key, each with the first and last day of its claim."""


class Transaction(View):
    """The write side of a View, used in a `with`: committed at its end, rolled back if anything is raised.

    `wake` is called after a commit that holds events. StoreError after 30 s without the write lock.
    """

    def __init__(self, file: SqliteFile, pace: Pace, wake: Callable[[], None]) -> None:
        self._file = file
        self._pace = pace
        self._wake = wake
        self._next_id = 1
        self._recorded_at: datetime | None = None
        self.appended = 0
        self._events: list[tuple[int, str, int, str, bytes, bytes]] = []
        self._answers: dict[str, tuple[bytes, Answer]] = {}
        self._claims: dict[str, Periods] = {}
        self._marks: dict[TeamDay, tuple[int, datetime, datetime]] = {}
        self._documents: dict[str, bytes] = {}
        self._versions: dict[str, int] = {}
        self._written: set[str] = set()
        self._new_command = ""

    def __enter__(self) -> "Transaction":
        self._cursor = self._file.begin()
        try:
            last_id_ever, newest = self._cursor.execute(BEGINNING).fetchone()
        except BaseException:
            self._file.rollback()
            raise
        self._next_id = (last_id_ever or 0) + 1
        self._recorded_at = recorded_at(newest) if newest else None
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is not None:
            self._file.rollback()
            return
        try:
            self.flush()
        except BaseException:
            self._file.rollback()
            raise
        self._file.commit()
        if self.appended:
            self._wake()

    def append(self, asked: Append) -> Answer:
        """Take one decided command, or return its first answer if it was already taken.

        Raises Refused (a claim or the command id), StaleBasis or Conflict, each before anything of it is kept.
        """
        if asked.command_id and asked.command_id != self._new_command:
            first = self.first_answer(asked.command_id, asked.digest)
            if first is not None:
                return first
        if asked.publishes:
            self._write_marks()
            check_basis(self._cursor, *asked.publishes)
        found = self.version(asked.stream)
        if found != asked.version:
            raise Conflict(asked.stream, asked.version, found)
        claimed = self._claimed(asked.stream, asked.claims) if asked.claims else {}
        facts = [encode(event) for event in asked.events]

        self._claims |= claimed
        answer = self._keep(asked, facts)
        if asked.publishes:
            finish(self._cursor, *asked.publishes)
        for index, team_day in asked.touches:
            self._mark(team_day, answer.position - len(facts) + 1 + index, asked.now)
        for body in asked.documents:
            self._documents[document_digest(body)] = body
        if asked.command_id:
            self._answers[asked.command_id] = (asked.digest, answer)
            self._new_command = ""
        return answer

    def _keep(self, asked: Append, facts: list[tuple[str, bytes]]) -> Answer:
        if not facts:
            return Answer(asked.id, asked.stream, asked.version, self.last_position(), ())
        if self._recorded_at is None or asked.now > self._recorded_at:
            self._recorded_at = asked.now  # never earlier than the event before it, whatever two clocks say
        metadata = encode_metadata(
            Metadata(
                actor=asked.actor,
                recorded_at=self._recorded_at,
                command_id=asked.command_id,
                correlation_id=asked.correlation_id,
                causation_id=asked.causation_id,
                pack=asked.pack,
                traceparent=asked.traceparent,
            )
        )
        version = asked.version
        for name, state in facts:
            version += 1
            self._events.append((self._next_id, asked.stream, version, name, state, metadata))
            self._next_id += 1
        self._versions[asked.stream] = version
        self._written.add(asked.stream)
        self.appended += len(facts)
        names = tuple([name for name, _ in facts])
        return Answer(asked.id, asked.stream, version, self._next_id - 1, names)

    def _claimed(self, holder: str, claims: tuple[Claim, ...]) -> dict[str, Periods]:
        """Return the periods of the keys once these claims are taken; Refused if another's overlaps."""
        after: dict[str, Periods] = {}
        for claim in claims:
            before = self._periods(claim.key)
            periods = after.setdefault(claim.key, dict(before))
            since, until = claim.since.isoformat(), claim.until.isoformat()
            periods.pop(holder, None)
            if until < since:
                continue
            for other, (their_since, their_until) in before.items():
                if other == holder or their_since > until:
                    continue
                if their_until >= since:
                    raise Refused(claim.rule, key=claim.key, held_by=other)
                periods.pop(other, None)  # it has ended: taken over
            periods[holder] = (since, until)
        return after

    def _periods(self, key: str) -> Periods:
        if key not in self._claims:
            rows = self._cursor.execute("SELECT holder, since, until FROM claims WHERE key = ?", (key,))
            return {holder: (since, until) for holder, since, until in rows}
        return self._claims[key]

    def _mark(self, team_day: TeamDay, position: int, now: datetime) -> None:
        before = self._marks.get(team_day)
        self._marks[team_day] = (position, before[1] if before else now, now)

    # Reads inside the transaction see what it has taken so far.

    def read(self, stream: str) -> list[Recorded]:
        """Return a stream's events, those of this transaction too."""
        self.flush()
        return super().read(stream)

    def facts(self, stream: str, version: int = 0) -> list[tuple[str, bytes]]:
        """Return names and bytes of a stream past a version, those of this transaction too."""
        if stream in self._written:
            self.flush()
        found = super().facts(stream, version)
        self._versions[stream] = version + len(found)
        return found

    def version(self, stream: str) -> int:
        """Return how many events the stream has, those of this transaction too."""
        found = self._versions.get(stream)
        if found is None:
            found = self._versions[stream] = super().version(stream)
        return found

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
        """Write what was taken and is not yet written."""
        many = self._cursor.executemany
        if self._events:
            many("INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, ?)", self._events)
            self._events = []
        if self._answers:
            rows = [(key, digest, encode_answer(answer)) for key, (digest, answer) in self._answers.items()]
            many("INSERT INTO commands VALUES (?, ?, ?)", rows)
            self._answers = {}
        if self._claims:
            held = [(k, holder, *period) for k, periods in self._claims.items() for holder, period in periods.items()]
            many("DELETE FROM claims WHERE key = ?", [(key,) for key in self._claims])
            many("INSERT INTO claims VALUES (?, ?, ?, ?)", held)
            self._claims = {}
        if self._documents:
            many("INSERT OR IGNORE INTO documents VALUES (?, ?)", self._documents.items())
            self._documents = {}
        self._write_marks()

    def _write_marks(self) -> None:
        if self._marks:
            write_marks(self._cursor, self._marks, self._pace)
            self._marks = {}
