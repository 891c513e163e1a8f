"""A4 key groups."""

from domain.key_groups import KeyGroup
from domain.resident.events import BirthRecorded, KeyGroupTagged, KeyGroupUntagged
from domain.resident.key_groups import record_birth, review, tag, untag
from domain.resident.registration import register
from domain.rulebook.rule import Rule, where

OPINIONS = "Opinions of 2016 (国医改办发〔2016〕1号)"
FIELD = "A community health system in the field"

LOCAL_GROUPS: tuple[KeyGroup, ...] = (
    "rural-poor",
    "minimum-living",
    "extreme-hardship",
    "special-care",
    "child-leukaemia",
    "leprosy",
    "retired-cadre",
    "tumour",
    "copd",
)
"""The groups that a city may count beside those of the nation."""


def of_people(number: str, says: str, group: KeyGroup) -> Rule:
    """Return the rule that people of one kind are a key group."""
    return Rule(
        number=number,
        says=says,
        source=OPINIONS,
        decisions=(tag, untag),
        events=(where(KeyGroupTagged, group=(group,)),),
    )


RULES: tuple[Rule, ...] = (
    Rule(
        number="A4.1",
        says="Children from 0 to 6 years are a key group; they leave it on the seventh birthday.",
        source=OPINIONS,
        decisions=(register, review, tag),
        numbers=("child_years",),
        events=(where(KeyGroupTagged, group=("child",)),),
    ),
    Rule(
        number="A4.2",
        says="Pregnant women are a key group, and after the birth women in childbed.",
        source=OPINIONS,
        decisions=(record_birth, tag),
        numbers=("postpartum_days",),
        events=(
            where(BirthRecorded),
            where(
                KeyGroupTagged,
                group=(
                    "pregnant",
                    "postpartum",
                ),
            ),
        ),
    ),
    Rule(
        number="A4.3",
        says="Elders are a key group from the age that the city's pack sets.",
        source=OPINIONS,
        decisions=(register, review, tag),
        numbers=("elder_age",),
        refusals=("age-outside-group",),
        events=(where(KeyGroupTagged, group=("elder",)),),
    ),
    of_people("A4.4", "People with hypertension are a key group.", "hypertension"),
    of_people("A4.5", "People with type 2 diabetes are a key group.", "diabetes"),
    of_people("A4.6", "People with tuberculosis are a key group.", "tuberculosis"),
    of_people("A4.7", "People with a severe mental disorder are a key group.", "mental-disorder"),
    of_people("A4.8", "Disabled people are a key group.", "disabled"),
    of_people("A4.9", "People with a low income are a key group.", "low-income"),
    of_people("A4.10", "Special families of family planning are a key group.", "special-family"),
    Rule(
        number="A4.14",
        says="Confirmed patients of chronic obstructive pulmonary disease are a key group of the nation.",
        source="Announcement on basic public health services of 2024-09-13",
        decisions=(tag, untag),
        numbers=("key_groups",),
        events=(where(KeyGroupTagged, group=("copd",)),),
    ),
    Rule(
        number="A4.11",
        says="Elders are 65 and older; in Shenzhen registered households from 60, others after half a year here.",
        source="Shenzhen elder health management, as reported in 2019",
        decisions=(register, review, tag),
        numbers=("elder_age_registered", "elder_residence_months"),
        events=(where(KeyGroupTagged, group=("elder",)),),
    ),
    Rule(
        number="A4.12",
        says="A person may be in several groups; each stay has a beginning, an end and evidence.",
        source=FIELD,
        decisions=(tag, untag),
        refusals=("group-left-before-joined", "stage-of-another-group"),
        events=(where(KeyGroupUntagged),),
    ),
    Rule(
        number="A4.13",
        says="A city counts local groups too: rural poor, minimum living allowance, extreme hardship, special "
        "care, children with leukaemia, leprosy, retired cadres, tumours, COPD; and elders from 60.",
        source=FIELD,
        decisions=(tag, untag),
        numbers=("key_groups",),
        events=(where(KeyGroupTagged, group=LOCAL_GROUPS),),
    ),
)
