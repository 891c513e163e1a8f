"""What the rest of a day will be, from what has happened: when visits under way end, and when the others begin.

Times are seconds after the local midnight of the day. Lengths are those that visits really took, from the moments of
entering and leaving.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from domain.event import value
from domain.local_time import MINUTE, whole_minutes
from domain.planning.neighbourhoods import Matrix
from domain.planning.working_time import Interval
from domain.policy_pack import PolicyPack
from domain.visit.commands import Sync

PartKey = tuple[str, int]
"""A visit and the number of the need that a member meets."""

Lengths = Sequence[Sequence[int]]
"""Recorded lengths in seconds: first those of the same purpose and member, then those of the purpose."""


@value
class DayPart:
    """One member's part of a visit: as published, and as it has happened so far.

    `place` is the number of the home, `seconds` the length to be expected. A part that has begun has `entered` and
    `ends`: when the member left, or will leave by the forecast.
    """

    visit_id: str
    service: int
    member_id: str
    place: int
    starts: int
    seconds: int
    entered: int | None = None
    ends: int | None = None


@value
class DayMember:
    """When a member works, with the overtime behind it, where the day begins, and the ways from place to place."""

    works: tuple[Interval, ...]
    overtime: int = 0
    start_place: int
    ways: Matrix


def end_of_part(entered: int, now: int, planned: int, lengths: Lengths, pack: PolicyPack) -> int:
    """Return when a part under way will end: as planned, or if it lasts longer after the median rest of such parts.

    The rest is that of recorded parts which lasted longer than this one has by now: by purpose and member, else by
    purpose; with too few of both it is the pack's minutes. Never before now.
    """
    spent = now - entered
    if spent <= planned:
        return entered + planned
    longer = [[each for each in group if each > spent] for group in lengths]
    rest = next((int(median(group)) - spent for group in longer if len(group) >= pack.least_lengths), None)
    return now + (pack.overrun_minutes * MINUTE if rest is None else rest)


def begins_of_stay(parts: Sequence[DayPart], since: int) -> list[int]:
    """Return when each part under way of one member's stay is taken to begin: one after the other, in this order.

    `since` is when the member last left somebody, in the same home or before.
    """
    begins: list[int] = []
    free = since
    for part in parts:
        assert part.entered is not None
        begins.append(max(part.entered, free))
        free = begins[-1] + part.seconds
    return begins


def ends_of_stay(
    parts: Sequence[DayPart], begins: Sequence[int], now: int, lengths: Lengths, pack: PolicyPack
) -> list[int]:
    """Return when the parts under way of one member's stay will end: what remains of each of them is added up.

    The `lengths` are those of the last part, which alone lasts longer than planned: the member is there until then.
    """
    *before, (last, began) = zip(parts, begins, strict=True)
    ends = [max(now, begin + part.seconds) for part, begin in before]
    return [*ends, end_of_part(began, now, last.seconds, lengths, pack)]


def lengths_that_count(pack: PolicyPack) -> int:
    """Return how many of the newest recorded lengths count."""
    return pack.newest_lengths


def usual_length(planned: int, lengths: Lengths, pack: PolicyPack) -> int:
    """Return how long a part to come will last: the median of such parts, as planned if too few are recorded."""
    return next((int(median(group)) for group in lengths if len(group) >= pack.least_lengths), planned)


@dataclass
class _Whereabouts:
    """Where each member is free, and from when on."""

    members: Mapping[str, DayMember]
    now: int
    as_planned: bool
    free: dict[str, tuple[int, int]] = field(default_factory=dict)
    recorded: set[str] = field(default_factory=set)

    def earliest(self, part: DayPart) -> int:
        """Return when a part can begin: not before it is published, not before now, after the way."""
        is_recorded = bool({part.member_id, part.visit_id} & self.recorded)
        if self.as_planned and part.starts <= self.now and not is_recorded:
            return part.starts
        member = self.members.get(part.member_id)
        if member is None:
            return max(part.starts, self.now)
        begins = member.works[0][0] if member.works else 0
        since, place = self.free.get(part.member_id, (begins, member.start_place))
        return self.at_work(part, max(part.starts, self.now, since + member.ways[place][part.place]))

    def at_work(self, part: DayPart, start: int) -> int:
        """Return the first start from then on at which the whole part lies in working time; as it is if none does."""
        member = self.members.get(part.member_id)
        if member is None or not member.works:
            return start
        *before, (begins, ends) = member.works
        for opens, closes in (*before, (begins, ends + member.overtime)):
            if max(start, opens) + part.seconds <= closes:
                return max(start, opens)
        return start


def forecast(
    parts: Sequence[DayPart],
    members: Mapping[str, DayMember],
    together: Mapping[str, tuple[Sync, int]],
    now: int,
    *,
    as_planned: bool = True,
) -> dict[PartKey, Interval]:
    """Return the begin and end of each part, as it happened or will happen, each member in the published order.

    What a member has not begun is still to come, if anything of their day is recorded. Of a member of whose day nothing
    is recorded, `as_planned` takes the published times up to now as what happened. `together` says of visits by several
    members how they come, and the least seconds from the first start to the next. Where an old record has one member
    in two homes at once, the homes are one after the other.
    """
    times: dict[PartKey, Interval] = {}
    where = _Whereabouts(members, now, as_planned)
    for part in sorted((each for each in parts if each.entered is not None), key=by_entering):
        assert part.entered is not None
        since, _ = where.free.get(part.member_id, (0, 0))
        start = max(part.entered, since)
        end = max(part.entered if part.ends is None else part.ends, start + 1)
        times[part.visit_id, part.service] = start, end
        where.free[part.member_id] = end, part.place
        where.recorded |= {part.member_id, part.visit_id}
    for group in groups_to_come(parts, together):
        start = start_of(group, where, together, times)
        for part in group:
            times[part.visit_id, part.service] = start, start + part.seconds
            where.free[part.member_id] = start + part.seconds, part.place
    return times


def by_entering(part: DayPart) -> tuple[int, int, str, int]:
    """Sort by when somebody entered, and what was begun at once by the published starts."""
    return part.entered or 0, part.starts, part.visit_id, part.service


def groups_to_come(parts: Sequence[DayPart], together: Mapping[str, tuple[Sync, int]]) -> list[list[DayPart]]:
    """Return the parts that have not begun by their published start; those that begin together are one group."""
    groups: dict[tuple[int, str, int], list[DayPart]] = {}
    begun = {part.visit_id for part in parts if part.entered is not None}
    for part in parts:
        if part.entered is not None:
            continue
        sync, _ = together.get(part.visit_id, ("single", 0))
        is_one = sync == "simultaneous" and part.visit_id not in begun
        groups.setdefault((part.starts, part.visit_id, 0 if is_one else part.service), []).append(part)
    return [groups[key] for key in sorted(groups)]


def start_of(
    group: Sequence[DayPart],
    where: _Whereabouts,
    together: Mapping[str, tuple[Sync, int]],
    times: Mapping[PartKey, Interval],
) -> int:
    """Return when the parts of a group begin: when all of them can, and after the gap from the part before them."""
    start = max(where.earliest(part) for part in group)
    first = group[0]
    sync, gap = together.get(first.visit_id, ("single", 0))
    before = times.get((first.visit_id, first.service - 1))
    if sync == "sequential" and before is not None:
        start = max(start, before[0] + gap)
    for _ in group:
        start = max(where.at_work(part, start) for part in group)
    return start


def minutes_late(start: int, planned: int | None, closes: int) -> int:
    """Return by how many minutes a start is late: behind the planned one, or behind the end of the window."""
    return whole_minutes(seconds_late(start, planned, closes))


def seconds_late(start: int, planned: int | None, closes: int) -> int:
    """Return by how many seconds a start is late: behind the planned one, or behind the end of the window."""
    return max(0, start - closes, 0 if planned is None else start - planned)


def is_late(start: int, planned: int | None, closes: int, pack: PolicyPack) -> bool:
    """Say whether a visit is late: behind its window, or by the pack's minutes behind its planned start."""
    return start > closes or seconds_late(start, planned, closes) >= pack.late_minutes * MINUTE


def planned_starts(
    revisions: Sequence[tuple[int, Mapping[str, int]]], begun: Mapping[str, int], pack: PolicyPack
) -> dict[str, int]:
    """Return the planned start of each visit: the last that was published while the one before was far enough ahead.

    `revisions` are the second of publication and the starts of each. A revision that moves a visit which was to begin
    within the pack's minutes of the freeze, or should have begun, makes it late: it is no new plan. Nor is one that
    shows a visit where it has `begun`.
    """
    planned: dict[str, int] = {}
    for published, starts in revisions:
        for visit_id, start in starts.items():
            if published >= begun.get(visit_id, published + 1):
                continue
            if visit_id not in planned or planned[visit_id] > published + pack.freeze_minutes * MINUTE:
                planned[visit_id] = start
    return planned
