"""A contract binds one resident to one team for a term; it is renewed, moved or ended, and never edited."""

from domain.contract.commands import (
    AnnulContract,
    AnnulPackageEntry,
    ConsumeEntitlement,
    ContractCommand,
    CorrectContractEnd,
    CorrectSigning,
    DiscardDraft,
    DraftContract,
    ExpireContract,
    MoveContract,
    PayPackage,
    RefundPackage,
    ReinstateContract,
    RenewContract,
    ReturnEntitlement,
    SettlePackage,
    SignContract,
    SignOffContract,
    TerminateContract,
    TransferContract,
)
from domain.contract.corrections import (
    annul,
    annul_entry,
    correct_end,
    correct_signing,
    move,
    reinstate,
    return_entitlement,
)
from domain.contract.entitlements import consume, pay, refund, settle
from domain.contract.events import ContractEvent
from domain.contract.lifecycle import expire, renew, terminate, transfer
from domain.contract.sign_off import sign_off
from domain.contract.signing import discard, draft, sign
from domain.contract.state import Contract, claims, evolve
from domain.decider import Decider, decision, members_of
from domain.inputs import ACTOR, NOW, PACK, count, each, held, one
from domain.institution import INSTITUTION
from domain.resident import RESIDENT
from domain.team import TEAM

__all__ = ["CONTRACT"]

DECISIONS = (
    decision(DraftContract, draft, now=NOW, pack=PACK, resident=one(RESIDENT), team=one(TEAM)),
    decision(DiscardDraft, discard),
    decision(
        SignContract,
        sign,
        now=NOW,
        actor=ACTOR,
        pack=PACK,
        resident=one(RESIDENT),
        team=one(TEAM),
        institution=one(INSTITUTION),
        institutions=each(INSTITUTION),
        team_contracts=count("team_contracts", by="team_id"),
        named_contracts=held("named_contracts", by="team_id"),
    ),
    decision(
        RenewContract, renew, now=NOW, pack=PACK, resident=one(RESIDENT), team=one(TEAM), institution=one(INSTITUTION)
    ),
    decision(
        TransferContract,
        transfer,
        now=NOW,
        pack=PACK,
        team=one(TEAM),
        institution=one(INSTITUTION),
        team_contracts=count("team_contracts", by="team_id"),
        named_contracts=held("named_contracts", by="team_id"),
    ),
    decision(TerminateContract, terminate, now=NOW, pack=PACK),
    decision(ExpireContract, expire, now=NOW, pack=PACK, resident=one(RESIDENT)),
    decision(PayPackage, pay, now=NOW, pack=PACK),
    decision(SettlePackage, settle, now=NOW, pack=PACK, resident=one(RESIDENT)),
    decision(RefundPackage, refund, now=NOW),
    decision(ConsumeEntitlement, consume),
    decision(SignOffContract, sign_off, now=NOW, actor=ACTOR),
    decision(ReturnEntitlement, return_entitlement),
    decision(AnnulPackageEntry, annul_entry, actor=ACTOR, pack=PACK),
    decision(AnnulContract, annul, actor=ACTOR),
    decision(ReinstateContract, reinstate, actor=ACTOR, pack=PACK, resident=one(RESIDENT)),
    decision(CorrectContractEnd, correct_end, now=NOW, actor=ACTOR, pack=PACK, resident=one(RESIDENT)),
    decision(
        CorrectSigning,
        correct_signing,
        now=NOW,
        actor=ACTOR,
        pack=PACK,
        resident=one(RESIDENT),
        team=one(TEAM),
        institution=one(INSTITUTION),
    ),
    decision(MoveContract, move, actor=ACTOR, pack=PACK, resident=one(RESIDENT)),
)

CONTRACT: Decider[Contract, ContractEvent, ContractCommand] = Decider(
    category="contract",
    initial=Contract(),
    evolve=evolve,
    commands=members_of(ContractCommand),
    events=members_of(ContractEvent),
    decisions=DECISIONS,
    identify=lambda command: command.contract_id,
    claims=claims,
)
