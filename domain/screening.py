"""Screening: signs and measured values advise whether a resident should be referred, and how soon (A8).

It is advice and no decision: a doctor requests a referral. Signs are codes, as visits record them; numbers are
compared with those of the pack.
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
"""Signs of which each needs a hospital at once. The first six are the emergency list; the others are danger signs of
high blood pressure and diabetes; that list is [GK]."""

UrgentValue = Literal[
    "oxygen-saturation-low",
    "pressure-dangerous",
    "stroke-window-open",
    "glucose-dangerous",
]
"""Measured values that need a hospital at once."""

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
"""Signs that primary care refers without urgency: complex cases, and those of the national norms by group."""

URGENT_SIGNS: frozenset[str] = frozenset(get_args(UrgentSign))
ORDINARY_SIGNS: frozenset[str] = frozenset(get_args(OrdinarySign))
CRITERIA: frozenset[str] = URGENT_SIGNS | ORDINARY_SIGNS | frozenset(get_args(UrgentValue))
TO_PCI: frozenset[str] = frozenset({"acute-coronary-syndrome-suspected"})
"""Signs that need the nearest hospital with percutaneous coronary intervention."""


@value
class Advice:
    """An advised referral: urgency and criteria; `nearest_pci`: to the nearest hospital with coronary intervention."""

    urgency: Urgency
    criteria: tuple[str, ...]
    nearest_pci: bool = False


def advice(findings: tuple[str, ...], measured: tuple[Finding, ...], pack: PolicyPack) -> Advice | None:
    """Return the advice of signs and values; None without a criterion. One urgent criterion makes it urgent.

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
    """Return whether oxygen saturation is too low (A8.1)."""
    return below(measured, "oxygen-saturation", pack.urgent_oxygen_saturation)


def stroke_window_is_open(measured: tuple[Finding, ...], pack: PolicyPack) -> bool:
    """Return whether a stroke is within the hours of reperfusion treatment (A8.2)."""
    onset = measured_value(measured, "hours-since-onset")
    return onset is not None and onset <= pack.stroke_window_hours


def pressure_is_dangerous(measured: tuple[Finding, ...], pack: PolicyPack) -> bool:
    """Return whether one of the two pressures is dangerous (A8.3)."""
    return reaches(measured, "systolic-pressure", pack.urgent_systolic) or reaches(
        measured, "diastolic-pressure", pack.urgent_diastolic
    )


def glucose_is_dangerous(measured: tuple[Finding, ...], pack: PolicyPack) -> bool:
    """Return whether blood glucose is dangerously high or low [GK]."""
    return any(
        reaches(measured, code, pack.urgent_glucose) or below(measured, code, pack.least_glucose)
        for code in ("fasting-glucose", "glucose")
    )


def reaches(measured: tuple[Finding, ...], code: str, limit: float) -> bool:
    """Return whether a code was measured at or above a limit."""
    number = measured_value(measured, code)
    return number is not None and number >= limit


def below(measured: tuple[Finding, ...], code: str, limit: float) -> bool:
    """Return whether a code was measured below a limit."""
    number = measured_value(measured, code)
    return number is not None and number < limit
