"""Events that were not taken: listed, looked at, and taken after all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from domain.decider import Refused
from infra.cli.with_session import Session, table, with_session
from infra.edges.moments import shown
from infra.edges.results import to_json

if TYPE_CHECKING:
    from infra.distributed.dead_letters import RedriveResult, StoredDeadLetter
    from infra.wiring import Distributed

STILL = 1
"""The exit code of `redrive` where an event still cannot be taken."""

of_projection = click.option("--projection", metavar="NAME", help="Only of this read model, or of the `reactions`.")
of_stream = click.option("--stream", help="Only of this stream, e.g. visit-8f2c.")


@click.group("dead-letters")
def dead_letters() -> None:
    """Events that a read model or the reactions could not take, and those that wait behind them."""


@dead_letters.command("list")
@of_projection
@of_stream
@with_session()
def list_(session: Session, projection: str | None, stream: str | None) -> None:
    """List them in the order of the log; with --json one line for each."""
    with opened(session) as system:
        found = chosen(system, projection, stream)
    if session.as_json:
        for each in found:
            click.echo(to_json(told(each)))
    elif not found:
        click.echo(session.say("letters-none"))
    else:
        columns = ("position", "projection", "event", "name", "reason", "error", "time")
        rows = table(*(session.say(word) for word in columns))
        for each in found:
            event = f"{each.stream}:{each.version}"
            reason = session.say(each.reason)
            rows.add_row(str(each.position), each.projection, event, each.name, reason, each.error, shown(each.at))
        session.show(rows)


@dead_letters.command()
@click.argument("position", type=click.IntRange(min=1))
@with_session()
def show(session: Session, position: int) -> None:
    """Show what is wrong with the event at a position, and what waits behind it; never what is personal."""
    with opened(session) as system:
        answers = [_shown(system, each) for each in known(chosen(system, position=position), position)]
    if session.as_json:
        click.echo(to_json(answers))
        return
    for answer in answers:
        for name, what in answer.items():
            click.echo(f"{session.say(name)}: {'-' if what is None else what}")


@dead_letters.command()
@click.argument("position", type=click.IntRange(min=1), required=False)
@of_projection
@of_stream
@with_session()
def redrive(session: Session, position: int | None, projection: str | None, stream: str | None) -> int:
    """Take what waits after all, by today's program: of one event's stream, of those that are named, or of all.

    Exit code 1 if an event still cannot be taken; the others of its stream wait behind it.
    """
    from infra.distributed.dead_letters import redrive as taken  # noqa: PLC0415 -- databases are loaded when they are asked
    from projections.registry import PROJECTIONS  # noqa: PLC0415 -- likewise

    code = 0
    with opened(session) as system:
        found = chosen(system, projection, stream, position)
        if position is not None:
            known(found, position)
        url, _ = session.settings.addresses()
        for each in taken(url, system.store, found, region=session.settings.packs, projections=PROJECTIONS):
            _tell(session, each)
            code = code if each.position is None else STILL
    if not found and not session.as_json:
        click.echo(session.say("letters-none"))
    return code


@contextmanager
def opened(session: Session) -> "Iterator[Distributed]":
    """Open the distributed system. Refused `settings-not-distributed`: the embedded one stops at such an event."""
    from infra.wiring import Distributed  # noqa: PLC0415 -- databases are loaded when they are asked

    session.settings.addresses()
    with session.open() as system:
        assert isinstance(system, Distributed), "it has addresses"
        yield system


def chosen(
    system: "Distributed", projection: str | None = None, stream: str | None = None, position: int | None = None
) -> "list[StoredDeadLetter]":
    """Return letters. Refused `projection-unknown` if nobody has that name."""
    from infra.distributed.dead_letters import list_dead_letters  # noqa: PLC0415 -- databases are loaded when they are asked
    from streams.due_reactions import REACTIONS  # noqa: PLC0415 -- likewise

    if projection is not None and projection not in {*system.rows.projections, REACTIONS}:
        raise Refused("projection-unknown", projection=projection)
    return list_dead_letters(system.connections, projection, stream, position)


def known(found: "list[StoredDeadLetter]", position: int) -> "list[StoredDeadLetter]":
    """Return the letters of one event. Refused `letter-unknown` if there are none."""
    if not found:
        raise Refused("letter-unknown", position=position)
    return found


def told(letter: "StoredDeadLetter") -> dict[str, object]:
    """Return a letter as a JSON object."""
    return {name: getattr(letter, name) for name in letter.__dataclass_fields__}


def _shown(system: "Distributed", letter: "StoredDeadLetter") -> dict[str, object]:
    """Return a letter, when its event was recorded, what it waits for and what waits behind it."""
    of_stream = chosen(system, letter.projection, letter.stream)
    behind = [each for each in of_stream if each.position > letter.position]
    events = [each for each in system.store.after(letter.position - 1, 1) if each.position == letter.position]
    return {
        **told(letter),
        "recorded": events[0].metadata.recorded_at if events else None,
        "waits_for": of_stream[0].position if letter.reason == "parked" else None,
        "behind": len(behind),
        "last_behind": behind[-1].position if behind else None,
    }


def _tell(session: Session, redriven: "RedriveResult") -> None:
    if session.as_json:
        click.echo(to_json({name: getattr(redriven, name) for name in redriven.__dataclass_fields__}))
        return
    values = {
        "projection": redriven.projection,
        "stream": redriven.stream,
        "taken": redriven.taken,
        "waiting": redriven.waiting,
        "position": redriven.position,
        "error": redriven.error,
    }
    click.echo(session.say("redriven" if redriven.position is None else "redriven-not", values))
