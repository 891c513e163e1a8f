"""Guests: members for some days, from outside, from an alliance or from another team."""

from dataclasses import replace
from datetime import datetime

from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.team.commands import InviteGuest, WithdrawGuest
from domain.team.events import GuestInvited, GuestWithdrawn, TeamEvent
from domain.team.seats import check_member, check_to_come, require_member, require_working, seats_of
from domain.team.staffing import review_day_after
from domain.team.state import DAY, Team

LONGEST_STAY_DAYS = 92


def invite(command: InviteGuest, team: Team, *, now: datetime, pack: PolicyPack, home_team: Team) -> list[TeamEvent]:
    """Make a person a member for days without a seat here; a person belongs to one team a day."""
    require_working(team, command.team_id)
    known = next((s.stay for s in team.seats if s.stay is not None and s.stay.stay_id == command.stay_id), None)
    invited = GuestInvited(
        team_id=command.team_id,
        stay_id=command.stay_id,
        member=command.member,
        kind=command.kind,
        from_day=command.from_day,
        to_day=command.to_day,
        home_team_id=command.home_team_id,
    )
    if known is not None and replace(known, review_on=None) == invited:
        return []
    if known is not None:
        raise Refused("stay-already-known", stay=command.stay_id)
    check_stay(command)
    if command.home_team_id is not None:
        require_member(home_team, command.home_team_id, command.member.member_id, command.from_day)
    check_to_come(command.to_day, local_day(now))
    for seat in seats_of(team, command.member.member_id):
        if seat.from_day <= command.to_day and command.from_day <= seat.last_day:
            raise Refused("member-seated-twice", team=command.team_id, member=command.member.member_id)
    check_member(command.member, command.from_day, pack)
    return [replace(invited, review_on=review_day_after(team, invited, local_day(now), pack))]


def check_stay(command: InviteGuest) -> None:
    """Refuse a stay that ends before it begins or lasts too long, and a guest from the team itself."""
    days = (command.to_day - command.from_day).days + 1
    if days < 1:
        raise Refused("stay-ends-before-it-begins", stay=command.stay_id)
    if days > LONGEST_STAY_DAYS:
        raise Refused("stay-too-long", stay=command.stay_id, days=LONGEST_STAY_DAYS)
    if (command.kind == "other-team") != (command.home_team_id is not None) or command.home_team_id == command.team_id:
        raise Refused("guest-without-other-team", stay=command.stay_id)


def withdraw(command: WithdrawGuest, team: Team, *, now: datetime, pack: PolicyPack) -> list[TeamEvent]:
    """Let a guest leave earlier, or not come; a guest who is unknown or gone by then is withdrawn already."""
    require_working(team, command.team_id)
    seat = next((s for s in team.seats if s.stay is not None and s.stay.stay_id == command.stay_id), None)
    if seat is None or seat.stay is None or command.last_day >= seat.last_day:
        return []
    today = local_day(now)
    check_to_come(seat.last_day, today)
    withdrawn = GuestWithdrawn(
        team_id=command.team_id,
        stay_id=command.stay_id,
        member_id=seat.member.member_id,
        from_day=seat.from_day,
        last_day=max(command.last_day, seat.from_day - DAY),
        was_until=seat.last_day,
        home_team_id=seat.stay.home_team_id,
    )
    return [replace(withdrawn, review_on=review_day_after(team, withdrawn, today, pack))]
