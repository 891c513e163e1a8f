"""Rows follow corrections as if the right thing had been recorded."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.care_plan.events import CareReinstated, LeftAsEnded
from domain.contract.correction_events import EntitlementReturned, PackageEntryAnnulled
from domain.contract.events import ContractTerminated, PackagePaid
from domain.visit.correction_events import VisitReinstated
from domain.visit.events import VisitCancelled
from projections.corrections.reinstatements import OpenReinstatements
from projections.entitlements import Entitlements
from projections.money import TeamMoney
from tests.domain import builders as b
from tests.domain.corrections import test_contracts_corrected as contract
from tests.domain.corrections.test_departures_corrected import ANNULLED
from tests.domain.endings.departures import DIED
from tests.projections.conftest import RowsOf, answer
from tests.projections.test_fulfilment_and_money import SIGNED, TAUGHT
from tests.projections.test_timers import due_at
from tests.rules import holds

IDS: dict[str, Any] = {"contract_id": "c1", "resident_id": "wang", "team_id": "team-1"}
DEAD = ContractTerminated(**IDS, last_day=b.YESTERDAY, reason="died")
OF_NOBODY = CareReinstated(
    resident_id="wang",
    cause="died",
    last_day=b.YESTERDAY,
    visit_ids=("v1",),
    contract_ids=("c1",),
    family_bed_ids=(),
    referral_ids=(),
    reason="recorded for a namesake",
)
BY_HAND = replace(b.REQUESTED, care_task_id=None)
CANCELLED = VisitCancelled(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    care_task_id=None,
    reason="died",
    was_on=None,
    waited_for=b.TODAY,
)
WANTED = VisitReinstated(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    window_from=b.TODAY,
    window_to=b.TOMORROW,
    plan_from=b.TODAY,
    was="died",
    reason="by mistake",
)


@holds("A10.11")
def test_what_stays_ended_after_an_annulled_death_is_listed_until_it_goes_on_or_a_person_leaves_it(
    rows_of: RowsOf,
) -> None:
    ended = (b.WANG, b.SIGNED, BY_HAND, DIED, DEAD, CANCELLED, ANNULLED, OF_NOBODY)
    team = OpenReinstatements(team_id="team-1")
    parts = answer(team, rows_of(*ended))
    assert [(each["part"], each["part_id"], each["cause"]) for each in parts] == [
        ("contract", "c1", "died"),
        ("visit", "v1", "died"),
    ]
    left = LeftAsEnded(resident_id="wang", part="contract", part_id="c1", reason="signed again")
    assert [each["part"] for each in answer(team, rows_of(*ended, left))] == ["visit"]
    assert [each["part"] for each in answer(OpenReinstatements(), rows_of(*ended, WANTED))] == ["contract"]
    assert answer(replace(team, team_id="team-2"), rows_of(*ended)) == []


def test_a_returned_service_and_an_annulled_payment_count_no_longer(rows_of: RowsOf) -> None:
    returned = EntitlementReturned(
        **IDS,
        term=1,
        item="health-education",
        kind="health-education",
        service_id="s1",
        served_on=b.TODAY,
        reason="twice",
    )
    paid = PackagePaid(**IDS, term=1, package="chronic", payer="resident", amount_fen=900, paid_on=b.TODAY)
    annulled = PackageEntryAnnulled(
        **IDS,
        term=1,
        package="chronic",
        entry="payment",
        payer="resident",
        amount_fen=900,
        day=b.TODAY,
        reason="of another contract",
    )
    rows = rows_of(SIGNED, TAUGHT, returned, paid, annulled)
    items = {item["item"]: item for item in answer(Entitlements(contract_id="c1", day=b.TODAY), rows)["items"]}
    assert items["health-education"]["used"] == 0
    (money,) = answer(TeamMoney(from_day=b.TODAY, to_day=b.TODAY), rows)
    assert (money["paid"]["resident"], money["services"]) == (0, 0)


def test_a_contract_that_runs_again_expires_by_itself_and_an_annulled_one_does_not(rows_of: RowsOf) -> None:
    again = rows_of(b.SIGNED, contract.ENDED, contract.REINSTATED)
    assert "expire:c1" in due_at(again)
    assert "expire:c1" not in due_at(rows_of(b.SIGNED, contract.ENDED))
    assert "expire:c1" not in due_at(rows_of(b.SIGNED, contract.ANNULLED))
    assert "visit-over:v1" in due_at(rows_of(BY_HAND, CANCELLED, WANTED))


def test_the_corrected_package_of_a_term_is_what_it_grants(rows_of: RowsOf) -> None:
    corrected = replace(contract.SIGNING_CORRECTED, package="chronic", entitlements=SIGNED.entitlements)
    granted = answer(Entitlements(contract_id="c1", day=date(2026, 3, 1)), rows_of(b.SIGNED, corrected))
    assert (granted["package"], granted["starts_on"]) == ("chronic", "2026-03-01")
    assert {item["item"] for item in granted["items"]} == {item.item for item in SIGNED.entitlements}
