"""Findings measured at a visit: coded values with units, inside the range plausible for a living person.

Codes follow the follow-up forms of the national norms for basic public health services (third edition, 2017). The
plausible ranges are [GK]: they catch typing errors and judge no person.
"""

from dataclasses import dataclass

from domain.decider import Refused
from domain.event import value


@value
class Finding:
    """One measured value, in the unit of its code."""

    code: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The unit of a code and its plausible range, both ends included."""

    unit: str
    least: float
    most: float


MEASURES: dict[str, Measure] = {
    "systolic-pressure": Measure("mmHg", 50, 300),
    "diastolic-pressure": Measure("mmHg", 20, 200),
    "heart-rate": Measure("/min", 20, 250),
    "breathing-rate": Measure("/min", 4, 80),
    "temperature": Measure("Cel", 30, 45),
    "oxygen-saturation": Measure("%", 40, 100),
    "fasting-glucose": Measure("mmol/L", 1, 40),
    "glucose": Measure("mmol/L", 1, 60),
    "haemoglobin": Measure("g/L", 20, 250),
    "weight": Measure("kg", 0.3, 300),
    "height": Measure("cm", 20, 250),
    "waist": Measure("cm", 20, 250),
    "gestational-weeks": Measure("wk", 1, 45),
    "muscle-strength": Measure("grade", 0, 5),
    "activities-of-daily-living": Measure("points", 0, 100),
    "pain": Measure("points", 0, 10),
    "hours-since-onset": Measure("h", 0, 720),
}
"""Every code that can be measured; units are UCUM where it has one."""


def check_measured(measured: tuple[Finding, ...]) -> None:
    """Refuse values with an unknown code, in another unit, out of the plausible range, or stated twice."""
    seen: set[str] = set()
    for finding in measured:
        measure = MEASURES.get(finding.code)
        if measure is None:
            raise Refused("finding-unknown", code=finding.code)
        if finding.unit != measure.unit:
            raise Refused("finding-in-another-unit", code=finding.code, unit=finding.unit, expected=measure.unit)
        if not measure.least <= finding.value <= measure.most:
            raise Refused(
                "finding-not-plausible",
                code=finding.code,
                value=finding.value,
                least=measure.least,
                most=measure.most,
                unit=measure.unit,
            )
        if finding.code in seen:
            raise Refused("finding-told-twice", code=finding.code)
        seen.add(finding.code)


def measured_value(measured: tuple[Finding, ...], code: str) -> float | None:
    """Return the value of a code, None if it was not measured."""
    return next((finding.value for finding in measured if finding.code == code), None)
