"""Caches aggregates' states between transactions, so that a long stream is not folded for every command."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

State = tuple[Any, int]
"""An aggregate's state, and the number of its stream's events that it includes."""

MOST = 20_000


class StateCache:
    """The most recently used states, by stream. A state stays valid for its version, since streams only grow."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._states: OrderedDict[str, State] = OrderedDict()

    def get(self, stream: str) -> State | None:
        """Return a cached state, perhaps of an older version; None if there is none."""
        return self._states.get(stream)

    def keep(self, states: Mapping[str, State]) -> None:
        """Cache committed states and drop the least recently used ones."""
        kept = self._states
        for stream, state in states.items():
            if state[1]:
                kept[stream] = state
                kept.move_to_end(stream)
        while len(kept) > self._most:
            kept.popitem(last=False)
