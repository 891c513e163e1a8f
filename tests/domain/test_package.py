"""Packages: granted items and the payers' shares."""

from dataclasses import replace
from datetime import date

import pytest

from domain.package import Package, PackageItem, due_from, granted, package_faults, package_of
from tests.domain.builders import TODAY
from tests.rules import holds
from tests.spec import SZ_2018


def offered(code: str) -> Package:
    package = package_of(SZ_2018.packages, code)
    assert package is not None
    return package


BASIC, LISHUI, CHRONIC = offered("basic"), offered("lishui-basic"), offered("chronic")


@holds("A9.1", "A1.1")
def test_the_basic_package_is_free_and_has_twelve_items_and_five_privileges():
    assert (len(BASIC.items), len(BASIC.privileges)) == (12, 5)
    for groups in ([], ["elder", "hypertension", "diabetes"], ["child"], ["pregnant"]):
        assert due_from("resident", granted(BASIC, groups, TODAY)) == 0


@holds("A9.2")
def test_of_the_lishui_package_the_resident_pays_fifteen_yuan():
    items = granted(LISHUI, [], TODAY)
    assert [item.item for item in items][2:] == [
        "registration-fee",
        "glucose-test",
        "blood-pressure",
        "advice",
        "liver-and-kidney-test",
    ]
    assert due_from("resident", items) == 1500


@holds("A9.3")
def test_an_item_has_a_count_a_price_after_discount_its_payers_its_people_and_its_day():
    assessment = next(item for item in granted(CHRONIC, [], TODAY) if item.item == "chronic-assessment")
    assert (assessment.count, assessment.price_fen, assessment.finish_by) == (1, 7200, date(2026, 4, 12))
    assert (assessment.insurance_fen, assessment.resident_fen) == (3600, 3600)
    assert "elder-exam" not in {item.item for item in granted(CHRONIC, [], TODAY)}
    assert "elder-exam" in {item.item for item in granted(CHRONIC, ["elder"], TODAY)}


def test_a_package_holds_what_it_includes():
    assert set(BASIC.items) < set(CHRONIC.items)
    assert CHRONIC.privileges == (*BASIC.privileges, "joint-clinic")
    assert package_of(SZ_2018.packages, "gold") is None


ITEM = PackageItem(code="advice", count=1)


@pytest.mark.parametrize(
    ("packages", "fault"),
    [
        ([Package(code="a"), Package(code="a")], "twice"),
        ([Package(code="a", includes="b"), Package(code="b")], "does not stand before it"),
        ([Package(code="a", items=(ITEM, ITEM))], "an item stands there twice"),
        ([Package(code="a", items=(replace(ITEM, count=0),))], "a count of 1"),
        ([Package(code="a", items=(replace(ITEM, discount=101),))], "percents"),
        ([Package(code="a", items=(replace(ITEM, insurance=60, public_health=50),))], "more than the price"),
    ],
)
def test_packages_that_cannot_be_are_told(packages, fault):
    assert fault in "; ".join(package_faults(tuple(packages)))
