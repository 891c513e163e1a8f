"""The recorded events as they are. What is personal is shown only to who asks for it."""

from collections import deque
from typing import Any

import click
import msgspec

from domain.decider import Refused
from infra.cli.moments import shown
from infra.cli.problems import to_json
from infra.cli.session import Session, with_session
from infra.codec import CorruptEvent
from infra.store.recorded import Recorded
from infra.store.store import EventStore

PAGE = 1000
SEALED = "sealed"
CORRUPT = "unreadable-bytes"
WAIT_SECONDS = 1.0


@click.group()
def events() -> None:
    """Look at the recorded events."""


@events.command()
@click.option("--after", type=click.IntRange(min=0), help="From the event after this position on.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many (20 without --after).")
@click.option("--category", help="Only of this kind of aggregate, e.g. contract.")
@click.option("--stream", help="Only of this stream, e.g. contract-c1.")
@click.option("--name", help="Only of this stored name, e.g. contract.signed.v1.")
@click.option("--follow", is_flag=True, help="Wait for more until interrupted.")
@click.option("--personal", is_flag=True, help="Show what is personal.")
@click.option("--source", type=click.Choice(["store", "kafka"]), default="store", help="Where they are read.")
@with_session()
def tail(
    session: Session,
    after: int | None,
    limit: int | None,
    *,
    follow: bool,
    personal: bool,
    source: str,
    **chosen: str | None,
) -> None:
    """Show the newest events, oldest first, or those after a position; from the store, or as Kafka holds them."""
    if source == "kafka":
        from infra.cli.events_kafka import tail_topic  # noqa: PLC0415 -- Kafka's client is loaded when it is asked

        tail_topic(session, after, limit, chosen, lambda event: _line(session, event, personal=personal), follow=follow)
        return
    with session.open() as system:
        store = system.store
        last = store.last_position()
        found = _newest(store, limit or 20, chosen) if after is None else _from(store, after, limit, chosen)
        for event in found:
            click.echo(_line(session, event, personal=personal))
        position = max([last, *(event.position for event in found)])
        while follow:
            store.wait(position, WAIT_SECONDS)
            for event in store.after(position, PAGE, **chosen):
                click.echo(_line(session, event, personal=personal))
                position = event.position


@events.command("show")
@click.argument("event", metavar="STREAM:VERSION|POSITION")
@click.option("--personal", is_flag=True, help="Show what is personal.")
@with_session()
def show(session: Session, event: str, *, personal: bool) -> None:
    """Show one event with all that is known beside it."""
    with session.open() as system:
        found = _one(system.store, event)
    told = _told(found, personal=personal)
    if session.as_json:
        click.echo(to_json(told))
        return
    for name, value in told.items():
        if not isinstance(value, dict):
            click.echo(f"{name}: {value}")
    for name, value in told["data"].items():
        click.echo(f"  {name}: {value if isinstance(value, str | int) else to_json(value)}")


def _newest(store: EventStore, limit: int, chosen: dict[str, str | None]) -> list[Recorded]:
    if not any(chosen.values()):
        return store.after(max(0, store.last_position() - limit), limit)
    found: deque[Recorded] = deque(maxlen=limit)
    position = 0
    while page := store.after(position, PAGE, **chosen):
        found.extend(page)
        position = page[-1].position
    return list(found)


def _from(store: EventStore, after: int, limit: int | None, chosen: dict[str, str | None]) -> list[Recorded]:
    return store.after(after, limit or 2**31, **chosen)


def _one(store: EventStore, event: str) -> Recorded:
    stream, _, version = event.rpartition(":")
    if version.isdecimal() and stream:
        found = [each for each in store.read(stream) if each.version == int(version)]
    elif event.isdecimal() and int(event) > 0:
        found = [each for each in store.after(int(event) - 1, 1) if each.position == int(event)]
    else:
        found = []
    if not found:
        raise Refused("event-unknown", event=event)
    return found[0]


def _line(session: Session, event: Recorded, *, personal: bool) -> str:
    if session.as_json:
        return to_json(_told(event, personal=personal))
    known = event.metadata
    data = to_json(_data(event, personal=personal))
    return f"{event.position:>6} {shown(known.recorded_at)} {known.actor} {event.id} {event.name} {data}"


def _told(event: Recorded, *, personal: bool) -> dict[str, Any]:
    known: dict[str, Any] = msgspec.to_builtins(event.metadata)
    return {
        "position": event.position,
        "stream": event.stream,
        "version": event.version,
        "event": event.name,
        **known,
        "data": _data(event, personal=personal),
    }


def _data(event: Recorded, *, personal: bool) -> Any:
    """Return the fact; where it cannot be read, that: whoever looks for the cause looks here."""
    try:
        return masked(msgspec.to_builtins(event.event), personal=personal)
    except CorruptEvent:
        return {CORRUPT: len(event.state)}


def masked(told: Any, *, personal: bool) -> Any:
    """Seal every personal value, at any depth."""
    if personal:
        return told
    if isinstance(told, dict):
        return {name: SEALED if name == "personal" else masked(each, personal=False) for name, each in told.items()}
    return [masked(each, personal=False) for each in told] if isinstance(told, list) else told
