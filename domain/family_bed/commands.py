"""Commands of a family bed."""

from datetime import date, datetime
from typing import Literal

from domain.contract.commands import Signer
from domain.event import command, value
from domain.finding import Finding

BedKind = Literal["treatment", "rehabilitation", "palliative"]
PlanKind = Literal["treatment", "nursing"]
BedOutcome = Literal["cured", "improved", "not-cured", "died", "other"]
Opinion = Literal["fit-for-home-care", "fit-with-conditions", "hospital-care-needed"]
ReturnReason = Literal["papers-incomplete", "indication-unclear", "not-suitable", "resident-departed", "other"]
Payment = Literal["insurance", "public-health", "self"]
Axis = Literal["biological", "psychological", "social"]
"""The three sides of a diagnosis that a bed's first page carries (A7)."""
PlanResult = Literal["met", "partly-met", "not-met"]
StopReason = Literal["goal-met", "plan-changed", "not-tolerated", "other"]
Overdue = Literal["assessment", "first-round", "review", "cycle"]
"""The deadlines of a bed."""


@value
class Diagnosis:
    """A coded diagnosis on one axis of a resident's illness; "no problem" on an axis is a code, too."""

    axis: Axis
    code: str


@command
class ApplyForBed:
    """Apply for a family bed: a doctor's indications and opinion, as codes."""

    family_bed_id: str
    resident_id: str
    team_id: str
    kind: BedKind
    indications: tuple[str, ...]
    opinion: Opinion = "fit-for-home-care"


@command
class ReturnBedApplication:
    """Return an application for correction."""

    family_bed_id: str
    reason: ReturnReason


@command
class ResubmitBedApplication:
    """Resubmit a returned application."""

    family_bed_id: str
    kind: BedKind
    indications: tuple[str, ...]
    opinion: Opinion = "fit-for-home-care"


@command
class AssessBed:
    """Record whether the condition and the dwelling allow care at home (A7)."""

    family_bed_id: str
    assessed_on: date
    assessor_id: str
    condition_fits: bool
    dwelling_fits: bool
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()


@command
class AgreeBed:
    """Sign the agreement: its text by version, the explained criteria and risks, and the payer."""

    family_bed_id: str
    agreed_on: date
    text_version: str
    copies: int
    criteria_told: bool
    risks_told: bool
    payment: Payment
    signed_by: Signer = "resident"
    insurer_approval_id: str | None = None


@command
class OpenBed:
    """Open an agreed bed under a responsible doctor and nurse; `override_by` opens it above the team's limit."""

    family_bed_id: str
    team_id: str
    opened_on: date
    doctor_id: str
    nurse_id: str
    diagnoses: tuple[Diagnosis, ...]
    days: int | None = None
    bed_number: str | None = None
    override_by: str | None = None


@command
class SetBedPlan:
    """Set the treatment or the nursing plan, all in codes; a nursing plan has its diagnoses and goals."""

    family_bed_id: str
    kind: PlanKind
    measures: tuple[str, ...]
    diagnoses: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


@command
class EvaluateBedPlan:
    """Record how far a plan's goals are met."""

    family_bed_id: str
    kind: PlanKind
    evaluated_on: date
    result: PlanResult


@command
class StopBedPlan:
    """End a plan before the bed ends."""

    family_bed_id: str
    kind: PlanKind
    stopped_on: date
    reason: StopReason


@command
class RecordRound:
    """Record a round; `visit_id` is the visit by which it was made, `kind` its purpose."""

    family_bed_id: str
    visit_id: str
    made_at: datetime
    member_ids: tuple[str, ...]
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()
    kind: str = "bed-round"


@command
class WriteUpRound:
    """Write the round's record, in codes: complaints, auxiliary tests, whether the contact person was talked with."""

    family_bed_id: str
    visit_id: str
    complaints: tuple[str, ...]
    tests: tuple[str, ...] = ()
    contact_talked: bool


@command
class ReviewBed:
    """Record a senior doctor's review of the bed's care [GK]."""

    family_bed_id: str
    reviewed_on: date
    reviewer_id: str


@command
class ExtendBed:
    """Begin another cycle, after a new assessment."""

    family_bed_id: str
    extended_on: date
    days: int | None = None


@command
class TransferBedToHospital:
    """Record that the resident is in hospital; the bed is kept and gives no care meanwhile."""

    family_bed_id: str
    transferred_on: date
    referral_id: str | None = None


@command
class ReturnBedFromHospital:
    """Record that the resident is back at home."""

    family_bed_id: str
    returned_on: date


@command
class SettleBed:
    """Settle the bed's account, in fen: the total, and the insurance fund's share of it."""

    family_bed_id: str
    settled_on: date
    amount_fen: int
    insurance_fen: int


@command
class CloseBed:
    """Close an open bed with its outcome."""

    family_bed_id: str
    closed_on: date
    outcome: BedOutcome


@command
class EndBed:
    """Close the bed of a resident who died or moved away, or return the application; the account is settled later."""

    family_bed_id: str
    last_day: date
    outcome: BedOutcome


@command
class ReportBedOverdue:
    """Record that a deadline has passed; a timer gives the command."""

    family_bed_id: str
    what: Overdue
    due_on: date


@command
class AnnulRound:
    """Annul a round that was recorded by mistake, or twice."""

    family_bed_id: str
    visit_id: str
    reason: str


@command
class AnnulBedOpening:
    """Annul the opening of a bed: it was recorded by mistake, and the bed is agreed and not open."""

    family_bed_id: str
    reason: str


@command
class CorrectBedDays:
    """Correct the day on which a bed opened or closed."""

    family_bed_id: str
    opened_on: date | None = None
    closed_on: date | None = None
    reason: str


@command
class ReopenBed:
    """Open a bed again that was closed by mistake; only one that closed with `outcome` if given."""

    family_bed_id: str
    reason: str
    allowed_by: str | None = None
    outcome: BedOutcome | None = None


FamilyBedCommand = (
    ApplyForBed
    | ReturnBedApplication
    | ResubmitBedApplication
    | AssessBed
    | AgreeBed
    | OpenBed
    | SetBedPlan
    | EvaluateBedPlan
    | StopBedPlan
    | RecordRound
    | WriteUpRound
    | ReviewBed
    | ExtendBed
    | TransferBedToHospital
    | ReturnBedFromHospital
    | SettleBed
    | CloseBed
    | EndBed
    | ReportBedOverdue
    | AnnulRound
    | AnnulBedOpening
    | CorrectBedDays
    | ReopenBed
)
