"""The second factor: one-time codes by time (RFC 6238), each accepted once, and recovery codes, each usable once."""

import hmac
import secrets
from base64 import b32encode
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from domain.decider import Refused
from domain.event import value
from infra.access.database import AccessDatabase
from infra.access.key_file import Keys
from infra.store.database import Cursor

SEED_BYTES = 20
STEP_SECONDS = 30
DIGITS = 6
STEPS_ASIDE = 1
"""Codes of the step before and after are taken, too: clocks of phones differ."""

RECOVERY_CODES, RECOVERY_BYTES = 10, 15
SEAL, DIGEST = "second-factor seed", "recovery codes"
"""The purposes of the keys."""


@value
class Enrolment:
    """What an authenticator app needs: a seed in base 32, and the same as an address for a QR code."""

    seed: str
    uri: str


class SecondFactors:
    """Sealed seeds and digests of recovery codes."""

    def __init__(self, database: AccessDatabase, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def begin(self, account_id: str) -> Enrolment:
        """Make a seed that counts once a code proves that the person has it. Refused `second-factor-there`."""
        seed = secrets.token_bytes(SEED_BYTES)
        sealed = self._keys.seal(SEAL, seed, account_id)
        with self._database.writing() as cursor:
            cursor.execute(
                """INSERT INTO access_factors (account_id, seed, confirmed, last_step) VALUES (?, ?, 0, 0)
                ON CONFLICT (account_id) DO UPDATE SET seed = excluded.seed, last_step = 0
                WHERE access_factors.confirmed = 0 RETURNING account_id""",
                (account_id, sealed),
            )
            if cursor.fetchone() is None:
                raise Refused("second-factor-there")
        uri = totp_of(seed).get_provisioning_uri(account_id, "Jiayi")
        return Enrolment(seed=b32encode(seed).decode().rstrip("="), uri=uri)

    def confirm(self, account_id: str, code: str, now: datetime) -> tuple[str, ...]:
        """Let the seed count, and return new recovery codes. Refused `code-wrong`, `second-factor-there`."""
        codes = tuple(secrets.token_bytes(RECOVERY_BYTES) for _ in range(RECOVERY_CODES))
        with self._database.writing() as cursor:
            cursor.execute("SELECT confirmed FROM access_factors WHERE account_id = ?", (account_id,))
            row = cursor.fetchone()
            if row is not None and row[0]:
                raise Refused("second-factor-there")
            if not self._take_code(cursor, account_id, code, now):
                raise Refused("code-wrong")
            cursor.execute("UPDATE access_factors SET confirmed = 1 WHERE account_id = ?", (account_id,))
            cursor.execute("DELETE FROM access_recovery_codes WHERE account_id = ?", (account_id,))
            shown = tuple(b32encode(each).decode().lower() for each in codes)
            for each in shown:
                cursor.execute(
                    "INSERT INTO access_recovery_codes (account_id, digest) VALUES (?, ?)",
                    (account_id, self._digest(account_id, each)),
                )
        return tuple("-".join(each[at : at + 4] for at in range(0, len(each), 4)) for each in shown)

    def has(self, account_id: str) -> bool:
        """Say whether an account has a second factor."""
        with self._database.reading() as cursor:
            cursor.execute("SELECT confirmed FROM access_factors WHERE account_id = ?", (account_id,))
            row = cursor.fetchone()
        return row is not None and bool(row[0])

    def prove(self, account_id: str, code: str, now: datetime) -> bool:
        """Say whether a code proves the account, and use it up."""
        text = code.replace("-", "").replace(" ", "").lower()
        with self._database.writing() as cursor:
            if len(text) == DIGITS:
                return self._take_code(cursor, account_id, text, now)
            cursor.execute(
                "DELETE FROM access_recovery_codes WHERE account_id = ? AND digest = ? RETURNING digest",
                (account_id, self._digest(account_id, text)),
            )
            return cursor.fetchone() is not None

    def remove(self, account_id: str) -> bool:
        """Remove seed and recovery codes; say whether there were any."""
        with self._database.writing() as cursor:
            cursor.execute("DELETE FROM access_recovery_codes WHERE account_id = ?", (account_id,))
            cursor.execute("DELETE FROM access_factors WHERE account_id = ? RETURNING account_id", (account_id,))
            return cursor.fetchone() is not None

    def _digest(self, account_id: str, code: str) -> str:
        return self._keys.digest(DIGEST, f"{account_id} {code}")

    def _take_code(self, cursor: Cursor, account_id: str, code: str, now: datetime) -> bool:
        """Say whether a code is one of now that was not used; later only newer ones are taken."""
        cursor.execute("SELECT seed FROM access_factors WHERE account_id = ?", (account_id,))
        row = cursor.fetchone()
        if row is None:
            return False
        totp = totp_of(self._keys.unseal(SEAL, row[0], account_id))
        this = int(now.timestamp()) // STEP_SECONDS
        steps = range(this - STEPS_ASIDE, this + STEPS_ASIDE + 1)
        matching = [step for step in steps if hmac.compare_digest(totp.generate(step * STEP_SECONDS), code.encode())]
        if not matching:
            return False
        cursor.execute(
            "UPDATE access_factors SET last_step = ? WHERE account_id = ? AND last_step < ? RETURNING account_id",
            (matching[0], account_id, matching[0]),
        )
        return cursor.fetchone() is not None


def totp_of(seed: bytes) -> TOTP:
    """Return the codes of a seed as authenticator apps make them: SHA-1, 6 digits, 30 seconds."""
    return TOTP(seed, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 -- what the apps know; HMAC with SHA-1 is unbroken
