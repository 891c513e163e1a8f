"""A7 family beds."""

from domain.care_plan.bed_care import plan_bed_care
from domain.care_plan.events import CareTaskScheduled
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
from domain.family_bed.cycles import close, extend, open_, report_overdue, settle
from domain.family_bed.events import (
    BedAgreed,
    BedApplicationReturned,
    BedAppliedFor,
    BedAppliedForAgain,
    BedAssessed,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedOpened,
    BedPlanEvaluated,
    BedPlanSet,
    BedPlanStopped,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedRoundWrittenUp,
    BedSettled,
    BedTransferredToHospital,
)
from domain.family_bed.state import claims
from domain.rulebook.rule import Rule, where

SYSTEM = "a community health system in the field"

RULES: tuple[Rule, ...] = (
    Rule(
        number="A7.1",
        says="A family bed is for residents who are immobile or otherwise fit for care at home, by an indication "
        "of the list.",
        source="Shenzhen; Beijing 2007; insurance of Yangzhou; 国卫老龄发〔2022〕25号",
        decisions=(apply_for, resubmit),
        numbers=("bed_indications",),
        refusals=("indication-missing", "indication-unknown", "opinion-against-home-care"),
        events=(where(BedAppliedFor), where(BedAppliedForAgain)),
    ),
    Rule(
        number="A7.2",
        says="Where insurance pays, weak limbs are of strength 3 at most, and the insurer approves first.",
        source="insurance of Yangzhou",
        decisions=(assess, agree),
        numbers=("most_limb_strength", "insurer_approves_bed"),
        refusals=("limbs-not-weak", "insurer-approval-missing"),
        events=(where(BedAssessed), where(BedAgreed)),
    ),
    Rule(
        number="A7.3",
        says="A bed is for treatment, rehabilitation or palliative care; one for rehabilitation has its own rounds.",
        source=SYSTEM,
        decisions=(apply_for, plan_bed_care),
        numbers=("round_minutes", "nurse_round_minutes"),
        refusals=("bed-of-another-resident",),
        events=(where(BedAppliedFor), where(CareTaskScheduled, kind=("bed-rehabilitation",))),
    ),
    Rule(
        number="A7.4",
        says="A doctor applies with indications and opinion; an application may be returned and handed in again.",
        source=SYSTEM,
        decisions=(apply_for, return_application, resubmit, assess),
        refusals=("bed-application-not-returned", "bed-application-returned", "bed-already-assessed"),
        events=(where(BedAppliedFor), where(BedApplicationReturned), where(BedAppliedForAgain)),
    ),
    Rule(
        number="A7.5",
        says="Condition and dwelling are both assessed, within 2 to 3 days, and both must fit.",
        source="pilot in Henan, as reported in 2023",
        decisions=(assess, agree, open_, report_overdue, apply_for),
        numbers=("bed_assessment_days",),
        refusals=("bed-not-assessed", "bed-assessed-unfit", "bed-opened-before-assessed"),
        events=(where(BedAssessed), where(BedFellOverdue)),
    ),
    Rule(
        number="A7.6",
        says="The agreement has three copies; the resident is told the criteria of opening and closing, and the "
        "risk of care at home.",
        source=SYSTEM,
        decisions=(agree, open_),
        numbers=("bed_agreement_copies",),
        refusals=("agreement-copies-missing", "criteria-not-told", "bed-not-agreed", "bed-opened-before-agreed"),
        events=(where(BedAgreed),),
    ),
    Rule(
        number="A7.7",
        says="A bed is registered with number, days, responsible doctor and nurse, one for a resident; it is "
        "settled before it closes.",
        source=SYSTEM,
        decisions=(open_, settle, close, claims),
        refusals=(
            "bed-number-taken",
            "open-bed-exists",
            "bed-of-another-team",
            "bed-not-settled",
            "settlement-does-not-add-up",
            "bed-closed-before-opened",
        ),
        events=(where(BedOpened), where(BedSettled)),
    ),
    Rule(
        number="A7.8",
        says="There are a treatment and a nursing plan; the latter has diagnosis, goal, measure, evaluation and stop.",
        source=SYSTEM,
        decisions=(set_plan, evaluate_plan, stop_plan),
        refusals=("nursing-plan-incomplete", "plan-without-measures"),
        events=(where(BedPlanSet), where(BedPlanEvaluated), where(BedPlanStopped)),
    ),
    Rule(
        number="A7.9",
        says="Its first page has biological, psychological and social diagnoses; it closes as cured, improved, "
        "not cured, died or other.",
        source=SYSTEM,
        decisions=(open_, close),
        refusals=("diagnosis-missing",),
        events=(where(BedClosed),),
    ),
    Rule(
        number="A7.10",
        says="A cycle lasts the pack's days at most: 90 [GK], 30 in one system; its end closes nothing silently.",
        source=f"{SYSTEM}; [GK]",
        decisions=(open_, extend, report_overdue),
        numbers=("bed_cycle_days",),
        refusals=("bed-cycle-outside-limits",),
        events=(where(BedOpened), where(BedExtended), where(BedFellOverdue)),
    ),
    Rule(
        number="A7.11",
        says="A doctor comes within 48 hours, then after 7 days at most, a nurse more often; a senior doctor "
        "reviews. The days are calendar days; a round whose days are all off may be made on the last working day "
        "before.",
        source="[GK]",
        decisions=(open_, review, report_overdue, plan_bed_care),
        numbers=("first_round_hours", "round_every_days", "nurse_round_every_days", "senior_review_days"),
        refusals=("reviewer-is-responsible",),
        events=(where(BedReviewed), where(CareTaskScheduled, kind=("bed-round", "bed-nursing"))),
    ),
    Rule(
        number="A7.12",
        says="A round's record has time, complaint, examination, auxiliary tests and the talk with the contact person.",
        source=SYSTEM,
        decisions=(record_round, write_up),
        refusals=("round-already-written-up",),
        events=(where(BedRoundRecorded), where(BedRoundWrittenUp)),
    ),
    Rule(
        number="A7.13",
        says="A bed is extended by a new assessment only.",
        source="[GK]",
        decisions=(extend,),
        numbers=("bed_extension_window_days",),
        refusals=("extension-not-assessed", "extension-too-early"),
        events=(where(BedExtended),),
    ),
    Rule(
        number="A7.14",
        says="Beds are opened no faster than a team can visit them: it is called crowded first, then refused.",
        source="study of Shanghai's bed policies of 2010 and 2020; the numbers are [GK]",
        decisions=(open_,),
        numbers=("team_beds_warn", "team_beds_most"),
        refusals=("bed-capacity-reached",),
        events=(where(BedOpened, crowded=(True,)),),
    ),
    Rule(
        number="A7.15",
        says="A resident goes from the bed to a hospital and back; no round is owed meanwhile.",
        source=SYSTEM,
        decisions=(
            transfer_to_hospital,
            return_from_hospital,
            record_round,
            plan_bed_care,
        ),
        refusals=("bed-in-hospital", "bed-not-in-hospital", "hospital-stays-overlap", "returned-before-transferred"),
        events=(where(BedTransferredToHospital), where(BedReturnedFromHospital)),
    ),
    Rule(
        number="A7.16",
        says="Records of family beds are kept as those of inpatients, 30 years; that they are of this class is [GK].",
        source="rules for medical records; [GK]",
        left_out="A constant names the years, for the operator of the streams; no decision deletes anything.",
    ),
)
