"""Screening: what is seen and measured says whether a resident should be referred, and how soon (A8).

It is advice and no decision: who asks for a referral is a doctor. Signs are codes, as visits write them down; numbers
are compared with those of the pack.
"""

from typing import Literal, get_args

from domain.event import value
from domain.finding import Finding, measured_value
from domain.policy_pack import PolicyPack

Urgency = Literal["ordinary", "urgent"]

UrgentSign = Literal[
    "consciousness-disturbed",
    "chest-pain",
    "acute-coronary-syndrome-suspected",
    "stroke-signs",
    "shock",
    "severe-bleeding",
    "severe-dyspnoea",
    "severe-headache",
    "vomiting",
    "blurred-vision",
    "eye-pain",
    "ketone-breath",
]
"""Seen in a resident, each sends to hospital at once. The first six are the emergency list; the others are the danger
signs of high blood pressure and diabetes, whose list is [GK]."""

UrgentValue = Literal[
    "oxygen-saturation-low",
    "pressure-dangerous",
    "stroke-window-open",
    "glucose-dangerous",
]
"""Measured values that send to hospital at once."""

OrdinarySign = Literal[
    "pressure-uncontrolled-twice",
    "glucose-uncontrolled-twice",
    "adverse-reaction-unresolved",
    "new-complication",
    "complication-worse",
    "tuberculosis-suspected",
    "pregnancy-abnormal",
    "child-development-abnormal",
    "mental-disorder-unstable",
    "diagnosis-unclear",
    "beyond-means",
]
"""What primary care refers without haste: complex cases, and what the national norms name group by group."""

URGENT_SIGNS: frozenset[str] = frozenset(get_args(UrgentSign))
ORDINARY_SIGNS: frozenset[str] = frozenset(get_args(OrdinarySign))
CRITERIA: frozenset[str] = URGENT_SIGNS | ORDINARY_SIGNS | frozenset(get_args(UrgentValue))
TO_PCI: frozenset[str] = frozenset({"acute-coronary-syndrome-suspected"})
"""Signs with which the nearest hospital that opens coronary vessels is the one to go to."""


@value
class Advice:
    """Refer, with this urgency, for these criteria; `nearest_pci`: to the nearest hospital that opens vessels."""

    urgency: Urgency
    criteria: tuple[str, ...]
    nearest_pci: bool = False


def advice(findings: tuple[str, ...], measured: tuple[Finding, ...], pack: PolicyPack) -> Advice | None:
    """Return what the signs and values advise; None if nothing speaks for a referral. One urgent criterion is enough.

    Criteria come in the order of the signs, measured ones after them, urgent ones first.
    """
    urgent = [code for code in dict.fromkeys(findings) if code in URGENT_SIGNS]
    urgent += urgent_values(findings, measured, pack)
    ordinary = [code for code in dict.fromkeys(findings) if code in ORDINARY_SIGNS]
    if not urgent and not ordinary:
        return None
    return Advice(
        urgency="urgent" if urgent else "ordinary",
        criteria=(*urgent, *ordinary),
        nearest_pci=not TO_PCI.isdisjoint(urgent),
    )


def urgent_values(findings: tuple[str, ...], measured: tuple[Finding, ...], pack: PolicyPack) -> list[UrgentValue]:
    """Return the criteria that measured values meet."""
    met: list[UrgentValue] = []
    if oxygen_is_low(measured, pack):
        met.append("oxygen-saturation-low")
    if pressure_is_dangerous(measured, pack):
        met.append("pressure-dangerous")
    if "stroke-signs" in findings and stroke_window_is_open(measured, pack):
        met.append("stroke-window-open")
    if glucose_is_dangerous(measured, pack):
        met.append("glucose-dangerous")
    return met


def oxygen_is_low(measured: tuple[Finding, ...], pack: PolicyPack) -> bool:
    """Say whether the blood holds too little oxygen (A8.1)."""
    return below(measured, "oxygen-saturation", pack.urgent_oxygen_saturation)


def stroke_window_is_open(measured: tuple[Finding, ...], pack: PolicyPack) -> bool:
    """Say whether a stroke can still be treated by opening the vessel (A8.2)."""
    onset = measured_value(measured, "hours-since-onset")
    return onset is not None and onset <= pack.stroke_window_hours


def pressure_is_dangerous(measured: tuple[Finding, ...], pack: PolicyPack) -> bool:
    """Say whether one of the two pressures is dangerous (A8.3)."""
    return reaches(measured, "systolic-pressure", pack.urgent_systolic) or reaches(
        measured, "diastolic-pressure", pack.urgent_diastolic
    )


def glucose_is_dangerous(measured: tuple[Finding, ...], pack: PolicyPack) -> bool:
    """Say whether there is dangerously much or little sugar in the blood [GK]."""
    return any(
        reaches(measured, code, pack.urgent_glucose) or below(measured, code, pack.least_glucose)
        for code in ("fasting-glucose", "glucose")
    )


def reaches(measured: tuple[Finding, ...], code: str, limit: float) -> bool:
    """Say whether a code was measured at or above a limit."""
    number = measured_value(measured, code)
    return number is not None and number >= limit


def below(measured: tuple[Finding, ...], code: str, limit: float) -> bool:
    """Say whether a code was measured below a limit."""
    number = measured_value(measured, code)
    return number is not None and number < limit
