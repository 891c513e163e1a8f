"""The outcome of findings for a key group (A5): the judgement alone; `follow_up` has its consequences."""

from datetime import date

from domain.care_plan.events import Outcome
from domain.care_plan.state import CareTask
from domain.finding import Finding, measured_value
from domain.policy_pack import EVERYONE, PolicyPack
from domain.resident.state import Resident

UNWELL = frozenset({"adverse-reaction", "adverse-reaction-unresolved", "new-complication", "complication-worse"})
"""Signs with which a chronic disease is not under control, at any measured value."""

AT_RISK = "pressure-risk"
"""The sign of overweight, a family history, much salt or alcohol: at risk of high pressure at any measured value."""

FRAIL = frozenset({"low-birth-weight", "premature", "twins", "birth-defect"})
"""Signs of a newborn that needs more visits."""

NEWBORN_SEEN = frozenset({"newborn-visit", "postpartum-visit"})
"""The first visits to a newborn: its own, or its mother's."""

STABILITY: dict[str, Outcome] = {
    "mental-disorder-unstable": "unstable",
    "mental-disorder-basically-stable": "basically-stable",
    "mental-disorder-stable": "stable",
}

Observations = tuple[tuple[str, ...], tuple[Finding, ...]]
"""Signs as codes, and measured values."""


def group_of(task: CareTask, resident: Resident) -> str | None:
    """Return the group that a task's findings belong to; blood pressure of a known disease belongs to the disease."""
    group = task.scheduled.group
    if group in {EVERYONE, "elder"} and "hypertension" in resident.groups:
        return "hypertension"
    return group


def outcome_of(
    task: CareTask, group: str | None, observations: Observations, resident: Resident, day: date, pack: PolicyPack
) -> Outcome | None:
    """Return the outcome of observations; None if they say nothing about this group."""
    signs, measured = observations
    match group:
        case "hypertension":
            return disease_outcome(is_pressure_high(measured, resident, day, pack), signs)
        case "diabetes":
            glucose = measured_value(measured, "fasting-glucose")
            return disease_outcome(None if glucose is None else glucose >= pack.uncontrolled_fasting_glucose, signs)
        case "everyone" | "elder":
            return pressure_outcome(observations, resident, day, pack)
        case "mental-disorder":
            return next((STABILITY[sign] for sign in signs if sign in STABILITY), None)
        case "pregnant":
            return "abnormal" if "pregnancy-abnormal" in signs else "normal" if signs or measured else None
        case "child" | "postpartum":
            newborn = task.scheduled.kind in NEWBORN_SEEN and task.scheduled.because is None
            return "frail" if newborn and not FRAIL.isdisjoint(signs) else None
    return None


def disease_outcome(high: bool | None, signs: tuple[str, ...]) -> Outcome | None:
    """Return whether a disease is under control; None without a measured value or sign."""
    if high or not UNWELL.isdisjoint(signs):
        return "uncontrolled"
    return None if high is None else "controlled"


def is_pressure_high(measured: tuple[Finding, ...], resident: Resident, day: date, pack: PolicyPack) -> bool | None:
    """Return whether pressure is too high for the resident's age; None if it was not measured."""
    elder = resident.personal is not None and resident.age_on(day) >= pack.elder_age
    systolic = pack.elder_uncontrolled_systolic if elder else pack.uncontrolled_systolic
    return reaches_limits(measured, systolic, pack.uncontrolled_diastolic)


def pressure_outcome(observations: Observations, resident: Resident, day: date, pack: PolicyPack) -> Outcome | None:
    """Return the outcome of blood pressure for a person without a known disease."""
    signs, measured = observations
    if is_pressure_high(measured, resident, day, pack):
        return "uncontrolled"
    high_normal = reaches_limits(measured, pack.high_normal_systolic, pack.high_normal_diastolic)
    if high_normal or AT_RISK in signs:
        return "at-risk"
    return None if high_normal is None else "normal"


def reaches_limits(measured: tuple[Finding, ...], systolic: float, diastolic: float) -> bool | None:
    """Return whether one of the two pressures is at or above its limit; None if neither was measured."""
    upper, lower = measured_value(measured, "systolic-pressure"), measured_value(measured, "diastolic-pressure")
    if upper is None and lower is None:
        return None
    return (upper is not None and upper >= systolic) or (lower is not None and lower >= diastolic)
