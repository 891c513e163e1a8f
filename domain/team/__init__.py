"""A 2+X team: a general practitioner and a community nurse always, others as needed, with shifts and absences."""

from domain.team.asked import (
    AbsenceReason,
    ChangeShifts,
    FormTeam,
    JoinTeam,
    LeaveTeam,
    Member,
    RecordAbsence,
    Role,
    Shift,
    TravelMode,
    WithdrawAbsence,
)
from domain.team.decisions import TEAM
from domain.team.facts import (
    AbsenceRecorded,
    AbsenceWithdrawn,
    MemberJoined,
    MemberLeft,
    ShiftsChanged,
    TeamEvent,
    TeamFormed,
)
from domain.team.state import Team

__all__ = [
    "TEAM",
    "AbsenceReason",
    "AbsenceRecorded",
    "AbsenceWithdrawn",
    "ChangeShifts",
    "FormTeam",
    "JoinTeam",
    "LeaveTeam",
    "Member",
    "MemberJoined",
    "MemberLeft",
    "RecordAbsence",
    "Role",
    "Shift",
    "ShiftsChanged",
    "Team",
    "TeamEvent",
    "TeamFormed",
    "TravelMode",
    "WithdrawAbsence",
]
