"""A family bed: hospital-grade care at home, from application and assessment to rounds and closing (A7)."""

from domain.decider import Decider, decision, members_of
from domain.family_bed.application import agree, apply_for, assess, resubmit, return_application
from domain.family_bed.care import (
    evaluate_plan,
    record_round,
    return_from_hospital,
    review,
    set_plan,
    stop_plan,
    transfer_to_hospital,
    write_up,
)
from domain.family_bed.commands import (
    AgreeBed,
    AnnulBedOpening,
    AnnulRound,
    ApplyForBed,
    AssessBed,
    CloseBed,
    CorrectBedDays,
    EndBed,
    EvaluateBedPlan,
    ExtendBed,
    FamilyBedCommand,
    OpenBed,
    RecordRound,
    ReopenBed,
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
from domain.family_bed.corrections import annul_opening, annul_round, correct_days, reopen
from domain.family_bed.cycles import close, end, extend, open_, report_overdue, settle
from domain.family_bed.events import FamilyBedEvent
from domain.family_bed.state import FamilyBed, claims, evolve
from domain.inputs import ACTOR, NOW, PACK, count, exists, one, unseated
from domain.referral import REFERRAL
from domain.resident import RESIDENT
from domain.team import TEAM

__all__ = ["FAMILY_BED", "KEPT_YEARS"]

KEPT_YEARS = 30
"""Years for which a bed's stream is kept after its end, as inpatient records are; the class is [GK]."""

DECISIONS = (
    decision(ApplyForBed, apply_for, now=NOW, pack=PACK, resident=one(RESIDENT), team=one(TEAM)),
    decision(ReturnBedApplication, return_application),
    decision(ResubmitBedApplication, resubmit, now=NOW, pack=PACK),
    decision(AssessBed, assess, now=NOW, pack=PACK, strangers=unseated(by="assessor_id")),
    decision(AgreeBed, agree, now=NOW, pack=PACK, resident=one(RESIDENT)),
    decision(OpenBed, open_, now=NOW, pack=PACK, team=one(TEAM), team_beds=count("team_beds", by="team_id")),
    decision(SetBedPlan, set_plan),
    decision(EvaluateBedPlan, evaluate_plan, now=NOW),
    decision(StopBedPlan, stop_plan, now=NOW),
    decision(
        RecordRound,
        record_round,
        now=NOW,
        visit_exists=exists("visit", by="visit_id"),
        strangers=unseated(by="member_ids"),
    ),
    decision(WriteUpRound, write_up),
    decision(ReviewBed, review, now=NOW, pack=PACK, strangers=unseated(by="reviewer_id")),
    decision(ExtendBed, extend, now=NOW, pack=PACK),
    decision(TransferBedToHospital, transfer_to_hospital, now=NOW, referral=one(REFERRAL)),
    decision(ReturnBedFromHospital, return_from_hospital, now=NOW, pack=PACK),
    decision(SettleBed, settle, now=NOW),
    decision(CloseBed, close, now=NOW),
    decision(EndBed, end),
    decision(ReportBedOverdue, report_overdue, now=NOW),
    decision(AnnulRound, annul_round),
    decision(AnnulBedOpening, annul_opening),
    decision(CorrectBedDays, correct_days, now=NOW),
    decision(ReopenBed, reopen, actor=ACTOR, pack=PACK, resident=one(RESIDENT)),
)

FAMILY_BED: Decider[FamilyBed, FamilyBedEvent, FamilyBedCommand] = Decider(
    category="family_bed",
    initial=FamilyBed(),
    evolve=evolve,
    commands=members_of(FamilyBedCommand),
    events=members_of(FamilyBedEvent),
    decisions=DECISIONS,
    identify=lambda command: command.family_bed_id,
    claims=claims,
)
