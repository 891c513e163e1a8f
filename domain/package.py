"""What a contract promises: a package's items, each with a count, a price, its payers and a day to be done by (A9).

Packages are data of the policy pack, and so are their prices: versioned and dated with it. What one resident is granted
is decided when the contract is signed and stands in that event. Money is in fen, a hundredth of a yuan.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from domain.event import value

Payer = Literal["insurance", "public-health", "resident"]
"""Who shares the fee: the insurance fund, public-health money, the resident (2022 opinions)."""

PERCENT = 100


@value
class PackageItem:
    """One service of a package: `count` a term for people of `groups` (none named: for all), `price_fen` each.

    `discount`, `insurance` and `public_health` are percents; what is left of the price is the resident's. `kinds` are
    the services that use it up, beside those that are called as the item is. `finish_weeks` counts from the first day.
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
    """What may be chosen; it holds the items and privileges of the package that it `includes`, too."""

    code: str
    includes: str | None = None
    items: tuple[PackageItem, ...] = ()
    privileges: tuple[str, ...] = ()


@value
class GrantedItem:
    """What one contract grants in one term: the price of one and who pays which part of it, in fen."""

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
        """Say whether a service of this kind uses it up."""
        return kind == self.item or kind in self.kinds

    def share_of(self, payer: Payer) -> int:
        """Return what a payer pays for one."""
        return {
            "insurance": self.insurance_fen,
            "public-health": self.public_health_fen,
            "resident": self.resident_fen,
        }[payer]


def package_of(packages: Iterable[Package], code: str) -> Package | None:
    """Return the package of this code with all that it includes; None if it is not offered."""
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
    """Return what a resident of these key groups is granted in a term that begins on that day."""
    belongs = set(groups)
    return tuple(
        granted_item(item, starts_on) for item in package.items if not item.groups or belongs.intersection(item.groups)
    )


def granted_item(item: PackageItem, starts_on: date) -> GrantedItem:
    """Return an item with its day and its parts of the price; what rounding leaves over is the resident's."""
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
    """Return what a payer owes for all that is granted, in fen."""
    return sum(item.count * item.share_of(payer) for item in items)


def package_faults(packages: tuple[Package, ...]) -> Iterator[str]:
    """Yield what cannot be in a pack's packages."""
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
    """Yield what cannot be in one item."""
    if item.count < 1 or item.price_fen < 0:
        yield f"{item.code}: a count of 1 at least, and no price below 0"
    if min(item.discount, item.insurance, item.public_health) < 0 or item.discount > PERCENT:
        yield f"{item.code}: percents are from 0 to 100"
    if item.insurance + item.public_health > PERCENT:
        yield f"{item.code}: the payers' shares are more than the price"
