"""Reads plain data into values strictly: every field is there, known and of its type, or an error names it."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


class BadPack(ValueError):  # noqa: N818 -- named for what is wrong: the file
    """A pack's file is wrong; the message names the file and the field."""


def value_from(cls: type[T], data: Mapping[str, object], where: str) -> T:
    """Return a value of a class from a table of plain data; BadPack names the field that is wrong."""
    hints = get_type_hints(cls)
    known = fields(cast(Any, cls))
    if unknown := sorted(data.keys() - hints.keys()):
        raise BadPack(f"{where}: nothing is called {', '.join(unknown)}")
    required = [field.name for field in known if field.default is MISSING and field.default_factory is MISSING]
    if missing := [name for name in required if name not in data]:
        raise BadPack(f"{where}: {', '.join(missing)} is missing")
    return cls(**{name: converted(hints[name], entry, f"{where}.{name}") for name, entry in data.items()})


def converted(wanted: Any, entry: object, where: str) -> Any:
    """Return one value as its type wants it: lists become tuples, tables become values, whole numbers shares."""
    kind, inner = get_origin(wanted), get_args(wanted)
    if kind is tuple and isinstance(entry, list):
        return tuple(converted(inner[0], each, f"{where}[{index}]") for index, each in enumerate(entry))
    if kind is Literal:
        fits = entry in inner
    elif kind in {Union, UnionType}:
        kinds = [each for each in inner if each is not NoneType]
        return converted(kinds[0], entry, where)
    elif is_dataclass(wanted) and isinstance(wanted, type) and isinstance(entry, dict):
        return value_from(wanted, entry, where)
    elif wanted is float and type(entry) is int:
        return float(entry)
    else:
        fits = type(entry) is wanted and not isinstance(entry, datetime)
    if not fits:
        raise BadPack(f"{where}: {entry!r} is not {type_in_words(wanted)}")
    return entry


def type_in_words(wanted: Any) -> str:
    """Return a type in words."""
    if get_origin(wanted) is Literal:
        return "one of " + ", ".join(map(str, get_args(wanted)))
    return {int: "a whole number", float: "a number", str: "text", bool: "true or false", date: "a day"}.get(
        wanted, f"a {wanted}"
    )
