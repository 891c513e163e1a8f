"""Who is in the home of a visit: who enters, who leaves, who did not come, and whether the visit is then done."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.decider import Refused
from domain.finding import Finding
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.team.state import Team
from domain.visit.commands import (
    CompleteVisit,
    Part,
    RaiseVisitAlarm,
    RecordPartnerAbsent,
    Signature,
    StartVisit,
)
from domain.visit.events import (
    VisitAlarmRaised,
    VisitCompleted,
    VisitEvent,
    VisitLeft,
    VisitMissed,
    VisitPartnerAbsent,
)
from domain.visit.state import Visit, require_requested


def entering(command: StartVisit, visit: Visit, team: Team) -> tuple[Part, ...]:
    """Return who enters by a command; nobody if they are there already, at that moment."""
    if command.member_id is None:
        return all_entering(command, visit)
    known = next((part for part in visit.parts if part.member_id == command.member_id), None)
    if known is not None and known.entered_at == command.entered_at:
        return ()
    if known is not None or not visit.waiting:
        raise Refused("member-already-entered", visit=command.visit_id, member=command.member_id)
    service = service_of(command, visit, team)
    return (Part(service=service, member_id=command.member_id, entered_at=command.entered_at),)


def all_entering(command: StartVisit, visit: Visit) -> tuple[Part, ...]:
    """Return the assigned members who enter: all who are to come together, or the next one."""
    if any(part.entered_at == command.entered_at for part in visit.parts):
        return ()
    if not visit.waiting:
        raise Refused("visit-not-assigned", visit=command.visit_id, status=visit.status)
    services = visit.waiting[:1] if visit.sync == "sequential" else visit.waiting
    return tuple(
        Part(service=service, member_id=visit.slots[service].member_id, entered_at=command.entered_at)
        for service in services
    )


def service_of(command: StartVisit, visit: Visit, team: Team) -> int:
    """Return which need a named member meets: their own, or that of the member in whose place they came.

    Where nobody is named, it is a need of their role; whoever comes to a visit by one person comes in that one's place.
    """
    own = next((each for each in visit.waiting if visit.slots[each].member_id == command.member_id), None)
    if own is not None:
        return own
    seated = team.members_on(local_day(command.entered_at))
    member = next((each for each in seated if each.member_id == command.member_id), None)
    if member is None:
        raise Refused("member-not-seated", team=visit.team_id, member=command.member_id)
    if command.instead_of is not None:
        return service_for(visit, command.visit_id, command.instead_of)
    fitting = next((each for each in visit.waiting if member.role in visit.needs[each].roles), None)
    if fitting is not None:
        return fitting
    if len(visit.needs) > 1:
        raise not_expected(visit, command.visit_id, command.member_id)
    return visit.waiting[0]


def service_for(visit: Visit, visit_id: str, member_id: str) -> int:
    """Return the need for which an assigned member is still to come; refuse any other member."""
    service = next((each for each in visit.waiting if visit.slots[each].member_id == member_id), None)
    if service is None:
        raise not_expected(visit, visit_id, member_id)
    return service


def not_expected(visit: Visit, visit_id: str, member_id: str | None) -> Refused:
    """Return the refusal of a member who is not among those still to come, who are named."""
    expected = ", ".join(visit.slots[each].member_id for each in visit.waiting) or "—"
    return Refused("member-not-expected", visit=visit_id, member=member_id, expected=expected)


def alarm_at(visit: Visit, parts: Iterable[Part], pack: PolicyPack) -> datetime | None:
    """Return when the leader is told that nobody left: the pack's minutes after those who are there should have."""
    ends = [
        part.entered_at + timedelta(minutes=visit.needs[part.service].minutes) for part in parts if part.left_at is None
    ]
    return max(ends) + timedelta(minutes=pack.lone_visit_minutes) if ends else None


def leaving(command: CompleteVisit, visit: Visit) -> tuple[Part, ...]:
    """Return who leaves by a command: the named member, or all who are there."""
    there = [part for part in visit.there if command.member_id in {None, part.member_id}]
    if not there and command.member_id is not None:
        raise Refused("member-not-in-the-home", visit=command.visit_id, member=command.member_id)
    if not there:
        raise Refused("nobody-in-the-home", visit=command.visit_id)
    return tuple(there)


def has_left(command: CompleteVisit, visit: Visit) -> bool:
    """Say whether a leaving is recorded already, as it is."""
    return any(part.left_at == command.left_at and command.member_id == part.member_id for part in visit.parts)


def after_leaving(visit: Visit, gone: Iterable[Part], left_at: datetime) -> tuple[Part, ...]:
    """Return the parts of a visit after members left."""
    leaving_now = set(gone)
    return tuple(replace(part, left_at=left_at) if part in leaving_now else part for part in visit.parts)


def ended(visit: Visit, visit_id: str, pack: PolicyPack) -> list[VisitEvent]:
    """Return how a visit ends whose parts have all ended: it is done, or its absent members' work is asked for again.

    Work of an absent member that one who came could do counts as done, unless two must go.
    """
    requested = require_requested(visit, visit_id)
    parts = [part for part in visit.parts if part.left_at is not None]
    if not all(covered(visit, service) for service in visit.absent):
        return [
            VisitMissed(
                visit_id=visit_id,
                resident_id=requested.resident_id,
                team_id=visit.team_id,
                care_task_id=requested.care_task_id,
                reason="partner-absent",
                attempt=visit.attempt,
                was_on=visit.day,
            )
        ]
    entered_at, left_at = min(part.entered_at for part in parts), max(left_of(part) for part in parts)
    return [
        VisitCompleted(
            visit_id=visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            family_bed_id=requested.family_bed_id,
            member_ids=tuple(part.member_id for part in sorted(parts, key=lambda part: part.service)),
            entered_at=entered_at,
            left_at=left_at,
            findings=visit.findings,
            measured=visit.measured,
            signatures=visit.signatures,
            short=left_at - entered_at < timedelta(minutes=pack.least_visit_minutes),
            contract_id=requested.contract_id,
            purpose=requested.purpose,
            day=visit.day,
            parts=visit.parts,
            absent=visit.absent,
            far_shorter=any(is_far_shorter(visit, part, pack) for part in parts),
        )
    ]


def left_of(part: Part) -> datetime:
    """Return when a member left, who did."""
    assert part.left_at is not None
    return part.left_at


def is_far_shorter(visit: Visit, part: Part, pack: PolicyPack) -> bool:
    """Say whether a part lasted less than the pack's percent of what was planned."""
    planned = timedelta(minutes=visit.needs[part.service].minutes)
    return left_of(part) - part.entered_at < planned * pack.short_percent / 100


def covered(visit: Visit, absent: int) -> bool:
    """Say whether somebody who came could do the work of a member who did not come."""
    requested, lacking = visit.requested, visit.needs[absent]
    if requested is None or requested.two_people:
        return False
    met = [visit.needs[part.service] for part in visit.parts]
    return any(
        set(need.roles) & set(lacking.roles) and set(lacking.qualifications) <= set(need.qualifications) for need in met
    )


def record_partner_absent(command: RecordPartnerAbsent, visit: Visit, *, pack: PolicyPack) -> list[VisitEvent]:
    """Record that an assigned member did not come; somebody else must come, or have come."""
    require_requested(visit, command.visit_id)
    if any(visit.slots[each].member_id == command.member_id for each in visit.absent if each < len(visit.slots)):
        return []
    if visit.status not in {"assigned", "started"} or visit.day is None:
        raise Refused("visit-not-assigned", visit=command.visit_id, status=visit.status)
    service = service_for(visit, command.visit_id, command.member_id)
    if visit.waiting == (service,) and not visit.parts:
        raise Refused("nobody-left-to-come", visit=command.visit_id, member=command.member_id)
    absent = VisitPartnerAbsent(
        visit_id=command.visit_id,
        team_id=visit.team_id,
        day=visit.day,
        member_id=command.member_id,
        absent=(*visit.absent, service),
    )
    after = replace(visit, absent=absent.absent)
    over = after.parts and not after.there and not after.waiting
    return [absent, *(ended(after, command.visit_id, pack) if over else [])]


def raise_alarm(command: RaiseVisitAlarm, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Tell the leader once that nobody has left a home, if somebody is still there."""
    require_requested(visit, command.visit_id)
    due = visit.alarm_at
    if visit.status != "started" or visit.alarmed or not visit.there or due is None or now < due or visit.day is None:
        return []
    return [
        VisitAlarmRaised(
            visit_id=command.visit_id,
            team_id=visit.team_id,
            day=visit.day,
            member_ids=tuple(part.member_id for part in visit.there),
            entered_at=min(part.entered_at for part in visit.there),
            alarm_at=due,
        )
    ]


def with_findings(visit: Visit, command: CompleteVisit) -> Visit:
    """Return the state with what a leaving member found; a newer value or signature of the same kind stands."""
    measured = {each.code: each for each in (*visit.measured, *command.measured)}
    signed = {each.signed_by: each for each in (*visit.signatures, *command.signatures)}
    return replace(
        visit,
        findings=tuple(dict.fromkeys((*visit.findings, *command.findings))),
        measured=tuple[Finding, ...](measured.values()),
        signatures=tuple[Signature, ...](signed.values()),
    )


def left_event(visit: Visit, visit_id: str, day: date, pack: PolicyPack) -> VisitLeft:
    """Return that members left while the visit goes on."""
    return VisitLeft(
        visit_id=visit_id,
        team_id=visit.team_id,
        day=day,
        parts=visit.parts,
        findings=visit.findings,
        measured=visit.measured,
        signatures=visit.signatures,
        alarm_at=alarm_at(visit, visit.parts, pack),
    )
