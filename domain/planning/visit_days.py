"""On which day a visit may be made: which visits may wait, which days of a week they have, and when none is left.

Days of a week are numbers from 0, Monday, to 6.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from domain.event import value
from domain.local_time import LOCAL, local_day
from domain.policy_pack import PolicyPack
from domain.team_week import CHOSEN, DAYS, VisitDay


@value
class WeekVisit:
    """What the choice of a visit's day depends on.

    `planned_on` is the day of the roster that holds it, None as long as none does. An `owed` visit is a care task.
    """

    window_from: date
    window_to: date
    planned_on: date | None = None
    attempt: int = 1
    owed: bool = False


@value
class OpenDays:
    """The days of a week on which a visit may be made, sorted; `put_off` says whether the next week will do too."""

    days: tuple[int, ...]
    put_off: bool = False

    def __bool__(self) -> bool:
        """A visit without any open day is no matter of the week."""
        return bool(self.days) or self.put_off


def slack_days(window_to: date, worked: Sequence[date]) -> int:
    """Return on how many later days of its window a visit can still be made.

    `worked` are the later days on which the team works, sorted.
    """
    return bisect_right(worked, window_to)


def may_wait(visit: WeekVisit, pack: PolicyPack) -> bool:
    """Say whether a visit may be given a later day than its first: a care task, or a wide window.

    A visit with a shorter window is a call. A visit that was missed, and is tried again, does not wait.
    """
    if visit.attempt > 1:
        return False
    return visit.owed or (visit.window_to - visit.window_from).days + 1 >= pack.may_wait_days


def is_made_sooner(visit: WeekVisit, known: VisitDay | None, day: date, sooner: Sequence[date]) -> bool:
    """Say whether a visit will be made before a day that is planned ahead.

    `sooner` are the earlier days that still take visits, `known` is the visit's newest planned day, in the day's week
    or an earlier one. A visit that is put off, or meant for the day or a later one, is not made sooner; any other takes
    the first such day of its window.
    """
    if visit.planned_on is not None:
        return False
    if known is not None and (known.day is None or known.day >= day):
        return False
    return any(visit.window_from <= each <= visit.window_to for each in sooner)


def takes_visits(day: date, now: datetime, pack: PolicyPack) -> bool:
    """Say whether a day that has no roster yet will still get one with the visits that are waiting now."""
    local = now.astimezone(LOCAL)
    return day > local.date() or (day == local.date() and local.hour * 60 + local.minute < pack.new_visits_until)


def is_in_sight(day: date, now: datetime, pack: PolicyPack) -> bool:
    """Say whether a day is planned with all that will be due by then."""
    return day <= local_day(now) + timedelta(days=pack.look_ahead_days)


def first_open_day(monday: date, now: datetime, pack: PolicyPack) -> int:
    """Return the first day of the week that takes new visits: today in the morning, else tomorrow; 7 if none does."""
    local = now.astimezone(LOCAL)
    is_late = local.hour * 60 + local.minute >= pack.new_visits_until
    return max(0, min(DAYS, (local_day(now) + timedelta(days=is_late) - monday).days))


def open_days(
    visit: WeekVisit, known: VisitDay | None, monday: date, first: int, worked: Collection[int], pack: PolicyPack
) -> OpenDays:
    """Return the days of the week that begins on `monday` on which a visit may be made.

    `known` is the visit's day by an earlier plan of the week, `first` the first day that takes new visits, `worked`
    the days on which anybody works, those of later weeks counted on from 7. In this order: a visit in a roster keeps
    its day; a chosen day is the only one while it lasts; days off are left out, unless the window has no other and ends
    this week; a call, and a visit whose planned day has passed, takes the next day; any other visit has all days, and
    may be put off if its window leaves enough working days behind the week.
    """
    if visit.planned_on is not None:
        return OpenDays(days=((visit.planned_on - monday).days,))
    opens, closes = (visit.window_from - monday).days, (visit.window_to - monday).days
    days = list(range(max(first, opens), min(DAYS, closes + 1)))
    planned = None if known is None or known.day is None else (known.day - monday).days
    if known is not None and known.because == CHOSEN and planned in days:
        return OpenDays(days=(planned,))
    days = [day for day in days if day in worked] or ([] if closes >= DAYS else days)
    if not may_wait(visit, pack) or (planned is not None and planned < first):
        return OpenDays(days=tuple(days[:1]))
    return OpenDays(days=tuple(days), put_off=sum(DAYS <= day <= closes for day in worked) >= pack.put_off_days)


def days_to_carry_to(day: date, pack: PolicyPack) -> Iterator[date]:
    """Yield the later days on which a visit without a place may be planned, if anybody works then; earliest first."""
    for ahead in range(1, pack.carry_over_days + 1):
        yield day + timedelta(days=ahead)


def reserve_percent(pack: PolicyPack) -> int:
    """Return the percent of everybody's hours of a week that visits which may wait leave free."""
    return pack.week_reserve_percent
