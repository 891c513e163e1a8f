"""Declarations of the commands that people give by name and options, made from the table of commands."""

from functools import partial
from inspect import cleandoc

import click

from infra.cli.access.group import ACCOUNTS
from infra.cli.declaring import command, group
from infra.cli.records.history.declared import history_command
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


history_of = partial(history_command, name="history")

contract_history = history_of(
    "contract",
    "Show what happened to a contract, and what was true before and after.",
    "contract_id",
    view="contract_history",
    schema="ContractStep",
)
visit_history = history_of("visit", "Show what happened to a visit, and what each event changed.", "visit_id")
notice_history = history_command(
    "notice", "Show what a resident was told about a visit, and when.", "visit_id", name="notice-history"
)
bed_history = history_of("bed", "Show what happened to a family bed, from its application on.", "family_bed_id")
referral_history = history_of("referral", "Show what happened to a referral.", "referral_id")
team_history = history_of("team", "Show what happened to a team: members, shifts and absences.", "team_id")
alliance_history = history_of("alliance", "Show what happened to an alliance.", "alliance_id")
institution_history = history_of("institution", "Show what happened to an institution.", "institution_id")
account_history = history_of("account", "Show what happened to an account: roles, proofs, emergencies.", "account_id")
survey_history = history_of("survey", "Show what a resident answered, and who recorded it.", "survey_id")
care_history = history_of(
    "care", "Show what happened to a resident's care plan and its tasks.", "resident_id", view="resident_history"
)
resident_history = history_of(
    "resident",
    "Show all that happened to a resident: papers, contracts, care, visits, beds and referrals.",
    "resident_id",
    view="resident_history",
    versions=False,
)

resident_twins = command(
    "twins",
    "infra.cli.records.twins:twins",
    "List residents who were registered under one identity number by an earlier release.",
    view="infra.cli.records.twins:shown_twins",
    schema="infra.cli.records.twins:Twins",
)

institution = named_group(
    "institution", "Open, count and close institutions; their areas and means.", institution_history
)
team = named_group("team", "Form teams; seats, shifts and absences.", team_history)
resident = named_group("resident", "Register residents and their key groups.", resident_history, resident_twins)
contract = named_group("contract", "Sign, renew, transfer and terminate contracts; their history.", contract_history)
visit = named_group("visit", "Request, start, complete, miss and move visits.", visit_history, notice_history)
bed = named_group("bed", "Family beds from the application to the outcome.", bed_history)
referral = named_group("referral", "Referrals to a hospital and back.", referral_history)
alliance = named_group(
    "alliance", "Alliances: institutions, visiting experts, activities and training.", alliance_history
)
survey = named_group("survey", "Record residents' satisfaction with their team.", survey_history)
account = named_group(
    "account", "Add, list, disable and link accounts; grant and revoke their roles.", *ACCOUNTS, account_history
)
care = named_group("care", "Complete or cancel a care task.", care_history)
