"""The commands that people give by name and options, made from the table of commands."""

from inspect import cleandoc
from typing import Any

import click

from infra import edges
from infra.cli.answers import answered, first_answer
from infra.cli.history import history
from infra.cli.life import resident_history
from infra.cli.options import data_of, example_line, parameters
from infra.cli.problems import to_json
from infra.cli.session import Session, with_session
from infra.store.recorded import Answer


def _group(name: str, told: str) -> click.Group:
    group = click.Group(name, help=told)
    for command, edge in edges.COMMANDS.items():
        if edge.path[:1] == (name,):
            group.add_command(_paper(command, edge))
    return group


def _paper(command: str, edge: edges.CommandEdge) -> click.Command:
    def give(session: Session, *, command_id: str | None, actor: str, **told: Any) -> None:
        asked = edges.command(command, data_of(edge.command, told))
        with session.open() as system:
            known = first_answer(system, asked, command_id)
            answer = known or system.execute(asked, actor=actor, command_id=command_id)
        click.echo(to_json(answered(answer, command_id)) if session.as_json else _line(session, answer))

    run = with_session()(give)
    example = example_line(edge.path, edge.id_field, edge.example)
    shared = [
        click.Option(["--id", "command_id"], metavar="ID", help="The command's id: given twice, it is done once."),
        click.Option(["--actor"], default="cli", show_default=True, help="Who asks."),
    ]
    common = getattr(run, "__click_params__", [])[::-1]
    return click.Command(
        edge.path[1],
        callback=run,
        params=[*parameters(edge.command, edge.id_field), *shared, *common],
        help=f"{cleandoc(edge.command.__doc__ or '')}\n\n\b\nExample:\n  {example}",
    )


def _line(session: Session, answer: Answer) -> str:
    """Return an answer in one line for people."""
    place = f"{answer.stream}:{answer.version}"
    if not answer.events:
        return f"{place} {session.say('nothing-new')}"
    return f"{place} {', '.join(session.say(name) for name in answer.events)}"


institution = _group("institution", "Open, count and close institutions.")
team = _group("team", "Form teams; seats, shifts and absences.")
resident = _group("resident", "Register residents and their key groups.")
contract = _group("contract", "Sign, renew, transfer and terminate contracts; their history.")
visit = _group("visit", "Request, start, complete, miss and move visits.")
bed = _group("bed", "Family beds from the application to the outcome.")
referral = _group("referral", "Referrals to a hospital and back.")
alliance = _group("alliance", "Alliances: their institutions, experts sent down, activities and training.")
survey = _group("survey", "Record what residents think of their team.")
care = _group("care", "Complete or cancel a care task.")

contract.add_command(history)
resident.add_command(resident_history)
