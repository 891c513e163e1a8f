"""The recorded events as they are; personal values are shown only where they are asked for."""

from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import msgspec

from domain.decider import Refused
from infra.cli.log.personal import seal
from infra.cli.log.results import EventRecord
from infra.cli.session import Session
from infra.codec import CorruptEvent
from infra.edges.event_filters import EventFilter, filter_of, require_known_people
from infra.edges.loading import load
from infra.edges.results import Exit
from infra.store.recorded import StoredEvent
from infra.store.store import EventStore
from infra.system import System

PAGE = 1000
NEWEST = 20
CORRUPT = "unreadable-bytes"
WAIT_SECONDS = 1.0


def tail(
    session: Session,
    after: int | None,
    limit: int | None,
    *,
    follow: bool,
    personal: bool,
    source: str,
    **named: str | None,
) -> Exit:
    """Emit the newest events, oldest first, or those after a position; with `follow` go on until interrupted.

    Who follows is looked at again meanwhile: a session that is over shows nothing more.
    """
    chosen = filter_of(named)
    with session.open() as system:
        require_known_people(system, chosen)
        still_admitted = readmission(session, system)
        if source == "kafka":

            def shown(event: StoredEvent) -> EventRecord:
                still_admitted()
                return record(event, personal=personal)

            def fits(event: StoredEvent) -> bool:
                return chosen.fits_event(event, system)

            load("infra.cli.log.topic:tail_topic")(session, after, limit, fits, shown, follow=follow)
            return Exit()
        last = system.store.last_position()
        events = (
            _newest(system, limit or NEWEST, chosen) if after is None else list(_behind(system, after, limit, chosen))
        )
        for event in events:
            session.emit(record(event, personal=personal))
        position = max([last, *(event.position for event in events)])
        while follow:
            reached = system.store.wait_past(position, WAIT_SECONDS)
            still_admitted()
            for event in _behind(system, position, None, chosen, reached):
                session.emit(record(event, personal=personal))
            position = max(position, reached)
    return Exit()


def readmission(session: Session, system: System) -> Callable[[], None]:
    """Return a check that who signed in still may, made once in a while. It raises Refused as `Session.admit` does."""
    looked_at = monotonic()

    def check() -> None:
        nonlocal looked_at
        if monotonic() - looked_at >= WAIT_SECONDS:
            looked_at = monotonic()
            session.admit(system)

    return check


def show(session: Session, event: str, *, personal: bool) -> EventRecord:
    """Return one event by its place in its stream, or in the log."""
    with session.open() as system:
        return record(_one(system.store, event), personal=personal)


def record(event: StoredEvent, *, personal: bool) -> EventRecord:
    """Return the record of an event; of an event that cannot be read, how many bytes it has."""
    return EventRecord(
        position=event.position,
        stream=event.stream,
        version=event.version,
        event=event.name,
        actor=event.metadata.actor,
        recorded_at=event.metadata.recorded_at,
        metadata=msgspec.to_builtins(event.metadata),
        data=_data(event, personal=personal),
    )


def _newest(system: System, limit: int, chosen: EventFilter) -> list[StoredEvent]:
    if chosen.wants_all:
        return system.store.select_notifications(max(0, system.store.last_position() - limit) + 1, limit)
    return list(deque(_behind(system, 0, None, chosen), maxlen=limit))


def _behind(
    system: System, position: int, limit: int | None, chosen: EventFilter, last: int | None = None
) -> Iterator[StoredEvent]:
    """Yield the events behind a position that are chosen, at most `limit`, up to the position `last`."""
    fitting = 0
    while page := system.store.after(position, PAGE, **chosen.columns):
        for event in page:
            position = event.position
            if (last is not None and position > last) or fitting == limit:
                return
            if chosen.fits_event(event, system):
                fitting += 1
                yield event


def _one(store: EventStore, event: str) -> StoredEvent:
    stream, _, version = event.rpartition(":")
    if version.isdecimal() and stream:
        events = [each for each in store.read(stream) if each.version == int(version)]
    elif event.isdecimal() and int(event) > 0:
        events = [each for each in store.select_notifications(int(event), 1) if each.position == int(event)]
    else:
        events = []
    if not events:
        raise Refused("event-unknown", event=event)
    return events[0]


def _data(event: StoredEvent, *, personal: bool) -> Any:
    try:
        data = msgspec.to_builtins(event.event)
    except CorruptEvent:
        return {CORRUPT: len(event.state)}
    return data if personal else seal(data)
