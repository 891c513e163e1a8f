"""A contract binds one resident to one team for a term; it is renewed, moved or ended, and never edited."""

from typing import get_args

from domain.contract.commands import (
    ConsumeEntitlement,
    DiscardDraft,
    DraftContract,
    ExpireContract,
    PayPackage,
    RefundPackage,
    RenewContract,
    SettlePackage,
    SignContract,
    TerminateContract,
    TransferContract,
)
from domain.contract.entitlements import consume, pay, refund, settle
from domain.contract.events import ContractEvent
from domain.contract.lifecycle import expire, renew, terminate, transfer
from domain.contract.signing import discard, draft, sign
from domain.contract.state import Contract, claims, evolve
from domain.decider import Decider

__all__ = ["CONTRACT"]

CONTRACT: Decider[Contract, ContractEvent] = Decider(
    category="contract",
    initial=Contract(),
    evolve=evolve,
    decisions={
        DraftContract: draft,
        DiscardDraft: discard,
        SignContract: sign,
        RenewContract: renew,
        TransferContract: transfer,
        TerminateContract: terminate,
        ExpireContract: expire,
        PayPackage: pay,
        SettlePackage: settle,
        RefundPackage: refund,
        ConsumeEntitlement: consume,
    },
    events=get_args(ContractEvent),
    identify=lambda command: command.contract_id,
    claims=claims,
)
