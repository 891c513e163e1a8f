"""Services used and payments made under a contract: each service counts once; money is in fen (A9)."""

from datetime import datetime

from domain.contract.commands import AnnulPackageEntry, ConsumeEntitlement, PayPackage, RefundPackage, SettlePackage
from domain.contract.events import (
    ContractEvent,
    ContractSigned,
    ContractTerminated,
    EntitlementConsumed,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.contract.lifecycle import may_end
from domain.contract.state import Contract
from domain.contract.term_account import Ledger
from domain.contract.terms import require_signed
from domain.decider import Refused
from domain.package import due_from
from domain.policy_pack import PolicyPack
from domain.recorded_days import check_not_before, check_recorded_day
from domain.resident.state import Resident


def consume(command: ConsumeEntitlement, contract: Contract) -> list[ContractEvent]:
    """Count a service once, in the term of its day; a service that the package does not grant is recorded, too."""
    signed, _ = require_signed(contract, command.contract_id)
    if any(command.service_id in ledger.services for ledger in contract.ledgers):
        return []
    ledger = contract.ledger_on(command.served_on)
    team_id = contract.team_on(command.served_on) or signed.team_id
    left = ledger.left_for(command.item)
    if left is None:
        return [
            ServedBeyondPackage(
                contract_id=command.contract_id,
                resident_id=signed.resident_id,
                team_id=team_id,
                term=ledger.term,
                kind=command.item,
                service_id=command.service_id,
                served_on=command.served_on,
            )
        ]
    item, count = left
    return [
        EntitlementConsumed(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=team_id,
            term=ledger.term,
            item=item.item,
            kind=command.item,
            service_id=command.service_id,
            served_on=command.served_on,
            left=count - 1,
            to_norm=command.to_norm and (item.finish_by is None or command.served_on <= item.finish_by),
            insurance_fen=item.insurance_fen,
            public_health_fen=item.public_health_fen,
            resident_fen=item.resident_fen,
        )
    ]


def pay(command: PayPackage, contract: Contract, *, now: datetime, pack: PolicyPack) -> list[ContractEvent]:
    """Take a payer's whole share of a term once, as it was decided when the term was signed."""
    signed, ledger = account_of(command, contract)
    if command.payer in ledger.paid:
        return []
    check_recorded_day(command.paid_on, now, pack)
    amount = due_from(command.payer, ledger.items)
    if amount == 0:
        raise Refused("nothing-to-pay", contract=command.contract_id, payer=command.payer)
    return [
        PackagePaid(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            term=ledger.term,
            package=ledger.package,
            payer=command.payer,
            amount_fen=amount,
            paid_on=command.paid_on,
        )
    ]


def settle(
    command: SettlePackage, contract: Contract, *, now: datetime, pack: PolicyPack, resident: Resident
) -> list[ContractEvent]:
    """Settle the resident's payment against the resident's share of used services, once; the rest is to be refunded.

    Where the newest term's open account was all that kept the contract of somebody who moved away, it ends now.
    """
    signed, ledger = account_of(command, contract)
    if ledger.settled is not None:
        return []
    paid = ledger.paid.get("resident")
    if paid is None:
        raise Refused("nothing-to-settle", contract=command.contract_id)
    check_not_before(command.settled_on, paid.paid_on, now)
    used = ledger.used_by_resident()
    return [
        PackageSettled(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            term=ledger.term,
            package=ledger.package,
            paid_fen=paid.amount_fen,
            used_fen=used,
            refund_fen=max(0, paid.amount_fen - used),
            settled_on=command.settled_on,
        ),
        *end_of_somebody_gone(ledger, contract, signed, resident, pack),
    ]


def end_of_somebody_gone(
    settled: Ledger, contract: Contract, signed: ContractSigned, resident: Resident, pack: PolicyPack
) -> list[ContractEvent]:
    """Return the end of a running contract whose resident departed before its last day, if the city allows it.

    It does not end while the newest term's account is open, as nothing ends it early by command until then.
    """
    departed = resident.departed
    if departed is None or contract.ended is not None or contract.ends_on is None:
        return []
    newest = contract.ledgers[-1]
    if newest.is_open and newest.term != settled.term:
        return []
    if departed.last_day >= contract.ends_on or pack.paid_package_end == "deny" or not may_end(departed.reason, pack):
        return []
    return [
        ContractTerminated(
            contract_id=signed.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            last_day=departed.last_day,
            reason=departed.reason,
        )
    ]


def refund(command: RefundPackage, contract: Contract, *, now: datetime) -> list[ContractEvent]:
    """Refund the rest of a settlement once."""
    signed, ledger = account_of(command, contract)
    if ledger.refunded is not None:
        return []
    if ledger.settled is None or ledger.settled.refund_fen == 0:
        raise Refused("nothing-to-refund", contract=command.contract_id)
    check_not_before(command.refunded_on, ledger.settled.settled_on, now)
    return [
        PackageRefunded(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            term=ledger.term,
            package=ledger.package,
            amount_fen=ledger.settled.refund_fen,
            refunded_on=command.refunded_on,
        )
    ]


def account_of(
    command: PayPackage | SettlePackage | RefundPackage | AnnulPackageEntry, contract: Contract
) -> tuple[ContractSigned, Ledger]:
    """Return the first signature and the account of the command's term; refuse an unsigned contract or unknown term."""
    signed, _ = require_signed(contract, command.contract_id)
    term = command.term or contract.term
    ledger = next((each for each in contract.ledgers if each.term == term), None)
    if ledger is None:
        raise Refused("term-unknown", contract=command.contract_id, term=term)
    return signed, ledger
