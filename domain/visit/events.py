"""Events of a visit."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date, datetime

from domain.contract.commands import Signer
from domain.event import event
from domain.finding import Finding
from domain.policy_pack import VisitGrade
from domain.visit.commands import CancelReason, MissReason, Need, Signature, Slot, Sync


@event("visit.requested.v1")
class VisitRequested:
    """A visit was requested; it can be planned from `plan_from` on. Grade and price are those of that day's pack (A6).

    `two_people`: no member may go alone; `infectious`: it should be the last visit of a day. Here and below `warnings`
    are what the one who gives the command is told (`domain.team.working_days`).
    """

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
    grade: VisitGrade = "none"
    price_fen: int = 0
    infectious: bool = False
    two_people: bool = False
    applicant: Signer | None = None
    assessor_id: str | None = None
    warnings: tuple[str, ...] = ()


@event("visit.assigned.v1")
class VisitAssigned:
    """A visit has its members and times."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    roster_id: str
    day: date
    slots: tuple[Slot, ...]


@event("visit.released.v1")
class VisitReleased:
    """A visit has no members any more and waits for another day of its window."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    roster_id: str
    window_to: date


@event("visit.started.v1")
class VisitStarted:
    """Members entered the home."""

    visit_id: str
    team_id: str
    entered_at: datetime


@event("visit.completed.v1")
class VisitCompleted:
    """The visit took place: entering and leaving times verify it (A6).

    `short`: it lasted less than the pack's minutes of a consultation (A2); it counts all the same.
    """

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    family_bed_id: str | None
    member_ids: tuple[str, ...]
    entered_at: datetime
    left_at: datetime
    findings: tuple[str, ...]
    measured: tuple[Finding, ...] = ()
    signatures: tuple[Signature, ...] = ()
    short: bool = False
    contract_id: str | None = None
    purpose: str | None = None


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
    """A missed visit was requested again."""

    visit_id: str
    resident_id: str
    team_id: str
    attempt: int
    window_from: date
    window_to: date
    plan_from: date


@event("visit.rescheduled.v1")
class VisitRescheduled:
    """The visit was requested in another window.

    `was_on` is the day it was assigned to; without one, `waited_for` is the next day on which it could be planned.
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
    warnings: tuple[str, ...] = ()


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
    warnings: tuple[str, ...] = ()


@event("visit.cancelled.v1")
class VisitCancelled:
    """The visit was cancelled."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    reason: CancelReason
    was_on: date | None
    waited_for: date | None = None
    family_bed_id: str | None = None


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
