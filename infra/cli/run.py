"""The embedded system alive, and the simulated community."""

import signal
import threading
from typing import TYPE_CHECKING

import click

from infra.cli.moments import day
from infra.cli.problems import to_json
from infra.cli.roster import told_of
from infra.cli.session import Session, progress, with_session

if TYPE_CHECKING:
    from infra.planner import PlannedDay


@click.command()
@click.option("--until-idle", is_flag=True, help="Do what is due up to --now, plan what was touched, and end.")
@with_session()
def run(session: Session, *, until_idle: bool) -> None:
    """Keep the system alive until it is stopped: reactions, timers and the planner."""
    from infra.embedded_run import run as run_system  # noqa: PLC0415 -- solvers are loaded when a day is planned

    stop = threading.Event()
    if not until_idle:
        _stop_on_signal(stop)
    with session.open() as system:
        run_system(system, until_idle=until_idle, stop=stop, told=lambda planned: _tell(session, planned))


def _stop_on_signal(stop: threading.Event) -> None:
    """Let Ctrl-C or a termination end the loop between two days."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())


def _tell(session: Session, planned: "PlannedDay") -> None:
    if session.as_json:
        click.echo(to_json(told_of(planned)))
        return
    left = len(planned.roster.unplaced) if planned.roster else 0
    state = session.say("published" if planned.published else "unchanged")
    click.echo(f"{planned.team_id} {planned.day} {state}, {session.say('unplaced')} {left}")


@click.command()
@click.option("--teams", type=click.IntRange(min=1), required=True)
@click.option("--days", type=click.IntRange(min=1), required=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--from", "first_day", metavar="DAY", help="The first day (a fixed one if none is told).")
@with_session()
def simulate(session: Session, teams: int, days: int, seed: int, first_day: str | None) -> None:
    """Make a community through ordinary commands and let days pass, the same for the same seed."""
    begins = day(first_day, "from") if first_day else None
    import msgspec  # noqa: PLC0415 -- solvers are loaded when days pass

    from infra.simulate import simulate as live  # noqa: PLC0415 -- likewise
    from infra.simulate.community import FIRST_DAY  # noqa: PLC0415 -- likewise

    with session.open() as system, progress() as bar:
        tasks: dict[str, int] = {}

        def told(what: str, done: int, total: int) -> None:
            task = tasks.setdefault(what, len(tasks))
            if task not in bar.task_ids:
                tasks[what] = bar.add_task(session.say(what), total=total)
            bar.update(bar.task_ids[task], completed=done, total=total)

        summary: dict[str, object] = msgspec.to_builtins(live(system, teams, days, seed, begins or FIRST_DAY, told))
    if session.as_json:
        click.echo(to_json(summary))
        return
    for name, value in summary.items():
        click.echo(f"{session.say(name)}: {value}")
