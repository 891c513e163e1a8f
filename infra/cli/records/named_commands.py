"""Declarations of the commands that people give by name and options, made from the table of commands."""

from inspect import cleandoc

import click

from infra.cli.access.group import ACCOUNTS
from infra.cli.declaring import command, group
from infra.cli.records.options import example_line, parameters
from infra.edges.commands import COMMANDS, CommandEdge


def _named_command(name: str, edge: CommandEdge) -> click.Command:
    example = example_line(edge.path, edge.id_field, edge.example)
    actor_help = "The person or system that gives the command."
    return command(
        edge.path[1],
        "infra.cli.records.give:give_named",
        f"{cleandoc(edge.command.__doc__ or '')}\n\n\b\nExample:\n  {example}",
        *parameters(edge.command, edge.id_field),
        click.Option(["--id", "command_id"], metavar="ID", help="The command's id: given twice, it is done once."),
        click.Option(["--actor"], default="cli", show_default=True, help=actor_help),
        view="infra.cli.records.views:answered",
        constants={"command_name": name},
    )


def named_group(name: str, help: str, *more: click.Command) -> click.Group:  # noqa: A002 -- click's name for it
    """Declare the commands of the table whose first word is this name, and more."""
    commands = (_named_command(each, edge) for each, edge in COMMANDS.items() if edge.path[:1] == (name,))
    return group(name, help, *commands, *more)


contract_history = command(
    "history",
    "infra.cli.records.histories:contract_history",
    "Show what happened to a contract, and what was true before and after.",
    click.Argument(["contract_id"], metavar="ID"),
    click.Option(["--at"], metavar="TIME", help="As recorded at this time; a day alone is its end."),
    click.Option(["--version"], type=click.IntRange(min=1), help="As of this version."),
    view="infra.cli.records.views:contract_history",
    schema="infra.cli.records.results:HistoryStep",
)


def _history(function: str, argument: str, help_text: str) -> click.Command:
    return command(
        "history",
        f"infra.cli.records.histories:{function}",
        help_text,
        click.Argument([argument], metavar="ID"),
        click.Option(["--at"], metavar="TIME", help="As recorded at this time; a day alone is its end."),
        click.Option(["--version"], type=click.IntRange(min=1), help="As of this version."),
        view="infra.cli.records.views:recorded_history",
        schema="infra.cli.records.results:RecordedStep",
    )


visit_history = _history("visit_history", "visit_id", "Show what happened to a visit, and what each event changed.")
bed_history = _history("bed_history", "family_bed_id", "Show what happened to a family bed, from its application on.")
referral_history = _history("referral_history", "referral_id", "Show what happened to a referral.")
team_history = _history("team_history", "team_id", "Show what happened to a team: members, shifts and absences.")
alliance_history = _history("alliance_history", "alliance_id", "Show what happened to an alliance.")
institution_history = _history("institution_history", "institution_id", "Show what happened to an institution.")

resident_history = command(
    "history",
    "infra.cli.records.resident_history:resident_history",
    "Show all that happened to a resident: papers, contracts, care, visits, beds and referrals.",
    click.Argument(["resident_id"], metavar="ID"),
    click.Option(["--at"], metavar="TIME", help="As recorded at this time; a day alone is its end."),
    view="infra.cli.records.views:resident_history",
)

resident_twins = command(
    "twins",
    "infra.cli.records.twins:twins",
    "List residents who were registered under one identity number by an earlier release.",
    view="infra.cli.records.twins:shown_twins",
    schema="infra.cli.records.twins:Twins",
)

institution = named_group("institution", "Open, count and close institutions.", institution_history)
team = named_group("team", "Form teams; seats, shifts and absences.", team_history)
resident = named_group("resident", "Register residents and their key groups.", resident_history, resident_twins)
contract = named_group("contract", "Sign, renew, transfer and terminate contracts; their history.", contract_history)
visit = named_group("visit", "Request, start, complete, miss and move visits.", visit_history)
bed = named_group("bed", "Family beds from the application to the outcome.", bed_history)
referral = named_group("referral", "Referrals to a hospital and back.", referral_history)
alliance = named_group(
    "alliance", "Alliances: institutions, visiting experts, activities and training.", alliance_history
)
survey = named_group("survey", "Record residents' satisfaction with their team.")
account = named_group("account", "Add, list, disable and link accounts; grant and revoke their roles.", *ACCOUNTS)
care = named_group("care", "Complete or cancel a care task.")
