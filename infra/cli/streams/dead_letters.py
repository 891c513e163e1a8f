"""Events that could not be processed: listed, shown, and processed again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from domain.decider import Refused
from infra.cli.session import Session
from infra.cli.streams.results import DeadLetterDetails, DeadLettersAt, ListedDeadLetter, RedriveEnd, Redriven
from infra.distributed import dead_letters
from infra.distributed.dead_letters import StoredDeadLetter
from infra.edges.results import Listing
from infra.wiring import Distributed
from projections.registry import PROJECTIONS
from streams.due_reactions import REACTIONS


def list_letters(session: Session, projection: str | None, stream: str | None) -> Listing[ListedDeadLetter]:
    """Return dead letters in the order of the log."""
    with opened(session) as system:
        letters = chosen(system, projection, stream)
    return Listing(tuple(ListedDeadLetter(**asdict(letter)) for letter in letters))


def show(session: Session, position: int) -> DeadLettersAt:
    """Return the dead letters of the event at a position, and what waits behind them."""
    with opened(session) as system:
        letters = known(chosen(system, position=position), position)
        return DeadLettersAt(tuple(_in_full(system, letter) for letter in letters))


def redrive(session: Session, position: int | None, projection: str | None, stream: str | None) -> RedriveEnd:
    """Process the chosen dead letters again; emit what became of each stream."""
    streams = waiting = 0
    with opened(session) as system:
        letters = chosen(system, projection, stream, position)
        if position is not None:
            known(letters, position)
        url, _ = session.settings.addresses()
        for each in dead_letters.redrive(
            url, system.store, letters, region=session.settings.packs, projections=PROJECTIONS
        ):
            session.emit(Redriven(**asdict(each)))
            streams += 1
            waiting += each.position is not None
    return RedriveEnd(streams, waiting)


@contextmanager
def opened(session: Session) -> Iterator[Distributed]:
    """Open the distributed system. Refused `settings-not-distributed`: the embedded one stops at such an event."""
    session.settings.addresses()
    with session.open() as system:
        assert isinstance(system, Distributed), "it has addresses"
        yield system


def chosen(
    system: Distributed, projection: str | None = None, stream: str | None = None, position: int | None = None
) -> Sequence[StoredDeadLetter]:
    """Return dead letters. Refused `projection-unknown` if there is no read model of that name."""
    if projection is not None and projection not in {*system.rows.projections, REACTIONS}:
        raise Refused("projection-unknown", projection=projection)
    return dead_letters.list_dead_letters(system.connections, projection, stream, position)


def known(letters: Sequence[StoredDeadLetter], position: int) -> Sequence[StoredDeadLetter]:
    """Return the dead letters of one event. Refused `letter-unknown` if there are none."""
    if not letters:
        raise Refused("letter-unknown", position=position)
    return letters


def _in_full(system: Distributed, letter: StoredDeadLetter) -> DeadLetterDetails:
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
