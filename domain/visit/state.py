"""The state of a visit, and the team-days that its events change."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from domain.decider import FOREVER, Claim, Refused, TeamDay
from domain.event import value
from domain.visit.commands import MissReason, Need, Slot
from domain.visit.events import (
    VisitAssigned,
    VisitCancelled,
    VisitCompleted,
    VisitEvent,
    VisitHandedOver,
    VisitMissed,
    VisitReleased,
    VisitRequested,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)

VisitStatus = Literal["unknown", "requested", "assigned", "started", "completed", "missed", "cancelled"]
OPEN = frozenset({"requested", "assigned"})


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
    left_at: datetime | None = None

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
            return replace(visit, status="assigned", day=event.day, slots=event.slots, roster_id=event.roster_id)
        case VisitReleased():
            return replace(visit, status="requested", day=None, slots=())
        case VisitStarted():
            return replace(visit, status="started", entered_at=event.entered_at)
        case VisitCompleted():
            return replace(visit, status="completed", left_at=event.left_at)
        case VisitMissed():
            return replace(visit, status="missed", day=None, slots=(), miss_reason=event.reason)
        case VisitRequestedAgain():
            return replace(
                visit,
                status="requested",
                attempt=event.attempt,
                window_from=event.window_from,
                window_to=event.window_to,
            )
        case VisitRescheduled():
            return replace(
                visit,
                status="requested",
                day=None,
                slots=(),
                window_from=event.window_from,
                window_to=event.window_to,
                opens_at=event.opens_at,
                closes_at=event.closes_at,
            )
        case VisitHandedOver():
            return replace(visit, status="requested", day=None, slots=(), team_id=event.team_id, needs=event.needs)
        case VisitCancelled():
            return replace(visit, status="cancelled", day=None, slots=())


def claims(visit: Visit, event: VisitEvent) -> Iterable[Claim]:
    """Claim to be open for the resident, so that an end finds each visit that was requested by hand.

    The visits of care tasks are known to the care plan. Each step claims again: visits of older logs get theirs.
    """
    requested = visit.requested
    if requested is None or requested.care_task_id is not None or isinstance(event, VisitStarted):
        return
    is_over = isinstance(event, VisitCompleted | VisitMissed | VisitCancelled)
    yield Claim(
        key=f"open_visits:{requested.resident_id}:{event.visit_id}",
        rule="counted-as-open",
        since=requested.plan_from,
        until=date.min if is_over else FOREVER,
    )


def touches(visit: Visit, event: VisitEvent) -> Iterable[TeamDay]:  # noqa: ARG001 -- the signature every aggregate shares
    """Yield the team-days changed by a request or its end; events caused by a roster change none."""
    match event:
        case VisitRequested() | VisitRequestedAgain():
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
