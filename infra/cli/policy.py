"""Policy packs as people read them: which there are, what one says, and in what two differ."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import click

from infra.cli.with_session import Session, table, with_session
from infra.edges.problems import UsageError
from infra.edges.results import to_json

if TYPE_CHECKING:
    from domain.policy_pack import PolicyPack

NAMES = ("code", "kind", "group", "package", "item")
"""A value in a list is called by the first of these that it has."""

Numbers = dict[str, object]


@click.group()
def policy() -> None:
    """Show policy packs: the numbers that differ by city and by date."""


@policy.command()
@click.argument("version", metavar="PACK", required=False)
@with_session()
def show(session: Session, version: str | None) -> None:
    """Show a pack chapter by chapter; without a name, which packs there are and from when they are in force."""
    if version is None:
        _list(session)
        return
    from domain.policy_pack.files import chapters, written_in  # noqa: PLC0415 -- packs are read when one is shown

    pack, by_number, written = known_pack(version), chapters(), written_in()
    order = list(by_number)
    told = [
        {"chapter": by_number.get(name, ""), "number": name, "value": value, "told_by": told_by(name, version, written)}
        for name, value in sorted(numbers_of(pack).items(), key=lambda each: order.index(each[0]))
    ]
    if session.as_json:
        click.echo(to_json({**heading(pack), "numbers": told}))
        return
    rows = table(
        *(session.say(word) for word in ("chapter", "number", "value", "told_by")), title=_title(session, pack)
    )
    before = None
    for each in told:
        chapter = each["chapter"] if each["chapter"] != before else ""
        before = each["chapter"]
        for name, value in spread(str(each["number"]), each["value"]):
            rows.add_row(str(chapter), name, plain(value), str(each["told_by"]))
            chapter = ""
    session.show(rows)


@policy.command()
@click.argument("first", metavar="PACK")
@click.argument("second", metavar="PACK")
@with_session()
def diff(session: Session, first: str, second: str) -> None:
    """Show in which numbers two packs differ."""
    one, other = (dict(spread_all(numbers_of(known_pack(version)))) for version in (first, second))
    names = [*one, *(name for name in other if name not in one)]
    differ = [(name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)]
    if session.as_json:
        for name, before, after in differ:
            click.echo(to_json({"number": name, first: before, second: after}))
        return
    rows = table(session.say("number"), first, second)
    for name, before, after in differ:
        rows.add_row(name, plain(before), plain(after))
    session.show(rows)


def _list(session: Session) -> None:
    from domain.policy_pack import PACKS  # noqa: PLC0415 -- packs are read when they are shown
    from domain.policy_pack.files import written_in  # noqa: PLC0415 -- likewise

    written = written_in()
    told = [
        {**heading(pack), "based_on": written[pack.version].get("based_on")}
        for pack in sorted(PACKS, key=lambda pack: (pack.effective_from, pack.version))
    ]
    if session.as_json:
        for each in told:
            click.echo(to_json(each))
        return
    rows = table(*(session.say(word) for word in ("pack", "region", "effective_from", "based_on")))
    for each in told:
        rows.add_row(*(plain(each[name]) for name in ("version", "region", "effective_from", "based_on")))
    session.show(rows)


def known_pack(version: str) -> "PolicyPack":
    """Return the pack of a version. UsageError `policy-unknown`."""
    from domain.policy_pack import PACKS, pack_of  # noqa: PLC0415 -- packs are read when one is asked for

    try:
        return pack_of(version)
    except KeyError:
        known = ", ".join(sorted(pack.version for pack in PACKS))
        raise UsageError("policy-unknown", policy=version, known=known) from None


def heading(pack: "PolicyPack") -> Numbers:
    """Return which pack it is, and from when it is in force."""
    return {"version": pack.version, "region": pack.region, "effective_from": pack.effective_from.isoformat()}


def numbers_of(pack: "PolicyPack") -> Numbers:
    """Return a pack's numbers by their names, in plain data."""
    return {
        field.name: in_plain(getattr(pack, field.name))
        for field in fields(pack)
        if field.name not in {"version", "region", "effective_from"}
    }


def in_plain(value: Any) -> object:
    """Return values as tables, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: in_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [in_plain(each) for each in value]
    return value


def spread_all(numbers: Numbers) -> Iterator[tuple[str, object]]:
    """Yield all numbers, those in tables under the names of their tables."""
    for name, value in numbers.items():
        yield from spread(name, value)


def spread(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield a number and, of a list of tables, each number in them under the name of its table."""
    if isinstance(value, dict):
        for part, told in value.items():
            yield from spread(f"{name}.{part}", told)
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for place, each in enumerate(value, start=1):
            key = next((key for key in NAMES if each.get(key)), "")
            called = str(each[key]) if key else str(place)
            seen = sum(1 for other in value[: place - 1] if key and other.get(key) == each[key])
            rest = {part: told for part, told in each.items() if part != key}
            yield from spread(f"{name}.{called}" + (f"-{seen + 1}" if seen else ""), rest)
    else:
        yield name, value


def told_by(name: str, version: str, written: dict[str, Numbers]) -> str:
    """Return which file tells a number of a pack: its own, or one on which it is based; nothing for a default."""
    at: str | None = version
    while at is not None:
        if name in written[at]:
            return at
        base = written[at].get("based_on")
        at = None if base is None else str(base)
    return ""


def plain(value: object) -> str:
    """Return a number as people read it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "—" if value is None else str(value)


def _title(session: Session, pack: "PolicyPack") -> str:
    return f"{pack.version} · {pack.region} · {session.say('effective_from')} {pack.effective_from}"
