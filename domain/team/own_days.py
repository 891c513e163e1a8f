"""A team's own days, which go before the working calendar: closed, or worked with the shifts of a weekday."""

from datetime import datetime

from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.team.commands import SetTeamDay
from domain.team.events import TeamDaySet, TeamEvent
from domain.team.seats import check_to_come, require_working
from domain.team.state import Team


def set_day(command: SetTeamDay, team: Team, *, now: datetime, pack: PolicyPack) -> list[TeamEvent]:
    """Close a day of the team, have it worked, or let it follow the calendar again; not in the past."""
    require_working(team, command.team_id)
    shifts_of = weekday_of(command, pack)
    check_to_come(command.day, local_day(now))
    own = team.own_day(command.day)
    if (own is None) == (command.kind == "as-calendar") and (own is None or own.shifts_of == shifts_of):
        return []
    return [TeamDaySet(team_id=command.team_id, day=command.day, kind=command.kind, shifts_of=shifts_of)]


def weekday_of(command: SetTeamDay, pack: PolicyPack) -> int | None:
    """Return the weekday whose shifts a working day has, None for any other day; refuse one that is none."""
    if command.kind != "working":
        if command.shifts_of is not None:
            raise Refused("shifts-of-a-day-off", day=command.day)
        return None
    if command.shifts_of is None:
        return pack.make_up_weekday
    if command.shifts_of not in range(7):
        raise Refused("weekday-unknown", weekday=command.shifts_of)
    return command.shifts_of
