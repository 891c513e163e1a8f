"""Packages of a contract: items, each with a count, a price, its payers and a last day (A9).

Packages and prices are data of the policy pack, versioned and dated with it. The signature of a contract decides the
items granted to one resident, and its event carries them. Money is in fen, a hundredth of a yuan.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from domain.event import value

Payer = Literal["insurance", "public-health", "resident"]
"""The payers that share the fee: the insurance fund, public-health money, the resident (2022 opinions)."""

PERCENT = 100


@value
class PackageItem:
    """One service of a package: `count` a term for people of `groups` (none named: for all), `price_fen` each.

    `discount`, `insurance` and `public_health` are percents; the resident pays the rest. Services of these `kinds` use
    the item, as do those with the item's own code. `finish_weeks` counts from the first day.
    """

    code: str
    count: int
    price_fen: int = 0
    discount: int = 0
    insurance: int = 0
    public_health: int = 0
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    finish_weeks: int | None = None


@value
class Package:
    """A package on offer; it has the items and privileges of the package that it `includes`, too."""

    code: str
    includes: str | None = None
    items: tuple[PackageItem, ...] = ()
    privileges: tuple[str, ...] = ()


@value
class GrantedItem:
    """An item granted by a contract in one term: its count, and the payers' shares of the price of one, in fen."""

    item: str
    count: int
    kinds: tuple[str, ...] = ()
    finish_by: date | None = None
    insurance_fen: int = 0
    public_health_fen: int = 0
    resident_fen: int = 0

    @property
    def price_fen(self) -> int:
        """The price of one."""
        return self.insurance_fen + self.public_health_fen + self.resident_fen

    def is_used_by(self, kind: str) -> bool:
        """Return whether a service of this kind uses the item."""
        return kind == self.item or kind in self.kinds

    def share_of(self, payer: Payer) -> int:
        """Return a payer's share of the price of one."""
        return {
            "insurance": self.insurance_fen,
            "public-health": self.public_health_fen,
            "resident": self.resident_fen,
        }[payer]


def package_of(packages: Iterable[Package], code: str) -> Package | None:
    """Return the package of this code with the packages it includes; None if it is not offered."""
    offered = {package.code: package for package in packages}
    package = offered.get(code)
    if package is None or package.includes is None:
        return package
    base = package_of(offered.values(), package.includes)
    if base is None:
        return package
    return Package(
        code=code,
        items=(*base.items, *package.items),
        privileges=(*base.privileges, *(each for each in package.privileges if each not in base.privileges)),
    )


def granted(package: Package, groups: Iterable[str], starts_on: date) -> tuple[GrantedItem, ...]:
    """Return the items granted to a resident of these key groups in a term that begins on that day."""
    belongs = set(groups)
    return tuple(
        granted_item(item, starts_on) for item in package.items if not item.groups or belongs.intersection(item.groups)
    )


def granted_item(item: PackageItem, starts_on: date) -> GrantedItem:
    """Return an item with its last day and the shares of its price; the resident pays the rounding difference."""
    price = item.price_fen * (PERCENT - item.discount) // PERCENT
    insurance = price * item.insurance // PERCENT
    public_health = price * item.public_health // PERCENT
    return GrantedItem(
        item=item.code,
        count=item.count,
        kinds=item.kinds,
        finish_by=None if item.finish_weeks is None else starts_on + timedelta(weeks=item.finish_weeks, days=-1),
        insurance_fen=insurance,
        public_health_fen=public_health,
        resident_fen=price - insurance - public_health,
    )


def due_from(payer: Payer, items: Iterable[GrantedItem]) -> int:
    """Return a payer's debt for all granted items, in fen."""
    return sum(item.count * item.share_of(payer) for item in items)


def package_faults(packages: tuple[Package, ...]) -> Iterator[str]:
    """Yield the faults of a pack's packages."""
    codes = [package.code for package in packages]
    if len(set(codes)) < len(codes):
        yield "a package stands there twice"
    known: set[str] = set()
    for package in packages:
        if package.includes is not None and package.includes not in known:
            yield f"{package.code}: it includes {package.includes}, which does not stand before it"
        known.add(package.code)
        whole = package_of(packages, package.code) or package
        items = [item.code for item in whole.items]
        if len(set(items)) < len(items):
            yield f"{package.code}: an item stands there twice"
        yield from (f"{package.code}: {fault}" for item in package.items for fault in item_faults(item))


def item_faults(item: PackageItem) -> Iterator[str]:
    """Yield the faults of one item."""
    if item.count < 1 or item.price_fen < 0:
        yield f"{item.code}: a count of 1 at least, and no price below 0"
    if min(item.discount, item.insurance, item.public_health) < 0 or item.discount > PERCENT:
        yield f"{item.code}: percents are from 0 to 100"
    if item.insurance + item.public_health > PERCENT:
        yield f"{item.code}: the payers' shares are more than the price"
