"""Options from a command's fields: the dataclass says which there are, which are required and what they hold."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import click
import orjson

from infra.cli.moments import moment
from infra.cli.problems import Unfit

Told = dict[str, Any]
"""What click read, by the parameter's name."""


def parameters(command: type, id_field: str) -> list[click.Parameter]:
    """Return the positional id and one option for each other field; the fields of a nested value stand beside them."""
    found: list[click.Parameter] = [click.Argument([id_field], metavar=id_field.upper())]
    for path, field, hint in _leaves(command):
        if path != (id_field,):
            found.append(_option(path, field, hint))
    return found


def data_of(command: type, told: Told) -> Told:
    """Return the command's data in JSON's terms from what click read; Unfit if a moment or JSON cannot be read."""
    data: Told = {}
    for path, _, hint in _leaves(command):
        given = told.get(_name(path))
        if given is None or given == ():
            continue
        place = data
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = _in_json(given, hint, ".".join(path))
    try:
        orjson.dumps(data)
    except TypeError as error:  # bytes that are no text, or a number beyond 64 bits
        raise Unfit("bad-value", field="options", detail=str(error)) from error
    return data


def _leaves(cls: type, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], "Field[Any]", Any]]:
    hints = get_type_hints(cls)
    for field in fields(cls):
        hint = _present(hints[field.name])
        if is_dataclass(hint) and isinstance(hint, type):
            yield from _leaves(hint, (*path, field.name))
        else:
            yield (*path, field.name), field, hint


def _present(hint: Any) -> Any:
    """Return the type of a value that is there: `str | None` is `str`."""
    if get_origin(hint) in {Union, UnionType}:
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    return hint


def _option(path: tuple[str, ...], field: "Field[Any]", hint: Any) -> click.Option:
    flag = "--" + path[-1].replace("_", "-")
    required = field.default is MISSING
    if hint is bool:
        return click.Option([f"{flag}/--no{flag[1:]}", _name(path)], required=required, default=None)
    kind, metavar, many = _kind(hint)
    return click.Option(
        [flag, _name(path)],
        type=kind,
        metavar=metavar,
        multiple=many,
        required=required and not many,
        help="May be repeated." if many else None,
    )


def _kind(hint: Any) -> tuple[click.ParamType, str | None, bool]:
    """Return how click reads a type, how the help shows it, and whether it may be repeated."""
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return (click.STRING, "JSON", False) if is_dataclass(inner) else (*_kind(inner)[:2], True)
    if get_origin(hint) is Literal:
        return click.Choice(get_args(hint)), None, False
    if hint is int:
        return click.INT, None, False
    if hint is float:
        return click.FLOAT, None, False
    return click.STRING, {"date": "DAY", "datetime": "TIME"}.get(hint.__name__), False


def _in_json(given: Any, hint: Any, field: str) -> Any:
    if hint is datetime:
        return moment(given, field).isoformat()
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        try:
            return orjson.loads(given)
        except orjson.JSONDecodeError as error:
            raise Unfit("bad-json", field=field, detail=str(error)) from error
    return list(given) if isinstance(given, tuple) else given


def _name(path: tuple[str, ...]) -> str:
    return "_".join(path)


def example_line(path: tuple[str, ...], id_field: str, example: Mapping[str, object]) -> str:
    """Return how an example of a command is written on the command line."""
    words = ["jiayi", *path, str(example[id_field])]
    for name, told in _flat(example):
        if name != id_field:
            words += _written(f"--{name.replace('_', '-')}", told)
    return " ".join(words)


def _flat(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, told in data.items():
        if isinstance(told, Mapping):
            yield from _flat(told)
        else:
            yield name, told


def _written(flag: str, told: object) -> list[str]:
    if isinstance(told, bool):
        return [flag if told else f"--no{flag[1:]}"]
    if isinstance(told, list) and all(isinstance(each, str) for each in told):
        return [word for each in told for word in (flag, _quoted(str(each)))]
    if isinstance(told, list):
        return [flag, "'" + orjson.dumps(told).decode() + "'"]
    return [flag, _quoted(str(told))]


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word else word
