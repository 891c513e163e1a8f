"""On which days a team works: the working calendar, the team's own days, and the shifts of members."""

from collections.abc import Iterable, Sequence
from datetime import date

from domain.local_time import at_local
from domain.policy_pack import PolicyPack
from domain.team.commands import Member, Role
from domain.team.shifts import shifts_of
from domain.team.state import DAY, OwnDay, Team
from domain.working_calendar import working_calendar

NATIONAL_DAY_OFF = "national-day-off"
TEAM_DAY_OFF = "team-day-off"
NOBODY_WORKS = "nobody-works"
"""Why a team does not work on a day: a holiday of its calendar, a day that the team closed, or no shifts."""

NOBODY_WITH_THE_ROLE = "nobody-with-the-role-works-that-day"
NOBODY_IN_THE_WINDOW = "nobody-works-in-the-window"
NO_CALENDAR = "no-calendar-of-that-year"
"""Warnings of a day on which others work, of several days, and of a year whose days off are not known."""


def weekdays_worked(day: date, own: OwnDay | None, pack: PolicyPack) -> tuple[int, ...]:
    """Return the weekdays whose shifts are worked on a day; a member works the first of them that they have.

    The team's own day goes before the calendar. A day off has none. A make-up working day has the pack's weekday, and
    for members without a shift then the day's own.
    """
    if own is not None:
        return () if own.shifts_of is None else (own.shifts_of,)
    calendar = working_calendar(pack.calendar)
    if day in calendar.days_off:
        return ()
    if day in calendar.make_up:
        return (pack.make_up_weekday, day.weekday())
    return (day.weekday(),)


def why_off(day: date, own: OwnDay | None, pack: PolicyPack) -> str:
    """Return why nobody works on a day on which nobody does."""
    if own is not None:
        return NOBODY_WORKS if own.shifts_of is not None else TEAM_DAY_OFF
    return NATIONAL_DAY_OFF if day in working_calendar(pack.calendar).days_off else NOBODY_WORKS


def is_calendar_known(day: date, pack: PolicyPack) -> bool:
    """Say whether the days off of the day's year are known."""
    return working_calendar(pack.calendar).covers(day)


def window_warnings(
    team: Team, roles: Sequence[Iterable[Role]], first: date, last: date, pack: PolicyPack
) -> tuple[str, ...]:
    """Return what a leader is warned of when a visit is wanted in a window of days.

    `roles` has the roles of each person who goes: it says why they cannot go on the day, or that they cannot on any day
    of a longer window; and that the days off of one of its years are not known yet.
    """
    if team.formed is None:
        return ()
    warnings = []
    days = [first + number * DAY for number in range((last - first).days + 1)]
    if not any(can_go(team, roles, day, pack) for day in days):
        warnings.append(why_nobody_goes(team, first, pack) if first == last else NOBODY_IN_THE_WINDOW)
    if not all(is_calendar_known(day, pack) for day in (first, last)):
        warnings.append(NO_CALENDAR)
    return tuple(warnings)


def why_nobody_goes(team: Team, day: date, pack: PolicyPack) -> str:
    """Return why nobody can go on a day: it is a day off, or others work than those who are needed."""
    weekdays = weekdays_worked(day, team.own_day(day), pack)
    if any(shifts_of(member.shifts, weekdays) for member in team.members_on(day)):
        return NOBODY_WITH_THE_ROLE
    return why_off(day, team.own_day(day), pack)


def can_go(team: Team, roles: Sequence[Iterable[Role]], day: date, pack: PolicyPack) -> bool:
    """Say whether for each person who goes a member of one of the roles has a shift on a day, and is not away."""
    weekdays = weekdays_worked(day, team.own_day(day), pack)
    at_work = {
        member.role
        for member in team.members_on(day)
        if shifts_of(member.shifts, weekdays) and not is_away(team, member, day)
    }
    return all(at_work.intersection(each) for each in roles)


def is_away(team: Team, member: Member, day: date) -> bool:
    """Say whether an absence of a member covers a whole day."""
    return any(
        each.member_id == member.member_id and each.starts_at <= at_local(day) and each.ends_at >= at_local(day + DAY)
        for each in team.absences
    )
