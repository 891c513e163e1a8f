"""Raises the personal claims of what an earlier program recorded: once, in small commits that may be interrupted.

That program compared no numbers, so one number may have several holders. All of them keep it: `twins` lists them,
and nobody else is registered under it.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, NamedTuple, Protocol

from domain.decider import Claim
from domain.event import stored_name
from domain.resident import RESIDENT
from domain.resident.events import ResidentRegistered
from domain.resident.identity import person_claim
from domain.resident.state import identity_keys
from infra.codec import CorruptEvent, decode
from infra.store.claims.personal import CLAIMED, FORGET_PHONES, PROGRESS, START_AGAIN
from infra.store.database import Cursor
from infra.store.recorded import StoredEvent

CHUNK = 500
"""Residents of one commit: others wait for it less than a second."""

PERSONS = ("person:", "person;")
"""Keys of persons: from the first to before the second. ";" follows ":"."""

TWINS = """SELECT key, holder FROM claims WHERE key IN (
        SELECT key FROM claims WHERE key >= ? AND key < ? GROUP BY key HAVING count(*) > 1)
    ORDER BY key, holder"""

FORGET = "DELETE FROM claims WHERE key >= ? AND key < ?"


class Progress(NamedTuple):
    """Events up to `recorded` were there before claims were; up to `claimed` theirs are raised."""

    claimed: int
    recorded: int


class ClaimReads(Protocol):
    """Reads of one moment."""

    @property
    def cursor(self) -> Cursor:
        """The cursor of these reads."""
        ...


class ClaimingTransaction(ClaimReads, Protocol):
    """Reads and claims of one commit."""

    def select(self, first: int, limit: int, *, last: int | None, names: Sequence[str]) -> list[StoredEvent]:
        """Return events in commit order."""
        ...

    def payloads(self, stream: str) -> list[tuple[str, bytes]]:
        """Return the stored names and bytes of a stream."""
        ...

    def claim_with_others(self, stream: str, claim: Claim) -> None:
        """Let a stream hold a key together with those who hold it already."""
        ...


class ClaimStore(Protocol):
    """An event store, as far as claims need it."""

    def writing(self) -> AbstractContextManager[ClaimingTransaction]:
        """Open a transaction."""
        ...

    def reading(self) -> AbstractContextManager[ClaimReads]:
        """Open the reads of one moment."""
        ...


def catch_up(store: ClaimStore) -> None:
    """Raise all claims that are missing. Refused `wrong-key-file`."""
    while True:
        with store.writing() as transaction:
            if _claim_some(transaction):
                return


def _claim_some(transaction: ClaimingTransaction) -> bool:
    """Claim the numbers of some residents; return whether those were the last."""
    progress = Progress(*transaction.cursor.execute(PROGRESS).fetchone())
    if progress.claimed >= progress.recorded:
        return True
    names = (stored_name(ResidentRegistered),)
    registered = transaction.select(progress.claimed + 1, CHUNK, last=progress.recorded, names=names)
    for each in registered:
        with suppress(CorruptEvent):  # no command reads this resident either
            history: list[Any] = [decode(name, payload) for name, payload in transaction.payloads(each.stream)]
            resident = RESIDENT.fold(history)
            assert resident.registered is not None, "a registered resident"
            assert resident.personal is not None, "a registered resident"
            for key in identity_keys(resident.registered, resident.personal):
                transaction.claim_with_others(each.stream, person_claim(key))
    is_last = len(registered) < CHUNK
    transaction.cursor.execute(CLAIMED, (progress.recorded if is_last else registered[-1].position,))
    return is_last


def claim_again(store: ClaimStore) -> None:
    """Raise all personal claims again, under the key file of this process."""
    with store.writing() as transaction:
        transaction.cursor.execute(FORGET, PERSONS)
        transaction.cursor.execute(START_AGAIN)
        for statement in FORGET_PHONES:
            transaction.cursor.execute(statement)
    catch_up(store)


def twins(store: ClaimStore) -> list[tuple[str, ...]]:
    """Return the ids of residents who share a number, sorted; missing claims are raised first."""
    catch_up(store)
    sharing: dict[str, list[str]] = {}
    with store.reading() as view:
        for key, holder in view.cursor.execute(TWINS, PERSONS):
            sharing.setdefault(key, []).append(holder.partition("-")[2])
    return sorted(tuple(sorted(ids)) for ids in sharing.values())
