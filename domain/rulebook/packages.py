"""A9 packages, money and quality."""

from domain import survey
from domain.care_plan.task_decisions import complete
from domain.contract.entitlements import consume, pay, refund, settle
from domain.contract.events import (
    EntitlementConsumed,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.contract.terms import granted_items
from domain.numbers_by_year import public_health_sum
from domain.package import granted, granted_item
from domain.rulebook.rule import Rule, where

RULES: tuple[Rule, ...] = (
    Rule(
        number="A9.1",
        says="A basic package holds public-health items and privileges: booking, exams and beds, referral, "
        "priority for a family bed, long prescriptions.",
        source="Lishui form; the prices are [GK]",
        decisions=(granted_items, granted),
        numbers=("packages",),
    ),
    Rule(
        number="A9.2",
        says="The basic package of Lishui has five further medical items, of which the resident pays 15 yuan, and "
        "a joint clinic for chronic disease.",
        source="Lishui form; how the 15 yuan fall on the items is [GK]",
        decisions=(granted_items, granted),
        numbers=("packages",),
    ),
    Rule(
        number="A9.3",
        says="An item has a count, a price, a discount, its payers' shares, the people it is for, and weeks from "
        "the first day within which it is done.",
        source="A community health system in the field",
        decisions=(granted_items, granted_item),
        numbers=("packages",),
    ),
    Rule(
        number="A9.4",
        says="Every service uses up what the package grants, or is recorded as beyond it.",
        source="A community health system in the field",
        decisions=(consume,),
        events=(where(EntitlementConsumed), where(ServedBeyondPackage)),
    ),
    Rule(
        number="A9.5",
        says="Insurance fund, public-health money and resident share the fee; what was paid and not used goes back.",
        source="2022 opinions (国卫基层发〔2022〕10号) for the payers; the refund is [GK]",
        decisions=(pay, settle, refund),
        refusals=("nothing-to-pay", "nothing-to-settle", "nothing-to-refund"),
        events=(where(PackagePaid), where(PackageSettled), where(PackageRefunded)),
    ),
    Rule(
        number="A9.6",
        says="Residents are asked what they think, once per person and period; the questions and the index of "
        "the sense of gain are [GK].",
        source="Reports of a weak sense of gain; the survey itself is [GK]",
        decisions=(survey.record, survey.claims),
        numbers=("survey_months", "least_answers"),
        refusals=(
            "answered-lately",
            "resident-not-signed",
            "survey-empty",
            "question-answered-twice",
            "score-outside-scale",
            "survey-names-no-visit",
            "survey-of-no-visit",
        ),
        events=(where(survey.SatisfactionRecorded),),
    ),
    Rule(
        number="A9.7",
        says="The fulfilment ledger shows by team what was signed and served, and the share of contracts that "
        "nobody served.",
        source="Reports of contracts that are signed and not served",
        decisions=(consume,),
        events=(where(EntitlementConsumed), where(ServedBeyondPackage)),
    ),
    Rule(
        number="A9.8",
        says="A team earns its part of the price of what it serves to norm; late services and signatures alone "
        "earn nothing.",
        source="Reports of assessment by signatures as the main barrier; the formula is [GK]",
        decisions=(consume,),
        numbers=("incentive_percent",),
        events=(where(EntitlementConsumed),),
    ),
    Rule(
        number="A9.9",
        says="Key figures per disease: signed, managed, managed to norm, controlled at the last follow-up.",
        source="A community health system in the field",
        decisions=(complete,),
    ),
    Rule(
        number="A9.10",
        says="Basic public health services are paid a head and year: 89 yuan in 2023, 94 in 2024, 99 in 2025.",
        source="Notices on basic public health services of 2023 and 2025; 2024 is derived",
        decisions=(public_health_sum,),
        numbers=("public_health_fen",),
    ),
)
