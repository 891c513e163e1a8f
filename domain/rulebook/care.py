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
from domain.care_plan.follow_up import follow_ups_of, next_in_chain
from domain.care_plan.outcomes import outcome_of
from domain.care_plan.schedule import windows_of
from domain.care_plan.task_decisions import complete, fall_due
from domain.care_plan.task_endings import cancel_one, miss, record_failed_attempt
from domain.care_plan.trip_sharing import trip_of
from domain.rulebook.rule import Rule

NORMS = "national norms for basic public health services, third edition, 2017"
PLANNED = (plan_contract_care, plan_group_care, windows_of)
FOUND = (complete, outcome_of, follow_ups_of)


def scheduled(number: str, says: str, source: str = NORMS) -> Rule:
    """Return a rule about windows that are planned."""
    return Rule(number=number, says=says, source=source, decisions=PLANNED, events=(CareTaskScheduled,))


RULES: tuple[Rule, ...] = (
    scheduled("A5.1", "Hypertension from 35 years on: at least four follow-ups a year, face to face."),
    scheduled("A5.2", "Hypertension: one examination a year; for elders it is that of the elder."),
    Rule(
        number="A5.3",
        says="Hypertension uncontrolled, an adverse reaction or a complication: adjusted, seen within two weeks.",
        source=NORMS,
        decisions=FOUND,
        events=(CareTaskDone, CareTaskDoneLate, CareTaskScheduled),
    ),
    Rule(
        number="A5.4",
        says="Uncontrolled twice in a row: a referral is advised and asked after within two weeks.",
        source=NORMS,
        decisions=FOUND,
        events=(ReferralAdvised, CareTaskScheduled),
    ),
    Rule(
        number="A5.5",
        says="A pressure of 180/110 or danger signs: an urgent referral is advised and asked after within two weeks.",
        source=NORMS,
        decisions=FOUND,
        events=(ReferralAdvised, CareTaskScheduled),
    ),
    Rule(
        number="A5.6",
        says="Pressure is uncontrolled from 140/90 on, for elders from 150/90 on.",
        source=NORMS,
        decisions=FOUND,
        events=(CareTaskDone, CareTaskDoneLate),
    ),
    Rule(
        number="A5.7",
        says="People at high risk of hypertension are measured every half year.",
        source=NORMS,
        decisions=FOUND,
        events=(CareTaskScheduled,),
    ),
    scheduled("A5.8", "Everyone from 35 years on is measured once a year."),
    scheduled(
        "A5.9", "Type 2 diabetes from 35 years on: four fasting glucose tests and four follow-ups a year, face to face."
    ),
    scheduled("A5.10", "Type 2 diabetes: one examination a year; who is examined for another group is not twice."),
    scheduled("A5.11", "65 years and older: one health examination a year."),
    scheduled("A5.12", "65 years and older: the constitution of Chinese medicine is assessed once a year."),
    scheduled("A5.13", "Who cannot move or is bedridden is examined at home."),
    scheduled("A5.14", "Pregnancy: the record before week 13, checks in weeks 16-20, 21-24, 28-36 and 37-40."),
    Rule(
        number="A5.15",
        says="A pregnancy that is not normal: a referral is advised and asked after within two weeks.",
        source=NORMS,
        decisions=FOUND,
        events=(ReferralAdvised, CareTaskScheduled),
    ),
    scheduled(
        "A5.16",
        "Childbed: a home visit within a week of the discharge, in one trip to a newborn who is with its mother.",
    ),
    scheduled("A5.17", "Childbed: an examination on day 42; how many days after it are still in time is [GK]."),
    scheduled("A5.18", "A newborn: a home visit within a week of the discharge, and a check on days 28 to 30."),
    scheduled("A5.19", "A child: checks at months 3, 6, 8, 12, 18, 24, 30 and 36, then once a year from 4 to 6."),
    Rule(
        number="A5.20",
        says="Low birth weight, a premature birth, twins or a defect: the newborn has extra visits; how many is [GK].",
        source=NORMS,
        decisions=FOUND,
        events=(CareTaskScheduled,),
    ),
    scheduled("A5.21", "Severe mental disorder, newly transferred in: visited and filed within two weeks."),
    scheduled("A5.22", "Severe mental disorder: one examination a year; without consent it is cancelled."),
    scheduled("A5.23", "Tuberculosis suspected: after the referral slip, a call within one week."),
    Rule(
        number="A5.24",
        says="Tuberculosis: a home visit within 72 hours of the notice; two failed attempts are reported upward.",
        source=NORMS,
        decisions=(windows_of, record_failed_attempt),
        events=(CareTaskScheduled, CareTaskLost, CareReportedUpward),
    ),
    scheduled("A5.25", "Tuberculosis in the intensive phase: supervised every 10 days.", "[GK]"),
    scheduled(
        "A5.26", "Tuberculosis: the record is looked at monthly, and so is the patient in the continuation phase [GK]."
    ),
    Rule(
        number="A5.27",
        says="What is owed is a window of days with a legal deadline, inside the contract and cut where it ends.",
        source="a usual community health system; the cut is [GK]",
        decisions=PLANNED,
        events=(CareTaskScheduled,),
    ),
    Rule(
        number="A5.28",
        says="Who joins a key group is owed its services at once, who leaves it no longer.",
        source="[GK]",
        decisions=(plan_group_care,),
        events=(CareTaskScheduled, CareTaskCancelled),
    ),
    scheduled("A5.29", "Disabled people are guided in rehabilitation at home.", "[GK]"),
    Rule(
        number="A5.30",
        says="Diabetes: a fasting glucose of 7.0 or more, an adverse reaction, a complication: the same steps.",
        source=NORMS,
        decisions=FOUND,
        events=(CareTaskDone, CareTaskDoneLate, CareTaskScheduled, ReferralAdvised),
    ),
    Rule(
        number="A5.31",
        says="Severe mental disorder: seen again within two weeks if unstable, after two weeks and then a month if "
        "basically stable, after three months if stable: four times a year at least.",
        source=NORMS,
        decisions=(next_in_chain,),
        events=(CareTaskScheduled,),
    ),
    Rule(
        number="A5.32",
        says="Services whose windows overlap, and which the same people can do, share one trip.",
        source="national norms, third edition, 2017, for the examination and for mother and newborn; the rest is [GK]",
        decisions=(fall_due, trip_of, complete),
        events=(CareTaskFellDue,),
    ),
    Rule(
        number="A5.33",
        says="A care task is due, planned, done, done late, missed, lost or cancelled with its cause, and ends once.",
        source="a community health system in the field",
        decisions=(fall_due, complete, miss, record_failed_attempt, cancel_one),
        events=(CareTaskFellDue, CareTaskDone, CareTaskDoneLate, CareTaskMissed, CareTaskLost, CareTaskCancelled),
    ),
    Rule(
        number="A5.34",
        says="Tuberculosis: staff supervise first, the family may after a training.",
        source=NORMS,
        left_out="who stands beside a patient at each dose is in the treatment card; the plan owes the visits of staff",
    ),
)
