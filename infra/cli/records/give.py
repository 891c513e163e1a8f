"""Any command by its name, from the table that all edges share: one, or a line of JSON for each."""

from functools import partial

from infra.cli.records.answers import first_answer, read_object
from infra.cli.records.fields import data_of
from infra.cli.records.known_person import introducing
from infra.cli.records.lines import run_lines
from infra.cli.records.results import CommandAnswer
from infra.cli.session import Session
from infra.edges.commands import COMMANDS
from infra.edges.parsing import command_schema, parse_command
from infra.edges.problems import OptionsError
from infra.edges.results import Exit, Payload, Text
from infra.edges.warnings import warnings_of_answer


def give(
    session: Session,
    name: str | None,
    data_json: str | None,
    command_id: str | None,
    actor: str,
    *,
    list_names: bool,
    schema: bool,
) -> CommandAnswer | Payload | Text | Exit:
    """Give one command, or those of standard input; or tell which commands there are and what they take."""
    if list_names:
        return Text(tuple(COMMANDS))
    if schema:
        return Payload(command_schema(name) if name else {each: command_schema(each) for each in COMMANDS})
    if name == "-":
        with session.open(repeats=True) as system:
            return Exit(run_lines(session, system, actor))
    if name is None or data_json is None:
        raise OptionsError("a command needs its name and its data in JSON")
    command = parse_command(name, read_object(data_json))
    with session.open(repeats=True) as system:
        known = first_answer(system, command, command_id)
        with introducing(partial(session.ask, system)):
            answer = known or system.execute(command, actor=actor, command_id=command_id)
        return CommandAnswer.of(answer, command_id, warnings_of_answer(system, answer))


def give_named(
    session: Session, *, command_name: str, command_id: str | None, actor: str, **options: object
) -> CommandAnswer:
    """Give the named command with what its options say."""
    command = parse_command(command_name, data_of(COMMANDS[command_name].command, options))
    with session.open() as system:
        known = first_answer(system, command, command_id)
        with introducing(partial(session.ask, system)):
            answer = known or system.execute(command, actor=actor, command_id=command_id)
        return CommandAnswer.of(answer, command_id, warnings_of_answer(system, answer))
