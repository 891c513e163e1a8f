"""Whatever is asked wrongly is refused by its rule, in both languages, and nothing is written."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.decider import Refused
from domain.local_time import at_local
from domain.registry import BY_CATEGORY, DECIDER_OF
from infra.codec import BadInput
from infra.command_handler import CommandRequest
from infra.edges.commands import COMMANDS
from infra.edges.parsing import parse_command
from infra.edges.problems import problem_of
from infra.settings import Settings
from infra.system import System
from infra.wiring import open_system
from tests.infra.cli.bad_inputs import BAD, EXAMPLE, WORLD
from tests.small_town import MONDAY

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The world of the bad inputs, at noon of the tenth of March; everything in it was good input."""
    noon = at_local(MONDAY + timedelta(days=8), 12 * 60)
    with open_system(Settings(data=tmp_path_factory.mktemp("world"), now=noon)) as system:
        commands = [parse_command(name, {**EXAMPLE[name], **changes}) for name, changes in WORLD]
        begins = at_local(MONDAY, 9 * 60 + 30)
        moments = [begins + timedelta(minutes=30 * number) for number in range(len(commands))]
        verdicts = system.execute_all(
            [
                CommandRequest(command=command, command_id=None, actor="test", now=moment)
                for command, moment in zip(commands, moments, strict=True)
            ]
        )
        refused = [(WORLD[n], str(verdict)) for n, verdict in enumerate(verdicts) if isinstance(verdict, Refused)]
        assert refused == []
        yield system


def test_there_are_a_hundred_of_them_over_every_aggregate() -> None:
    assert len(BAD) >= 100
    assert {DECIDER_OF[COMMANDS[name].command].category for name, _, _ in BAD} == BY_CATEGORY.keys()
    assert len({(name, str(changes)) for name, changes, _ in BAD}) == len(BAD)
    assert len({rule for _, _, rule in BAD}) >= 90


@pytest.mark.parametrize(
    ("name", "changes", "rule"), BAD, ids=[f"{number}-{name}-{rule}" for number, (name, _, rule) in enumerate(BAD, 1)]
)
def test_a_bad_input_is_refused_in_both_languages_and_nothing_is_written(
    world: System, name: str, changes: dict[str, object], rule: str
) -> None:
    last = world.store.last_position()
    with pytest.raises((Refused, BadInput)) as refusal:
        world.execute(parse_command(name, {**EXAMPLE[name], **changes}), actor="test")
    error = refusal.value
    assert isinstance(error, Refused | BadInput)
    assert error.rule == rule
    assert world.store.last_position() == last
    english, chinese = problem_of(error, "en"), problem_of(error, "zh")
    assert english is not None
    assert chinese is not None
    assert rule not in english.detail, "a sentence, and no code"
    assert not CHINESE.search(english.detail)
    assert CHINESE.search(chinese.detail)
    assert not re.search(r"{\w+}", english.detail + chinese.detail), "every value is told"
