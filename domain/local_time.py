"""Conversion between local days and UTC moments, and how people read a moment. China keeps one offset all year."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")

MINUTE = 60
DAY_MINUTES = 24 * 60
DAY_SECONDS = DAY_MINUTES * MINUTE

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def local_day(moment: datetime) -> date:
    """Return the local day in which an aware moment falls."""
    return moment.astimezone(LOCAL).date()


def local_text(moment: datetime | str) -> str:
    """Return a moment as people read it, in local time to the minute, with seconds where it has some.

    A text that is a moment with an offset (RFC 3339), as JSON has it, is read; any other text is returned as it is.
    """
    if isinstance(moment, str):
        if _RFC_3339.fullmatch(moment) is None:
            return moment
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:  # looks like a moment and is none
            return str(moment)
    return f"{moment.astimezone(LOCAL):{'%Y-%m-%d %H:%M:%S' if moment.second else '%Y-%m-%d %H:%M'}}"


def whole_minutes(seconds: int) -> int:
    """Return a length in minutes for people: whole minutes that are over, one for anything shorter.

    They are those between the hours that a clock shows: from 17:00 to 17:13:48 it is 13 minutes.
    """
    return max(1, seconds // MINUTE) if seconds > 0 else 0


def at_local(day: date, minute: int = 0) -> datetime:
    """Return the UTC moment `minute` minutes after the local midnight that begins `day` (negative: before it)."""
    return (datetime.combine(day, time(), LOCAL) + timedelta(minutes=minute)).astimezone(UTC)


def seconds_into(day: date, moment: datetime) -> int:
    """Return the whole seconds from the local midnight that begins `day` to a moment, cut to the day and the next.

    Those of the next day are in use by shifts over midnight, which belong to the day on which they begin.
    """
    return max(0, min(2 * DAY_SECONDS, int((moment - at_local(day)).total_seconds())))


def months_later(day: date, months: int) -> date:
    """Return the same day `months` months later, or the last day of that month if it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
