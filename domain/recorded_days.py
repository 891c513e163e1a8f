"""Days on which something was done that is recorded now: not to come, and not longer ago than anybody remembers."""

from datetime import date, datetime, timedelta

from domain.decider import Refused
from domain.local_time import local_day, months_later
from domain.policy_pack import PolicyPack


def check_recorded_day(day: date, now: datetime, pack: PolicyPack) -> None:
    """Refuse a day that is still to come, or longer ago than the pack's days of late recording."""
    check_not_before(day, local_day(now) - timedelta(days=pack.late_record_days), now)


def check_recorded_years(day: date, now: datetime, years: int) -> None:
    """Refuse a day that is still to come, or more years ago than something of this kind can be."""
    check_not_before(day, months_later(local_day(now), -12 * years), now)


def check_not_before(day: date, first: date, now: datetime) -> None:
    """Refuse a day that is still to come, or before the first one that is possible."""
    if day > local_day(now):
        raise Refused("day-in-the-future", day=day)
    if day < first:
        raise Refused("day-too-long-ago", day=day, first=first)
