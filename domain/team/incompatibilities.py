"""Incompatibilities: a member must not visit a resident, or not work together with another member."""

from datetime import datetime

from domain.decider import Refused
from domain.local_time import local_day
from domain.resident.state import Resident
from domain.team.commands import EndApart, KeepApart
from domain.team.events import ApartEnded, KeptApart, TeamEvent
from domain.team.seats import require_member, require_working
from domain.team.state import Team, apart_key


def keep_apart(command: KeepApart, team: Team, *, now: datetime, resident: Resident) -> list[TeamEvent]:
    """Keep a member from a resident or from another member, from today on."""
    today = local_day(now)
    check_pair(command)
    require_member(team, command.team_id, command.member_id, today)
    if command.other_member_id is not None:
        require_member(team, command.team_id, command.other_member_id, today)
    if command.resident_id is not None and resident.registered is None:
        raise Refused("resident-not-registered", resident=command.resident_id)
    if apart_key(command) in team.apart:
        return []
    return [
        KeptApart(
            team_id=command.team_id,
            member_id=command.member_id,
            resident_id=command.resident_id,
            other_member_id=command.other_member_id,
            from_day=today,
        )
    ]


def end_apart(command: EndApart, team: Team, *, now: datetime) -> list[TeamEvent]:
    """End an incompatibility from today on; an unknown one has ended already."""
    check_pair(command)
    require_working(team, command.team_id)
    if apart_key(command) not in team.apart:
        return []
    return [
        ApartEnded(
            team_id=command.team_id,
            member_id=command.member_id,
            resident_id=command.resident_id,
            other_member_id=command.other_member_id,
            from_day=local_day(now),
        )
    ]


def check_pair(command: KeepApart | EndApart) -> None:
    """Refuse a pair without a second person, with two of them, or of one member twice."""
    if (command.resident_id is None) == (command.other_member_id is None):
        raise Refused("apart-from-one", member=command.member_id)
    if command.member_id == command.other_member_id:
        raise Refused("apart-from-herself", member=command.member_id)
