"""Plausible times of a visit: on its day, about the hours of its members, and not longer than anybody works."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.decider import Refused
from domain.local_time import DAY_MINUTES, at_local
from domain.policy_pack import PolicyPack
from domain.team.shifts import hours_of
from domain.team.state import Team
from domain.visit.commands import Part
from domain.visit.state import Visit


def check_entering(visit: Visit, visit_id: str, parts: Iterable[Part], team: Team, pack: PolicyPack) -> None:
    """Refuse to enter on another day than that of the visit; its night belongs to it where a member's shift has one."""
    assert visit.day is not None, "the visit is assigned"
    for part in parts:
        _, last = hours_about(visit, part, team, pack) or (0, 0)
        if not 0 <= minute_of(visit, part) < max(DAY_MINUTES, last):
            raise Refused("entered-on-another-day", visit=visit_id, day=visit.day)


def outside_hours(visit: Visit, parts: Iterable[Part], team: Team, pack: PolicyPack) -> str | None:
    """Return who entered far outside the hours of every shift of theirs, None if nobody did."""
    for part in parts:
        hours = hours_about(visit, part, team, pack)
        if hours is not None and not hours[0] <= minute_of(visit, part) <= hours[1]:
            return part.member_id
    return None


def hours_about(visit: Visit, part: Part, team: Team, pack: PolicyPack) -> tuple[int, int] | None:
    """Return the first and last minute at which a member may enter: about all shifts of theirs, of any weekday.

    The day may be worked like another weekday. None for a member without shifts: nothing is known of their hours.
    """
    member = None if visit.day is None else team.member_on(part.member_id, visit.day)
    hours = [hours_of(shift) for shift in member.shifts] if member is not None else []
    if not hours:
        return None
    margin = pack.outside_shift_minutes
    return min(begins for begins, _ in hours) - margin, max(ends for _, ends in hours) + margin


def minute_of(visit: Visit, part: Part) -> int:
    """Return when a member entered, in minutes from the midnight that begins the day of the visit."""
    assert visit.day is not None, "the visit is assigned"
    return (part.entered_at - at_local(visit.day)) // timedelta(minutes=1)


def check_length(visit_id: str, entered_at: datetime, left_at: datetime, pack: PolicyPack) -> None:
    """Refuse a stay that is longer than anybody works in one home: the day or the hour is wrong."""
    minutes = (left_at - entered_at) // timedelta(minutes=1)
    if minutes > pack.most_visit_minutes:
        raise Refused("visit-too-long", visit=visit_id, minutes=minutes, most=pack.most_visit_minutes)
