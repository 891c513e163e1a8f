"""What is remembered of a referral, for its decisions and those of the care plan."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from domain.decider import Refused
from domain.event import value
from domain.local_time import local_day
from domain.referral.commands import DeclineReason, FollowUpStage, WithdrawReason
from domain.referral.events import (
    ReferralAccepted,
    ReferralAdmitted,
    ReferralAppointmentPassed,
    ReferralAttended,
    ReferralDeclined,
    ReferralDischarged,
    ReferralEvent,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralReferredDown,
    ReferralRequested,
    ReferralReturned,
    ReferralScheduled,
    ReferralWithdrawn,
)

ReferralStatus = Literal[
    "unknown",
    "requested",
    "accepted",
    "declined",
    "withdrawn",
    "scheduled",
    "not-attended",
    "attended",
    "in-hospital",
    "discharged",
    "referred-down",
    "returned",
    "followed-up",
]


@value
class FollowUp:
    """What the team owes the resident: to see or call between two days, both included."""

    stage: FollowUpStage
    since: date
    by: date
    in_hospital: bool = False
    done: bool = False
    overdue: bool = False


@value
class Referral:
    """What decisions about a referral ask."""

    status: ReferralStatus = "unknown"
    requested: ReferralRequested | None = None
    declined: DeclineReason | None = None
    withdrawn: WithdrawReason | None = None
    unanswered: bool = False
    appointment_at: datetime | None = None
    appointment_passed: bool = False
    attended_at: datetime | None = None
    admitted_on: date | None = None
    discharged_on: date | None = None
    referred_down: ReferralReferredDown | None = None
    returned_on: date | None = None
    follow_up: FollowUp | None = None


def evolve(referral: Referral, fact: ReferralEvent) -> Referral:
    """Believe an event."""
    match fact:
        case ReferralRequested():
            return replace(referral, status="requested", requested=fact)
        case ReferralAccepted():
            return replace(referral, status="accepted")
        case ReferralDeclined():
            return replace(referral, status="declined", declined=fact.reason)
        case ReferralLeftUnanswered():
            return replace(referral, unanswered=True)
        case ReferralWithdrawn():
            return replace(referral, status="withdrawn", withdrawn=fact.reason)
        case ReferralScheduled():
            return replace(referral, status="scheduled", appointment_at=fact.appointment_at, appointment_passed=False)
        case ReferralAppointmentPassed():
            return replace(referral, appointment_passed=True)
        case ReferralNotAttended():
            return replace(referral, status="not-attended")
        case ReferralFollowedUp():
            return followed_up(referral, fact)
        case ReferralFollowUpOverdue():
            assert referral.follow_up is not None
            return replace(referral, follow_up=replace(referral.follow_up, overdue=True))
        case _:
            return evolve_stay(referral, fact)


def evolve_stay(
    referral: Referral,
    fact: ReferralAttended | ReferralAdmitted | ReferralDischarged | ReferralReferredDown | ReferralReturned,
) -> Referral:
    """Believe an event that says where the resident is."""
    match fact:
        case ReferralAttended():
            due = FollowUp(stage="transfer", since=local_day(fact.attended_at), by=fact.follow_up_by)
            return replace(referral, status="attended", attended_at=fact.attended_at, follow_up=due)
        case ReferralAdmitted():
            due = FollowUp(stage="transfer", since=fact.admitted_on, by=fact.follow_up_by, in_hospital=True)
            return replace(referral, status="in-hospital", admitted_on=fact.admitted_on, follow_up=due)
        case ReferralDischarged():
            due = of_return(referral, fact.discharged_on, fact.follow_up_by)
            return replace(referral, status="discharged", discharged_on=fact.discharged_on, follow_up=due)
        case ReferralReferredDown():
            due = of_return(referral, fact.referred_down_on, fact.follow_up_by)
            return replace(referral, status="referred-down", referred_down=fact, follow_up=due)
        case ReferralReturned():
            due = of_return(referral, fact.returned_on, fact.follow_up_by)
            return replace(referral, status="returned", returned_on=fact.returned_on, follow_up=due)


def of_return(referral: Referral, since: date, by: date) -> FollowUp:
    """Return the follow-up of a resident who left the hospital: one, from the first day that says so."""
    if referral.follow_up is not None and referral.follow_up.stage == "return":
        return referral.follow_up
    return FollowUp(stage="return", since=since, by=by)


def followed_up(referral: Referral, fact: ReferralFollowedUp) -> Referral:
    """Believe that a follow-up was done; that of the return ends the referral."""
    assert referral.follow_up is not None
    status: ReferralStatus = "followed-up" if fact.stage == "return" else referral.status
    return replace(referral, status=status, follow_up=replace(referral.follow_up, done=True))


def require_requested(referral: Referral, referral_id: str) -> ReferralRequested:
    """Return the request; refuse a referral that nobody asked for."""
    if referral.requested is None:
        raise Refused("referral-unknown", referral=referral_id)
    return referral.requested


def require_status(referral: Referral, referral_id: str, *statuses: ReferralStatus) -> None:
    """Refuse a step that does not follow from where the referral stands."""
    if referral.status not in statuses:
        raise Refused("referral-step-out-of-order", referral=referral_id, status=referral.status)
