"""Readers of cells: text from a file to a JSON value. Each raises BadInput with its rule."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from domain.consent import ConsentKind
from domain.family_bed.commands import Axis
from domain.key_groups import KeyGroup
from domain.team.commands import Role
from infra.codec import BadInput

if TYPE_CHECKING:
    from infra.words.catalogue import Kind

Form = Literal[
    "text", "lines", "id", "day", "whole", "yes-no", "phone", "identity-number", "word", "words", "clock", "listed"
]
"""How a cell is made regular before it is read."""

Cells = dict[str, Any]
"""The values of a row's columns that are not empty."""

_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
_SPAN = re.compile(r"([1-7])(?:-([1-7]))?")
_YES, _NO = frozenset({"yes", "true", "1", "是"}), frozenset({"no", "false", "0", "否"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, a description of its format, an example, and its reader."""

    name: str
    description: str
    example: str
    read: Callable[[str], object]
    required: bool = True
    form: Form = "text"
    label: "Kind | None" = None
    """The kind of labels that people write in place of its codes."""

    codes: tuple[str, ...] = ()


def text(cell: str) -> str:
    """Return printable text."""
    if not cell.isprintable():
        raise BadInput("", "bad-value", "characters that cannot be printed")
    return cell


def lines(cell: str) -> str:
    """Return printable text that may have several lines."""
    return "\n".join(text(line.strip()) for line in cell.splitlines() if line.strip())


def identity(cell: str) -> str:
    """Return an id."""
    if not cell.isprintable() or any(character.isspace() or character == ":" for character in cell):
        raise BadInput("", "bad-id", "a blank, a colon or a character that cannot be printed")
    return cell


def day(cell: str) -> str:
    """Return a day written as 2026-03-02 or 2026/3/2."""
    match = _DAY.fullmatch(cell)
    try:
        if match:
            return date(*map(int, match.groups())).isoformat()
    except ValueError:
        pass
    raise BadInput("", "bad-day", "not like 2026-03-02")


def whole(cell: str) -> int:
    """Return a whole number."""
    if not re.fullmatch(r"-?\d{1,9}", cell, re.ASCII):
        raise BadInput("", "wrong-type", "no whole number")
    return int(cell)


def yes_no(cell: str) -> bool:
    """Return a truth value."""
    if cell.lower() in _YES | _NO:
        return cell.lower() in _YES
    raise BadInput("", "unknown-value", "neither yes nor no")


def clock(cell: str) -> int:
    """Return minutes after midnight from 09:30, up to 24:00."""
    match = _CLOCK.fullmatch(cell)
    if not match or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 24 * 60:
        raise BadInput("", "bad-time", "not like 09:30")
    return int(match[1]) * 60 + int(match[2])


def one_of(literal: Any) -> Callable[[str], str]:
    """Return a reader of a Literal's words."""
    words = get_args(literal)

    def read(cell: str) -> str:
        if cell not in words:
            raise BadInput("", "unknown-value", f"none of {', '.join(words)}")
        return cell

    return read


def words_of(literal: Any) -> str:
    """Return a Literal's words for the description of a column."""
    return "one of " + " ".join(get_args(literal))


def many(inner: Callable[[str], object]) -> Callable[[str], list[object]]:
    """Return a reader of a list that semicolons separate."""

    def read(cell: str) -> list[object]:
        return [inner(part) for part in _parts(cell)]

    return read


def weekdays(cell: str) -> list[int]:
    """Return weekdays (0 is Monday) from 1-5 or 1;3;5, where 1 is Monday and 7 Sunday."""
    days: list[int] = []
    for part in _parts(cell):
        span = _SPAN.fullmatch(part)
        if not span or int(span[1]) > int(span[2] or span[1]):
            raise BadInput("", "bad-value", "not like 1-5 or 1;3;5")
        days += range(int(span[1]) - 1, int(span[2] or span[1]))
    return days


def counts(cell: str) -> list[dict[str, object]]:
    """Return the sizes of key groups from elder=3200;child=1500."""
    pairs = [part.partition("=") for part in _parts(cell)]
    return [{"group": _group(group.strip()), "people": whole(people.strip())} for group, _, people in pairs]


def key_groups(cell: str) -> list[tuple[str, str | None]]:
    """Return key groups, each with its first day if it has one, from elder;hypertension=2020-01-01."""
    pairs = [part.partition("=") for part in _parts(cell)]
    return [(_group(group.strip()), day(since.strip()) if since.strip() else None) for group, _, since in pairs]


def consents(cell: str) -> list[tuple[str, str]]:
    """Return kinds of consent, each with the day on which it was given, from health-data=2026-01-05."""
    pairs = [part.partition("=") for part in _parts(cell)]
    return [(_consent(kind.strip()), day(given_on.strip())) for kind, _, given_on in pairs]


def diagnoses(cell: str) -> list[dict[str, object]]:
    """Return coded diagnoses from biological=I69.3;psychological=none;social=Z74.2."""
    pairs = [part.partition("=") for part in _parts(cell)]
    return [{"axis": _axis(axis.strip()), "code": code.strip()} for axis, _, code in pairs]


def needs(cell: str) -> list[dict[str, object]]:
    """Return roles and minutes from gp 20 or gp 20;rehab/nurse 30; a slash separates alternative roles."""
    services: list[dict[str, object]] = []
    for part in _parts(cell):
        roles, _, minutes = part.rpartition(" ")
        if not roles:
            raise BadInput("", "bad-value", "not like gp/nurse 30")
        services.append({"roles": [_role(role.strip()) for role in roles.split("/")], "minutes": whole(minutes)})
    return services


def _parts(cell: str) -> list[str]:
    """Return the parts between semicolons, the full-width one too."""
    return [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]


_axis = one_of(Axis)
_consent = one_of(ConsentKind)
_group = one_of(KeyGroup)
_role = one_of(Role)


def digest(cell: str) -> str:
    """Return the SHA-256 of a copy."""
    small = cell.lower()
    if len(small) != 64 or any(character not in "0123456789abcdef" for character in small):
        raise BadInput("", "bad-value", "64 hexadecimal digits")
    return small
