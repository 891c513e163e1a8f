"""Events that could not be processed: listed, shown, and processed again."""

from collections.abc import Sequence
from dataclasses import asdict

from domain.decider import Refused
from infra.cli.session import Session
from infra.cli.streams.results import DeadLetterDetails, DeadLettersAt, ListedDeadLetter, RedriveEnd, Redriven
from infra.edges.results import Listing
from infra.system import System
from streams.dead_letters import REACTIONS, StoredDeadLetter


def list_letters(session: Session, projection: str | None, stream: str | None) -> Listing[ListedDeadLetter]:
    """Return dead letters in the order of the log."""
    with session.open() as system:
        letters = chosen(system, projection, stream)
    return Listing(tuple(ListedDeadLetter(**asdict(letter)) for letter in letters))


def show(session: Session, position: int) -> DeadLettersAt:
    """Return the dead letters of the event at a position, and what waits behind them."""
    with session.open() as system:
        letters = known(chosen(system, position=position), position)
        return DeadLettersAt(tuple(_in_full(system, letter) for letter in letters))


def redrive(session: Session, position: int | None, projection: str | None, stream: str | None) -> RedriveEnd:
    """Process the chosen dead letters again; emit what became of each stream."""
    streams = waiting = 0
    with session.open() as system:
        letters = chosen(system, projection, stream, position)
        if position is not None:
            known(letters, position)
        for each in system.dead_letters.redrive(letters):
            session.emit(Redriven(**asdict(each)))
            streams += 1
            waiting += each.position is not None
    return RedriveEnd(streams, waiting)


def chosen(
    system: System, projection: str | None = None, stream: str | None = None, position: int | None = None
) -> Sequence[StoredDeadLetter]:
    """Return dead letters. Refused `projection-unknown` if there is no read model of that name."""
    if projection is not None and projection not in {*system.rows.projections, REACTIONS}:
        raise Refused("projection-unknown", projection=projection)
    return system.dead_letters.find(projection, stream, position)


def known(letters: Sequence[StoredDeadLetter], position: int) -> Sequence[StoredDeadLetter]:
    """Return the dead letters of one event. Refused `letter-unknown` if there are none."""
    if not letters:
        raise Refused("letter-unknown", position=position)
    return letters


def _in_full(system: System, letter: StoredDeadLetter) -> DeadLetterDetails:
    of_stream = chosen(system, letter.projection, letter.stream)
    behind = [each for each in of_stream if each.position > letter.position]
    page = system.store.select_notifications(letter.position, 1)
    events = [each for each in page if each.position == letter.position]
    return DeadLetterDetails(
        **asdict(letter),
        recorded=events[0].metadata.recorded_at if events else None,
        waits_for=of_stream[0].position if letter.reason == "parked" else None,
        behind=len(behind),
        last_behind=behind[-1].position if behind else None,
    )
