"""The state of a contract."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from domain.contract.commands import EndReason
from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    SigningCorrected,
)
from domain.contract.events import (
    ChosenInstitution,
    ContractDeemedRenewed,
    ContractDrafted,
    ContractEvent,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractSignedOff,
    ContractTerminated,
    ContractTransferred,
    DraftDiscarded,
    LoadOverridden,
    PaperEvent,
)
from domain.contract.term_account import Ledger, add_ledger, evolve_ledgers, open_ledger
from domain.decider import Claim
from domain.event import value
from domain.package import GrantedItem

ContractStatus = Literal[
    "unknown", "drafted", "signed", "active", "renewed", "pending-signature", "terminated", "expired", "annulled"
]


@value
class Contract:
    """The state of a contract. `ends_on` is the last day of the newest term.

    A term that is deemed renewed awaits its signature until `sign_by` and ends then. `moves` are the teams with
    their first days, `ledgers` the accounts of the terms, oldest first. `term_ends_on` is the last day of the newest
    term as it was signed; `earlier_end` is the end that a sooner one replaced.
    """

    drafted: ContractDrafted | None = None
    signed: ContractSigned | None = None
    team_id: str | None = None
    doctor_id: str | None = None
    nurse_id: str | None = None
    institutions: tuple[ChosenInstitution, ...] = ()
    package: str | None = None
    term: int = 0
    term_starts_on: date | None = None
    term_signed_on: date | None = None
    ends_on: date | None = None
    sign_by: date | None = None
    guarded_until: date | None = None
    ended: Literal["terminated", "expired", "annulled"] | None = None
    end_reason: EndReason | None = None
    term_ends_on: date | None = None
    earlier_end: tuple[date, EndReason] | None = None
    moves: tuple[tuple[date, str], ...] = ()
    named_before: tuple[str | None, ...] = ()
    """The doctor and the nurse before the last move."""
    ledgers: tuple[Ledger, ...] = ()
    signed_off: ContractSignedOff | None = None
    """What an auditor said, as long as nothing has happened since."""

    @property
    def resident_id(self) -> str | None:
        """The resident of the signature, or else of the draft."""
        papers = self.signed or self.drafted
        return papers.resident_id if papers else None

    def covers(self, day: date) -> bool:
        """Return whether the contract is valid on that day, by its dates: its expiry may not be recorded yet."""
        if self.signed is None or self.ends_on is None:
            return False
        return self.signed.starts_on <= day <= self.ends_on

    def status(self, day: date) -> ContractStatus:
        """Return the status on that day, by its dates: its expiry may not be recorded yet (A1.5)."""
        if self.signed is None or self.ends_on is None:
            return "drafted" if self.drafted else "unknown"
        if self.ended == "annulled":
            return "annulled"
        if day > self.ends_on:
            return "terminated" if self.ended == "terminated" else "expired"
        if not self.covers(day):
            return "signed"
        if self.sign_by is not None:
            return "pending-signature"
        return "renewed" if self.term > 1 else "active"

    def signed_until(self) -> date | None:
        """Return the last day for which there is a signature: a deemed term has none."""
        if self.sign_by is None or self.term_starts_on is None or self.ends_on is None:
            return self.ends_on
        return min(self.ends_on, self.term_starts_on - timedelta(days=1))

    def team_on(self, day: date) -> str | None:
        """Return the responsible team on that day; before the first day, the first team."""
        return next((team for since, team in reversed(self.moves) if since <= day), self.first_team())

    def first_team(self) -> str | None:
        """Return the team of the first signature."""
        return self.signed.team_id if self.signed else None

    def ledger_on(self, day: date) -> Ledger:
        """Return the account of the term that contains a day, of the first term for days before it."""
        return next((each for each in reversed(self.ledgers) if each.starts_on <= day), self.ledgers[0])


CLAIMING = (
    ContractSigned,
    ContractRenewed,
    ContractTransferred,
    ContractTerminated,
    ContractAnnulled,
    ContractReinstated,
    ContractEndCorrected,
    SigningCorrected,
    ContractMovedToResident,
)
"""Events that change who has a contract, or for which days."""


def evolve(contract: Contract, event: ContractEvent) -> Contract:
    """Return the state after an event."""
    if isinstance(event, ContractSignedOff):
        return replace(contract, signed_off=event)
    return evolve_papers(contract if contract.signed_off is None else replace(contract, signed_off=None), event)


def evolve_papers(contract: Contract, event: PaperEvent) -> Contract:
    """Return the state after an event of the contract itself."""
    match event:
        case ContractDrafted():
            return Contract(drafted=event)
        case DraftDiscarded():
            return Contract()
        case ContractSigned():
            return first_term(contract, event)
        case ContractRenewed() | ContractDeemedRenewed():
            return next_term(contract, event)
        case ContractTransferred():
            own = ChosenInstitution(institution_id=event.institution_id, tier=event.tier)
            return replace(
                contract,
                team_id=event.team_id,
                doctor_id=event.doctor_id,
                nurse_id=event.nurse_id,
                institutions=(own, *contract.institutions[1:]),
                moves=(*contract.moves, (event.from_day, event.team_id)),
                named_before=named(contract),
            )
        case ContractTerminated():
            return terminated(contract, event)
        case ContractExpired():
            return replace(contract, ended="expired")
        case LoadOverridden():
            return contract
        case (
            ContractAnnulled()
            | ContractReinstated()
            | ContractEndCorrected()
            | SigningCorrected()
            | ContractMovedToResident()
        ):
            return corrected(contract, event)
    return replace(contract, ledgers=evolve_ledgers(contract.ledgers, event))


def terminated(contract: Contract, event: ContractTerminated) -> Contract:
    """Return the state after an early end; one that it replaces is kept, so that it stands again if this was wrong."""
    earlier = contract.earlier_end
    if contract.ended == "terminated" and contract.ends_on is not None and contract.end_reason is not None:
        earlier = (contract.ends_on, contract.end_reason)
    return replace(contract, ends_on=event.last_day, ended="terminated", end_reason=event.reason, earlier_end=earlier)


Corrected = ContractAnnulled | ContractReinstated | ContractEndCorrected | SigningCorrected | ContractMovedToResident


def corrected(contract: Contract, event: Corrected) -> Contract:
    """Return the state after a correction, as if the right thing had been recorded."""
    signed = contract.signed
    assert signed is not None, "only what was signed is corrected"
    match event:
        case ContractAnnulled():
            return replace(contract, ends_on=event.starts_on - timedelta(days=1), ended="annulled", end_reason=None)
        case ContractReinstated():
            ended: Literal["terminated"] | None = None if event.end_reason is None else "terminated"
            return replace(contract, ends_on=event.ends_on, ended=ended, end_reason=event.end_reason, earlier_end=None)
        case ContractEndCorrected():
            return replace(contract, ends_on=event.last_day)
        case ContractMovedToResident():
            right = replace(signed, resident_id=event.resident_id, key_groups=event.key_groups)
            ledgers = with_items(contract.ledgers, event.term, event.starts_on, event.package, event.entitlements)
            return replace(contract, signed=right, ledgers=ledgers)
        case SigningCorrected():
            ledgers = with_items(contract.ledgers, event.term, event.starts_on, event.package, event.entitlements)
            first = event.term == 1
            right = replace(
                signed,
                signed_on=event.signed_on,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                package=event.package,
                entitlements=event.entitlements,
            )
            return replace(
                contract,
                signed=right if first else signed,
                package=event.package,
                term_starts_on=event.starts_on,
                term_signed_on=event.signed_on,
                ends_on=event.ends_on,
                term_ends_on=event.ends_on,
                guarded_until=event.package_guarded_until,
                moves=((event.starts_on, contract.moves[0][1]), *contract.moves[1:]) if first else contract.moves,
                ledgers=ledgers,
            )


def with_items(
    ledgers: tuple[Ledger, ...], term: int, starts_on: date, package: str, items: tuple[GrantedItem, ...]
) -> tuple[Ledger, ...]:
    """Return the accounts with what a term grants after its correction."""
    return tuple(
        replace(each, starts_on=starts_on, package=package, items=items) if each.term == term else each
        for each in ledgers
    )


def first_term(contract: Contract, event: ContractSigned) -> Contract:
    """Return the state after the first signature."""
    own = ChosenInstitution(institution_id=event.institution_id, tier=1)
    return Contract(
        drafted=contract.drafted,
        signed=event,
        team_id=event.team_id,
        doctor_id=event.doctor_id,
        nurse_id=event.nurse_id,
        institutions=event.institutions or (own,),
        package=event.package,
        term=1,
        term_starts_on=event.starts_on,
        term_signed_on=event.signed_on,
        ends_on=event.ends_on,
        term_ends_on=event.ends_on,
        guarded_until=event.package_guarded_until,
        moves=((event.starts_on, event.team_id),),
        ledgers=(open_ledger(1, event.starts_on, event.package, event.entitlements),),
    )


def next_term(contract: Contract, event: ContractRenewed | ContractDeemedRenewed) -> Contract:
    """Return the state after a new term; a deemed one is not signed and guards no package yet."""
    account = open_ledger(event.term, event.starts_on, event.package, event.entitlements)
    renewed = replace(
        contract,
        package=event.package,
        term=event.term,
        term_starts_on=event.starts_on,
        ledgers=add_ledger(contract.ledgers, account),
    )
    if isinstance(event, ContractDeemedRenewed):
        return replace(
            renewed, term_signed_on=None, ends_on=event.sign_by, term_ends_on=event.sign_by, sign_by=event.sign_by
        )
    return replace(
        renewed,
        term_signed_on=event.signed_on,
        ends_on=event.ends_on,
        term_ends_on=event.ends_on,
        sign_by=None,
        guarded_until=event.package_guarded_until,
    )


def claims(contract: Contract, event: ContractEvent) -> Iterable[Claim]:
    """Claim the resident for one active contract (A1.3), from the first day to the last signed one.

    A term that is over blocks no other contract, even before its expiry is recorded; nor does an unsigned deemed term.
    A place of the team is claimed likewise, with its doctor and nurse, and a paid package for the months of its guard
    (A1.9).
    """
    if not isinstance(event, CLAIMING):
        return
    until = contract.signed_until()
    assert contract.signed is not None
    assert until is not None
    first = contract.signed.starts_on
    if isinstance(event, ContractTransferred):
        eve = event.from_day - timedelta(days=1)
        yield place_claim(contract, event.from_team_id, first, eve)
        yield from name_claims(contract, event.from_team_id, contract.named_before, first, eve)
        yield place_claim(contract, event.team_id, max(first, event.from_day), until)
        yield from name_claims(contract, event.team_id, named(contract), max(first, event.from_day), until)
        return
    yield from claims_withdrawn(contract, event, first)
    yield Claim(key=f"active-contract:{event.resident_id}", rule="active-contract-exists", since=first, until=until)
    yield place_claim(contract, event.team_id, contract.moves[-1][0], until)
    yield from name_claims(contract, event.team_id, named(contract), contract.moves[-1][0], until)
    if contract.guarded_until is not None and not isinstance(event, ContractTerminated):
        yield Claim(
            key=f"package:{contract.package}:{event.resident_id}",
            rule="package-signed-lately",
            since=first,
            until=first - timedelta(days=1) if isinstance(event, ContractAnnulled) else contract.guarded_until,
        )


def claims_withdrawn(contract: Contract, event: ContractEvent, first: date) -> Iterable[Claim]:
    """Yield what a corrected contract claims no longer: the wrong resident, and the package that was not signed."""
    eve = first - timedelta(days=1)
    if isinstance(event, ContractMovedToResident):
        wrong = event.from_resident_id
        yield Claim(key=f"active-contract:{wrong}", rule="active-contract-exists", since=first, until=eve)
        yield Claim(key=f"package:{contract.package}:{wrong}", rule="package-signed-lately", since=first, until=eve)
    if isinstance(event, SigningCorrected) and event.was_package != event.package:
        key = f"package:{event.was_package}:{event.resident_id}"
        yield Claim(key=key, rule="package-signed-lately", since=first, until=eve)


def place_claim(contract: Contract, team_id: str, since: date, until: date) -> Claim:
    """Return the claim of one place among a team's contracts; it is counted and never refused."""
    assert contract.signed is not None
    key = f"team_contracts:{team_id}:{contract.signed.contract_id}"
    return Claim(key=key, rule="active-contract-exists", since=since, until=until)


def named(contract: Contract) -> tuple[str | None, ...]:
    """Return the doctor and the nurse of a contract."""
    return contract.doctor_id, contract.nurse_id


def name_claims(
    contract: Contract, team_id: str, members: tuple[str | None, ...], since: date, until: date
) -> Iterable[Claim]:
    """Yield the claims that count a contract for the members whom it names; they are counted and never refused."""
    assert contract.signed is not None
    for member_id in dict.fromkeys(members):
        if member_id is not None:
            key = f"named_contracts:{team_id}:{member_id}:{contract.signed.contract_id}"
            yield Claim(key=key, rule="active-contract-exists", since=since, until=until)
