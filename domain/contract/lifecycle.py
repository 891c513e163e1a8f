"""The life of a signed contract: renewal, transfer to another team, early end, expiry."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from domain.contract.commands import EndReason, ExpireContract, RenewContract, TerminateContract, TransferContract
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractEvent,
    ContractExpired,
    ContractRenewed,
    ContractTerminated,
    ContractTransferred,
)
from domain.contract.state import Contract
from domain.contract.terms import (
    agreement,
    check_resident,
    check_team,
    granted_items,
    guarded_until,
    last_day_of_term,
    load_override,
    reminder_day,
    require_signed,
    seat_of,
)
from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day, months_later
from domain.package import granted, package_of
from domain.policy_pack import PolicyPack
from domain.recorded_days import check_not_before
from domain.resident.consents import require_consents
from domain.resident.state import Resident
from domain.team.state import Team

ONE_YEAR_REASONS = frozenset({"unreachable-one-year", "refused-one-year"})
BY_CHOICE = frozenset({"own-wish", "other"})
"""Ends that a city may forbid, that need notice, and that both sides sign."""

GONE: Mapping[EndReason, int] = {"moved-out": 1, "died": 2}
"""Ends at which the resident is there no longer, each with its force: a stronger one replaces a weaker one."""

WITHOUT_SETTLING = frozenset({"died", "invoice-void"})
"""Ends that need no settled account: no person can settle it, or there is none."""


def renew(
    command: RenewContract,
    contract: Contract,
    *,
    now: datetime,
    pack: PolicyPack,
    resident: Resident,
    team: Team,
    institution: Institution,
) -> list[ContractEvent]:
    """Sign a further term while the present one runs, not earlier than the pack's window, or a deemed one (A1.8)."""
    signed, ends_on = require_signed(contract, command.contract_id)
    if contract.term > 1 and contract.term_signed_on == command.signed_on:
        return []
    today, team_id = local_day(now), contract.team_id or signed.team_id
    last = contract.signed_until() or ends_on
    check_renewal(command, contract, today, last, pack)
    check_resident(resident, signed.resident_id, today, pack)
    require_consents(resident, signed.resident_id, "contract-signature", command.signed_on, pack)
    check_team(team, team_id, institution, today)
    starts_on = last + timedelta(days=1)
    package = command.package or contract.package or signed.package
    items = granted_items(package, resident, starts_on, pack)
    until = last_day_of_term(starts_on, command.term_months, pack)
    return [
        ContractRenewed(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=team_id,
            term=contract.term + 1 if contract.sign_by is None else contract.term,
            signed_on=command.signed_on,
            starts_on=starts_on,
            ends_on=until,
            signed_by=command.signed_by,
            signed_at=command.signed_at,
            package=package,
            agreement=agreement("renewal", pack),
            entitlements=items,
            package_guarded_until=guarded_until(items, starts_on, pack),
            remind_on=reminder_day(until, pack),
        )
    ]


def check_renewal(
    command: RenewContract, contract: Contract, today: date, signed_until: date, pack: PolicyPack
) -> None:
    """Refuse a contract that is over, an unread agreement, a signature in the future or before the pack's window."""
    if contract.ended is not None or contract.ends_on is None or today > contract.ends_on:
        raise Refused("contract-over", contract=command.contract_id, last_day=contract.ends_on or signed_until)
    if not command.agreement_read:
        raise Refused("agreement-not-read", contract=command.contract_id)
    if command.signed_on > today:
        raise Refused("day-in-the-future", day=command.signed_on)
    first_day = signed_until - timedelta(days=pack.renewal_window_days)
    if command.signed_on < first_day:
        raise Refused("renewal-too-early", contract=command.contract_id, first_day=first_day)


def transfer(
    command: TransferContract,
    contract: Contract,
    *,
    now: datetime,
    pack: PolicyPack,
    team: Team,
    institution: Institution,
    team_contracts: int,
    named_contracts: tuple[str, ...],
) -> list[ContractEvent]:
    """Move to a successor team with room; nothing moves without the resident's consent and signature (A1.6)."""
    signed, ends_on = require_signed(contract, command.contract_id)
    if contract.team_id == command.team_id:
        return []
    today = local_day(now)
    if contract.ended is not None or today > ends_on:
        raise Refused("contract-over", contract=command.contract_id, last_day=ends_on)
    if not command.consent:
        raise Refused("consent-missing", contract=command.contract_id)
    signed_on = command.signed_on or today
    check_not_before(signed_on, signed.signed_on, now)
    institution_id = check_team(team, command.team_id, institution, today)
    tier = institution.opened.tier if institution.opened else 1
    if tier in {each.tier for each in contract.institutions[1:]}:
        raise Refused("institutions-of-one-tier", institution=institution_id, tier=tier)
    return [
        ContractTransferred(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            from_team_id=contract.team_id or signed.team_id,
            team_id=command.team_id,
            institution_id=institution_id,
            from_day=today,
            doctor_id=seat_of(team, None, "gp", command.team_id, today, named_contracts),
            nurse_id=seat_of(team, None, "nurse", command.team_id, today, named_contracts),
            tier=tier,
            reason=command.reason,
            signed_on=signed_on,
            signed_by=command.signed_by,
            signed_at=command.signed_at,
            agreement=agreement("supplementary", pack),
            team_load=team_contracts + 1,
            load_warning=team_contracts + 1 > pack.team_warn,
        ),
        *load_override(command, signed.resident_id, team_contracts, pack),
    ]


def terminate(
    command: TerminateContract, contract: Contract, *, now: datetime, pack: PolicyPack
) -> list[ContractEvent]:
    """End early for a reason that the city allows; a choice needs notice and both signatures (A1.6, A1.7).

    Death and a move end a contract that has not begun, too, and replace an end that stands (`replaces`).
    """
    signed, ends_on = require_signed(contract, command.contract_id)
    replaced = replaces(command, contract, ends_on)
    if contract.ended == "terminated" and ends_on == command.last_day and not replaced:
        return []
    today = local_day(now)
    gone = command.reason in GONE
    if (contract.ended is not None and not replaced) or today > ends_on:
        raise Refused("contract-over", contract=command.contract_id, last_day=ends_on)
    if command.reason == "died" and command.last_day > today:
        raise Refused("day-in-the-future", day=command.last_day)
    if (command.last_day >= ends_on and not replaced) or (command.last_day < signed.starts_on and not gone):
        raise Refused("last-day-outside-term", contract=command.contract_id, last_day=command.last_day)
    check_reason(command, today, pack)
    check_settled(command, contract, pack)
    return [
        ContractTerminated(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            last_day=command.last_day,
            reason=command.reason,
            since=command.since,
        )
    ]


def replaces(command: TerminateContract, contract: Contract, ends_on: date) -> bool:
    """Return whether a death or a move takes the place of the end that stands.

    A recorded death stands as it is, for the contract as for the resident. Any other end gives way to a death or a move
    that is sooner, and on the same day to a stronger one: who dies on the last day of a notice died.
    """
    force = GONE.get(command.reason, 0)
    if not force or contract.ended != "terminated" or contract.end_reason == "died":
        return False
    stands = GONE.get(contract.end_reason, 0) if contract.end_reason else 0
    return command.last_day < ends_on or (command.last_day == ends_on and force > stands)


def check_reason(command: TerminateContract, today: date, pack: PolicyPack) -> None:
    """Refuse a reason that the city does not accept, that has not lasted long enough, or a choice without notice."""
    if not may_end(command.reason, pack):
        raise Refused("midterm-end-not-allowed", contract=command.contract_id)
    if command.reason in ONE_YEAR_REASONS:
        months = pack.one_year_reason_months
        if command.since is None or months_later(command.since, months) > command.last_day:
            raise Refused("reason-not-long-enough", contract=command.contract_id, months=months)
    if command.reason in BY_CHOICE:
        earliest = today + timedelta(days=pack.notice_days)
        if command.last_day < earliest:
            raise Refused("notice-too-short", contract=command.contract_id, earliest=earliest, days=pack.notice_days)
        if not command.both_signed:
            raise Refused("end-not-signed", contract=command.contract_id)


def may_end(reason: EndReason, pack: PolicyPack) -> bool:
    """Return whether a city allows a term to end early for this reason; death ends every contract."""
    return (
        reason == "died"
        or pack.midterm_termination == "allow"
        or (pack.midterm_termination == "special" and reason not in BY_CHOICE)
    )


def check_settled(command: TerminateContract, contract: Contract, pack: PolicyPack) -> None:
    """Refuse an early end while the resident's payment for the newest term is open (A1.6)."""
    account = contract.ledgers[-1]
    if command.reason in WITHOUT_SETTLING or not account.paid.get("resident"):
        return
    if pack.paid_package_end == "deny":
        raise Refused("package-invoiced", contract=command.contract_id)
    if account.is_open:
        raise Refused("package-not-settled", contract=command.contract_id)


def expire(
    command: ExpireContract, contract: Contract, *, now: datetime, pack: PolicyPack, resident: Resident
) -> list[ContractEvent]:
    """Record that a term expired or is deemed renewed; nothing while it runs (A1.5, A1.8)."""
    signed, ends_on = require_signed(contract, command.contract_id)
    today = local_day(now)
    if contract.ended is not None or today <= ends_on:
        return []
    team_id = contract.team_id or signed.team_id
    sign_by = ends_on + timedelta(days=pack.renewal_signature_days)
    package = package_of(pack.packages, contract.package or signed.package)
    there = resident.gone_by(today) is None
    deemed = there and pack.auto_renewal == "deemed" and contract.sign_by is None and today <= sign_by
    if deemed and package is not None:
        starts_on = ends_on + timedelta(days=1)
        return [
            ContractDeemedRenewed(
                contract_id=command.contract_id,
                resident_id=signed.resident_id,
                team_id=team_id,
                term=contract.term + 1,
                starts_on=starts_on,
                sign_by=sign_by,
                package=package.code,
                entitlements=granted(package, resident.groups, starts_on),
            )
        ]
    return [
        ContractExpired(
            contract_id=command.contract_id, resident_id=signed.resident_id, team_id=team_id, last_day=ends_on
        )
    ]
