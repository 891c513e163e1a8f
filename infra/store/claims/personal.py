"""Claims whose keys are made of personal values: the store keeps keyed digests in their place.

The digest is an HMAC under the key file, so that nobody who has the database alone can test guesses. One row tells
under which key file the claims stand, and up to where the log is claimed: an older program raised no such claims.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

from domain.decider import Refused

PURPOSE = "claims"

DIGITS = 32
"""Hexadecimal digits of a digest: 128 bits, so that no two persons meet in one."""

PERSONAL_CLAIMS = """CREATE TABLE IF NOT EXISTS personal_claims (
    one integer PRIMARY KEY CHECK (one = 1), key_digest text, claimed bigint NOT NULL, recorded bigint NOT NULL)"""
"""`key_digest` stands for the key file. Events up to `recorded` were there before claims were; up to `claimed` theirs
are raised."""

BEGIN_CLAIMS = """INSERT INTO personal_claims
    SELECT 1, NULL, 0, coalesce((SELECT max(notification_id) FROM stored_events), 0) WHERE true
    ON CONFLICT (one) DO NOTHING"""

KEY_FILE = "SELECT key_digest, claimed < recorded FROM personal_claims"

PROGRESS = "SELECT claimed, recorded FROM personal_claims"

CLAIMED = "UPDATE personal_claims SET claimed = ?"

START_AGAIN = """UPDATE personal_claims SET key_digest = NULL, claimed = 0,
    recorded = coalesce((SELECT max(notification_id) FROM stored_events), 0)"""

SET_KEY_FILE = "UPDATE personal_claims SET key_digest = ? WHERE key_digest IS NULL"


PHONES = """CREATE TABLE IF NOT EXISTS personal_phones (
    resident_id text NOT NULL, digest text NOT NULL, PRIMARY KEY (resident_id, digest))"""

PHONES_BY_DIGEST = "CREATE INDEX IF NOT EXISTS personal_phones_by_digest ON personal_phones (digest)"

PHONES_REACHED = """CREATE TABLE IF NOT EXISTS personal_phones_reached (
    one integer PRIMARY KEY CHECK (one = 1), position bigint NOT NULL)"""
"""Events up to `position` have their digests."""

BEGIN_PHONES = "INSERT INTO personal_phones_reached SELECT 1, 0 WHERE true ON CONFLICT (one) DO NOTHING"

PHONE_STATEMENTS = (PHONES, PHONES_BY_DIGEST, PHONES_REACHED, BEGIN_PHONES)
"""Digests of phones, by which residents are looked up; they are no claims, since several may share a phone."""

FORGET_PHONES = ("DELETE FROM personal_phones", "UPDATE personal_phones_reached SET position = 0")
"""The next search by phone makes the digests again, under the key file of then."""


class ClaimsMissing(Exception):  # noqa: N818 -- a signal, never seen outside
    """An earlier program recorded residents whose claims must be raised first."""


class Digests(Protocol):
    """The keys of a key file, as far as claims need them."""

    def digest(self, purpose: str, text: str) -> str:
        """Return the keyed digest of a text, in hexadecimal digits."""
        ...


class PersonalKeys:
    """Conceals the keys of personal claims. `open_keys` reads the key file at first need."""

    def __init__(self, open_keys: Callable[[], Digests]) -> None:
        self._open = open_keys

    @cached_property
    def _keys(self) -> Digests:
        return self._open()

    @cached_property
    def key_digest(self) -> str:
        """What a store remembers of the key file."""
        return self._keys.digest(PURPOSE, "the key file of this store")

    def conceal(self, key: str) -> str:
        """Return the key as it is compared and written: its kind, and a digest of the whole."""
        return f"{key.partition(':')[0]}:{self._keys.digest(PURPOSE, key)[:DIGITS]}"

    def check(self, known: str | None) -> None:
        """Refuse `wrong-key-file` where the claims of the store stand under another key."""
        if known is not None and known != self.key_digest:
            raise Refused("wrong-key-file")


def no_keys() -> Digests:
    """Stand for the key file of a store that was opened without settings: it can hold no personal claims."""
    raise Refused("key-file-missing", file="")
