"""Rows of contracts: drafts, signed contracts with their days, and which team had them from which day on."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    SigningCorrected,
)
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractDrafted,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    ContractTransferred,
    DraftDiscarded,
    LoadOverridden,
)
from projections.changes import Change, Put, Table, day_text

CASELOAD_V1 = Table(
    "caseload_v1",
    "contract_id",
    {
        "resident_id": "text",
        "team_id": "text",
        "institution_id": "text",
        "package": "text",
        "term": "int",
        "starts_on": "text",
        "term_starts_on": "text",
        "ends_on": "text",
        "status": "text",
        "end_reason": "text",
        "remind_on": "text",
        "sign_by": "text",
        "doctor_id": "text",
        "nurse_id": "text",
    },
    indexes=(("team_id", "ends_on"), ("resident_id",), ("starts_on", "ends_on")),
)
"""`status` is signed, renewed, pending-signature, terminated, expired or annulled; an early end shortens `ends_on`, so
the days tell what held. `sign_by` is the last day of a term that is deemed renewed and not signed.
"""

CONTRACT_DRAFTS_V1 = Table(
    "contract_drafts_v1",
    "contract_id",
    {"resident_id": "text", "team_id": "text", "package": "text", "drafted_on": "text"},
    indexes=(("team_id",),),
)

LOAD_OVERRIDES_V1 = Table(
    "load_overrides_v1",
    "load_override_key",  # contract|team
    {
        "contract_id": "text",
        "team_id": "text",
        "load": "int",
        "cap": "int",
        "allowed_by": "text",
        "reason": "text",
    },
    indexes=(("team_id",),),
)
"""Overrides by which a full team took another contract."""

CONTRACT_TEAMS_V1 = Table(
    "contract_teams_v1",
    "contract_team_key",  # contract|day
    {"contract_id": "text", "team_id": "text", "institution_id": "text", "from_day": "text"},
    indexes=(("contract_id", "from_day"), ("team_id",)),
)
"""Which team looks after the resident from a day on, until the next row's day."""


Corrected = ContractAnnulled | ContractReinstated | ContractEndCorrected | SigningCorrected | ContractMovedToResident

CaseloadEvent = (
    ContractDrafted
    | DraftDiscarded
    | ContractSigned
    | LoadOverridden
    | ContractRenewed
    | ContractDeemedRenewed
    | ContractTransferred
    | ContractTerminated
    | ContractExpired
    | Corrected
)


def project(event: CaseloadEvent) -> Iterator[Change]:
    """Follow a contract."""
    match event:
        case ContractDrafted():
            yield CONTRACT_DRAFTS_V1.put(
                event.contract_id,
                resident_id=event.resident_id,
                team_id=event.team_id,
                package=event.package,
                drafted_on=event.drafted_on.isoformat(),
            )
        case DraftDiscarded():
            yield CONTRACT_DRAFTS_V1.drop(event.contract_id)
        case LoadOverridden():
            yield LOAD_OVERRIDES_V1.put(
                f"{event.contract_id}|{event.team_id}",
                contract_id=event.contract_id,
                team_id=event.team_id,
                load=event.load,
                cap=event.cap,
                allowed_by=event.allowed_by,
                reason=event.reason,
            )
        case ContractSigned():
            yield CONTRACT_DRAFTS_V1.drop(event.contract_id)
            yield CASELOAD_V1.put(
                event.contract_id,
                resident_id=event.resident_id,
                team_id=event.team_id,
                institution_id=event.institution_id,
                package=event.package,
                term=1,
                starts_on=event.starts_on.isoformat(),
                term_starts_on=event.starts_on.isoformat(),
                ends_on=event.ends_on.isoformat(),
                status="signed",
                doctor_id=event.doctor_id,
                nurse_id=event.nurse_id,
                remind_on=day_text(event.remind_on),
            )
            yield team_from(event.contract_id, event.team_id, event.institution_id, event.starts_on)
        case ContractRenewed():
            yield CASELOAD_V1.patch(
                event.contract_id,
                term=event.term,
                term_starts_on=event.starts_on.isoformat(),
                ends_on=event.ends_on.isoformat(),
                status="renewed",
                package=event.package,
                remind_on=day_text(event.remind_on),
                sign_by=None,
            )
        case ContractDeemedRenewed():
            yield CASELOAD_V1.patch(
                event.contract_id,
                term=event.term,
                term_starts_on=event.starts_on.isoformat(),
                ends_on=event.sign_by.isoformat(),
                status="pending-signature",
                remind_on=None,
                sign_by=event.sign_by.isoformat(),
            )
        case ContractTransferred():
            yield CASELOAD_V1.patch(
                event.contract_id,
                team_id=event.team_id,
                institution_id=event.institution_id,
                doctor_id=event.doctor_id,
                nurse_id=event.nurse_id,
            )
            yield team_from(event.contract_id, event.team_id, event.institution_id, event.from_day)
        case ContractTerminated():
            yield CASELOAD_V1.patch(
                event.contract_id, status="terminated", ends_on=event.last_day.isoformat(), end_reason=event.reason
            )
        case ContractExpired():
            yield CASELOAD_V1.patch(event.contract_id, status="expired")
        case _:
            yield from corrected(event)


def corrected(event: Corrected) -> Iterator[Change]:
    """Let the rows be as if the right thing had been recorded; a contract that never held covers no day."""
    contract = event.contract_id
    match event:
        case ContractAnnulled():
            eve = event.starts_on - timedelta(days=1)
            yield CASELOAD_V1.patch(contract, status="annulled", ends_on=eve.isoformat(), end_reason=None)
        case ContractReinstated():
            runs = "signed" if event.term == 1 else "renewed" if event.sign_by is None else "pending-signature"
            status = runs if event.end_reason is None else "terminated"
            yield CASELOAD_V1.patch(
                contract, status=status, ends_on=event.ends_on.isoformat(), end_reason=event.end_reason
            )
        case ContractEndCorrected():
            yield CASELOAD_V1.patch(contract, ends_on=event.last_day.isoformat())
        case ContractMovedToResident():
            yield CASELOAD_V1.patch(contract, resident_id=event.resident_id)
        case SigningCorrected():
            first = {"starts_on": event.starts_on.isoformat()} if event.term == 1 else {}
            yield CASELOAD_V1.patch(
                contract,
                package=event.package,
                term_starts_on=event.starts_on.isoformat(),
                ends_on=event.ends_on.isoformat(),
                remind_on=day_text(event.remind_on),
                **first,
            )
            if event.term == 1 and event.starts_on != event.was_starts_on:
                yield CONTRACT_TEAMS_V1.drop(f"{contract}|{event.was_starts_on.isoformat()}")
                yield team_from(contract, event.first_team_id, event.institution_id, event.starts_on)


def team_from(contract_id: str, team_id: str, institution_id: str, from_day: date) -> Put:
    """Return the row of a contract's team from a day on."""
    return CONTRACT_TEAMS_V1.put(
        f"{contract_id}|{from_day.isoformat()}",
        contract_id=contract_id,
        team_id=team_id,
        institution_id=institution_id,
        from_day=from_day.isoformat(),
    )
