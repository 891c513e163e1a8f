"""When members work on a day: shifts by the working calendar, less breaks and absences; overtime, bookings of guests.

Times are seconds after the local midnight that begins the day; those after the midnight that ends it are beyond 86,400.
An interval is its first second and the one after its last.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from domain.local_time import DAY_MINUTES, DAY_SECONDS, MINUTE, seconds_into
from domain.policy_pack import PolicyPack
from domain.team.commands import Shift
from domain.team.shifts import hours_and_breaks, last_end

Interval = tuple[int, int]


class DayHours(NamedTuple):
    """When a member works on a day, and for how many seconds of overtime after it."""

    works: tuple[Interval, ...]
    overtime: int


NOON = DAY_SECONDS // 2


def day_hours(
    shifts: Sequence[Shift],
    weekdays: Sequence[int],
    tomorrow: Sequence[int],
    absences: Sequence[Interval],
    pack: PolicyPack,
) -> DayHours:
    """Return the hours of a member on a day: the shifts less breaks, rests and absences, and the overtime after them.

    `tomorrow` are the weekdays whose shifts are worked on the next day, where a shift or its overtime may reach there.
    """
    rest = rests(shifts, weekdays, pack)
    works = working_time(shifts, weekdays, (*absences, *rest))
    next_work = on_the_next_day(working_time(shifts, tomorrow, ()))
    return DayHours(works, overtime(works, working_time(shifts, weekdays, rest), (*absences, *next_work), pack))


def reaches_next_day(shifts: Sequence[Shift], pack: PolicyPack) -> bool:
    """Say whether a member may be at work, with overtime, after the midnight that ends a day."""
    return last_end(shifts) + pack.most_overtime_minutes > DAY_MINUTES


def working_time(
    shifts: Sequence[Shift], weekdays: Sequence[int], absences: Sequence[Interval]
) -> tuple[Interval, ...]:
    """Return the intervals in which a member works: the shifts less their breaks and the absences, sorted.

    A shift over midnight belongs to the day on which it begins: its hours after midnight are beyond 86,400 seconds.
    """
    hours, breaks = hours_and_breaks(shifts, weekdays)
    free = joined(list(map(in_seconds, hours)))
    away = [*absences, *map(in_seconds, breaks)]
    for away_from, away_to in away:
        free = [
            part
            for starts, ends in free
            for part in ((starts, min(ends, away_from)), (max(starts, away_to), ends))
            if part[0] < part[1]
        ]
    return tuple(sorted(free))


def in_seconds(minutes: tuple[int, int]) -> Interval:
    """Return minutes as seconds."""
    return minutes[0] * MINUTE, minutes[1] * MINUTE


def joined(intervals: Sequence[Interval]) -> list[Interval]:
    """Return sorted intervals, those that touch as one: a shift until noon and one from noon on are worked as one."""
    whole: list[Interval] = []
    for begins, ends in intervals:
        if whole and whole[-1][1] == begins:
            begins = whole.pop()[0]  # noqa: PLW2901 -- the interval grows to the front
        whole.append((begins, ends))
    return whole


def rests(shifts: Sequence[Shift], weekdays: Sequence[int], pack: PolicyPack) -> tuple[Interval, ...]:
    """Return the rests of shifts that are longer than the pack's longest work and have no break in time, sorted.

    A stretch of work ends with a break, a rest or the shift; travel and waiting are work, and so is overtime. Absences
    do not move a rest: it lies where the shift has it, as a break does.
    """
    stretches = working_time(shifts, weekdays, ())
    over = pack.most_overtime_minutes * MINUTE
    return tuple(
        rest for stretch in stretches for rest in rests_of(*stretch, over if stretch == stretches[-1] else 0, pack)
    )


def rests_of(begins: int, ends: int, over: int, pack: PolicyPack) -> Iterator[Interval]:
    """Yield the rests of a stretch that may be overrun by `over` seconds.

    One rest is at noon, or as near as it can be to the middle where noon is too early or too late. Where one is not
    enough, each is as late as it can be.
    """
    longest, rest = pack.longest_work_minutes * MINUTE, pack.least_rest_minutes * MINUTE
    while ends - begins > longest:
        last = min(begins + longest, ends - 2 * rest)
        first = min(last, max(begins + rest, ends + over - longest - rest))
        wanted = NOON if first <= NOON <= last else (begins + ends - rest) // 2
        starts = max(first, min(last, wanted))
        yield starts, starts + rest
        begins = starts + rest


def after_midnight(shifts: Sequence[Shift], weekdays: Sequence[int]) -> tuple[Interval, ...]:
    """Return the hours after midnight of the shifts of the day before, as seconds of this day.

    They belong to the roster of the day before: this day's roster has no use of the member then.
    """
    hours, _ = hours_and_breaks(shifts, weekdays)
    return tuple((0, ends - DAY_SECONDS) for _, ends in map(in_seconds, hours) if ends > DAY_SECONDS)


def on_the_next_day(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """Return the working intervals of the next day, as seconds of this day: overtime ends where they begin."""
    return tuple((begins + DAY_SECONDS, ends + DAY_SECONDS) for begins, ends in intervals)


def overtime(
    works: Sequence[Interval], shift: Sequence[Interval], absences: Sequence[Interval], pack: PolicyPack
) -> int:
    """Return the seconds that a member may work after the last shift of the day.

    `works` is the time that the absences leave, `shift` the time without them. A member who leaves before the end of
    the shift works none, and an absence after the shift, or the next day's work, ends the overtime where it begins. No
    stretch of work gets longer by overtime than the pack's longest work.
    """
    if not works or works[-1][1] != shift[-1][1]:
        return 0
    ends_at = works[-1][1]
    until_absence = [starts - ends_at for starts, ends in absences if ends > ends_at]
    until_rest = pack.longest_work_minutes * MINUTE - (works[-1][1] - works[-1][0])
    return max(0, min([pack.most_overtime_minutes * MINUTE, until_rest, *until_absence]))


def overtime_under(overtime: int, pack: PolicyPack, other: PolicyPack) -> int:
    """Return the overtime of a member whose day is ruled by another pack.

    An overtime below the pack's most comes from an absence, so the other pack can only shorten it.
    """
    allowed = other.most_overtime_minutes * MINUTE
    return min(overtime, allowed) if overtime < pack.most_overtime_minutes * MINUTE else allowed


def booked_elsewhere(day: date, starts_at: datetime, ends_at: datetime, travel_seconds: int) -> Interval:
    """Return the interval in which a guest is booked by another team: one visit, and the way to it."""
    return seconds_into(day, starts_at) - travel_seconds, seconds_into(day, ends_at)


def all_at_work(works: Mapping[str, Sequence[Interval]], starts: Sequence[tuple[str, int]]) -> bool:
    """Say whether each member works at the second at which that member is to begin."""
    return all(any(first <= start < end for first, end in works.get(member_id, ())) for member_id, start in starts)
