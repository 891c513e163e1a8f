"""Sessions as rows: a random token whose digest is kept, an end for the idle and one for all, revocable at once."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from domain.event import value
from infra.access.database import AccessDatabase, micros, moment_of
from infra.access.principal import Principal

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
"""When a session was last seen is written that often, so that a request need not write."""


@value
class AccountSession:
    """A session, without its token. It ends `idle` after it was last seen, and at `ends_at`."""

    session_id: str
    account_id: str
    methods: tuple[str, ...]
    opened_at: datetime
    seen_at: datetime
    idle: timedelta
    ends_at: datetime


@value
class SignedIn:
    """A session that was opened. `token` is shown once and kept nowhere; `ends_at` is when it is over at the latest."""

    token: str
    principal: Principal
    ends_at: datetime
    must_change_password: bool = False
    must_add_factor: bool = False


@value
class Holder:
    """The account of a session, whole or half."""

    session: AccountSession
    principal: Principal
    must_change_password: bool
    must_add_factor: bool


class Sessions:
    """The sessions of all accounts."""

    def __init__(self, database: AccessDatabase) -> None:
        self._database = database

    def open(
        self, account_id: str, methods: tuple[str, ...], now: datetime, idle: timedelta, longest: timedelta
    ) -> tuple[str, AccountSession]:
        """Open a session and return its token and itself; sessions that are over are removed."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        session = AccountSession(
            session_id=secrets.token_hex(8),
            account_id=account_id,
            methods=methods,
            opened_at=now,
            seen_at=now,
            idle=idle,
            ends_at=now + longest,
        )
        at = micros(now)
        row = (digest_of(token), session.session_id, account_id, " ".join(methods), at, at)
        with self._database.writing() as cursor:
            cursor.execute("DELETE FROM access_sessions WHERE ends_at <= ?", (at,))
            cursor.execute(
                """INSERT INTO access_sessions
                (digest, session_id, account_id, methods, opened_at, seen_at, idle, ends_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                (*row, idle // timedelta(microseconds=1), micros(session.ends_at)),
            )
        return token, session

    def of_token(self, token: str, now: datetime) -> AccountSession | None:
        """Return the session of a token, None if there is none or it is over; it is seen now."""
        digest = digest_of(token)
        with self._database.reading() as cursor:
            cursor.execute(f"{SELECT} WHERE digest = ?", (digest,))
            row = cursor.fetchone()
        session = None if row is None else session_of(row)
        if session is None or not is_open(session, now):
            return None
        if now - session.seen_at >= SEEN_EVERY:
            with self._database.writing() as cursor:
                cursor.execute("UPDATE access_sessions SET seen_at = ? WHERE digest = ?", (micros(now), digest))
        return session

    def of_account(self, account_id: str, now: datetime) -> list[AccountSession]:
        """Return the open sessions of an account, the newest first."""
        with self._database.reading() as cursor:
            cursor.execute(f"{SELECT} WHERE account_id = ? ORDER BY opened_at DESC, session_id", (account_id,))
            return [each for each in map(session_of, cursor.fetchall()) if is_open(each, now)]

    def end(self, account_id: str, session_id: str | None = None, *, but: str | None = None) -> int:
        """End the sessions of an account, or one of them, or all `but` one; return how many."""
        with self._database.writing() as cursor:
            cursor.execute(
                """DELETE FROM access_sessions WHERE account_id = ?
                AND (CAST(? AS text) IS NULL OR session_id = ?) AND (CAST(? AS text) IS NULL OR session_id <> ?)
                RETURNING session_id""",
                (account_id, session_id, session_id, but, but),
            )
            return len(cursor.fetchall())


SELECT = "SELECT session_id, account_id, methods, opened_at, seen_at, idle, ends_at FROM access_sessions"


def session_of(row: tuple[str, str, str, int, int, int, int]) -> AccountSession:
    """Return a session from its row."""
    session_id, account_id, methods, opened_at, seen_at, idle, ends_at = row
    return AccountSession(
        session_id=session_id,
        account_id=account_id,
        methods=tuple(methods.split()),
        opened_at=moment_of(opened_at),
        seen_at=moment_of(seen_at),
        idle=timedelta(microseconds=idle),
        ends_at=moment_of(ends_at),
    )


def is_open(session: AccountSession, now: datetime) -> bool:
    """Say whether a session is not over."""
    return now < session.ends_at and now < session.seen_at + session.idle


def digest_of(token: str) -> str:
    """Return the digest under which a token is kept: it has 256 random bits, so nobody guesses it from the digest."""
    return sha256(token.encode()).hexdigest()
