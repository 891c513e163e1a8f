"""The state of a visit, and the team-days that its events change."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from domain.decider import FOREVER, Claim, Refused, TeamDay
from domain.event import value
from domain.finding import Finding
from domain.local_time import local_day
from domain.visit.commands import CancelReason, MissReason, Need, Part, Signature, Slot, Sync
from domain.visit.correction_events import VisitAnnulled, VisitCorrected, VisitNotMade, VisitReinstated
from domain.visit.events import (
    VisitAlarmRaised,
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitEvent,
    VisitHandedOver,
    VisitJoined,
    VisitLeft,
    VisitMissed,
    VisitPartnerAbsent,
    VisitReleased,
    VisitRequested,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)

VisitStatus = Literal["unknown", "requested", "assigned", "started", "completed", "missed", "cancelled", "annulled"]
OPEN = frozenset({"requested", "assigned"})

UNDER_WAY = (VisitStarted, VisitJoined, VisitLeft, VisitPartnerAbsent, VisitAlarmRaised)
"""What happens while a visit is open."""

OVER = (VisitCompleted, VisitMissed, VisitCancelled, VisitAnnulled, VisitNotMade, VisitCorrected)
"""What ends a visit, or corrects its end."""

INSTANT = timedelta(microseconds=1)
"""Who leaves one home at a moment may enter another at the same."""


@value
class Visit:
    """The state of a visit."""

    status: VisitStatus = "unknown"
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
    cancel_reason: CancelReason | None = None
    left_at: datetime | None = None
    parts: tuple[Part, ...] = ()
    """Who is in the home or was, by need; none if the visit began before parts were recorded."""
    absent: tuple[int, ...] = ()
    alarm_at: datetime | None = None
    alarmed: bool = False
    findings: tuple[str, ...] = ()
    """Of members who left before the visit was done, like `measured` and `signatures`."""
    measured: tuple[Finding, ...] = ()
    signatures: tuple[Signature, ...] = ()
    completed: VisitCompleted | None = None
    """The record of a visit that was made, as it was corrected."""

    @property
    def sync(self) -> Sync:
        """How its members come: a visit of which one need is left is made by one."""
        return "single" if self.requested is None or len(self.needs) == 1 else self.requested.sync

    @property
    def there(self) -> tuple[Part, ...]:
        """Who is in the home now."""
        return tuple(part for part in self.parts if part.left_at is None)

    @property
    def waiting(self) -> tuple[int, ...]:
        """The needs whose members are still to come."""
        begun = {part.service for part in self.parts}
        return tuple(each for each in range(len(self.slots)) if each not in begun and each not in self.absent)

    @property
    def resident_id(self) -> str | None:
        """The resident who is visited."""
        return None if self.requested is None else self.requested.resident_id

    @property
    def contract_id(self) -> str | None:
        """The contract under which it was requested, if any."""
        return None if self.requested is None else self.requested.contract_id

    @property
    def family_bed_id(self) -> str | None:
        """The family bed at which it is made, if any."""
        return None if self.requested is None else self.requested.family_bed_id

    def waits_for(self, today: date) -> date | None:
        """Return the next day on which a visit without a place could stand."""
        return max(self.window_from, today) if self.status == "requested" else None


def evolve(visit: Visit, event: VisitEvent) -> Visit:
    """Return the state after an event."""
    match event:
        case VisitRequested():
            return Visit(
                status="requested",
                requested=event,
                needs=event.needs,
                team_id=event.team_id,
                window_from=event.window_from,
                window_to=event.window_to,
                opens_at=event.opens_at,
                closes_at=event.closes_at,
                attempt=1,
            )
        case VisitAssigned():
            return replace(
                visit, status="assigned", day=event.day, slots=event.slots, roster_id=event.roster_id, absent=()
            )
        case VisitReleased():
            return replace(visit, status="requested", day=None, slots=(), absent=())
        case VisitStarted():
            return replace(
                visit,
                status="started",
                entered_at=event.entered_at,
                parts=event.parts,
                alarm_at=event.alarm_at,
                alarmed=False,
            )
        case VisitJoined() | VisitLeft() | VisitPartnerAbsent() | VisitAlarmRaised() | VisitCompleted():
            return after_presence(visit, event)
        case VisitMissed():
            return replace(visit, status="missed", day=None, slots=(), miss_reason=event.reason)
        case VisitRequestedAgain():
            return replace(
                visit,
                status="requested",
                attempt=event.attempt,
                window_from=event.window_from,
                window_to=event.window_to,
                needs=event.needs or visit.needs,
                entered_at=None,
                parts=(),
                absent=(),
            )
        case VisitRescheduled():
            return replace(
                visit,
                status="requested",
                day=None,
                slots=(),
                absent=(),
                window_from=event.window_from,
                window_to=event.window_to,
                opens_at=event.opens_at,
                closes_at=event.closes_at,
            )
        case VisitHandedOver():
            return replace(
                visit, status="requested", day=None, slots=(), absent=(), team_id=event.team_id, needs=event.needs
            )
        case VisitCancelled():
            return replace(visit, status="cancelled", day=None, slots=(), cancel_reason=event.reason)
        case VisitReinstated() | VisitAnnulled() | VisitNotMade() | VisitCorrected():
            return after_correction(visit, event)


Presence = VisitJoined | VisitLeft | VisitPartnerAbsent | VisitAlarmRaised | VisitCompleted


def after_presence(visit: Visit, event: Presence) -> Visit:
    """Return the state after a member entered, left or did not come, once the visit has begun."""
    match event:
        case VisitJoined():
            entered = min(part.entered_at for part in event.parts)
            return replace(visit, entered_at=entered, parts=event.parts, alarm_at=event.alarm_at, alarmed=False)
        case VisitLeft():
            return replace(
                visit,
                parts=event.parts,
                alarm_at=event.alarm_at,
                findings=event.findings,
                measured=event.measured,
                signatures=event.signatures,
            )
        case VisitPartnerAbsent():
            return replace(visit, absent=event.absent)
        case VisitAlarmRaised():
            return replace(visit, alarmed=True)
        case VisitCompleted():
            return replace(
                visit,
                status="completed",
                entered_at=event.entered_at,
                left_at=event.left_at,
                parts=event.parts,
                completed=event,
            )


def after_correction(visit: Visit, event: VisitReinstated | VisitAnnulled | VisitNotMade | VisitCorrected) -> Visit:
    """Return the state after a correction, as if the right thing had been recorded."""
    match event:
        case VisitReinstated():
            return replace(visit, status="requested", cancel_reason=None)
        case VisitAnnulled():
            return replace(visit, status="annulled", completed=None)
        case VisitNotMade():
            return replace(
                visit, status="missed", day=None, slots=(), parts=(), miss_reason=event.missed, completed=None
            )
        case VisitCorrected():
            assert visit.completed is not None, "only a visit that was made is corrected"
            made = replace(
                visit.completed,
                entered_at=event.entered_at,
                left_at=event.left_at,
                parts=event.parts,
                findings=event.findings,
                measured=event.measured,
                short=event.short,
                far_shorter=event.far_shorter,
            )
            return replace(visit, entered_at=event.entered_at, left_at=event.left_at, parts=event.parts, completed=made)


def touches(visit: Visit, event: VisitEvent) -> Iterable[TeamDay]:
    """Yield the team-days changed by a request, by what happens, or by its end; what a roster causes changes none."""
    match event:
        case (
            VisitStarted() | VisitJoined() | VisitLeft() | VisitPartnerAbsent() | VisitAlarmRaised() | VisitCompleted()
        ) if visit.day is not None:
            yield TeamDay(event.team_id, visit.day)
        case VisitAnnulled() | VisitNotMade() | VisitCorrected():
            yield TeamDay(event.team_id, event.day)
        case VisitMissed() if event.was_on is not None:
            yield TeamDay(event.team_id, event.was_on)
        case VisitRequested() | VisitRequestedAgain() | VisitReinstated():
            yield TeamDay(event.team_id, event.plan_from)
        case VisitRescheduled():
            yield TeamDay(event.team_id, event.plan_from)
            if event.was_on != event.plan_from:
                yield from vacated_days(event.team_id, event.was_on, event.waited_for)
        case VisitHandedOver():
            yield TeamDay(event.team_id, event.plan_from)
            yield from vacated_days(event.from_team_id, event.was_on, event.plan_from)
        case VisitCancelled():
            yield from vacated_days(event.team_id, event.was_on, event.waited_for)


def claims(visit: Visit, event: VisitEvent) -> Iterable[Claim]:
    """Claim a visit as open for its resident, and its members for the home while they are in it."""
    yield from open_claims(visit, event)
    match event:
        case VisitStarted() | VisitJoined() | VisitLeft() | VisitCompleted() | VisitCorrected():
            for part in event.parts:
                yield from claims_of(part, home_of(visit))
        case VisitAnnulled() | VisitNotMade():
            for part in event.parts:
                yield from (replace(claim, since=FOREVER, until=date.min) for claim in claims_of(part, home_of(visit)))


def open_claims(visit: Visit, event: VisitEvent) -> Iterable[Claim]:
    """Claim to be open for the resident, so that an end finds each visit that was requested by hand.

    The visits of care tasks are known to the care plan. Each step claims again: visits of older logs get theirs.
    """
    requested = visit.requested
    if requested is None or requested.care_task_id is not None or isinstance(event, UNDER_WAY):
        return
    is_over = isinstance(event, OVER)
    yield Claim(
        key=f"open_visits:{requested.resident_id}:{event.visit_id}",
        rule="counted-as-open",
        since=requested.plan_from,
        until=date.min if is_over else FOREVER,
    )


def home_of(visit: Visit) -> str:
    """Return the home of a visit: the household where one is recorded, else the resident."""
    requested = visit.requested
    assert requested is not None, "a visit begins after its request"
    return f"resident-{requested.resident_id}" if requested.household_id is None else f"home-{requested.household_id}"


def claims_of(part: Part, home: str) -> Iterable[Claim]:
    """Yield the claims of one member: that they are there until they leave, and the times that are known.

    Visits in one home share them: a member who enters it once may make several.
    """
    whose = f"{part.member_id}:{local_day(part.entered_at).isoformat()}"
    is_there = part.left_at is None
    yield Claim(
        key=f"member-there:{whose}",
        rule="member-in-another-home",
        since=date.min if is_there else FOREVER,
        until=FOREVER if is_there else date.min,
        group=home,
    )
    yield Claim(
        key=f"member-home:{whose}",
        rule="member-in-another-home",
        since=part.entered_at.astimezone(UTC),
        until=part.entered_at.astimezone(UTC) if part.left_at is None else part.left_at.astimezone(UTC) - INSTANT,
        keeps_ended=True,
        group=home,
    )


def vacated_days(team_id: str, was_on: date | None, waited_for: date | None) -> Iterable[TeamDay]:
    """Yield the days that a visit leaves: its assigned day, or those whose rosters may be in the making.

    That is the next day of its window and the one after: a day is planned from the evening before.
    """
    if was_on is not None:
        yield TeamDay(team_id, was_on)
    elif waited_for is not None:
        yield TeamDay(team_id, waited_for)
        yield TeamDay(team_id, waited_for + timedelta(days=1))


def require_requested(visit: Visit, visit_id: str) -> VisitRequested:
    """Return the request; refuse an unknown visit."""
    if visit.requested is None:
        raise Refused("visit-unknown", visit=visit_id)
    return visit.requested


def require_open(visit: Visit, visit_id: str) -> None:
    """Refuse a visit that has begun or is over."""
    if visit.status not in OPEN:
        raise Refused("visit-not-open", visit=visit_id, status=visit.status)
