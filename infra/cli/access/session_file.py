"""The file in which the command line keeps a session: one for each store, of mode 0600, in the configuration folder.

JIAYI_TOKEN_FILE names the file with the token of a service account. Anybody who can read it can act as the account.
"""

import os
import stat
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from domain.decider import Refused
from infra.settings import Settings, configuration_folder


class KeptSession(msgspec.Struct, frozen=True):
    """An account, and the token of its session."""

    account_id: str
    token: str


def session_path(settings: Settings) -> Path:
    """Return the file of a store's session: the setting's, else one named by the digest of where the store is."""
    return settings.token_file or configuration_folder() / "sessions" / f"{_digest_of_store(settings)}.json"


def _digest_of_store(settings: Settings) -> str:
    if settings.distributed:
        address = urlsplit(settings.database_url or "")  # without user and password
        place = f"{address.hostname}:{address.port}{address.path}"
    else:
        place = str(settings.data.resolve())
    return sha256(place.encode()).hexdigest()[:32]


def kept_session(settings: Settings) -> KeptSession | None:
    """Return the session that is kept for a store, None if there is none.

    Refused `session-file-open` if others may read it, `session-file-unreadable` if it is none.
    """
    path = session_path(settings)
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
                raise Refused("session-file-open", file=str(path))
            return msgspec.json.decode(file.read(), type=KeptSession)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError:
        raise Refused("session-file-unreadable", file=str(path)) from None


def account_kept(settings: Settings) -> str | None:
    """Return the account of the session that is kept for a store: the actor of what is given in it."""
    kept = kept_session(settings)
    return None if kept is None else kept.account_id


def keep_session(path: Path, kept: KeptSession) -> None:
    """Write a session into a file that nobody else can read, in place of the one before."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(kept))
    scratch.replace(path)


def forget_session(settings: Settings) -> None:
    """Remove the file of a store's session; none is as good."""
    session_path(settings).unlink(missing_ok=True)
