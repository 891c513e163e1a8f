"""An auditor signs off a contract's history; what happens afterwards is not signed off."""

from dataclasses import replace

from domain.contract.commands import SignOffContract
from domain.contract.events import ContractSignedOff
from tests.domain.builders import SIGNED, TODAY, at
from tests.domain.test_serving import USED
from tests.rules import holds
from tests.spec import NOW, given

SIGN_OFF = SignOffContract(contract_id="c1", verdict="not-in-order", reason="amounts-wrong")
SIGNED_OFF = ContractSignedOff(
    contract_id="c1",
    resident_id=SIGNED.resident_id,
    team_id=SIGNED.team_id,
    verdict="not-in-order",
    reason="amounts-wrong",
    by="zheng",
    signed_off_at=NOW,
)
EARLIER = replace(SIGNED_OFF, signed_off_at=at(TODAY, 8))


@holds("A12.6")
def test_a_contracts_history_is_signed_off_once_until_something_happens():
    given(SIGNED).when(SIGN_OFF, actor="zheng").then(SIGNED_OFF)
    given(SIGNED, EARLIER).when(SIGN_OFF, actor="zheng").then_nothing()
    given(SIGNED, EARLIER, USED).when(SIGN_OFF, actor="zheng").then(SIGNED_OFF)
    given(SIGNED, EARLIER).when(replace(SIGN_OFF, reason="papers-missing"), actor="zheng").then(
        replace(SIGNED_OFF, reason="papers-missing")
    )


@holds("A12.6")
def test_a_contract_is_signed_off_for_a_reason_that_fits_and_only_if_somebody_signed_it():
    given().when(SIGN_OFF, actor="zheng").then_refused("contract-unknown", contract="c1")
    given(SIGNED).when(replace(SIGN_OFF, verdict="in-order"), actor="zheng").then_refused("sign-off-reason-unfit")
