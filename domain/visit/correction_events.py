"""Events that correct a visit; each carries what it replaces."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date, datetime

from domain.event import event
from domain.finding import Finding
from domain.visit.commands import CancelReason, MissReason, Part


@event("visit.reinstated.v1")
class VisitReinstated:
    """The visit is wanted again inside its window: it was cancelled by mistake, for `was`."""

    visit_id: str
    resident_id: str
    team_id: str
    window_from: date
    window_to: date
    plan_from: date
    was: CancelReason
    reason: str


@event("visit.annulled.v1")
class VisitAnnulled:
    """The visit was recorded twice, or never took place: its record, which stands here, counts no longer."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    family_bed_id: str | None
    contract_id: str | None
    purpose: str
    day: date
    member_ids: tuple[str, ...]
    entered_at: datetime
    left_at: datetime
    parts: tuple[Part, ...]
    reason: str


@event("visit.not_made.v1")
class VisitNotMade:
    """The visit was recorded as made, which stands here, but was missed."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    family_bed_id: str | None
    contract_id: str | None
    purpose: str
    day: date
    member_ids: tuple[str, ...]
    entered_at: datetime
    left_at: datetime
    parts: tuple[Part, ...]
    missed: MissReason
    attempt: int
    reason: str


@event("visit.corrected.v1")
class VisitCorrected:
    """The visit was made like this; `was_` is what was recorded. The other fields are as in its completion."""

    visit_id: str
    resident_id: str
    team_id: str
    care_task_id: str | None
    family_bed_id: str | None
    contract_id: str | None
    purpose: str
    day: date
    member_ids: tuple[str, ...]
    entered_at: datetime
    left_at: datetime
    parts: tuple[Part, ...]
    findings: tuple[str, ...]
    measured: tuple[Finding, ...]
    short: bool
    far_shorter: bool
    was_entered_at: datetime
    was_left_at: datetime
    was_findings: tuple[str, ...]
    was_measured: tuple[Finding, ...]
    reason: str


VisitCorrection = VisitReinstated | VisitAnnulled | VisitNotMade | VisitCorrected
