"""Passwords: which are refused, and hashes with argon2id, two at once at most: each takes 64 MiB and 170 ms."""

import threading
from datetime import datetime, timedelta
from functools import cache, cached_property

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from domain.decider import Refused
from domain.event import value
from infra.access.database import AccessDatabase, micros, moment_of

LEAST_LETTERS, MOST_LETTERS = 12, 128
LEAST_COMMON = 3000
"""The least number of common passwords to refuse (ASVS 5.0); the list has ten times as many."""

TEMPORARY_DAYS = 7
"""A password that somebody else set can be used for so long, once."""

OWN_WORDS = ("jiayi", "familydoctor", "家医")
"""Words of this system that no password contains."""

AT_ONCE = threading.BoundedSemaphore(2)
"""Hashes that are made at once, in this process."""


@cache
def common_passwords() -> frozenset[str]:
    """Return the commonest passwords, in small letters; zxcvbn keeps the list, by frequency."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 -- 100 ms, and only where one is set

    return frozenset(FREQUENCY_LISTS["passwords"])


def require_fit(password: str, account_id: str) -> None:
    """Refuse a password that is too short or too long, is common, or has the login name or a word of ours in it.

    Refused `password-too-short`, `password-too-long`, `password-common`, `password-has-name`. Any letters are allowed.
    """
    if len(password) < LEAST_LETTERS:
        raise Refused("password-too-short", least=LEAST_LETTERS)
    if len(password) > MOST_LETTERS:
        raise Refused("password-too-long", most=MOST_LETTERS)
    plain = password.casefold()
    stripped = plain.strip("0123456789!?.,-_*#@$ ")
    if plain in common_passwords() or stripped in common_passwords() or len(set(plain)) < 5:
        raise Refused("password-common")
    if account_id in plain or any(word in plain for word in OWN_WORDS):
        raise Refused("password-has-name")


@value
class PasswordState:
    """What is known of an account's password, without it. `temporary_until`: it must be changed at its first use."""

    temporary_until: datetime | None
    changed_at: datetime


class Passwords:
    """The hashes of passwords. The cost of a hash is the library's: RFC 9106, 64 MiB."""

    def __init__(self, database: AccessDatabase, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """A hash for accounts that are not there, made when somebody tries one."""
        return self._hashed("nobody has this password")

    def _hashed(self, password: str) -> str:
        with AT_ONCE:
            return self._hasher.hash(password)

    def set(self, account_id: str, password: str, now: datetime, *, temporary: bool) -> None:
        """Replace the password of an account; Refused if it is not fit."""
        require_fit(password, account_id)
        hashed = self._hashed(password)
        until = micros(now + timedelta(days=TEMPORARY_DAYS)) if temporary else None
        with self._database.writing() as cursor:
            cursor.execute(
                """INSERT INTO access_passwords (account_id, hash, temporary_until, changed_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash,
                    temporary_until = excluded.temporary_until, changed_at = excluded.changed_at""",
                (account_id, hashed, until, micros(now)),
            )

    def state(self, account_id: str) -> PasswordState | None:
        """Return what is known of an account's password, None if it has none."""
        with self._database.reading() as cursor:
            cursor.execute(
                "SELECT temporary_until, changed_at FROM access_passwords WHERE account_id = ?", (account_id,)
            )
            row = cursor.fetchone()
        if row is None:
            return None
        until, changed_at = row
        return PasswordState(
            temporary_until=None if until is None else moment_of(until), changed_at=moment_of(changed_at)
        )

    def verify(self, account_id: str, password: str, now: datetime) -> bool:
        """Say whether a password is the account's; as much work for an account that is not there.

        A temporary password that is too old is none.
        """
        with self._database.reading() as cursor:
            cursor.execute("SELECT hash, temporary_until FROM access_passwords WHERE account_id = ?", (account_id,))
            row = cursor.fetchone()
        hashed, until = row or (self._nobody, None)
        tried = password[: MOST_LETTERS + 1]  # no password is longer, and a long text is no work for the hash
        try:
            with AT_ONCE:
                self._hasher.verify(hashed, tried)
        except VerificationError:
            return False
        if row is None or (until is not None and micros(now) >= until):
            return False
        if self._hasher.check_needs_rehash(hashed):
            better = self._hashed(tried)
            with self._database.writing() as cursor:
                cursor.execute(
                    "UPDATE access_passwords SET hash = ? WHERE account_id = ? AND hash = ?",
                    (better, account_id, hashed),
                )
        return True
