"""Checks and terms that every signature shares: resident, team, institutions, term, package, agreement."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from domain.agreement import HASHES
from domain.contract.commands import OverrideReason, SignContract, TransferContract
from domain.contract.events import (
    Agreement,
    ChosenInstitution,
    ContractEvent,
    ContractSigned,
    LoadOverridden,
    SignatureKind,
)
from domain.contract.state import Contract
from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import months_later
from domain.package import GrantedItem, Package, due_from, granted, package_of
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident, check_there
from domain.team.state import Team
from domain.working_calendar import working_calendar


def require_signed(contract: Contract, contract_id: str) -> tuple[ContractSigned, date]:
    """Return the first signature and the last day; refuse an unsigned contract."""
    if contract.signed is None or contract.ends_on is None:
        raise Refused("contract-unknown", contract=contract_id)
    return contract.signed, contract.ends_on


def check_resident(resident: Resident, resident_id: str, day: date, pack: PolicyPack) -> None:
    """Refuse a resident who is not registered or may not sign here on that day (A1.1)."""
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=resident_id)
    check_there(resident, resident_id, day)
    if not resident.eligible(day, pack):
        raise Refused("not-eligible", resident=resident_id, months=pack.residence_months)


def check_team(team: Team, team_id: str, institution: Institution, day: date) -> str:
    """Return the institution of a complete team (A2); refuse one that is closed or may offer no contracts (A1.2)."""
    if team.institution_id is None:
        raise Refused("team-not-formed", team=team_id)
    missing = team.missing_role(day)
    if missing is not None:
        raise Refused("missing-mandatory-role", team=team_id, role=missing)
    if not institution.is_open(day):
        raise Refused("institution-not-open", institution=team.institution_id)
    if not institution.may_sign():
        raise Refused("institution-may-not-sign", institution=team.institution_id)
    return team.institution_id


def check_formed(team: Team, institution: Institution, day: date) -> None:
    """Refuse a signature from before the team was formed or its institution opened, where those days are recorded."""
    if team.formed is not None and team.formed.formed_on is not None and day < team.formed.formed_on:
        raise Refused("signed-before-formed", team=team.formed.team_id, day=team.formed.formed_on)
    opened = institution.opened
    if opened is not None and opened.opened_on is not None and day < opened.opened_on:
        raise Refused("signed-before-opened", institution=opened.institution_id, day=opened.opened_on)


def seat_of(
    team: Team,
    member_id: str | None,
    role: Literal["gp", "nurse"],
    team_id: str,
    day: date,
    named_contracts: tuple[str, ...],
) -> str:
    """Return the member named in the contract; refuse a member who does not hold that seat.

    Without a name it is the member of the role with the fewest of the team's `named_contracts` (`member:contract`),
    the first by id among equals.
    """
    if member_id is None:
        member_id = min(
            team.seated(role, day), key=lambda each: (contracts_of(each, named_contracts), each), default=""
        )
    member = team.member_on(member_id, day) if member_id else None
    if member is None or member.role != role:
        raise Refused("named-member-not-seated", team=team_id, member=member_id, role=role)
    return member.member_id


def contracts_of(member_id: str, named_contracts: tuple[str, ...]) -> int:
    """Return how many contracts name a member; the pairs are sorted, and ";" follows ":"."""
    return bisect_left(named_contracts, f"{member_id};") - bisect_left(named_contracts, f"{member_id}:")


def chosen_institutions(
    own: ChosenInstitution, ids: tuple[str, ...], institutions: Sequence[Institution], day: date
) -> tuple[ChosenInstitution, ...]:
    """Return the one to three institutions of a contract, the team's own first; each is open and of its own tier."""
    chosen = [own]
    for institution_id, institution in zip(ids, institutions, strict=True):
        if institution.opened is None or not institution.is_open(day):
            raise Refused("institution-not-open", institution=institution_id)
        tier = institution.opened.tier
        if tier in {each.tier for each in chosen}:
            raise Refused("institutions-of-one-tier", institution=institution_id, tier=tier)
        chosen.append(ChosenInstitution(institution_id=institution_id, tier=tier))
    return tuple(chosen)


def last_day_of_term(starts_on: date, months: int | None, pack: PolicyPack) -> date:
    """Return the last day of a term (A1.4: in principle not less than one year)."""
    term = pack.term_months if months is None else months
    if not pack.term_months <= term <= pack.longest_term_months:
        raise Refused("term-outside-limits", months=term, least=pack.term_months, most=pack.longest_term_months)
    return months_later(starts_on, term) - timedelta(days=1)


def require_package(code: str, pack: PolicyPack) -> Package:
    """Return a package that is offered now."""
    package = package_of(pack.packages, code)
    if package is None:
        raise Refused("package-unknown", package=code)
    return package


def granted_items(code: str, resident: Resident, starts_on: date, pack: PolicyPack) -> tuple[GrantedItem, ...]:
    """Return the items that the package grants this resident from that day on."""
    return granted(require_package(code, pack), resident.groups, starts_on)


def guarded_until(items: tuple[GrantedItem, ...], starts_on: date, pack: PolicyPack) -> date | None:
    """Return the last day on which the package is not signed again, None if it is free for the resident (A1.9)."""
    if due_from("resident", items) == 0:
        return None
    return months_later(starts_on, pack.package_guard_months) - timedelta(days=1)


def agreement(kind: SignatureKind, pack: PolicyPack) -> Agreement:
    """Return the paper of a signature, with the hash of the duties' text that the pack names (A1.10, A1.12)."""
    version = pack.agreement_text
    return Agreement(kind=kind, copies=pack.copies, text_version=version, text_hash=HASHES[version])


def load_override(
    command: SignContract | TransferContract, resident_id: str, held: int, pack: PolicyPack
) -> list[ContractEvent]:
    """Return the override of a full team's load; nothing below the cap (A2.4).

    `held` counts the team's other contracts. A full team is refused without a person who allows it and a reason.
    """
    if held < pack.team_cap:
        return []
    reason: OverrideReason | None = command.override_reason
    if command.override_by is None or reason is None:
        raise Refused("team-full", team=command.team_id, cap=pack.team_cap)
    return [
        LoadOverridden(
            contract_id=command.contract_id,
            resident_id=resident_id,
            team_id=command.team_id,
            load=held + 1,
            cap=pack.team_cap,
            allowed_by=command.override_by,
            reason=reason,
        )
    ]


def reminder_day(ends_on: date, pack: PolicyPack) -> date:
    """Return the working day on which a resident is reminded of the end of a contract, the pack's days before it."""
    return working_calendar(pack.calendar).last_working_day(ends_on - timedelta(days=pack.renewal_reminder_days))
