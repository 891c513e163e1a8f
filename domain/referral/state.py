"""The state of a referral, for its decisions and those of the care plan."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from domain.decider import FOREVER, Claim, Refused
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
    ReferralEnded,
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
    "ended",
]
OVER = frozenset({"unknown", "declined", "withdrawn", "followed-up", "ended"})
"""Referrals for which nobody has anything to do any more."""


@value
class FollowUp:
    """A follow-up that the team owes: a visit or call between two days, both included."""

    stage: FollowUpStage
    since: date
    by: date
    in_hospital: bool = False
    done: bool = False
    overdue: bool = False


@value
class Referral:
    """The state of a referral."""

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


def evolve(referral: Referral, event: ReferralEvent) -> Referral:
    """Return the state after an event."""
    match event:
        case ReferralRequested():
            return replace(referral, status="requested", requested=event)
        case ReferralAccepted():
            return replace(referral, status="accepted")
        case ReferralDeclined():
            return replace(referral, status="declined", declined=event.reason)
        case ReferralLeftUnanswered():
            return replace(referral, unanswered=True)
        case ReferralWithdrawn():
            return replace(referral, status="withdrawn", withdrawn=event.reason)
        case ReferralScheduled():
            return replace(referral, status="scheduled", appointment_at=event.appointment_at, appointment_passed=False)
        case ReferralAppointmentPassed():
            return replace(referral, appointment_passed=True)
        case ReferralNotAttended():
            return replace(referral, status="not-attended")
        case ReferralEnded():
            return replace(referral, status="ended", follow_up=None)
        case ReferralFollowedUp():
            return evolve_follow_up(referral, event)
        case ReferralFollowUpOverdue():
            assert referral.follow_up is not None
            return replace(referral, follow_up=replace(referral.follow_up, overdue=True))
        case _:
            return evolve_stay(referral, event)


def evolve_stay(
    referral: Referral,
    event: ReferralAttended | ReferralAdmitted | ReferralDischarged | ReferralReferredDown | ReferralReturned,
) -> Referral:
    """Return the state after an event that changes the place of the resident."""
    match event:
        case ReferralAttended():
            due = FollowUp(stage="transfer", since=local_day(event.attended_at), by=event.follow_up_by)
            return replace(referral, status="attended", attended_at=event.attended_at, follow_up=due)
        case ReferralAdmitted():
            due = FollowUp(stage="transfer", since=event.admitted_on, by=event.follow_up_by, in_hospital=True)
            return replace(referral, status="in-hospital", admitted_on=event.admitted_on, follow_up=due)
        case ReferralDischarged():
            due = follow_up_after_return(referral, event.discharged_on, event.follow_up_by)
            return replace(referral, status="discharged", discharged_on=event.discharged_on, follow_up=due)
        case ReferralReferredDown():
            due = follow_up_after_return(referral, event.referred_down_on, event.follow_up_by)
            return replace(referral, status="referred-down", referred_down=event, follow_up=due)
        case ReferralReturned():
            due = follow_up_after_return(referral, event.returned_on, event.follow_up_by)
            return replace(referral, status="returned", returned_on=event.returned_on, follow_up=due)


def follow_up_after_return(referral: Referral, since: date, by: date) -> FollowUp:
    """Return the follow-up after the hospital, counted once from the first event that reports the departure."""
    if referral.follow_up is not None and referral.follow_up.stage == "return":
        return referral.follow_up
    return FollowUp(stage="return", since=since, by=by)


def evolve_follow_up(referral: Referral, event: ReferralFollowedUp) -> Referral:
    """Return the state after a follow-up; that of the return ends the referral."""
    assert referral.follow_up is not None
    status: ReferralStatus = "followed-up" if event.stage == "return" else referral.status
    return replace(referral, status=status, follow_up=replace(referral.follow_up, done=True))


def require_requested(referral: Referral, referral_id: str) -> ReferralRequested:
    """Return the request; refuse an unknown referral."""
    if referral.requested is None:
        raise Refused("referral-unknown", referral=referral_id)
    return referral.requested


def require_status(referral: Referral, referral_id: str, *statuses: ReferralStatus) -> None:
    """Refuse a step that the referral's status does not allow."""
    if referral.status not in statuses:
        raise Refused("referral-step-out-of-order", referral=referral_id, status=referral.status)


def claims(referral: Referral, event: ReferralEvent) -> Iterable[Claim]:
    """Claim to be open for the resident, so that an end finds it; each step claims again, or gives the claim back."""
    requested = referral.requested
    if requested is not None:
        yield Claim(
            key=f"open_referrals:{requested.resident_id}:{event.referral_id}",
            rule="counted-as-open",
            since=local_day(requested.requested_at),
            until=date.min if referral.status in OVER else FOREVER,
        )


def check_referral_of(referral: Referral, referral_id: str, resident_id: str) -> None:
    """Refuse an unknown referral, and one of another resident."""
    if require_requested(referral, referral_id).resident_id != resident_id:
        raise Refused("referral-of-another-resident", referral=referral_id, resident=resident_id)
