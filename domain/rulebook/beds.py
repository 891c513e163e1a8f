"""A7 family beds."""

from domain import care_plan, family_bed
from domain.rulebook.rule import Rule

SYSTEM = "a community health system in the field"

RULES: tuple[Rule, ...] = (
    Rule(
        number="A7.1",
        says="A family bed is for somebody immobile or otherwise fit for care at home, by an indication of the list.",
        source="Shenzhen; Beijing 2007; insurance of Yangzhou; 国卫老龄发〔2022〕25号",
        decisions=(family_bed.apply_for, family_bed.resubmit),
        events=(family_bed.BedAppliedFor, family_bed.BedAppliedForAgain),
    ),
    Rule(
        number="A7.2",
        says="Where insurance pays, weak limbs are of strength 3 at most, and the insurer approves first.",
        source="insurance of Yangzhou",
        decisions=(family_bed.assess, family_bed.agree),
        events=(family_bed.BedAssessed, family_bed.BedAgreed),
    ),
    Rule(
        number="A7.3",
        says="A bed is for treatment, rehabilitation or palliative care; one for rehabilitation has its own rounds.",
        source=SYSTEM,
        decisions=(family_bed.apply_for, care_plan.plan_bed_care),
        events=(family_bed.BedAppliedFor, care_plan.CareTaskScheduled),
    ),
    Rule(
        number="A7.4",
        says="A doctor applies with indications and opinion; an application may be returned and handed in again.",
        source=SYSTEM,
        decisions=(family_bed.apply_for, family_bed.return_application, family_bed.resubmit),
        events=(
            family_bed.BedAppliedFor,
            family_bed.BedApplicationReturned,
            family_bed.BedAppliedForAgain,
        ),
    ),
    Rule(
        number="A7.5",
        says="Condition and dwelling are both assessed, within 2 to 3 days, and both must fit.",
        source="pilot in Henan, as reported in 2023",
        decisions=(family_bed.assess, family_bed.agree, family_bed.open_, family_bed.report_overdue),
        events=(family_bed.BedAssessed, family_bed.BedFellOverdue),
    ),
    Rule(
        number="A7.6",
        says="The agreement has three copies; criteria of opening and closing, and the risk of care at home, are told.",
        source=SYSTEM,
        decisions=(family_bed.agree, family_bed.open_),
        events=(family_bed.BedAgreed,),
    ),
    Rule(
        number="A7.7",
        says="A bed is registered with number, days, responsible doctor and nurse; it is settled before it closes.",
        source=SYSTEM,
        decisions=(family_bed.open_, family_bed.settle, family_bed.close),
        events=(family_bed.BedOpened, family_bed.BedSettled),
    ),
    Rule(
        number="A7.8",
        says="There are a treatment and a nursing plan; the latter has diagnosis, goal, measure, evaluation and stop.",
        source=SYSTEM,
        decisions=(family_bed.set_plan, family_bed.evaluate_plan, family_bed.stop_plan),
        events=(family_bed.BedPlanSet, family_bed.BedPlanEvaluated, family_bed.BedPlanStopped),
    ),
    Rule(
        number="A7.9",
        says="Its first page has biological, psychological and social diagnoses; it closes as cured, improved, not"
        " cured, died or other.",
        source=SYSTEM,
        decisions=(family_bed.open_, family_bed.close),
        events=(family_bed.BedOpened, family_bed.BedClosed),
    ),
    Rule(
        number="A7.10",
        says="A cycle lasts the pack's days at most: 90 [GK], 30 in one system; its end closes nothing silently.",
        source=f"{SYSTEM}; [GK]",
        decisions=(family_bed.open_, family_bed.extend, family_bed.report_overdue),
        events=(family_bed.BedOpened, family_bed.BedExtended, family_bed.BedFellOverdue),
    ),
    Rule(
        number="A7.11",
        says="A doctor comes within 48 hours, then after 7 days at most, a nurse more often; a senior doctor reviews.",
        source="[GK]",
        decisions=(family_bed.open_, family_bed.review, family_bed.report_overdue, care_plan.plan_bed_care),
        events=(family_bed.BedOpened, family_bed.BedReviewed, care_plan.CareTaskScheduled),
    ),
    Rule(
        number="A7.12",
        says="A round's record has time, complaint, examination, auxiliary tests and the talk with the contact person.",
        source=SYSTEM,
        decisions=(family_bed.record_round, family_bed.write_up),
        events=(family_bed.BedRoundRecorded, family_bed.BedRoundWrittenUp),
    ),
    Rule(
        number="A7.13",
        says="A bed is extended by a new assessment only.",
        source="[GK]",
        decisions=(family_bed.extend,),
        events=(family_bed.BedExtended,),
    ),
    Rule(
        number="A7.14",
        says="Beds are opened no faster than a team can visit them: it is told to be crowded, then refused.",
        source="study of Shanghai's bed policies of 2010 and 2020; the numbers are [GK]",
        decisions=(family_bed.open_,),
        events=(family_bed.BedOpened,),
    ),
    Rule(
        number="A7.15",
        says="A resident goes from the bed to a hospital and back; no round is owed meanwhile.",
        source=SYSTEM,
        decisions=(
            family_bed.to_hospital,
            family_bed.from_hospital,
            family_bed.record_round,
            care_plan.plan_bed_care,
        ),
        events=(family_bed.BedTransferredToHospital, family_bed.BedReturnedFromHospital),
    ),
    Rule(
        number="A7.16",
        says="Records of family beds are kept as those of inpatients, 30 years; that they are of this class is [GK].",
        source="rules for medical records; [GK]",
        left_out="A constant says it, for whoever keeps the streams; no decision deletes anything.",
    ),
)
