"""In the hospital and back: attended, admitted, discharged, referred down, returned, followed up (A8)."""

from datetime import date, datetime, timedelta

from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.referral.commands import (
    AdmitReferral,
    AttendReferral,
    DischargeReferral,
    EndReferral,
    FollowUpReferral,
    RecordFollowUpOverdue,
    ReferDown,
    ReturnReferral,
)
from domain.referral.events import (
    ReferralAdmitted,
    ReferralAttended,
    ReferralDischarged,
    ReferralEnded,
    ReferralEvent,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralReferredDown,
    ReferralReturned,
    ReferralWithdrawn,
)
from domain.referral.state import OVER, Referral, require_requested, require_status


def attend(command: AttendReferral, referral: Referral, *, now: datetime, pack: PolicyPack) -> list[ReferralEvent]:
    """Record that the resident came, on the day of the appointment if there is one; urgent referrals need none."""
    requested = require_requested(referral, command.referral_id)
    if referral.attended_at == command.attended_at:
        return []
    require_status(referral, command.referral_id, "accepted", "scheduled", "not-attended")
    if command.attended_at > now:
        raise Refused("moment-in-the-future", moment=command.attended_at.isoformat())
    if command.attended_at < requested.requested_at:
        raise Refused("attended-before-requested", referral=command.referral_id)
    day, at = local_day(command.attended_at), referral.appointment_at
    if at is not None and day < local_day(at):
        raise Refused("attended-before-appointment", referral=command.referral_id, day=local_day(at))
    return [
        ReferralAttended(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            attended_at=command.attended_at,
            follow_up_by=day + timedelta(days=pack.referral_follow_up_days),
        )
    ]


def admit(command: AdmitReferral, referral: Referral, *, now: datetime, pack: PolicyPack) -> list[ReferralEvent]:
    """Admit a resident who attended; the team follows up there by the earlier of the rules in force (A8.10)."""
    requested = require_requested(referral, command.referral_id)
    if referral.status == "in-hospital" and referral.admitted_on == command.admitted_on:
        return []
    require_status(referral, command.referral_id, "attended")
    assert referral.attended_at is not None
    require_day(command.admitted_on, local_day(referral.attended_at), command.referral_id, now)
    rules = (pack.referral_follow_up_days, pack.hospital_follow_up_days)
    days = min(days for days in rules if days is not None)
    return [
        ReferralAdmitted(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            admitted_on=command.admitted_on,
            ward=command.ward,
            bed=command.bed,
            follow_up_by=earlier_day(referral, command.admitted_on, days),
        )
    ]


def discharge(
    command: DischargeReferral, referral: Referral, *, now: datetime, pack: PolicyPack
) -> list[ReferralEvent]:
    """Discharge a resident in hospital; the team makes contact within the pack's days (A8.11)."""
    requested = require_requested(referral, command.referral_id)
    if referral.discharged_on == command.discharged_on:
        return []
    require_status(referral, command.referral_id, "in-hospital")
    assert referral.admitted_on is not None
    require_day(command.discharged_on, referral.admitted_on, command.referral_id, now)
    return [
        ReferralDischarged(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            discharged_on=command.discharged_on,
            follow_up_by=return_follow_up_by(referral, command.discharged_on, pack),
        )
    ]


def refer_down(command: ReferDown, referral: Referral, *, now: datetime, pack: PolicyPack) -> list[ReferralEvent]:
    """Refer down a stable resident, with a clear diagnosis and a clear plan (A8.9)."""
    requested = require_requested(referral, command.referral_id)
    if referral.referred_down is not None and same_hand_over(command, referral.referred_down):
        return []
    require_status(referral, command.referral_id, "attended", "discharged")
    if not (command.diagnoses and command.plan and command.stable):
        raise Refused("not-fit-for-primary-care", referral=command.referral_id)
    require_day(command.referred_down_on, left_on(referral), command.referral_id, now)
    return [
        ReferralReferredDown(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            referred_down_on=command.referred_down_on,
            diagnoses=command.diagnoses,
            plan=command.plan,
            tests=command.tests,
            rehabilitation=command.rehabilitation,
            prescriptions=command.prescriptions,
            follow_up_by=return_follow_up_by(referral, command.referred_down_on, pack),
        )
    ]


def same_hand_over(command: ReferDown, done: ReferralReferredDown) -> bool:
    """Return whether a command equals the recorded hand-over."""
    return all(getattr(command, name) == getattr(done, name) for name in ("referred_down_on", "diagnoses", "plan"))


def return_(command: ReturnReferral, referral: Referral, *, now: datetime, pack: PolicyPack) -> list[ReferralEvent]:
    """Record the return, not before the hospital saw the resident; the follow-up is due in the pack's days (A8.11)."""
    requested = require_requested(referral, command.referral_id)
    if referral.returned_on == command.returned_on:
        return []
    require_status(referral, command.referral_id, "attended", "discharged", "referred-down")
    require_day(command.returned_on, left_on(referral), command.referral_id, now)
    return [
        ReferralReturned(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            contract_id=requested.contract_id,
            team_id=requested.team_id,
            returned_on=command.returned_on,
            follow_up_by=return_follow_up_by(referral, command.returned_on, pack),
            advice=command.advice,
        )
    ]


def follow_up(
    command: FollowUpReferral, referral: Referral, *, now: datetime, visit_exists: bool
) -> list[ReferralEvent]:
    """Record each stage's follow-up once, not before there was something to follow up (A8.10, A8.11)."""
    requested = require_requested(referral, command.referral_id)
    due = referral.follow_up
    if due is None or due.stage != command.stage:
        raise Refused("referral-step-out-of-order", referral=command.referral_id, status=referral.status)
    if due.done:
        return []
    if not visit_exists:
        raise Refused("visit-unknown", visit=command.visit_id)
    require_day(command.followed_up_on, due.since, command.referral_id, now)
    return [
        ReferralFollowedUp(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            stage=due.stage,
            followed_up_on=command.followed_up_on,
            visit_id=command.visit_id,
            in_time=command.followed_up_on <= due.by,
        )
    ]


def record_overdue(command: RecordFollowUpOverdue, referral: Referral, *, now: datetime) -> list[ReferralEvent]:
    """Record once that a follow-up's last day is over without it."""
    requested = require_requested(referral, command.referral_id)
    due = referral.follow_up
    if due is None or due.done or due.overdue or local_day(now) <= due.by:
        return []
    return [
        ReferralFollowUpOverdue(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            stage=due.stage,
            follow_up_by=due.by,
        )
    ]


def end(command: EndReferral, referral: Referral) -> list[ReferralEvent]:
    """End a referral that is not over: before the hospital saw the resident it is withdrawn, after that ended."""
    requested = referral.requested
    if requested is None or referral.status in OVER or command.source_id not in {None, requested.contract_id}:
        return []
    if referral.status == "attended" and referral.follow_up is not None and referral.follow_up.done:
        return []
    if referral.attended_at is None:
        return [
            ReferralWithdrawn(
                referral_id=command.referral_id,
                resident_id=requested.resident_id,
                team_id=requested.team_id,
                reason=command.reason,
            )
        ]
    return [
        ReferralEnded(
            referral_id=command.referral_id,
            resident_id=requested.resident_id,
            team_id=requested.team_id,
            reason=command.reason,
            last_day=command.last_day,
        )
    ]


def left_on(referral: Referral) -> date:
    """Return the last known day of the resident in the hospital."""
    if referral.referred_down is not None:
        return referral.referred_down.referred_down_on
    if referral.discharged_on is not None:
        return referral.discharged_on
    assert referral.attended_at is not None
    return local_day(referral.attended_at)


def return_follow_up_by(referral: Referral, day: date, pack: PolicyPack) -> date:
    """Return the last day of the follow-up after the return, decided once by the first event that reports it."""
    if referral.follow_up is not None and referral.follow_up.stage == "return":
        return referral.follow_up.by
    return earlier_day(referral, day, pack.discharge_follow_up_days)


def earlier_day(referral: Referral, day: date, days: int) -> date:
    """Return the last day of a follow-up from `day` on: the earlier one, if another is open and not over."""
    last, open_ = day + timedelta(days=days), referral.follow_up
    return min(last, open_.by) if open_ is not None and not open_.done and open_.by >= day else last


def require_day(day: date, first: date, referral_id: str, now: datetime) -> None:
    """Refuse a day that is still to come, or before the step that came first."""
    if day > local_day(now):
        raise Refused("day-in-the-future", day=day)
    if day < first:
        raise Refused("referral-day-too-early", referral=referral_id, day=first)
