"""Stations: a member's days begin and end at the team's base, or at the institution where they are stationed."""

from datetime import datetime

from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day
from domain.team.commands import StationMember
from domain.team.events import MemberStationed, TeamEvent
from domain.team.seats import seats_to_come
from domain.team.state import Team


def station(command: StationMember, team: Team, *, now: datetime, institution: Institution) -> list[TeamEvent]:
    """Station a member at an open institution with a known place, or at the team's base again."""
    today = local_day(now)
    seats_to_come(team, command.team_id, command.member_id, today)
    if dict(team.stations).get(command.member_id) == command.institution_id:
        return []
    if command.institution_id is not None:
        if not institution.is_open(today):
            raise Refused("institution-not-open", institution=command.institution_id)
        if institution.place is None:
            raise Refused("institution-without-place", institution=command.institution_id)
    return [
        MemberStationed(
            team_id=command.team_id,
            member_id=command.member_id,
            institution_id=command.institution_id,
            from_day=today,
        )
    ]
