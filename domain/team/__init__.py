"""A 2+X team: always a general practitioner and a community nurse, others as needed, and guests on their days."""

from domain.decider import Decider, decision, members_of
from domain.inputs import NOW, PACK, count, one, same
from domain.institution import INSTITUTION
from domain.resident import RESIDENT
from domain.team.absences import record_absence, withdraw_absence
from domain.team.claims import claims, touches
from domain.team.commands import (
    ChangeShifts,
    DisbandTeam,
    EndApart,
    FormTeam,
    InviteGuest,
    JoinTeam,
    KeepApart,
    LeaveTeam,
    RecordAbsence,
    RecordLicence,
    RecordQualification,
    ReviewStaffing,
    SetTeamDay,
    StationMember,
    TeamCommand,
    WithdrawAbsence,
    WithdrawGuest,
)
from domain.team.events import TeamEvent
from domain.team.guests import invite, withdraw
from domain.team.incompatibilities import end_apart, keep_apart
from domain.team.own_days import set_day
from domain.team.seats import change_shifts, disband, form, join, leave, record_licence, record_qualification
from domain.team.staffing import review
from domain.team.state import Team, evolve
from domain.team.stations import station

__all__ = ["TEAM"]

DECISIONS = (
    decision(FormTeam, form, now=NOW, pack=PACK, institution=one(INSTITUTION)),
    decision(JoinTeam, join, now=NOW, pack=PACK),
    decision(LeaveTeam, leave, now=NOW, pack=PACK),
    decision(ChangeShifts, change_shifts, now=NOW),
    decision(RecordAbsence, record_absence, now=NOW, pack=PACK),
    decision(WithdrawAbsence, withdraw_absence),
    decision(RecordLicence, record_licence, now=NOW, pack=PACK),
    decision(RecordQualification, record_qualification, now=NOW),
    decision(InviteGuest, invite, now=NOW, pack=PACK, home_team=same(Team, by="home_team_id")),
    decision(WithdrawGuest, withdraw, now=NOW, pack=PACK),
    decision(KeepApart, keep_apart, now=NOW, resident=one(RESIDENT)),
    decision(EndApart, end_apart, now=NOW),
    decision(StationMember, station, now=NOW, institution=one(INSTITUTION)),
    decision(SetTeamDay, set_day, now=NOW, pack=PACK),
    decision(ReviewStaffing, review, now=NOW, pack=PACK),
    decision(
        DisbandTeam,
        disband,
        now=NOW,
        team_contracts=count("team_contracts", by="team_id"),
        team_beds=count("team_beds", by="team_id"),
    ),
)

TEAM: Decider[Team, TeamEvent, TeamCommand] = Decider(
    category="team",
    initial=Team(),
    evolve=evolve,
    commands=members_of(TeamCommand),
    events=members_of(TeamEvent),
    decisions=DECISIONS,
    identify=lambda command: command.team_id,
    claims=claims,
    touches=touches,
)
