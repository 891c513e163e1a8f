"""Transactions in PostgreSQL: pessimistic under the write lock, or optimistic on cached versions.

A command is decided on cached versions and written in one round trip, on the condition that nobody has written since:
the function `write_rows` takes the lock, looks at the tip and writes. Commands that the condition cannot cover are
decided again under the lock: another process wrote in between, the decision refuses, or the transaction must write
before its end. While others write, the lock is taken at once. Every rule thus stands once, in Python, and what it read
still holds when its events are written, other aggregates' states included.

Why: with a connection on the same machine a locked transaction (BEGIN, lock and tip, write, COMMIT) took 2.2 times a
plain insert of the same rows, the conditional write 1.2 times; over a network each round trip counts more.
"""

from collections.abc import Callable
from typing import Self

from domain.decider import Refused
from infra.database.postgres import PostgresCursor
from infra.database.postgres_errors import translate_errors
from infra.store.claims.personal import PersonalKeys
from infra.store.database import Cursor, ExpectedReads
from infra.store.postgres_database import PostgresDatabase
from infra.store.postgres_sql import EXPECT
from infra.store.recorded import Answer, decode_answer
from infra.store.store_time import Lives
from infra.store.team_days import DebouncePolicy
from infra.store.transaction import Transaction

Payloads = tuple[int, list[tuple[str, bytes]]]
"""A version of a stream, and the stored names and bytes past it."""


class DecideAgain(Exception):  # noqa: N818 -- a signal, never seen outside
    """The transaction must be decided again under the write lock."""


class PessimisticTransaction(Transaction):
    """A transaction under the write lock; `expect` makes its reads in one round trip."""

    _database: PostgresDatabase

    def __init__(
        self,
        database: PostgresDatabase,
        policy: DebouncePolicy,
        wake: Callable[[], None],
        personal: PersonalKeys,
        begins: Lives | None = None,
    ) -> None:
        super().__init__(database, policy, wake, personal, begins)
        self._first_answers: dict[str, tuple[bytes, Answer] | None] = {}
        self._payloads: dict[str, Payloads] = {}

    def __exit__(self, failure: type[BaseException] | None, *rest: object) -> None:
        self._database.learn(self._versions)
        with translate_errors():
            super().__exit__(failure, *rest)

    def expect(self, wanted: Callable[[], ExpectedReads]) -> None:
        """Read first answers of commands, and payloads of streams past a version, in one round trip."""
        reads = wanted()
        self._first_answers.update(dict.fromkeys(reads.command_ids))
        for what, name, body, digest in _expected(self._cursor, reads, self._payloads):
            if name is None:
                self._first_answers[what] = digest, decode_answer(body)

    def first_answer(self, command_id: str, digest: bytes) -> Answer | None:
        """Return the first answer to a command id, one given in this transaction too."""
        if command_id in self._answers or command_id not in self._first_answers:
            return super().first_answer(command_id, digest)
        known = self._first_answers[command_id]
        if known is None:
            self._new_command = command_id
            return None
        if known[0] != digest:
            raise Refused("command-id-reused", command_id=command_id)
        return known[1]

    def payloads(self, stream: str, version: int = 0) -> list[tuple[str, bytes]]:
        """Return names and bytes of a stream past a version, those of this transaction too."""
        since, known = self._payloads.get(stream, (-1, []))
        if since == version and stream not in self._written:
            self._versions[stream] = version + len(known)
            return known
        return super().payloads(stream, version)


def _expected(
    cursor: Cursor, wanted: ExpectedReads, payloads: dict[str, Payloads]
) -> list[tuple[str, str | None, bytes, bytes]]:
    """Make reads in one round trip: fill in payloads, and return all rows (only those of payloads have a name)."""
    assert isinstance(cursor, PostgresCursor)
    payloads.update({name: (since, []) for name, since in wanted.streams.items()})
    values = (list(wanted.command_ids), list(wanted.streams), list(wanted.streams.values()))
    with translate_errors():
        rows = cursor.raw.execute(EXPECT, values, prepare=True).fetchall()
    for what, name, body, _ in rows:
        if name is not None:
            payloads[what][1].append((name, body))
    return rows


class OptimisticTransaction(Transaction):
    """A transaction without the lock, on cached versions; DecideAgain if it needs the lock."""

    _database: PostgresDatabase

    def __init__(
        self,
        database: PostgresDatabase,
        policy: DebouncePolicy,
        wake: Callable[[], None],
        personal: PersonalKeys,
        cursor: Cursor,
    ) -> None:
        super().__init__(database, policy, wake, personal)
        self._cursor = cursor
        self._payloads: dict[str, Payloads] = {}
        self._start(database.newest(cursor))

    def expect(self, wanted: Callable[[], ExpectedReads]) -> None:
        """Read streams that may have new events, all in one round trip."""
        heads = self._database.heads
        streams = {name: since for name, since in wanted().streams.items() if heads.get(name) != since}
        if len(streams) > 1:  # one is read faster by itself
            _expected(self._cursor, ExpectedReads((), streams), self._payloads)

    def __enter__(self) -> Self:
        raise DecideAgain

    def first_answer(self, command_id: str, digest: bytes) -> Answer | None:
        """Assume that a command is new; the write fails if it is not."""
        if command_id in self._answers:
            return super().first_answer(command_id, digest)
        self._new_command = command_id
        return None

    def payloads(self, stream: str, version: int = 0) -> list[tuple[str, bytes]]:
        """Return a stream's payloads past a version; nothing is read if the stream is known to end there."""
        if self._database.heads.get(stream) == version:
            self._versions[stream] = version
            return []
        since, known = self._payloads.get(stream, (-1, []))
        if since == version:
            self._versions[stream] = version + len(known)
            return known
        return super().payloads(stream, version)

    def version(self, stream: str) -> int:
        """Return how many events the stream has."""
        if stream not in self._versions and stream in self._database.heads:
            self._versions[stream] = self._database.heads[stream]
        return super().version(stream)

    def last_position(self) -> int:
        """Return the id of the newest event, those of this transaction too."""
        return self._next_id - 1

    def flush(self) -> None:
        """Raise DecideAgain: writing before the end needs the lock."""
        raise DecideAgain

    def _set_key_file(self, digest: str) -> None:  # noqa: ARG002 -- written under the lock
        raise DecideAgain

    def finish(self) -> None:
        """Write and commit; DecideAgain if another process has written meanwhile."""
        writes = self._gathered()
        if not (self._database.still_at_tip() if writes is None else self._database.write_at_tip(writes)):
            raise DecideAgain
        self._database.heads |= self._versions
        if self.appended:
            self._wake()
