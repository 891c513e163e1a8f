"""Key groups: people to whom family doctors owe additional services (A4)."""

from typing import Literal

KeyGroup = Literal[
    "child",
    "pregnant",
    "postpartum",
    "elder",
    "hypertension",
    "diabetes",
    "tuberculosis",
    "mental-disorder",
    "disabled",
    "low-income",
    "special-family",
    "rural-poor",
    "minimum-living",
    "extreme-hardship",
    "special-care",
    "child-leukaemia",
    "leprosy",
    "retired-cadre",
    "tumour",
    "copd",
]
"""Key groups (A4): the ten national ones (pregnancy and childbed separate) up to special-family, then local ones of a
community health system in the field. The policy pack lists those in force. A person may be in several."""
