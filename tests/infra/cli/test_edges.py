import pytest

from domain import registry
from domain.decider import Refused
from infra.codec import BadInput
from infra.edges.commands import COMMANDS
from infra.edges.parsing import command_schema, parse_command, parse_question, question_schema
from projections.registry import QUESTIONS


def test_the_table_holds_exactly_the_commands_of_the_domain():
    assert {edge.command for edge in COMMANDS.values()} == set(registry.DECIDER_OF)
    assert all(edge.command.__name__ == name for name, edge in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_example_is_a_command_and_names_its_id_field(name: str):
    edge = COMMANDS[name]
    assert isinstance(parse_command(name, edge.example), edge.command)
    assert edge.id_field in edge.example
    assert command_schema(name)["examples"] == [edge.example]


def test_each_path_is_two_words_and_unique():
    paths = [edge.path for edge in COMMANDS.values() if edge.path]
    assert all(len(path) == 2 for path in paths)
    assert len(set(paths)) == len(paths)


def test_each_question_has_an_example_that_is_a_question():
    for name, known in QUESTIONS.items():
        (example,) = question_schema(name)["examples"]
        assert parse_question(name, example) == known.example


def test_names_that_are_not_in_the_tables_are_refused():
    with pytest.raises(Refused, match="command-unknown"):
        parse_command("SignTreaty", {})
    with pytest.raises(Refused, match="question-unknown"):
        parse_question("Weather", {})


@pytest.mark.parametrize("identity", ["", " ", "a b", "a:1", "a\n"])
def test_an_id_that_names_nothing_is_bad_input(identity: str):
    with pytest.raises(BadInput, match="bad-id"):
        parse_command("ExpireContract", {"contract_id": identity})
