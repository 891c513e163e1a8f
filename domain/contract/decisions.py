"""What is decided about a contract."""

from datetime import date, datetime, timedelta
from typing import Literal

from domain.contract.asked import ExpireContract, RenewContract, SignContract, TerminateContract, TransferContract
from domain.contract.facts import (
    ContractEvent,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    ContractTransferred,
)
from domain.contract.state import Contract
from domain.decider import Refused
from domain.local_time import local_day, months_later
from domain.policy_pack import PolicyPack
from domain.resident import Resident
from domain.team import Team

WITHOUT_NOTICE = frozenset({"died", "moved-out", "lost-to-follow-up"})
"""Ends that the resident does not choose need no notice."""


def sign(
    command: SignContract, contract: Contract, *, now: datetime, pack: PolicyPack, resident: Resident, team: Team
) -> list[ContractEvent]:
    """Sign once: an eligible resident (A1.1), a team with both mandatory seats filled (A2), a term that is allowed."""
    if contract.signed is not None:
        if same_papers(command, contract.signed, pack):
            return []
        raise Refused("contract-already-signed", contract=command.contract_id)
    if command.signed_on > local_day(now):
        raise Refused("day-in-the-future", day=command.signed_on)
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=command.resident_id)
    if not resident.eligible(command.starts_on, pack):
        raise Refused("not-eligible", resident=command.resident_id, months=pack.residence_months)
    if team.institution_id is None:
        raise Refused("team-not-formed", team=command.team_id)
    missing = team.missing_role(local_day(now))
    if missing is not None:
        raise Refused("missing-mandatory-role", team=command.team_id, role=missing)
    doctor_id = seat_of(team, command.doctor_id, "gp", command.team_id, local_day(now))
    nurse_id = seat_of(team, command.nurse_id, "nurse", command.team_id, local_day(now))
    return [
        ContractSigned(
            contract_id=command.contract_id,
            resident_id=command.resident_id,
            team_id=command.team_id,
            institution_id=team.institution_id,
            signed_on=command.signed_on,
            starts_on=command.starts_on,
            ends_on=last_day_of_term(command.starts_on, command.term_months, pack),
            package=command.package,
            signed_by=command.signed_by,
            signed_at=command.signed_at,
            doctor_id=doctor_id,
            nurse_id=nurse_id,
            key_groups=resident.groups,
        )
    ]


def renew(command: RenewContract, contract: Contract, *, now: datetime, pack: PolicyPack) -> list[ContractEvent]:
    """Add a term while the present one runs, not earlier than the pack's renewal window (A1.4, A1.5)."""
    signed, ends_on = require_signed(contract, command.contract_id)
    if contract.term > 1 and contract.term_signed_on == command.signed_on:
        return []
    today = local_day(now)
    if contract.ended is not None or today > ends_on:
        raise Refused("contract-over", contract=command.contract_id, last_day=ends_on)
    if command.signed_on > today:
        raise Refused("day-in-the-future", day=command.signed_on)
    first_day = ends_on - timedelta(days=pack.renewal_window_days)
    if command.signed_on < first_day:
        raise Refused("renewal-too-early", contract=command.contract_id, first_day=first_day)
    starts_on = ends_on + timedelta(days=1)
    return [
        ContractRenewed(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            term=contract.term + 1,
            signed_on=command.signed_on,
            starts_on=starts_on,
            ends_on=last_day_of_term(starts_on, command.term_months, pack),
            signed_by=command.signed_by,
            signed_at=command.signed_at,
        )
    ]


def transfer(command: TransferContract, contract: Contract, *, now: datetime, team: Team) -> list[ContractEvent]:
    """Move to a successor team; nothing moves without the resident's consent (A1.6)."""
    signed, ends_on = require_signed(contract, command.contract_id)
    if contract.team_id == command.team_id:
        return []
    today = local_day(now)
    if contract.ended is not None or today > ends_on:
        raise Refused("contract-over", contract=command.contract_id, last_day=ends_on)
    if not command.consent:
        raise Refused("consent-missing", contract=command.contract_id)
    if team.institution_id is None:
        raise Refused("team-not-formed", team=command.team_id)
    missing = team.missing_role(today)
    if missing is not None:
        raise Refused("missing-mandatory-role", team=command.team_id, role=missing)
    return [
        ContractTransferred(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            from_team_id=contract.team_id or signed.team_id,
            team_id=command.team_id,
            institution_id=team.institution_id,
            from_day=today,
            doctor_id=seat_of(team, None, "gp", command.team_id, today),
            nurse_id=seat_of(team, None, "nurse", command.team_id, today),
        )
    ]


def terminate(
    command: TerminateContract, contract: Contract, *, now: datetime, pack: PolicyPack
) -> list[ContractEvent]:
    """End early, with the pack's notice where the end is a choice (A1.6, A1.7)."""
    signed, ends_on = require_signed(contract, command.contract_id)
    if contract.ended == "terminated" and ends_on == command.last_day:
        return []
    today = local_day(now)
    if contract.ended is not None or today > ends_on:
        raise Refused("contract-over", contract=command.contract_id, last_day=ends_on)
    if not signed.starts_on <= command.last_day < ends_on:
        raise Refused("last-day-outside-term", contract=command.contract_id, last_day=command.last_day)
    if command.reason not in WITHOUT_NOTICE:
        if not pack.midterm_termination:
            raise Refused("midterm-end-not-allowed", contract=command.contract_id)
        earliest = today + timedelta(days=pack.notice_days)
        if command.last_day < earliest:
            raise Refused("notice-too-short", contract=command.contract_id, earliest=earliest, days=pack.notice_days)
    return [
        ContractTerminated(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            last_day=command.last_day,
            reason=command.reason,
        )
    ]


def expire(command: ExpireContract, contract: Contract, *, now: datetime) -> list[ContractEvent]:
    """Record the end of a term that is over; a contract that runs, or has ended, says nothing (A1.5)."""
    signed, ends_on = require_signed(contract, command.contract_id)
    if contract.ended is not None or local_day(now) <= ends_on:
        return []
    return [
        ContractExpired(
            contract_id=command.contract_id,
            resident_id=signed.resident_id,
            team_id=contract.team_id or signed.team_id,
            last_day=ends_on,
        )
    ]


def require_signed(contract: Contract, contract_id: str) -> tuple[ContractSigned, date]:
    """Return the first signature and the last day; refuse a contract that nobody signed."""
    if contract.signed is None or contract.ends_on is None:
        raise Refused("contract-unknown", contract=contract_id)
    return contract.signed, contract.ends_on


def seat_of(team: Team, asked: str | None, role: Literal["gp", "nurse"], team_id: str, day: date) -> str:
    """Return the member who is named in the contract; refuse one who does not hold that seat."""
    member_id = asked or team.first_with(role, day)
    member = team.member(member_id) if member_id else None
    if member is None or member not in team.members_on(day) or member.role != role:
        raise Refused("named-member-not-seated", team=team_id, member=member_id, role=role)
    return member.member_id


def last_day_of_term(starts_on: date, months: int | None, pack: PolicyPack) -> date:
    """Return the last day of a term (A1.4: in principle not less than one year)."""
    term = pack.term_months if months is None else months
    if not pack.term_months <= term <= pack.longest_term_months:
        raise Refused("term-outside-limits", months=term, least=pack.term_months, most=pack.longest_term_months)
    return months_later(starts_on, term) - timedelta(days=1)


def same_papers(command: SignContract, signed: ContractSigned, pack: PolicyPack) -> bool:
    """Say whether a command asks for what was signed already."""
    return (
        signed.resident_id == command.resident_id
        and signed.team_id == command.team_id
        and signed.signed_on == command.signed_on
        and signed.starts_on == command.starts_on
        and signed.package == command.package
        and signed.ends_on == last_day_of_term(command.starts_on, command.term_months, pack)
    )
