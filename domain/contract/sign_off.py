"""An auditor signs off a contract's history."""

from dataclasses import replace
from datetime import datetime

from domain.contract.commands import SignOffContract
from domain.contract.events import ContractEvent, ContractSignedOff
from domain.contract.state import Contract
from domain.contract.terms import require_signed
from domain.sign_off import require_fitting


def sign_off(command: SignOffContract, contract: Contract, *, now: datetime, actor: str) -> list[ContractEvent]:
    """Say whether a contract's history is in order up to now; the same again is quiet until something happens."""
    signed, _ = require_signed(contract, command.contract_id)
    require_fitting(command.verdict, command.reason)
    signed_off = ContractSignedOff(
        contract_id=command.contract_id,
        resident_id=signed.resident_id,
        team_id=contract.team_id or signed.team_id,
        verdict=command.verdict,
        reason=command.reason,
        by=actor,
        signed_off_at=now,
    )
    newest = contract.signed_off
    return [] if newest is not None and replace(newest, signed_off_at=now) == signed_off else [signed_off]
