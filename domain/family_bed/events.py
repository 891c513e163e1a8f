"""Events of a family bed."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date, datetime

from domain.contract.commands import Signer
from domain.event import event
from domain.family_bed.commands import (
    BedKind,
    BedOutcome,
    Diagnosis,
    Opinion,
    Overdue,
    Payment,
    PlanKind,
    PlanResult,
    ReturnReason,
    StopReason,
)
from domain.family_bed.correction_events import BedCorrection
from domain.finding import Finding


@event("family_bed.applied_for.v1")
class BedAppliedFor:
    """A bed was applied for; it is to be assessed by `assess_by`."""

    family_bed_id: str
    resident_id: str
    team_id: str
    kind: BedKind
    indications: tuple[str, ...]
    opinion: Opinion = "fit-for-home-care"
    assess_by: date | None = None


@event("family_bed.application_returned.v1")
class BedApplicationReturned:
    """The application was returned."""

    family_bed_id: str
    reason: ReturnReason


@event("family_bed.applied_for_again.v1")
class BedAppliedForAgain:
    """The application was corrected and resubmitted."""

    family_bed_id: str
    resident_id: str
    team_id: str
    kind: BedKind
    indications: tuple[str, ...]
    opinion: Opinion
    assess_by: date


@event("family_bed.assessed.v1")
class BedAssessed:
    """Condition and dwelling were assessed, before the bed opened or for another cycle."""

    family_bed_id: str
    assessed_on: date
    assessor_id: str
    condition_fits: bool
    dwelling_fits: bool
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()
    for_extension: bool = False


@event("family_bed.agreed.v1")
class BedAgreed:
    """The agreement is signed; the criteria of opening and closing and the risks of care at home were explained."""

    family_bed_id: str
    agreed_on: date
    text_version: str
    copies: int
    payment: Payment
    signed_by: Signer
    insurer_approval_id: str | None


@event("family_bed.opened.v1")
class BedOpened:
    """Care at home begins; the numbers of the cycle are decided here.

    `beds_of_team` counts this one, too; `crowded`: the team has more than the pack's warning.
    """

    family_bed_id: str
    resident_id: str
    team_id: str
    kind: BedKind
    opened_on: date
    cycle_ends_on: date
    first_round_by: date
    round_every_days: int
    nurse_round_every_days: int
    doctor_id: str
    nurse_id: str
    bed_number: str = ""
    diagnoses: tuple[Diagnosis, ...] = ()
    review_by: date | None = None
    beds_of_team: int = 1
    crowded: bool = False
    override_by: str | None = None


@event("family_bed.plan_set.v1")
class BedPlanSet:
    """A treatment or nursing plan is current from now on."""

    family_bed_id: str
    kind: PlanKind
    measures: tuple[str, ...]
    diagnoses: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


@event("family_bed.plan_evaluated.v1")
class BedPlanEvaluated:
    """A plan's goals were evaluated."""

    family_bed_id: str
    kind: PlanKind
    evaluated_on: date
    result: PlanResult


@event("family_bed.plan_stopped.v1")
class BedPlanStopped:
    """A plan is no longer current."""

    family_bed_id: str
    kind: PlanKind
    stopped_on: date
    reason: StopReason


@event("family_bed.round_recorded.v1")
class BedRoundRecorded:
    """A round was made."""

    family_bed_id: str
    resident_id: str
    visit_id: str
    made_at: datetime
    member_ids: tuple[str, ...]
    findings: tuple[str, ...]
    measured: tuple[Finding, ...] = ()
    kind: str = "bed-round"


@event("family_bed.round_written_up.v1")
class BedRoundWrittenUp:
    """The round's record is written."""

    family_bed_id: str
    visit_id: str
    complaints: tuple[str, ...]
    tests: tuple[str, ...]
    contact_talked: bool


@event("family_bed.reviewed.v1")
class BedReviewed:
    """A senior doctor reviewed the care; the next review is due by `review_by`."""

    family_bed_id: str
    reviewed_on: date
    reviewer_id: str
    review_by: date


@event("family_bed.extended.v1")
class BedExtended:
    """Another cycle begins, on a new assessment."""

    family_bed_id: str
    resident_id: str
    team_id: str
    cycle: int
    extended_on: date
    cycle_ends_on: date
    assessed_on: date


@event("family_bed.transferred_to_hospital.v1")
class BedTransferredToHospital:
    """The resident is in hospital; the bed gives no care at home from this day on."""

    family_bed_id: str
    resident_id: str
    team_id: str
    transferred_on: date
    referral_id: str | None


@event("family_bed.returned_from_hospital.v1")
class BedReturnedFromHospital:
    """The resident is back; a doctor sees them by `first_round_by`."""

    family_bed_id: str
    resident_id: str
    team_id: str
    transferred_on: date
    returned_on: date
    first_round_by: date


@event("family_bed.settled.v1")
class BedSettled:
    """The account is settled, in fen."""

    family_bed_id: str
    resident_id: str
    team_id: str
    settled_on: date
    amount_fen: int
    insurance_fen: int


@event("family_bed.closed.v1")
class BedClosed:
    """Care at home is over."""

    family_bed_id: str
    resident_id: str
    team_id: str
    closed_on: date
    outcome: BedOutcome


@event("family_bed.fell_overdue.v1")
class BedFellOverdue:
    """A deadline passed; nothing else changes."""

    family_bed_id: str
    what: Overdue
    due_on: date


FamilyBedEvent = (
    BedAppliedFor
    | BedApplicationReturned
    | BedAppliedForAgain
    | BedAssessed
    | BedAgreed
    | BedOpened
    | BedPlanSet
    | BedPlanEvaluated
    | BedPlanStopped
    | BedRoundRecorded
    | BedRoundWrittenUp
    | BedReviewed
    | BedExtended
    | BedTransferredToHospital
    | BedReturnedFromHospital
    | BedSettled
    | BedClosed
    | BedFellOverdue
    | BedCorrection
)
