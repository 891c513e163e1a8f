"""Staffing of the mandatory seats, and the next day on which time alone changes it: members leave, licences end."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce

from domain.decider import FOREVER, Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.team.commands import MANDATORY, ReviewStaffing, Role
from domain.team.events import SeatFellEmpty, StaffingEvent, StaffingRestored, TeamBecameUnderstaffed, TeamEvent
from domain.team.state import DAY, Gap, Team, evolve


def review(command: ReviewStaffing, team: Team, *, now: datetime, pack: PolicyPack) -> list[TeamEvent]:
    """Record since when a mandatory seat is empty, that the grace is over, or that the seat is held again (A2)."""
    if team.formed is None:
        raise Refused("team-not-formed", team=command.team_id)
    today = local_day(now)
    changes = staffing(team, today, pack)
    if not changes:
        return []
    after = reduce(evolve, changes, team)
    return with_review(changes, next_review(after, today + DAY, pack))


def staffing(team: Team, day: date, pack: PolicyPack) -> list[StaffingEvent]:
    """Return the staffing events missing on a day."""
    if team.formed is None or team.disbanded is not None:
        return []
    recorded = {gap.role: gap for gap in team.gaps}
    return [event for role in MANDATORY for event in seat_events(team, role, recorded.get(role), day, pack)]


def seat_events(team: Team, role: Role, gap: Gap | None, day: date, pack: PolicyPack) -> list[StaffingEvent]:
    """Return the staffing events missing for one seat."""
    assert team.formed is not None
    team_id = team.formed.team_id
    since = team.empty_since(role, day)
    if since is None:
        return [] if gap is None else [StaffingRestored(team_id=team_id, role=role, on=day)]
    if gap is None or gap.since != since:
        grace_until = since + timedelta(days=pack.understaffed_grace_days - 1)
        fell = SeatFellEmpty(team_id=team_id, role=role, since=since, grace_until=grace_until)
        gap = Gap(role=role, since=since, grace_until=grace_until)
        return [fell, *grace_over(team_id, gap, day)]
    return [] if gap.understaffed else grace_over(team_id, gap, day)


def grace_over(team_id: str, gap: Gap, day: date) -> list[StaffingEvent]:
    """Return the end of the grace period, if it is over."""
    if day <= gap.grace_until:
        return []
    return [TeamBecameUnderstaffed(team_id=team_id, role=gap.role, since=gap.since, from_day=gap.grace_until + DAY)]


def next_review(team: Team, first: date, pack: PolicyPack) -> date | None:
    """Return the first day, not before `first`, on which time alone changes the staffing; None if it never does.

    Only the first and last days of seats, licences and grace periods can change it.
    """
    turns = {seat.from_day for seat in team.seats} | {gap.grace_until + DAY for gap in team.gaps}
    ends = {until for seat in team.seats if (until := seat.held_until()) != FOREVER}
    grace = timedelta(days=pack.understaffed_grace_days)
    turns |= {until + DAY for until in ends} | {until + DAY + grace for until in ends}
    days = sorted({max(turn, first) for turn in turns})
    return next((day for day in days if staffing(team, day, pack)), None)


def with_review(events: list[StaffingEvent], review_on: date | None) -> list[TeamEvent]:
    """Return the events, the last one with the day of the next review."""
    return [*events[:-1], replace(events[-1], review_on=review_on)]


def review_day_after(team: Team, event: TeamEvent, today: date, pack: PolicyPack) -> date | None:
    """Return the day of a team's next staffing review after an event."""
    return next_review(evolve(team, event), today, pack)
