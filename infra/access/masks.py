"""Masks: personal values of which only a part is shown, so that people recognise what they know already.

A mask never shows what it hides: the hidden part stands nowhere in the masked text.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from infra.access.levels import Kind, Level

SIGN = "*"
SHORTEST_PHONE, SHORTEST_IDENTITY = 9, 9
"""Shorter numbers are hidden whole: three digits and four of a short number would be all of it."""

STREET = re.compile(r"^(?P<street>.*?(?:路|街|大道|巷|弄|胡同|村|Road|Street|Avenue|Lane))(?![A-Za-z])")
"""What an address shows: up to its street or village, without the house."""


def mask_name(name: str) -> str:
    """Return the first sign of a name, or the surname of two signs; the rest is hidden: 王*, 欧阳**."""
    name = name.strip()
    shown = 2 if name[:2] in TWO_SIGNS and len(name) > 2 else 1
    return SIGN if len(name) <= 1 else name[:shown] + SIGN * min(len(name) - shown, 3)


TWO_SIGNS = frozenset(
    {
        *("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容"),
        *("司徒", "夏侯", "宇文", "长孙", "轩辕", "钟离", "端木", "独孤", "南宫", "拓跋"),
    }
)
"""Surnames of two signs."""


def mask_phone(phone: str) -> str:
    """Return the first three and the last four digits: 138****0001."""
    return _ends_of(phone, 3, 4, SHORTEST_PHONE)


def mask_identity(number: str) -> str:
    """Return the first three and the last two signs of an identity number: 440*************25."""
    return _ends_of(number, 3, 2, SHORTEST_IDENTITY)


def _ends_of(text: str, first: int, last: int, shortest: int) -> str:
    text = text.strip()
    if len(text) < shortest:
        return SIGN * len(text)
    return text[:first] + SIGN * (len(text) - first - last) + text[-last:]


def mask_address(address: str) -> str:
    """Return an address up to its street, without the house: 福华路***. An address without one is hidden whole."""
    street = STREET.match(address.strip())
    return (street["street"] if street and not any(map(str.isdigit, street["street"])) else "") + SIGN * 3


def mask_birth(day: str) -> str:
    """Return the year of a birth."""
    return f"{day[:4]}-**-**"


def mask_whole(value: Any) -> Any:
    """Return plain data with every text hidden and every number taken away; lists keep their length."""
    if isinstance(value, dict):
        return {name: mask_whole(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [mask_whole(each) for each in value]
    return SIGN * 3 if isinstance(value, str) and value else None


def _text_or_nothing(mask: Callable[[str], str]) -> Callable[[Any], Any]:
    """Return the mask of a text; a number, such as a place on the city's grid, has no mask and is taken away."""
    return lambda value: mask(value) if isinstance(value, str) and value else None


MASKS: Mapping[Kind, Callable[[Any], Any]] = {
    "name": _text_or_nothing(mask_name),
    "phone": _text_or_nothing(mask_phone),
    "identity": _text_or_nothing(mask_identity),
    "address": _text_or_nothing(mask_address),
    "birth": _text_or_nothing(mask_birth),
    "findings": mask_whole,
    "care": mask_whole,
    "absence": mask_whole,
}


def shown(value: Any, kind: Kind, level: Level) -> Any:
    """Return what a level shows of a value: all, its masked form, or None."""
    if level == "full" or value is None:
        return value
    return MASKS[kind](value) if level == "masked" else None


Fields = tuple[tuple[tuple[str, ...], Kind], ...]
"""Paths of personal values inside a row, and the kind of each. Lists on the way are gone through."""


def hide(row: Any, fields: Fields, levels: Mapping[Kind, Level]) -> Any:
    """Return a row in which each personal value is shown at its level; the row itself stays as it is."""
    for path, kind in fields:
        if levels[kind] != "full":
            row = _replaced(row, path, kind, levels[kind])
    return row


def hide_all(rows: Any, fields: Fields, levels: Mapping[Kind, Level]) -> Any:
    """Return a row, or a list of rows, with each personal value at its level."""
    if isinstance(rows, list | tuple):
        return [hide(row, fields, levels) for row in rows]
    return hide(rows, fields, levels)


def _replaced(data: Any, path: tuple[str, ...], kind: Kind, level: Level) -> Any:
    if not path:
        return shown(data, kind, level)
    if isinstance(data, list | tuple):
        return [_replaced(each, path, kind, level) for each in data]
    if not isinstance(data, dict) or path[0] not in data:
        return data
    return {**data, path[0]: _replaced(data[path[0]], path[1:], kind, level)}
