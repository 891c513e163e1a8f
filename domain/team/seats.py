"""Seats of a team: formed, joined, left; members' hours, licences and qualifications; disbanded."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day, months_later
from domain.policy_pack import PolicyPack
from domain.recorded_days import check_recorded_years
from domain.team.commands import (
    ChangeShifts,
    DisbandTeam,
    FormTeam,
    JoinTeam,
    LeaveTeam,
    Member,
    RecordLicence,
    RecordQualification,
)
from domain.team.events import (
    LicenceRecorded,
    MemberJoined,
    MemberLeft,
    QualificationRecorded,
    ShiftsChanged,
    TeamDisbanded,
    TeamEvent,
    TeamFormed,
)
from domain.team.shifts import check_shifts
from domain.team.staffing import review_day_after
from domain.team.state import Seat, Team, evolve, practises_on


def form(
    command: FormTeam, team: Team, *, now: datetime, pack: PolicyPack, institution: Institution
) -> list[TeamEvent]:
    """Form a team once, with both mandatory seats filled, at an institution that may offer contracts (A1.2, A2)."""
    formed = TeamFormed(
        team_id=command.team_id,
        institution_id=command.institution_id,
        base_x=command.base_x,
        base_y=command.base_y,
        members=command.members,
        formed_on=command.formed_on,
    )
    if team.formed is not None and replace(team.formed, review_on=None) == formed:
        return []
    if team.formed is not None:
        raise Refused("team-already-formed", team=command.team_id)
    today = local_day(now)
    if command.formed_on is not None and command.formed_on > today:
        raise Refused("day-in-the-future", day=command.formed_on)
    if not institution.is_open(today):
        raise Refused("institution-not-open", institution=command.institution_id)
    if not institution.may_sign():
        raise Refused("institution-may-not-sign", institution=command.institution_id)
    seats = [member.member_id for member in command.members]
    if len(set(seats)) < len(seats):
        raise Refused("member-seated-twice", team=command.team_id)
    for member in command.members:
        check_member(member, today, pack)
    missing = evolve(team, formed).missing_role(today)
    if missing is not None:
        raise Refused("missing-mandatory-role", team=command.team_id, role=missing)
    return [replace(formed, review_on=review_day_after(team, formed, today, pack))]


def join(command: JoinTeam, team: Team, *, now: datetime, pack: PolicyPack) -> list[TeamEvent]:
    """Seat a person who has no seat, from today or a later day on."""
    require_working(team, command.team_id)
    today = local_day(now)
    from_day = command.from_day or today
    held = next((seat for seat in seats_of(team, command.member.member_id) if seat.last_day >= from_day), None)
    if held is not None and held.member == command.member and held.stay is None:
        return []
    if held is not None:
        raise Refused("member-seated-twice", team=command.team_id, member=command.member.member_id)
    check_to_come(from_day, today)
    check_member(command.member, from_day, pack)
    joined = MemberJoined(team_id=command.team_id, member=command.member, from_day=from_day)
    return [replace(joined, review_on=review_day_after(team, joined, today, pack))]


def leave(command: LeaveTeam, team: Team, *, now: datetime, pack: PolicyPack) -> list[TeamEvent]:
    """Empty a seat, or empty it earlier. A mandatory seat may become empty; the team then signs no new residents."""
    held = seats_of(team, command.member_id)
    if any(seat.last_day == command.last_day for seat in held):
        return []
    require_member(team, command.team_id, command.member_id, command.last_day)
    check_not_long_ago(command.last_day, local_day(now), pack)
    seat = next(seat for seat in held if seat.from_day <= command.last_day <= seat.last_day)
    left = MemberLeft(
        team_id=command.team_id, member_id=command.member_id, last_day=command.last_day, from_day=seat.from_day
    )
    return [replace(left, review_on=review_day_after(team, left, local_day(now), pack))]


def change_shifts(command: ChangeShifts, team: Team, *, now: datetime) -> list[TeamEvent]:
    """Give a member other hours from today or a later day on."""
    today = local_day(now)
    from_day = command.from_day or today
    member = require_member(team, command.team_id, command.member_id, from_day)
    check_shifts(command.shifts)
    if member.shifts == command.shifts:
        return []
    check_to_come(from_day, today)
    return [
        ShiftsChanged(team_id=command.team_id, member_id=command.member_id, shifts=command.shifts, from_day=from_day)
    ]


def record_licence(command: RecordLicence, team: Team, *, now: datetime, pack: PolicyPack) -> list[TeamEvent]:
    """Record a licence; a practitioner's must be one of this city (A2)."""
    today = local_day(now)
    held = seats_to_come(team, command.team_id, command.member_id, today)
    if command.licence in held.member.licences:
        return []
    check_recorded_years(command.licence.practising_since, now, pack.longest_career_years)
    others = tuple(licence for licence in held.member.licences if licence.kind != command.licence.kind)
    check_licences(replace(held.member, licences=(*others, command.licence)), today, pack)
    recorded = LicenceRecorded(
        team_id=command.team_id, member_id=command.member_id, licence=command.licence, recorded_on=today
    )
    return [replace(recorded, review_on=review_day_after(team, recorded, today, pack))]


def record_qualification(command: RecordQualification, team: Team, *, now: datetime) -> list[TeamEvent]:
    """Record a member's qualification with its days."""
    today = local_day(now)
    held = seats_to_come(team, command.team_id, command.member_id, today)
    known = {each.code: each for each in held.qualified}.get(command.code)
    if known is not None and (known.valid_from, known.valid_until) == (command.valid_from, command.valid_until):
        return []
    if command.valid_until is not None and command.valid_until < command.valid_from:
        raise Refused("qualification-ends-before-it-begins", code=command.code)
    return [
        QualificationRecorded(
            team_id=command.team_id,
            member_id=command.member_id,
            code=command.code,
            valid_from=command.valid_from,
            valid_until=command.valid_until,
            recorded_on=today,
        )
    ]


def disband(command: DisbandTeam, team: Team, *, now: datetime, team_contracts: int, team_beds: int) -> list[TeamEvent]:
    """Disband a team without contracts and without open beds: nobody would make their visits."""
    formed = require_formed(team, command.team_id)
    if team.disbanded is not None:
        return []
    check_to_come(command.last_day, local_day(now))
    if team_contracts:
        raise Refused("team-has-contracts", team=command.team_id, contracts=team_contracts)
    if team_beds:
        raise Refused("team-has-beds", team=command.team_id, beds=team_beds)
    return [TeamDisbanded(team_id=command.team_id, institution_id=formed.institution_id, last_day=command.last_day)]


def check_member(member: Member, day: date, pack: PolicyPack) -> None:
    """Refuse impossible hours, and a person who may not practise on the first day."""
    check_shifts(member.shifts)
    check_licences(member, day, pack)


def check_licences(member: Member, day: date, pack: PolicyPack) -> None:
    """Refuse licences that are over, and a practitioner who may not lead a team here (A2).

    Where the pack requires it, the licence is one of general practice, registered in the city, with the pack's months
    of independent practice.
    """
    if not practises_on(member, day):
        raise Refused("licence-over", member=member.member_id, day=day)
    if member.role != "gp" or not pack.gp_practice_months:
        return
    here = [
        licence
        for licence in member.licences
        if licence.kind == "general-practice" and licence.registered_in == pack.region
    ]
    if not here:
        raise Refused("gp-not-licensed-here", member=member.member_id, city=pack.region)
    if all(months_later(licence.practising_since, pack.gp_practice_months) > day for licence in here):
        raise Refused("gp-practice-too-short", member=member.member_id, months=pack.gp_practice_months)


def check_not_long_ago(day: date, today: date, pack: PolicyPack) -> None:
    """Refuse a day longer ago than the pack's days of late recording; a day to come is none."""
    first = today - timedelta(days=pack.late_record_days)
    if day < first:
        raise Refused("day-too-long-ago", day=day, first=first)


def check_to_come(day: date, today: date) -> None:
    """Refuse a past day: the past does not change."""
    if day < today:
        raise Refused("day-already-past", day=day)


def seats_of(team: Team, member_id: str) -> list[Seat]:
    """Return a person's past, present and future seats."""
    return [seat for seat in team.seats if seat.member.member_id == member_id]


def seats_to_come(team: Team, team_id: str, member_id: str, today: date) -> Seat:
    """Return the seat that a person holds today or later; refuse if there is none."""
    require_working(team, team_id)
    seat = next((seat for seat in seats_of(team, member_id) if seat.last_day >= today), None)
    if seat is None:
        raise Refused("member-not-seated", team=team_id, member=member_id)
    return seat


def require_formed(team: Team, team_id: str) -> TeamFormed:
    """Return the founding event; refuse if the team is not formed."""
    if team.formed is None:
        raise Refused("team-not-formed", team=team_id)
    return team.formed


def require_working(team: Team, team_id: str) -> None:
    """Refuse a team that is not formed, or is disbanded."""
    require_formed(team, team_id)
    if team.disbanded is not None:
        raise Refused("team-disbanded", team=team_id, day=team.disbanded.last_day)


def require_member(team: Team, team_id: str, member_id: str, day: date) -> Member:
    """Return the member with the hours of that day; refuse without a working team or a seat then."""
    require_working(team, team_id)
    member = team.member_on(member_id, day)
    if member is None:
        raise Refused("member-not-seated", team=team_id, member=member_id)
    return member
