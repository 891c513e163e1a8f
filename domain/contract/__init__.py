"""A contract binds one resident to one team for a term; it is renewed, moved or ended, and never edited."""

from typing import get_args

from domain.contract.asked import (
    EndReason,
    ExpireContract,
    RenewContract,
    SignContract,
    SignedAt,
    Signer,
    TerminateContract,
    TransferContract,
)
from domain.contract.decisions import expire, renew, sign, terminate, transfer
from domain.contract.facts import (
    ContractEvent,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    ContractTransferred,
)
from domain.contract.state import Contract, claims, evolve
from domain.decider import Decider

__all__ = [
    "CONTRACT",
    "Contract",
    "ContractEvent",
    "ContractExpired",
    "ContractRenewed",
    "ContractSigned",
    "ContractTerminated",
    "ContractTransferred",
    "EndReason",
    "ExpireContract",
    "RenewContract",
    "SignContract",
    "SignedAt",
    "Signer",
    "TerminateContract",
    "TransferContract",
]

CONTRACT: Decider[Contract, ContractEvent] = Decider(
    category="contract",
    initial=Contract(),
    evolve=evolve,
    decisions={
        SignContract: sign,
        RenewContract: renew,
        TransferContract: transfer,
        TerminateContract: terminate,
        ExpireContract: expire,
    },
    events=get_args(ContractEvent),
    identify=lambda command: command.contract_id,
    claims=claims,
)
