"""Events of a visit."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date, datetime

from domain.contract.commands import Signer
from domain.event import event
from domain.finding import Finding
from domain.policy_pack import VisitGrade
from domain.visit.commands import CancelReason, MissReason, Need, Part, Signature, Slot, Sync
from domain.visit.correction_events import VisitCorrection


@event("visit.requested.v1")
class VisitRequested:
    """A visit was requested; it can be planned from `plan_from` on. Grade and price are those of that day's pack (A6).

    `two_people`: no member may go alone; `infectious`: it should be the last visit of a day; `household_id` is that of
    the resident. Here and below `warnings` are what the one who gives the command is told (`domain.team.working_days`).
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
    household_id: str | None = None


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
    was_on: date | None = None


@event("visit.started.v1")
class VisitStarted:
    """Members entered the home, the first of the visit.

    `parts` are those who are there or were (none in events from before parts were recorded). If nobody has left by
    `alarm_at`, an alarm goes to the leader. `outside_hours` is the reason of a member who came far outside of their
    shifts.
    """

    visit_id: str
    team_id: str
    entered_at: datetime
    day: date | None = None
    parts: tuple[Part, ...] = ()
    alarm_at: datetime | None = None
    outside_hours: str | None = None


@event("visit.joined.v1")
class VisitJoined:
    """Another member entered the home; `parts` are all by now. `outside_hours` as in `VisitStarted`."""

    visit_id: str
    team_id: str
    day: date
    parts: tuple[Part, ...]
    alarm_at: datetime
    outside_hours: str | None = None


@event("visit.left.v1")
class VisitLeft:
    """A member left the home; others are there or are to come. `parts` are all by now.

    `alarm_at` is None where nobody is there any more.
    """

    visit_id: str
    team_id: str
    day: date
    parts: tuple[Part, ...]
    findings: tuple[str, ...]
    measured: tuple[Finding, ...]
    signatures: tuple[Signature, ...]
    alarm_at: datetime | None


@event("visit.partner_absent.v1")
class VisitPartnerAbsent:
    """One of the assigned members did not come; `absent` are the numbers of all such needs."""

    visit_id: str
    team_id: str
    day: date
    member_id: str
    absent: tuple[int, ...]


@event("visit.alarm_raised.v1")
class VisitAlarmRaised:
    """Nobody has left the home long after they should have: the leader is told."""

    visit_id: str
    team_id: str
    day: date
    member_ids: tuple[str, ...]
    entered_at: datetime
    alarm_at: datetime


@event("visit.completed.v1")
class VisitCompleted:
    """The visit took place: entering and leaving times verify it (A6).

    `short`: it lasted less than the pack's minutes of a consultation (A2); it counts all the same. `far_shorter`: a
    part lasted less than the pack's percent of what was planned. `absent` are needs whose member did not come.
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
    day: date | None = None
    parts: tuple[Part, ...] = ()
    absent: tuple[int, ...] = ()
    far_shorter: bool = False


@event("visit.missed.v1")
class VisitMissed:
    """The visit did not take place. `was_on` is the day it was assigned to."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    reason: MissReason
    attempt: int
    was_on: date | None = None


@event("visit.requested_again.v1")
class VisitRequestedAgain:
    """A missed visit was requested again; `needs` are those left to do, None where all are."""

    visit_id: str
    resident_id: str
    team_id: str
    attempt: int
    window_from: date
    window_to: date
    plan_from: date
    needs: tuple[Need, ...] | None = None


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
    | VisitJoined
    | VisitLeft
    | VisitPartnerAbsent
    | VisitAlarmRaised
    | VisitCompleted
    | VisitMissed
    | VisitRequestedAgain
    | VisitRescheduled
    | VisitHandedOver
    | VisitCancelled
    | VisitCorrection
)
