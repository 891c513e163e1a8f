"""The command line: one table of commands, loaded when they are asked for; every refusal is one line."""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from infra.cli.problems import REFUSED, Problem, problem_of, to_json
from infra.cli.session import Manner
from infra.settings import Language

INTERRUPTED = 130

COMMANDS = {
    "do": ("infra.cli.do:do", "Give any command by its name, in JSON."),
    "ask": ("infra.cli.ask:ask", "Ask any question by its name, in JSON."),
    "institution": ("infra.cli.papers:institution", "Open, count and close institutions."),
    "team": ("infra.cli.papers:team", "Form teams; seats, shifts and absences."),
    "resident": ("infra.cli.papers:resident", "Register residents and their key groups; all that happened to one."),
    "contract": ("infra.cli.papers:contract", "Sign, renew, transfer and terminate contracts; their history."),
    "visit": ("infra.cli.papers:visit", "Request, start, complete, miss and move visits."),
    "bed": ("infra.cli.papers:bed", "Family beds from the application to the outcome."),
    "referral": ("infra.cli.papers:referral", "Referrals to a hospital and back."),
    "alliance": ("infra.cli.papers:alliance", "Alliances: institutions, experts, activities and training."),
    "survey": ("infra.cli.papers:survey", "Record what residents think of their team."),
    "care": ("infra.cli.papers:care", "Complete or cancel a care task."),
    "coverage": ("infra.cli.coverage:coverage", "Signed residents against the targets."),
    "who-next": ("infra.cli.coverage:who_next", "Who should be asked next to sign."),
    "fulfilment": ("infra.cli.fulfilment:fulfilment", "What was signed, and what was served of it."),
    "roster": ("infra.cli.roster.group:roster", "Plan, change and question a team's day."),
    "travel": ("infra.cli.travel:travel", "Travel times: take in streets, try the chosen source."),
    "run": ("infra.cli.run:run", "Keep the system alive: reactions, timers, planner."),
    "policy": ("infra.cli.policy:policy", "Policy packs: their numbers, and in what two differ."),
    "simulate": ("infra.cli.run:simulate", "Make a community and let days pass."),
    "import": ("infra.cli.importing:import_", "Take in CSV files."),
    "events": ("infra.cli.events:events", "Look at the recorded events."),
    "projections": ("infra.cli.projections:projections", "Rebuild or check the read models."),
    "streams": (
        "infra.cli.streams.group:streams",
        "The topic of events, lag, dead letters and the parts' clock.",
    ),
    "dev": ("infra.cli.dev:dev", "A local Kafka and PostgreSQL for development and tests."),
    "bench": ("infra.cli.bench:bench", "Figures beside their limits: store, streams, a year, the solver."),
    "hhcrsp": ("infra.cli.hhcrsp:hhcrsp", "Solve and check instances of the public benchmark."),
}
"""Each command: where it is, and its line in the help."""


class Jiayi(click.Group):
    """A group that loads its commands late and answers every refusal with one line and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- likewise
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- likewise
        """Write the commands' lines without loading one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> Any:
        """Run, and leave with the right exit code."""
        given = list(sys.argv[1:] if args is None else args)
        manner = Manner(as_json="--json" in given)
        extra = {**extra, "standalone_mode": False, "obj": manner, "prog_name": "jiayi"}
        try:
            code = super().main(given, **extra)
            sys.stdout.flush()
        except click.Abort:
            code = INTERRUPTED
        except Exception as error:
            code = _leave_quietly() if _is_broken_pipe(error) else _refuse(error, manner)
        sys.exit(code if isinstance(code, int) else 0)


def _refuse(error: Exception, manner: Manner) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return REFUSED
    problem = problem_of(error, manner.language)
    if problem is None:
        raise error
    tell(problem, manner)
    return REFUSED


def tell(problem: Problem, manner: Manner) -> None:
    """Write one line on standard error."""
    click.echo(to_json(problem.told()) if manner.as_json else problem.line(), err=True)


def _is_broken_pipe(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def _leave_quietly() -> int:
    """Nobody reads any more: what is still to be written goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


@click.command(cls=Jiayi, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", metavar="DIR", help="The embedded system's folder. All three may follow a command's name.")
@click.option("--now", metavar="TIME", help="Stand the clock still.")
@click.option("--language", type=click.Choice(["en", "zh"]), is_eager=True)
@click.pass_obj
def cli(manner: Manner, data: str | None, now: str | None, language: Language | None) -> None:
    """Jiayi: family-doctor teams, the people they signed for, and the teams' days."""
    manner.data, manner.now, manner.asked_language = data, now, language
    manner.language = language or manner.language


def main() -> None:
    """Run the command line."""
    cli.main()


if __name__ == "__main__":
    main()
