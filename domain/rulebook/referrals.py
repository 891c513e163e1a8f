"""A8 referrals and alliances."""

from domain import screening
from domain.rulebook.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        number="A8.1",
        says="Disturbed consciousness, chest pain, oxygen saturation below 90 %, shock or bleeding: urgent referral.",
        source="criteria for referral of a family doctor handbook; the limits of glucose are [GK]",
        decisions=(screening.advice,),
    ),
    Rule(
        number="A8.2",
        says="Signs of a stroke are urgent; within 4.5 hours of the first sign the advice says so.",
        source="criteria for referral of a family doctor handbook",
        decisions=(screening.advice,),
    ),
    Rule(
        number="A8.3",
        says="Blood pressure of 180 or 110 and more, or a danger sign: urgent referral.",
        source="national norms for basic public health services, third edition, 2017; the list of danger signs is [GK]",
        decisions=(screening.advice,),
    ),
    Rule(
        number="A8.4",
        says="Who may have an acute coronary syndrome goes to the nearest hospital that opens coronary vessels.",
        source="guideline on referring hypertension between primary care and hospitals",
        decisions=(screening.advice,),
    ),
    Rule(
        number="A8.5",
        says="Complex cases, and what the norms name group by group, are referred without haste.",
        source="national norms for basic public health services, third edition, 2017; the list of codes is [GK]",
        decisions=(screening.advice,),
    ),
)
