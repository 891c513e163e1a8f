"""The tables that every edge uses: command line, HTTP and forms differ in manners, never in what may be asked."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from domain.decider import Refused
from infra.codec import BadInput, command_from, schema_of
from infra.edges.commands import COMMANDS, CommandEdge
from projections.questions import Question

__all__ = [
    "COMMANDS",
    "CommandEdge",
    "command",
    "command_schema",
    "question",
    "question_schema",
    "questions",
]

YEARS = range(1900, 2200)
"""The years in which days may lie."""


def command(name: str, data: Mapping[str, object]) -> object:
    """Return the command of this name; Refused `command-unknown`, or BadInput with the field that is wrong."""
    edge = COMMANDS.get(name)
    if edge is None:
        raise Refused("command-unknown", command=name)
    asked: object = command_from(edge.command, data)
    _check_ids(asked)
    _check_days(asked, "")
    return asked


def command_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a command's data with an example; Refused `command-unknown`."""
    edge = COMMANDS.get(name)
    if edge is None:
        raise Refused("command-unknown", command=name)
    return {**schema_of(edge.command), "examples": [dict(edge.example)]}


def questions() -> Mapping[str, Question[Any]]:
    """Return the questions of the read models by name."""
    from projections.registry import QUESTIONS  # noqa: PLC0415 -- commands need no read model

    return QUESTIONS


def question(name: str, data: Mapping[str, object]) -> object:
    """Return the question of this name; Refused `question-unknown`, or BadInput with the field that is wrong."""
    asked: object = command_from(_known(name).asks, data)
    _check_days(asked, "")
    return asked


def question_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a question's data with an example; Refused `question-unknown`."""
    known = _known(name)
    return {**schema_of(known.asks), "examples": [msgspec.to_builtins(known.example)]}


def _known(name: str) -> Question[Any]:
    known = questions().get(name)
    if known is None:
        raise Refused("question-unknown", question=name)
    return known


def _check_ids(asked: Any) -> None:
    """Refuse ids that name nothing or could not be told from a stream's name: empty, or with blanks or colons."""
    for field in fields(asked):
        told = getattr(asked, field.name)
        if not field.name.endswith("_id") or told is None:
            continue
        if not told or any(sign.isspace() or sign == ":" or not sign.isprintable() for sign in told):
            raise BadInput(field.name, "bad-id", "an id has at least one sign, no blank and no colon")


def _check_days(told: Any, path: str) -> None:
    """Refuse days so far away that no term, window or cycle can be counted from them."""
    if isinstance(told, date) and told.year not in YEARS:
        rule = "bad-moment" if isinstance(told, datetime) else "bad-day"
        raise BadInput(path, rule, f"the year is not between {YEARS[0]} and {YEARS[-1]}")
    if is_dataclass(told):
        for field in fields(told):
            _check_days(getattr(told, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(told, tuple):
        for index, each in enumerate(told):
            _check_days(each, f"{path}.{index}")
