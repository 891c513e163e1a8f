"""A referral goes up to a hospital and comes back: asked, answered, scheduled, returned, followed up (A8)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from domain.contract import Contract
from domain.decider import Decider, Refused
from domain.event import event, value
from domain.institution import Institution
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.screening import Urgency

DeclineReason = Literal["no-bed", "no-specialist", "not-indicated", "wrong-department", "other"]

# What may be asked


@value
class RequestReferral:
    """Ask a hospital (`institution_id`) to take a signed resident; the reason is a code."""

    referral_id: str
    resident_id: str
    contract_id: str
    institution_id: str
    urgency: Urgency
    reason: str


@value
class AcceptReferral:
    """Take the resident."""

    referral_id: str


@value
class DeclineReferral:
    """Do not take the resident, and say why."""

    referral_id: str
    reason: DeclineReason


@value
class ScheduleReferral:
    """Give an appointment."""

    referral_id: str
    appointment_at: datetime


@value
class ReturnReferral:
    """Send the resident back to the team; the advice is codes."""

    referral_id: str
    returned_on: date
    advice: tuple[str, ...] = ()


@value
class FollowUpReferral:
    """Say that the team saw the resident after the return."""

    referral_id: str
    followed_up_on: date
    visit_id: str | None = None


# What is then true


@event("referral.requested.v1")
class ReferralRequested:
    """A hospital is asked."""

    referral_id: str
    resident_id: str
    contract_id: str
    team_id: str
    institution_id: str
    urgency: Urgency
    reason: str
    requested_on: date


@event("referral.accepted.v1")
class ReferralAccepted:
    """The hospital takes the resident."""

    referral_id: str
    resident_id: str
    team_id: str


@event("referral.declined.v1")
class ReferralDeclined:
    """The hospital does not take the resident."""

    referral_id: str
    resident_id: str
    team_id: str
    reason: DeclineReason


@event("referral.scheduled.v1")
class ReferralScheduled:
    """There is an appointment."""

    referral_id: str
    resident_id: str
    team_id: str
    appointment_at: datetime


@event("referral.returned.v1")
class ReferralReturned:
    """The resident is back; the team follows up by the day that the pack gave."""

    referral_id: str
    resident_id: str
    contract_id: str
    team_id: str
    returned_on: date
    follow_up_by: date
    advice: tuple[str, ...]


@event("referral.followed_up.v1")
class ReferralFollowedUp:
    """The team saw the resident; `in_time` says whether by the day it had."""

    referral_id: str
    resident_id: str
    team_id: str
    followed_up_on: date
    visit_id: str | None
    in_time: bool


ReferralEvent = (
    ReferralRequested | ReferralAccepted | ReferralDeclined | ReferralScheduled | ReferralReturned | ReferralFollowedUp
)

# What is remembered

Status = Literal["unknown", "requested", "accepted", "declined", "scheduled", "returned", "followed-up"]


@value
class Referral:
    """What decisions about a referral ask."""

    status: Status = "unknown"
    requested: ReferralRequested | None = None
    declined: DeclineReason | None = None
    appointment_at: datetime | None = None
    returned_on: date | None = None
    follow_up_by: date | None = None


def evolve(referral: Referral, fact: ReferralEvent) -> Referral:
    """Believe an event."""
    match fact:
        case ReferralRequested():
            return replace(referral, status="requested", requested=fact)
        case ReferralAccepted():
            return replace(referral, status="accepted")
        case ReferralDeclined():
            return replace(referral, status="declined", declined=fact.reason)
        case ReferralScheduled():
            return replace(referral, status="scheduled", appointment_at=fact.appointment_at)
        case ReferralReturned():
            return replace(referral, status="returned", returned_on=fact.returned_on, follow_up_by=fact.follow_up_by)
        case ReferralFollowedUp():
            return replace(referral, status="followed-up")


# What is decided


def request(
    command: RequestReferral, referral: Referral, *, now: datetime, contract: Contract, institution: Institution
) -> list[ReferralEvent]:
    """Ask once, for a resident under a valid contract, a hospital that is open and of a higher tier."""
    if referral.requested is not None:
        first = referral.requested
        if (first.resident_id, first.institution_id, first.urgency, first.reason) == (
            command.resident_id,
            command.institution_id,
            command.urgency,
            command.reason,
        ):
            return []
        raise Refused("referral-already-requested", referral=command.referral_id)
    today = local_day(now)
    if contract.signed is None or contract.signed.resident_id != command.resident_id or not contract.covers(today):
        raise Refused("no-valid-contract", referral=command.referral_id, day=today)
    if institution.opened is None or not institution.is_open(today):
        raise Refused("institution-not-open", institution=command.institution_id)
    if institution.opened.tier < 2:
        raise Refused("referral-not-upwards", institution=command.institution_id, tier=institution.opened.tier)
    return [
        ReferralRequested(
            referral_id=command.referral_id,
            resident_id=command.resident_id,
            contract_id=command.contract_id,
            team_id=contract.team_id or contract.signed.team_id,
            institution_id=command.institution_id,
            urgency=command.urgency,
            reason=command.reason,
            requested_on=today,
        )
    ]


def accept(command: AcceptReferral, referral: Referral) -> list[ReferralEvent]:
    """Take a resident for whom nobody has answered."""
    requested = require_requested(referral, command.referral_id)
    if referral.status in {"accepted", "scheduled"}:
        return []
    require_status(referral, command.referral_id, "requested")
    return [
        ReferralAccepted(referral_id=command.referral_id, resident_id=requested.resident_id, team_id=requested.team_id)
    ]


def decline(command: DeclineReferral, referral: Referral) -> list[ReferralEvent]:
    """Decline with a reason."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "declined" and referral.declined == command.reason:
        return []
    require_status(referral, command.referral_id, "requested")
    return [
        ReferralDeclined(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            reason=command.reason,
        )
    ]


def schedule(command: ScheduleReferral, referral: Referral, *, now: datetime) -> list[ReferralEvent]:
    """Give an accepted referral an appointment that is still to come."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "scheduled" and referral.appointment_at == command.appointment_at:
        return []
    require_status(referral, command.referral_id, "accepted", "scheduled")
    if command.appointment_at < now:
        raise Refused("appointment-in-the-past", referral=command.referral_id)
    return [
        ReferralScheduled(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            appointment_at=command.appointment_at,
        )
    ]


def return_(command: ReturnReferral, referral: Referral, *, now: datetime, pack: PolicyPack) -> list[ReferralEvent]:
    """Take the resident back, not before the appointment; the follow-up is due by the pack's days."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "returned" and referral.returned_on == command.returned_on:
        return []
    require_status(referral, command.referral_id, "scheduled")
    if referral.appointment_at is not None and command.returned_on < local_day(referral.appointment_at):
        raise Refused("returned-before-appointment", referral=command.referral_id)
    if command.returned_on > local_day(now):
        raise Refused("day-in-the-future", day=command.returned_on)
    return [
        ReferralReturned(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            contract_id=requested.contract_id,
            team_id=requested.team_id,
            returned_on=command.returned_on,
            follow_up_by=command.returned_on + timedelta(days=pack.referral_follow_up_days),
            advice=command.advice,
        )
    ]


def follow_up(command: FollowUpReferral, referral: Referral) -> list[ReferralEvent]:
    """Record the follow-up of a returned referral once."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "followed-up":
        return []
    require_status(referral, command.referral_id, "returned")
    assert referral.returned_on is not None
    assert referral.follow_up_by is not None
    if command.followed_up_on < referral.returned_on:
        raise Refused("followed-up-before-return", referral=command.referral_id)
    return [
        ReferralFollowedUp(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            followed_up_on=command.followed_up_on,
            visit_id=command.visit_id,
            in_time=command.followed_up_on <= referral.follow_up_by,
        )
    ]


def require_requested(referral: Referral, referral_id: str) -> ReferralRequested:
    """Return the request; refuse a referral that nobody asked for."""
    if referral.requested is None:
        raise Refused("referral-unknown", referral=referral_id)
    return referral.requested


def require_status(referral: Referral, referral_id: str, *statuses: Status) -> None:
    """Refuse a step that does not follow from where the referral stands."""
    if referral.status not in statuses:
        raise Refused("referral-step-out-of-order", referral=referral_id, status=referral.status)


REFERRAL: Decider[Referral, ReferralEvent] = Decider(
    category="referral",
    initial=Referral(),
    evolve=evolve,
    decisions={
        RequestReferral: request,
        AcceptReferral: accept,
        DeclineReferral: decline,
        ScheduleReferral: schedule,
        ReturnReferral: return_,
        FollowUpReferral: follow_up,
    },
    events=get_args(ReferralEvent),
    identify=lambda command: command.referral_id,
)
