"""What decisions read within one transaction: states of streams, counts of claims, and whether something exists."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain import registry
from domain.decider import Decider
from infra.codec import decode
from infra.store.store import EventStore
from infra.store.transaction import Transaction

State = tuple[Any, int]
"""An aggregate's state, and the number of its stream's events that it includes."""

MOST_STATES = 20_000
"""States that are kept between transactions, so that a long stream is not folded for every command."""


class States:
    """States of the streams of one transaction, so that each is read and folded once.

    Streams only grow, so a state kept by an earlier transaction stays valid: only newer events are read.
    """

    def __init__(self, transaction: Transaction, store: EventStore) -> None:
        self._transaction = transaction
        self._kept = store.states
        self._met: dict[str, State] = {}

    def __call__(self, decider: Decider[Any, Any, Any], stream: str) -> State:
        """Return the state of a stream, and how many of its events it includes."""
        met = self._met.get(stream)
        if met is None:
            state, version = self._kept.get(stream) or (decider.initial, 0)
            for name, payload in self._transaction.payloads(stream, version):
                state = decider.evolve(state, decode(name, payload))
                version += 1
            met = self._met[stream] = state, version
        return met

    def held_under(self, prefix: str, day: date) -> int:
        """Return how many keys under a prefix are held on a day or later."""
        return self._transaction.held_under(prefix, day)

    def keys_under(self, prefix: str, day: date) -> tuple[str, ...]:
        """Return what follows the prefix in the keys that are held on a day or later, sorted."""
        return self._transaction.endings_under(prefix, day)

    def unseated(self, member_ids: Sequence[str]) -> tuple[str, ...]:
        """Return who of these never held a seat (`domain.team.claims`), nor was a guest for a day."""
        return tuple(
            each
            for each in member_ids
            if not self._transaction.was_claimed(f"member-seat:{each}")
            and not self._transaction.held_under(f"member-day:{each}:", date.min)
        )

    def exists(self, category: str, identity: str | None, part: str | None) -> bool:
        """Return whether anything is recorded of an aggregate, and its state knows the part; True if none is named."""
        if identity is None:
            return True
        other = registry.BY_CATEGORY[category]
        state, version = self(other, other.stream(identity))
        return version > 0 and (part is None or state.knows(part))

    def of(self, deciders: Sequence[Decider[Any, Any, Any]]) -> dict[str, State]:
        """Return the states of some kinds of aggregates."""
        prefixes = tuple(f"{decider.category}-" for decider in deciders)
        return {stream: state for stream, state in self._met.items() if stream.startswith(prefixes)}

    def know(self, states: dict[str, State]) -> None:
        """Set states that were read or judged elsewhere."""
        self._met.update(states)

    def keep(self, stream: str, state: State) -> None:
        """Set the state after an append."""
        self._met[stream] = state

    def remember(self) -> None:
        """Keep the states for later transactions, and drop the least recently used ones; only after the commit."""
        for stream, state in self._met.items():
            if state[1]:
                self._kept.pop(stream, None)  # another thread may drop it meanwhile, so no step asks that it is there
                self._kept[stream] = state
        while len(self._kept) > MOST_STATES:
            self._kept.popitem(last=False)
