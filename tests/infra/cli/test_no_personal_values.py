"""No answer to a wrong input repeats a name, a phone, an address or an identity number, wherever it was given."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from domain.decider import Refused
from infra.cli.main import cli
from infra.codec import BadInput
from infra.edges.commands import COMMANDS
from infra.edges.parsing import parse_command, parse_question
from infra.edges.problems import problem_of, wrong_options
from infra.edges.results import to_json
from infra.settings import Settings
from infra.system import System
from infra.wiring import open_system
from projections.registry import QUESTIONS

PERSONAL = ("王小芳", "440305195203080024", "44030519520308002X", "440305391111008", "13800000001", "东街社区9栋101")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    now = datetime(2026, 3, 10, 4, tzinfo=UTC)
    with open_system(Settings(data=tmp_path_factory.mktemp("data"), now=now)) as opened:
        yield opened


def wrong_inputs(data: Any, value: object) -> Iterator[Any]:
    """Yield the data with a value in place of each part of it, and as the name of a field."""
    yield value
    if isinstance(data, dict):
        yield {**data, str(value): 1}
        for name, inner in data.items():
            for changed in wrong_inputs(inner, value):
                yield {**data, name: changed}
    elif isinstance(data, list | tuple) and data:
        for changed in wrong_inputs(data[0], value):
            yield [changed, *data[1:]]


def give(system: System, name: str, data: dict[str, object]) -> object:
    return system.execute(parse_command(name, data), actor="test")


def answer(call: Callable[[], object]) -> str:
    """Return what an edge says to a refused input, nothing to one that is taken."""
    try:
        call()
    except (Refused, BadInput) as error:
        return said(error)
    return ""


def said(error: Exception) -> str:
    problems = [problem_of(error, language) for language in ("zh", "en")]
    return "\n".join(f"{each.line()} {to_json(each.payload())}" for each in problems if each is not None)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_refused_command_repeats_a_personal_value(system: System, name: str) -> None:
    for value in PERSONAL:
        for data in wrong_inputs(dict(COMMANDS[name].example), value):
            if isinstance(data, dict):
                assert value not in answer(partial(give, system, name, data))


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_refused_question_repeats_a_personal_value(name: str) -> None:
    for value in PERSONAL:
        for data in wrong_inputs(msgspec.to_builtins(QUESTIONS[name].example), value):
            if isinstance(data, dict):
                assert value not in answer(partial(parse_question, name, data))


@pytest.mark.parametrize("value", PERSONAL)
def test_options_that_do_not_fit_repeat_none(tmp_path: Path, value: str) -> None:
    for words in (
        ["resident", "register", "r1", "--born-on", value],
        ["visit", "request", "v1", "--priority", value],
        ["import", "--schema", value],
        ["do", "RegisterResident", f'{{"resident_id": "{value}"}}'],
    ):
        result = CliRunner().invoke(cli, [*words, "--data", str(tmp_path)])
        assert result.exit_code == 2
        assert value not in result.output, words


def test_a_message_keeps_the_names_of_files() -> None:
    assert wrong_options("File '登记表.csv' does not exist.").detail == "File '登记表.csv' does not exist."
