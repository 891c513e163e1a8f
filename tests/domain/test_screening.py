"""Screening: signs and values advise a referral and its urgency."""

from dataclasses import replace

import pytest

from domain.finding import Finding
from domain.screening import CRITERIA, ORDINARY_SIGNS, URGENT_SIGNS, Advice, advice
from tests.rules import holds
from tests.spec import SZ_2018


def measured(**values: float) -> tuple[Finding, ...]:
    units = {"oxygen_saturation": "%", "hours_since_onset": "h", "fasting_glucose": "mmol/L", "glucose": "mmol/L"}
    return tuple(
        Finding(code=name.replace("_", "-"), value=value, unit=units.get(name, "mmHg"))
        for name, value in values.items()
    )


def advised(*findings: str, **values: float) -> Advice | None:
    return advice(findings, measured(**values), SZ_2018)


def test_who_is_well_is_not_referred():
    assert advised() is None
    assert advised("wound-clean", systolic_pressure=128, diastolic_pressure=78, oxygen_saturation=97) is None


@holds("A8.1")
@pytest.mark.parametrize("sign", sorted(URGENT_SIGNS))
def test_each_sign_of_an_emergency_sends_to_hospital_at_once(sign):
    advice = advised("wound-clean", sign)
    assert advice is not None
    assert (advice.urgency, advice.criteria) == ("urgent", (sign,))


@holds("A8.1")
@pytest.mark.parametrize(
    ("values", "criterion"),
    [
        ({"oxygen_saturation": 89.9}, "oxygen-saturation-low"),
        ({"oxygen_saturation": 90}, None),
        ({"systolic_pressure": 180}, "pressure-dangerous"),
        ({"systolic_pressure": 179}, None),
        ({"diastolic_pressure": 110}, "pressure-dangerous"),
        ({"diastolic_pressure": 109}, None),
        ({"fasting_glucose": 16.7}, "glucose-dangerous"),
        ({"glucose": 3.8}, "glucose-dangerous"),
        ({"fasting_glucose": 3.9, "glucose": 16.6}, None),
        ({"hours_since_onset": 2}, None),
    ],
)
def test_measured_values_are_compared_with_the_packs_numbers(values, criterion):
    advice = advised(**values)
    assert advice == (None if criterion is None else Advice(urgency="urgent", criteria=(criterion,)))


@holds("A8.2")
def test_a_stroke_is_urgent_and_within_four_and_a_half_hours_it_says_so():
    assert advised("stroke-signs") == Advice(urgency="urgent", criteria=("stroke-signs",))
    assert advised("stroke-signs", hours_since_onset=4.6) == Advice(urgency="urgent", criteria=("stroke-signs",))
    assert advised("stroke-signs", hours_since_onset=4.5) == Advice(
        urgency="urgent", criteria=("stroke-signs", "stroke-window-open")
    )


@holds("A8.4")
def test_who_may_have_a_coronary_syndrome_goes_to_the_nearest_hospital_that_opens_vessels():
    advice = advised("acute-coronary-syndrome-suspected", "chest-pain")
    assert advice is not None
    assert advice.nearest_pci
    assert not Advice(urgency="urgent", criteria=("shock",)).nearest_pci


@holds("A8.5")
@pytest.mark.parametrize("sign", sorted(ORDINARY_SIGNS))
def test_complex_cases_are_referred_without_haste(sign):
    assert advised(sign) == Advice(urgency="ordinary", criteria=(sign,))


@holds("A8.5")
def test_one_urgent_criterion_makes_the_whole_urgent_and_stands_first():
    advice = advised("diagnosis-unclear", "shock", "shock", systolic_pressure=200, diastolic_pressure=120)
    assert advice == Advice(urgency="urgent", criteria=("shock", "pressure-dangerous", "diagnosis-unclear"))


@holds("A8.3")
def test_another_packs_numbers_give_another_advice():
    strict = replace(SZ_2018, urgent_systolic=160)
    pressure = measured(systolic_pressure=170)
    assert advice((), pressure, SZ_2018) is None
    assert advice((), pressure, strict) == Advice(urgency="urgent", criteria=("pressure-dangerous",))


def test_a_criterion_is_either_urgent_or_not():
    assert not URGENT_SIGNS & ORDINARY_SIGNS
    assert URGENT_SIGNS | ORDINARY_SIGNS < CRITERIA
