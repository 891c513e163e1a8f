"""Commands of a visit."""

from datetime import date, datetime
from typing import Literal

from domain.contract.commands import Signer
from domain.event import command, value
from domain.finding import Finding
from domain.team.commands import Role

Sync = Literal["single", "simultaneous", "sequential"]
MissReason = Literal[
    "nobody-home", "refused-at-the-door", "staff-unavailable", "not-started", "window-passed", "partner-absent", "other"
]
CancelReason = Literal[
    "no-longer-needed",
    "resident-asked",
    "in-hospital",
    "contract-over",
    "bed-closed",
    "died",
    "moved-out",
    "group-changed",
    "consent-declined",
    "other",
]


@value
class Need:
    """One member's part of a visit: any of `roles`, `minutes` long.

    It is made by the named member or one of the preferred if possible: those know the resident.
    """

    roles: tuple[Role, ...]
    minutes: int
    qualifications: tuple[str, ...] = ()
    named_id: str | None = None
    preferred_ids: tuple[str, ...] = ()


@value
class Slot:
    """One member's part of an assigned visit."""

    member_id: str
    starts_at: datetime
    ends_at: datetime


@value
class Part:
    """One member in the home, for the need number `service`; `left_at` is None while they are there."""

    service: int
    member_id: str
    entered_at: datetime
    left_at: datetime | None = None


@value
class Signature:
    """The signer of a visit and the moment; names stay on the paper."""

    signed_by: Signer
    signed_at: datetime


@command
class RequestVisit:
    """Request a home visit inside a window of days, under a contract or a family bed.

    Without `needs` the purpose decides roles and minutes. `first`: no member of the team has been in this home.
    `infectious` None: the resident's key groups decide. `applicant` requested the visit, `assessor_id` graded the
    care (A6).

    `opens_at` and `closes_at`, minutes after midnight, bound the time of day at which it may begin. Two or three
    needs are met together (simultaneous) or one after the other with `least_gap` to `most_gap` minutes from each start
    to the next.
    """

    visit_id: str
    resident_id: str
    team_id: str
    contract_id: str | None = None
    family_bed_id: str | None = None
    care_task_id: str | None = None
    purpose: str
    needs: tuple[Need, ...] = ()
    sync: Sync = "single"
    least_gap: int = 0
    most_gap: int = 0
    window_from: date
    window_to: date
    opens_at: int | None = None
    closes_at: int | None = None
    priority: int = 5
    first: bool = False
    infectious: bool | None = None
    applicant: Signer = "resident"
    assessor_id: str | None = None


@command
class AssignVisit:
    """Assign members and times to a visit, by a published roster."""

    visit_id: str
    roster_id: str
    day: date
    slots: tuple[Slot, ...]


@command
class ReleaseVisit:
    """Take a visit's members away: its roster has no place for it any more."""

    visit_id: str
    roster_id: str


@command
class StartVisit:
    """Record that a member entered the home: the assigned one, or another of the team or a guest, in their place.

    Without `member_id` the assigned members enter: all who are still to come, of those who come one after the other
    the next one. `instead_of` is the assigned member in whose place somebody else came. Far outside of the member's
    hours it needs a `reason`, a few words without anybody's name.
    """

    visit_id: str
    entered_at: datetime
    member_id: str | None = None
    instead_of: str | None = None
    reason: str | None = None


@command
class CompleteVisit:
    """Record that a member left the home, without `member_id` that all who were there left.

    When the last part ends, the visit is done. `findings` are codes, `measured` values with units.
    """

    visit_id: str
    left_at: datetime
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()
    signatures: tuple[Signature, ...] = ()
    member_id: str | None = None


@command
class RecordPartnerAbsent:
    """Record that one of the assigned members did not come."""

    visit_id: str
    member_id: str


@command
class RaiseVisitAlarm:
    """Tell the leader that nobody has left a home long after they should have."""

    visit_id: str


@command
class MissVisit:
    """Record that the visit did not take place."""

    visit_id: str
    reason: MissReason


@command
class RequestVisitAgain:
    """Request a missed visit again."""

    visit_id: str


@command
class RescheduleVisit:
    """Request the visit in another window."""

    visit_id: str
    window_from: date
    window_to: date
    opens_at: int | None = None
    closes_at: int | None = None


@command
class HandOverVisit:
    """Give the visit to another team; `needs` names its members, None keeps the needs without names.

    With a `contract_id` only an open visit under that contract moves, to the doctor and the nurse of these ids.
    """

    visit_id: str
    team_id: str
    needs: tuple[Need, ...] | None = None
    contract_id: str | None = None
    doctor_id: str | None = None
    nurse_id: str | None = None


@command
class CancelVisit:
    """Cancel the visit."""

    visit_id: str
    reason: CancelReason


@command
class EndVisit:
    """End the visit if it rests on what ended: its resident's presence (no source), a contract or a bed."""

    visit_id: str
    last_day: date
    cause: CancelReason
    source_id: str | None = None


@command
class ReinstateVisit:
    """Request a cancelled visit again as it was: it was cancelled by mistake; only for one of the `causes` if given."""

    visit_id: str
    reason: str
    causes: tuple[CancelReason, ...] = ()


@command
class AnnulVisit:
    """Annul the record of a visit that was recorded twice, or never took place."""

    visit_id: str
    reason: str


@command
class CorrectVisit:
    """Correct the times of a visit that was made, of one member or of all; or record that it was missed (`missed`)."""

    visit_id: str
    entered_at: datetime | None = None
    left_at: datetime | None = None
    member_id: str | None = None
    missed: MissReason | None = None
    reason: str


@command
class CorrectFindings:
    """Replace the findings of a visit that was made; all of them are given again."""

    visit_id: str
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()
    reason: str


VisitCommand = (
    RequestVisit
    | AssignVisit
    | ReleaseVisit
    | StartVisit
    | CompleteVisit
    | RecordPartnerAbsent
    | RaiseVisitAlarm
    | MissVisit
    | RequestVisitAgain
    | RescheduleVisit
    | HandOverVisit
    | CancelVisit
    | EndVisit
    | ReinstateVisit
    | AnnulVisit
    | CorrectVisit
    | CorrectFindings
)
