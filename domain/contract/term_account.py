"""The account of one term: granted items, used services, payments."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from domain.contract.correction_events import EntitlementReturned, PackageEntryAnnulled
from domain.contract.events import (
    EntitlementConsumed,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.event import value
from domain.package import GrantedItem, Payer

LedgerEvent = (
    PackagePaid
    | PackageSettled
    | PackageRefunded
    | EntitlementConsumed
    | ServedBeyondPackage
    | EntitlementReturned
    | PackageEntryAnnulled
)

Service = EntitlementConsumed | ServedBeyondPackage


@value
class Ledger:
    """One term's account; `used` counts by item, `services` are all that took place, by their ids."""

    term: int
    starts_on: date
    package: str
    items: tuple[GrantedItem, ...]
    used: Mapping[str, int]
    services: Mapping[str, Service]
    paid: Mapping[Payer, PackagePaid]
    settled: PackageSettled | None = None
    refunded: PackageRefunded | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the resident's payment is still to be settled."""
        return bool(self.paid.get("resident")) and self.settled is None

    def left_for(self, kind: str) -> tuple[GrantedItem, int] | None:
        """Return the item that such a service would use up and how many of it remain; None if there is none left."""
        for item in self.items:
            left = item.count - self.used.get(item.item, 0)
            if left > 0 and item.is_used_by(kind):
                return item, left
        return None

    def used_by_resident(self) -> int:
        """Return the resident's share of the price of used services, in fen."""
        return sum(item.resident_fen * self.used.get(item.item, 0) for item in self.items)


def open_ledger(term: int, starts_on: date, package: str, items: tuple[GrantedItem, ...]) -> Ledger:
    """Return the account of a new term."""
    return Ledger(term=term, starts_on=starts_on, package=package, items=items, used={}, services={}, paid={})


def add_ledger(ledgers: tuple[Ledger, ...], ledger: Ledger) -> tuple[Ledger, ...]:
    """Add the account of a term; the signature of a deemed term keeps its used services."""
    if ledgers and ledgers[-1].term == ledger.term:
        return (*ledgers[:-1], replace(ledgers[-1], package=ledger.package, items=ledger.items))
    return (*ledgers, ledger)


def evolve_ledgers(ledgers: tuple[Ledger, ...], event: LedgerEvent) -> tuple[Ledger, ...]:
    """Return the accounts after an event of one of them."""
    return tuple(evolve_ledger(ledger, event) if ledger.term == event.term else ledger for ledger in ledgers)


def evolve_ledger(ledger: Ledger, event: LedgerEvent) -> Ledger:
    """Return an account after an event."""
    match event:
        case EntitlementConsumed():
            used = {**ledger.used, event.item: ledger.used.get(event.item, 0) + 1}
            return replace(ledger, used=used, services={**ledger.services, event.service_id: event})
        case ServedBeyondPackage():
            return replace(ledger, services={**ledger.services, event.service_id: event})
        case EntitlementReturned():
            left = {name: each for name, each in ledger.services.items() if name != event.service_id}
            counts = dict(ledger.used)
            if event.item is not None:
                counts[event.item] = counts.get(event.item, 0) - 1
            return replace(ledger, used=counts, services=left)
        case PackagePaid():
            return replace(ledger, paid={**ledger.paid, event.payer: event})
        case PackageSettled():
            return replace(ledger, settled=event)
        case PackageRefunded():
            return replace(ledger, refunded=event)
        case PackageEntryAnnulled():
            return without_entry(ledger, event)


def without_entry(ledger: Ledger, event: PackageEntryAnnulled) -> Ledger:
    """Return an account without an entry that was annulled."""
    match event.entry:
        case "payment":
            return replace(ledger, paid={payer: each for payer, each in ledger.paid.items() if payer != event.payer})
        case "settlement":
            return replace(ledger, settled=None)
        case "refund":
            return replace(ledger, refunded=None)
