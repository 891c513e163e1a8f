"""A4 key groups."""

from domain.resident.events import BirthRecorded, KeyGroupTagged, KeyGroupUntagged
from domain.resident.key_groups import record_birth, review, tag, untag
from domain.resident.registration import register
from domain.rulebook.rule import Rule

OPINIONS = "Opinions of 2016 (国医改办发〔2016〕1号)"
FIELD = "A community health system in the field"

_TOLD = (
    ("A4.4", "People with hypertension are a key group."),
    ("A4.5", "People with type 2 diabetes are a key group."),
    ("A4.6", "People with tuberculosis are a key group."),
    ("A4.7", "People with a severe mental disorder are a key group."),
    ("A4.8", "Disabled people are a key group."),
    ("A4.9", "People with a low income are a key group."),
    ("A4.10", "Special families of family planning are a key group."),
)

RULES: tuple[Rule, ...] = (
    Rule(
        number="A4.1",
        says="Children from 0 to 6 years are a key group; they leave it on the seventh birthday.",
        source=OPINIONS,
        decisions=(register, review, tag),
        events=(KeyGroupTagged, KeyGroupUntagged),
    ),
    Rule(
        number="A4.2",
        says="Pregnant women are a key group, and after the birth women in childbed.",
        source=OPINIONS,
        decisions=(record_birth, tag),
        events=(BirthRecorded, KeyGroupTagged, KeyGroupUntagged),
    ),
    Rule(
        number="A4.3",
        says="Elders are a key group from the age that the city's pack tells.",
        source=OPINIONS,
        decisions=(register, review, tag),
        events=(KeyGroupTagged,),
    ),
    *(
        Rule(number=number, says=says, source=OPINIONS, decisions=(tag, untag), events=(KeyGroupTagged,))
        for number, says in _TOLD
    ),
    Rule(
        number="A4.11",
        says="Elders are 65 and older; in Shenzhen registered households from 60, others after half a year here.",
        source="Shenzhen elder health management, as reported in 2019",
        decisions=(register, review, tag),
        events=(KeyGroupTagged,),
    ),
    Rule(
        number="A4.12",
        says="A person may be in several groups; each stay has a beginning, an end and evidence.",
        source=FIELD,
        decisions=(tag, untag),
        events=(KeyGroupTagged, KeyGroupUntagged),
    ),
    Rule(
        number="A4.13",
        says="A city counts local groups too: rural poor, minimum living allowance, extreme hardship, special care, "
        "children with leukaemia, leprosy, retired cadres, tumours, COPD; and elders from 60.",
        source=FIELD,
        decisions=(tag, untag),
        events=(KeyGroupTagged,),
    ),
)
