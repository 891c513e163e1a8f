"""A8 referrals and alliances."""

from domain import screening
from domain.care_plan import referral_care
from domain.care_plan.events import CareTaskScheduled
from domain.institution import record_ability
from domain.institution_area import AbilityRecorded
from domain.referral import outbound, return_
from domain.referral.events import (
    ReferralAccepted,
    ReferralAdmitted,
    ReferralAppointmentPassed,
    ReferralAttended,
    ReferralDeclined,
    ReferralDischarged,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralReferredDown,
    ReferralRequested,
    ReferralReturned,
    ReferralScheduled,
    ReferralWithdrawn,
)
from domain.rulebook.rule import Rule, where

RULES: tuple[Rule, ...] = (
    Rule(
        number="A8.1",
        says="Disturbed consciousness, chest pain, oxygen saturation below 90 %, shock or bleeding: urgent referral.",
        source="criteria for referral of a family doctor handbook; the limits of glucose are [GK]",
        decisions=(screening.oxygen_is_low, screening.glucose_is_dangerous),
        numbers=("urgent_oxygen_saturation", "urgent_glucose", "least_glucose"),
    ),
    Rule(
        number="A8.2",
        says="Signs of a stroke are urgent; within 4.5 hours of the first sign the advice says so.",
        source="criteria for referral of a family doctor handbook",
        decisions=(screening.stroke_window_is_open,),
        numbers=("stroke_window_hours",),
    ),
    Rule(
        number="A8.3",
        says="Blood pressure of 180 or 110 and more, or a danger sign: urgent referral.",
        source="national norms for basic public health services, third edition, 2017; the list of danger signs is [GK]",
        decisions=(screening.pressure_is_dangerous,),
        numbers=("urgent_systolic", "urgent_diastolic"),
    ),
    Rule(
        number="A8.4",
        says="A resident who may have an acute coronary syndrome goes to the nearest hospital that opens "
        "coronary vessels.",
        source="guideline on referring hypertension between primary care and hospitals",
        decisions=(screening.advice, record_ability),
        refusals=("ability-of-no-hospital",),
        events=(where(AbilityRecorded),),
    ),
    Rule(
        number="A8.5",
        says="Complex cases, and what the norms name group by group, are referred without haste.",
        source="national norms for basic public health services, third edition, 2017; the list of codes is [GK]",
        decisions=(screening.advice,),
    ),
    Rule(
        number="A8.6",
        says="A resident under a valid contract is referred up to an open hospital of the district or the city.",
        source="opinions on family doctor services, 2016 (国医改办发〔2016〕1号); the check is [GK]",
        decisions=(outbound.request,),
        refusals=("no-valid-contract", "referral-not-upwards", "criterion-unknown"),
        events=(where(ReferralRequested),),
    ),
    Rule(
        number="A8.7",
        says="Family doctors have priority for specialist slots and beds; the hospital answers within hours.",
        source="Shenzhen norm of 2018-03-01; the hours are [GK]",
        decisions=(outbound.request, outbound.accept, outbound.record_unanswered),
        numbers=("urgent_answer_hours", "answer_hours"),
        events=(where(ReferralRequested), where(ReferralAccepted), where(ReferralLeftUnanswered)),
    ),
    Rule(
        number="A8.8",
        says="The hospital accepts or declines with a reason; the slip has reason, condition, cautions, tests, "
        "guidance for rehabilitation, ward and bed, appointment. A declined referral asks another hospital.",
        source="a community health system in the field (DR_Referrals)",
        decisions=(outbound.request, outbound.accept, outbound.decline, outbound.schedule, outbound.withdraw),
        refusals=("referral-names-itself", "appointment-in-the-past"),
        events=(where(ReferralAccepted), where(ReferralDeclined), where(ReferralScheduled), where(ReferralWithdrawn)),
    ),
    Rule(
        number="A8.9",
        says="A resident is referred down who is stable, with a clear diagnosis and a clear plan that primary "
        "care can follow.",
        source="guideline on referring hypertension between primary care and hospitals",
        decisions=(return_.refer_down,),
        refusals=("not-fit-for-primary-care",),
        events=(where(ReferralReferredDown),),
    ),
    Rule(
        number="A8.10",
        says="A referred resident is followed up within 2 weeks, in a Shenzhen hospital within 5 days of the "
        "transfer: the earlier of the rules in force.",
        source="national norms for basic public health services, third edition, 2017; Shenzhen norm of 2018-03-01",
        decisions=(
            return_.attend,
            return_.admit,
            return_.follow_up,
            referral_care.plan_referral_follow_up,
        ),
        numbers=("referral_follow_up_days", "hospital_follow_up_days", "follow_up_minutes"),
        refusals=("referral-of-another-resident",),
        events=(
            where(ReferralAttended),
            where(ReferralAdmitted),
            where(ReferralFollowedUp),
            where(CareTaskScheduled, kind=("referral-follow-up", "hospital-follow-up")),
        ),
    ),
    Rule(
        number="A8.11",
        says="After the hospital the team makes contact within 2 weeks of the discharge.",
        source="[GK]",
        decisions=(
            return_.discharge,
            return_.return_,
            return_.follow_up,
            referral_care.plan_referral_follow_up,
        ),
        numbers=("discharge_follow_up_days", "follow_up_minutes"),
        events=(
            where(ReferralDischarged),
            where(ReferralReturned),
            where(ReferralFollowedUp),
            where(CareTaskScheduled, kind=("return-follow-up",)),
        ),
    ),
    Rule(
        number="A8.12",
        says="An event records an appointment that nobody kept, and a follow-up that nobody did by its day.",
        source="[GK]",
        decisions=(outbound.miss_appointment, outbound.record_appointment_passed, return_.record_overdue),
        refusals=("appointment-still-to-come",),
        events=(where(ReferralNotAttended), where(ReferralAppointmentPassed), where(ReferralFollowUpOverdue)),
    ),
    Rule(
        number="A8.13",
        says="Requested, accepted or declined with a reason, scheduled, attended or not, discharged, referred "
        "down, followed up: no step before the one it follows from.",
        source="rulebook of this system, from a community health system in the field",
        decisions=(
            outbound.accept,
            outbound.schedule,
            return_.attend,
            return_.discharge,
            return_.return_,
            referral_care.plan_referral_follow_up,
        ),
        refusals=(
            "referral-step-out-of-order",
            "referral-day-too-early",
            "attended-before-requested",
            "attended-before-appointment",
            "referral-not-attended",
        ),
    ),
    Rule(
        number="A8.14",
        says="Half of the specialists' appointments are given through the community.",
        source="Shanghai policy",
        left_out="appointments that are no referrals are not known here; the share through the green channel is asked"
        " with ReferralTimes",
    ),
)
