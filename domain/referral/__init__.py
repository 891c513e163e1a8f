"""A referral goes up to a hospital and comes back: requested, answered, attended, returned, followed up (A8)."""

from domain.contract import CONTRACT
from domain.decider import Decider, decision, members_of
from domain.inputs import NOW, PACK, exists, one, same
from domain.institution import INSTITUTION
from domain.referral import outbound, return_
from domain.referral.commands import (
    AcceptReferral,
    AdmitReferral,
    AttendReferral,
    DeclineReferral,
    DischargeReferral,
    EndReferral,
    FollowUpReferral,
    MissAppointment,
    RecordAppointmentPassed,
    RecordFollowUpOverdue,
    RecordUnanswered,
    ReferDown,
    ReferralCommand,
    RequestReferral,
    ReturnReferral,
    ScheduleReferral,
    WithdrawReferral,
)
from domain.referral.events import ReferralEvent
from domain.referral.state import Referral, claims, evolve
from domain.resident import RESIDENT

__all__ = ["REFERRAL"]

DECISIONS = (
    decision(
        RequestReferral,
        outbound.request,
        now=NOW,
        pack=PACK,
        contract=one(CONTRACT),
        resident=one(RESIDENT),
        institution=one(INSTITUTION),
        former=same(Referral, by="former_referral_id"),
    ),
    decision(AcceptReferral, outbound.accept, now=NOW),
    decision(DeclineReferral, outbound.decline, now=NOW),
    decision(RecordUnanswered, outbound.record_unanswered, now=NOW),
    decision(WithdrawReferral, outbound.withdraw),
    decision(ScheduleReferral, outbound.schedule, now=NOW),
    decision(RecordAppointmentPassed, outbound.record_appointment_passed, now=NOW),
    decision(MissAppointment, outbound.miss_appointment, now=NOW),
    decision(AttendReferral, return_.attend, now=NOW, pack=PACK),
    decision(AdmitReferral, return_.admit, now=NOW, pack=PACK),
    decision(DischargeReferral, return_.discharge, now=NOW, pack=PACK),
    decision(ReferDown, return_.refer_down, now=NOW, pack=PACK),
    decision(ReturnReferral, return_.return_, now=NOW, pack=PACK),
    decision(FollowUpReferral, return_.follow_up, now=NOW, visit_exists=exists("visit", by="visit_id")),
    decision(RecordFollowUpOverdue, return_.record_overdue, now=NOW),
    decision(EndReferral, return_.end),
)

REFERRAL: Decider[Referral, ReferralEvent, ReferralCommand] = Decider(
    category="referral",
    initial=Referral(),
    evolve=evolve,
    commands=members_of(ReferralCommand),
    events=members_of(ReferralEvent),
    decisions=DECISIONS,
    identify=lambda command: command.referral_id,
    claims=claims,
)
