"""All that happened to one resident, from every stream in the order of time, each step with its rules and its pack."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import click
import msgspec

from domain.care_plan import CARE_PLAN
from domain.decider import Refused
from domain.registry import BY_CATEGORY
from domain.resident import RESIDENT
from domain.rulebook import rules_of
from infra.cli.events import masked
from infra.cli.moments import moment, shown
from infra.cli.phrases import phrase
from infra.cli.problems import to_json
from infra.cli.session import Session, table, with_session
from infra.store.recorded import Recorded
from projections.registry import TABLES

if TYPE_CHECKING:
    from infra.wiring import System
    from infra.words import Kind

DETAILS: "dict[str, Kind | None]" = {
    "kind": "care-task",
    "purpose": "care-task",
    "group": "key-group",
    "urgency": "urgency",
    "stage": "follow-up-stage",
    "outcome": "bed-outcome",
    "reason": None,
    "cause": "cancel-reason",
    "day": None,
    "window_from": None,
    "window_to": None,
    "follow_up_by": None,
    "starts_on": None,
    "ends_on": None,
    "last_day": None,
    "done_on": None,
}
"""What of an event is told in a line to people, and what kind of code it is."""


def streams_of(system: "System", resident_id: str) -> list[str]:
    """Return the streams in which something happens to a resident, found by the rows that name the resident."""
    found = [RESIDENT.stream(resident_id), CARE_PLAN.stream(resident_id)]
    for each in TABLES.values():
        decider = BY_CATEGORY.get(each.key.removesuffix("_id"))
        if decider is not None and "resident_id" in each.columns:
            sql = f"SELECT {each.key} AS id FROM {each.name} WHERE resident_id = :resident_id"  # noqa: S608 -- our own names
            rows = system.rows.ask(sql, resident_id=resident_id)
            found += [decider.stream(str(row["id"])) for row in rows]
    return list(dict.fromkeys(found))


def life_of(system: "System", resident_id: str, until: datetime | None = None) -> list[Recorded]:
    """Return all events of a resident's streams up to a moment, oldest first. Refused `resident-not-registered`."""
    if not system.store.read(RESIDENT.stream(resident_id)):
        raise Refused("resident-not-registered", resident=resident_id)
    events = chain.from_iterable(system.store.read(stream) for stream in streams_of(system, resident_id))
    known = [event for event in events if until is None or event.metadata.recorded_at <= until]
    return sorted(known, key=lambda event: event.position)


def step_of(event: Recorded) -> dict[str, Any]:
    """Return a step as a JSON object: the event, its words, the rules that were decided by, and the pack."""
    known = event.metadata
    return {
        "position": event.position,
        "recorded_at": known.recorded_at,
        "stream": event.stream,
        "actor": known.actor,
        "event": event.name,
        "words": {"en": phrase(event.name, {}, "en"), "zh": phrase(event.name, {}, "zh")},
        "rules": rules_of(type(event.event)),
        "pack": known.pack,
        "data": masked(msgspec.to_builtins(event.event), personal=False),
    }


@click.command("history")
@click.argument("resident_id", metavar="ID")
@click.option("--at", metavar="TIME", help="As it was recorded at this time; a day alone is its end.")
@with_session()
def resident_history(session: Session, resident_id: str, at: str | None) -> None:
    """Show all that happened to a resident: papers, contracts, care, visits, beds and referrals."""
    until = moment(at, "at", end_of_day=True) if at else None
    with session.open(asks=True) as system:
        events = life_of(system, resident_id, until)
    if session.as_json:
        for event in events:
            click.echo(to_json(step_of(event)))
        return
    rows = table(*(session.say(name) for name in ("recorded", "event", "details", "stream", "rules", "pack")))
    for event in events:
        known = event.metadata
        told = session.say(event.name), ", ".join(details(session, event)), event.stream
        rows.add_row(shown(known.recorded_at), *told, ", ".join(rules_of(type(event.event))), known.pack or "")
    session.show(rows)


def details(session: Session, event: Recorded) -> Iterator[str]:
    """Yield what a line tells of an event beside its words."""
    told: dict[str, Any] = msgspec.to_builtins(event.event)
    for name, kind in DETAILS.items():
        if told.get(name) not in (None, "", []):
            value = str(told[name])
            yield session.label(kind, value) if kind else value
