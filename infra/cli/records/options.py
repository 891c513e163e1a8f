"""Options from a command's fields: the dataclass says which there are, which are required and what they hold."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, is_dataclass
from typing import Any, Literal, get_args, get_origin

import click
import orjson

from infra.cli.records.fields import Path, leaves, option_name


def parameters(command: type, id_field: str) -> list[click.Parameter]:
    """Return the positional id and one option for each other field, those of nested values included."""
    return [
        click.Argument([id_field], metavar=id_field.upper()),
        *(_option(path, field, hint) for path, field, hint in leaves(command) if path != (id_field,)),
    ]


def _option(path: Path, field: "Field[Any]", hint: Any) -> click.Option:
    flag = "--" + path[-1].replace("_", "-")
    required = field.default is MISSING
    if hint is bool:
        return click.Option([f"{flag}/--no{flag[1:]}", option_name(path)], required=required, default=None)
    kind, metavar, many = _kind(hint)
    return click.Option(
        [flag, option_name(path)],
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


def example_line(path: tuple[str, ...], id_field: str, example: Mapping[str, object]) -> str:
    """Return how an example of a command is written on the command line."""
    words = ["jiayi", *path, str(example[id_field])]
    for name, value in _flat(example):
        if name != id_field:
            words += _written(f"--{name.replace('_', '-')}", value)
    return " ".join(words)


def _flat(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        else:
            yield name, value


def _written(flag: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return [flag if value else f"--no{flag[1:]}"]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return [word for each in value for word in (flag, _quoted(str(each)))]
    if isinstance(value, list):
        return [flag, "'" + orjson.dumps(value).decode() + "'"]
    return [flag, _quoted(str(value))]


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word else word
