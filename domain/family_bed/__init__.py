"""A family bed is hospital-grade care at home: applied for, assessed, agreed, opened, visited, closed (A7)."""

from typing import get_args

from domain.decider import Decider
from domain.family_bed.applying import agree, apply_for, assess, resubmit, return_application
from domain.family_bed.caring import (
    evaluate_plan,
    from_hospital,
    record_round,
    review,
    set_plan,
    stop_plan,
    to_hospital,
    write_up,
)
from domain.family_bed.commands import (
    AgreeBed,
    ApplyForBed,
    AssessBed,
    CloseBed,
    EvaluateBedPlan,
    ExtendBed,
    OpenBed,
    RecordRound,
    ReportBedOverdue,
    ResubmitBedApplication,
    ReturnBedApplication,
    ReturnBedFromHospital,
    ReviewBed,
    SetBedPlan,
    SettleBed,
    StopBedPlan,
    TransferBedToHospital,
    WriteUpRound,
)
from domain.family_bed.cycles import close, extend, open_, report_overdue, settle
from domain.family_bed.events import FamilyBedEvent
from domain.family_bed.state import FamilyBed, claims, evolve

__all__ = ["FAMILY_BED", "KEPT_YEARS"]

KEPT_YEARS = 30
"""How long a bed's stream is kept after its end: the class of inpatient records; that a family bed is of it is [GK]."""

FAMILY_BED: Decider[FamilyBed, FamilyBedEvent] = Decider(
    category="family_bed",
    initial=FamilyBed(),
    evolve=evolve,
    decisions={
        ApplyForBed: apply_for,
        ReturnBedApplication: return_application,
        ResubmitBedApplication: resubmit,
        AssessBed: assess,
        AgreeBed: agree,
        OpenBed: open_,
        SetBedPlan: set_plan,
        EvaluateBedPlan: evaluate_plan,
        StopBedPlan: stop_plan,
        RecordRound: record_round,
        WriteUpRound: write_up,
        ReviewBed: review,
        ExtendBed: extend,
        TransferBedToHospital: to_hospital,
        ReturnBedFromHospital: from_hospital,
        SettleBed: settle,
        CloseBed: close,
        ReportBedOverdue: report_overdue,
    },
    events=get_args(FamilyBedEvent),
    identify=lambda command: command.family_bed_id,
    claims=claims,
)
