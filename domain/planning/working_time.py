"""When members work on a day: shifts by the working calendar, less breaks and absences; overtime, bookings of guests.

Times are seconds after the local midnight that begins the day. An interval is its first second and the one after its
last.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from domain.local_time import MINUTE, seconds_into
from domain.policy_pack import PolicyPack
from domain.team.commands import Shift
from domain.team.working_days import shift_of

Interval = tuple[int, int]


def working_time(
    shifts: Sequence[Shift], weekdays: Sequence[int], absences: Sequence[Interval]
) -> tuple[Interval, ...]:
    """Return the intervals in which a member works: the shift less its break and the absences, sorted."""
    shift = shift_of(shifts, weekdays)
    if shift is None:
        return ()
    free = [(shift.starts * MINUTE, shift.ends * MINUTE)]
    away = list(absences)
    if shift.break_starts is not None and shift.break_ends is not None:
        away.append((shift.break_starts * MINUTE, shift.break_ends * MINUTE))
    for away_from, away_to in away:
        free = [
            part
            for starts, ends in free
            for part in ((starts, min(ends, away_from)), (max(starts, away_to), ends))
            if part[0] < part[1]
        ]
    return tuple(sorted(free))


def overtime(
    works: Sequence[Interval], shift: Sequence[Interval], absences: Sequence[Interval], pack: PolicyPack
) -> int:
    """Return the seconds that a member may work after the shift.

    `works` is the time that the absences leave, `shift` the time without them. A member who leaves before the end of
    the shift works none, and an absence after the shift ends the overtime where it begins.
    """
    if not works or works[-1][1] != shift[-1][1]:
        return 0
    ends_at = works[-1][1]
    until_absence = [starts - ends_at for starts, ends in absences if ends > ends_at]
    return max(0, min([pack.most_overtime_minutes * MINUTE, *until_absence]))


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
