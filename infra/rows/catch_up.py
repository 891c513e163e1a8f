"""Keeps any rows up with a log, in one process: the log is read once for all projections."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from infra.database.errors import NewerStoreError
from infra.rows.model import Progress, ReadModel, Step
from projections.changes import Change


class Logged(Protocol):
    """An event as the log gives it."""

    @property
    def position(self) -> int:
        """Its place in the whole log."""
        ...

    @property
    def name(self) -> str:
        """The name under which it is stored."""
        ...

    @property
    def event(self) -> object:
        """The fact, decoded when it is asked for."""
        ...


class Log(Protocol):
    """What a projector reads from."""

    def select_notifications(self, start: int, limit: int) -> Sequence[Logged]:
        """Return up to `limit` events from a position on, in order."""
        ...

    def last_position(self) -> int:
        """Return the newest event's position; 0 if there is none."""
        ...


def catch_up(
    log: Log,
    rows: ReadModel,
    batch: int = 2000,
    progress: Progress | None = None,
    until: Mapping[str, int] | None = None,
    known: Collection[str] | None = None,
) -> int:
    """Bring every projection up to the log's end, or each to its position in `until`; return how many events were read.

    The log is read once for all. Normally they stand at one position; a new one starts at 0, and until it has caught
    up the others take nothing from what is read again. `known` are the names of all events (None: any): nobody who
    does not know an event can say that it means nothing, so NewerStoreError is raised before it.
    """
    read = 0
    while True:
        behind = {
            name: position for name, position in rows.positions().items() if until is None or position < until[name]
        }
        events = log.select_notifications(min(behind.values()) + 1, batch) if behind else []
        if not events:
            return read
        if known is not None:
            refuse_newer(events, known)
        if rows.apply_all(steps_of(events, behind, rows, until)):
            read += len(events)
            if progress is not None:
                progress(events[-1].position, log.last_position())
            if len(events) < batch and until is None:
                return read


def refuse_newer(events: Sequence[Logged], known: Collection[str]) -> None:
    """Raise NewerStoreError at an event that this program does not know."""
    for event in events:
        if event.name not in known:
            raise NewerStoreError(f"event {event.position} is {event.name}, which only a newer program knows")


def steps_of(
    events: Sequence[Logged], behind: Mapping[str, int], rows: ReadModel, until: Mapping[str, int] | None
) -> list[Step]:
    """Return what a run of events means for the projections that are behind."""
    last = events[-1].position
    goals = {name: last if until is None else min(last, until[name]) for name in behind}
    changes: dict[str, list[Change]] = {name: [] for name in behind}
    for event in events:
        wanted = [
            (name, project)
            for name, project in rows.handlers.get(event.name, ())
            if name in behind and behind[name] < event.position <= goals[name]
        ]
        if wanted:
            fact = event.event
            for name, project in wanted:
                changes[name].extend(project(fact))
    return [Step(name, behind[name], goals[name], changes[name]) for name in behind if goals[name] > behind[name]]
