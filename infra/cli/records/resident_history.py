"""All that happened to one resident, from every stream in the order of time, each step with its rules and its pack."""

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from domain.care_plan import CARE_PLAN
from domain.decider import Refused
from domain.registry import BY_CATEGORY
from domain.resident import RESIDENT
from domain.rulebook import rules_of
from infra.cli.log.personal import seal
from infra.cli.records.results import LifeStep
from infra.cli.session import Session
from infra.edges.moments import moment
from infra.edges.phrases import phrase
from infra.edges.results import Listing
from infra.store.recorded import StoredEvent
from projections.registry import TABLES

if TYPE_CHECKING:
    from infra.system import System


def resident_history(session: Session, resident_id: str, at: str | None) -> Listing[LifeStep]:
    """Return all that happened to a resident, up to a moment of recording if one is named."""
    until = moment(at, "at", end_of_day=True) if at else None
    with session.open(asks=True) as system:
        return Listing(tuple(map(step_of, life_of(system, resident_id, until))))


def streams_of(system: "System", resident_id: str) -> list[str]:
    """Return the streams in which something happens to a resident, by the rows that name the resident."""
    streams = [RESIDENT.stream(resident_id), CARE_PLAN.stream(resident_id)]
    for each in TABLES.values():
        decider = BY_CATEGORY.get(each.key.removesuffix("_id"))
        if decider is not None and "resident_id" in each.columns:
            sql = f"SELECT {each.key} AS id FROM {each.name} WHERE resident_id = :resident_id"  # noqa: S608 -- our own names
            rows = system.rows.ask(sql, resident_id=resident_id)
            streams += [decider.stream(str(row["id"])) for row in rows]
    return list(dict.fromkeys(streams))


def life_of(system: "System", resident_id: str, until: datetime | None = None) -> list[StoredEvent]:
    """Return all events of a resident's streams up to a moment, oldest first.

    Refused `resident-not-registered`, `nothing-recorded-yet` at a moment before the first of them.
    """
    if not system.store.read(RESIDENT.stream(resident_id)):
        raise Refused("resident-not-registered", resident=resident_id)
    events = chain.from_iterable(system.store.read(stream) for stream in streams_of(system, resident_id))
    life = sorted(events, key=lambda event: event.position)
    known = [event for event in life if until is None or event.metadata.recorded_at <= until]
    if not known:
        raise Refused("nothing-recorded-yet", id=resident_id, first=life[0].metadata.recorded_at)
    return known


def step_of(event: StoredEvent) -> LifeStep:
    """Return a step: the event, its words, the rules that decided, and the pack."""
    metadata = event.metadata
    return LifeStep(
        position=event.position,
        recorded_at=metadata.recorded_at,
        stream=event.stream,
        actor=metadata.actor,
        event=event.name,
        words={"en": phrase(event.name, {}, "en"), "zh": phrase(event.name, {}, "zh")},
        rules=rules_of(event.event),
        pack=metadata.pack,
        data=seal(msgspec.to_builtins(event.event)),
    )
