"""Signatures of messages, as Standard Webhooks 1.0 has them, and the secrets behind them.

The signature is HMAC with SHA-256 over `id.timestamp.body`. A secret is shown once, as `whsec_` and base64, and kept
sealed by the key file.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from infra.access.key_file import Keys
from infra.feeds.tables import FeedTables
from infra.store.recorded import to_micros

PREFIX = "whsec_"
SECRET_BYTES = 32
PURPOSE = "webhook-secret"


def signed_headers(secret: bytes, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver knows that a message is ours, whole and new."""
    timestamp = str(int(at.timestamp()))
    signature = b64encode(hmac.digest(secret, f"{message_id}.{timestamp}.".encode() + body, sha256)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}


def shown_secret(secret: bytes) -> str:
    """Return a secret as its receiver stores it."""
    return PREFIX + b64encode(secret).decode()


def read_secret(text: str) -> bytes:
    """Return the bytes of a secret as it was shown."""
    return b64decode(text.removeprefix(PREFIX))


class WebhookSecrets:
    """The secrets of all receivers, sealed in a table."""

    def __init__(
        self, tables: FeedTables, keys: Keys, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._tables = tables
        self._keys = keys
        self._random_bytes = random_bytes

    def make(self, webhook_id: str, at: datetime) -> bytes:
        """Make a secret; an older one of the receiver is replaced."""
        secret = self._random_bytes(SECRET_BYTES)
        sealed = self._keys.seal(PURPOSE, secret, webhook_id)
        with self._tables.writing() as cursor:
            cursor.execute(
                """INSERT INTO webhook_secrets VALUES (?, ?, ?)
                ON CONFLICT (webhook_id) DO UPDATE SET sealed = excluded.sealed, made_at = excluded.made_at""",
                (webhook_id, sealed, to_micros(at)),
            )
        return secret

    def of(self, webhook_id: str) -> bytes | None:
        """Return the secret of a receiver, None if it has none. Refused `key-file-other`."""
        rows = self._tables.ask("SELECT sealed FROM webhook_secrets WHERE webhook_id = ?", webhook_id)
        return self._keys.unseal(PURPOSE, str(rows[0][0]), webhook_id) if rows else None
