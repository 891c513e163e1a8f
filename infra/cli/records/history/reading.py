"""Reads histories from the log: all of one, up to a moment of recording, or up to a version."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from domain.decider import Refused
from infra.cli.records.history.folding import contract_steps_of, steps_of
from infra.cli.records.history.kinds import CONTRACT_HISTORY, RESIDENT_HISTORY, HistoryKind, Named
from infra.cli.records.history.steps import HistoryStep
from infra.edges.moments import moment
from infra.edges.problems import OptionsError
from infra.store.recorded import StoredEvent

if TYPE_CHECKING:
    from infra.system import System


def read_history(
    system: "System", kind: HistoryKind, named: Named, until: datetime | None, version: int | None
) -> Sequence[HistoryStep]:
    """Return the steps of a history, oldest first: all, up to a moment of recording, or up to a version.

    Refused as the kind does where nobody knows the record, `nothing-recorded-yet` at a moment before its first event,
    `version-unknown`.
    """
    events = chosen(events_of(system, kind, named), ".".join(named.values()), until, version)
    return contract_steps_of(events) if kind is CONTRACT_HISTORY else steps_of(events)


def until_of(at: str | None, version: int | None) -> datetime | None:
    """Return the moment up to which a history is wanted. UsageError `bad-moment`; OptionsError beside a version."""
    if at is not None and version is not None:
        raise OptionsError("--at and --version exclude each other")
    return moment(at, "at", end_of_day=True) if at else None


def events_of(system: "System", kind: HistoryKind, named: Named) -> list[StoredEvent]:
    """Return all events of a history in the order of the log."""
    events = chain.from_iterable(system.store.read(stream) for stream in kind.streams(system, named))
    return sorted(events, key=lambda event: event.position)


def life_of(system: "System", resident_id: str) -> list[StoredEvent]:
    """Return all events of a resident's streams, oldest first. Refused `resident-not-registered`."""
    return events_of(system, RESIDENT_HISTORY, {"resident_id": resident_id})


def chosen(events: list[StoredEvent], identity: str, until: datetime | None, version: int | None) -> list[StoredEvent]:
    """Return the events up to a moment or a version. Refused `nothing-recorded-yet`, `version-unknown`."""
    known = [event for event in events if until is None or event.metadata.recorded_at <= until]
    if events and not known:
        raise Refused("nothing-recorded-yet", id=identity, first=events[0].metadata.recorded_at)
    if version is None:
        return known
    if version > len(known):
        raise Refused("version-unknown", id=identity, version=version, last=len(known))
    return known[:version]
