"""Requests of home visits: purpose decides roles, grade the qualification, contract or bed the team (A6)."""

from dataclasses import fields, replace
from datetime import date, datetime
from typing import cast

from domain.contract.state import Contract
from domain.decider import Refused
from domain.family_bed.state import FamilyBed
from domain.local_time import DAY_MINUTES, local_day
from domain.policy_pack import PolicyPack, VisitPurpose
from domain.resident.state import Resident
from domain.team.commands import Role
from domain.team.state import Team, check_known
from domain.team.working_days import window_warnings
from domain.visit.commands import Need, RequestVisit
from domain.visit.endings import check_last_day, check_resident_is_there, last_day_for
from domain.visit.events import VisitEvent, VisitRequested
from domain.visit.state import Visit

MOST_PEOPLE = 3
"""So many members go to one visit at most."""

REQUEST_FIELDS = {field.name for field in fields(RequestVisit)} & {field.name for field in fields(VisitRequested)}
"""Fields that a request and its event share."""


def request(
    command: RequestVisit,
    visit: Visit,
    *,
    now: datetime,
    pack: PolicyPack,
    contract: Contract,
    family_bed: FamilyBed,
    resident: Resident,
    team: Team,
    task_exists: bool,
    strangers: tuple[str, ...],
) -> list[VisitEvent]:
    """Request once, in a possible window, under a contract or bed that is valid when the window opens (A11)."""
    if visit.requested is not None:
        if is_same_request(command, visit.requested):
            return []
        raise Refused("visit-already-requested", visit=command.visit_id)
    if not task_exists:
        raise Refused("care-task-unknown", task=command.care_task_id)
    check_known(strangers)
    today = local_day(now)
    check_window(command.window_from, command.window_to, command.opens_at, command.closes_at, today, pack)
    first_day = max(command.window_from, today)
    check_resident_is_there(resident, command.resident_id, first_day)
    command = replace(command, team_id=responsible_team(command, contract, family_bed, first_day))
    last_day = last_day_for(resident, contract, family_bed)
    if command.care_task_id is None:
        check_last_day(command.visit_id, command.window_to, last_day)
    command = replace(command, window_to=min(command.window_to, last_day))
    if command.care_task_id is None:
        if not gives_care(family_bed, first_day):
            check_staffed(team, command.team_id, first_day, pack)
        check_named(command.needs, team, command.team_id, (first_day, command.window_to))
    purpose = purpose_of(command, pack)
    two_people = needs_two(command, resident, pack)
    by_hand = bool(command.needs) and command.care_task_id is None
    if not command.needs and purpose is not None:
        command = with_needs_of(command, purpose, contract, pack, two_people=two_people)
    if not by_hand:
        days = first_day, command.window_to
        command = replace(command, needs=without_who_left(command.needs, team, days))
    check_needs(command, pack, two_people=two_people)
    if purpose is not None and purpose.grade != "none":
        command = with_qualification(command, purpose, team, first_day, pack)
    requested = requested_visit(command, purpose, resident, pack, first_day, two_people=two_people)
    roles = [need.roles for need in command.needs]
    return [replace(requested, warnings=window_warnings(team, roles, first_day, command.window_to, pack))]


def requested_visit(
    command: RequestVisit,
    purpose: VisitPurpose | None,
    resident: Resident,
    pack: PolicyPack,
    first_day: date,
    *,
    two_people: bool,
) -> VisitRequested:
    """Return the requested visit, with the grade and the price of the day."""
    grade = "none" if purpose is None else purpose.grade
    infectious = command.infectious
    return VisitRequested(
        visit_id=command.visit_id,
        resident_id=command.resident_id,
        team_id=command.team_id,
        contract_id=command.contract_id,
        family_bed_id=command.family_bed_id,
        care_task_id=command.care_task_id,
        purpose=command.purpose,
        needs=command.needs,
        sync=command.sync,
        least_gap=command.least_gap,
        most_gap=command.most_gap,
        window_from=command.window_from,
        window_to=command.window_to,
        plan_from=first_day,
        opens_at=command.opens_at,
        closes_at=command.closes_at,
        priority=command.priority,
        grade=grade,
        price_fen={"none": 0, "general": pack.general_care_fen, "special": pack.special_care_fen}[grade],
        infectious=bool(set(resident.groups) & set(pack.infectious_groups)) if infectious is None else infectious,
        two_people=two_people,
        applicant=None if command.care_task_id else command.applicant,
        assessor_id=command.assessor_id,
        household_id=None if resident.household is None else resident.household.household_id,
    )


def is_same_request(command: RequestVisit, known: VisitRequested) -> bool:
    """Return whether a command equals the recorded request, without fields filled in from a pack or contract."""
    if command.care_task_id is not None:
        return known.care_task_id == command.care_task_id
    left_open = {"applicant"}
    if not command.needs:
        left_open |= {"needs", "sync", "least_gap", "most_gap"}
    elif known.grade != "none":
        left_open.add("needs")
    if command.infectious is None:
        left_open.add("infectious")
    return all(getattr(command, name) == getattr(known, name) for name in REQUEST_FIELDS - left_open)


def responsible_team(command: RequestVisit, contract: Contract, bed: FamilyBed, day: date) -> str:
    """Return the team of the contract or bed that is valid on the day; refuse if there is none, or it is another's.

    The visit of a care task follows its contract to another team.
    """
    signed, opened = contract.signed, bed.opened
    if signed is not None and signed.resident_id == command.resident_id and contract.covers(day):
        team_id = contract.team_id or signed.team_id
    elif opened is not None and opened.resident_id == command.resident_id and gives_care(bed, day):
        team_id = opened.team_id
    else:
        raise Refused("no-valid-contract-or-bed", visit=command.visit_id, day=day)
    if team_id != command.team_id and command.care_task_id is None:
        raise Refused("visit-of-another-team", visit=command.visit_id, team=team_id)
    return team_id


def check_staffed(team: Team, team_id: str, day: date, pack: PolicyPack) -> None:
    """Refuse new visits under a contract of a team whose mandatory seat is empty beyond its grace (A2).

    Visits of care tasks are requested all the same: they wait for a member until their window is over.
    """
    role = None if team.formed is None else team.understaffed(day, pack)
    if role is not None:
        raise Refused("team-understaffed", team=team_id, role=role)


def check_named(needs: tuple[Need, ...], team: Team, team_id: str, days: tuple[date, date]) -> None:
    """Refuse needs that name somebody who holds no such seat of the team on any of these days, both included."""
    if team.formed is None:
        return
    for need in needs:
        for member_id in need.preferred_ids if need.named_id is None else (need.named_id, *need.preferred_ids):
            if need.roles and not team.may_be_named(member_id, need.roles, *days):
                raise Refused("named-member-not-seated", team=team_id, member=member_id, role=need.roles[0])


def without_who_left(needs: tuple[Need, ...], team: Team, days: tuple[date, date]) -> tuple[Need, ...]:
    """Return the needs without the names of members who left: the contract or bed still names them."""
    if team.formed is None:
        return needs
    return tuple(
        need
        if need.named_id is None or team.may_be_named(need.named_id, need.roles, *days)
        else replace(need, named_id=None)
        for need in needs
    )


def gives_care(bed: FamilyBed, day: date) -> bool:
    """Return whether the bed gives care at home on the day, and its resident is not in hospital now."""
    return bed.gives_care(day) and not bed.in_hospital


def purpose_of(command: RequestVisit, pack: PolicyPack) -> VisitPurpose | None:
    """Return the purpose from the pack's catalogue; a care task with needs may have a purpose of its own."""
    known = next((purpose for purpose in pack.visit_purposes if purpose.code == command.purpose), None)
    if known is None and (command.care_task_id is None or not command.needs):
        raise Refused("purpose-unknown", purpose=command.purpose)
    return known


def needs_two(command: RequestVisit, resident: Resident, pack: PolicyPack) -> bool:
    """Return whether two members must go: to a first visit of a group at risk, and at night (A6)."""
    risky = command.first and bool(set(resident.groups) & set(pack.two_person_groups))
    return risky or at_night(command.opens_at, command.closes_at, pack)


def at_night(opens_at: int | None, closes_at: int | None, pack: PolicyPack) -> bool:
    """Return whether a visit can begin at night only: in the evening and after midnight, or before the morning."""
    until_the_morning = closes_at is None or closes_at <= DAY_MINUTES + pack.night_to
    return (opens_at is not None and opens_at >= pack.night_from and until_the_morning) or (
        closes_at is not None and closes_at <= pack.night_to
    )


def with_needs_of(
    command: RequestVisit, purpose: VisitPurpose, contract: Contract, pack: PolicyPack, *, two_people: bool
) -> RequestVisit:
    """Fill in roles and minutes from the purpose; the needs name the contract's doctor and nurse."""
    named = {"gp": contract.doctor_id, "nurse": contract.nurse_id}
    roles = [alternative_roles(each) for each in purpose.roles]
    needs = [Need(roles=each, minutes=purpose.minutes, named_id=named.get(each[0])) for each in roles]
    if two_people and len(needs) == 1:
        needs.append(Need(roles=alternative_roles(pack.companion_roles), minutes=purpose.minutes))
    sync = "single" if len(needs) == 1 else "simultaneous" if command.sync == "single" else command.sync
    return replace(command, needs=tuple(needs), sync=sync)


def alternative_roles(roles: str) -> tuple[Role, ...]:
    """Return the roles that a pack parts by slashes."""
    return tuple(cast(Role, role) for role in roles.split("/"))


def with_qualification(
    command: RequestVisit, purpose: VisitPurpose, team: Team, day: date, pack: PolicyPack
) -> RequestVisit:
    """Require the qualification of graded care; refuse care that was not assessed, or a team without it (A6)."""
    if pack.graded_care_assessed and command.assessor_id is None:
        raise Refused("care-not-assessed", visit=command.visit_id, purpose=purpose.code)
    wanted = {purpose.qualification, pack.visiting_qualification} - {""}
    first = command.needs[0]
    if not any(member.role in first.roles and wanted <= {*member.qualifications} for member in team.members_on(day)):
        raise Refused("team-not-qualified", team=command.team_id, purpose=purpose.code)
    qualifications = tuple(sorted({*first.qualifications, *wanted}))
    return replace(command, needs=(replace(first, qualifications=qualifications), *command.needs[1:]))


def check_window(
    first: date, last: date, opens_at: int | None, closes_at: int | None, today: date, pack: PolicyPack
) -> None:
    """Refuse impossible windows.

    Times are minutes of the day. A visit of the night may begin after midnight: 26:00 is two o'clock of the next day.
    """
    if last < first:
        raise Refused("window-ends-before-it-begins", begins=first, ends=last)
    if last < today:
        raise Refused("window-is-over", ends=last, today=today)
    if opens_at is not None and closes_at is not None and closes_at < opens_at:
        raise Refused("window-ends-before-it-begins", begins=opens_at, ends=closes_at)
    for minute in (opens_at, closes_at):
        latest = 2 * DAY_MINUTES if at_night(opens_at, closes_at, pack) else DAY_MINUTES
        if minute is not None and not 0 <= minute < latest:
            raise Refused("time-not-in-the-day", minute=minute)


def check_needs(command: RequestVisit, pack: PolicyPack, *, two_people: bool) -> None:
    """Refuse needs that do not fit the kind of visit, or are too short to be a consultation (A2: 10 minutes)."""
    if len(command.needs) not in ((1,) if command.sync == "single" else range(2, MOST_PEOPLE + 1)):
        raise Refused("needs-do-not-fit", sync=command.sync, needs=len(command.needs))
    if two_people and command.sync != "simultaneous":
        raise Refused("visit-needs-two", visit=command.visit_id)
    if not 0 <= command.least_gap <= command.most_gap:
        raise Refused("gap-ends-before-it-begins", least=command.least_gap, most=command.most_gap)
    if not 1 <= command.priority <= 9:
        raise Refused("priority-unknown", priority=command.priority)
    for need in command.needs:
        if not need.roles:
            raise Refused("need-without-role", visit=command.visit_id)
        if need.minutes < pack.least_visit_minutes:
            raise Refused("visit-too-short", minutes=need.minutes, least=pack.least_visit_minutes)
