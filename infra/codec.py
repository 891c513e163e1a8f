"""Encodes and decodes events and commands. The stored bytes of an event never change: they are hashed later.

An event is compact JSON: fields in their declared order, moments as RFC 3339 in UTC with `Z`, days as ISO 8601,
tuples as arrays, an absent optional value as null. Reading is typed by the event's class.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec

from domain import registry
from domain.event import stored_name

T = TypeVar("T")

_ENCODE = msgspec.json.Encoder(order="deterministic").encode  # sets and mappings sorted, fields as declared
_CANONICAL = msgspec.json.Encoder(order="sorted").encode
_DECODE: dict[str, Callable[[bytes], object]] = {}


class CorruptEvent(Exception):  # noqa: N818 -- the stored event is at fault, not the program
    """Stored bytes cannot be read as the event that their stored name promises."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name
        self.detail = detail


class BadInput(Exception):  # noqa: N818 -- an answer to the sender, not an error of the program
    """Data from outside is no valid command. `field` is the dotted path of the fault (empty: the whole).

    `rule` is one of `unknown-field`, `missing-field`, `wrong-type`, `bad-day`, `bad-moment`, `naive-moment`,
    `unknown-value`, `bad-value`.
    """

    def __init__(self, field: str, rule: str, detail: str) -> None:
        super().__init__(f"{field or 'input'}: {rule} ({detail})")
        self.field = field
        self.rule = rule
        self.detail = detail


def encode(event: object) -> tuple[str, bytes]:
    """Return an event's stored name and bytes; KeyError if its class is no event, BadInput if a moment is naive."""
    cls: Any = type(event)
    name, with_moments = _how_stored(cls)
    return name, _ENCODE(_in_utc(event, "") if with_moments else event)


@cache
def _how_stored(cls: type) -> tuple[str, bool]:
    """Return an event class's stored name, and whether there may be moments in its events."""
    return stored_name(cls), bool(_fields_with_moments(cls))


def decode(name: str, state: bytes) -> object:
    """Return the event stored under `name`; CorruptEvent if the name is unknown or the bytes are broken."""
    try:
        return (_DECODE.get(name) or _decoder(name))(state)
    except msgspec.DecodeError as error:  # a ValidationError is one too
        raise CorruptEvent(name, str(error)) from error


def _decoder(name: str) -> Callable[[bytes], object]:
    cls = registry.EVENT_TYPES.get(name)
    if cls is None:
        raise CorruptEvent(name, "no event is stored under this name")
    _DECODE[name] = msgspec.json.Decoder(cls).decode
    return _DECODE[name]


def digest_of(command: object) -> bytes:
    """Return 32 bytes of BLAKE2b over a command's name and data, equal for equal commands.

    The digest distinguishes a repeated command from another one under the same id. SHA-256 through OpenSSL would cost a
    tenth of a commit more.
    """
    cls: Any = type(command)
    if _fields_with_moments(cls):
        command = _in_utc(command, "")
    return hashlib.blake2b(cls.__name__.encode() + b"\0" + _CANONICAL(command), digest_size=32).digest()


def command_from(cls: type[T], data: Mapping[str, object]) -> T:
    """Build a command from JSON data, strictly; BadInput names the first field that is wrong and why."""
    for path in _unknown_fields(cls, data, ""):
        raise BadInput(path, "unknown-field", f"{cls.__name__} has no such field")
    try:
        command = msgspec.convert(data, cls)
    except msgspec.ValidationError as error:
        raise _bad_input(str(error)) from error
    return cast(T, _in_utc(command, ""))


def schema_of(cls: type) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a command or event; its description is the class's docstring."""
    schema = msgspec.json.schema(cls)
    for part in _parts(cls):
        definition = schema["$defs"][part.__name__]
        definition["additionalProperties"] = False
        for name in _fields_with_moments(part):
            place = definition["properties"][name]
            for option in (place, *place.get("anyOf", ())):
                if option.get("type") == "string":
                    option["format"] = "date-time"
    return schema


def _parts(hint: Any) -> set[type]:
    """Return every dataclass inside a type."""
    if is_dataclass(hint):
        cls = cast(type, hint)
        return {cls}.union(*(_parts(inner) for inner in _hints(cls).values()))
    return set().union(*(_parts(inner) for inner in get_args(hint)))


@cache
def _hints(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


@cache
def _fields_with_moments(cls: type) -> tuple[str, ...]:
    return tuple(name for name, hint in _hints(cls).items() if _may_hold_moment(hint))


def _may_hold_moment(hint: Any) -> bool:
    if hint is datetime:
        return True
    if is_dataclass(hint):
        return bool(_fields_with_moments(cast(type, hint)))
    return any(_may_hold_moment(inner) for inner in get_args(hint))


def _in_utc(value: Any, path: str) -> Any:
    """Return the value with every moment inside it in UTC, the same object if they all were."""
    if isinstance(value, datetime):
        if value.tzinfo is UTC:
            return value
        if value.utcoffset() is None:
            raise BadInput(path, "naive-moment", "a moment needs its offset from UTC")
        return value.astimezone(UTC)
    if isinstance(value, tuple):
        items = [_in_utc(item, f"{path}.{index}") for index, item in enumerate(value)]
        return value if all(map(_same, items, value)) else tuple(items)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for name in _fields_with_moments(type(value)):
            before = getattr(value, name)
            after = _in_utc(before, f"{path}.{name}" if path else name)
            if after is not before:
                changed[name] = after
        return replace(value, **changed) if changed else value
    return value


def _same(one: object, other: object) -> bool:
    return one is other


def _unknown_fields(hint: Any, data: object, path: str) -> Iterator[str]:
    """Yield the paths of fields that no class declares: msgspec refuses them in its own classes only."""
    if is_dataclass(hint):
        if isinstance(data, Mapping):
            hints = _hints(cast(type, hint))
            for name, inner in data.items():
                place = f"{path}.{name}" if path else str(name)
                if name in hints:
                    yield from _unknown_fields(hints[name], inner, place)
                else:
                    yield place
    elif get_origin(hint) is tuple and isinstance(data, list | tuple):
        for index, item in enumerate(data):
            yield from _unknown_fields(get_args(hint)[0], item, f"{path}.{index}")
    else:
        for option in get_args(hint):
            if is_dataclass(option) or get_origin(option) is tuple:
                yield from _unknown_fields(option, data, path)


_PLACE = re.compile(r"^(?P<said>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_VALUE = re.compile(r" '.*'$", re.DOTALL)
"""A value that a sentence repeats: it may be somebody's number."""

_MISSING = re.compile(r"^Object missing required field `(?P<field>[^`]+)`")
_RULES = (
    ("Expected", "wrong-type"),
    ("Invalid RFC3339 encoded datetime", "bad-moment"),
    ("Invalid RFC3339 encoded date", "bad-day"),
    ("Invalid enum value", "unknown-value"),
)


def _bad_input(message: str) -> BadInput:
    """Turn msgspec's sentence into a field and a rule; an unfamiliar sentence is a `bad-value`."""
    match = _PLACE.match(message)
    said = match["said"] if match else message
    path = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", (match["path"] or "") if match else "").lstrip(".")
    if missing := _MISSING.match(said):
        return BadInput(f"{path}.{missing['field']}".lstrip("."), "missing-field", said)
    rule = next((rule for start, rule in _RULES if said.startswith(start)), "bad-value")
    return BadInput(path, rule, _VALUE.sub("", said))
