"""The beginning of a contract: drafted, discarded, signed."""

from datetime import date, datetime, timedelta

from domain.contract.commands import DiscardDraft, DraftContract, SignContract
from domain.contract.events import ChosenInstitution, ContractDrafted, ContractEvent, ContractSigned, DraftDiscarded
from domain.contract.state import Contract
from domain.contract.terms import (
    agreement,
    check_formed,
    check_resident,
    check_team,
    chosen_institutions,
    granted_items,
    guarded_until,
    last_day_of_term,
    load_override,
    reminder_day,
    require_package,
    seat_of,
)
from domain.corrections import check_allowed
from domain.decider import Refused
from domain.institution import Institution
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.consents import require_consents
from domain.resident.state import Resident, check_born
from domain.team.state import Team


def draft(
    command: DraftContract, contract: Contract, *, now: datetime, pack: PolicyPack, resident: Resident, team: Team
) -> list[ContractEvent]:
    """Draft a contract; it binds nobody, so the signature decides all but resident, team and package (A1.5)."""
    drafted = ContractDrafted(
        contract_id=command.contract_id,
        resident_id=command.resident_id,
        team_id=command.team_id,
        institution_ids=command.institution_ids,
        package=command.package,
        drafted_on=local_day(now),
    )
    if contract.drafted is not None and contract.signed is None and is_same_draft(command, contract.drafted):
        return []
    if contract.signed is not None:
        raise Refused("contract-already-signed", contract=command.contract_id)
    if contract.drafted is not None:
        raise Refused("draft-says-otherwise", contract=command.contract_id)
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=command.resident_id)
    if team.institution_id is None:
        raise Refused("team-not-formed", team=command.team_id)
    require_package(command.package, pack)
    return [drafted]


def discard(command: DiscardDraft, contract: Contract) -> list[ContractEvent]:
    """Discard a draft; without a draft nothing changes. A signed contract is ended, not discarded."""
    if contract.signed is not None:
        raise Refused("contract-already-signed", contract=command.contract_id)
    if contract.drafted is None:
        return []
    return [
        DraftDiscarded(
            contract_id=command.contract_id,
            resident_id=contract.drafted.resident_id,
            team_id=contract.drafted.team_id,
        )
    ]


def sign(
    command: SignContract,
    contract: Contract,
    *,
    now: datetime,
    actor: str,
    pack: PolicyPack,
    resident: Resident,
    team: Team,
    institution: Institution,
    institutions: tuple[Institution, ...],
    team_contracts: int,
    named_contracts: tuple[str, ...],
) -> list[ContractEvent]:
    """Sign once: an eligible resident (A1.1), a complete team with room (A2) where contracts are offered (A1.2)."""
    if contract.signed is not None:
        if is_same_signature(command, contract.signed, pack):
            return []
        raise Refused("contract-already-signed", contract=command.contract_id)
    if contract.drafted is not None and not is_same_draft(command, contract.drafted):
        raise Refused("draft-says-otherwise", contract=command.contract_id)
    today = local_day(now)
    check_days(command, today, pack)
    check_resident(resident, command.resident_id, command.starts_on, pack)
    check_born(resident.personal, command.signed_on)
    is_late = check_late(command, actor, today, pack)
    require_consents(resident, command.resident_id, "contract-signature", command.signed_on, pack)
    institution_id = check_team(team, command.team_id, institution, today)
    check_formed(team, institution, command.signed_on)
    own = ChosenInstitution(institution_id=institution_id, tier=institution.opened.tier if institution.opened else 1)
    items = granted_items(command.package, resident, command.starts_on, pack)
    ends_on = last_day_of_term(command.starts_on, command.term_months, pack)
    signed = ContractSigned(
        contract_id=command.contract_id,
        resident_id=command.resident_id,
        team_id=command.team_id,
        institution_id=institution_id,
        signed_on=command.signed_on,
        starts_on=command.starts_on,
        ends_on=ends_on,
        package=command.package,
        signed_by=command.signed_by,
        signed_at=command.signed_at,
        doctor_id=seat_of(team, command.doctor_id, "gp", command.team_id, today, named_contracts),
        nurse_id=seat_of(team, command.nurse_id, "nurse", command.team_id, today, named_contracts),
        key_groups=resident.groups,
        agreement=agreement("new", pack),
        institutions=chosen_institutions(own, command.institution_ids, institutions, today),
        entitlements=items,
        package_guarded_until=guarded_until(items, command.starts_on, pack),
        remind_on=reminder_day(ends_on, pack),
        team_load=team_contracts + 1,
        load_warning=team_contracts + 1 > pack.team_warn,
        late_reason=command.late_reason if is_late else None,
        allowed_by=command.allowed_by if is_late else None,
    )
    return [signed, *load_override(command, command.resident_id, team_contracts, pack)]


def check_days(command: SignContract, today: date, pack: PolicyPack) -> None:
    """Refuse an unread agreement, a future signature, and a first day before the signature or too late after it."""
    if not command.agreement_read:
        raise Refused("agreement-not-read", contract=command.contract_id)
    if command.signed_on > today:
        raise Refused("day-in-the-future", day=command.signed_on)
    latest = command.signed_on + timedelta(days=pack.latest_start_days)
    if not command.signed_on <= command.starts_on <= latest:
        raise Refused("start-outside-limits", contract=command.contract_id, earliest=command.signed_on, latest=latest)


def check_late(command: SignContract, actor: str, today: date, pack: PolicyPack) -> bool:
    """Return whether a signature is recorded later than the pack's days; refuse one without a reason or second person.

    What a file of histories takes over is judged as of its own day, so it is never late.
    """
    if command.signed_on >= today - timedelta(days=pack.late_record_days):
        return False
    if command.late_reason is None or not command.late_reason.strip():
        raise Refused("late-signing-without-reason", day=command.signed_on, days=pack.late_record_days)
    if command.allowed_by is None:
        raise Refused("second-person-missing")
    check_allowed(command.allowed_by, actor)
    return True


def is_same_draft(command: DraftContract | SignContract, drafted: ContractDrafted) -> bool:
    """Return whether a command equals the draft."""
    return (
        drafted.resident_id == command.resident_id
        and drafted.team_id == command.team_id
        and drafted.institution_ids == command.institution_ids
        and drafted.package == command.package
    )


def is_same_signature(command: SignContract, signed: ContractSigned, pack: PolicyPack) -> bool:
    """Return whether a command equals the signed contract."""
    return (
        signed.resident_id == command.resident_id
        and signed.team_id == command.team_id
        and signed.signed_on == command.signed_on
        and signed.starts_on == command.starts_on
        and signed.package == command.package
        and tuple(each.institution_id for each in signed.institutions[1:]) == command.institution_ids
        and signed.ends_on == last_day_of_term(command.starts_on, command.term_months, pack)
    )
