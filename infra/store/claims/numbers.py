"""Looks residents up by a number that they have: an identity paper's, or a phone's. The store keeps keyed digests.

Papers are claims already. Phones are no claims, several residents may share one, so their digests have rows of their
own. A search brings them up to the log first, in small commits: no command waits for them, and a store of an earlier
release gets them at its first search.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, get_args

from domain.event import stored_name
from domain.resident.commands import Paper, Personal
from domain.resident.events import PersonalDetailsCorrected, ResidentRegistered
from domain.resident.identity import paper_key
from infra.codec import CorruptEvent
from infra.store.claims import earlier
from infra.store.claims.earlier import ClaimingTransaction, ClaimReads
from infra.store.claims.personal import KEY_FILE, PersonalKeys
from infra.store.recorded import StoredEvent

CHUNK = 500
"""Residents of one commit: others wait for it less than a second."""

SHORTEST_PHONE = 7
"""Digits of a phone without its area."""

REACHED = "SELECT position FROM personal_phones_reached"

REACH = "UPDATE personal_phones_reached SET position = ? WHERE position = ?"

HOLDERS = "SELECT holder FROM claims WHERE key = ?"

WITH_PHONE = "SELECT resident_id FROM personal_phones WHERE digest = ? ORDER BY resident_id"

NAMES = (stored_name(ResidentRegistered), stored_name(PersonalDetailsCorrected))


class NumberStore(Protocol):
    """An event store, as far as searches by number need it."""

    personal_keys: PersonalKeys

    def writing(self) -> AbstractContextManager[ClaimingTransaction]:
        """Open a transaction."""
        ...

    def reading(self) -> AbstractContextManager[ClaimReads]:
        """Open the reads of one moment."""
        ...

    def last_position(self) -> int:
        """Return the id of the newest event."""
        ...

    def select_notifications(
        self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = ()
    ) -> list[StoredEvent]:
        """Return events in commit order."""
        ...


def residents_with_paper(store: NumberStore, number: str) -> list[str]:
    """Return the residents who are registered under a number, of whichever paper. Refused `wrong-key-file`."""
    earlier.catch_up(store)
    papers: tuple[Paper, ...] = get_args(Paper)
    holders: set[str] = set()
    with store.reading() as view:
        _check_key_file(store, view)
        for paper in papers:
            key = store.personal_keys.conceal(paper_key(paper, number))
            holders |= {str(holder) for (holder,) in view.cursor.execute(HOLDERS, (key,))}
    return sorted(each.partition("-")[2] for each in holders)


def residents_with_phone(store: NumberStore, phone: str) -> list[str]:
    """Return the residents whose own phone, or whose family's, this is. Refused `wrong-key-file`."""
    digits = phone_digits(phone)
    if len(digits) < SHORTEST_PHONE:
        return []
    catch_up_phones(store)
    with store.reading() as view:
        return [str(each) for (each,) in view.cursor.execute(WITH_PHONE, (_digest(store, digits),))]


def catch_up_phones(store: NumberStore) -> None:
    """Bring the digests of phones up to the end of the log. Refused `wrong-key-file`."""
    last = store.last_position()
    while True:
        with store.reading() as view:
            _check_key_file(store, view)
            (reached,) = view.cursor.execute(REACHED).fetchone()
        if reached >= last:
            return
        events = store.select_notifications(reached + 1, CHUNK, last, NAMES)
        end = events[-1].position if len(events) == CHUNK else last
        digests = _newest_digests(store, events)
        with store.writing() as transaction:
            cursor = transaction.cursor
            if cursor.execute(REACHED).fetchone()[0] != reached:
                continue  # another process was faster
            for resident_id, of_resident in digests.items():
                cursor.execute("DELETE FROM personal_phones WHERE resident_id = ?", (resident_id,))
                for digest in sorted(of_resident):
                    cursor.execute("INSERT INTO personal_phones VALUES (?, ?)", (resident_id, digest))
            cursor.execute(REACH, (end, reached))


def phone_digits(text: str) -> str:
    """Return the digits of a phone as they are compared: without blanks, signs and the code of the country."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    for prefix in ("0086", "86"):
        if len(digits) - len(prefix) in {10, 11, 12} and digits.startswith(prefix):
            rest = digits.removeprefix(prefix)
            return rest if rest.startswith(("0", "1")) else f"0{rest}"
    return digits


def _newest_digests(store: NumberStore, events: Iterable[StoredEvent]) -> dict[str, set[str]]:
    digests: dict[str, set[str]] = {}
    for each in events:
        try:
            event: Any = each.event
        except CorruptEvent:  # no question shows this resident either
            continue
        personal: Personal = event.personal
        phones = (phone_digits(phone) for phone in (personal.phone, personal.family_phone) if phone)
        digests[event.resident_id] = {_digest(store, digits) for digits in phones if len(digits) >= SHORTEST_PHONE}
    return digests


def _digest(store: NumberStore, digits: str) -> str:
    return store.personal_keys.conceal(f"phone:{digits}").partition(":")[2]


def _check_key_file(store: NumberStore, view: ClaimReads) -> None:
    known, _ = view.cursor.execute(KEY_FILE).fetchone()
    store.personal_keys.check(known)
