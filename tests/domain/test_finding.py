import pytest

from domain.decider import Refused
from domain.finding import MEASURES, Finding, check_measured, measured_value

PRESSURE = Finding(code="systolic-pressure", value=148, unit="mmHg")


def test_what_can_be_measured_is_taken():
    check_measured((PRESSURE, Finding(code="fasting-glucose", value=7.2, unit="mmol/L")))
    assert measured_value((PRESSURE,), "systolic-pressure") == 148
    assert measured_value((PRESSURE,), "weight") is None


@pytest.mark.parametrize(
    ("finding", "rule"),
    [
        (Finding(code="aura", value=1, unit="mmHg"), "finding-unknown"),
        (Finding(code="systolic-pressure", value=19, unit="kPa"), "finding-in-another-unit"),
        (Finding(code="systolic-pressure", value=1480, unit="mmHg"), "finding-not-plausible"),
        (Finding(code="temperature", value=4, unit="Cel"), "finding-not-plausible"),
        (Finding(code="weight", value=float("nan"), unit="kg"), "finding-not-plausible"),
    ],
)
def test_what_cannot_be_measured_is_refused(finding, rule):
    with pytest.raises(Refused) as refusal:
        check_measured((finding,))
    assert refusal.value.rule == rule


@pytest.mark.parametrize("code", MEASURES)
def test_both_ends_of_a_range_are_plausible_and_nothing_beyond_them(code):
    measure = MEASURES[code]
    for value in (measure.least, measure.most):
        check_measured((Finding(code=code, value=value, unit=measure.unit),))
    for value in (measure.least - 0.1, measure.most + 0.1):
        with pytest.raises(Refused, match="finding-not-plausible"):
            check_measured((Finding(code=code, value=value, unit=measure.unit),))


def test_a_value_is_told_once():
    with pytest.raises(Refused, match="finding-told-twice"):
        check_measured((PRESSURE, PRESSURE))


def test_every_range_is_a_range():
    assert all(measure.least < measure.most for measure in MEASURES.values())
