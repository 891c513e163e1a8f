"""Moments and days as people write them; a moment without an offset is local."""

import re
from datetime import UTC, date, datetime, timedelta

from domain.local_time import LOCAL, at_local
from infra.edges.problems import UsageError

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

YEARS = range(1900, 2200)
"""The years in which a day may lie; others are typing errors."""


def moment(text: str, field: str, *, end_of_day: bool = False) -> datetime:
    """Return the UTC moment of an RFC 3339 or local date and time; UsageError `bad-moment` names the field.

    A day alone is its first moment, or its last one with `end_of_day`.
    """
    stripped = text.strip()
    try:
        if _DAY.fullmatch(stripped) and int(stripped[:4]) in YEARS:
            begins = at_local(date.fromisoformat(stripped))
            return begins + timedelta(days=1, microseconds=-1) if end_of_day else begins
        if _MOMENT.fullmatch(stripped):
            read = datetime.fromisoformat(stripped.upper())
            if read.year in YEARS:
                return (read if read.tzinfo else read.replace(tzinfo=LOCAL)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise UsageError("bad-moment", field=field, detail=f"{text!r} is not like 2026-03-02T07:00")


def day(text: str, field: str) -> date:
    """Return the day written as 2026-03-02; UsageError `bad-day` names the field."""
    try:
        if _DAY.fullmatch(text.strip()) and int(text.strip()[:4]) in YEARS:
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise UsageError("bad-day", field=field, detail=f"{text!r} is not like 2026-03-02")


def span(text: str, field: str) -> tuple[int, int]:
    """Return the seconds of the day of a span written as 09:30-11:00; UsageError `bad-span` names the field."""
    if match := _SPAN.fullmatch(text.strip()):
        hour, minute, to_hour, to_minute = (int(part) for part in match.groups())
        begins, ends = hour * 3600 + minute * 60, to_hour * 3600 + to_minute * 60
        if begins <= ends <= 24 * 3600 and max(minute, to_minute) < 60:
            return begins, ends
    raise UsageError("bad-span", field=field, detail=f"{text!r} is not like 09:30-11:00")


def shown(when: datetime, *, seconds: bool = True) -> str:
    """Return a moment in local time: 2026-03-02 07:00:00."""
    return f"{when.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}" if seconds else f"{when.astimezone(LOCAL):%Y-%m-%d %H:%M}"
