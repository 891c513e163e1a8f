"""Removes personal values from messages of an edge: the sender knows them, and a log must not.

Identity numbers, phones and names may stand where an id or a code belongs. Ids, codes, days and counts are left.
"""

import re
from collections.abc import Mapping

from domain.decider import Scalar

HIDDEN = "…"

NUMBER = re.compile(
    r"(?<![0-9A-Za-z])"
    r"(?:\d{17}[0-9Xx]|\d{15}|(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8})"
    r"(?![0-9A-Za-z])",
    re.ASCII,
)
"""An identity number, or a phone."""

CHINESE = re.compile(r"[\u3400-\u9fff]")
QUOTED = re.compile(r"(?<![A-Za-z])(?<!File )(?<!Path )(?<!Directory )'[^']*[\u3400-\u9fff][^']*'")
PLAIN_NAME = re.compile(r"[A-Za-z_#.\d-]{1,60}", re.ASCII)


def without_numbers(text: str) -> str:
    """Return a text without identity numbers and phones."""
    return NUMBER.sub(HIDDEN, text)


MASKED = re.compile(r"\S{1,2}\*{1,3}")
"""A masked name shows its surname only."""


def without_persons(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return the values of a refusal, of which one may be a name or a number of somebody: ids and codes are ASCII."""
    return {name: _without_person(value) if isinstance(value, str) else value for name, value in values.items()}


def _without_person(text: str) -> str:
    return HIDDEN if CHINESE.search(text) and not MASKED.fullmatch(text) else without_numbers(text)


def without_quoted(message: str) -> str:
    """Return the message of an option parser without personal values in its quotation marks; names of files stay."""
    return without_numbers(QUOTED.sub(f"'{HIDDEN}'", message))


def field_name(path: str) -> str:
    """Return the path of a field as it may be said: a name that nobody declared may be a value."""
    return path if not path or (PLAIN_NAME.fullmatch(path) and not NUMBER.search(path)) else HIDDEN
