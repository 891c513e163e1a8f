"""States of aggregates kept in memory between transactions, so that a long stream is not folded again and again."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

State = tuple[Any, int]
"""An aggregate's state and how many events of its stream it has seen."""

MOST = 20_000


class StateCache:
    """The states used last, by stream. Each is true for its version for ever, since streams only grow."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._states: OrderedDict[str, State] = OrderedDict()

    def get(self, stream: str) -> State | None:
        """Return a state seen earlier, perhaps at an older version."""
        return self._states.get(stream)

    def keep(self, states: Mapping[str, State]) -> None:
        """Remember committed states; the ones not used for longest are forgotten."""
        kept = self._states
        for stream, state in states.items():
            if state[1]:
                kept[stream] = state
                kept.move_to_end(stream)
        while len(kept) > self._most:
            kept.popitem(last=False)
