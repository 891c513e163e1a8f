"""The command line: one table of commands, loaded when they are needed; every refusal is one line."""

import errno
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from infra.cli.declaring import OutputOptions
from infra.cli.lazy import LazyGroup
from infra.edges.exit_codes import INTERRUPTED, REFUSED
from infra.edges.loading import load

if TYPE_CHECKING:
    from infra.settings import Language

COMMANDS = {
    "do": ("infra.cli.records.group:do", "Give any command by its name, in JSON."),
    "ask": ("infra.cli.records.group:ask", "Ask any question by its name, in JSON."),
    "institution": ("infra.cli.records.named_commands:institution", "Open, count and close institutions."),
    "team": ("infra.cli.records.named_commands:team", "Form teams; seats, shifts and absences."),
    "resident": (
        "infra.cli.records.named_commands:resident",
        "Register residents and their key groups; their history.",
    ),
    "contract": (
        "infra.cli.records.named_commands:contract",
        "Sign, renew, transfer, end contracts; their history.",
    ),
    "visit": ("infra.cli.records.named_commands:visit", "Request, start, complete, miss and move visits."),
    "bed": ("infra.cli.records.named_commands:bed", "Family beds from the application to the outcome."),
    "referral": ("infra.cli.records.named_commands:referral", "Referrals to a hospital and back."),
    "alliance": (
        "infra.cli.records.named_commands:alliance",
        "Alliances: institutions, experts, activities, training.",
    ),
    "find": ("infra.cli.finder.group:find", "Find residents, records and staff by an id, a number or words."),
    "survey": ("infra.cli.records.named_commands:survey", "Record residents' satisfaction with their team."),
    "care": ("infra.cli.records.named_commands:care", "Complete or cancel a care task."),
    "login": ("infra.cli.access.group:login", "Sign in: in a live store everybody does."),
    "logout": ("infra.cli.access.group:logout", "Sign out."),
    "account": ("infra.cli.records.named_commands:account", "Accounts and their roles."),
    "reads": ("infra.cli.access.group:reads", "Who has seen a resident's record."),
    "coverage": ("infra.cli.reports.group:coverage", "Show signed residents against the targets."),
    "who-next": ("infra.cli.reports.group:who_next", "Show which residents to ask next."),
    "fulfilment": ("infra.cli.reports.group:fulfilment", "Show what contracts grant, and what was served of it."),
    "capacity": ("infra.cli.reports.group:capacity", "Forecast practitioners, renewals and visits."),
    "roster": ("infra.cli.roster.group:roster", "Plan, change and explain a team's day."),
    "travel": ("infra.cli.operations.group:travel", "Travel times: import streets, try the chosen source."),
    "webhook": ("infra.cli.feeds.group:webhook", "Signed messages about events to other systems."),
    "calendar": ("infra.cli.feeds.group:calendar", "Addresses under which phones fetch members' visits."),
    "run": ("infra.cli.operations.group:run", "Run the system: reactions, timers, planner."),
    "serve": ("infra.cli.operations.group:serve", "Serve the API: commands, questions, rosters and live lines."),
    "policy": ("infra.cli.reports.group:policy", "Policy packs: their numbers and differences."),
    "simulate": ("infra.cli.operations.group:simulate", "Make a community and let days pass."),
    "import": ("infra.cli.records.group:import_", "Import files of residents, contracts and more."),
    "export": ("infra.cli.records.group:export", "Export the register, in the columns of an import."),
    "events": ("infra.cli.log.group:events", "Look at the recorded events."),
    "projections": ("infra.cli.log.group:projections", "Rebuild or check the read models."),
    "streams": (
        "infra.cli.streams.group:streams",
        "The topic of events, health, dead letters, the clock of all parts.",
    ),
    "store": ("infra.cli.operations.group:store", "What time the store lives in; let it go live."),
    "dev": ("infra.cli.operations.group:dev", "A local Kafka and PostgreSQL for development and tests."),
    "bench": ("infra.cli.bench.group:bench", "Figures next to their limits: store, streams, a year, the solver."),
    "hhcrsp": ("infra.cli.operations.group:hhcrsp", "Solve and check instances of the public benchmark."),
}
"""Each command: where its declaration is, and its line in the help."""


class Jiayi(LazyGroup):
    """The root: answers every refusal with one line and exit code 2."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> Any:
        """Run, and leave with the right exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        options = OutputOptions(as_json="--json" in arguments)
        extra = {**extra, "standalone_mode": False, "obj": options, "prog_name": "jiayi"}
        try:
            code = super().main(arguments, **extra)
            sys.stdout.flush()
        except click.Abort:
            code = INTERRUPTED
        except Exception as error:
            code = _leave_quietly() if _is_broken_pipe(error) else _refuse(error, options)
        sys.exit(code if isinstance(code, int) else 0)


def _refuse(error: Exception, options: OutputOptions) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return REFUSED
    code: int | None = load("infra.cli.failures:report")(error, options.language, as_json=options.as_json)
    if code is None:
        raise error
    return code


def _is_broken_pipe(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def _leave_quietly() -> int:
    """Nobody reads standard output any more: discard the rest."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


@click.command(cls=Jiayi, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", metavar="DIR", help="The embedded system's folder. All three may follow a command's name.")
@click.option("--now", metavar="TIME", help="Set the clock.")
@click.option("--language", type=click.Choice(["en", "zh"]), is_eager=True)
@click.pass_obj
def cli(options: OutputOptions, data: str | None, now: str | None, language: "Language | None") -> None:
    """Jiayi: family-doctor teams, the residents who signed with them, and the teams' days."""
    options.data, options.now = data, now
    options.chosen_language = language or options.chosen_language


def main() -> None:
    """Run the command line."""
    cli.main()


if __name__ == "__main__":
    main()
