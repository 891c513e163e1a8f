"""The key groups of people to whom family doctors owe more (A4)."""

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
"""Key groups (A4): the ten of the nation, pregnancy and childbed apart, to special-family; then local ones, of which a
community health system in the field knows. The policy pack says which count. A person may be in several."""
