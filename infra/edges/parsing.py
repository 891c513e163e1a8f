"""Commands and questions from data: what every edge may ask for, by name, and the JSON Schema of each."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from domain.decider import Refused
from infra.codec import BadInput, command_from, schema_of
from infra.edges.commands import COMMANDS, CommandEdge
from projections.questions import Question
from projections.registry import QUESTIONS

YEARS = range(1900, 2200)
"""The years in which days may lie."""


def parse_command(name: str, data: Mapping[str, object]) -> object:
    """Return the command of this name; Refused `command-unknown`, or BadInput with the field that is wrong."""
    command: object = command_from(_edge(name).command, data)
    _check_ids(command)
    _check_days(command, "")
    return command


def command_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a command's data with an example; Refused `command-unknown`."""
    edge = _edge(name)
    return {**schema_of(edge.command), "examples": [dict(edge.example)]}


def parse_question(name: str, data: Mapping[str, object]) -> object:
    """Return the question of this name; Refused `question-unknown`, or BadInput with the field that is wrong."""
    question: object = command_from(_question(name).asks, data)
    _check_days(question, "")
    return question


def question_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a question's data with an example; Refused `question-unknown`."""
    question = _question(name)
    return {**schema_of(question.asks), "examples": [msgspec.to_builtins(question.example)]}


def _edge(name: str) -> CommandEdge:
    edge = COMMANDS.get(name)
    if edge is None:
        raise Refused("command-unknown", command=name)
    return edge


def _question(name: str) -> Question[Any]:
    question = QUESTIONS.get(name)
    if question is None:
        raise Refused("question-unknown", question=name)
    return question


def _check_ids(command: Any) -> None:
    """Refuse ids that are empty, or contain blanks or colons: a stream's name could not be told apart from them."""
    for field in fields(command):
        identity = getattr(command, field.name)
        if not field.name.endswith("_id") or identity is None:
            continue
        if not identity or any(sign.isspace() or sign == ":" or not sign.isprintable() for sign in identity):
            raise BadInput(field.name, "bad-id", "an id has at least one sign, no blank and no colon")


def _check_days(value: Any, path: str) -> None:
    """Refuse days so far away that no term, window or cycle can be counted from them."""
    if isinstance(value, date) and value.year not in YEARS:
        rule = "bad-moment" if isinstance(value, datetime) else "bad-day"
        raise BadInput(path, rule, f"the year is not between {YEARS[0]} and {YEARS[-1]}")
    if is_dataclass(value):
        for field in fields(value):
            _check_days(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            _check_days(each, f"{path}.{index}")
