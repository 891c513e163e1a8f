"""System health as values: lag in events and seconds, timers, days to plan, dead letters and problems."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import inf

from domain.decider import Scalar
from domain.event import value
from infra.store.store_time import Lives


@value
class LagDetails:
    """The lag in events, since when the oldest is recorded, and how many there are of each kind.

    `age` is in seconds; None where nothing is behind, or where so much is that the oldest was not read.
    """

    lag: int = 0
    at_least: bool = False
    since: datetime | None = None
    age: float | None = None
    categories: Mapping[str, int]

    def waited(self) -> float:
        """Return for how many seconds the oldest event has waited: 0 without lag, infinite if unknown."""
        return (inf if self.age is None else self.age) if self.lag else 0.0


@value
class ProgressMark:
    """The watermark of a projection, or of the reactions, in one partition, None: in the whole log."""

    projection: str
    partition: int | None
    watermark: int
    end: int
    behind: LagDetails


@value
class RelayHealth:
    """The relay's position in the store, and whether any relay leads."""

    position: int
    last: int
    leader: bool
    behind: LagDetails

    def stays(self, later: "RelayHealth", older_than: float) -> bool:
        """Tell whether an event had waited for so long, and later it still does."""
        return self.behind.waited() > older_than and later.position == self.position


@value
class TimerHealth:
    """Timers that are due and were not fired, since when, and those that a rule refused, by the rule.

    `leader`: a process fires them; None where no process of its own does.
    """

    due: int
    since: datetime | None
    age: float | None
    refused: Mapping[str, int]
    leader: bool | None


@value
class PlanningHealth:
    """Team-days that were touched and not planned since; since when the oldest could be, and how long that is."""

    undone: int
    since: datetime | None = None
    longest_wait: float | None = None


@value
class DeadLetterCounts:
    """Events that a projection, or the reactions, could not take, and those that wait behind them."""

    projection: str
    poison: int
    parked: int


@value
class LoneVisit:
    """A visit that nobody has left long after they should have: who is there, since when, since when it is alarming."""

    visit_id: str
    team_id: str
    day: date
    member_ids: tuple[str, ...]
    entered_at: datetime
    alarm_at: datetime


PART_OF = {"relay-does-not-move": "relay", "timers-do-not-fire": "timers", "days-are-not-planned": "planner"}
"""Problems whose sentence names no part, as only one can have them."""


@dataclass(frozen=True, slots=True)
class HealthProblem:
    """A problem: a sentence's key and its values."""

    rule: str
    values: Mapping[str, Scalar]

    @property
    def part(self) -> str | None:
        """Return the part that can be at fault; None if it is something between them, or beyond."""
        part = self.values.get("part")
        return PART_OF.get(self.rule) if part is None else str(part)


@value
class Status:
    """The system's health at `now`; with a `moved` clock all parts' time stands there, and days may not be planned.

    `relay` is None in the embedded system, where nothing travels. `alarms` are about people: the system is fine with
    them. `lives` says what time the store lives in.
    """

    idle: bool
    now: datetime
    moved: bool
    plans: bool
    last: int
    relay: RelayHealth | None
    rows: Sequence[ProgressMark]
    reactions: Sequence[ProgressMark]
    timers: TimerHealth
    team_days: PlanningHealth
    dead_letters: Sequence[DeadLetterCounts] = ()
    troubles: Sequence[HealthProblem] = ()
    alarms: Sequence[LoneVisit] = ()
    lives: Lives = "simulated"

    def longest_wait(self) -> float:
        """Return for how many seconds the oldest work has waited; infinite if that is unknown."""
        behind = [mark.behind for mark in (*self.rows, *self.reactions)]
        if self.relay is not None:
            behind.append(self.relay.behind)
        return max([*(each.waited() for each in behind), self.timers.age or 0.0, self.team_days.longest_wait or 0.0])

    def fine(self, older_than: float, part: str | None = None) -> bool:
        """Tell whether nothing is wrong and nothing has waited for longer than so many seconds.

        Of one part, whether it is there and moves: a restart mends neither a long backlog nor a missing Kafka.
        """
        if part is not None:
            return all(each.part != part for each in self.troubles)
        return not self.troubles and self.longest_wait() <= older_than

    def also(self, troubles: Sequence[HealthProblem]) -> "Status":
        """Return the same with more problems."""
        return replace(self, troubles=(*self.troubles, *troubles))


def stalled_parts(before: Status, after: Status, older_than: float) -> Iterator[HealthProblem]:
    """Yield the parts whose work had waited for so many seconds at the first look and still does at the second."""
    if before.relay and after.relay and before.relay.stays(after.relay, older_than):
        yield HealthProblem("relay-does-not-move", {"position": before.relay.position})
    for part, one, other in (("projector", before.rows, after.rows), ("reactor", before.reactions, after.reactions)):
        still = stalled_partitions(one, other, older_than)
        if still:
            yield HealthProblem("partitions-do-not-move", {"part": part, "partitions": ", ".join(map(str, still))})
    if (before.timers.age or 0) > older_than and after.timers.since == before.timers.since:
        yield HealthProblem("timers-do-not-fire", {"count": after.timers.due})
    days = before.team_days
    if before.plans and (days.longest_wait or 0) > older_than and after.team_days.since == days.since:
        yield HealthProblem("days-are-not-planned", {"count": after.team_days.undone})


def stalled_partitions(before: Sequence[ProgressMark], after: Sequence[ProgressMark], older_than: float) -> list[int]:
    """Return the partitions with such a lag whose watermark has not moved."""
    now_at = {(mark.projection, mark.partition): mark.watermark for mark in after}
    return sorted(
        {
            mark.partition
            for mark in before
            if mark.partition is not None
            and mark.behind.waited() > older_than
            and now_at.get((mark.projection, mark.partition)) == mark.watermark
        }
    )
