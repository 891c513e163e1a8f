"""Simulates the values that are measured at a visit; most of them are harmless."""

from random import Random

from domain.finding import MEASURES, Finding
from infra.simulate import figures
from infra.simulate.town import Chance

PRESSURE_KINDS = frozenset(
    {
        "hypertension-follow-up",
        "elder-exam",
        "hypertension-exam",
        "bed-round",
        "bed-nursing",
        "home-call",
        "pressure-check",
        "referral-advice-follow-up",
    }
)
"""Services at which blood pressure is measured."""

GLUCOSE_KINDS = frozenset({"diabetes-follow-up", "glucose-test", "diabetes-exam"})


def measured(kind: str, resident_id: str, chance: Chance) -> tuple[Finding, ...]:
    """Return the values that are measured at a service of a kind."""
    findings: tuple[Finding, ...] = ()
    if kind in PRESSURE_KINDS:
        findings += pressure(hard_to_control(resident_id), chance)
    if kind in GLUCOSE_KINDS:
        findings += (glucose(hard_to_control(resident_id), chance),)
    return findings


def hard_to_control(resident_id: str) -> bool:
    """Return whether a resident's pressure and sugar are hard to control, always the same for a resident."""
    return Random(resident_id).random() < figures.HARD_TO_CONTROL_SHARE  # noqa: S311 -- a simulation, not a secret


def pressure(hard: bool, chance: Chance) -> tuple[Finding, ...]:
    """Return a blood pressure: high more often where it is hard to control, and dangerous now and then."""
    high = chance.happens(figures.HIGH_IF_HARD if hard else figures.HIGH_IF_EASY)
    danger = high and chance.happens(figures.DANGEROUS_SHARE)
    systolic = chance.random.randint(*((182, 200) if danger else (152, 175) if high else (112, 136)))
    diastolic = chance.random.randint(*((88, 108) if high else (65, 86)))
    return finding("systolic-pressure", systolic), finding("diastolic-pressure", diastolic)


def glucose(hard: bool, chance: Chance) -> Finding:
    """Return a fasting blood sugar."""
    high = chance.happens(figures.HIGH_IF_HARD if hard else figures.HIGH_IF_EASY)
    return finding("fasting-glucose", round(chance.random.uniform(*((7.2, 12.0) if high else (4.5, 6.8))), 1))


def finding(code: str, number: float) -> Finding:
    """Return a value in the unit of its code."""
    return Finding(code=code, value=number, unit=MEASURES[code].unit)
