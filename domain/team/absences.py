"""Absences of team members."""

from datetime import datetime, timedelta

from domain.decider import Refused
from domain.local_time import at_local, local_day
from domain.policy_pack import PolicyPack
from domain.team.commands import RecordAbsence, WithdrawAbsence
from domain.team.events import AbsenceRecorded, AbsenceWithdrawn, TeamEvent
from domain.team.seats import check_not_long_ago, require_member
from domain.team.state import Team

LONGEST_ABSENCE_DAYS = 366
MINUTES_OF_A_DAY = 24 * 60


def record_absence(command: RecordAbsence, team: Team, *, now: datetime, pack: PolicyPack) -> list[TeamEvent]:
    """Record that a member is away."""
    starts_at, ends_at = moments_of(command)
    require_member(team, command.team_id, command.member_id, local_day(starts_at))
    if ends_at <= starts_at:
        raise Refused("absence-ends-before-it-begins", absence=command.absence_id)
    if ends_at - starts_at > timedelta(days=LONGEST_ABSENCE_DAYS):
        raise Refused("absence-too-long", absence=command.absence_id, days=LONGEST_ABSENCE_DAYS)
    absence = AbsenceRecorded(
        team_id=command.team_id,
        absence_id=command.absence_id,
        member_id=command.member_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=command.reason,
    )
    known = next((a for a in team.absences if a.absence_id == command.absence_id), None)
    if known == absence:
        return []
    if known is not None:
        raise Refused("absence-already-recorded", absence=command.absence_id)
    check_not_long_ago(local_day(starts_at), local_day(now), pack)
    return [absence]


def moments_of(command: RecordAbsence) -> tuple[datetime, datetime]:
    """Return the first moment of an absence and the one after its last: midnights for whole days."""
    if command.on is not None and command.starts_at is None and command.ends_at is None:
        return at_local(command.on), at_local(command.last_day or command.on, MINUTES_OF_A_DAY)
    if command.starts_at is None or command.ends_at is None or command.on is not None or command.last_day is not None:
        raise Refused("absence-without-time", absence=command.absence_id)
    return command.starts_at, command.ends_at


def withdraw_absence(command: WithdrawAbsence, team: Team) -> list[TeamEvent]:
    """Withdraw an absence; an unknown one is withdrawn already."""
    known = next((a for a in team.absences if a.absence_id == command.absence_id), None)
    if known is None:
        return []
    return [
        AbsenceWithdrawn(
            team_id=command.team_id,
            absence_id=command.absence_id,
            member_id=known.member_id,
            starts_at=known.starts_at,
            ends_at=known.ends_at,
        )
    ]
