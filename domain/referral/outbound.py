"""The way to the hospital: requested, answered or not, withdrawn, scheduled (A8)."""

from datetime import datetime, timedelta

from domain.contract.state import Contract
from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.referral.commands import (
    AcceptReferral,
    DeclineReferral,
    MissAppointment,
    RecordAppointmentPassed,
    RecordUnanswered,
    RequestReferral,
    ScheduleReferral,
    WithdrawReferral,
)
from domain.referral.events import (
    ReferralAccepted,
    ReferralAppointmentPassed,
    ReferralDeclined,
    ReferralEvent,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralRequested,
    ReferralScheduled,
    ReferralWithdrawn,
)
from domain.referral.state import Referral, check_referral_of, require_requested, require_status
from domain.resident.consents import require_consents
from domain.resident.state import Resident, check_there
from domain.screening import CRITERIA

LOWEST_TIER = 2
"""A referral goes up to a hospital of the district or the city."""


def request(
    command: RequestReferral,
    referral: Referral,
    *,
    now: datetime,
    pack: PolicyPack,
    contract: Contract,
    resident: Resident,
    institution: Institution,
    former: Referral,
) -> list[ReferralEvent]:
    """Request a referral once: a resident under a valid contract, to an open hospital of a higher tier (A8.6).

    The hospital has the pack's hours to answer, fewer for an urgent request.
    """
    if referral.requested is not None:
        if same_request(command, referral.requested):
            return []
        raise Refused("referral-already-requested", referral=command.referral_id)
    today = local_day(now)
    check_there(resident, command.resident_id, today)
    if contract.signed is None or contract.signed.resident_id != command.resident_id or not contract.covers(today):
        raise Refused("no-valid-contract", referral=command.referral_id, day=today)
    require_hospital(institution, command, now)
    if command.urgency != "urgent":  # an emergency needs no consent
        require_consents(resident, command.resident_id, "referral", today, pack)
    if unknown := [code for code in command.criteria if code not in CRITERIA]:
        raise Refused("criterion-unknown", criterion=unknown[0])
    if command.former_referral_id == command.referral_id:
        raise Refused("referral-names-itself", referral=command.referral_id)
    if command.former_referral_id is not None:
        check_referral_of(former, command.former_referral_id, command.resident_id)
    hours = pack.urgent_answer_hours if command.urgency == "urgent" else pack.answer_hours
    return [
        ReferralRequested(
            referral_id=command.referral_id,
            resident_id=command.resident_id,
            contract_id=command.contract_id,
            team_id=contract.team_id or contract.signed.team_id,
            institution_id=command.institution_id,
            urgency=command.urgency,
            reason=command.reason,
            criteria=command.criteria,
            green_channel=command.green_channel,
            in_contract=command.institution_id in {chosen.institution_id for chosen in contract.institutions},
            former_referral_id=command.former_referral_id,
            slip=command.slip,
            requested_at=now,
            answer_by=now.replace(microsecond=0) + timedelta(hours=hours),
        )
    ]


def same_request(command: RequestReferral, requested: ReferralRequested) -> bool:
    """Return whether a command equals the recorded request."""
    return all(
        getattr(command, name) == getattr(requested, name)
        for name in ("resident_id", "institution_id", "urgency", "reason", "former_referral_id")
    )


def require_hospital(institution: Institution, command: RequestReferral, now: datetime) -> None:
    """Refuse an institution that is not open, or of no higher tier than the team's."""
    if institution.opened is None or not institution.is_open(local_day(now)):
        raise Refused("institution-not-open", institution=command.institution_id)
    if institution.opened.tier < LOWEST_TIER:
        raise Refused("referral-not-upwards", institution=command.institution_id, tier=institution.opened.tier)


def accept(command: AcceptReferral, referral: Referral, *, now: datetime) -> list[ReferralEvent]:
    """Accept a referral without an answer yet; a late answer is accepted, too (A8.8)."""
    requested = require_requested(referral, command.referral_id)
    if referral.status in {"accepted", "scheduled"}:
        return []
    require_status(referral, command.referral_id, "requested")
    return [
        ReferralAccepted(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            answered_at=now,
            ward=command.ward,
            bed=command.bed,
            green_channel=command.green_channel,
            specialty=command.specialty,
        )
    ]


def decline(command: DeclineReferral, referral: Referral, *, now: datetime) -> list[ReferralEvent]:
    """Decline with a reason; another hospital needs a new referral (A8.8)."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "declined" and referral.declined == command.reason:
        return []
    require_status(referral, command.referral_id, "requested")
    return [
        ReferralDeclined(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            answered_at=now,
            reason=command.reason,
        )
    ]


def record_unanswered(command: RecordUnanswered, referral: Referral, *, now: datetime) -> list[ReferralEvent]:
    """Record once that the hospital's hours are over without an answer."""
    requested = require_requested(referral, command.referral_id)
    if referral.status != "requested" or referral.unanswered or now < requested.answer_by:
        return []
    return [
        ReferralLeftUnanswered(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            institution_id=requested.institution_id,
            answer_by=requested.answer_by,
        )
    ]


def withdraw(command: WithdrawReferral, referral: Referral) -> list[ReferralEvent]:
    """Withdraw a referral before the resident came to the hospital."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "withdrawn" and referral.withdrawn == command.reason:
        return []
    require_status(referral, command.referral_id, "requested", "accepted", "scheduled", "not-attended")
    return [
        ReferralWithdrawn(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            reason=command.reason,
        )
    ]


def schedule(command: ScheduleReferral, referral: Referral, *, now: datetime) -> list[ReferralEvent]:
    """Give an accepted referral a future appointment; a missed one may be replaced."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "scheduled" and referral.appointment_at == command.appointment_at:
        return []
    require_status(referral, command.referral_id, "accepted", "scheduled", "not-attended")
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


def record_appointment_passed(
    command: RecordAppointmentPassed, referral: Referral, *, now: datetime
) -> list[ReferralEvent]:
    """Record once that an appointment's day is over without a report of attendance."""
    requested = require_requested(referral, command.referral_id)
    at = referral.appointment_at
    if referral.status != "scheduled" or at is None or referral.appointment_passed or local_day(now) <= local_day(at):
        return []
    return [
        ReferralAppointmentPassed(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            appointment_at=at,
        )
    ]


def miss_appointment(command: MissAppointment, referral: Referral, *, now: datetime) -> list[ReferralEvent]:
    """Record that the resident did not come, not before the appointment."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "not-attended":
        return []
    require_status(referral, command.referral_id, "scheduled")
    assert referral.appointment_at is not None
    if now < referral.appointment_at:
        raise Refused("appointment-still-to-come", referral=command.referral_id, at=referral.appointment_at)
    return [
        ReferralNotAttended(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            appointment_at=referral.appointment_at,
        )
    ]
