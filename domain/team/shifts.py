"""Shifts of a weekday: their first and last minutes, also over midnight; which a member works; which cannot be worked.

A shift belongs to the day on which it begins, with its hours after midnight. Minutes count from the local midnight that
begins that day, so 26:00 is two o'clock of the night that follows.
"""

from collections.abc import Sequence

from domain.decider import Refused
from domain.local_time import DAY_MINUTES
from domain.team.commands import Shift

LONGEST_NIGHT = 16 * 60
"""A shift that is written as ending before it begins, like 17:00 to 8:00, ends on the next day if it is no longer than
this; else it is taken for an error [GK]."""

WEEK_MINUTES = 7 * DAY_MINUTES

Minutes = tuple[int, int]


def hours_of(shift: Shift) -> Minutes:
    """Return the minutes at which a shift begins and ends; 22:00 to 6:00 ends at 30:00."""
    return shift.starts, shift.ends + (DAY_MINUTES if shift.ends < shift.starts else 0)


def break_of(shift: Shift) -> Minutes | None:
    """Return the minutes at which the break begins and ends, of a shift over midnight also on the next day."""
    if shift.break_starts is None or shift.break_ends is None:
        return None
    begins = shift.break_starts + (DAY_MINUTES if shift.break_starts < shift.starts else 0)
    return begins, shift.break_ends + (DAY_MINUTES if shift.break_ends < begins else 0)


def shifts_of(shifts: Sequence[Shift], weekdays: Sequence[int]) -> tuple[Shift, ...]:
    """Return the shifts that a member works, by their begin: those of the first of the weekdays on which they have any.

    Several shifts of one weekday are a split shift.
    """
    of_weekdays = ([each for each in shifts if each.weekday == weekday] for weekday in weekdays)
    return tuple(sorted(next((each for each in of_weekdays if each), []), key=lambda each: each.starts))


def hours_and_breaks(shifts: Sequence[Shift], weekdays: Sequence[int]) -> tuple[list[Minutes], list[Minutes]]:
    """Return the hours of the shifts that a member works, by their begin, and the breaks in them."""
    worked = shifts_of(shifts, weekdays)
    return [hours_of(shift) for shift in worked], [rest for shift in worked if (rest := break_of(shift)) is not None]


def last_end(shifts: Sequence[Shift]) -> int:
    """Return the minute at which the last of some shifts ends; 0 without shifts."""
    return max((hours_of(shift)[1] for shift in shifts), default=0)


def check_shifts(shifts: Sequence[Shift]) -> None:
    """Refuse hours that cannot be worked: too long, a break outside of its shift, two shifts at the same time.

    The night of a weekday may not reach into a shift of the next, nor that of Sunday into Monday.
    """
    for shift in shifts:
        check_shift(shift)
    week = sorted(shifts, key=begin_in_the_week)
    for shift, after in zip(week, [*week[1:], *week[:1]], strict=True):
        starts, ends = hours_of(shift)
        until_next = (begin_in_the_week(after) - begin_in_the_week(shift)) % WEEK_MINUTES
        if ends - starts > (until_next or (WEEK_MINUTES if len(week) == 1 else 0)):
            raise Refused("shifts-overlap", weekday=shift.weekday, starts=shift.starts, ends=shift.ends)


def begin_in_the_week(shift: Shift) -> int:
    """Return the minute of the week at which a shift begins."""
    return shift.weekday * DAY_MINUTES + shift.starts


def check_shift(shift: Shift) -> None:
    """Refuse a shift that does not begin on its day, lasts more than a day, or has its break outside."""
    starts, ends = hours_of(shift)
    longest = DAY_MINUTES if shift.ends > shift.starts else LONGEST_NIGHT
    in_the_day = shift.weekday in range(7) and 0 <= starts < DAY_MINUTES and shift.ends >= 0
    if not in_the_day or not 0 < ends - starts <= longest:
        raise Refused("shift-not-in-the-day", weekday=shift.weekday, starts=shift.starts, ends=shift.ends)
    if (shift.break_starts is None) != (shift.break_ends is None):
        raise Refused("break-half-given", weekday=shift.weekday)
    rest = break_of(shift)
    if rest is not None and not starts <= rest[0] < rest[1] <= ends:
        raise Refused("break-outside-shift", weekday=shift.weekday)
