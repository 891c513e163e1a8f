"""Absences of team members."""

from datetime import timedelta

from domain.decider import Refused
from domain.local_time import local_day
from domain.team.commands import RecordAbsence, WithdrawAbsence
from domain.team.events import AbsenceRecorded, AbsenceWithdrawn, TeamEvent
from domain.team.seats import require_member
from domain.team.state import Team

LONGEST_ABSENCE_DAYS = 366


def record_absence(command: RecordAbsence, team: Team) -> list[TeamEvent]:
    """Record that a member is away."""
    require_member(team, command.team_id, command.member_id, local_day(command.starts_at))
    if command.ends_at <= command.starts_at:
        raise Refused("absence-ends-before-it-begins", absence=command.absence_id)
    if command.ends_at - command.starts_at > timedelta(days=LONGEST_ABSENCE_DAYS):
        raise Refused("absence-too-long", absence=command.absence_id, days=LONGEST_ABSENCE_DAYS)
    absence = AbsenceRecorded(
        team_id=command.team_id,
        absence_id=command.absence_id,
        member_id=command.member_id,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        reason=command.reason,
    )
    known = next((a for a in team.absences if a.absence_id == command.absence_id), None)
    if known == absence:
        return []
    if known is not None:
        raise Refused("absence-already-recorded", absence=command.absence_id)
    return [absence]


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
