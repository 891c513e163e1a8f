"""The table of roles that is written by hand, against the gate: every command, question and operation."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import msgspec
import pytest

from domain.decider import Refused
from infra.access.gate import Gate
from infra.access.levels import OF_ROLE, levels_of
from infra.access.roles import OPERATION_LINES, missing_lines
from infra.codec import command_from
from infra.edges.commands import COMMANDS
from infra.system import System
from projections.registry import QUESTIONS
from tests.access.matrix import OPERATION_FIELDS, Cell, cells, data_of, ids, lines, question_data
from tests.access.two_teams import PRINCIPALS

ALL = {section: tuple(cells(section)) for section in ("commands", "questions", "operations")}
KINDS = ("name", "phone", "identity", "address", "birth", "findings", "care", "absence")


def refusal(act: Callable[[], object]) -> str | None:
    try:
        act()
    except Refused as refused:
        return refused.rule
    return None


def check(cell: Cell, gate: Gate, section: str, whose: str) -> str | None:
    if section == "operations":
        arguments = {name: value for name, value in ids(cell.role, whose).items() if name in OPERATION_FIELDS}
        return refusal(lambda: gate.check_operation(cell.name, **arguments))
    if section == "commands":
        edge = COMMANDS[cell.name]
        data = data_of(edge.example, names_of(edge.command), cell.role, whose)
        command: object = command_from(edge.command, data)
        return refusal(lambda: gate.check_command(command))
    question = QUESTIONS[cell.name]
    example = msgspec.to_builtins(question.example)
    request = command_from(question.asks, question_data(example, names_of(question.asks), cell.role, whose))
    return refusal(lambda: gate.check_question(request))


def names_of(cls: Any) -> set[str]:
    return {field.name for field in fields(cls)}


def faults(system: System, section: str) -> list[str]:
    gates = {role: Gate(system, principal, "inspection") for role, principal in PRINCIPALS.items()}
    return [
        f"{cell.role}, {cell.name}, {whose}: {got or 'allowed'} instead of {expected or 'allowed'}"
        for cell in ALL[section]
        for whose, expected in (("own", cell.own), ("other", cell.other))
        if (got := check(cell, gates[cell.role], section, whose)) != expected
    ]


@pytest.mark.parametrize("section", ALL)
def test_each_role_may_do_what_the_table_says(community: System, section: str) -> None:
    assert faults(community, section) == []


def test_the_table_holds_each_command_each_question_and_each_operation_once() -> None:
    names = {section: [name for words in lines(section) for name in words[len(PRINCIPALS) :]] for section in ALL}
    assert sorted(names["commands"]) == sorted(COMMANDS)
    assert sorted(names["questions"]) == sorted(QUESTIONS)
    assert sorted(names["operations"]) == sorted(OPERATION_LINES)


def test_a_command_or_a_question_without_a_line_is_named() -> None:
    assert missing_lines(COMMANDS, QUESTIONS) == []
    assert missing_lines([*COMMANDS, "GiveAway"], [*QUESTIONS, "Everything"]) == ["Everything", "GiveAway"]


def test_each_role_sees_of_each_kind_of_value_what_the_table_says() -> None:
    table = {words[0]: dict(zip(KINDS, words[1:], strict=True)) for words in lines("levels")}
    assert {role: dict(levels) for role, levels in OF_ROLE.items()} == {
        role: levels for role, levels in table.items() if role != "auditor+"
    }
    assert levels_of(["auditor"], "complaint") == table["auditor+"]
    assert levels_of(["auditor"], "treatment") == table["auditor"]
