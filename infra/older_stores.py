"""Claims that a store of an older release lacks: they are written once, before this release writes anything.

An end of care finds what is open for a resident by its claims, and a contract that names nobody gets the member with
the fewest. Older releases raised no such claims, and what they left open would have none until its next event.
"""

from collections.abc import Iterator
from typing import Any

from domain.decider import Claim
from domain.registry import BY_CATEGORY
from infra.codec import CorruptEvent
from infra.store.recorded import StoredEvent
from infra.store.store import EventStore

COUNTED = {
    "visit": "open_visits:",
    "family_bed": "open_beds:",
    "referral": "open_referrals:",
    "contract": "named_contracts:",
}
"""The categories whose streams raise such claims, and how the keys of these begin."""

PAGE = 5_000
"""Events that are read at a time."""


def claim_what_is_open(store: EventStore) -> int:
    """Write the claims that a store of an older release lacks, and return how many; 0 for every other store."""
    if not store.is_of_an_older_release():
        return 0
    claims = [claim for category in COUNTED for claim in missing_claims(store, category)]
    store.adopt(claims)
    return len(claims)


def missing_claims(store: EventStore, category: str) -> Iterator[tuple[str, Claim]]:
    """Yield the claims of a category's streams as they are after their newest events, each with its stream."""
    decider, begins = BY_CATEGORY[category], COUNTED[category]
    states: dict[str, Any] = {}
    newest: dict[str, tuple[str, Claim]] = {}
    corrupt: set[str] = set()
    for recorded in events_of(store, category):
        if recorded.stream in corrupt:
            continue
        try:
            event: Any = recorded.event
        except CorruptEvent:  # the rest of its stream is not read either
            corrupt.add(recorded.stream)
            continue
        state = decider.evolve(states.get(recorded.stream, decider.initial), event)
        states[recorded.stream] = state
        for claim in decider.claims(state, event):
            if claim.key.startswith(begins):
                newest[claim.key] = recorded.stream, claim
    yield from (each for each in newest.values() if each[1].until >= each[1].since)


def events_of(store: EventStore, category: str) -> Iterator[StoredEvent]:
    """Yield the events of a category in commit order."""
    position = 0
    while page := store.after(position, PAGE, category=category):
        yield from page
        position = page[-1].position
