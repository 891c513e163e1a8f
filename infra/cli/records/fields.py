"""The fields of a command: nested ones by their path, and a command's data from options."""

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from infra.edges.moments import moment
from infra.edges.problems import UsageError

Path = tuple[str, ...]
"""The names that lead to a field through nested values."""


def data_of(command: type, options: Mapping[str, object]) -> dict[str, Any]:
    """Return a command's data as JSON has it, from options by their names. UsageError: an unreadable moment or JSON."""
    data: dict[str, Any] = {}
    for path, _, hint in leaves(command):
        option = options.get(option_name(path))
        if option is None or option == ():
            continue
        place = data
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = _in_json(option, hint, ".".join(path))
    try:
        orjson.dumps(data)
    except TypeError as error:  # bytes that are no text, or a number beyond 64 bits
        raise UsageError("bad-value", field="options", detail=str(error)) from error
    return data


def leaves(cls: type, path: Path = ()) -> Iterator[tuple[Path, "Field[Any]", Any]]:
    """Yield each field that is no nested value: its path, the field, and the type of a value that is present."""
    hints = get_type_hints(cls)
    for field in fields(cls):
        hint = _present(hints[field.name])
        if is_dataclass(hint) and isinstance(hint, type):
            yield from leaves(hint, (*path, field.name))
        else:
            yield (*path, field.name), field, hint


def option_name(path: Path) -> str:
    """Return the name of the parameter for a field."""
    return "_".join(path)


def _present(hint: Any) -> Any:
    """Return the type of a value that is present: `str | None` is `str`."""
    if get_origin(hint) in {Union, UnionType}:
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    return hint


def _in_json(option: Any, hint: Any, field: str) -> Any:
    if hint is datetime:
        return moment(option, field).isoformat()
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        try:
            return orjson.loads(option)
        except orjson.JSONDecodeError as error:
            raise UsageError("bad-json", field=field, detail=str(error)) from error
    return list(option) if isinstance(option, tuple) else option
