"""At which hour of its day a visit may be made, and from when on it is not moved any more.

Times are seconds after the local midnight that begins the day.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from domain.local_time import DAY_MINUTES, DAY_SECONDS, MINUTE, local_day, seconds_into
from domain.planning.working_time import Interval
from domain.policy_pack import PolicyPack

LAST_MINUTE = (DAY_SECONDS - MINUTE, DAY_SECONDS)
"""A wish for this time is a wish to be the last of the day."""

Status = Literal["requested", "assigned", "started", "completed"]


def frozen_until(day: date, now: datetime, pack: PolicyPack) -> int:
    """Return the second up to which a day is frozen: nothing new begins before it. 0 for a day to come."""
    if day > local_day(now):
        return 0
    return seconds_into(day, now + timedelta(minutes=pack.freeze_minutes))


def is_frozen(status: Status, starts: Sequence[int], frozen: int, *, at_work: bool) -> bool:
    """Say whether a visit keeps its members and times: it has begun, or begins inside the frozen part of the day.

    `starts` are the starts of its parts, none if it has no place yet. A visit that has not begun is moved all the same
    where one of its members is not at work.
    """
    if not starts:
        return False
    return status in {"started", "completed"} or (min(starts) <= frozen and at_work)


def is_held(starts: Sequence[int], hour: int, *, at_work: bool) -> bool:
    """Say whether a leader who freezes a day up to an hour holds a visit in its place."""
    return min(starts) < hour and at_work


def earliest_start(opens_at: int | None, frozen: int) -> int:
    """Return the first second at which a visit may begin; `opens_at` in minutes, None for the whole day."""
    return max(0 if opens_at is None else opens_at * MINUTE, frozen)


def latest_start(closes_at: int | None, opens_at: int | None = None) -> int:
    """Return the last second at which a visit may begin; both in minutes, `closes_at` None for the whole day.

    A visit that opens after the midnight of its day may begin until noon.
    """
    if closes_at is None and opens_at is not None and opens_at >= DAY_MINUTES:
        return DAY_SECONDS + DAY_SECONDS // 2
    return DAY_SECONDS if closes_at is None else closes_at * MINUTE


def latest_start_alone(latest: int, works_until: int, pack: PolicyPack) -> int:
    """Return the last second at which a visit by one that may begin at any hour of its day is not late (A6).

    Nobody is sent alone at night: where anybody works into the night, such a visit is late from its begin on.
    """
    night = pack.night_from * MINUTE
    return night if latest == DAY_SECONDS and works_until > night else latest


def wished_time(*, infectious: bool) -> Interval | None:
    """Return the time that is best for a visit: the end of the day for an infectious resident, else None."""
    return LAST_MINUTE if infectious else None
