"""Commands of a referral."""

from datetime import date, datetime
from typing import Literal

from domain.event import command, value
from domain.screening import Urgency

DeclineReason = Literal["no-bed", "no-specialist", "not-indicated", "wrong-department", "other"]
WithdrawReason = Literal[
    "resident-declined", "went-elsewhere", "no-longer-needed", "died", "moved-out", "contract-over", "other"
]
FollowUpStage = Literal["transfer", "return"]
"""The follow-up after the transfer to the hospital, or after the return from it."""


@value
class Slip:
    """The referral slip, in codes: conditions, cautions, tests done, guidance for rehabilitation."""

    conditions: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    rehabilitation: tuple[str, ...] = ()


@command
class RequestReferral:
    """Ask a hospital (`institution_id`) to take a signed resident; the reason and the criteria are codes.

    `green_channel` requests one of the family doctors' priority slots or beds. `former_referral_id` names the referral
    that another hospital declined.
    """

    referral_id: str
    resident_id: str
    contract_id: str
    institution_id: str
    urgency: Urgency
    reason: str
    criteria: tuple[str, ...] = ()
    green_channel: bool = False
    former_referral_id: str | None = None
    slip: Slip = Slip()


@command
class AcceptReferral:
    """Accept the resident, with a ward and bed if reserved; `green_channel` grants a priority slot or bed.

    `specialty` is the code of the specialist whose slot it is.
    """

    referral_id: str
    ward: str | None = None
    bed: str | None = None
    green_channel: bool = False
    specialty: str | None = None


@command
class DeclineReferral:
    """Decline the resident, with a reason."""

    referral_id: str
    reason: DeclineReason


@command
class RecordUnanswered:
    """Record that the hospital did not answer in its hours."""

    referral_id: str


@command
class WithdrawReferral:
    """Record that the resident will not go to the hospital."""

    referral_id: str
    reason: WithdrawReason


@command
class ScheduleReferral:
    """Give an appointment."""

    referral_id: str
    appointment_at: datetime


@command
class RecordAppointmentPassed:
    """Record that the day of the appointment is over without a report of attendance."""

    referral_id: str


@command
class MissAppointment:
    """Record that the resident did not come to the appointment."""

    referral_id: str


@command
class AttendReferral:
    """Record that the resident came to the hospital."""

    referral_id: str
    attended_at: datetime


@command
class AdmitReferral:
    """Admit the resident to a bed of the hospital."""

    referral_id: str
    admitted_on: date
    ward: str | None = None
    bed: str | None = None


@command
class DischargeReferral:
    """Discharge the resident from the hospital."""

    referral_id: str
    discharged_on: date


@command
class ReferDown:
    """Refer the resident down to the team, with diagnoses and a plan, in codes."""

    referral_id: str
    referred_down_on: date
    diagnoses: tuple[str, ...]
    plan: tuple[str, ...]
    stable: bool
    tests: tuple[str, ...] = ()
    rehabilitation: tuple[str, ...] = ()
    prescriptions: tuple[str, ...] = ()


@command
class ReturnReferral:
    """Record that the resident is back with the team; the advice is in codes."""

    referral_id: str
    returned_on: date
    advice: tuple[str, ...] = ()


@command
class FollowUpReferral:
    """Record that the team saw or called the resident at this stage."""

    referral_id: str
    followed_up_on: date
    stage: FollowUpStage = "return"
    visit_id: str | None = None


@command
class RecordFollowUpOverdue:
    """Record that the open follow-up was not done by its day."""

    referral_id: str


@command
class EndReferral:
    """End what the team does for a referral: its resident died or moved away, or the contract `source_id` is over."""

    referral_id: str
    reason: WithdrawReason
    last_day: date
    source_id: str | None = None


ReferralCommand = (
    RequestReferral
    | AcceptReferral
    | DeclineReferral
    | RecordUnanswered
    | WithdrawReferral
    | ScheduleReferral
    | RecordAppointmentPassed
    | MissAppointment
    | AttendReferral
    | AdmitReferral
    | DischargeReferral
    | ReferDown
    | ReturnReferral
    | FollowUpReferral
    | RecordFollowUpOverdue
    | EndReferral
)
