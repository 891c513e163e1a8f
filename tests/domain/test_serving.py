"""Services used and payments made under a contract."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.contract import CONTRACT
from domain.contract.commands import ConsumeEntitlement, PayPackage, RefundPackage, SettlePackage
from domain.contract.events import (
    EntitlementConsumed,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.package import Payer, granted, package_of
from tests.domain.builders import LONG_AGO, SIGNED, TODAY, TOMORROW
from tests.domain.test_contract import DEEMED_RENEWED, ENDED, RENEWED, TRANSFERRED
from tests.rules import holds
from tests.spec import SZ_2018, folded, given

CHRONIC = package_of(SZ_2018.packages, "chronic")
assert CHRONIC is not None
BOUGHT = replace(SIGNED, package="chronic", entitlements=granted(CHRONIC, ["hypertension"], TODAY))
IDS: dict[str, Any] = {"contract_id": "c1", "resident_id": "wang", "team_id": "team-1", "term": 1}

SERVE = ConsumeEntitlement(contract_id="c1", item="health-education", service_id="s1", served_on=TODAY)
USED = EntitlementConsumed(
    **IDS,
    item="health-education",
    kind="health-education",
    service_id="s1",
    served_on=TODAY,
    left=1,
    to_norm=True,
    insurance_fen=0,
    public_health_fen=500,
    resident_fen=0,
)
BEYOND = ServedBeyondPackage(**IDS, kind="dressing", service_id="s1", served_on=TODAY)


@holds("A9.4")
def test_a_service_uses_what_the_package_grants():
    given(SIGNED).when(SERVE).then(USED)


def test_a_service_is_counted_once():
    given(SIGNED, USED).when(SERVE).then_nothing()
    given(SIGNED, BEYOND).when(replace(SERVE, item="dressing")).then_nothing()


@holds("A9.4")
def test_a_service_that_is_not_granted_or_no_longer_is_served_all_the_same():
    given(SIGNED).when(replace(SERVE, item="dressing")).then(BEYOND)
    twice = (USED, replace(USED, service_id="s2", left=0))
    given(SIGNED, *twice).when(replace(SERVE, service_id="s3")).then(
        replace(BEYOND, kind="health-education", service_id="s3")
    )


def test_services_of_several_kinds_use_one_item():
    (used,) = given(BOUGHT).when(replace(SERVE, item="catheter-care")).decided()
    assert (used.item, used.kind, used.left) == ("home-visit", "catheter-care", 5)
    assert (used.insurance_fen, used.public_health_fen, used.resident_fen) == (3000, 1200, 1800)


def test_nothing_is_served_under_a_contract_that_nobody_signed():
    given().when(SERVE).then_refused("contract-unknown", contract="c1")


def test_a_service_after_the_items_day_or_outside_its_window_is_not_to_norm():
    assessed = replace(SERVE, item="chronic-assessment")
    last = TODAY + timedelta(weeks=6, days=-1)
    for day, to_norm in ((last, True), (last + timedelta(days=1), False)):
        (used,) = given(BOUGHT).when(replace(assessed, served_on=day)).decided()
        assert used.to_norm == to_norm
    (used,) = given(SIGNED).when(replace(SERVE, to_norm=False)).decided()
    assert not used.to_norm


def test_a_service_counts_for_the_term_and_the_team_of_its_day():
    moved = replace(TRANSFERRED, from_day=TOMORROW)
    given(SIGNED, moved, RENEWED).when(SERVE).then(USED)
    (later,) = given(SIGNED, moved, RENEWED).when(replace(SERVE, served_on=date(2027, 4, 1))).decided()
    assert (later.term, later.team_id) == (2, "team-2")
    given(SIGNED, ENDED).when(SERVE).then(USED)


def test_what_was_used_in_a_deemed_term_stays_used_when_it_is_signed():
    later = replace(USED, term=2, served_on=date(2027, 3, 5))
    contract = folded(CONTRACT, SIGNED, DEEMED_RENEWED, later, RENEWED)
    assert [ledger.used for ledger in contract.ledgers] == [{}, {"health-education": 1}]


PAY = PayPackage(contract_id="c1", payer="resident", paid_on=TODAY)
PAID = PackagePaid(**IDS, package="chronic", payer="resident", amount_fen=15_200, paid_on=TODAY)
SETTLE = SettlePackage(contract_id="c1", settled_on=TODAY)
SETTLED = PackageSettled(**IDS, package="chronic", paid_fen=15_200, used_fen=1_800, refund_fen=13_400, settled_on=TODAY)
REFUND = RefundPackage(contract_id="c1", refunded_on=TODAY)
REFUNDED = PackageRefunded(**IDS, package="chronic", amount_fen=13_400, refunded_on=TODAY)
VISITED = EntitlementConsumed(
    **IDS,
    item="home-visit",
    kind="dressing",
    service_id="s9",
    served_on=TODAY,
    left=5,
    to_norm=True,
    insurance_fen=3000,
    public_health_fen=1200,
    resident_fen=1800,
)


@holds("A9.5")
def test_each_payer_pays_its_share_once():
    given(BOUGHT).when(PAY).then(PAID)
    shares: list[tuple[Payer, int]] = [("insurance", 22_800), ("public-health", 23_900)]
    for payer, amount in shares:
        given(BOUGHT, PAID).when(replace(PAY, payer=payer)).then(replace(PAID, payer=payer, amount_fen=amount))
    given(BOUGHT, PAID).when(PAY).then_nothing()


def test_nobody_pays_for_what_is_free_or_in_advance():
    given(SIGNED).when(PAY).then_refused("nothing-to-pay", contract="c1", payer="resident")
    given(BOUGHT).when(replace(PAY, paid_on=TOMORROW)).then_refused("day-in-the-future", day=TOMORROW)
    given(BOUGHT).when(replace(PAY, paid_on=LONG_AGO)).then_refused("day-too-long-ago")


@holds("A9.5")
def test_a_payment_is_set_against_what_was_used_and_the_rest_goes_back():
    given(BOUGHT, PAID, VISITED).when(SETTLE).then(SETTLED)
    given(BOUGHT, PAID, VISITED, SETTLED).when(REFUND).then(REFUNDED)


def test_a_settled_account_is_settled_and_refunded_once():
    given(BOUGHT, PAID, VISITED, SETTLED).when(SETTLE).then_nothing()
    given(BOUGHT, PAID, VISITED, SETTLED, REFUNDED).when(REFUND).then_nothing()


def test_an_account_is_settled_when_there_was_a_payment_and_refunded_when_something_is_left():
    given(BOUGHT).when(SETTLE).then_refused("nothing-to-settle", contract="c1")
    given(BOUGHT, PAID).when(replace(SETTLE, settled_on=TOMORROW)).then_refused("day-in-the-future")
    given(BOUGHT, PAID).when(replace(SETTLE, settled_on=LONG_AGO)).then_refused("day-too-long-ago")
    given(BOUGHT, PAID).when(REFUND).then_refused("nothing-to-refund", contract="c1")
    given(BOUGHT, PAID, replace(SETTLED, refund_fen=0)).when(REFUND).then_refused("nothing-to-refund")
    given(BOUGHT, PAID, SETTLED).when(replace(REFUND, refunded_on=TOMORROW)).then_refused("day-in-the-future")
    given(BOUGHT, PAID, SETTLED).when(replace(REFUND, refunded_on=LONG_AGO)).then_refused("day-too-long-ago")


def test_money_is_of_a_contract_and_a_term_that_there_are():
    for command in (PAY, SETTLE, REFUND):
        given().when(command).then_refused("contract-unknown", contract="c1")
        given(BOUGHT).when(replace(command, term=2)).then_refused("term-unknown", contract="c1", term=2)
