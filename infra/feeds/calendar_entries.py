"""Entries of a member's calendar, from the events of each visit.

An entry keeps its id for good. Its sequence rises with each change of its time and with each cancellation and return
(RFC 5545, 3.8.7.4), so a calendar that fetches late shows the newest state.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.event import stored_name, value
from domain.visit.events import (
    VisitAssigned,
    VisitCancelled,
    VisitHandedOver,
    VisitReleased,
    VisitRescheduled,
)
from infra.store.recorded import StoredEvent
from projections.feeds.member_visits import visits_of_member

if TYPE_CHECKING:
    from datetime import date

    from infra.system import System

NAMESPACE = uuid.UUID("6b1f2f0e-6d1c-5d5a-9d0e-5a2f6a6c7a10")
"""Ids of entries are made of the visit's id in this namespace: the visit's own id may tell what it is for."""

CHANGING = frozenset(
    map(stored_name, (VisitAssigned, VisitReleased, VisitRescheduled, VisitHandedOver, VisitCancelled))
)
"""Events that give a visit a time or take it away. A visit that was made or missed keeps the time that it had."""


@value
class CalendarEntry:
    """A member's part of a visit. `changed_at` is the moment of the event that changed it last."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    is_cancelled: bool
    made_at: datetime
    changed_at: datetime
    district: str | None = None


def entries_of(system: "System", member_id: str, since: "date") -> list[CalendarEntry]:
    """Return the entries of the visits that a member has or had from a day on, by start."""
    entries = [
        entry
        for row in visits_of_member(system.rows, member_id, since)
        if (entry := entry_of(member_id, system.store.read(f"visit-{row['visit_id']}"), row["district"])) is not None
    ]
    return sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))


def entry_of(member_id: str, events: Iterable[StoredEvent], district: str | None = None) -> CalendarEntry | None:
    """Return a member's entry after the events of a visit; None if they never had it."""
    entry: CalendarEntry | None = None
    for each in events:
        if each.name in CHANGING:
            entry = _after(entry, each.event, each.metadata.recorded_at, member_id)
    return None if entry is None else replace(entry, district=district)


def _after(entry: CalendarEntry | None, event: object, at: datetime, member_id: str) -> CalendarEntry | None:
    slots = [slot for slot in event.slots if slot.member_id == member_id] if isinstance(event, VisitAssigned) else []
    if not slots or not isinstance(event, VisitAssigned):
        return entry if entry is None or entry.is_cancelled else _changed(entry, at, is_cancelled=True)
    starts_at, ends_at = min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots)
    if entry is None:
        return CalendarEntry(
            uid=str(uuid.uuid5(NAMESPACE, event.visit_id)),
            starts_at=starts_at,
            ends_at=ends_at,
            sequence=0,
            is_cancelled=False,
            made_at=at,
            changed_at=at,
        )
    if (entry.starts_at, entry.ends_at, entry.is_cancelled) == (starts_at, ends_at, False):
        return entry
    return _changed(entry, at, is_cancelled=False, starts_at=starts_at, ends_at=ends_at)


def _changed(entry: CalendarEntry, at: datetime, **fields: Any) -> CalendarEntry:
    return replace(entry, sequence=entry.sequence + 1, changed_at=at, **fields)
