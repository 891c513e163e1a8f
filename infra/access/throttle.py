"""Throttling of attempts to sign in: moving windows by account, by address, and by both, in the database of access.

An attempt counts before it is tried, so that many at once are no way around; one that succeeds is taken back. The
limits of an account from anywhere are wide, so that a stranger cannot lock its owner out for long. Names and addresses
are kept as keyed digests.
"""

import secrets
from datetime import datetime

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter

from domain.decider import Refused
from infra.access.database import AccessDatabase, micros
from infra.access.key_file import Keys
from infra.database.errors import StoreError

BY_BOTH = RateLimitItemPerMinute(5, 5, "both")
BY_ACCOUNT = RateLimitItemPerHour(50, 1, "account")
BY_ADDRESS = RateLimitItemPerMinute(60, 10, "address")
"""5 in 5 minutes for an account from one address, 50 an hour for an account, 60 in 10 minutes from an address."""

DIGEST = "attempts"
MICROS = 1_000_000


class Attempts(Storage, MovingWindowSupport):
    """Attempts as rows, as they are at one moment."""

    STORAGE_SCHEME = None

    def __init__(self, database: AccessDatabase, now: datetime) -> None:
        super().__init__()
        self._database = database
        self._now = micros(now)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database raises."""
        return StoreError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count attempts unless they are too many; rows that no window needs are removed."""
        since, ends_at = self._now - expiry * MICROS, self._now + expiry * MICROS
        with self._database.writing() as cursor:
            cursor.execute("DELETE FROM access_attempts WHERE ends_at <= ?", (self._now,))
            cursor.execute("SELECT count(*) FROM access_attempts WHERE key = ? AND at > ?", (key, since))
            if cursor.fetchone()[0] + amount > limit:
                return False
            for _ in range(amount):
                row = (secrets.token_hex(8), key, self._now, ends_at)
                cursor.execute("INSERT INTO access_attempts (attempt_id, key, at, ends_at) VALUES (?, ?, ?, ?)", row)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 -- the library's
        """Return when the window of a key began, in seconds since 1970, and how many attempts it has."""
        since = self._now - expiry * MICROS
        with self._database.reading() as cursor:
            cursor.execute("SELECT min(at), count(*) FROM access_attempts WHERE key = ? AND at > ?", (key, since))
            first, count = cursor.fetchone()
        return (self._now if first is None else first) / MICROS, count

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count attempts whatever the limit; return how many there are."""
        self.acquire_entry(key, 2**31, expiry, amount)
        return self.get(key)

    def get(self, key: str) -> int:
        """Return how many attempts a key has."""
        with self._database.reading() as cursor:
            cursor.execute("SELECT count(*) FROM access_attempts WHERE key = ? AND ends_at > ?", (key, self._now))
            return int(cursor.fetchone()[0])

    def get_expiry(self, key: str) -> float:
        """Return when the last attempt of a key no longer counts, in seconds since 1970."""
        with self._database.reading() as cursor:
            cursor.execute("SELECT max(ends_at) FROM access_attempts WHERE key = ?", (key,))
            last = cursor.fetchone()[0]
        return (self._now if last is None else last) / MICROS

    def check(self) -> bool:
        """Say whether the database answers."""
        with self._database.reading() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() is not None

    def reset(self) -> int | None:
        """Forget every attempt; return how many."""
        with self._database.writing() as cursor:
            cursor.execute("DELETE FROM access_attempts RETURNING attempt_id")
            return len(cursor.fetchall())

    def clear(self, key: str) -> None:
        """Forget the attempts of a key."""
        with self._database.writing() as cursor:
            cursor.execute("DELETE FROM access_attempts WHERE key = ?", (key,))

    def take_back(self, key: str) -> None:
        """Forget the newest attempt of a key."""
        with self._database.writing() as cursor:
            cursor.execute(
                """DELETE FROM access_attempts WHERE attempt_id =
                (SELECT attempt_id FROM access_attempts WHERE key = ? ORDER BY at DESC, attempt_id LIMIT 1)""",
                (key,),
            )


class Throttle:
    """Admits attempts to sign in."""

    def __init__(self, database: AccessDatabase, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def admit(self, account_id: str, address: str, now: datetime) -> None:
        """Count an attempt. Refused `too-many-attempts` with the seconds after which one more is admitted."""
        limiter = MovingWindowRateLimiter(Attempts(self._database, now))
        for item, name in self._windows(account_id, address):
            if not limiter.hit(item, name):
                wait = limiter.get_window_stats(item, name).reset_time - now.timestamp()
                raise Refused("too-many-attempts", seconds=max(1, round(wait)))

    def take_back(self, account_id: str, address: str, now: datetime) -> None:
        """Forget an attempt that succeeded, and those before it from the same address."""
        attempts = Attempts(self._database, now)
        for item, name in self._windows(account_id, address):
            key = item.key_for(name)
            if item is BY_BOTH:
                attempts.clear(key)
            else:
                attempts.take_back(key)

    def _windows(
        self, account_id: str, address: str
    ) -> list[tuple[RateLimitItemPerMinute | RateLimitItemPerHour, str]]:
        both, account, place = (
            self._keys.digest(DIGEST, text)
            for text in (f"both {account_id} {address}", f"account {account_id}", f"address {address}")
        )
        return [(BY_ADDRESS, place), (BY_ACCOUNT, account), (BY_BOTH, both)]
