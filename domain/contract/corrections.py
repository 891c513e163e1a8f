"""Corrections of a contract: services and payments counted by mistake, a wrong signature, a wrong end."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.contract.commands import (
    AnnulContract,
    AnnulPackageEntry,
    ConsumeEntitlement,
    CorrectContractEnd,
    CorrectSigning,
    MoveContract,
    ReinstateContract,
    ReturnEntitlement,
)
from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    EntitlementReturned,
    PackageEntryAnnulled,
    SigningCorrected,
)
from domain.contract.entitlements import account_of, consume
from domain.contract.events import ContractEvent, ContractSigned, EntitlementConsumed, PackageRefunded, PackageSettled
from domain.contract.state import Contract, evolve
from domain.contract.term_account import Ledger, Service
from domain.contract.terms import (
    check_formed,
    check_resident,
    granted_items,
    guarded_until,
    reminder_day,
    require_signed,
)
from domain.corrections import check_allowed, check_correction, check_reason
from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day, months_later
from domain.policy_pack import PolicyPack
from domain.policy_pack.pack import Touched
from domain.resident.state import Resident, check_born
from domain.team.state import Team

DAY = timedelta(days=1)
DEATH: frozenset[Touched] = frozenset({"death"})
MONEY: frozenset[Touched] = frozenset({"money"})
NOTHING: frozenset[Touched] = frozenset()


def return_entitlement(command: ReturnEntitlement, contract: Contract) -> list[ContractEvent]:
    """Take back a service that was counted, so that what it used up is left again; once."""
    signed, _ = require_signed(contract, command.contract_id)
    ledger = next((each for each in contract.ledgers if command.service_id in each.services), None)
    if ledger is None:
        return []
    check_reason(command.reason)
    service = ledger.services[command.service_id]
    check_not_settled(ledger, command.contract_id)
    return [returned(signed, ledger, service, command.reason)]


def returned(signed: ContractSigned, ledger: Ledger, service: Service, reason: str) -> EntitlementReturned:
    """Return that a service counts no longer."""
    return EntitlementReturned(
        contract_id=signed.contract_id,
        resident_id=signed.resident_id,
        team_id=service.team_id,
        term=ledger.term,
        item=service.item if isinstance(service, EntitlementConsumed) else None,
        kind=service.kind,
        service_id=service.service_id,
        served_on=service.served_on,
        reason=reason,
    )


def all_returned(signed: ContractSigned, contract: Contract, reason: str) -> list[EntitlementReturned]:
    """Return that no service of a contract counts any longer."""
    return [
        returned(signed, ledger, service, reason) for ledger in contract.ledgers for service in ledger.services.values()
    ]


def check_not_settled(ledger: Ledger, contract_id: str) -> None:
    """Refuse to change what a settlement counted; the settlement is annulled first."""
    if ledger.settled is not None:
        raise Refused("package-already-settled", contract=contract_id)


def annul_entry(command: AnnulPackageEntry, contract: Contract, *, actor: str, pack: PolicyPack) -> list[ContractEvent]:
    """Annul an entry of a term's account, the newest first: a refund, its settlement, then payments."""
    signed, ledger = account_of(command, contract)
    entry = entry_of(command, ledger)
    if entry is None:
        return []
    check_correction(command.reason, command.allowed_by, actor, pack, MONEY)
    if command.entry == "settlement" and ledger.refunded is not None:
        raise Refused("package-already-refunded", contract=command.contract_id)
    if command.entry == "payment":
        check_not_settled(ledger, command.contract_id)
    amount, day = entry
    return [
        PackageEntryAnnulled(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            term=ledger.term,
            package=ledger.package,
            entry=command.entry,
            payer=command.payer,
            amount_fen=amount,
            day=day,
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]


def entry_of(command: AnnulPackageEntry, ledger: Ledger) -> tuple[int, date] | None:
    """Return the amount and the day of the entry that a command means; None if it is not there."""
    if command.entry == "payment":
        if command.payer is None:
            raise Refused("payer-missing", contract=command.contract_id)
        paid = ledger.paid.get(command.payer)
        return None if paid is None else (paid.amount_fen, paid.paid_on)
    entry: PackageSettled | PackageRefunded | None
    entry = ledger.settled if command.entry == "settlement" else ledger.refunded
    match entry:
        case PackageSettled():
            return entry.used_fen, entry.settled_on
        case PackageRefunded():
            return entry.amount_fen, entry.refunded_on
    return None


def annul(command: AnnulContract, contract: Contract, *, actor: str) -> list[ContractEvent]:
    """Annul a contract that was signed by mistake and what was counted under it; its payments are annulled first."""
    signed, ends_on = require_signed(contract, command.contract_id)
    if contract.ended == "annulled":
        return []
    check_reason(command.reason)
    check_allowed(command.allowed_by, actor)
    if any(ledger.paid for ledger in contract.ledgers):
        raise Refused("package-already-paid", contract=command.contract_id)
    return [
        *all_returned(signed, contract, command.reason),
        ContractAnnulled(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            term=contract.term,
            starts_on=signed.starts_on,
            ends_on=ends_on,
            reason=command.reason,
            allowed_by=command.allowed_by,
        ),
    ]


def reinstate(
    command: ReinstateContract, contract: Contract, *, actor: str, pack: PolicyPack, resident: Resident
) -> list[ContractEvent]:
    """Let a contract run as it was signed, or to the end that this one replaced; not for somebody who is gone.

    That the resident has no other contract meanwhile is claimed (A1.3).
    """
    signed, ends_on = require_signed(contract, command.contract_id)
    if contract.ended != "terminated" or command.ended_by not in {None, contract.end_reason}:
        return []
    touches = DEATH if contract.end_reason == "died" else NOTHING
    check_correction(command.reason, command.allowed_by, actor, pack, touches)
    until = contract.term_ends_on or ends_on
    earlier = contract.earlier_end
    last = until if earlier is None else earlier[0]
    gone = resident.departed
    if gone is not None and (gone.reason == "died" or gone.last_day < last):
        raise Refused("resident-departed", resident=signed.resident_id, last_day=gone.last_day)
    return [
        ContractReinstated(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            starts_on=signed.starts_on,
            last_day=ends_on,
            ends_on=last,
            end_reason=None if earlier is None else earlier[1],
            term=contract.term,
            sign_by=contract.sign_by,
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]


def correct_end(
    command: CorrectContractEnd,
    contract: Contract,
    *,
    now: datetime,
    actor: str,
    pack: PolicyPack,
    resident: Resident,
) -> list[ContractEvent]:
    """Correct the last day of an early end, inside the term; that of a departure follows the departure."""
    signed, ends_on = require_signed(contract, command.contract_id)
    reason = contract.end_reason
    if reason is None or command.ended_by not in {None, reason} or command.last_day == ends_on:
        return []
    check_correction(command.reason, command.allowed_by, actor, pack, DEATH if reason == "died" else NOTHING)
    departed = resident.departed
    if departed is not None and reason == departed.reason and command.last_day != departed.last_day:
        raise Refused("departure-says-otherwise", resident=signed.resident_id, day=departed.last_day)
    if reason == "died" and command.last_day > local_day(now):
        raise Refused("day-in-the-future", day=command.last_day)
    before = reason not in {"died", "moved-out"} and command.last_day < signed.starts_on
    if before or (contract.term_ends_on is not None and command.last_day >= contract.term_ends_on):
        raise Refused("last-day-outside-term", contract=command.contract_id, last_day=command.last_day)
    return [
        ContractEndCorrected(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            was_last_day=ends_on,
            last_day=command.last_day,
            end_reason=reason,
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]


def correct_signing(
    command: CorrectSigning,
    contract: Contract,
    *,
    now: datetime,
    actor: str,
    pack: PolicyPack,
    resident: Resident,
    team: Team,
    institution: Institution,
) -> list[ContractEvent]:
    """Correct the newest term of a contract that has not ended, inside the limits of a signature.

    Services of the term are counted again under the right package. A package that is paid for is not changed.
    """
    signed, ends_on = require_signed(contract, command.contract_id)
    was_starts_on, was_package = contract.term_starts_on or signed.starts_on, contract.package or signed.package
    was_signed_on = contract.term_signed_on or signed.signed_on
    signed_on, starts_on = command.signed_on or was_signed_on, command.starts_on or was_starts_on
    package = command.package or was_package
    months = command.term_months or months_between(was_starts_on, ends_on)
    until = months_later(starts_on, months) - DAY
    if (signed_on, starts_on, until, package) == (was_signed_on, was_starts_on, ends_on, was_package):
        return []
    if contract.ended is not None:
        raise Refused("contract-over", contract=command.contract_id, last_day=ends_on)
    if contract.sign_by is not None:
        raise Refused("term-not-signed", contract=command.contract_id)
    check_reason(command.reason)
    check_allowed(command.allowed_by, actor)
    check_term(command, contract, (signed_on, starts_on, months), local_day(now), pack)
    check_born(resident.personal, signed_on)
    if contract.team_id in {None, signed.team_id}:
        check_formed(team, institution, signed_on)
    late = local_day(now) - timedelta(days=pack.late_record_days)
    if command.allowed_by is None and signed_on < min(was_signed_on, late):
        raise Refused("second-person-missing")
    ledger = contract.ledgers[-1]
    if package != was_package and ledger.paid:
        raise Refused("package-already-paid", contract=command.contract_id)
    early = min((each.served_on for each in ledger.services.values()), default=starts_on)
    if early < starts_on and starts_on != was_starts_on:
        raise Refused("served-before-start", contract=command.contract_id, day=early)
    check_resident(resident, signed.resident_id, starts_on, pack)
    items = granted_items(package, resident, starts_on, pack) if package != was_package else ledger.items
    corrected = SigningCorrected(
        contract_id=command.contract_id,
        resident_id=signed.resident_id,
        team_id=contract.team_id or signed.team_id,
        first_team_id=signed.team_id,
        institution_id=signed.institution_id,
        term=contract.term,
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=until,
        package=package,
        entitlements=items,
        package_guarded_until=guarded_until(items, starts_on, pack),
        remind_on=reminder_day(until, pack),
        was_signed_on=was_signed_on,
        was_starts_on=was_starts_on,
        was_ends_on=ends_on,
        was_package=was_package,
        reason=command.reason,
        allowed_by=command.allowed_by,
    )
    if package == was_package:
        return [corrected]
    return [corrected, *counted_again(evolve(contract, corrected), ledger, command.reason)]


def months_between(starts_on: date, ends_on: date) -> int:
    """Return the months of a term that has these days."""
    after = ends_on + DAY
    return 12 * (after.year - starts_on.year) + after.month - starts_on.month


def check_term(
    command: CorrectSigning, contract: Contract, days: tuple[date, date, int], today: date, pack: PolicyPack
) -> None:
    """Refuse a signature in the future, a start or a length outside the limits, and the start of a renewal."""
    signed_on, starts_on, months = days
    if signed_on > today:
        raise Refused("day-in-the-future", day=signed_on)
    latest = signed_on + timedelta(days=pack.latest_start_days)
    moved_on = contract.moves[1][0] - DAY if len(contract.moves) > 1 else latest
    if contract.term == 1 and not signed_on <= starts_on <= min(latest, moved_on):
        raise Refused(
            "start-outside-limits", contract=command.contract_id, earliest=signed_on, latest=min(latest, moved_on)
        )
    if contract.term > 1 and starts_on != contract.term_starts_on:
        raise Refused("term-follows-another", contract=command.contract_id)
    if not pack.term_months <= months <= pack.longest_term_months:
        raise Refused("term-outside-limits", months=months, least=pack.term_months, most=pack.longest_term_months)


def counted_again(contract: Contract, ledger: Ledger, reason: str) -> Iterator[ContractEvent]:
    """Yield the services of a term taken back and counted again, under what the term grants now."""
    assert contract.signed is not None
    for service in ledger.services.values():
        back = returned(contract.signed, ledger, service, reason)
        yield back
        contract = evolve(contract, back)
    for service in ledger.services.values():
        again = ConsumeEntitlement(
            contract_id=service.contract_id,
            item=service.kind,
            service_id=service.service_id,
            served_on=service.served_on,
            to_norm=service.to_norm if isinstance(service, EntitlementConsumed) else True,
        )
        for event in consume(again, contract):
            yield event
            contract = evolve(contract, event)


def move(
    command: MoveContract, contract: Contract, *, actor: str, pack: PolicyPack, resident: Resident
) -> list[ContractEvent]:
    """Move a running contract to the resident for whom it was meant, if they may sign and have none themselves (A1.3).

    Services that the wrong resident had count no longer. The newest term grants what the right one's groups call for.
    """
    signed, ends_on = require_signed(contract, command.contract_id)
    if signed.resident_id == command.resident_id:
        return []
    if contract.ended is not None:
        raise Refused("contract-over", contract=command.contract_id, last_day=ends_on)
    paid = any(ledger.paid for ledger in contract.ledgers)
    check_correction(command.reason, command.allowed_by, actor, pack, MONEY if paid else NOTHING)
    for ledger in contract.ledgers:
        check_not_settled(ledger, command.contract_id)
    check_resident(resident, command.resident_id, signed.starts_on, pack)
    package, starts_on = contract.package or signed.package, contract.term_starts_on or signed.starts_on
    moved = ContractMovedToResident(
        contract_id=command.contract_id,
        resident_id=command.resident_id,
        from_resident_id=signed.resident_id,
        team_id=contract.team_id or signed.team_id,
        term=contract.term,
        starts_on=starts_on,
        ends_on=ends_on,
        package=package,
        key_groups=resident.groups,
        entitlements=granted_items(package, resident, starts_on, pack),
        reason=command.reason,
        allowed_by=command.allowed_by,
    )
    return [*all_returned(signed, contract, command.reason), moved]
