"""A2 teams and their load, A3 sizes and targets, and what an alliance gives to teams (A8)."""

from domain.rulebook.rule import Rule
from domain.team import (
    GuestInvited,
    LicenceRecorded,
    MemberJoined,
    MemberLeft,
    SeatFellEmpty,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamFormed,
)
from domain.team.guests import invite, withdraw
from domain.team.seats import form, join, leave, record_licence
from domain.team.staffing import review

NORM = "Shenzhen norm of 2018-03-01"
DRAFT = "Shenzhen draft rules of July 2017"

TEAMS: tuple[Rule, ...] = (
    Rule(
        number="A2.1",
        says="A team is a general practitioner and a community nurse, and on demand other professions: the X.",
        source=NORM,
        decisions=(form, join, leave),
        events=(TeamFormed, MemberJoined, MemberLeft),
    ),
    Rule(
        number="A2.2",
        says="The general practitioner leads; she is licensed in the city and has practised for a year by herself.",
        source=DRAFT,
        decisions=(form, join, record_licence),
        events=(TeamFormed, MemberJoined, LicenceRecorded),
    ),
    Rule(
        number="A2.3",
        says="Members may be added to the standard staffing; nobody has a seat in two teams.",
        source=DRAFT,
        decisions=(join,),
        events=(MemberJoined,),
    ),
    Rule(
        number="A2.5",
        says="Visiting specialists, retired clinicians, alliance experts and people of other teams are members for "
        "given days; a person belongs to one team a day.",
        source="[GK]",
        decisions=(invite, withdraw),
        events=(GuestInvited,),
    ),
    Rule(
        number="A2.6",
        says="A team whose practitioner's or nurse's seat is empty for longer than the days of grace is understaffed.",
        source="[GK], from the seats being mandatory",
        decisions=(review,),
        events=(SeatFellEmpty, TeamBecameUnderstaffed, StaffingRestored),
    ),
)

RULES: tuple[Rule, ...] = TEAMS
