"""Policy packs: which there are, what one says, and in what two differ."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from domain.policy_pack import PACKS, PolicyPack, pack_of
from domain.policy_pack.files import ADDED, chapters, written_in
from infra.cli.reports.results import ListedPack, NumberDifference, PackDifference, PackInFull, PackNumber
from infra.cli.session import Session
from infra.edges.problems import UsageError
from infra.edges.results import Listing

NAMES = ("code", "kind", "group", "package", "item")
"""A value in a list is called by the first of these that it has."""

Numbers = dict[str, object]


def show(session: Session, version: str | None) -> PackInFull | Listing[ListedPack]:  # noqa: ARG001 -- needs no system
    """Return a pack with its numbers, or all packs by the day from which they are in force."""
    if version is None:
        return Listing(tuple(_listed()))
    pack, by_number, written = known_pack(version), chapters(), written_in()
    order = list(by_number)
    numbers = sorted(numbers_of(pack).items(), key=lambda each: order.index(each[0]))
    return PackInFull(
        version=pack.version,
        region=pack.region,
        effective_from=pack.effective_from.isoformat(),
        numbers=tuple(
            PackNumber(by_number.get(name, ""), name, value, stated_by(name, version, written))
            for name, value in numbers
        ),
    )


def diff(session: Session, first: str, second: str) -> PackDifference:  # noqa: ARG001 -- needs no system
    """Return the numbers in which two packs differ."""
    one, other = (dict(spread_all(numbers_of(known_pack(version)))) for version in (first, second))
    names = [*one, *(name for name in other if name not in one)]
    differing = [
        NumberDifference(name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)
    ]
    return PackDifference(first, second, differing)


def _listed() -> Iterator[ListedPack]:
    written = written_in()
    for pack in sorted(PACKS, key=lambda pack: (pack.effective_from, pack.version)):
        based_on = written[pack.version].get("based_on")
        yield ListedPack(
            version=pack.version,
            region=pack.region,
            effective_from=pack.effective_from.isoformat(),
            based_on=None if based_on is None else str(based_on),
        )


def known_pack(version: str) -> PolicyPack:
    """Return the pack of a version. UsageError `policy-unknown`."""
    try:
        return pack_of(version)
    except KeyError:
        known = ", ".join(sorted(pack.version for pack in PACKS))
        raise UsageError("policy-unknown", policy=version, known=known) from None


def numbers_of(pack: PolicyPack) -> Numbers:
    """Return a pack's numbers by their names, in plain data."""
    return {
        field.name: in_plain(getattr(pack, field.name))
        for field in fields(pack)
        if field.name not in {"version", "region", "effective_from"}
    }


def in_plain(value: Any) -> object:
    """Return values as tables, tuples as lists, days as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: in_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [in_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def spread_all(numbers: Numbers) -> Iterator[tuple[str, object]]:
    """Yield all numbers, those in tables under the names of their tables."""
    for name, value in numbers.items():
        yield from spread(name, value)


def spread(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield a number and, of a list of tables, each number in them under the name of its table."""
    if isinstance(value, dict):
        for part, each in value.items():
            yield from spread(f"{name}.{part}", each)
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for place, each in enumerate(value, start=1):
            key = next((key for key in NAMES if each.get(key)), "")
            called = str(each[key]) if key else str(place)
            seen = sum(1 for other in value[: place - 1] if key and other.get(key) == each[key])
            rest = {part: inner for part, inner in each.items() if part != key}
            yield from spread(f"{name}.{called}" + (f"-{seen + 1}" if seen else ""), rest)
    else:
        yield name, value


def stated_by(name: str, version: str, written: dict[str, Numbers]) -> str:
    """Return the pack whose file states a number: this one, or one on which it is based; empty for a default."""
    at: str | None = version
    while at is not None:
        kept = written[at].get("keeps")
        for each in (at, *(() if kept is None else (str(kept),))):
            if name in written[each] or f"{ADDED}{name}" in written[each]:
                return str(each)
        base = written[at].get("based_on")
        at = None if base is None else str(base)
    return ""
