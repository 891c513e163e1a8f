"""Consumer lag: the events of a partition past a watermark, counted from the log.

Positions are of the whole log and watermarks of one partition, so their difference says nothing: a partition with few
events never comes near the newest position. Hence the events in between are counted.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from streams.topics import partition_of


@dataclass(frozen=True, slots=True)
class Lag:
    """Events past a watermark: how many, the position of the oldest, and how many of each category of streams.

    `at_least`: there are more, beyond those that were read; then the oldest may be unknown, 0.
    """

    events: int = 0
    oldest: int = 0
    categories: Mapping[str, int] = field(default_factory=dict)
    at_least: bool = False


NO_LAG = Lag()


@dataclass(slots=True)
class _Lane:
    """One partition's events."""

    positions: list[int] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)


class Backlog:
    """A run of the log, of positions and streams in order, by partition. `upto`: it ends there, and the log does not.

    A backlog that is not cut off holds every event past the lowest watermark.
    """

    def __init__(self, events: Iterable[tuple[int, str]], partitions: int, upto: int | None = None) -> None:
        self._upto = upto
        self._known: dict[tuple[int, int, int], Lag] = {}
        self._lanes: dict[int, _Lane] = {}
        for position, stream in events:
            lane = self._lanes.setdefault(partition_of(stream, partitions), _Lane())
            lane.positions.append(position)
            lane.categories.append(category_of(stream))

    def lag(self, partition: int, watermark: int, end: int) -> Lag:
        """Return the lag at a watermark of a partition with this end."""
        if watermark >= end:
            return NO_LAG
        key = partition, watermark, end
        if key not in self._known:  # most projections have the same watermark
            self._known[key] = self._counted(*key)
        return self._known[key]

    def _counted(self, partition: int, watermark: int, end: int) -> Lag:
        lane = self._lanes.get(partition, _Lane())
        begins, ends = (bisect_right(lane.positions, position) for position in (watermark, end))
        cut = self._upto is not None and end > self._upto
        return Lag(
            events=ends - begins + cut,  # the end itself is an event beyond what was read
            oldest=lane.positions[begins] if begins < ends else 0,
            categories=dict(Counter(lane.categories[begins:ends]).most_common()),
            at_least=cut,
        )


def category_of(stream: str) -> str:
    """Return the kind of aggregate that a stream is of: `care_plan` of `care_plan-r1`."""
    return stream.partition("-")[0]
