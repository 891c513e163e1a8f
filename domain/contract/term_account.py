"""What one term grants, what was used of it, and what was paid for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from domain.contract.events import (
    EntitlementConsumed,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.event import value
from domain.package import GrantedItem, Payer

LedgerFact = PackagePaid | PackageSettled | PackageRefunded | EntitlementConsumed | ServedBeyondPackage


@value
class Ledger:
    """One term's account; `used` counts by item, `services` are the ids of all that took place."""

    term: int
    starts_on: date
    package: str
    items: tuple[GrantedItem, ...]
    used: Mapping[str, int]
    services: frozenset[str] = frozenset()
    paid: Mapping[Payer, int]
    settled: PackageSettled | None = None
    refunded: bool = False

    def left_for(self, kind: str) -> tuple[GrantedItem, int] | None:
        """Return the item that such a service would use up and how many of it remain; None if there is none left."""
        for item in self.items:
            left = item.count - self.used.get(item.item, 0)
            if left > 0 and item.is_used_by(kind):
                return item, left
        return None

    def used_by_resident(self) -> int:
        """Return the resident's part of the price of what was used, in fen."""
        return sum(item.resident_fen * self.used.get(item.item, 0) for item in self.items)


def opened(term: int, starts_on: date, package: str, items: tuple[GrantedItem, ...]) -> Ledger:
    """Return the account of a term in which nothing has happened."""
    return Ledger(term=term, starts_on=starts_on, package=package, items=items, used={}, paid={})


def granted_anew(ledgers: tuple[Ledger, ...], ledger: Ledger) -> tuple[Ledger, ...]:
    """Add the account of a term; that of a deemed term keeps what was used when its signature comes."""
    if ledgers and ledgers[-1].term == ledger.term:
        return (*ledgers[:-1], replace(ledgers[-1], package=ledger.package, items=ledger.items))
    return (*ledgers, ledger)


def written(ledgers: tuple[Ledger, ...], fact: LedgerFact) -> tuple[Ledger, ...]:
    """Believe an event of one term's account."""
    return tuple(entered(ledger, fact) if ledger.term == fact.term else ledger for ledger in ledgers)


def entered(ledger: Ledger, fact: LedgerFact) -> Ledger:
    """Believe an event of this account."""
    match fact:
        case EntitlementConsumed():
            used = {**ledger.used, fact.item: ledger.used.get(fact.item, 0) + 1}
            return replace(ledger, used=used, services=ledger.services | {fact.service_id})
        case ServedBeyondPackage():
            return replace(ledger, services=ledger.services | {fact.service_id})
        case PackagePaid():
            return replace(ledger, paid={**ledger.paid, fact.payer: fact.amount_fen})
        case PackageSettled():
            return replace(ledger, settled=fact)
        case PackageRefunded():
            return replace(ledger, refunded=True)
