from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from domain.decider import FOREVER, Claim
from domain.family_bed import FAMILY_BED, KEPT_YEARS
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
from domain.family_bed.events import (
    BedApplicationReturned,
    BedAppliedForAgain,
    BedClosed,
    BedExtended,
    BedFellOverdue,
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
from domain.finding import Finding
from domain.policy_pack import pack_of
from domain.team.events import MemberLeft
from tests.domain.builders import (
    AGREED,
    APPLIED,
    ASSESSED,
    BED_OPENED,
    DIAGNOSES,
    LONG_AGO,
    REFERRED,
    SUN,
    TEAM_1,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
)
from tests.rules import holds
from tests.spec import SZ_2018, claimed, folded, given

LATER = at(date(2026, 5, 25), 9)
"""Six days before the cycle ends."""
B1: dict[str, Any] = {"family_bed_id": "b1"}
OF_BED: dict[str, Any] = {**B1, "resident_id": "wang", "team_id": "team-1"}

APPLY = ApplyForBed(**OF_BED, kind="treatment", indications=("bedridden",))
WHO = {"resident": [WANG], "team": [TEAM_1]}
RETURN = ReturnBedApplication(**B1, reason="papers-incomplete")
RETURNED = BedApplicationReturned(**B1, reason="papers-incomplete")
RESUBMIT = ResubmitBedApplication(**B1, kind="treatment", indications=("bedridden", "advanced-age"))
AGAIN = BedAppliedForAgain(
    **OF_BED,
    kind="treatment",
    indications=("bedridden", "advanced-age"),
    opinion="fit-for-home-care",
    assess_by=date(2026, 3, 5),
)
ASSESS = AssessBed(**B1, assessed_on=YESTERDAY, assessor_id="li", condition_fits=True, dwelling_fits=True)
AGREE = AgreeBed(
    **B1,
    agreed_on=TODAY,
    text_version="2026-1",
    copies=3,
    criteria_told=True,
    risks_told=True,
    payment="self",
)
OPEN = OpenBed(**B1, team_id="team-1", opened_on=TODAY, doctor_id="li", nurse_id="he", diagnoses=DIAGNOSES)
PLAN = SetBedPlan(**B1, kind="nursing", measures=("turn-two-hourly",), diagnoses=("sore-risk",), goals=("skin-intact",))
PLANNED = BedPlanSet(
    **B1, kind="nursing", measures=("turn-two-hourly",), diagnoses=("sore-risk",), goals=("skin-intact",)
)
EVALUATE = EvaluateBedPlan(**B1, kind="nursing", evaluated_on=TODAY, result="partly-met")
EVALUATED = BedPlanEvaluated(**B1, kind="nursing", evaluated_on=TODAY, result="partly-met")
STOP = StopBedPlan(**B1, kind="nursing", stopped_on=TODAY, reason="goal-met")
STOPPED = BedPlanStopped(**B1, kind="nursing", stopped_on=TODAY, reason="goal-met")
ROUND = RecordRound(**B1, visit_id="v1", made_at=at(TODAY, 8), member_ids=("li", "he"))
MADE = BedRoundRecorded(
    **B1, resident_id="wang", visit_id="v1", made_at=at(TODAY, 8), member_ids=("li", "he"), findings=()
)
WRITE_UP = WriteUpRound(**B1, visit_id="v1", complaints=("poor-sleep",), tests=("blood-count",), contact_talked=True)
WRITTEN = BedRoundWrittenUp(
    **B1, visit_id="v1", complaints=("poor-sleep",), tests=("blood-count",), contact_talked=True
)
REVIEW = ReviewBed(**B1, reviewed_on=TODAY, reviewer_id="chen")
REVIEWED = BedReviewed(**B1, reviewed_on=TODAY, reviewer_id="chen", review_by=date(2026, 4, 1))
TO_HOSPITAL = TransferBedToHospital(**B1, transferred_on=TODAY, referral_id="r1")
IN_HOSPITAL = BedTransferredToHospital(**OF_BED, transferred_on=TODAY, referral_id="r1")
COME_BACK = ReturnBedFromHospital(**B1, returned_on=date(2026, 3, 5))
BACK = BedReturnedFromHospital(
    **OF_BED, transferred_on=TODAY, returned_on=date(2026, 3, 5), first_round_by=date(2026, 3, 6)
)
SETTLE = SettleBed(**B1, settled_on=TODAY, amount_fen=128000, insurance_fen=96000)
SETTLED = BedSettled(**OF_BED, settled_on=TODAY, amount_fen=128000, insurance_fen=96000)
CLOSE = CloseBed(**B1, closed_on=TOMORROW, outcome="improved")
CLOSED = BedClosed(**OF_BED, closed_on=TOMORROW, outcome="improved")
REASSESSED = replace(ASSESSED, assessed_on=date(2026, 5, 24), for_extension=True)
EXTEND = ExtendBed(**B1, extended_on=date(2026, 5, 25))
EXTENDED = BedExtended(
    **OF_BED,
    cycle=2,
    extended_on=date(2026, 5, 25),
    cycle_ends_on=date(2026, 8, 28),
    assessed_on=date(2026, 5, 24),
)
FIT = (APPLIED, ASSESSED)
READY = (APPLIED, ASSESSED, AGREED)
IN_USE = (*READY, BED_OPENED)
OVER = (*IN_USE, SETTLED, CLOSED)
NEXT_DAY = at(TOMORROW, 9)


@holds("A7.1")
def test_a_bed_is_applied_for_with_an_indication_of_the_list():
    given().when(APPLY, **WHO).then(APPLIED)
    given().when(replace(APPLY, indications=()), **WHO).then_refused("indication-missing", bed="b1")
    given().when(replace(APPLY, indications=("tired",)), **WHO).then_refused("indication-unknown", indication="tired")
    beijing = {
        *("care-after-discharge", "long-term-chronic", "stroke-rehabilitation"),
        *("cancer-support", "hemiplegia-with-infected-bedsores", "terminal-cancer"),
    }
    yangzhou = {"weak-limbs", "fracture-traction", "late-tumour"}
    assert beijing | yangzhou | {"bedridden", "disabled-elder", "advanced-age"} == set(SZ_2018.bed_indications)


def test_the_same_application_again_says_nothing_on_a_later_day_too():
    given(APPLIED).when(APPLY, **WHO).then_nothing()
    given(APPLIED).when(APPLY, now=NEXT_DAY).then_nothing()


def test_another_application_for_the_same_bed_is_refused():
    given(APPLIED).when(replace(APPLY, kind="palliative"), **WHO).then_refused("bed-already-applied-for", bed="b1")


def test_a_bed_is_for_a_registered_resident():
    given().when(APPLY, team=[TEAM_1]).then_refused("resident-not-registered", resident="wang")


def test_a_bed_is_looked_after_by_a_team_that_is_formed():
    given().when(APPLY, resident=[WANG]).then_refused("team-not-formed", team="team-1")


@holds("A7.4")
def test_a_doctor_does_not_apply_against_her_own_opinion():
    against = replace(APPLY, opinion="hospital-care-needed")
    given().when(against, **WHO).then_refused("opinion-against-home-care", bed="b1")


@holds("A7.4")
def test_an_application_is_returned_mended_and_handed_in_again():
    given(APPLIED).when(RETURN).then(RETURNED)
    given(APPLIED, RETURNED).when(RETURN).then_nothing()
    given(APPLIED, RETURNED).when(RESUBMIT, now=at(TODAY, 9)).then(AGAIN)
    given(APPLIED, RETURNED, AGAIN).when(RESUBMIT).then_nothing()
    given(APPLIED, RETURNED, AGAIN).when(ASSESS).then(ASSESSED)


def test_only_what_was_returned_is_handed_in_again_and_only_what_was_not_assessed_is_returned():
    given(APPLIED).when(RESUBMIT).then_refused("bed-application-not-returned", bed="b1")
    given(*FIT).when(RETURN).then_refused("bed-already-assessed", bed="b1")
    for wrong, rule in (
        (replace(RESUBMIT, indications=()), "indication-missing"),
        (replace(RESUBMIT, indications=("tired",)), "indication-unknown"),
        (replace(RESUBMIT, opinion="hospital-care-needed"), "opinion-against-home-care"),
    ):
        given(APPLIED, RETURNED).when(wrong).then_refused(rule)


def test_a_returned_application_is_not_assessed():
    given(APPLIED, RETURNED).when(ASSESS).then_refused("bed-application-returned", bed="b1")


def test_a_bed_is_assessed():
    given(APPLIED).when(ASSESS).then(ASSESSED)


def test_the_same_assessment_again_says_nothing():
    given(*FIT).when(ASSESS).then_nothing()
    given(*IN_USE).when(ASSESS).then_nothing()


def test_a_new_assessment_replaces_the_last():
    given(*FIT).when(replace(ASSESS, dwelling_fits=False)).then(replace(ASSESSED, dwelling_fits=False))


def test_a_bed_that_nobody_applied_for_has_no_next_step():
    for step in (RETURN, RESUBMIT, ASSESS, AGREE, REPORT_CYCLE):
        given().when(step).then_refused("bed-unknown", bed="b1")
    given().when(OPEN, team=[TEAM_1]).then_refused("bed-unknown", bed="b1")


def test_an_open_bed_is_assessed_for_another_cycle_and_a_closed_one_is_not():
    given(*IN_USE).when(replace(ASSESS, assessed_on=TODAY)).then(
        replace(ASSESSED, assessed_on=TODAY, for_extension=True)
    )
    given(*OVER).when(replace(ASSESS, assessed_on=TODAY)).then_refused("bed-not-open", bed="b1")


@holds("A10.12")
def test_nobody_has_assessed_tomorrow():
    given(APPLIED).when(replace(ASSESS, assessed_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given(APPLIED).when(replace(ASSESS, assessed_on=LONG_AGO)).then_refused("day-too-long-ago")
    a_year_ago = TODAY - timedelta(days=366)
    assert given(APPLIED).when(replace(ASSESS, assessed_on=a_year_ago)).decided()
    given(APPLIED).when(replace(ASSESS, assessed_on=a_year_ago - timedelta(days=1))).then_refused("day-too-long-ago")


@holds("A7.2")
def test_weak_limbs_are_measured():
    weak = replace(APPLIED, indications=("weak-limbs",))

    def measured(grade: float) -> AssessBed:
        return replace(ASSESS, measured=(Finding(code="muscle-strength", value=grade, unit="grade"),))

    three = (Finding(code="muscle-strength", value=3, unit="grade"),)
    given(weak).when(measured(3)).then(replace(ASSESSED, measured=three))
    given(weak).when(measured(4)).then_refused("limbs-not-weak", bed="b1", most=3)
    given(weak).when(ASSESS).then_refused("limbs-not-weak", bed="b1")
    given(weak).when(replace(measured(4), condition_fits=False)).then(
        replace(ASSESSED, condition_fits=False, measured=measured(4).measured)
    )


def test_what_is_measured_at_an_assessment_or_a_round_is_plausible():
    wrong = {
        "finding-unknown": (Finding(code="aura", value=1, unit="1"),),
        "finding-in-another-unit": (Finding(code="pain", value=1, unit="kg"),),
        "finding-not-plausible": (Finding(code="pain", value=11, unit="points"),),
        "finding-told-twice": tuple(Finding(code="pain", value=pain, unit="points") for pain in (1, 2)),
    }
    for rule, measured in wrong.items():
        given(APPLIED).when(replace(ASSESS, measured=measured)).then_refused(rule)
        given(*IN_USE).when(replace(ROUND, measured=measured)).then_refused(rule)


@holds("A7.6")
def test_an_agreement_is_signed_with_everything_told_in_three_copies():
    given(*FIT).when(AGREE).then(AGREED)
    given(*READY).when(AGREE).then_nothing()
    given(*IN_USE).when(AGREE).then_nothing()
    for untold in (replace(AGREE, criteria_told=False), replace(AGREE, risks_told=False)):
        given(*FIT).when(untold).then_refused("criteria-not-told", bed="b1")
    given(*FIT).when(replace(AGREE, copies=2)).then_refused("agreement-copies-missing", copies=2, least=3)


@holds("A7.2")
def test_the_insurer_approves_before_it_pays():
    insured = replace(AGREE, payment="insurance")
    given(*FIT).when(insured).then_refused("insurer-approval-missing", bed="b1")
    approved = replace(AGREED, payment="insurance", insurer_approval_id="a7")
    given(*FIT).when(replace(insured, insurer_approval_id="a7")).then(approved)
    lenient = replace(SZ_2018, insurer_approves_bed=False)
    given(*FIT).when(insured, pack=lenient).then(replace(AGREED, payment="insurance"))


def test_what_is_agreed_was_assessed_as_fit_and_is_not_open_yet():
    given(APPLIED).when(AGREE).then_refused("bed-not-assessed", bed="b1")
    given(APPLIED, replace(ASSESSED, dwelling_fits=False)).when(AGREE).then_refused("bed-assessed-unfit")
    given(*IN_USE).when(replace(AGREE, copies=4)).then_refused("bed-already-opened", bed="b1")
    given(*FIT).when(replace(AGREE, agreed_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given(*FIT).when(replace(AGREE, agreed_on=LONG_AGO)).then_refused("day-too-long-ago")


@holds("A7.7", "A7.10", "A7.11")
def test_an_agreed_bed_opens_for_a_cycle():
    given(*READY).when(OPEN, team=[TEAM_1]).then(BED_OPENED)
    given(*READY).when(replace(OPEN, bed_number="12"), team=[TEAM_1]).then(replace(BED_OPENED, bed_number="12"))


def test_a_cycle_may_be_shorter():
    given(*READY).when(replace(OPEN, days=30), team=[TEAM_1]).then(replace(BED_OPENED, cycle_ends_on=date(2026, 3, 31)))


def test_opened_again_on_the_same_day_it_says_nothing():
    given(*IN_USE).when(OPEN, team=[TEAM_1]).then_nothing()


def test_a_bed_opens_once():
    given(*IN_USE).when(replace(OPEN, opened_on=TOMORROW), team=[TEAM_1]).then_refused("bed-already-opened", bed="b1")


def test_a_bed_is_opened_by_the_team_that_was_asked():
    given(*READY).when(replace(OPEN, team_id="team-2")).then_refused("bed-of-another-team", team="team-1")


@holds("A7.5")
def test_a_bed_that_was_not_assessed_does_not_open():
    given(APPLIED).when(OPEN, team=[TEAM_1]).then_refused("bed-not-assessed", bed="b1")


@holds("A7.5")
def test_condition_and_dwelling_must_both_fit():
    for unfit in (replace(ASSESSED, condition_fits=False), replace(ASSESSED, dwelling_fits=False)):
        given(APPLIED, unfit, AGREED).when(OPEN, team=[TEAM_1]).then_refused("bed-assessed-unfit", bed="b1")


@holds("A7.6")
def test_a_bed_that_is_not_agreed_does_not_open():
    given(*FIT).when(OPEN, team=[TEAM_1]).then_refused("bed-not-agreed", bed="b1")


def test_a_bed_does_not_open_before_it_was_assessed_or_agreed_or_before_the_day():
    early = replace(OPEN, opened_on=date(2026, 2, 28))
    given(*READY).when(early, team=[TEAM_1]).then_refused("bed-opened-before-assessed", day=YESTERDAY)
    given(*READY).when(replace(OPEN, opened_on=YESTERDAY), team=[TEAM_1]).then_refused(
        "bed-opened-before-agreed", day=TODAY
    )
    given(*READY).when(replace(OPEN, opened_on=TOMORROW), team=[TEAM_1]).then_refused("day-in-the-future")


@holds("A7.9")
def test_a_diagnosis_has_its_biological_psychological_and_social_side():
    for missing in range(3):
        half = tuple(each for number, each in enumerate(DIAGNOSES) if number != missing)
        given(*READY).when(replace(OPEN, diagnoses=half), team=[TEAM_1]).then_refused(
            "diagnosis-missing", axis=DIAGNOSES[missing].axis
        )


@holds("A7.10")
def test_a_cycle_is_ninety_days_at_most_and_thirty_where_the_pack_says_so():
    given(*READY).when(replace(OPEN, days=90), team=[TEAM_1]).then(BED_OPENED)
    given(*READY).when(replace(OPEN, days=1), team=[TEAM_1]).then(replace(BED_OPENED, cycle_ends_on=TODAY))
    for days in (0, 91):
        given(*READY).when(replace(OPEN, days=days), team=[TEAM_1]).then_refused("bed-cycle-outside-limits", most=90)
    thirty = pack_of("EX-2020")
    given(*READY).when(OPEN, team=[TEAM_1], pack=thirty).then(replace(BED_OPENED, cycle_ends_on=date(2026, 3, 31)))


def test_doctor_and_nurse_of_a_bed_are_seated_in_its_team():
    he_left = MemberLeft(team_id="team-1", member_id="he", last_day=YESTERDAY)
    bigger = replace(TEAM_1, members=(*TEAM_1.members, SUN))
    given(*READY).when(OPEN, team=[TEAM_1, he_left]).then_refused("named-member-not-seated", member="he", role="nurse")
    given(*READY).when(replace(OPEN, doctor_id="sun"), team=[bigger]).then_refused(
        "named-member-not-seated", member="sun", role="gp"
    )


@holds("A7.14")
def test_a_team_with_many_beds_is_crowded_and_a_full_one_opens_none_unless_somebody_answers_for_it():
    def opens(beds: int, override_by: str | None = None) -> Any:
        return given(*READY).when(replace(OPEN, override_by=override_by), team=[TEAM_1], team_beds=beds)

    opens(5).then(replace(BED_OPENED, beds_of_team=6))
    opens(6).then(replace(BED_OPENED, beds_of_team=7, crowded=True))
    opens(6, override_by="chief").then(replace(BED_OPENED, beds_of_team=7, crowded=True))
    opens(10).then_refused("bed-capacity-reached", team="team-1", beds=10, most=10)
    opens(10, override_by="chief").then(replace(BED_OPENED, beds_of_team=11, crowded=True, override_by="chief"))


def test_a_plan_is_set():
    given(*IN_USE).when(PLAN).then(PLANNED)
    treatment: dict[str, Any] = {"kind": "treatment", "diagnoses": (), "goals": ()}
    given(*IN_USE).when(replace(PLAN, **treatment)).then(replace(PLANNED, **treatment))


def test_a_new_plan_replaces_the_last_of_its_kind_only():
    other = replace(PLANNED, measures=("wound-care",))
    treatment = replace(PLANNED, kind="treatment")
    assert folded(FAMILY_BED, *IN_USE, PLANNED, treatment, other).plans == (treatment, other)


def test_the_same_plan_again_says_nothing():
    given(*IN_USE, PLANNED).when(PLAN).then_nothing()


@holds("A7.8")
def test_a_plan_has_measures_and_a_nursing_plan_its_diagnoses_and_goals():
    given(*IN_USE).when(replace(PLAN, measures=())).then_refused("plan-without-measures", bed="b1")
    for half in (replace(PLAN, diagnoses=()), replace(PLAN, goals=())):
        given(*IN_USE).when(half).then_refused("nursing-plan-incomplete", bed="b1")


@holds("A7.8")
def test_a_plan_is_evaluated_and_stopped():
    planned = (*IN_USE, PLANNED)
    given(*planned).when(EVALUATE).then(EVALUATED)
    given(*planned, EVALUATED).when(EVALUATE).then_nothing()
    given(*planned).when(STOP).then(STOPPED)
    given(*planned, STOPPED).when(STOP).then_nothing()
    given(*planned, EVALUATED, PLANNED).when(EVALUATE).then(EVALUATED)


def test_a_plan_is_evaluated_while_it_holds_and_neither_on_a_day_to_come():
    given(*IN_USE).when(EVALUATE).then_refused("plan-unknown", bed="b1")
    given(*IN_USE, PLANNED, STOPPED).when(EVALUATE).then_refused("plan-unknown")
    given(*IN_USE, PLANNED).when(replace(EVALUATE, evaluated_on=TOMORROW)).then_refused("day-in-the-future")
    given(*IN_USE, PLANNED).when(replace(STOP, stopped_on=TOMORROW)).then_refused("day-in-the-future")
    given(*IN_USE, PLANNED).when(replace(STOP, stopped_on=YESTERDAY)).then_refused("bed-not-open")


def test_a_bed_that_is_not_open_gets_no_plan_no_round_no_stay_and_no_end():
    for step in (PLAN, EVALUATE, STOP, REVIEW, TO_HOSPITAL, COME_BACK, EXTEND):
        given(*READY).when(step).then_refused("bed-not-open", bed="b1")
        given(*OVER).when(step).then_refused("bed-not-open", bed="b1")
    for end in (ROUND, SETTLE, CLOSE):
        given(*READY).when(end).then_refused("bed-not-open", bed="b1")
    given(*OVER).when(replace(SETTLE, amount_fen=0, insurance_fen=0)).then_refused("bed-not-open", bed="b1")


def test_a_round_is_recorded():
    given(*IN_USE).when(ROUND).then(MADE)
    warm = (Finding(code="temperature", value=38.2, unit="Cel"),)
    given(*IN_USE).when(replace(ROUND, measured=warm, kind="bed-nursing")).then(
        replace(MADE, measured=warm, kind="bed-nursing")
    )


def test_a_visit_is_one_round():
    given(*IN_USE, MADE).when(ROUND).then_nothing()


def test_rounds_are_made_while_the_bed_is_open_and_not_in_the_future():
    given(*IN_USE).when(replace(ROUND, made_at=at(YESTERDAY, 8))).then_refused("bed-not-open")
    given(*OVER).when(replace(ROUND, made_at=at(date(2026, 3, 4), 8))).then_refused("bed-not-open")
    given(*IN_USE).when(replace(ROUND, made_at=at(TODAY, 10))).then_refused("moment-in-the-future")


def test_a_round_made_before_the_end_may_be_written_down_after_it():
    given(*OVER).when(ROUND).then(MADE)


@holds("A7.12")
def test_a_rounds_record_is_written_once():
    given(*IN_USE, MADE).when(WRITE_UP).then(WRITTEN)
    given(*IN_USE, MADE, WRITTEN).when(WRITE_UP).then_nothing()
    given(*IN_USE, MADE, WRITTEN).when(replace(WRITE_UP, tests=())).then_refused("round-already-written-up", visit="v1")
    given(*IN_USE).when(WRITE_UP).then_refused("round-unknown", bed="b1", visit="v1")


@holds("A7.11")
def test_a_senior_doctor_reviews_the_care_and_not_the_responsible_one():
    given(*IN_USE).when(REVIEW).then(REVIEWED)
    given(*IN_USE, REVIEWED).when(REVIEW).then_nothing()
    given(*IN_USE).when(replace(REVIEW, reviewer_id="li")).then_refused("reviewer-is-responsible", member="li")
    given(*IN_USE).when(replace(REVIEW, reviewed_on=TOMORROW)).then_refused("day-in-the-future")


@holds("A7.15")
def test_a_bed_waits_while_its_resident_is_in_hospital():
    given(*IN_USE).when(TO_HOSPITAL, referral=[REFERRED]).then(IN_HOSPITAL)
    given(*IN_USE, IN_HOSPITAL).when(TO_HOSPITAL).then_nothing()
    away = (*IN_USE, IN_HOSPITAL)
    given(*away).when(replace(TO_HOSPITAL, transferred_on=TOMORROW), now=NEXT_DAY).then_refused("bed-in-hospital")
    given(*away).when(replace(ROUND, made_at=at(TOMORROW, 8)), now=NEXT_DAY).then_refused("bed-in-hospital", bed="b1")
    given(*away).when(ROUND).then(MADE)  # in the morning of the transfer


@holds("A7.15")
def test_a_resident_comes_back_and_is_seen_within_the_hours_of_a_first_round():
    away, then = (*IN_USE, IN_HOSPITAL), at(date(2026, 3, 5), 9)
    given(*away).when(COME_BACK, now=then).then(BACK)
    given(*away, BACK).when(COME_BACK, now=then).then_nothing()
    given(*IN_USE).when(COME_BACK, now=then).then_refused("bed-not-in-hospital", bed="b1")
    given(*away).when(COME_BACK).then_refused("day-in-the-future")
    given(*away).when(replace(COME_BACK, returned_on=YESTERDAY)).then_refused("returned-before-transferred", day=TODAY)
    same_day = replace(BACK, returned_on=TODAY, first_round_by=TOMORROW)
    given(*away).when(replace(COME_BACK, returned_on=TODAY)).then(same_day)


def test_a_stay_in_hospital_begins_after_the_last_one_and_not_in_the_future():
    tomorrow = replace(TO_HOSPITAL, transferred_on=TOMORROW, referral_id=None)
    given(*IN_USE, IN_HOSPITAL, BACK).when(tomorrow, now=LATER).then_refused(
        "hospital-stays-overlap", day=date(2026, 3, 5)
    )
    given(*IN_USE).when(tomorrow).then_refused("day-in-the-future")


def test_care_is_given_from_the_opening_to_the_end_but_not_in_hospital():
    bed = folded(FAMILY_BED, *IN_USE, IN_HOSPITAL, BACK)
    days = [date(2026, 3, day) for day in range(1, 7)]
    assert [bed.gives_care(day) for day in days] == [False, True, False, False, True, True]
    assert [bed.is_open(day) for day in days] == [False, True, True, True, True, True]


@holds("A7.13")
def test_a_bed_is_extended_near_its_end_on_a_new_assessment():
    given(*IN_USE, REASSESSED).when(EXTEND, now=LATER).then(EXTENDED)
    given(*IN_USE, REASSESSED, EXTENDED).when(EXTEND, now=LATER).then_nothing()
    given(*IN_USE).when(EXTEND, now=LATER).then_refused("extension-not-assessed", bed="b1")
    unfit = replace(REASSESSED, condition_fits=False)
    given(*IN_USE, unfit).when(EXTEND, now=LATER).then_refused("bed-assessed-unfit")
    short = replace(EXTENDED, cycle_ends_on=date(2026, 6, 29))
    given(*IN_USE, REASSESSED).when(replace(EXTEND, days=30), now=LATER).then(short)
    given(*IN_USE, REASSESSED).when(replace(EXTEND, days=91), now=LATER).then_refused("bed-cycle-outside-limits")


@holds("A7.13")
def test_each_further_cycle_has_its_own_assessment():
    second = (*IN_USE, REASSESSED, EXTENDED)
    later = at(date(2026, 8, 25), 9)
    third = replace(EXTEND, extended_on=date(2026, 8, 25))
    given(*second).when(third, now=later).then_refused("extension-not-assessed")
    assessed = replace(REASSESSED, assessed_on=date(2026, 8, 20))
    given(*second, assessed).when(third, now=later).then(
        replace(
            EXTENDED,
            cycle=3,
            extended_on=date(2026, 8, 25),
            cycle_ends_on=date(2026, 11, 26),
            assessed_on=date(2026, 8, 20),
        )
    )


def test_a_bed_is_not_extended_too_early_or_in_the_future():
    early = replace(EXTEND, extended_on=date(2026, 5, 15))
    given(*IN_USE, replace(REASSESSED, assessed_on=date(2026, 5, 14))).when(early, now=LATER).then_refused(
        "extension-too-early", day=date(2026, 5, 16)
    )
    given(*IN_USE, REASSESSED).when(replace(EXTEND, extended_on=date(2026, 5, 23)), now=LATER).then_refused(
        "extension-too-early", day=date(2026, 5, 24)
    )
    given(*IN_USE, REASSESSED).when(EXTEND).then_refused("day-in-the-future")
    first = date(2026, 5, 16)
    given(*IN_USE, replace(REASSESSED, assessed_on=first)).when(replace(EXTEND, extended_on=first), now=LATER).then(
        replace(EXTENDED, extended_on=first, assessed_on=first)
    )


def test_a_cycle_that_was_extended_late_begins_on_that_day():
    late = date(2026, 6, 10)
    given(*IN_USE, REASSESSED).when(replace(EXTEND, extended_on=late), now=at(late, 9)).then(
        replace(EXTENDED, extended_on=late, cycle_ends_on=date(2026, 9, 7))
    )


@holds("A7.7")
def test_a_bed_is_settled_before_it_closes():
    given(*IN_USE).when(SETTLE).then(SETTLED)
    given(*IN_USE, SETTLED).when(SETTLE).then_nothing()
    given(*IN_USE).when(CLOSE, now=NEXT_DAY).then_refused("bed-not-settled", bed="b1")
    for amount, insurance in ((10, 0), (10, 10), (0, 0)):
        paid: dict[str, Any] = {"amount_fen": amount, "insurance_fen": insurance}
        given(*IN_USE).when(replace(SETTLE, **paid)).then(replace(SETTLED, **paid))
    for amount, insurance in ((-1, 0), (10, 11), (10, -1)):
        given(*IN_USE).when(replace(SETTLE, amount_fen=amount, insurance_fen=insurance)).then_refused(
            "settlement-does-not-add-up", amount=amount, insurance=insurance
        )
    given(*IN_USE).when(replace(SETTLE, settled_on=TOMORROW)).then_refused("day-in-the-future")


@holds("A7.9")
def test_a_bed_is_closed_with_its_outcome():
    given(*IN_USE, SETTLED).when(CLOSE, now=NEXT_DAY).then(CLOSED)


def test_closed_again_alike_it_says_nothing():
    given(*OVER).when(CLOSE).then_nothing()


def test_a_bed_closes_once_and_not_in_the_future():
    given(*OVER).when(replace(CLOSE, outcome="cured")).then_refused("bed-not-open", bed="b1")
    given(*IN_USE, SETTLED).when(CLOSE).then_refused("day-in-the-future", day=TOMORROW)


def test_a_bed_does_not_close_before_it_opened_or_its_resident_went_to_hospital():
    given(*IN_USE).when(replace(CLOSE, closed_on=YESTERDAY)).then_refused("bed-closed-before-opened", day=TODAY)
    given(*IN_USE, IN_HOSPITAL, BACK, SETTLED).when(CLOSE, now=LATER).then_refused(
        "bed-closed-before-opened", day=date(2026, 3, 5)
    )
    given(*IN_USE, SETTLED).when(replace(CLOSE, closed_on=TODAY)).then(replace(CLOSED, closed_on=TODAY))
    died = replace(CLOSE, outcome="died")
    given(*IN_USE, IN_HOSPITAL, SETTLED).when(died, now=NEXT_DAY).then(replace(CLOSED, outcome="died"))


OVERDUE_ASSESSMENT = BedFellOverdue(**B1, what="assessment", due_on=date(2026, 3, 5))
REPORT_CYCLE = ReportBedOverdue(**B1, what="cycle", due_on=date(2026, 5, 30))


@holds("A7.5", "A7.10", "A7.11")
def test_what_is_overdue_is_reported_once_after_its_day():
    deadlines: list[tuple[tuple[object, ...], str, date]] = [
        ((APPLIED,), "assessment", date(2026, 3, 5)),
        (IN_USE, "first-round", date(2026, 3, 3)),
        ((*IN_USE, IN_HOSPITAL, BACK), "first-round", date(2026, 3, 6)),
        (IN_USE, "review", date(2026, 4, 1)),
        (IN_USE, "cycle", date(2026, 5, 30)),
        ((*IN_USE, REASSESSED, EXTENDED), "cycle", date(2026, 8, 28)),
    ]
    for past, what, day in deadlines:
        report = ReportBedOverdue(**B1, what=what, due_on=day)  # type: ignore[arg-type]
        event = BedFellOverdue(**B1, what=what, due_on=day)  # type: ignore[arg-type]
        given(*past).when(report, now=next_morning(day)).then(event)
        given(*past).when(report, now=at(day, 23, 59)).then_nothing()


def next_morning(day: date) -> datetime:
    return at(date.fromordinal(day.toordinal() + 1), 0)


def test_what_was_done_or_is_over_is_not_overdue():
    much_later = at(date(2027, 1, 1), 9)
    quiet: list[tuple[tuple[object, ...], str, date]] = [
        (FIT, "assessment", date(2026, 3, 5)),
        ((APPLIED, RETURNED), "assessment", date(2026, 3, 5)),
        ((*IN_USE, MADE), "first-round", date(2026, 3, 3)),
        ((*IN_USE, IN_HOSPITAL), "first-round", date(2026, 3, 3)),
        ((*IN_USE, REVIEWED), "review", date(2026, 3, 31)),
        ((*IN_USE, REASSESSED, EXTENDED), "cycle", date(2026, 5, 30)),
        (OVER, "cycle", date(2026, 5, 30)),
        (READY, "cycle", date(2026, 5, 30)),
    ]
    for past, what, day in quiet:
        report = ReportBedOverdue(**B1, what=what, due_on=day)  # type: ignore[arg-type]
        given(*past).when(report, now=much_later).then_nothing()
    nursed = (*IN_USE, replace(MADE, kind="bed-nursing"))
    first = BedFellOverdue(**B1, what="first-round", due_on=TOMORROW)
    given(*nursed).when(ReportBedOverdue(**B1, what="first-round", due_on=TOMORROW), now=much_later).then(first)


def test_a_bed_is_open_from_its_first_day_to_its_last():
    days = (YESTERDAY, TODAY, TOMORROW, date(2026, 3, 4))
    assert [folded(FAMILY_BED, *OVER).is_open(day) for day in days] == [False, True, True, False]
    assert not folded(FAMILY_BED, *READY).is_open(TODAY)


@holds("A7.14")
def test_it_claims_its_resident_its_number_and_a_place_among_its_teams_beds_until_it_is_closed():
    def claims(until: date) -> list[Claim]:
        keys = {
            "open-bed:wang": "open-bed-exists",
            "bed-number:team-1:b1": "bed-number-taken",
            "team_beds:team-1:b1": "open-bed-exists",
        }
        return [Claim(key=key, rule=rule, since=TODAY, until=until) for key, rule in keys.items()]

    *held, _ = claimed(FAMILY_BED, *IN_USE)
    assert held == claims(FOREVER)
    *held, _ = claimed(FAMILY_BED, *OVER)
    assert held == claims(TOMORROW)


def test_a_bed_is_open_for_its_resident_from_the_application_to_its_end():
    returned = BedApplicationReturned(**B1, reason="papers-incomplete")
    for events, until in ((READY, FOREVER), (IN_USE, FOREVER), (OVER, date.min), ((APPLIED, returned), date.min)):
        open_ = claimed(FAMILY_BED, *events)[-1]
        assert (open_.key, open_.until) == ("open_beds:wang:b1", until)


def test_the_records_of_a_bed_are_kept_for_thirty_years():
    assert KEPT_YEARS == 30
