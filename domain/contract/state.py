"""What is remembered of a contract."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Literal

from domain.contract.asked import EndReason
from domain.contract.facts import (
    ContractEvent,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    ContractTransferred,
)
from domain.decider import Claim
from domain.event import value


@value
class Contract:
    """What decisions about, and under, a contract ask. `ends_on` is the last day of the newest term."""

    signed: ContractSigned | None = None
    team_id: str | None = None
    doctor_id: str | None = None
    nurse_id: str | None = None
    term: int = 0
    term_starts_on: date | None = None
    term_signed_on: date | None = None
    ends_on: date | None = None
    ended: Literal["terminated", "expired"] | None = None
    end_reason: EndReason | None = None

    def covers(self, day: date) -> bool:
        """Say whether the contract is valid on that day; derived from its dates, recorded expiry or not."""
        if self.signed is None or self.ends_on is None:
            return False
        return self.signed.starts_on <= day <= self.ends_on


def evolve(contract: Contract, fact: ContractEvent) -> Contract:
    """Believe an event."""
    match fact:
        case ContractSigned():
            return Contract(
                signed=fact,
                team_id=fact.team_id,
                doctor_id=fact.doctor_id,
                nurse_id=fact.nurse_id,
                term=1,
                term_starts_on=fact.starts_on,
                term_signed_on=fact.signed_on,
                ends_on=fact.ends_on,
            )
        case ContractRenewed():
            return replace(
                contract,
                term=fact.term,
                term_starts_on=fact.starts_on,
                term_signed_on=fact.signed_on,
                ends_on=fact.ends_on,
            )
        case ContractTransferred():
            return replace(contract, team_id=fact.team_id, doctor_id=fact.doctor_id, nurse_id=fact.nurse_id)
        case ContractTerminated():
            return replace(contract, ends_on=fact.last_day, ended="terminated", end_reason=fact.reason)
        case ContractExpired():
            return replace(contract, ended="expired")


def claims(contract: Contract, fact: ContractEvent) -> Iterable[Claim]:
    """One active contract per resident (A1.3): the resident is claimed from the first day to the last.

    A contract whose term is over blocks nobody, also before its expiry was recorded.
    """
    if isinstance(fact, ContractSigned | ContractRenewed | ContractTerminated):
        assert contract.signed is not None
        assert contract.ends_on is not None
        yield Claim(
            key=f"active-contract:{fact.resident_id}",
            rule="active-contract-exists",
            since=contract.signed.starts_on,
            until=contract.ends_on,
        )
