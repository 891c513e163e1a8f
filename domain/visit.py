"""A visit is asked for, assigned, carried out or missed, and never edited."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from domain.contract import Contract
from domain.decider import Decider, Refused, TeamDay
from domain.event import event, value
from domain.family_bed import FamilyBed
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.team import Role

Sync = Literal["single", "simultaneous", "sequential"]
MissReason = Literal["nobody-home", "refused-at-the-door", "staff-unavailable", "not-started", "window-passed", "other"]
CancelReason = Literal["no-longer-needed", "resident-asked", "in-hospital", "contract-over", "bed-closed", "other"]

# What may be asked


@value
class Need:
    """One person's part of a visit: any of `roles`, `minutes` long, by the named member if it can be."""

    roles: tuple[Role, ...]
    minutes: int
    qualifications: tuple[str, ...] = ()
    named_id: str | None = None


@value
class Slot:
    """One person's part of an assigned visit."""

    member_id: str
    starts_at: datetime
    ends_at: datetime


@value
class RequestVisit:
    """Ask for a home visit inside a window of days, under a contract or a family bed.

    `opens_at` and `closes_at`, minutes after midnight, bound the time of day at which it may begin. Two needs are met
    together (simultaneous) or one after the other with a gap of `least_gap` to `most_gap` minutes between the starts.
    """

    visit_id: str
    resident_id: str
    team_id: str
    contract_id: str | None = None
    family_bed_id: str | None = None
    care_task_id: str | None = None
    purpose: str
    needs: tuple[Need, ...]
    sync: Sync = "single"
    least_gap: int = 0
    most_gap: int = 0
    window_from: date
    window_to: date
    opens_at: int | None = None
    closes_at: int | None = None
    priority: int = 5


@value
class AssignVisit:
    """Give a visit its people and times, as a published roster says."""

    visit_id: str
    roster_id: str
    day: date
    slots: tuple[Slot, ...]


@value
class ReleaseVisit:
    """Take a visit's people away: a roster has no room for it any more."""

    visit_id: str
    roster_id: str


@value
class StartVisit:
    """Say that somebody entered the home."""

    visit_id: str
    entered_at: datetime


@value
class CompleteVisit:
    """Say that the visit is done and when the home was left; findings are codes."""

    visit_id: str
    left_at: datetime
    findings: tuple[str, ...] = ()


@value
class MissVisit:
    """Say that the visit did not take place."""

    visit_id: str
    reason: MissReason


@value
class RequestVisitAgain:
    """Ask for a missed visit once more."""

    visit_id: str


@value
class RescheduleVisit:
    """Ask for the visit in another window."""

    visit_id: str
    window_from: date
    window_to: date
    opens_at: int | None = None
    closes_at: int | None = None


@value
class HandOverVisit:
    """Let another team make the visit; `needs` names its people, None keeps the needs without names."""

    visit_id: str
    team_id: str
    needs: tuple[Need, ...] | None = None


@value
class CancelVisit:
    """Say that the visit is not needed."""

    visit_id: str
    reason: CancelReason


# What is then true


@event("visit.requested.v1")
class VisitRequested:
    """A visit is wanted; it can be planned from `plan_from` on."""

    visit_id: str
    resident_id: str
    team_id: str
    contract_id: str | None
    family_bed_id: str | None
    care_task_id: str | None
    purpose: str
    needs: tuple[Need, ...]
    sync: Sync
    least_gap: int
    most_gap: int
    window_from: date
    window_to: date
    plan_from: date
    opens_at: int | None
    closes_at: int | None
    priority: int


@event("visit.assigned.v1")
class VisitAssigned:
    """Who goes, when."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    roster_id: str
    day: date
    slots: tuple[Slot, ...]


@event("visit.released.v1")
class VisitReleased:
    """Nobody goes for now; the visit waits for another day of its window."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    roster_id: str
    window_to: date


@event("visit.started.v1")
class VisitStarted:
    """Somebody is in the home."""

    visit_id: str
    team_id: str
    entered_at: datetime


@event("visit.completed.v1")
class VisitCompleted:
    """The visit took place: entering and leaving times verify it (A6)."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    family_bed_id: str | None
    member_ids: tuple[str, ...]
    entered_at: datetime
    left_at: datetime
    findings: tuple[str, ...]


@event("visit.missed.v1")
class VisitMissed:
    """The visit did not take place."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    reason: MissReason
    attempt: int


@event("visit.requested_again.v1")
class VisitRequestedAgain:
    """A missed visit is wanted once more."""

    visit_id: str
    resident_id: str
    team_id: str
    attempt: int
    window_from: date
    window_to: date
    plan_from: date


@event("visit.rescheduled.v1")
class VisitRescheduled:
    """The visit is wanted in another window; `was_on` is the day on which it stood, else `waited_for` the next day on
    which it could have stood.
    """

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    window_from: date
    window_to: date
    plan_from: date
    opens_at: int | None
    closes_at: int | None
    was_on: date | None
    waited_for: date | None = None


@event("visit.handed_over.v1")
class VisitHandedOver:
    """Another team makes the visit."""

    visit_id: str
    resident_id: str
    from_team_id: str
    team_id: str
    care_task_id: str | None
    needs: tuple[Need, ...]
    window_to: date
    plan_from: date
    was_on: date | None


@event("visit.cancelled.v1")
class VisitCancelled:
    """The visit is not needed."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    reason: CancelReason
    was_on: date | None
    waited_for: date | None = None


VisitEvent = (
    VisitRequested
    | VisitAssigned
    | VisitReleased
    | VisitStarted
    | VisitCompleted
    | VisitMissed
    | VisitRequestedAgain
    | VisitRescheduled
    | VisitHandedOver
    | VisitCancelled
)

# What is remembered

Status = Literal["unknown", "requested", "assigned", "started", "completed", "missed", "cancelled"]
OPEN = frozenset({"requested", "assigned"})


@value
class Visit:
    """What decisions about a visit ask."""

    status: Status = "unknown"
    requested: VisitRequested | None = None
    team_id: str = ""
    needs: tuple[Need, ...] = ()
    window_from: date = date.min
    window_to: date = date.min
    opens_at: int | None = None
    closes_at: int | None = None
    day: date | None = None
    slots: tuple[Slot, ...] = ()
    roster_id: str | None = None
    entered_at: datetime | None = None
    attempt: int = 0
    miss_reason: MissReason | None = None
    left_at: datetime | None = None


def evolve(visit: Visit, fact: VisitEvent) -> Visit:
    """Believe an event."""
    match fact:
        case VisitRequested():
            return Visit(
                status="requested",
                requested=fact,
                needs=fact.needs,
                team_id=fact.team_id,
                window_from=fact.window_from,
                window_to=fact.window_to,
                opens_at=fact.opens_at,
                closes_at=fact.closes_at,
                attempt=1,
            )
        case VisitAssigned():
            return replace(visit, status="assigned", day=fact.day, slots=fact.slots, roster_id=fact.roster_id)
        case VisitReleased():
            return replace(visit, status="requested", day=None, slots=())
        case VisitStarted():
            return replace(visit, status="started", entered_at=fact.entered_at)
        case VisitCompleted():
            return replace(visit, status="completed", left_at=fact.left_at)
        case VisitMissed():
            return replace(visit, status="missed", day=None, slots=(), miss_reason=fact.reason)
        case VisitRequestedAgain():
            return replace(
                visit,
                status="requested",
                attempt=fact.attempt,
                window_from=fact.window_from,
                window_to=fact.window_to,
            )
        case VisitRescheduled():
            return replace(
                visit,
                status="requested",
                day=None,
                slots=(),
                window_from=fact.window_from,
                window_to=fact.window_to,
                opens_at=fact.opens_at,
                closes_at=fact.closes_at,
            )
        case VisitHandedOver():
            return replace(visit, status="requested", day=None, slots=(), team_id=fact.team_id, needs=fact.needs)
        case VisitCancelled():
            return replace(visit, status="cancelled", day=None, slots=())


def touches(visit: Visit, fact: VisitEvent) -> Iterable[TeamDay]:  # noqa: ARG001 -- the signature every aggregate shares
    """A wish for a visit, or its end, changes a team's days. What a roster itself causes does not."""
    match fact:
        case VisitRequested() | VisitRequestedAgain():
            yield TeamDay(fact.team_id, fact.plan_from)
        case VisitRescheduled():
            yield TeamDay(fact.team_id, fact.plan_from)
            if fact.was_on != fact.plan_from:
                yield from left(fact.team_id, fact.was_on, fact.waited_for)
        case VisitHandedOver():
            yield TeamDay(fact.team_id, fact.plan_from)
            yield from left(fact.from_team_id, fact.was_on, fact.plan_from)
        case VisitCancelled():
            yield from left(fact.team_id, fact.was_on, fact.waited_for)


def left(team_id: str, was_on: date | None, waited_for: date | None) -> Iterable[TeamDay]:
    """Return the days that a visit leaves: where it stood, or those whose rosters may be in the making.

    That is the next day of its window and the one after: a day is planned from the evening before.
    """
    if was_on is not None:
        yield TeamDay(team_id, was_on)
    elif waited_for is not None:
        yield TeamDay(team_id, waited_for)
        yield TeamDay(team_id, waited_for + timedelta(days=1))


# What is decided


def request(
    command: RequestVisit, visit: Visit, *, now: datetime, pack: PolicyPack, contract: Contract, family_bed: FamilyBed
) -> list[VisitEvent]:
    """Ask once, in a window that can be met, under a contract or bed that is valid when the window opens (A11)."""
    today = local_day(now)
    requested = VisitRequested(
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
        plan_from=max(command.window_from, today),
        opens_at=command.opens_at,
        closes_at=command.closes_at,
        priority=command.priority,
    )
    if visit.requested is not None:
        if replace(visit.requested, plan_from=requested.plan_from) == requested:
            return []
        raise Refused("visit-already-requested", visit=command.visit_id)
    check_window(command.window_from, command.window_to, command.opens_at, command.closes_at, today)
    check_needs(command, pack)
    first_day = requested.plan_from
    if not (contract_is_for(contract, command, first_day) or bed_is_for(family_bed, command, first_day)):
        raise Refused("no-valid-contract-or-bed", visit=command.visit_id, day=first_day)
    return [requested]


def assign(command: AssignVisit, visit: Visit) -> list[VisitEvent]:
    """Assign an open visit inside its window, a different member for each need."""
    requested = require_requested(visit, command.visit_id)
    if visit.day == command.day and visit.slots == command.slots:
        return []  # also when it has begun, or is over: a revised roster names it again
    require_open(visit, command.visit_id)
    if not visit.window_from <= command.day <= visit.window_to:
        raise Refused("day-outside-window", visit=command.visit_id, day=command.day)
    if len(command.slots) != len(requested.needs):
        raise Refused("visit-needs-other-people", visit=command.visit_id, needs=len(requested.needs))
    if len({slot.member_id for slot in command.slots}) < len(command.slots):
        raise Refused("member-assigned-twice", visit=command.visit_id)
    return [
        VisitAssigned(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            roster_id=command.roster_id,
            day=command.day,
            slots=command.slots,
        )
    ]


def release(command: ReleaseVisit, visit: Visit) -> list[VisitEvent]:
    """Take the people away from an assigned visit; any other has none, and what stands in another roster stays."""
    requested = require_requested(visit, command.visit_id)
    if visit.status != "assigned" or visit.roster_id != command.roster_id:
        return []
    return [
        VisitReleased(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            roster_id=command.roster_id,
            window_to=visit.window_to,
        )
    ]


def start(command: StartVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Enter the home of an assigned visit; not in the future."""
    require_requested(visit, command.visit_id)
    if visit.status == "started" and visit.entered_at == command.entered_at:
        return []
    if visit.status != "assigned":
        raise Refused("visit-not-assigned", visit=command.visit_id, status=visit.status)
    if command.entered_at > now:
        raise Refused("moment-in-the-future", moment=command.entered_at.isoformat())
    return [VisitStarted(visit_id=command.visit_id, team_id=visit.team_id, entered_at=command.entered_at)]


def complete(command: CompleteVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Leave the home after entering it."""
    requested = require_requested(visit, command.visit_id)
    if visit.status == "completed" and visit.left_at == command.left_at:
        return []
    if visit.status != "started" or visit.entered_at is None:
        raise Refused("visit-not-started", visit=command.visit_id, status=visit.status)
    if command.left_at <= visit.entered_at:
        raise Refused("left-before-entered", visit=command.visit_id)
    if command.left_at > now:
        raise Refused("moment-in-the-future", moment=command.left_at.isoformat())
    return [
        VisitCompleted(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            family_bed_id=requested.family_bed_id,
            member_ids=tuple(slot.member_id for slot in visit.slots),
            entered_at=visit.entered_at,
            left_at=command.left_at,
            findings=command.findings,
        )
    ]


def miss(command: MissVisit, visit: Visit) -> list[VisitEvent]:
    """Say that an open visit did not take place."""
    requested = require_requested(visit, command.visit_id)
    if visit.status == "missed":
        return []
    require_open(visit, command.visit_id)
    return [
        VisitMissed(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            reason=command.reason,
            attempt=visit.attempt,
        )
    ]


def request_again(command: RequestVisitAgain, visit: Visit, *, now: datetime, pack: PolicyPack) -> list[VisitEvent]:
    """Ask for a missed visit again from tomorrow, until the pack's attempts are used up."""
    requested = require_requested(visit, command.visit_id)
    if visit.status != "missed":
        return []
    if visit.attempt >= pack.visit_attempts:
        raise Refused("attempts-used-up", visit=command.visit_id, attempts=pack.visit_attempts)
    tomorrow = local_day(now) + timedelta(days=1)
    return [
        VisitRequestedAgain(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            attempt=visit.attempt + 1,
            window_from=tomorrow,
            window_to=max(visit.window_to, tomorrow + timedelta(days=pack.ask_again_days - 1)),
            plan_from=tomorrow,
        )
    ]


def reschedule(command: RescheduleVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Move an open visit to another window."""
    requested = require_requested(visit, command.visit_id)
    asked = (command.window_from, command.window_to, command.opens_at, command.closes_at)
    if visit.status == "requested" and asked == (visit.window_from, visit.window_to, visit.opens_at, visit.closes_at):
        return []
    require_open(visit, command.visit_id)
    today = local_day(now)
    check_window(*asked, today)
    return [
        VisitRescheduled(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            window_from=command.window_from,
            window_to=command.window_to,
            plan_from=max(command.window_from, today),
            opens_at=command.opens_at,
            closes_at=command.closes_at,
            was_on=visit.day,
            waited_for=waits_for(visit, today),
        )
    ]


def hand_over(command: HandOverVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Let another team make an open visit; nobody of the old team is named any more."""
    requested = require_requested(visit, command.visit_id)
    if visit.team_id == command.team_id:
        return []
    require_open(visit, command.visit_id)
    if command.needs is not None and len(command.needs) != len(visit.needs):
        raise Refused("visit-needs-other-people", visit=command.visit_id, needs=len(visit.needs))
    return [
        VisitHandedOver(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            from_team_id=visit.team_id,
            team_id=command.team_id,
            care_task_id=requested.care_task_id,
            needs=command.needs or tuple(replace(need, named_id=None) for need in visit.needs),
            window_to=visit.window_to,
            plan_from=max(visit.window_from, local_day(now)),
            was_on=visit.day,
        )
    ]


def waits_for(visit: Visit, today: date) -> date | None:
    """Return the next day on which a visit without a place could stand."""
    return max(visit.window_from, today) if visit.status == "requested" else None


def cancel(command: CancelVisit, visit: Visit, *, now: datetime) -> list[VisitEvent]:
    """Cancel a visit that nobody has begun."""
    requested = require_requested(visit, command.visit_id)
    if visit.status == "cancelled":
        return []
    if visit.status not in {*OPEN, "missed"}:
        raise Refused("visit-not-open", visit=command.visit_id, status=visit.status)
    return [
        VisitCancelled(
            visit_id=command.visit_id,
            resident_id=requested.resident_id,
            team_id=visit.team_id,
            care_task_id=requested.care_task_id,
            reason=command.reason,
            was_on=visit.day,
            waited_for=waits_for(visit, local_day(now)),
        )
    ]


def require_requested(visit: Visit, visit_id: str) -> VisitRequested:
    """Return the request; refuse a visit that nobody asked for."""
    if visit.requested is None:
        raise Refused("visit-unknown", visit=visit_id)
    return visit.requested


def require_open(visit: Visit, visit_id: str) -> None:
    """Refuse a visit that is under way or over."""
    if visit.status not in OPEN:
        raise Refused("visit-not-open", visit=visit_id, status=visit.status)


def check_window(first: date, last: date, opens_at: int | None, closes_at: int | None, today: date) -> None:
    """Refuse windows that nobody can meet."""
    if last < first:
        raise Refused("window-ends-before-it-begins", begins=first, ends=last)
    if last < today:
        raise Refused("window-is-over", ends=last, today=today)
    if opens_at is not None and closes_at is not None and closes_at < opens_at:
        raise Refused("window-ends-before-it-begins", begins=opens_at, ends=closes_at)
    for minute in (opens_at, closes_at):
        if minute is not None and not 0 <= minute < 24 * 60:
            raise Refused("time-not-in-the-day", minute=minute)


def check_needs(command: RequestVisit, pack: PolicyPack) -> None:
    """Refuse needs that do not fit the kind of visit, or are too short to be a consultation (A2: 10 minutes)."""
    if len(command.needs) != (1 if command.sync == "single" else 2):
        raise Refused("needs-do-not-fit", sync=command.sync, needs=len(command.needs))
    if not 0 <= command.least_gap <= command.most_gap:
        raise Refused("gap-ends-before-it-begins", least=command.least_gap, most=command.most_gap)
    if not 1 <= command.priority <= 9:
        raise Refused("priority-unknown", priority=command.priority)
    for need in command.needs:
        if not need.roles:
            raise Refused("need-without-role", visit=command.visit_id)
        if need.minutes < pack.least_visit_minutes:
            raise Refused("visit-too-short", minutes=need.minutes, least=pack.least_visit_minutes)


def contract_is_for(contract: Contract, command: RequestVisit, day: date) -> bool:
    """Say whether the contract is the resident's and valid on that day."""
    return contract.signed is not None and contract.signed.resident_id == command.resident_id and contract.covers(day)


def bed_is_for(bed: FamilyBed, command: RequestVisit, day: date) -> bool:
    """Say whether the family bed is the resident's and open on that day."""
    return bed.applied is not None and bed.applied.resident_id == command.resident_id and bed.is_open(day)


VISIT: Decider[Visit, VisitEvent] = Decider(
    category="visit",
    initial=Visit(),
    evolve=evolve,
    decisions={
        RequestVisit: request,
        AssignVisit: assign,
        ReleaseVisit: release,
        StartVisit: start,
        CompleteVisit: complete,
        MissVisit: miss,
        RequestVisitAgain: request_again,
        RescheduleVisit: reschedule,
        HandOverVisit: hand_over,
        CancelVisit: cancel,
    },
    events=get_args(VisitEvent),
    identify=lambda command: command.visit_id,
    touches=touches,
)
