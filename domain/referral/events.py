"""Events of a referral."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date, datetime

from domain.event import event
from domain.referral.commands import DeclineReason, FollowUpStage, Slip, WithdrawReason
from domain.screening import Urgency


@event("referral.requested.v1")
class ReferralRequested:
    """A hospital was requested and answers by `answer_by`; `in_contract`: the resident's contract names it."""

    referral_id: str
    resident_id: str
    contract_id: str
    team_id: str
    institution_id: str
    urgency: Urgency
    reason: str
    criteria: tuple[str, ...]
    green_channel: bool
    in_contract: bool
    former_referral_id: str | None
    slip: Slip
    requested_at: datetime
    answer_by: datetime


@event("referral.accepted.v1")
class ReferralAccepted:
    """The hospital accepts the resident; `green_channel`: into a slot or bed reserved for family doctors."""

    referral_id: str
    resident_id: str
    team_id: str
    answered_at: datetime
    ward: str | None
    bed: str | None
    green_channel: bool
    specialty: str | None = None


@event("referral.declined.v1")
class ReferralDeclined:
    """The hospital declines the resident."""

    referral_id: str
    resident_id: str
    team_id: str
    answered_at: datetime
    reason: DeclineReason


@event("referral.left_unanswered.v1")
class ReferralLeftUnanswered:
    """The hospital had not answered by the end of its hours."""

    referral_id: str
    resident_id: str
    team_id: str
    institution_id: str
    answer_by: datetime


@event("referral.withdrawn.v1")
class ReferralWithdrawn:
    """The resident will not go."""

    referral_id: str
    resident_id: str
    team_id: str
    reason: WithdrawReason


@event("referral.scheduled.v1")
class ReferralScheduled:
    """The resident has an appointment."""

    referral_id: str
    resident_id: str
    team_id: str
    appointment_at: datetime


@event("referral.appointment_passed.v1")
class ReferralAppointmentPassed:
    """The day of the appointment ended without a report of attendance."""

    referral_id: str
    resident_id: str
    team_id: str
    appointment_at: datetime


@event("referral.not_attended.v1")
class ReferralNotAttended:
    """The resident did not come to the appointment."""

    referral_id: str
    resident_id: str
    team_id: str
    appointment_at: datetime


@event("referral.attended.v1")
class ReferralAttended:
    """The resident came to the hospital; the team follows up by `follow_up_by`."""

    referral_id: str
    resident_id: str
    team_id: str
    attended_at: datetime
    follow_up_by: date


@event("referral.admitted.v1")
class ReferralAdmitted:
    """The resident is in hospital; the team follows up there by the earlier day of the rules in force."""

    referral_id: str
    resident_id: str
    team_id: str
    admitted_on: date
    ward: str | None
    bed: str | None
    follow_up_by: date


@event("referral.discharged.v1")
class ReferralDischarged:
    """The resident left the hospital; the team makes contact by `follow_up_by`."""

    referral_id: str
    resident_id: str
    team_id: str
    discharged_on: date
    follow_up_by: date


@event("referral.referred_down.v1")
class ReferralReferredDown:
    """The hospital refers the resident down to the team, with a plan in codes."""

    referral_id: str
    resident_id: str
    team_id: str
    referred_down_on: date
    diagnoses: tuple[str, ...]
    plan: tuple[str, ...]
    tests: tuple[str, ...]
    rehabilitation: tuple[str, ...]
    prescriptions: tuple[str, ...]
    follow_up_by: date


@event("referral.returned.v1")
class ReferralReturned:
    """The resident is back; the team follows up by this day."""

    referral_id: str
    resident_id: str
    contract_id: str
    team_id: str
    returned_on: date
    follow_up_by: date
    advice: tuple[str, ...]


@event("referral.followed_up.v1")
class ReferralFollowedUp:
    """The team saw or called the resident; `in_time`: by the last day of the follow-up."""

    referral_id: str
    resident_id: str
    team_id: str
    stage: FollowUpStage
    followed_up_on: date
    visit_id: str | None
    in_time: bool


@event("referral.follow_up_overdue.v1")
class ReferralFollowUpOverdue:
    """The last day of a follow-up passed without it."""

    referral_id: str
    resident_id: str
    team_id: str
    stage: FollowUpStage
    follow_up_by: date


@event("referral.ended.v1")
class ReferralEnded:
    """The team follows the resident up no longer: they died or moved away, or the contract is over."""

    referral_id: str
    resident_id: str
    team_id: str
    reason: WithdrawReason
    last_day: date


ReferralEvent = (
    ReferralRequested
    | ReferralAccepted
    | ReferralDeclined
    | ReferralLeftUnanswered
    | ReferralWithdrawn
    | ReferralScheduled
    | ReferralAppointmentPassed
    | ReferralNotAttended
    | ReferralAttended
    | ReferralAdmitted
    | ReferralDischarged
    | ReferralReferredDown
    | ReferralReturned
    | ReferralFollowedUp
    | ReferralFollowUpOverdue
    | ReferralEnded
)
