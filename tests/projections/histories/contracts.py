"""Contracts, drafts and services under them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.contract.events import (
    ContractDeemedRenewed,
    ContractDrafted,
    ContractExpired,
    ContractRenewed,
    ContractSignedOff,
    ContractTerminated,
    ContractTransferred,
    DraftDiscarded,
    EntitlementConsumed,
    LoadOverridden,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from tests.domain import builders as b
from tests.projections.histories import corrections as corrected
from tests.projections.histories.cutting import cut


def contract(luck: Random, contract_id: str, person: str) -> Iterator[tuple[str, object]]:
    events: list[object] = list(drafts(luck, contract_id, person))
    events.append(replace(b.SIGNED, contract_id=contract_id, resident_id=person))
    events += services(luck, contract_id, person)
    if luck.random() < 0.3:
        events.append(
            ContractDeemedRenewed(
                contract_id=contract_id,
                resident_id=person,
                team_id="team-1",
                term=2,
                starts_on=date(2027, 3, 2),
                sign_by=date(2027, 3, 31),
                package="basic",
                entitlements=b.SIGNED.entitlements,
            )
        )
    if luck.random() < 0.5:
        events.append(
            ContractRenewed(
                contract_id=contract_id,
                resident_id=person,
                team_id="team-1",
                term=2,
                signed_on=date(2027, 2, 1),
                starts_on=date(2027, 3, 2),
                ends_on=date(2028, 3, 1),
                signed_by="resident",
                signed_at="desk",
            )
        )
    if luck.random() < 0.5:
        events.append(
            ContractTransferred(
                contract_id=contract_id,
                resident_id=person,
                from_team_id="team-1",
                team_id="team-2",
                institution_id="fuhai",
                from_day=date(2026, 9, 1),
                doctor_id="chen",
                nurse_id="fang",
            )
        )
    ends: dict[str, Any] = {"contract_id": contract_id, "resident_id": person, "team_id": "team-1"}
    events += corrected.of_signed(luck, ends)
    if luck.random() < 0.5:
        events.append(ContractTerminated(**ends, last_day=date(2026, 12, 31), reason="moved-out"))
        events += corrected.of_ended(luck, ends)
    else:
        events.append(ContractExpired(**ends, last_day=date(2027, 3, 1)))
    return cut(luck, f"contract-{contract_id}", events)


def drafts(luck: Random, contract_id: str, person: str) -> Iterator[object]:
    ids: dict[str, Any] = {"contract_id": contract_id, "resident_id": person, "team_id": "team-1"}
    drafted = ContractDrafted(**ids, institution_ids=(), package="basic", drafted_on=b.YESTERDAY)
    if luck.random() < 0.3:
        yield drafted
        yield DraftDiscarded(**ids)
    if luck.random() < 0.3:
        yield drafted


def services(luck: Random, contract_id: str, person: str) -> Iterator[object]:
    """Yield what is used and paid in a first term."""
    ids: dict[str, Any] = {"contract_id": contract_id, "resident_id": person, "team_id": "team-1"}
    term: dict[str, Any] = {**ids, "term": 1, "package": "chronic"}
    if luck.random() < 0.2:
        yield LoadOverridden(**ids, load=2001, cap=2000, allowed_by="head", reason="household-together")
    for number in range(luck.randint(0, 2)):
        yield EntitlementConsumed(
            **ids,
            term=1,
            item="health-education",
            kind="health-education",
            service_id=f"s-{number}",
            served_on=b.TODAY + timedelta(days=number),
            left=1 - number,
            to_norm=luck.random() < 0.7,
            insurance_fen=100,
            public_health_fen=300,
            resident_fen=100,
        )
    if luck.random() < 0.4:
        yield ServedBeyondPackage(**ids, term=1, kind="dressing", service_id="s-9", served_on=b.TODAY)
        yield PackagePaid(**term, payer="resident", amount_fen=900, paid_on=b.TODAY)
        yield PackageSettled(**term, paid_fen=900, used_fen=200, refund_fen=700, settled_on=b.TOMORROW)
        if luck.random() < 0.5:
            yield ContractSignedOff(
                **ids, verdict="in-order", reason="checked", by="auditor", signed_off_at=b.at(b.TOMORROW, 8)
            )
        yield PackageRefunded(**term, amount_fen=700, refunded_on=b.TOMORROW)
