"""The clock of all parts of the distributed system."""

from infra.cli.session import Session
from infra.cli.streams.results import TimeOfParts


def clock(session: Session, *, release: bool) -> TimeOfParts:
    """Return the time of all parts; with `release` return to the machines' time first."""
    session.settings.addresses()  # the embedded system has no such clock
    with session.open(repeats=True) as system:
        shared = system.shared_clock()
        if release:
            shared.release()
        reading = shared.read()
    return TimeOfParts(reading.now, reading.moved, plans=not reading.moved or reading.budget is not None)
