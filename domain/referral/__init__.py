"""A referral goes up to a hospital and comes back: asked, answered, attended, returned, followed up (A8)."""

from typing import get_args

from domain.decider import Decider
from domain.referral import outbound, return_
from domain.referral.commands import (
    AcceptReferral,
    AdmitReferral,
    AttendReferral,
    DeclineReferral,
    DischargeReferral,
    FollowUpReferral,
    MissAppointment,
    RecordAppointmentPassed,
    RecordFollowUpOverdue,
    RecordUnanswered,
    ReferDown,
    RequestReferral,
    ReturnReferral,
    ScheduleReferral,
    WithdrawReferral,
)
from domain.referral.events import ReferralEvent
from domain.referral.state import Referral, evolve

__all__ = ["REFERRAL"]

REFERRAL: Decider[Referral, ReferralEvent] = Decider(
    category="referral",
    initial=Referral(),
    evolve=evolve,
    decisions={
        RequestReferral: outbound.request,
        AcceptReferral: outbound.accept,
        DeclineReferral: outbound.decline,
        RecordUnanswered: outbound.record_unanswered,
        WithdrawReferral: outbound.withdraw,
        ScheduleReferral: outbound.schedule,
        RecordAppointmentPassed: outbound.record_appointment_passed,
        MissAppointment: outbound.miss_appointment,
        AttendReferral: return_.attend,
        AdmitReferral: return_.admit,
        DischargeReferral: return_.discharge,
        ReferDown: return_.refer_down,
        ReturnReferral: return_.return_,
        FollowUpReferral: return_.follow_up,
        RecordFollowUpOverdue: return_.record_overdue,
    },
    events=get_args(ReferralEvent),
    identify=lambda command: command.referral_id,
)
