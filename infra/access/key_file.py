"""The key file: one random key outside the data folder, from which a key is derived for each purpose.

It seals second-factor seeds and keys every digest of what must not be guessed: a copy of a database without the key
file shows no seed and lets nobody test guesses. Where the key file is lost, second factors, recovery codes and all else
that is sealed are lost; accounts, passwords, sessions and everything recorded are not.
"""

import hmac
import os
import secrets
import stat
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.decider import Refused
from infra.settings import Settings, configuration_folder

KEY_BYTES = 32
NONCE_BYTES = 12
FORBIDDEN = stat.S_IRWXG | stat.S_IRWXO
"""No right of group or others."""


class Keys:
    """The keys that are derived from one key file, by purpose (HKDF with SHA-256)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.derived = cache(self._derive)

    def _derive(self, purpose: str) -> bytes:
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"jiayi {purpose}".encode()).derive(self._key)

    def digest(self, purpose: str, text: str) -> str:
        """Return the keyed digest of a text (HMAC with SHA-256), in hexadecimal digits."""
        return hmac.new(self.derived(purpose), text.encode(), "sha256").hexdigest()

    def seal(self, purpose: str, secret: bytes, belongs_to: str) -> str:
        """Return a secret encrypted (AES-256 in GCM); it opens only for the same purpose and owner."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return urlsafe_b64encode(
            nonce + AESGCM(self.derived(purpose)).encrypt(nonce, secret, belongs_to.encode())
        ).decode()

    def unseal(self, purpose: str, sealed: str, belongs_to: str) -> bytes:
        """Return what was sealed. Refused `key-file-other` if another key, purpose or owner sealed it."""
        packed = urlsafe_b64decode(sealed)
        cipher = AESGCM(self.derived(purpose))
        try:
            return cipher.decrypt(packed[:NONCE_BYTES], packed[NONCE_BYTES:], belongs_to.encode())
        except InvalidTag:
            raise Refused("key-file-other") from None


def key_path(settings: Settings) -> Path:
    """Return where the key file is: JIAYI_KEY_FILE, else in the user's configuration folder.

    Refused `key-file-in-data`: a copy of the data would carry it along.
    """
    path = settings.key_file or configuration_folder() / "key"
    if path.resolve().is_relative_to(settings.data.resolve()):
        raise Refused("key-file-in-data", file=str(path))
    return path


def open_keys(settings: Settings, *, may_make: bool = True) -> Keys:
    """Read the key file; make it where there is none and none is needed yet.

    Refused `key-file-missing`, `key-file-open`, `key-file-unreadable`, `key-file-in-data`.
    """
    path = key_path(settings)
    if not path.exists():
        if not may_make:
            raise Refused("key-file-missing", file=str(path))
        make_key_file(path)
    return Keys(read_key_file(path))


def make_key_file(path: Path) -> None:
    """Write a new key with mode 0600. Of two processes that do so at once, one wins, and both use its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(scratch, path)
    finally:
        scratch.unlink()


def read_key_file(path: Path) -> bytes:
    """Return the key. Refused `key-file-open` if others may read it, `key-file-unreadable` if it is none."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_mode & FORBIDDEN or status.st_uid not in {os.geteuid(), 0}:
            raise Refused("key-file-open", file=str(path))
        text = file.read(200)
    with suppress(NotBase64):
        key = b64decode(text.strip(), validate=True)
        if len(key) == KEY_BYTES:
            return key
    raise Refused("key-file-unreadable", file=str(path))
