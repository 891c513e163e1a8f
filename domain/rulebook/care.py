"""A5 how often people are seen."""

from domain.care_plan.contract_care import plan_contract_care, plan_group_care
from domain.care_plan.events import (
    CareReportedUpward,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskMissed,
    CareTaskScheduled,
    ReferralAdvised,
)
from domain.care_plan.follow_up import ADVICE_FOLLOW_UP, follow_ups_of, next_in_chain
from domain.care_plan.outcomes import outcome_of
from domain.care_plan.schedule import windows_of
from domain.care_plan.task_decisions import complete, fall_due
from domain.care_plan.task_endings import cancel_one, miss, record_failed_attempt
from domain.care_plan.trip_sharing import trip_of
from domain.rulebook.rule import PRESENT, Rule, where

NORMS = "national norms for basic public health services, third edition, 2017"
PLANNED = (plan_contract_care, plan_group_care, windows_of)
JUDGED = (complete, outcome_of, follow_ups_of)


def scheduled(number: str, says: str, *kinds: str, source: str = NORMS) -> Rule:
    """Return a rule about the planned windows of some kinds of care."""
    return Rule(
        number=number,
        says=says,
        source=source,
        decisions=PLANNED,
        numbers=("care",),
        events=(where(CareTaskScheduled, kind=kinds),),
    )


RULES: tuple[Rule, ...] = (
    scheduled(
        "A5.1",
        "Hypertension from 35 years on: at least four follow-ups a year, face to face.",
        "hypertension-follow-up",
    ),
    scheduled("A5.2", "Hypertension: one examination a year; for elders it is that of the elder.", "hypertension-exam"),
    Rule(
        number="A5.3",
        says="Hypertension that is uncontrolled, an adverse reaction or a complication: the treatment is "
        "adjusted, and the resident is seen within two weeks.",
        source=NORMS,
        decisions=JUDGED,
        numbers=("recheck_days",),
        events=(
            where(CareTaskDone, group=("hypertension",), outcome=("uncontrolled",)),
            where(CareTaskDoneLate, group=("hypertension",), outcome=("uncontrolled",)),
            where(CareTaskScheduled, kind=("hypertension-follow-up",), because=PRESENT),
        ),
    ),
    Rule(
        number="A5.4",
        says="Uncontrolled twice in a row: a referral is advised and asked after within two weeks.",
        source=NORMS,
        decisions=JUDGED,
        numbers=("recheck_days", "follow_up_minutes"),
        events=(where(ReferralAdvised, urgency=("ordinary",)), where(CareTaskScheduled, kind=(ADVICE_FOLLOW_UP,))),
    ),
    Rule(
        number="A5.5",
        says="A pressure of 180/110 or danger signs: an urgent referral is advised and asked after within two weeks.",
        source=NORMS,
        decisions=JUDGED,
        numbers=("urgent_systolic", "urgent_diastolic"),
        events=(where(ReferralAdvised, urgency=("urgent",)), where(CareTaskScheduled, kind=(ADVICE_FOLLOW_UP,))),
    ),
    Rule(
        number="A5.6",
        says="Pressure is uncontrolled from 140/90 on, for elders from 150/90 on.",
        source=NORMS,
        decisions=JUDGED,
        numbers=("uncontrolled_systolic", "uncontrolled_diastolic", "elder_uncontrolled_systolic"),
        events=(where(CareTaskDone, group=("hypertension",)), where(CareTaskDoneLate, group=("hypertension",))),
    ),
    Rule(
        number="A5.7",
        says="People at high risk of hypertension are measured every half year.",
        source=NORMS,
        decisions=JUDGED,
        numbers=("high_normal_systolic", "high_normal_diastolic", "risk_every_days", "risk_window_days"),
        events=(
            where(CareTaskDone, outcome=("at-risk",)),
            where(CareTaskDoneLate, outcome=("at-risk",)),
            where(CareTaskScheduled, kind=("pressure-check",), because=PRESENT),
        ),
    ),
    scheduled("A5.8", "Everyone from 35 years on is measured once a year.", "pressure-check"),
    scheduled(
        "A5.9",
        "Type 2 diabetes from 35 years on: four fasting glucose tests and four follow-ups a year, face to face.",
        "diabetes-follow-up",
        "glucose-test",
    ),
    scheduled(
        "A5.10",
        "Type 2 diabetes: one examination a year; residents who are examined for another group are not examined twice.",
        "diabetes-exam",
    ),
    scheduled("A5.11", "65 years and older: one health examination a year.", "elder-exam"),
    scheduled(
        "A5.12", "65 years and older: the constitution of Chinese medicine is assessed once a year.", "tcm-constitution"
    ),
    scheduled(
        "A5.13",
        "Residents who cannot move or are bedridden are examined at home.",
    ),
    scheduled(
        "A5.14",
        "Pregnancy: the record before week 13, checks in weeks 16-20, 21-24, 28-36 and 37-40.",
        "pregnancy-record",
        "pregnancy-check",
    ),
    Rule(
        number="A5.15",
        says="A pregnancy that is not normal: a referral is advised and asked after within two weeks.",
        source=NORMS,
        decisions=JUDGED,
        numbers=("recheck_days",),
        events=(
            where(ReferralAdvised, criteria=("pregnancy-abnormal",)),
            where(CareTaskScheduled, kind=(ADVICE_FOLLOW_UP,)),
        ),
    ),
    scheduled(
        "A5.16",
        "Childbed: a home visit within a week of the discharge, in one trip to a newborn who is with its mother.",
        "postpartum-visit",
    ),
    scheduled(
        "A5.17",
        "Childbed: an examination on day 42; how many days after it are still in time is [GK].",
        "postpartum-exam",
    ),
    scheduled(
        "A5.18",
        "A newborn: a home visit within a week of the discharge, and a check on days 28 to 30.",
        "newborn-visit",
        "newborn-check",
    ),
    scheduled(
        "A5.19",
        "A child: checks at months 3, 6, 8, 12, 18, 24, 30 and 36, then once a year from 4 to 6.",
        "child-check",
    ),
    Rule(
        number="A5.20",
        says="Low birth weight, a premature birth, twins or a defect: the newborn has extra visits; how many is [GK].",
        source=NORMS,
        decisions=JUDGED,
        numbers=("frail_newborn_visits", "frail_newborn_every_days"),
        events=(
            where(CareTaskDone, outcome=("frail",)),
            where(CareTaskDoneLate, outcome=("frail",)),
            where(
                CareTaskScheduled,
                kind=(
                    "newborn-visit",
                    "newborn-check",
                ),
                because=PRESENT,
            ),
        ),
    ),
    scheduled(
        "A5.21", "Severe mental disorder, newly transferred in: visited and filed within two weeks.", "mental-follow-up"
    ),
    scheduled(
        "A5.22", "Severe mental disorder: one examination a year; without consent it is cancelled.", "mental-exam"
    ),
    scheduled(
        "A5.23", "Tuberculosis suspected: after the referral slip, a call within one week.", "tuberculosis-suspect-call"
    ),
    Rule(
        number="A5.24",
        says="Tuberculosis: a home visit within 72 hours of the notice; two failed attempts are reported upward.",
        source=NORMS,
        decisions=(windows_of, record_failed_attempt),
        numbers=("care", "visit_attempts"),
        events=(
            where(CareTaskScheduled, kind=("tuberculosis-first-visit",)),
            where(CareTaskLost),
            where(CareReportedUpward),
        ),
    ),
    scheduled(
        "A5.25",
        "Tuberculosis in the intensive phase: supervised every 10 days.",
        "tuberculosis-supervision",
        source="[GK]",
    ),
    scheduled(
        "A5.26",
        "Tuberculosis: the record is looked at monthly, and so is the patient in the continuation phase [GK].",
        "tuberculosis-record",
        "tuberculosis-continuation",
    ),
    Rule(
        number="A5.27",
        says="A service is owed in a window of days with a legal deadline, inside the contract and cut where it ends.",
        source="a usual community health system; the cut is [GK]",
        decisions=(*PLANNED, complete),
        numbers=("care",),
        refusals=("contract-of-another-resident", "no-contract-on-that-day"),
    ),
    Rule(
        number="A5.28",
        says="Residents who join a key group are owed its services at once; those who leave it no longer.",
        source="[GK]",
        decisions=(plan_group_care,),
        events=(where(CareTaskCancelled, cause=("group-changed",)),),
    ),
    scheduled(
        "A5.29", "Disabled people are guided in rehabilitation at home.", "rehabilitation-guidance", source="[GK]"
    ),
    Rule(
        number="A5.30",
        says="Diabetes: a fasting glucose of 7.0 or more, an adverse reaction, a complication: the same steps.",
        source=NORMS,
        decisions=JUDGED,
        numbers=("uncontrolled_fasting_glucose", "recheck_days"),
        events=(
            where(CareTaskDone, group=("diabetes",)),
            where(CareTaskDoneLate, group=("diabetes",)),
            where(CareTaskScheduled, kind=("diabetes-follow-up",), because=PRESENT),
        ),
    ),
    Rule(
        number="A5.31",
        says="Severe mental disorder: seen again within two weeks if unstable, after two weeks and then a month "
        "if basically stable, after three months if stable: four times a year at least.",
        source=NORMS,
        decisions=(next_in_chain,),
        numbers=("unstable_days", "basically_stable_days", "still_basically_stable_days", "stable_days"),
        events=(where(CareTaskScheduled, kind=("mental-follow-up",), because=PRESENT),),
    ),
    Rule(
        number="A5.32",
        says="Services whose windows overlap, and which the same people can do, share one trip.",
        source="national norms, third edition, 2017, for the examination and for mother and newborn; the rest is [GK]",
        decisions=(fall_due, trip_of, complete),
        numbers=("merge_days", "merged_share"),
        events=(where(CareTaskFellDue, with_task=PRESENT),),
    ),
    Rule(
        number="A5.33",
        says="A care task is due, planned, done, done late, missed, lost or cancelled with its cause, and ends once.",
        source="a community health system in the field",
        decisions=(fall_due, complete, miss, record_failed_attempt, cancel_one),
        numbers=("late_days",),
        refusals=("care-task-over",),
        events=(
            where(CareTaskFellDue),
            where(CareTaskDone),
            where(CareTaskDoneLate),
            where(CareTaskMissed),
            where(CareTaskLost),
            where(CareTaskCancelled),
        ),
    ),
    Rule(
        number="A5.34",
        says="Tuberculosis: staff supervise first, the family may after a training.",
        source=NORMS,
        left_out="the treatment card names the person who supervises each dose; the plan owes the visits of staff",
    ),
    scheduled(
        "A5.35",
        "Chronic obstructive pulmonary disease, once confirmed: followed up, four times a year [GK].",
        "copd-follow-up",
        source="Announcement on basic public health services of 2024-09-13; the frequency is [GK]",
    ),
    scheduled(
        "A5.36",
        "Chronic obstructive pulmonary disease: routine checks, once a year [GK]; for elders and with hypertension or "
        "diabetes they belong to that examination.",
        "copd-exam",
        source="Announcement on basic public health services of 2024-09-13; the frequency is [GK]",
    ),
)
