"""What is remembered of a team."""

from dataclasses import replace
from datetime import date

from domain.event import value
from domain.team.asked import Member, Role
from domain.team.facts import (
    AbsenceRecorded,
    AbsenceWithdrawn,
    MemberJoined,
    MemberLeft,
    ShiftsChanged,
    TeamEvent,
    TeamFormed,
)


@value
class Team:
    """What decisions about, and under, a team ask."""

    formed: TeamFormed | None = None
    members: tuple[Member, ...] = ()
    left: tuple[MemberLeft, ...] = ()
    absences: tuple[AbsenceRecorded, ...] = ()

    @property
    def institution_id(self) -> str | None:
        """The institution to which it belongs, None before it is formed."""
        return self.formed.institution_id if self.formed else None

    def members_on(self, day: date) -> tuple[Member, ...]:
        """Return the members who hold a seat on that day."""
        gone = {leave.member_id for leave in self.left if leave.last_day < day}
        return tuple(member for member in self.members if member.member_id not in gone)

    def first_with(self, role: Role, day: date) -> str | None:
        """Return the id of the longest serving member with this role, None if the seat is empty."""
        return next((m.member_id for m in self.members_on(day) if m.role == role), None)

    def missing_role(self, day: date) -> Role | None:
        """Return a mandatory seat that is empty on that day (A2: general practitioner and community nurse)."""
        held = {member.role for member in self.members_on(day)}
        mandatory: tuple[Role, ...] = ("gp", "nurse")
        return next((role for role in mandatory if role not in held), None)

    def member(self, member_id: str) -> Member | None:
        """Return a member who was ever seated."""
        return next((member for member in self.members if member.member_id == member_id), None)


def evolve(team: Team, fact: TeamEvent) -> Team:
    """Believe an event."""
    match fact:
        case TeamFormed():
            return replace(team, formed=fact, members=fact.members)
        case MemberJoined():
            stayed = tuple(m for m in team.members if m.member_id != fact.member.member_id)
            left = tuple(leave for leave in team.left if leave.member_id != fact.member.member_id)
            return replace(team, members=(*stayed, fact.member), left=left)
        case MemberLeft():
            return replace(team, left=(*team.left, fact))
        case ShiftsChanged():
            members = tuple(
                replace(m, shifts=fact.shifts) if m.member_id == fact.member_id else m for m in team.members
            )
            return replace(team, members=members)
        case AbsenceRecorded():
            return replace(team, absences=(*team.absences, fact))
        case AbsenceWithdrawn():
            kept = tuple(a for a in team.absences if a.absence_id != fact.absence_id)
            return replace(team, absences=kept)
